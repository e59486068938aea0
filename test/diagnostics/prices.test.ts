// What is told of prices and books: by the session in which it was seen.
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { DataView, DepthTrouble } from '../../src/domain/data-view.ts';
import { noData } from '../../src/domain/data-view.ts';
import type { Diagnostic, Verdict } from '../../src/domain/diagnostic.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import bookSanity from '../../src/diagnostics/book-sanity.ts';
import priceSanity from '../../src/diagnostics/price-sanity.ts';
import { DataWatch } from '../../src/projectx/data-watch.ts';
import { fakeLogin, firstSuite } from '../fakes/view.ts';

/** A Wednesday, 17:03 in Chicago. */
const now = Date.parse('2026-03-04T23:03:00Z');
const opened = now - 3 * 60_000;
const evening: MarketPhase = { kind: 'open', openedAt: opened, closesAt: now + 20 * 3_600_000 };

function verdict(asked: Diagnostic, data: Partial<DataView>, market: MarketPhase = evening): Verdict {
  const view: DataView = { ...noData, watchedSinceAt: now - 3_600_000, ...data };
  const suite = firstSuite(fakeLogin(now, { suites: [{ patch: { data: view } }] }));
  const { signal } = new AbortController();
  const answer = asked.examine(suite, {
    now,
    signal,
    market,
    marketOf: () => market,
    thresholds: startThresholds,
  });
  if (answer instanceof Promise) throw new Error('it has alarms, so it answers at once');
  return answer;
}

describe('a spike', () => {
  const at = (lastAt: number): Partial<DataView> => ({
    anomalies: { spike: { count: 1, firstAt: lastAt, lastAt, sample: 'last from 1 to 2' } },
  });

  it('is told where the session was open, also after its close', () => {
    expect(verdict(priceSanity, at(now - 60_000))).toMatchObject({ status: 'fail', finding: 'price-spike' });
    const closed: MarketPhase = {
      kind: 'closed',
      why: 'daily-break',
      closedAt: now - 60_000,
      opensAt: now + 60_000,
    };
    expect(verdict(priceSanity, at(now - 90_000), closed)).toMatchObject({ status: 'fail' });
    expect(verdict(priceSanity, at(now - 30_000), closed)).toMatchObject({ status: 'skip' });
  });

  it('is none among the indicative quotes before an opening', () => {
    expect(verdict(priceSanity, at(opened - 60_000))).toMatchObject({ status: 'skip' });
  });
});

