// What the market was like and when: halts and surges of one contract or all, remembered so that prints stay a function of time.

export interface Conditions {
  /** No prints of the contract from now until the call given back. */
  halt(contractId: string): () => void;
  /** So many times the usual rate from the next whole second until the end of the second of the call given back; undefined = every contract. */
  surge(contractId: string | undefined, factor: number): () => void;
  isHalted(contractId: string, at: number): boolean;
  /** How many times the usual rate in that second. */
  factor(contractId: string, second: number): number;
}

interface Span {
  readonly contractId: string | undefined;
  readonly factor: number;
  readonly from: number;
  to: number;
}

export function makeConditions(now: () => number): Conditions {
  const halts: Span[] = [];
  const surges: Span[] = [];
  const begin = (spans: Span[], contractId: string | undefined, factor: number, from: number) => {
    const span: Span = { contractId, factor, from, to: Number.POSITIVE_INFINITY };
    spans.push(span);
    return span;
  };
  return {
    halt(contractId) {
      const span = begin(halts, contractId, 0, now());
      return () => (span.to = now());
    },
    surge(contractId, factor) {
      // Whole seconds: the beats of a second that has begun are already told.
      const span = begin(surges, contractId, factor, Math.floor(now() / 1000) + 1);
      return () => (span.to = Math.floor(now() / 1000) + 1);
    },
    isHalted: (contractId, at) =>
      halts.some((span) => span.contractId === contractId && at >= span.from && at < span.to),
    factor(contractId, second) {
      let factor = 1;
      for (const span of surges) {
        const hits = span.contractId === undefined || span.contractId === contractId;
        if (hits && second >= span.from && second < span.to) factor *= span.factor;
      }
      return factor;
    },
  };
}
