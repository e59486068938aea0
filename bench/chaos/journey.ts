// A journey through the desk that chaos may strike at any step, and what must be true of it afterwards.
import { until as waitUntil } from '../../test/fixtures/real-redis.ts';
import type { ChaosDesk } from './desk.ts';
import type { Shown } from './ledger.ts';
import type { Person } from './person.ts';

export interface Scene {
  readonly desk: ChaosDesk;
  readonly person: Person;
  /** When this run began; what was shown before is not its business. */
  readonly since: number;
  /** When it ended; what is shown later belongs to it only by what it bears. */
  until: number;
  /** Part of every word that a person writes in this run, and of nothing else. */
  readonly mark: string;
  /** From here on the fault may strike. */
  readonly begin: () => void;
}

export interface Wrong {
  readonly kind: 'lost' | 'doubled' | 'hung' | 'broken';
  readonly what: string;
}

/** Asked at the very end of the run, and once more later: what is wrong. */
export type Judge = () => readonly Wrong[] | Promise<readonly Wrong[]>;

export interface Journey {
  readonly name: string;
  /** Its own trouble keeps data from being fresh while it lasts. */
  readonly dropsHub: boolean;
  walk(scene: Scene): Promise<Judge>;
}

export const lost = (what: string): Wrong => ({ kind: 'lost', what });

/** Nothing where there is exactly one. */
export function once(what: string, found: readonly unknown[]): readonly Wrong[] {
  if (found.length === 1) return [];
  return found.length === 0 ? [lost(what)] : [{ kind: 'doubled', what: `${what}, ${found.length} times` }];
}

/** Everything shown in this run, oldest first; in one channel or thread where it is named, later too. */
export function shownIn({ desk, since, until }: Scene, channel?: string): readonly Shown[] {
  return [...desk.ledger.shown.values()].filter(
    (one) => one.at >= since && (channel === undefined ? one.at <= until : one.channel === channel),
  );
}

export const pagesOf = (scene: Scene): readonly Shown[] =>
  shownIn(scene).filter(({ incident }) => incident !== undefined);

/** @throws Error once patience is over */
export async function appears<T>(what: string, look: () => T | undefined, withinMs: number): Promise<T> {
  let found: T | undefined;
  await waitUntil(
    () => {
      found = look();
      return found !== undefined;
    },
    withinMs,
    what,
  );
  if (found === undefined) throw new Error(`unreachable: ${what}`);
  return found;
}
