// Tick arithmetic: exact over many tick sizes, whatever way the price is written.
import fc from 'fast-check';
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { gridMoney, money, onGrid, priceText, tickSize, toGrid } from '../../src/domain/price.ts';
import type { TickSize } from '../../src/domain/market.ts';

const sizes = [
  '0.25',
  '0.1',
  '0.01',
  '0.001',
  '0.0001',
  '0.00005',
  '0.0000005',
  '0.005',
  '0.5',
  '1',
  '5',
  '1/32',
  '1/64',
  '1/128',
  '1/256',
];

function tickOf(text: string): TickSize {
  const tick = tickSize(text);
  if (tick === undefined) throw new Error(`no tick size: ${text}`);
  return tick;
}

it.each([
  ['0.25', 1, 4, '0.25'],
  ['0.250000000', 1, 4, '0.25'],
  [0.00005, 1, 20_000, '0.00005'],
  [5e-7, 1, 2_000_000, '0.0000005'],
  ['0.03125', 1, 32, '0.03125'],
  ['1/256', 1, 256, '0.00390625'],
  [1, 1, 1, '1'],
  ['2.5', 5, 2, '2.5'],
  [12.5, 25, 2, '12.5'],
])('a tick size of %s is %i/%i', (from, num, den, text) => {
  expect(tickSize(from)).toEqual({ num, den, text });
});

it.each(['', 'abc', '0', '-0.25', '1/0', '0/4', 'NaN', 'Infinity', '1e999', '.'])(
  '%j is no tick size',
  (text) => {
    expect(tickSize(text)).toBeUndefined();
  },
);

describe.each(sizes)('with ticks of %s', (text) => {
  const tick = tickOf(text);
  const exactText = (ticks: number): string => new Decimal(ticks).times(tick.num).div(tick.den).toFixed();

  it('every aligned price is found, as a number and as a text', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000, max: 20_000_000 }), (ticks) => {
        const price = exactText(ticks);
        expect(toGrid(Number(price), tick)).toBe(ticks === 0 ? 0 : ticks);
        expect(toGrid(price, tick)).toBe(ticks === 0 ? 0 : ticks);
        expect(toGrid(`${price}${price.includes('.') ? '' : '.'}000000000`, tick)).toBe(
          ticks === 0 ? 0 : ticks,
        );
        expect(gridMoney(ticks, tick)?.toFixed()).toBe(new Decimal(price).toFixed());
      }),
      { numRuns: 400 },
    );
  });

  it('every price between two ticks is off the grid and keeps its text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000_000 }), fc.integer({ min: 1, max: 99 }), (ticks, part) => {
        const price = new Decimal(ticks)
          .plus(new Decimal(part).div(100))
          .times(tick.num)
          .div(tick.den)
          .toFixed();
        expect(toGrid(Number(price), tick)).toEqual({ offGrid: String(Number(price)) });
        expect(toGrid(price, tick)).toEqual({ offGrid: price });
      }),
      { numRuns: 400 },
    );
  });
});

it('float noise and misaligned prices are off the grid', () => {
  const tick = tickOf('0.25');
  expect(toGrid(25411.250000004, tick)).toEqual({ offGrid: '25411.250000004' });
  expect(toGrid(25411.27, tick)).toEqual({ offGrid: '25411.27' });
  expect(toGrid('25411.2500000000000000001', tick)).toEqual({ offGrid: '25411.2500000000000000001' });
  expect(toGrid(Number.NaN, tick)).toEqual({ offGrid: 'NaN' });
  expect(toGrid('soon', tick)).toEqual({ offGrid: 'soon' });
  expect(onGrid(toGrid(-0, tick)) && Object.is(toGrid(-0, tick), 0)).toBe(true);
});

it('prices are written with the decimals of their tick', () => {
  expect(priceText(101_645, tickOf('0.25'))).toBe('25411.25');
  expect(priceText(101_644, tickOf('0.25'))).toBe('25411.00');
  expect(priceText(3_700, tickOf('1/32'))).toBe('115.62500');
  expect(priceText({ offGrid: '25411.27' }, tickOf('0.25'))).toBe('25411.27');
});

it('money is exact from its text and nothing from anything else', () => {
  expect(
    money(0.1)
      ?.plus(money('0.2') ?? 0)
      .toFixed(),
  ).toBe('0.3');
  expect(money('6335.250000000')?.toFixed()).toBe('6335.25');
  for (const none of [null, undefined, '', 'x', Number.NaN, {}, []]) expect(money(none)).toBeUndefined();
});
