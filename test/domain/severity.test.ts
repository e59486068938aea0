// The severity matrix: what is at stake decides, more at stake is never less severe, and an open market never less than a closed one.
import { describe, expect, it } from 'vitest';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { Exposure } from '../../src/domain/order.ts';
import {
  heaviest,
  severityMatrix,
  severityOf,
  type Concern,
  type StakeKind,
} from '../../src/domain/severity.ts';

const now = Date.parse('2026-03-04T22:30:00Z');
const open: MarketPhase = { kind: 'open', openedAt: now - 1, closesAt: now + 1 };
const dailyBreak: MarketPhase = { kind: 'closed', why: 'daily-break', closedAt: now - 1, opensAt: now + 1 };
const flat: Exposure = { kind: 'flat' };
const naked: Exposure = { kind: 'unprotected', side: 'long', size: 2, uncovered: 2 };
const stopped: Exposure = { kind: 'protected', side: 'long', size: 2 };
const unknown: Exposure = { kind: 'unknown', why: 'not read' };

const rank = { low: 0, medium: 1, high: 2, critical: 3 } as const;
const concerns = Object.keys(severityMatrix) as Concern[];
const lightestFirst: readonly StakeKind[] = ['flat', 'protected', 'unknown', 'unprotected'];

describe('the matrix', () => {
  it.each(concerns)('never calls more at stake less severe: %s', (concern) => {
    for (const phase of ['open', 'closed'] as const) {
      const ranks = lightestFirst.map((stake) => rank[severityMatrix[concern][phase][stake]]);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }
  });

  it.each(concerns)('never calls a closed market more severe than an open one: %s', (concern) => {
    for (const stake of lightestFirst) {
      const { open: trading, closed } = severityMatrix[concern];
      expect(rank[closed[stake]]).toBeLessThanOrEqual(rank[trading[stake]]);
    }
  });

  it('calls a lost hub critical beside a naked position, and low when flat in the daily break', () => {
    expect(severityOf('sight', [flat, naked], [dailyBreak])).toBe('critical');
    expect(severityOf('sight', [flat], [dailyBreak])).toBe('low');
    expect(severityOf('sight', [flat], [dailyBreak, open])).toBe('high');
  });

  it('treats what is not known as more than protected', () => {
    expect(heaviest([flat, stopped, unknown])).toBe('unknown');
    expect(heaviest([stopped, flat])).toBe('protected');
    expect(heaviest([])).toBe('flat');
  });
});
