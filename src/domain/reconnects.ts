// How often a hub's connection was lost, and whether it is caught in a loop of connecting and dropping.
import type { HubConnectionRecord, HubDrop, HubView } from './suite.ts';
import type { Thresholds } from './thresholds.ts';

export const hourMs = 3_600_000;
/** This many drops within the window, whatever their lives, is a storm (a kill every few seconds or every minute). */
const stormWindowMs = 5 * 60_000;

export interface Life {
  readonly openedAt: number;
  readonly closedAt: number;
  readonly lifeMs: number;
  readonly drop: HubDrop;
}

/** Connections that were lost (not those we closed), oldest first. */
export function lostLives(hub: HubView, fromAt: number): readonly Life[] {
  return hub.connections.flatMap((record) => {
    const life = lifeOf(record);
    return life !== undefined && life.closedAt >= fromAt && life.drop.reason !== 'stopped' ? [life] : [];
  });
}

function lifeOf({ openedAt, closedAt, drop }: HubConnectionRecord): Life | undefined {
  if (closedAt === undefined || drop === undefined) return undefined;
  return { openedAt, closedAt, lifeMs: closedAt - openedAt, drop };
}

export interface Loop {
  readonly sinceAt: number;
  readonly lives: readonly Life[];
  /** True where every life was short: reference 12's sign of a closed market, a dead token or a second session. */
  readonly shortLived: boolean;
}

/**
 * The loop a hub is in now, if any.
 * @param fromAt losses before this do not count (the opening after a maintenance)
 */
export function loopOf(hub: HubView, now: number, fromAt: number, thresholds: Thresholds): Loop | undefined {
  const lives = lostLives(hub, fromAt);
  const last = lives.at(-1);
  if (last === undefined) return undefined;
  const { state } = hub;
  // While we pause before the first attempt nothing can hold: the pause is part of the loop, and it is over once a connection has held.
  const pauses = state.kind === 'reconnecting' && state.attempt === 0;
  const heldSinceAt = state.kind === 'connected' ? Math.max(state.sinceAt, last.closedAt) : last.closedAt;
  const overMs = thresholds.loopOverMs + longestOf(lives.slice(-thresholds.shortLives), thresholds);
  if (!pauses && now - heldSinceAt > overMs) return undefined;
  const row: Life[] = [];
  for (const life of [...lives].reverse()) {
    if (life.lifeMs >= thresholds.shortLifeMs) break;
    row.unshift(life);
  }
  if (row.length >= thresholds.shortLives) return loop(row, true);
  const recent = lives.filter((life) => (pauses ? last.closedAt : now) - life.closedAt <= stormWindowMs);
  return recent.length >= thresholds.shortLives ? loop(recent, false) : undefined;
}

/** A storm of one kill a minute is not over because the last connection has held for most of a minute. */
function longestOf(lives: readonly Life[], { loopOverMs }: Thresholds): number {
  return Math.max(0, ...lives.map((life) => Math.min(life.lifeMs, loopOverMs)));
}

function loop(lives: readonly Life[], shortLived: boolean): Loop {
  return { sinceAt: lives[0]?.closedAt ?? 0, lives, shortLived };
}