describe('a crossed book', () => {
  const contractId = 'CON.F.US.MNQ.Z25';
  type Sides = readonly [bid: number | undefined, ask: number | undefined];

  /** A quote for each pair of sides, so many ms apart from the first on, and looked at so long after the last. */
  function told(quotes: readonly Sides[], everyMs: number, laterMs = 100): Verdict {
    const watch = new DataWatch({ num: 1, den: 4, text: '0.25' });
    const startAt = now - laterMs - (quotes.length - 1) * everyMs;
    for (const [index, [bestBid, bestAsk]] of quotes.entries()) {
      const at = startAt + index * everyMs;
      watch.quote({
        contractId,
        lastPrice: 100_000,
        bestBid,
        bestAsk,
        volume: 100 + index,
        exchangeAt: at,
        receivedAt: at,
      });
    }
    return verdict(bookSanity, { ...watch.view() });
  }
  const times = (count: number, ...some: readonly Sides[]): readonly Sides[] =>
    Array.from({ length: count }, () => some).flat();
  const sound: Sides = [99_999, 100_000];
  const crossed: Sides = [100_002, 100_000];
  const neither: Sides = [undefined, undefined];
  const words = (answer: Verdict): string =>
    'finding' in answer ? `${answer.finding}: ${answer.summary}` : answer.status;

  it('of many whole updates is told, however short it was and though it is over', () => {
    expect(words(told([sound, ...times(30, crossed)], 50))).toMatch(/book-crossed.*30 updates within 1/);
    expect(words(told([sound, ...times(30, crossed), ...times(200, sound)], 50))).toMatch(
      /book-crossed.*30 updates within 1\.5 s; it ended 10 s ago/,
    );
    expect(words(told([sound, ...times(5, crossed), sound], 50))).toBe('pass');
  });

  it('that comes again and again is told by its sum', () => {
    const turn = [...times(3, crossed), ...times(3, sound)];
    expect(words(told([sound, ...times(2, ...turn)], 500))).toMatch(/book-crossed.*2 times.*3.0 s in total/);
    expect(words(told([sound, ...turn], 500))).toBe('pass');
  });

  it('that no side comes to uncross is told after two seconds of a feed that lives', () => {
    const quotes = [sound, [100_002, undefined] as const, ...times(10, neither)];
    expect(words(told(quotes, 300))).toMatch(/book-crossed.*11 updates/);
    expect(words(told(quotes, 100))).toBe('pass');
    // A feed that ended with it is another matter.
    expect(words(told(quotes.slice(0, 2), 300, 10_000))).toBe('pass');
  });

  it('for the moment between the two sides of a fast market is none, up or down, for minutes', () => {
    const run = Array.from({ length: 2_000 }, (_, step): readonly Sides[] => {
      const price = 100_000 + (step % 200 < 100 ? 3 * (step % 200) : 3 * (200 - (step % 200)));
      // Whichever side leads: the bid upwards, the ask downwards.
      return step % 200 < 100
        ? [
            [price + 2, undefined],
            [undefined, price + 3],
          ]
        : [
            [undefined, price + 1],
            [price, undefined],
          ];
    }).flat();
    expect(words(told(run, 40))).toBe('pass');
  });

  it('that lasted is over with its end', () => {
    expect(words(told([sound, ...times(100, crossed)], 100))).toMatch(/book-crossed/);
    expect(words(told([sound, ...times(100, crossed), sound], 100))).toBe('pass');
  });
});

describe('a depth that contradicts itself', () => {
  const sinceAt = now - 11_000;
  const told = (depth: DepthTrouble): Verdict => verdict(bookSanity, { book: { ...noData.book, depth } });

  it.each([
    [{ kind: 'empty', sinceAt }, 'was reset and has not been built again'],
    [{ kind: 'crossed', sinceAt }, 'levels of both sides that cross'],
    [
      { kind: 'left-behind', side: 'bid', price: 100, sinceAt },
      'still has a best bid that the market trades below',
    ],
    [
      { kind: 'left-behind', side: 'ask', price: 101, sinceAt },
      'still has a best ask that the market trades above',
    ],
    [
      { kind: 'crowded', side: 'ask', levels: 12, usual: 10, sinceAt },
      'holds 12 asks, where it has 10 a side',
    ],
  ] as const)('is told with what is wrong with it: %o', (depth, words) => {
    const verdictOfIt = told(depth);
    expect(verdictOfIt).toMatchObject({ status: 'fail', finding: 'depth-broken', sinceAt });
    if (verdictOfIt.status === 'fail') expect(verdictOfIt.summary).toContain(words);
  });

  it('is a frozen side where the quotes stand there too, and have all the while', () => {
    const depth = { kind: 'left-behind', side: 'bid', price: 100, sinceAt } as const;
    const standing = (book: Partial<DataView['book']>): Verdict =>
      verdict(bookSanity, { book: { ...noData.book, bid: 100, depth, ...book } });
    expect(standing({ movedAt: { bid: sinceAt - 1, ask: now } })).toMatchObject({ finding: 'book-frozen' });
    expect(standing({ movedAt: { bid: sinceAt + 1, ask: now } })).toMatchObject({ finding: 'depth-broken' });
    expect(standing({ bid: 99, movedAt: { bid: 0, ask: now } })).toMatchObject({ finding: 'depth-broken' });
  });

  it('is given ten seconds to be put right', () => {
    expect(told({ kind: 'crossed', sinceAt: now - 9_000 }).status).toBe('pass');
  });
});
