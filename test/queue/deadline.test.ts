// Work with a deadline: told to stop, then left behind, so that its slot is free within a second.
import { describe, expect, it } from 'vitest';
import { byDeadline, lastWordMs } from '../../src/queue/deadline.ts';
import { FakeClock, settle } from '../fakes/clock.ts';

describe('work with a deadline', () => {
  const scene = (work: (signal: AbortSignal) => Promise<string>, stopping?: AbortSignal) => {
    const clock = new FakeClock();
    const startedAt = clock.now();
    let ended: { readonly how: unknown; readonly afterMs: number } | undefined;
    byDeadline(
      { clock, endsInMs: 5_000, what: 'The examination', ...(stopping === undefined ? {} : { stopping }) },
      work,
    ).then(
      (value) => (ended = { how: value, afterMs: clock.now() - startedAt }),
      (error: unknown) => (ended = { how: error, afterMs: clock.now() - startedAt }),
    );
    return { clock, ended: () => ended };
  };
  const never = (): Promise<string> => new Promise(() => undefined);

  it('that ends in time is what it returned, and leaves no timer', async () => {
    const { clock, ended } = scene(() => Promise.resolve('well'));
    await settle();
    expect(ended()).toEqual({ how: 'well', afterMs: 0 });
    expect(clock.waiting).toBe(0);
  });

  it('that hangs and does not listen is left behind within a second after its deadline', async () => {
    const { clock, ended } = scene(never);
    await clock.forward(5_000 + lastWordMs - 1);
    expect(ended()).toBeUndefined();
    await clock.forward(1);
    expect(ended()).toMatchObject({
      how: { code: 'deadline', retryable: true },
      afterMs: 5_000 + lastWordMs,
    });
    expect(lastWordMs).toBeLessThanOrEqual(1_000);
    expect(clock.waiting).toBe(0);
  });

  it('that listens has the last word', async () => {
    const { clock, ended } = scene(
      (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('what there is'))),
    );
    await clock.forward(5_000);
    expect(ended()).toEqual({ how: 'what there is', afterMs: 5_000 });
  });

  it('is told to stop, and left behind, when its process closes', async () => {
    const closing = new AbortController();
    const { clock, ended } = scene(never, closing.signal);
    await clock.forward(100);
    closing.abort();
    await clock.forward(lastWordMs);
    expect(ended()).toMatchObject({ how: { code: 'cancelled' }, afterMs: 100 + lastWordMs });
  });

  it('that throws, at once or later, throws that', async () => {
    const atOnce = scene(() => {
      throw new Error('a bug');
    });
    await settle();
    expect(atOnce.ended()).toMatchObject({ how: { message: 'a bug' } });
    expect(atOnce.clock.waiting).toBe(0);
  });
});
