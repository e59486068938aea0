// What an open incident needs next when nobody moves: whom to call, when an acknowledgement has run out, what to remind of. Pure.
import type { Severity } from './diagnostic.ts';
import type { Person } from './person.ts';

/** Whom a call reaches, each wider than the one before. */
export const circles = ['primary', 'secondary', 'everyone'] as const;
export type Circle = (typeof circles)[number];

/** All spans in ms, counted from the page. */
export interface CarePolicy {
  /** Nobody has acknowledged: the secondary is called after this, and everyone after that. */
  readonly secondaryAfterMs: number;
  readonly everyoneAfterMs: number;
  /** An acknowledgement without any activity in the incident runs out after this. */
  readonly acknowledgedForMs: number;
  /** Silence in an acknowledged incident is asked about after this, at most `mostNags` times. */
  readonly updateEveryMs: number;
  /** Everything is well, but nobody closed it. */
  readonly closeAfterMs: number;
  readonly mostNags: number;
}

const minuteMs = 60_000;

/** Start values, ours; the ten minutes of a critical acknowledgement are a promise of the product. */
export const carePolicies: Readonly<Record<Severity, CarePolicy>> = {
  critical: {
    secondaryAfterMs: 3 * minuteMs,
    everyoneAfterMs: 8 * minuteMs,
    acknowledgedForMs: 10 * minuteMs,
    updateEveryMs: 5 * minuteMs,
    closeAfterMs: 15 * minuteMs,
    mostNags: 3,
  },
  high: {
    secondaryAfterMs: 10 * minuteMs,
    everyoneAfterMs: 25 * minuteMs,
    acknowledgedForMs: 30 * minuteMs,
    updateEveryMs: 15 * minuteMs,
    closeAfterMs: 30 * minuteMs,
    mostNags: 3,
  },
  medium: {
    secondaryAfterMs: 45 * minuteMs,
    everyoneAfterMs: 120 * minuteMs,
    acknowledgedForMs: 120 * minuteMs,
    updateEveryMs: 60 * minuteMs,
    closeAfterMs: 60 * minuteMs,
    mostNags: 2,
  },
  low: {
    secondaryAfterMs: Number.POSITIVE_INFINITY,
    everyoneAfterMs: Number.POSITIVE_INFINITY,
    acknowledgedForMs: 480 * minuteMs,
    updateEveryMs: Number.POSITIVE_INFINITY,
    closeAfterMs: 240 * minuteMs,
    mostNags: 1,
  },
};

/** What has been done for an incident so far; kept with it, so that nothing hangs on a process' memory. */
export interface Care {
  /** When the people were last called for it: the page, an escalation, or a new call after an acknowledgement ran out. */
  readonly calledAt: number;
  /** When the present round of calls began (its page, or the end of the last acknowledgement). */
  readonly roundAt: number;
  readonly circle: Circle;
  /** The newest thing any person did in it. */
  readonly activeAt: number;
  readonly nags: number;
  readonly naggedAt: number | undefined;
}

export type CaredFor =
  | { readonly kind: 'triggered' }
  | { readonly kind: 'acknowledged'; readonly by: Person; readonly at: number }
  /** Acknowledged or not, nothing fires any more and nobody closed it. */
  | { readonly kind: 'well'; readonly sinceAt: number };

export type CareStep =
  | { readonly kind: 'escalate'; readonly to: Exclude<Circle, 'primary'>; readonly dueAt: number }
  | { readonly kind: 'acknowledgement-ran-out'; readonly by: Person; readonly dueAt: number }
  | { readonly kind: 'nag'; readonly about: 'no-update' | 'healthy-but-open'; readonly dueAt: number };

/** Care at the moment of the page. */
export function beginCare(now: number): Care {
  return { calledAt: now, roundAt: now, circle: 'primary', activeAt: now, nags: 0, naggedAt: undefined };
}

/** The next step and when it is due; undefined = nothing will be due while nothing happens. */
export function nextStep(state: CaredFor, care: Care, policy: CarePolicy): CareStep | undefined {
  const step = stepOf(state, care, policy);
  return step !== undefined && Number.isFinite(step.dueAt) ? step : undefined;
}

function stepOf(state: CaredFor, care: Care, policy: CarePolicy): CareStep | undefined {
  switch (state.kind) {
    case 'triggered':
      if (care.circle === 'primary')
        return { kind: 'escalate', to: 'secondary', dueAt: care.roundAt + policy.secondaryAfterMs };
      if (care.circle === 'secondary')
        return { kind: 'escalate', to: 'everyone', dueAt: care.roundAt + policy.everyoneAfterMs };
      return undefined;
    case 'acknowledged': {
      const activeAt = Math.max(care.activeAt, state.at);
      const runsOut: CareStep = {
        kind: 'acknowledgement-ran-out',
        by: state.by,
        dueAt: activeAt + policy.acknowledgedForMs,
      };
      if (care.nags >= policy.mostNags) return runsOut;
      const dueAt = Math.max(activeAt, care.naggedAt ?? 0) + policy.updateEveryMs;
      return dueAt < runsOut.dueAt ? { kind: 'nag', about: 'no-update', dueAt } : runsOut;
    }
    case 'well': {
      if (care.nags >= policy.mostNags) return undefined;
      const from = Math.max(state.sinceAt, care.activeAt, care.naggedAt ?? 0);
      return { kind: 'nag', about: 'healthy-but-open', dueAt: from + policy.closeAfterMs };
    }
  }
}

/** Care once a step is done. An acknowledgement that ran out begins a new round of calls with the primary. */
export function cared(care: Care, step: CareStep, now: number): Care {
  switch (step.kind) {
    case 'escalate':
      return { ...care, circle: step.to, calledAt: now };
    case 'acknowledgement-ran-out':
      return { ...beginCare(now), activeAt: care.activeAt };
    case 'nag':
      return { ...care, nags: care.nags + 1, naggedAt: now };
  }
}

/** A person did something: reminders begin anew. */
export function moved(care: Care, now: number): Care {
  return { ...care, activeAt: now, nags: 0, naggedAt: undefined };
}
