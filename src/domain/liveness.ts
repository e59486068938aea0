// What the bot says of itself in its channel every few minutes, so that people see it when it stops: the contract of its store, and what is said.
import type { DeskView } from './desk.ts';

export interface Liveness {
  readonly at: number;
  /** The next one is said by then; later than this means that nobody says it any more. */
  readonly nextBy: number;
  /** The oldest of the newest looks at what is watched: nothing of it is older. Undefined = nothing is watched. */
  readonly lookedAt: number | undefined;
  readonly watched: readonly string[];
  /** Suites that no worker looks at, with their login. */
  readonly unwatched: readonly { readonly suite: string; readonly login: string }[];
}

/** The id of the message that says it, kept for the bot after this one. */
export interface LivenessStore {
  /** @throws OpsError `redis-unavailable` */
  known(): Promise<string | undefined>;
  /** @throws OpsError `redis-unavailable` */
  keep(messageId: string): Promise<void>;
}

/** A host gives a sign of life each second. */
const freshMs = 5_000;

export function livenessOf({ roster, pulses }: DeskView, now: number, everyMs: number): Liveness {
  const lookOf = (login: string): number | undefined => {
    const at = pulses.find((pulse) => pulse.login === login)?.at;
    return at !== undefined && now - at <= freshMs ? at : undefined;
  };
  const suites = roster.flatMap(({ login, suites: own }) =>
    own.map(({ suite }) => ({ suite, login, at: lookOf(login) })),
  );
  const watched = suites.filter(({ at }) => at !== undefined);
  const looks = watched.flatMap(({ at }) => at ?? []);
  return {
    at: now,
    nextBy: now + everyMs,
    lookedAt: looks.length === 0 ? undefined : Math.min(...looks),
    watched: watched.map(({ suite }) => suite),
    unwatched: suites.flatMap(({ suite, login, at }) => (at === undefined ? [{ suite, login }] : [])),
  };
}
