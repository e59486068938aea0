// Turns while Discord has trouble: one try at a time, the gravest first also where it failed just before, and all at once when well.
import { describe, expect, it } from 'vitest';
import { makeTurns, type Turns } from '../../src/queue/turns.ts';
import { FakeClock } from '../fakes/clock.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Takes a turn and notes when it has it. */
function line(turns: Turns): { readonly had: number[]; readonly take: (rank: number) => void } {
  const had: number[] = [];
  return {
    had,
    take: (rank) => {
      void turns.take(`of ${rank}`, rank).then((may) => {
        if (may) had.push(rank);
      });
    },
  };
}

describe('turns', () => {
  it('are had at once while all is well', async () => {
    const { had, take } = line(makeTurns(new FakeClock()));
    for (const rank of [3, 0, 4]) take(rank);
    await settle();
    expect(had).toEqual([3, 0, 4]);
  });

  it('are gathered at the start where that is wanted, and then had side by side, by rank', async () => {
    const clock = new FakeClock();
    const turns = makeTurns(clock, 250);
    const { had, take } = line(turns);
    for (const rank of [3, 0, 4, 1]) take(rank);
    await clock.forward(249);
    expect(had).toEqual([]);
    await clock.forward(1);
    expect(had).toEqual([0, 1, 3, 4]);
    take(2);
    await settle();
    expect(had).toEqual([0, 1, 3, 4, 2]);
    const closing = makeTurns(clock, 250);
    const waits = closing.take('a', 0);
    closing.close();
    expect(await waits).toBe(false);
    expect(clock.waiting).toBe(0);
  });

  it('in trouble are had one at a time, and by rank once one went through', async () => {
    const clock = new FakeClock();
    const turns = makeTurns(clock);
    const { had, take } = line(turns);
    turns.failed('of 2', 2, 1_000);
    const went = (): void => {
      turns.went(`of ${String(had.at(-1))}`);
    };
    for (const rank of [4, 3, 0, 2, 1]) take(rank);
    await clock.forward(999);
    expect(had).toEqual([]);
    await clock.forward(1);
    expect(had).toEqual([0]);
    for (const expected of [
      [0, 1],
      [0, 1, 2],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4],
    ]) {
      went();
      await settle();
      expect(had).toEqual(expected);
    }
    went();
    take(3);
    take(0);
    await settle();
    expect(had.slice(5)).toEqual([3, 0]);
  });

  it('of what is less grave wait for the gravest that failed just before, and not for ever where it stays away', async () => {
    const clock = new FakeClock();
    const turns = makeTurns(clock);
    const { had, take } = line(turns);
    turns.failed('of 0', 0, 10_000);
    take(2);
    await clock.forward(10_200);
    expect(had).toEqual([]);
    take(0);
    await settle();
    expect(had).toEqual([0]);
    turns.failed('of 0', 0, 10_000);
    await clock.forward(12_999);
    expect(had).toEqual([0]);
    await clock.forward(1);
    expect(had).toEqual([0, 2]);
  });

  it('of what is less grave wait for graver ones that are still under way from before the trouble', async () => {
    const clock = new FakeClock();
    const turns = makeTurns(clock);
    const { had, take } = line(turns);
    for (const rank of [1, 2, 4]) take(rank);
    await settle();
    turns.failed('of 4', 4, 1_000);
    await clock.forward(5_000);
    take(4);
    take(3);
    // The gravest waits for nobody that hangs.
    take(0);
    await settle();
    expect(had).toEqual([1, 2, 4, 0]);
    turns.went('of 0');
    await clock.forward(30_000);
    expect(had).toEqual([1, 2, 4, 0]);
    turns.went('of 1');
    await settle();
    expect(had).toEqual([1, 2, 4, 0]);
    turns.failed('of 2', 2, 1_000);
    await clock.forward(1_000);
    take(2);
    await settle();
    expect(had).toEqual([1, 2, 4, 0, 2]);
    turns.went('of 2');
    await settle();
    expect(had).toEqual([1, 2, 4, 0, 2, 3]);
  });

  it('end for all who wait when it closes', async () => {
    const turns = makeTurns(new FakeClock());
    turns.failed('a', 0, 1_000);
    const waiting = [turns.take('a', 0), turns.take('b', 1)];
    turns.close();
    expect(await Promise.all(waiting)).toEqual([false, false]);
    expect(await turns.take('a', 0)).toBe(false);
  });
});
