// Is a bar told as missing only where the market surely traded?
import { describe, expect, it } from 'vitest';
import { different, unsound, type Traded } from '../../src/domain/bar-truth.ts';
import type { ToldBars } from '../../src/domain/data-view.ts';
import type { Bar } from '../../src/domain/market.ts';

const minuteMs = 60_000;
const at = Date.UTC(2026, 10, 18, 15, 0, 0);

/** Twenty minutes, newest first, without those left out. */
function told(volume: (index: number) => number, without: readonly number[]): ToldBars {
  const bars = Array.from({ length: 20 }, (_, index) => ({
    startAt: at - index * minuteMs,
    open: 100,
    high: 104,
    low: 99,
    close: 101,
    volume: volume(index),
  })).filter((_, index) => !without.includes(index));
  return { at, askedAt: at + minuteMs, periodMs: minuteMs, bars };
}
const words = (bars: ToldBars, traded?: (startAt: number) => Traded): readonly string[] =>
  unsound(bars, traded).map(({ what }) => what);

describe('a hole in a row of bars', () => {
  it('is a missing bar where every minute trades well', () => {
    expect(words(told(() => 100, [5]))).toEqual(['missing']);
    expect(words(told(() => 100, []))).toEqual([]);
  });

  it('is none where quiet minutes hardly trade, or too few are known', () => {
    expect(words(told((index) => (index % 5 === 0 ? 2 : 100), [7]))).toEqual([]);
    const rest = Array.from({ length: 15 }, (_, index) => index + 5);
    expect(words(told(() => 100, [2, ...rest]))).toEqual([]);
  });

  it('is none where our own stream was whole and told no print, however well the other minutes trade', () => {
    const traded = (startAt: number): Traded => (startAt === at - 5 * minuteMs ? 'no' : 'yes');
    expect(
      words(
        told(() => 100, [5]),
        traded,
      ),
    ).toEqual([]);
  });

  it('is a missing bar where we saw it trade, however thin the contract', () => {
    expect(
      words(
        told(() => 1, [5]),
        () => 'yes',
      ),
    ).toEqual(['missing']);
  });
});

describe('a minute that differs from the prints', () => {
  const own = (more: Partial<Bar>): readonly Bar[] => [
    {
      contractId: 'CON.F.US.MNQ.Z26',
      timeframe: '1min',
      startAt: at - 5 * minuteMs,
      open: 100,
      high: 104,
      low: 99,
      close: 101,
      volume: 100,
      ...more,
    },
  ];
  const certain = (more: Partial<Bar>): readonly (boolean | undefined)[] =>
    different(
      told(() => 100, []),
      own(more),
      0,
    ).map((one) => one.certain);

  it('is certain where no print at its edge explains it: both extremes, or a good part of its volume', () => {
    expect(certain({ high: 110, low: 90 })).toEqual([true]);
    expect(certain({ volume: 60 })).toEqual([true]);
    expect(certain({ close: 104 })).toEqual([false]);
    expect(certain({ high: 108 })).toEqual([false]);
    expect(certain({ volume: 90 })).toEqual([false]);
    expect(certain({})).toEqual([]);
  });
});
