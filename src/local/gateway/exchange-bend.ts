// What a fault or a story may do to the simulated exchange that no client of it can: refuse, fill in part, hold back, expire.
import type { AccountSpec } from './accounts.ts';
import type { Placement } from './order-rules.ts';
import type { SimOrder } from './order-state.ts';

/** While a fault runs; undefined leaves the exchange's own rule as it is. */
export interface Bend {
  /** The server's words for refusing this placement, with code 2 and an order id. */
  readonly refuse?: (placement: Placement) => string | undefined;
  /** What becomes of a bracket child: refused as its parent fills, or never made at all. */
  readonly child?: (parent: SimOrder) => 'rejected' | 'never-created' | undefined;
  /** The list of accounts says that it may not trade, and it is not among the active ones. */
  readonly locks?: (account: AccountSpec) => boolean;
  /** A protective order that stays working though its position or its sibling is gone. */
  readonly keeps?: (order: SimOrder) => boolean;
  /** Of an order about to fill only so many lots; the rest is cancelled after `restMs`. */
  readonly partly?: (order: SimOrder) => { readonly size: number; readonly restMs: number } | undefined;
}

/** How one scripted placement differs from a client's. */
export interface Scripted {
  /** The market does not fill it, nor its bracket children: only the script does. */
  readonly pinned?: boolean;
  /** Refused with these words. */
  readonly refusal?: string;
  /** The order's own events are told so much later than its fill. */
  readonly lateMs?: number;
}

export interface Bends {
  add(bend: Bend): () => void;
  /** The first answer of all bends that run. */
  first<T>(ask: (bend: Bend) => T | undefined): T | undefined;
}

export function makeBends(): Bends {
  const bends = new Set<Bend>();
  return {
    add(bend) {
      bends.add(bend);
      return () => void bends.delete(bend);
    },
    first(ask) {
      for (const bend of bends) {
        const answer = ask(bend);
        if (answer !== undefined) return answer;
      }
      return undefined;
    },
  };
}
