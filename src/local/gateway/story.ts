// What a scripted order story is: its name, what it may do on the stage, and the truth it leaves in the log.
import type { SimContract } from './contracts.ts';
import type { Touch } from './market.ts';
import type { Bracket } from './order-state.ts';

/** What was so from when to when, whatever a client saw of it. */
export type TruthKind =
  | 'protected'
  | 'naked'
  | 'partly-protected'
  | 'flat'
  | 'orphan-order'
  | 'refused'
  | 'duplicate-order'
  | 'partial-fill'
  | 'expired'
  | 'filled-before-told';

/** Instants are epoch ms. */
export interface Truth {
  readonly what: TruthKind;
  readonly fromAt: number;
  /** Null while it is so. */
  toAt: number | null;
  readonly orderIds: readonly number[];
  readonly words: string;
}

export interface StoryOrder {
  readonly type: number;
  readonly side: number;
  readonly size?: number;
  readonly limitTicks?: number;
  readonly stopTicks?: number;
  /** An absolute price, given to the exchange as it is. */
  readonly trailPrice?: number;
  readonly stopLoss?: Bracket;
  readonly takeProfit?: Bracket;
  readonly customTag?: string;
  /** Refused with these words, whatever the exchange's own rules say. */
  readonly refusal?: string;
  readonly lateMs?: number;
}

export interface Stage {
  readonly contract: SimContract;
  /** Lots; each story has a fitting default. */
  readonly size: number | undefined;
  /** The side asked for; undefined = as the story likes. */
  readonly side: 'long' | 'short' | undefined;
  /** Whether the account accepts brackets on placement. */
  readonly hasBrackets: boolean;
  now(): number;
  touch(): Touch;
  /** Where the market will stand so much later. */
  touchIn(ms: number): Touch;
  after(ms: number, run: () => void): void;
  /** The order id; orders with a price wait for `execute`. A refusal the story did not mean ends it. */
  place(order: StoryOrder): number;
  /** Ids of the bracket's stop and target. */
  bracketOf(orderId: number): { readonly stop: number | undefined; readonly target: number | undefined };
  execute(orderId: number, size?: number): void;
  cancel(orderId: number): void;
  expire(orderId: number): void;
  /** Closes the position at the market. */
  close(): void;
  /** Begins a truth; the returned function ends it. */
  truth(what: TruthKind, orderIds: readonly number[], words: string): () => void;
  end(): void;
}

/** The default export of a file in `stories/`; its name is the file's. */
export interface Story {
  readonly name: string;
  readonly description: string;
  /** From first to last, ms. */
  readonly takesMs: number;
  /** Only accounts in Auto OCO Brackets mode can play it. */
  readonly needsBrackets?: boolean;
  readonly tell: (stage: Stage) => void;
}

/** One telling, as `GET /sim/stories` lists it. */
export interface StoryRecord {
  readonly id: string;
  readonly story: string;
  readonly accountId: number;
  readonly contractId: string;
  readonly startAt: number;
  readonly endAt: number | null;
  readonly state: 'running' | 'ended' | 'failed';
  /** Why it failed, where it did. */
  readonly why: string | null;
  readonly truth: readonly Truth[];
}
