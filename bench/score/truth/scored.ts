// What one row of the truth table says.

export type Holding = 'flat' | 'protected' | 'unprotected';

/** A number in 0..1 of the run's own seed. */
export type Draw = () => number;

export type Params = Readonly<Record<string, unknown>>;

/** A step of the trader, or of the market, that makes the fault visible. */
export type Step =
  | {
      readonly kind: 'hold';
      readonly holding: 'protected' | 'unprotected';
      readonly contract?: string;
      /** The exchange is to refuse it. */
      readonly refused?: boolean;
    }
  | { readonly kind: 'release' }
  | { readonly kind: 'story'; readonly story: string };

export interface ScoredFault {
  /** Shown in the matrix: the fault and its variant. */
  readonly name: string;
  /** Parameters of the faults injected together, drawn anew for every seed. */
  readonly inject: (draw: Draw) => readonly Params[];
  /** What the trader does before it, after it was warm; `settleMs` later it strikes. */
  readonly before?: Step;
  /** What the trader does right after it: only then there is something to see. */
  readonly after?: Step;
  /** Any of these is right; several where they cannot be told apart from outside, said why beside each. `nothing`: it is harmless. */
  readonly right: readonly string[];
  /** True effects of it that stand for themselves; no extra finding. */
  readonly also?: readonly string[];
  /** When the truth can first be known from outside, ms after it began: the rule's own patience. */
  readonly knowableMs: number;
  /** Longest watch, ms. */
  readonly watchMs: number;
  /** Trading halted or positions at risk. */
  readonly critical?: boolean;
  /** Only these exposures make sense; missing = all. */
  readonly holdings?: readonly Holding[];
}

export const harmless = 'nothing';

export function pick<T>(draw: Draw, values: readonly [T, ...T[]]): T {
  return values[Math.floor(draw() * values.length)] ?? values[0];
}

/** The same parameters for every seed. */
export const always =
  (...params: readonly Params[]) =>
  (): readonly Params[] =>
    params;

/** The contract that is held, the other one, or both. */
export const anyContract = (draw: Draw): Params =>
  pick<Params>(draw, [{}, { contract: 'MNQ' }, { contract: 'ES' }]);

export const minuteMs = 60_000;
