// The desk as last heard of, at hand for whoever asks, with how long it has been heard of without a break.
import type { Clock } from '../domain/clock.ts';
import type { DeskView } from '../domain/desk.ts';

interface Followed {
  follow(changed: (view: DeskView) => void): void;
}

export interface DeskSight {
  latest(): DeskView;
  /** When the store told of it last; undefined = never. */
  seenAt(): number | undefined;
  /** True where the desk has been seen without a break for `forMs`: only then does a missing pulse mean a missing host. */
  clear(now: number, forMs: number): boolean;
  close(): void;
}

const staleMs = 4_000;
const lookMs = 1_000;

/**
 * Keeps the last view at hand, and knows since when it has been fresh: after an outage of Redis every pulse looks old.
 * @param away true while the store is known to be away; a short outage is seen by nothing else
 */
export function followDesk(desk: Followed, clock: Clock, away: () => boolean): DeskSight {
  let view: DeskView = { roster: [], pulses: [] };
  let seenAt = Number.NEGATIVE_INFINITY;
  let clearSince = clock.now();
  const take = (next: DeskView): void => {
    const now = clock.now();
    if (away() || now - seenAt > staleMs) clearSince = now;
    seenAt = now;
    view = next;
  };
  desk.follow(take);
  const stop = clock.every(lookMs, () => {
    if (away() || clock.now() - seenAt > staleMs) clearSince = clock.now();
  });
  return {
    latest: () => view,
    seenAt: () => (Number.isFinite(seenAt) ? seenAt : undefined),
    clear: (now, forMs) => !away() && now - seenAt <= staleMs && now - clearSince >= forMs,
    close: stop,
  };
}
