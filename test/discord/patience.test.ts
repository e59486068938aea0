// An answer that is in no queue is tried through minutes of trouble, and is left to the next bot where this one stops.
import { describe, expect, it } from 'vitest';
import { OpsError } from '../../src/domain/errors.ts';
import { Patience, type Ending } from '../../src/discord/patience.ts';
import { makeLog } from '../../src/log.ts';
import { FakeClock } from '../fakes/clock.ts';

const minuteMs = 60_000;
const tokenLifeMs = 15 * minuteMs;

function stage() {
  const clock = new FakeClock(0);
  const patience = new Patience(clock, makeLog('silent'));
  const tries: number[] = [];
  let failure: OpsError | undefined;
  let ending: Ending | undefined;
  return {
    clock,
    patience,
    tries,
    fail: (retryable = true, retryAfterMs?: number) => {
      failure = new OpsError('discord-unavailable', 'Discord answered 503.', {
        retryable,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      });
    },
    heal: () => (failure = undefined),
    begin: () => {
      void patience
        .deliver('1', tokenLifeMs, () => {
          tries.push(clock.now());
          return failure === undefined ? Promise.resolve() : Promise.reject(failure);
        })
        .then((end) => (ending = end));
    },
    ending: () => ending,
  };
}

describe('an answer outside the queue', () => {
  it('goes through minutes of 5xx, with pauses that grow to a quarter of a minute', async () => {
    const { clock, tries, fail, heal, begin, ending } = stage();
    fail();
    begin();
    await clock.forward(14 * minuteMs);
    const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    expect(pauses.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(ending()).toBeUndefined();
    heal();
    await clock.forward(15_000);
    expect(ending()).toBe('delivered');
    expect(clock.waiting).toBe(0);
  });

  it('is not tried sooner than Discord asks', async () => {
    const { clock, tries, fail, heal, begin, ending } = stage();
    fail(true, 60_000);
    begin();
    await clock.forward(59_999);
    expect(tries).toEqual([0]);
    heal();
    await clock.forward(1);
    expect([tries.at(-1), ending()]).toEqual([60_000, 'delivered']);
  });

  it('has its time beyond the life of the token, for the way that is left then, and not without end', async () => {
    const { clock, tries, fail, begin, ending } = stage();
    fail();
    begin();
    await clock.forward(tokenLifeMs + 6 * minuteMs);
    expect(ending()).toBe('given-up');
    expect(tries.at(-1)).toBeGreaterThan(tokenLifeMs);
  });

  it('is given up at once where it is refused for good', async () => {
    const { clock, tries, fail, begin, ending } = stage();
    fail(false);
    begin();
    await clock.forward(0);
    expect([tries, ending()]).toEqual([[0], 'given-up']);
  });

  it('is tried at once where the bot is told to stop, and left where that fails until it does', async () => {
    const { clock, patience, tries, fail, begin, ending } = stage();
    fail();
    begin();
    await clock.forward(2 * minuteMs);
    const before = tries.length;
    patience.hurry();
    await clock.forward(4_000);
    expect(tries.length - before).toBeGreaterThan(6);
    expect(ending()).toBeUndefined();
    patience.end();
    await clock.forward(0);
    expect(ending()).toBe('left');
    expect(clock.waiting).toBe(0);
    begin();
    await clock.forward(0);
    expect(ending()).toBe('left');
  });
});
