// Who is on call and until when, and what is silenced by whom and why.
import { nobodyCalled, type Callee } from '../../domain/callees.ts';
import { nextChangeAt, onCallAt, type Duty, type Roster } from '../../domain/oncall.ts';
import type { Answer } from '../../domain/job.ts';
import type { Silence } from '../../domain/silence.ts';
import { mentionText } from './incident.ts';
import { colours, field, fitLines, message, type MessagePayload } from './message.ts';
import { clip, count, escape, exchangeDay, stamp } from './text.ts';

export function presentOncall({ at, roster, called }: Extract<Answer, { kind: 'oncall' }>): MessagePayload {
  const primary = onCallAt(roster.primary, roster.overrides, at);
  const secondary = onCallAt(roster.secondary, [], at);
  const next = nextDuty(roster, at);
  return message({
    embeds: [
      {
        title:
          primary === undefined
            ? called.length === 0
              ? 'Nobody is on call'
              : 'No rotation is configured'
            : `${clip(escape(primary.person.name), 60)} is on call`,
        description: primary === undefined ? withoutRotation(called) : dutyLine(primary),
        color: primary !== undefined ? colours.neutral : called.length === 0 ? colours.high : colours.unknown,
        fields: [
          ...(secondary === undefined
            ? []
            : [
                field(
                  'Secondary, called when nobody responds',
                  `**${clip(escape(secondary.person.name), 60)}** ${dutyLine(secondary)}`,
                ),
              ]),
          ...(next === undefined
            ? []
            : [
                field(
                  'Next',
                  `**${clip(escape(next.person.name), 60)}** from ${exchangeDay(next.fromAt)} (${stamp(next.fromAt)})`,
                ),
              ]),
        ],
      },
    ],
  });
}

function withoutRotation(called: readonly Callee[]): string {
  return called.length === 0
    ? `${nobodyCalled.text}\n→ ${nobodyCalled.wayOut}`
    : `Every page calls ${mentionText(called)}. Name a rotation under \`oncall: primary\` in pitwatch.yaml, or take a shift with /oncall take.`;
}

function dutyLine({ why, toAt }: Duty): string {
  const until = `until ${exchangeDay(toAt)} (${stamp(toAt)})`;
  return why === 'override' ? `${until}, taken over; /oncall clear gives it back` : until;
}

function nextDuty({ primary, overrides }: Roster, at: number): Duty | undefined {
  const now = onCallAt(primary, overrides, at);
  for (let change = nextChangeAt(primary, overrides, at); change !== undefined; ) {
    const duty = onCallAt(primary, overrides, change);
    // A shift that began or ended while somebody else has it changes nothing.
    const isSame = duty?.person.id === now?.person.id && duty?.toAt === now?.toAt;
    // Somebody whose shift another one covers has it again from then on, not since it first began.
    if (!isSame) return duty === undefined ? undefined : { ...duty, fromAt: change };
    change = nextChangeAt(primary, overrides, change);
  }
  return undefined;
}

export function presentSilences({ at, silences }: Extract<Answer, { kind: 'silences' }>): MessagePayload {
  if (silences.length === 0) {
    return message({
      embeds: [{ title: 'Nothing is silenced', description: 'No alert is held back.', color: colours.good }],
    });
  }
  const { text, left } = fitLines(
    silences.map((one) => line(one, at)),
    3_900,
  );
  return message({
    embeds: [
      {
        title: count(silences.length, 'silence'),
        description: left === 0 ? text : `${text}\n…and ${left} more`,
        color: colours.medium,
        footer: {
          text: `${stillPaged(silences)} · /silence end ends one`,
        },
      },
    ],
  });
}

function line(silence: Silence, at: number): string {
  const { id, kind, reason, by, fromAt, toAt, untilWell } = silence;
  const when = fromAt > at ? `from ${stamp(fromAt)} ` : '';
  const well = untilWell ? ', or as soon as everything has recovered' : '';
  return `🔕 **${escape(id)}** ${kind} of ${matcherWords(silence)} ${when}until ${stamp(toAt, 't')} (${stamp(toAt)})${well}\n${clip(escape(reason), 200)}, by ${clip(escape(by.name), 60)}`;
}

/** What no silence holds back; one of a suite does not hold back what other suites have too. */
export function stillPaged(silences: readonly Pick<Silence, 'matcher'>[]): string {
  const ofSuite = silences.some(({ matcher }) => matcher.suite !== undefined);
  const bare = 'a position without a stop';
  const dead = 'a login that nobody watches';
  return `Still paged: ${ofSuite ? `${bare}, ${dead}, and what touches other suites too` : `${bare}, and ${dead}`}`;
}

export function matcherWords({ matcher: { login, suite, finding } }: Pick<Silence, 'matcher'>): string {
  const what = finding === undefined ? 'everything' : `**${escape(finding)}**`;
  const where = suite ?? login;
  return where === undefined ? what : `${what} of ${escape(where)}`;
}
