// Lots rebuilt from fills: every closing fill's profit, oldest first or by average, and what is left of the position.
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueMoney, rebuildLots, wrongTurns, type RebuiltLots } from '../../src/domain/lots.ts';
import type { HalfTurn } from '../../src/domain/money-view.ts';
import { fill, usd } from '../fakes/money.ts';

const at = Date.parse('2026-03-04T16:00:00Z');
const perPoint = { tick: { num: 1, den: 4, text: '0.25' }, tickMicros: 500_000 };

const earned = (lots: RebuiltLots, index: number) => {
  const one = lots.turns[index];
  return one === undefined ? undefined : dueMoney(one, lots.point);
};

function turn(id: number, side: 'buy' | 'sell', size: number, price: string, profit?: string): HalfTurn {
  return {
    ...fill(id, at + id * 1000, { side, size, price: new Decimal(price) }),
    profitAndLoss: profit === undefined ? undefined : usd(profit),
    voidedAt: undefined,
    stoodBefore: false,
  };
}

const wrongIds = (turns: readonly HalfTurn[], held = 0): readonly string[] =>
  wrongTurns(rebuildLots(turns, held, perPoint)).map(({ turn: { id } }) => id);

describe('lots', () => {
  it('takes the oldest first, and knows the average as well', () => {
    const lots = rebuildLots(
      [turn(1, 'buy', 1, '100'), turn(2, 'buy', 1, '110'), turn(3, 'sell', 1, '120')],
      1,
      perPoint,
    );
    expect(lots.turns[2]).toMatchObject({ closed: 1 });
    expect(earned(lots, 2)?.oldestFirst.toFixed()).toBe('40');
    expect(earned(lots, 2)?.average.toFixed()).toBe('30');
    expect(lots.left.size).toBe(1);
    expect(lots.left.average?.oldestFirst.toFixed()).toBe('110');
    expect(lots.left.average?.average.toFixed()).toBe('105');
  });

  it('either way of counting is right, a third is not', () => {
    const before = [turn(1, 'buy', 1, '100'), turn(2, 'buy', 1, '110')];
    expect(wrongIds([...before, turn(3, 'sell', 1, '120', '40')], 1)).toEqual([]);
    expect(wrongIds([...before, turn(3, 'sell', 1, '120', '30')], 1)).toEqual([]);
    expect(wrongIds([...before, turn(3, 'sell', 1, '120', '35')], 1)).toEqual(['3']);
  });

  it('another order of lots is no error where the whole trip adds up', () => {
    const newestFirst = [
      turn(1, 'buy', 1, '100'),
      turn(2, 'buy', 1, '110'),
      turn(3, 'sell', 1, '120', '20'),
      turn(4, 'sell', 1, '120', '40'),
    ];
    expect(wrongIds(newestFirst)).toEqual([]);
  });

  it('a fill that turns the position closes and opens', () => {
    const turned = rebuildLots([turn(1, 'sell', 2, '100'), turn(2, 'buy', 5, '99.5', '2')], 3, perPoint);
    expect(turned.turns[1]).toMatchObject({ closed: 2 });
    expect(turned.left.size).toBe(3);
    expect(turned.left.average?.average.toFixed()).toBe('99.5');
    expect(wrongTurns(turned)).toEqual([]);
  });

  it('what was held before the first known fill cannot be told, what follows can', () => {
    const turns = [
      turn(1, 'sell', 1, '120', '999'),
      turn(2, 'buy', 2, '100'),
      turn(3, 'sell', 2, '101', '5'),
    ];
    const lots = rebuildLots(turns, 0, perPoint);
    expect(lots.turns.map(({ due }) => due === undefined)).toEqual([true, false, false]);
    expect(wrongTurns(lots).map(({ turn: { id } }) => id)).toEqual(['3']);
  });

  it('an opening fill that claims a profit is wrong', () => {
    expect(wrongIds([turn(1, 'buy', 1, '100', '12')], 1)).toEqual(['1']);
    expect(wrongIds([turn(1, 'buy', 1, '100', '0')], 1)).toEqual([]);
  });
});

interface Step {
  readonly buy: boolean;
  readonly size: number;
  readonly ticks: number;
}

/** Books as a gateway does, oldest first, in whole quarter ticks: profit is 0.5 a tick and lot. */
function booked(steps: readonly Step[]): { turns: HalfTurn[]; held: number } {
  let lots: { size: number; ticks: number }[] = [];
  let side = 0;
  const turns = steps.map(({ buy, size, ticks }, index) => {
    const way = buy ? 1 : -1;
    let left = size;
    let profit: number | undefined;
    while (side === -way && left > 0 && lots[0] !== undefined) {
      const [lot] = lots;
      const taken = Math.min(lot.size, left);
      profit = (profit ?? 0) + (ticks - lot.ticks) * side * taken * 50;
      lot.size -= taken;
      left -= taken;
      lots = lots.filter((one) => one.size > 0);
    }
    if (left > 0) {
      lots.push({ size: left, ticks });
      side = way;
    }
    const price = new Decimal(ticks).div(4).toFixed();
    return turn(
      index + 1,
      buy ? 'buy' : 'sell',
      size,
      price,
      profit === undefined ? undefined : new Decimal(profit).div(100).toFixed(),
    );
  });
  return { turns, held: side * lots.reduce((sum, { size }) => sum + size, 0) };
}

const steps = fc.array(
  fc.record({
    buy: fc.boolean(),
    size: fc.integer({ min: 1, max: 9 }),
    ticks: fc.integer({ min: 100_000, max: 100_400 }),
  }),
  { minLength: 1, maxLength: 30 },
);

describe('stories of fills', () => {
  it('books in order are never called wrong, from wherever they are known', () => {
    fc.assert(
      fc.property(steps, fc.nat(20), (story, from) => {
        const { turns, held } = booked(story);
        expect(wrongIds(turns.slice(from), held)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('one profit off by more than a cent is found wherever its lots are known', () => {
    fc.assert(
      fc.property(steps, fc.nat(29), fc.integer({ min: 2, max: 50_000 }), (story, which, cents) => {
        const { turns, held } = booked(story);
        const closing = turns.filter(({ profitAndLoss }) => profitAndLoss !== undefined);
        const target = closing[which % Math.max(1, closing.length)];
        if (target === undefined) return;
        const sick = turns.map((one) =>
          one === target
            ? { ...one, profitAndLoss: (one.profitAndLoss ?? usd(0)).plus(usd(cents).div(100)) }
            : one,
        );
        const lots = rebuildLots(sick, held, perPoint);
        const own = lots.turns.find(({ turn: { id } }) => id === target.id);
        // By chance it may be what the average makes: then nobody can tell.
        const average = own === undefined ? undefined : dueMoney(own, lots.point)?.average;
        if (
          average
            ?.minus(own?.turn.profitAndLoss ?? 0)
            .abs()
            .lessThanOrEqualTo('0.01') === true
        )
          return;
        expect(wrongTurns(lots).map(({ turn: { id } }) => id)).toContain(target.id);
      }),
      { numRuns: 300 },
    );
  });
});
