// What is said while Redis cannot be used: since when, what was known last and how old that is, what is not known, what to do. Never green.
import { headline } from '../../domain/lead.ts';
import type { APIEmbed, APIEmbedField } from 'discord-api-types/v10';
import type { LoginPulse } from '../../domain/desk.ts';
import type { DirectPage } from '../../domain/direct-line.ts';
import type { KnownIncident, LastSeen, OutageAnswer } from '../../domain/job.ts';
import type { Report } from '../../domain/report.ts';
import { findingsOf, standsAlone, worstFirst } from '../../domain/score.ts';
import { titleOf } from './finding.ts';
import { mentionText } from './incident.ts';
import { colours, field, fitLines, limits, message, type MessagePayload } from './message.ts';
import { verdictWords } from './report.ts';
import { standingOf, type Standing } from './suites.ts';
import { ago, clip, clipWords, count, escape, exchangeTime, span } from './text.ts';
import { exposureWords, icons } from './words.ts';

/** What was well then is not known now. */
const wasIcon: Readonly<Record<Standing, string>> = {
  sick: icons.fail,
  doubtful: icons.warn,
  unknown: icons.skip,
  well: icons.skip,
};
const worst: readonly Standing[] = ['sick', 'doubtful', 'unknown', 'well'];
const mostFindings = 3;

export function presentOutage(answer: OutageAnswer): MessagePayload {
  const { asked, outage, seen, written, at } = answer;
  const name = clip(escape(asked), 120);
  const isAway = outage.kind === 'away';
  const title = isAway ? '⚠️ Redis is unreachable' : '⚠️ Redis takes no writes';
  const since = `${isAway ? 'Redis has not answered' : 'Redis answers but has refused every write'} since ${exchangeTime(outage.sinceAt)}, for ${span(at - outage.sinceAt)} (${clipWords(escape(outage.why), 160)}).`;
  const embed: APIEmbed = {
    title: clip(`${title}: ${name} ${seen === undefined ? 'was not done' : 'is not answered'}`, limits.title),
    description: [since, doneWords(answer)].join('\n'),
    color: colours.unknown,
    fields: [
      ...(seen === undefined ? [] : [deskField(seen, at), incidentsField(seen, at)]),
      field('What to do', whatToDo(answer)),
      ...(seen?.report === undefined ? [] : [reportField(seen.report, at)]),
      ...(seen === undefined ? [] : [field('Not known', notKnown(seen, at))]),
    ],
  };
  const back = written === undefined || written.trim() === '' ? [] : [writtenEmbed(written)];
  return message({ embeds: [embed, ...back] });
}

/** So that it can be copied and sent again: nothing else keeps it. */
function writtenEmbed(written: string): APIEmbed {
  return {
    title: 'What you wrote, not kept anywhere',
    description: clip(escape(written), 3_500),
    color: colours.unknown,
  };
}

function doneWords({ asked, done, seen }: OutageAnswer): string {
  switch (done) {
    case 'read':
      return seen === undefined
        ? '**Nothing could be read.**'
        : '**No worker was asked. Below is what this bot saw last, not how things are now.**';
    case 'nothing':
      return '**Nothing was recorded, and nothing was changed.**';
    case 'unknown':
      return `**It was under way when Redis failed: it is not known whether ${clip(escape(asked), 120)} was recorded.**`;
  }
}

function whatToDo({ done, outage, seen }: OutageAnswer): string {
  const again =
    done === 'unknown'
      ? 'When Redis is back, check first whether it was done; if not, do it again.'
      : done === 'nothing'
        ? 'Do it again when Redis is back. Until then, agree in the channel who does what.'
        : 'Until then, watch positions and orders on the platform itself; ask again when Redis is back.';
  const pages =
    seen === undefined
      ? []
      : [
          seen.hostHere
            ? 'New critical alerts are still posted in the ops channel, without buttons.'
            : 'Workers on other machines cannot page here meanwhile; they use the second channel if one is configured.',
        ];
  const called = seen === undefined || seen.called.length === 0 ? '' : ` ${mentionText(seen.called)}`;
  const bring = `Bring Redis back. ${outage.advice}`;
  return [
    `1. ${bring}${called === '' ? '' : ` On call, as last known:${called}`}`,
    `2. ${again}`,
    ...pages,
  ].join('\n');
}

