// Silences and maintenance: what people do not want to be woken for, until when, and what nobody can mute.
import type { Alert } from './alert.ts';
import type { Person } from './person.ts';

/** Which alerts: every part that is given must match; at least one is. */
export interface Matcher {
  readonly login?: string;
  readonly suite?: string;
  /** A finding's name, as in `/explain`. */
  readonly finding?: string;
}

export interface Silence {
  readonly id: string;
  /** `maintenance` is announced at its start and end, and what it held is judged again at its end. */
  readonly kind: 'silence' | 'maintenance';
  readonly matcher: Matcher;
  readonly reason: string;
  readonly by: Person;
  readonly madeAt: number;
  readonly fromAt: number;
  readonly toAt: number;
  /** Ends by itself when what it silences has recovered. */
  readonly untilWell: boolean;
  /** When and by whom it was ended early. */
  readonly ended?: { readonly at: number; readonly by: Person | 'recovery' };
  /** What the channel was told of it already. */
  readonly begun?: boolean;
  readonly reminded?: boolean;
  readonly over?: boolean;
}

export const longestSilenceMs = 24 * 3_600_000;
/** People are reminded this long before one ends. */
export const reminderMs = 10 * 60_000;

/** A maintenance that ends so much later than the same one that runs makes it longer; less is the same pressed twice, or by two people. */
export const prolongsMs = 10 * 60_000;

/** The death of a watcher or of the bot itself: silence about it would silence everything. */
const neverMuted: readonly string[] = ['host-lost'];

export type SilenceProblem = { readonly text: string; readonly wayOut: string };

/** Why a silence cannot be made; undefined = it can. */
export function silenceProblem(
  wanted: Pick<Silence, 'kind' | 'matcher' | 'reason' | 'fromAt' | 'toAt'>,
  now: number,
): SilenceProblem | undefined {
  const { kind, matcher, reason, fromAt, toAt } = wanted;
  if (Object.values(matcher).every((part) => part === undefined)) {
    return {
      text: `A ${kind} of everything is not possible.`,
      wayOut: kind === 'silence' ? 'Name a suite or a finding.' : 'Name a suite.',
    };
  }
  if (matcher.finding !== undefined && neverMuted.includes(matcher.finding)) {
    return {
      text: `"${matcher.finding}" cannot be silenced: without a worker you would not hear of anything else either.`,
      wayOut: 'Bring the worker back, or stop watching the login in pitwatch.yaml.',
    };
  }
  if (reason.trim() === '')
    return { text: `A ${kind} needs a reason.`, wayOut: 'Say in a few words why nobody should be woken.' };
  if (toAt <= Math.max(fromAt, now))
    return { text: `A ${kind} must end in the future.`, wayOut: 'Give a later end, e.g. 2h.' };
  if (toAt - fromAt > longestSilenceMs) {
    return {
      text: `A ${kind} lasts at most 24 h.`,
      wayOut: 'Make it shorter; you can add another one when it ends.',
    };
  }
  return undefined;
}

export function isActive({ fromAt, toAt, ended }: Silence, now: number): boolean {
  return ended === undefined && fromAt <= now && now < toAt;
}

/** A part that the matcher names must be the alert's own: a silence of one suite never mutes its whole login. */
export function matches({ login, suite, finding }: Matcher, alert: Alert): boolean {
  return (
    (login === undefined || login === alert.place.login) &&
    (finding === undefined || finding === alert.finding) &&
    (suite === undefined ||
      alert.place.suite === suite ||
      (alert.suites.length > 0 && alert.suites.every((one) => one.suite === suite)))
  );
}

/** A position without a stop, in doubt, or a dead watcher is told whatever anybody muted. */
export function isMutable(alert: Alert): boolean {
  if (neverMuted.includes(alert.finding) || alert.insists === true) return false;
  return alert.suites.every(({ exposure }) => exposure.kind === 'flat' || exposure.kind === 'protected');
}

function lastOf(silences: readonly Silence[]): Silence | undefined {
  return silences.reduce<Silence | undefined>(
    (last, one) => (last === undefined || one.toAt > last.toAt ? one : last),
    undefined,
  );
}

/** What several suites share is muted only where it is for each of them, by one silence or by several. */
function sharesOf(alert: Alert): readonly Alert[] {
  const { account, contract, suite } = alert.place;
  const isShared = suite === undefined && (account ?? contract) !== undefined && alert.suites.length > 0;
  return isShared ? alert.suites.map((one) => ({ ...alert, suites: [one] })) : [alert];
}

/** The silence that holds the alert back now; undefined = it must be told. The one that ends last is named. */
export function silencing(silences: readonly Silence[], alert: Alert, now: number): Silence | undefined {
  if (!isMutable(alert)) return undefined;
  const held = sharesOf(alert).map((share) =>
    lastOf(silences.filter((one) => isActive(one, now) && matches(one.matcher, share))),
  );
  const all = held.flatMap((one) => one ?? []);
  return all.length < held.length ? undefined : all.toSorted((a, b) => a.toAt - b.toAt)[0];
}

/** The silence that ends last where each of them is held back now; undefined = at least one must be told, or there is none. */
export function holding(
  silences: readonly Silence[],
  alerts: readonly Alert[],
  now: number,
): Silence | undefined {
  const holders = alerts.flatMap((alert) => silencing(silences, alert, now) ?? []);
  return holders.length < alerts.length ? undefined : lastOf(holders);
}

/** Since when nothing holds the alert back any more, epoch ms; 0 = nothing known ever did, undefined = it is held back now. */
export function freeSince(silences: readonly Silence[], alert: Alert, now: number): number | undefined {
  if (!isMutable(alert)) return 0;
  if (silencing(silences, alert, now) !== undefined) return undefined;
  const free = sharesOf(alert)
    .filter((share) => silencing(silences, share, now) === undefined)
    .map((share) => {
      const ends = silences
        .filter(({ matcher, fromAt }) => fromAt <= now && matches(matcher, share))
        .map(({ toAt, ended }) => Math.min(toAt, ended?.at ?? toAt));
      return Math.max(0, ...ends);
    });
  return Math.min(...free);
}
