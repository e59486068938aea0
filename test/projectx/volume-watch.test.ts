// Prints and the day's total come one after the other: what lies between them at the edge of a minute is known, and belongs to no fault.
import { describe, expect, it } from 'vitest';
import { Anomalies } from '../../src/projectx/anomalies.ts';
import { VolumeWatch } from '../../src/projectx/volume-watch.ts';

const minute = 60_000;
const start = 30 * minute;

class Tape {
  readonly watch = new VolumeWatch(new Anomalies());
  #total = 1_000;

  print(at: number, size: number, exchangeAt = at): void {
    this.#total += size;
    const more = { contractId: 'CON.F.US.MNQ.Z25', price: 100, aggressor: 'buy' as const };
    this.watch.print({ ...more, size, exchangeAt, receivedAt: at + 20 });
  }

  quote(at: number): void {
    this.watch.quote({ volume: this.#total, exchangeAt: at, receivedAt: at + 20 });
  }
}

it('what was printed and not told yet is known for the beginning and the end of each minute', () => {
  const tape = new Tape();
  for (const [ms, lots, isTold] of [
    [0, 5, true],
    [minute, 3, true],
    [minute + 50_000, 7, false],
    [2 * minute + 10_000, 2, true],
    [3 * minute, 1, true],
  ] as const) {
    tape.print(start + ms, lots);
    if (isTold) tape.quote(start + ms);
  }
  expect(tape.watch.list()).toMatchObject([
    { prints: 10, quoted: 3, owedBefore: 0, owedAfter: 7 },
    { prints: 2, quoted: 9, owedBefore: 7, owedAfter: 0 },
  ]);
});

it('what was printed before the first total belongs to no whole minute, and a stamp far ahead opens none', () => {
  const tape = new Tape();
  tape.print(start, 5);
  tape.print(start + minute, 4);
  tape.print(start + minute, 1, start + 365 * 24 * 60 * minute);
  tape.quote(start + minute);
  for (const turn of [2, 3]) {
    expect(tape.watch.list()).toEqual([]);
    tape.print(start + turn * minute, 2);
    tape.quote(start + turn * minute);
  }
  expect(tape.watch.list()).toMatchObject([{ prints: 2, quoted: 2 }]);
});

it('counts the rises of the total that no print came after, until one does', () => {
  const tape = new Tape();
  const at = start;
  tape.print(at, 2);
  tape.quote(at + 10);
  expect(tape.watch.unprinted).toBe(0);
  for (const volume of [1_010, 1_010, 1_020])
    tape.watch.quote({ volume, exchangeAt: at + volume, receivedAt: at + volume });
  expect(tape.watch.unprinted).toBe(2);
  tape.print(at + 2_000, 1);
  expect(tape.watch.unprinted).toBe(0);
});

describe('a total told late', () => {
  const at = start + 10_000;

  function afterTotals(...totals: readonly (readonly [stampedAt: number | undefined, volume: number])[]) {
    const anomalies = new Anomalies();
    const watch = new VolumeWatch(anomalies);
    totals.forEach(([exchangeAt, volume], turn) => {
      watch.quote({ volume, exchangeAt, receivedAt: at + 100 + turn });
    });
    return { falls: anomalies.list()['volume-fell']?.count ?? 0, watch };
  }

  it('by a quote that is older than one before it is no fall of the volume', () => {
    expect(afterTotals([at, 1_000], [at + 40, 1_010], [at + 20, 1_004], [at + 60, 1_012]).falls).toBe(0);
  });

  it('leaves the minute to be compared as it was', () => {
    const { watch } = afterTotals(
      [start - 1_000, 990],
      [at, 1_000],
      [at + 40, 1_010],
      [at + 20, 1_004],
      [at + minute, 1_012],
    );
    expect(watch.list()).toMatchObject([{ quoted: 20 }]);
  });

  it('is a fall where the next quote goes on below, where its time says it is newer, and where it has none', () => {
    expect(afterTotals([at + 40, 1_010], [at + 20, 500], [at + 60, 501]).falls).toBe(1);
    expect(afterTotals([at + 40, 1_010], [at + 41, 1_004]).falls).toBe(1);
    expect(afterTotals([at + 40, 1_010], [undefined, 1_004]).falls).toBe(1);
  });

  it('is a fall where the feed is so far behind that its times are what is wrong', () => {
    expect(afterTotals([at, 1_010], [at - 60_000, 500]).falls).toBe(1);
  });
});
