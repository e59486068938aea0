// What is told of prices and books: by the session in which it was seen.
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { DataView } from '../../src/domain/data-view.ts';
import { noData } from '../../src/domain/data-view.ts';
import type { Diagnostic, Verdict } from '../../src/domain/diagnostic.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import priceSanity from '../../src/diagnostics/price-sanity.ts';
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
