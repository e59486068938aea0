// The published matrix: how bad a kind of trouble is, by what is at stake and whether the market is open.
import type { MarketPhase } from './calendar.ts';
import type { Exposure } from './order.ts';

/** `critical` trading halted or positions at risk; `high` data integrity; `medium` performance; `low` the rest. */
export type Severity = 'critical' | 'high' | 'medium' | 'low';

/** Worst first. */
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/**
 * What a finding is about, for its severity:
 * `protection` a position without its stop, or an order that opens one · `sight` prices or order events do not arrive ·
 * `access` the gateway or the session does not let us in · `truth` orders, fills or positions disagree · `data` prices, bars or volumes are wrong ·
 * `permission` the account may not trade or must be flat · `money` sums disagree · `upkeep` speed, memory, share of requests, notices.
 */
export type Concern =
  | 'protection'
  | 'sight'
  | 'access'
  | 'truth'
  | 'data'
  | 'permission'
  | 'money'
  | 'upkeep';

export type StakeKind = Exposure['kind'];

type Row = Readonly<Record<StakeKind, Severity>>;

const row = (unprotected: Severity, unknown: Severity, isProtected: Severity, flat: Severity): Row => ({
  unprotected,
  unknown,
  protected: isProtected,
  flat,
});

/** Start values, ours: positions at risk are critical at any hour, data alone is high while the market trades, low in the daily break. */
export const severityMatrix: Readonly<Record<Concern, Readonly<Record<MarketPhase['kind'], Row>>>> = {
  protection: {
    open: row('critical', 'critical', 'critical', 'critical'),
    closed: row('critical', 'high', 'high', 'high'),
  },
  sight: {
    open: row('critical', 'critical', 'critical', 'high'),
    closed: row('critical', 'high', 'medium', 'low'),
  },
  access: {
    open: row('critical', 'critical', 'critical', 'high'),
    closed: row('critical', 'high', 'medium', 'low'),
  },
  truth: {
    open: row('critical', 'critical', 'critical', 'high'),
    closed: row('critical', 'high', 'high', 'medium'),
  },
  data: {
    open: row('critical', 'high', 'high', 'high'),
    closed: row('high', 'medium', 'medium', 'low'),
  },
  permission: {
    open: row('critical', 'critical', 'critical', 'high'),
    closed: row('critical', 'high', 'high', 'medium'),
  },
  money: {
    open: row('high', 'high', 'high', 'medium'),
    closed: row('high', 'medium', 'medium', 'medium'),
  },
  upkeep: {
    open: row('high', 'medium', 'medium', 'low'),
    closed: row('medium', 'low', 'low', 'low'),
  },
};

const byWeight: readonly StakeKind[] = ['unprotected', 'unknown', 'protected', 'flat'];

/** The heaviest of several stakes; none at all is flat. */
export function heaviest(exposures: readonly Exposure[]): StakeKind {
  const kinds = new Set(exposures.map(({ kind }) => kind));
  return byWeight.find((kind) => kinds.has(kind)) ?? 'flat';
}

/** The severity of a concern on suites whose exposures and phases are given; open where any of their markets is. */
export function severityOf(
  concern: Concern,
  exposures: readonly Exposure[],
  phases: readonly MarketPhase[],
): Severity {
  const phase = phases.some(({ kind }) => kind === 'open') ? 'open' : 'closed';
  return severityMatrix[concern][phase][heaviest(exposures)];
}
