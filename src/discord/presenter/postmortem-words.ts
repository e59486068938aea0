// What a postmortem's facts are called, as plain text that is not escaped yet; card, file and picture say the same.
import type { Deed, End, GoalCheck, PastIncident, Postmortem } from '../../domain/postmortem.ts';
import { count, exchangeTime, exchangeWhen, span } from './text.ts';

export function downtimeWords({ downtime: { kind, ms, rounds } }: Postmortem): string {
  const often = rounds > 1 ? `, in ${count(rounds, 'round')}` : '';
  return `${kind === 'over' ? '' : 'at least '}${span(ms)}${often}`;
}

/** @param near when it is read: another day is named */
export function endWords(end: End, near: number): string {
  switch (end.kind) {
    case 'open':
      return 'still open';
    case 'held-back':
      return `held back by ${end.silence} of ${end.by.name} (${end.reason}); nobody was called`;
    case 'recovered':
      return `recovered by itself at ${exchangeWhen(end.at, near)}`;
    case 'by-hand': {
      const still =
        end.stillSeen.length === 0 ? '' : `, while this was still seen: ${end.stillSeen.join(', ')}`;
      return `closed by ${end.by.name} at ${exchangeWhen(end.at, near)}${still}`;
    }
  }
}

/** `paged after 1.2 s (goal 5 s): met`. */
export function goalWords({ what, goalMs, outcome, heldBackUntil }: GoalCheck): string {
  const goal = `(our goal ${span(goalMs)})`;
  const from =
    heldBackUntil === undefined ? '' : `, counted from ${exchangeTime(heldBackUntil)}, when a silence ended`;
  switch (outcome.kind) {
    case 'took':
      return `${what} after ${span(outcome.ms)} ${goal}: ${outcome.isMet ? 'met' : 'missed'}${from}`;
    case 'missed':
      return `never ${what} ${goal}: missed${from}`;
    case 'pending':
      return `not ${what} yet ${goal}${from}`;
    case 'spared':
      return `over before anybody had to take it ${goal}${from}`;
  }
}

/** `#9 Market hub down (mnq): recovered by itself …, taken after 40 s`. */
export function pastWords(past: PastIncident, near: number): string {
  const { incident, title, suites, end, openedAt, acknowledgedAt } = past;
  const whose = suites.length === 0 ? '' : ` (${suites.join(', ')})`;
  const taken =
    acknowledgedAt === undefined ? 'nobody took it' : `taken after ${span(acknowledgedAt - openedAt)}`;
  const after = end.kind === 'recovered' || end.kind === 'by-hand' ? ` after ${span(end.at - openedAt)}` : '';
  return `#${incident} ${title}${whose}: ${endWords(end, near)}${after}, ${taken}`;
}

/** Who did what. Most entries name who did it; in a note people write what they like, so its name is always ours. */
export function deedWords({ by, kind, text }: Deed, people: Postmortem['people']): string {
  if (kind === 'noted') return `${by.name}: ${namedWords(text, people)}`;
  return text.startsWith(`${by.name} `) ? text : `${by.name}: ${text}`;
}

/** Whom a note mentions, by name where we know it: a file shows no mention, and an id is nobody. */
export function namedWords(text: string, people: Postmortem['people']): string {
  return text.replace(/<@!?(\d{15,20})>/g, (mention, id: string) => {
    const name = people.find(({ person }) => person.id === id)?.person.name;
    return name === undefined ? mention : `@${name}`;
  });
}

export const instantWords: Readonly<Record<Postmortem['instants'][number]['name'], string>> = {
  observed: 'observed',
  decided: 'decided',
  queued: 'page queued',
  sent: 'page sent',
  accepted: 'page accepted by Discord',
  acknowledged: 'acknowledged',
};

export const stepWords = {
  open: 'not done',
  taken: 'started, not finished',
  done: 'done',
  passed: 'skipped',
} as const;

/** False where its first entries are not kept any more. */
export function isWhole({ timeline }: Postmortem): boolean {
  return timeline.length === 0 || timeline[0]?.kind === 'opened';
}
