// The desk at a glance: each login with its host, session and hubs, and each suite with its market and position.
import type { APIEmbed, APIEmbedField } from 'discord-api-types/v10';
import type { LoginPulse, RosterLogin, SuitePulse } from '../../domain/desk.ts';
import type { Answer } from '../../domain/job.ts';
import { startThresholds } from '../../domain/thresholds.ts';
import { colours, embedSize, field, fitLines, limits, message, type MessagePayload } from './message.ts';
import { ago, clip, clipWords, count, escape, exchangeTime, plain } from './text.ts';
import { exposureWords, icons } from './words.ts';

export type Standing = 'well' | 'doubtful' | 'sick' | 'unknown';

const standingIcon: Readonly<Record<Standing, string>> = {
  well: icons.pass,
  doubtful: icons.warn,
  sick: icons.fail,
  unknown: icons.skip,
};
const order: readonly Standing[] = ['sick', 'unknown', 'doubtful', 'well'];

interface Row {
  readonly roster: RosterLogin;
  readonly pulse: LoginPulse | undefined;
  readonly standing: Standing;
}

/** A pulse older than this says nothing about now. */
const { hostLostMs } = startThresholds;

/** How a login stands by its last pulse; one too old says nothing about `now`. */
export function standingOf(pulse: LoginPulse | undefined, now: number): Standing {
  if (pulse === undefined || now - pulse.at > hostLostMs) return 'unknown';
  const hubs = [pulse.hubs.user.state, pulse.hubs.market.state];
  if (hubs.some((state) => state === 'closed' || state === 'auth-failed')) return 'sick';
  if (/^(refused|expired)/.test(pulse.session)) return 'sick';
  if (hubs.some((state) => state !== 'connected' && state !== 'off') || !/^active/.test(pulse.session))
    return 'doubtful';
  return pulse.suites.some(({ exposure }) => exposure.kind === 'unprotected') ? 'doubtful' : 'well';
}

export function presentSuites(answer: Extract<Answer, { kind: 'suites' }>): MessagePayload {
  const { desk, at: now } = answer;
  const pulses = new Map(desk.pulses.map((pulse) => [pulse.login, pulse]));
  const rows = desk.roster
    .map((roster): Row => {
      const pulse = pulses.get(roster.login);
      return { roster, pulse, standing: standingOf(pulse, now) };
    })
    .sort((a, b) => order.indexOf(a.standing) - order.indexOf(b.standing));
  const total = desk.roster.reduce((sum, { suites }) => sum + suites.length, 0);
  if (rows.length === 0) {
    return message({
      embeds: [
        {
          title: `${icons.skip} ${desk.hidden === undefined ? 'No suites are configured' : 'No suite is open to you'}`,
          description:
            desk.hidden === undefined
              ? 'Add one under `suites:` in pitwatch.yaml and start a worker.'
              : 'Ask a server admin for one of the roles named under `roles: only` in pitwatch.yaml.',
          color: colours.unknown,
        },
      ],
    });
  }
  const worst = rows[0]?.standing ?? 'unknown';
  const unhosted = rows.filter(({ standing }) => standing === 'unknown').length;
  const embed: APIEmbed = {
    title: `${standingIcon[worst]} ${count(total, 'suite')} on ${count(rows.length, 'login')}`,
    description:
      unhosted === 0
        ? 'Every login has a host. /health shows how they are.'
        : `**${count(unhosted, 'login')} without a live host**: nothing is known about ${unhosted === 1 ? 'it' : 'them'} now. Start a worker, or look at its log.`,
    color: { well: colours.good, doubtful: colours.medium, sick: colours.critical, unknown: colours.unknown }[
      worst
    ],
    footer: {
      text: `as of ${exchangeTime(now)}, from the last pulse of each host${hiddenWords(desk.hidden)}`,
    },
  };
  const fields: APIEmbedField[] = [];
  let room = limits.embedText - embedSize(embed) - 60;
  for (const row of rows) {
    const next = loginField(row, now);
    const size = next.name.length + next.value.length;
    if (size > room || fields.length === limits.fields - 1) break;
    fields.push(next);
    room -= size;
  }
  const left = rows.length - fields.length;
  if (left === 0) return message({ embeds: [{ ...embed, fields }] });
  fields.push(field('…', `${count(left, 'more login')}: the whole list is in suites.txt.`));
  const text = rows
    .map((row) => `${row.roster.login} ${loginLines(row, now, plain).join('\n  ')}`)
    .join('\n');
  return message({
    embeds: [{ ...embed, fields }],
    files: [{ name: 'suites.txt', description: 'Every suite', text: `${clip(text, 2_000_000)}\n` }],
  });
}

function hiddenWords(hidden = 0): string {
  return hidden === 0 ? '' : ` · without ${count(hidden, 'suite')} not open to you`;
}

function loginField(row: Row, now: number): APIEmbedField {
  const { text, left } = fitLines(loginLines(row, now, escape), limits.fieldValue - 40);
  return field(
    `${standingIcon[row.standing]} ${clip(escape(row.roster.login), 80)}`,
    left === 0 ? text : `${text}\n…and ${count(left, 'more suite')}`,
  );
}

function loginLines(
  { roster, pulse, standing }: Row,
  now: number,
  shown: (text: string) => string,
): readonly string[] {
  if (pulse === undefined) {
    return [
      `Never hosted; in the roster for ${ago(roster.since, now).replace(' ago', '')}`,
      ...roster.suites.map(
        ({ suite, instrument }) => `${clip(shown(suite), 60)} · ${clip(shown(instrument), 40)} · unknown`,
      ),
    ];
  }
  const host =
    standing === 'unknown'
      ? `No live host: ${clip(shown(pulse.worker), 60)} was last heard ${ago(pulse.at, now)}. What follows is old.`
      : `host ${clip(shown(pulse.worker), 60)} · session ${clipWords(shown(pulse.session), 80)}`;
  const known = new Map(pulse.suites.map((suite) => [suite.suite, suite]));
  return [
    host,
    `user hub ${clip(shown(pulse.hubs.user.state), 40)} · market hub ${clip(shown(pulse.hubs.market.state), 40)}`,
    ...roster.suites.map(({ suite, instrument }) =>
      suiteLine(suite, instrument, known.get(suite), now, shown),
    ),
  ];
}

function suiteLine(
  suite: string,
  instrument: string,
  pulse: SuitePulse | undefined,
  now: number,
  shown: (text: string) => string,
): string {
  if (pulse === undefined)
    return `${clip(shown(suite), 60)} · ${clip(shown(instrument), 40)} · not seen by its host yet`;
  return [
    clip(shown(suite), 60),
    clip(shown(pulse.contract ?? pulse.instrument), 40),
    pulse.observe,
    clip(shown(exposureWords(pulse.exposure)), 80),
    clip(shown(pulse.market), 60),
    pulse.lastExchangeAt === undefined ? 'no data yet' : `data ${ago(pulse.lastExchangeAt, now)}`,
  ].join(' · ');
}
