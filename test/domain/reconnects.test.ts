// When a reconnect loop is over: once a connection has held, not because we ourselves pause before the next attempt.
import { expect, it } from 'vitest';
import { loopOf } from '../../src/domain/reconnects.ts';
import type { HubState, HubView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { fakeHub } from '../fakes/view.ts';

const s = 1000;
const lostAt = Date.UTC(2026, 10, 18, 15, 0, 0);
const drop = { reason: 'server-close', detail: '', at: lostAt } as const;

/** A hub that lost five connections of 3 s each, the last at `lostAt`. */
function looped(state: HubState): HubView {
  const connections = [40, 30, 20, 10, 0].map((ago) => {
    const closedAt = lostAt - ago * s;
    return { openedAt: closedAt - 3 * s, closedAt, drop: { ...drop, at: closedAt }, events: 0 };
  });
  return fakeHub('market', lostAt, { state, connections });
}
const inLoop = (state: HubState, afterMs: number): boolean =>
  loopOf(looped(state), lostAt + afterMs, 0, startThresholds) !== undefined;

const away = { kind: 'reconnecting', sinceAt: lostAt, drop, lastError: undefined } as const;

it('goes on through a pause of our own of minutes', () => {
  expect(inLoop({ ...away, attempt: 0, nextAttemptAt: lostAt + 240 * s }, 200 * s)).toBe(true);
});

it('is over a minute later where attempts do not open: that is another trouble', () => {
  expect(inLoop({ ...away, attempt: 3, nextAttemptAt: undefined }, 100 * s)).toBe(false);
});

it('is over once the connection after the pause has held', () => {
  const back = { kind: 'connected', sinceAt: lostAt + 180 * s, connectionId: 'market#6' } as const;
  expect(inLoop(back, 182 * s)).toBe(true);
  expect(inLoop(back, 280 * s)).toBe(false);
});
