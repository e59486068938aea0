// How fast people were told and moved, held against goals of ours: time to page and to acknowledge per severity; pure.
import type { KnownIncident } from './job.ts';
import { severities, type Severity } from './severity.ts';

export interface Goal {
  /** From when it was observed to the page that Discord accepted. */
  readonly pagedMs: number;
  /** From when it was observed to the first person who took it. */
  readonly takenMs: number;
}

const minuteMs = 60_000;

/**
 * Start values, ours and nobody's standard: a page within seconds; somebody moves before everyone is called (`carePolicies`), or, where
 * nobody is called again, within a working day.
 */
export const goals: Readonly<Record<Severity, Goal>> = {
  critical: { pagedMs: 5_000, takenMs: 5 * minuteMs },
  high: { pagedMs: 5_000, takenMs: 15 * minuteMs },
  medium: { pagedMs: 15_000, takenMs: 60 * minuteMs },
  low: { pagedMs: 60_000, takenMs: 480 * minuteMs },
};

export type Outcome =
  /** It happened, in time or late. */
  | { readonly kind: 'took'; readonly ms: number; readonly isMet: boolean }
  /** It never happened, and the goal is over. */
  | { readonly kind: 'missed' }
  /** Not yet, and there is still time. */
  | { readonly kind: 'pending' }
  /** Nobody had to any more: it was over by itself before the goal was. */
  | { readonly kind: 'spared' };

export interface Spread {
  /** How long it took where it happened, shortest first. */
  readonly took: readonly number[];
  readonly met: number;
  /** Those that could meet the goal or miss it. */
  readonly judged: number;
  /** Of these, where it never happened. */
  readonly missed: number;
  readonly pending: number;
  readonly spared: number;
}

export interface SloRow {
  readonly severity: Severity;
  readonly incidents: number;
  readonly goal: Goal;
  readonly paged: Spread;
  readonly taken: Spread;
}

export interface Slo {
  /** Severities with at least one page, worst first. */
  readonly rows: readonly SloRow[];
  /** Incidents a silence held back to their end, or until now: nobody was to be told. */
  readonly heldBack: number;
  /** Counted from the end of a silence, which held their page back. */
  readonly countedLater: number;
}

/** From when the time counts: when it was observed, or the end of the silence that held the page back. */
export function countedFrom({ incident }: KnownIncident): number {
  const { pagedAt, openedAt, observedAt } = incident;
  return pagedAt !== undefined && pagedAt > openedAt ? pagedAt : observedAt;
}

/** Whether Discord took the page in time. */
export function pageOutcome(known: KnownIncident, now: number): Outcome {
  const from = countedFrom(known);
  return outcome(known.refs.acceptedAt, from, goals[known.incident.severity].pagedMs, now);
}

/** Whether somebody moved in time; who ends it by hand has moved. */
export function takenOutcome(known: KnownIncident, now: number): Outcome {
  const { state, severity, acknowledgedAt } = known.incident;
  const from = countedFrom(known);
  const goalMs = goals[severity].takenMs;
  const isOver = state.kind === 'resolved';
  const at = acknowledgedAt ?? (isOver && state.by !== 'recovery' ? state.at : undefined);
  if (at === undefined && isOver && state.at - from <= goalMs) return { kind: 'spared' };
  return outcome(at, from, goalMs, now);
}

function outcome(at: number | undefined, from: number, goalMs: number, now: number): Outcome {
  if (at === undefined) return { kind: now - from <= goalMs ? 'pending' : 'missed' };
  const ms = Math.max(0, at - from);
  return { kind: 'took', ms, isMet: ms <= goalMs };
}

export function sloOf(known: readonly KnownIncident[], now: number): Slo {
  const paged = known.filter(({ incident }) => incident.paged);
  const rows = severities.flatMap((severity) => {
    const those = paged.filter(({ incident }) => incident.severity === severity);
    if (those.length === 0) return [];
    return [
      {
        severity,
        incidents: those.length,
        goal: goals[severity],
        paged: spreadOf(those.map((one) => pageOutcome(one, now))),
        taken: spreadOf(those.map((one) => takenOutcome(one, now))),
      },
    ];
  });
  return {
    rows,
    heldBack: known.length - paged.length,
    countedLater: paged.filter((one) => countedFrom(one) !== one.incident.observedAt).length,
  };
}

function spreadOf(outcomes: readonly Outcome[]): Spread {
  const of = (kind: Outcome['kind']): number => outcomes.filter((one) => one.kind === kind).length;
  const took = outcomes.flatMap((one) => (one.kind === 'took' ? [one.ms] : [])).sort((a, b) => a - b);
  return {
    took,
    met: outcomes.filter((one) => one.kind === 'took' && one.isMet).length,
    judged: of('took') + of('missed'),
    missed: of('missed'),
    pending: of('pending'),
    spared: of('spared'),
  };
}

/** By the nearest rank, so that every number shown is one that was measured. @param sorted not empty, shortest first */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1))] ?? 0;
}