function deskField({ desk, deskAt }: LastSeen, at: number): APIEmbedField {
  if (desk.roster.length === 0) {
    return field(
      'Last known',
      deskAt === undefined ? 'Nothing: this bot has not read the desk yet.' : 'No suite.',
    );
  }
  const rows = desk.roster
    .map(({ login, suites }) => {
      const pulse = desk.pulses.find((one) => one.login === login);
      const standing = pulse === undefined ? 'unknown' : standingOf(pulse, pulse.at);
      return { login, suites, pulse, standing };
    })
    .sort((a, b) => worst.indexOf(a.standing) - worst.indexOf(b.standing));
  const lines = rows.flatMap(({ login, suites, pulse, standing }) => [
    `${wasIcon[standing]} **${clip(escape(login), 60)}**: ${pulse === undefined ? 'never hosted' : loginWords(pulse, at)}`,
    ...suites.map(({ suite }) => `· ${clip(escape(suite), 60)}: ${suiteWords(suite, pulse)}`),
  ]);
  const { text, left } = fitLines(lines, limits.fieldValue - 30);
  const newest = Math.max(...desk.pulses.map((pulse) => pulse.at));
  const age = Number.isFinite(newest) ? ` (${ago(newest, at)})` : '';
  return field(`Last known${age}`, left === 0 ? text : `${text}\n…and ${count(left, 'more line')}`);
}

function loginWords(pulse: LoginPulse, at: number): string {
  const hub = (name: 'user' | 'market'): string => `${name} hub ${clip(escape(pulse.hubs[name].state), 30)}`;
  return `${hub('user')}, ${hub('market')}, session ${clipWords(escape(pulse.session), 40)}, seen ${ago(pulse.at, at)}`;
}

function suiteWords(name: string, pulse: LoginPulse | undefined): string {
  const suite = pulse?.suites.find((one) => one.suite === name);
  if (pulse === undefined || suite === undefined) return 'not seen';
  const data =
    suite.lastExchangeAt === undefined
      ? 'no data yet'
      : `newest data ${span(Math.max(0, pulse.at - suite.lastExchangeAt))} old then`;
  return `was ${clip(escape(exposureWords(suite.exposure)), 80)}, ${data}`;
}

function reportField(report: Report, at: number): APIEmbedField {
  const bad = worstFirst(findingsOf(report)).filter(
    (finding) => standsAlone(finding) && finding.status !== 'pass' && finding.status !== 'skip',
  );
  const lines = bad
    .slice(0, mostFindings)
    .map((finding) => `${icons[finding.status]} ${clipWords(escape(titleOf(finding)), 120)}`);
  const more = bad.length > mostFindings ? [`…and ${bad.length - mostFindings} more`] : [];
  return field(
    `The last answer to this (${ago(report.finishedAt, at)})`,
    [`It said then: ${escape(verdictWords(report))}.`, ...lines, ...more].join('\n'),
  );
}

function incidentsField({ incidents, incidentsAt, direct }: LastSeen, at: number): APIEmbedField {
  const known =
    incidentsAt === undefined
      ? ['Not known: this bot has never read them.']
      : incidents.length === 0
        ? ['None was open then.']
        : incidents.map(incidentLine);
  const { text, left } = fitLines([...direct.map(directLine), ...known], limits.fieldValue - 30);
  return field(
    incidentsAt === undefined ? 'Open incidents' : `Open incidents (as read ${ago(incidentsAt, at)})`,
    left === 0 ? text : `${text}\n…and ${left} more`,
  );
}

function directLine(page: DirectPage): string {
  const { alerts } = page;
  const more = alerts.length > 1 ? ` and ${alerts.length - 1} more` : '';
  const isOver = alerts.every(({ recovery }) => recovery !== undefined);
  return `${isOver ? icons.skip : icons.fail} ${clip(escape(headline(page)), 80)}${more} · posted in the ops channel since, not recorded yet${isOver ? ', and over' : ''}`;
}

function incidentLine({ incident, refs }: KnownIncident): string {
  const { state } = incident;
  const who =
    state.kind === 'acknowledged'
      ? `${clip(escape(state.by.name), 40)} had it`
      : state.kind === 'suppressed'
        ? 'held back'
        : 'nobody had it';
  const where = refs.threadId === undefined ? '' : ` · <#${refs.threadId}>`;
  return `**#${escape(incident.id)}** ${clip(escape(headline(incident)), 80)} · ${who}${where}`;
}

function notKnown({ hostHere, incidentsAt, deskAt }: LastSeen, at: number): string {
  const since = Math.max(incidentsAt ?? Number.NEGATIVE_INFINITY, deskAt ?? Number.NEGATIVE_INFINITY);
  const after = Number.isFinite(since) ? ` since ${exchangeTime(Math.min(since, at))}` : '';
  return hostHere
    ? `What the checks would say now; incidents opened, taken or ended${after}; logins hosted in other processes.`
    : `Everything that happened${after}: hubs, positions, orders, and incidents opened, taken or ended.`;
}
