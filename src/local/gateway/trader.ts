// A scripted, seeded trader: opens a position with stop and target, holds it a while, closes it, waits, begins again.
import type { Cancel, Clock } from '../../domain/clock.ts';
import type { SimContract } from './contracts.ts';
import type { Exchange } from './exchange.ts';
import { kind, side } from './order-state.ts';
import { seedOf, sequence } from './random.ts';

export interface Exposed {
  readonly accountId: number;
  readonly contract: SimContract;
  readonly side: 'long' | 'short';
  readonly size: number;
  readonly protected: boolean;
}

export interface Trader {
  start(): void;
  /** Puts exactly this position on, instead of whatever was there; the script leaves it alone. */
  hold(wanted: Exposed): { readonly ok: boolean; readonly why: string };
  /** A client trades there itself: the script leaves that account and contract alone for a while. */
  stepAside(accountId: number, contractId: string): void;
  /** Flat, nothing working; the script goes on from there. */
  release(accountId: number, contract: SimContract): void;
}

export interface TraderOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly exchange: Exchange;
  /** What the script trades. */
  readonly desks: readonly { readonly accountId: number; readonly contract: SimContract }[];
  /** Accounts in Position Brackets mode get their stop as an order of its own. */
  readonly priceTicks: (contract: SimContract) => number;
}

const keyOf = (accountId: number, contract: SimContract) => `${accountId}/${contract.id}`;
/** Far enough that a held position stays as it was asked for. */
const heldShare = 0.8;
/** So long after a client's last order the script begins again there. */
const asideMs = 10 * 60_000;

export function makeTrader({ clock, seed, exchange, desks, priceTicks }: TraderOptions): Trader {
  const held = new Set<string>();
  const asideUntil = new Map<string, number>();
  const waiting = new Map<string, Cancel>();

  const flatten = (accountId: number, contract: SimContract) => {
    exchange.close(accountId, contract.id);
    for (const order of exchange.orders(accountId))
      if (order.contract.id === contract.id) exchange.cancel(accountId, order.id);
  };

  const enter = (wanted: Exposed, stopTicks: number, targetTicks: number) => {
    const direction = wanted.side === 'long' ? 1 : -1;
    const entry = {
      accountId: wanted.accountId,
      contractId: wanted.contract.id,
      type: kind.market as number,
      side: wanted.side === 'long' ? side.buy : side.sell,
      size: wanted.size,
      limitPrice: undefined,
      stopPrice: undefined,
      trailPrice: undefined,
      customTag: undefined,
      linkedOrderId: undefined,
    };
    const brackets = wanted.protected && exchange.account(wanted.accountId)?.brackets === 'auto-oco';
    const placed = exchange.place({
      ...entry,
      stopLoss: brackets ? { ticks: -stopTicks * direction, type: kind.stop } : undefined,
      takeProfit: brackets ? { ticks: targetTicks * direction, type: kind.limit } : undefined,
    });
    if (placed.code !== 0 || brackets || !wanted.protected) return placed;
    const { contract } = wanted;
    const stopPrice = ((priceTicks(contract) - stopTicks * direction) * contract.num) / contract.den;
    return exchange.place({
      ...entry,
      type: kind.stop,
      side: 1 - entry.side,
      stopPrice,
      stopLoss: undefined,
      takeProfit: undefined,
    });
  };

  const run = (accountId: number, contract: SimContract) => {
    const draw = sequence(seedOf(seed, `trader/${contract.root}`));
    const key = keyOf(accountId, contract);
    const between = (from: number, to: number) => from + draw() * (to - from);
    const later = (ms: number, act: () => void) => {
      waiting.set(
        key,
        clock.after(ms, () => {
          if (!held.has(key) && (asideUntil.get(key) ?? 0) <= clock.now()) act();
          else later(5_000, act);
        }),
      );
    };
    const open = () => {
      const stop = Math.max(5, Math.round(contract.dayTicks * between(0.02, 0.05)));
      const chosen = draw() < 0.5 ? 'long' : 'short';
      const size = 1 + Math.floor(draw() * 3);
      enter({ accountId, contract, side: chosen, size, protected: true }, stop, Math.round(stop * 1.5));
      later(between(15_000, 40_000), () => {
        flatten(accountId, contract);
        later(between(10_000, 30_000), open);
      });
    };
    later(between(2_000, 8_000), open);
  };

  return {
    start() {
      for (const { accountId, contract } of desks) run(accountId, contract);
    },
    hold(wanted) {
      const { accountId, contract } = wanted;
      held.add(keyOf(accountId, contract));
      flatten(accountId, contract);
      const far = Math.max(20, Math.round(contract.dayTicks * heldShare));
      const placed = enter(wanted, far, far);
      return placed.code === 0
        ? { ok: true, why: '' }
        : { ok: false, why: placed.message ?? `errorCode ${placed.code}` };
    },
    stepAside: (accountId, contractId) =>
      void asideUntil.set(`${accountId}/${contractId}`, clock.now() + asideMs),
    release(accountId, contract) {
      flatten(accountId, contract);
      held.delete(keyOf(accountId, contract));
    },
  };
}
