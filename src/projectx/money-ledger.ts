// The money of one account as it was told: distinct balances and half turns, each kept once, and what still has to be asked.
import type { Money } from '../domain/market.ts';
import { balanceTruth } from '../domain/balance-truth.ts';
import type { BalanceTold, HalfTurn, MoneyView } from '../domain/money-view.ts';
import type { FactSource, Fill } from '../domain/order.ts';
import { identityOf } from './fill-identity.ts';

const balancesKept = 1_000;
const turnsKept = 2_000;
/** A whole day of fills is asked for this often: a fill may be voided hours later, and the hub may not say so. */
const wideEveryMs = 5 * 60_000;
const wideMs = 24 * 60 * 60_000;
/** The same doubt is not asked about again sooner than this; the next times are twice as far apart each. */
const doubtEveryMs = 10_000;
const doubtsApartMs = 15 * 60_000;

export class MoneyLedger {
  readonly #settleMs: number;
  #balances: BalanceTold[] = [];
  readonly #turns = new Map<string, HalfTurn>();
  #agreed: MoneyView['agreed'];
  #keptFromAt = 0;
  /** The balance moved by what no known fill explains: fills of the whole day are asked for, one may have been voided. */
  #amiss = false;
  #newestAt = 0;
  #restToldAt = 0;
  #view: MoneyView | undefined;
  #doubt: { readonly view: MoneyView; readonly holds: boolean } | undefined;
  #askedAt = 0;
  #asks = 0;

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** @param askedAt of a REST answer: where something happened after that, the answer may be older than it and says nothing */
  tell(balance: Money | undefined, source: FactSource, at: number, askedAt = at): void {
    if (balance === undefined) return;
    if (source === 'rest' && this.#newestAt >= askedAt) return;
    if (source === 'rest') this.#restToldAt = at;
    else this.#newestAt = at;
    const restAskedAt = source === 'rest' ? askedAt : undefined;
    const last = this.#balances.at(-1);
    this.#view = undefined;
    if (last?.balance.equals(balance) === true) {
      const again = { lastToldAt: at, lastAskedAt: restAskedAt, times: last.times + 1, source };
      this.#balances[this.#balances.length - 1] = { ...last, ...again };
      return;
    }
    this.#asks = 0;
    this.#balances.push({
      balance,
      firstToldAt: at,
      firstAskedAt: restAskedAt,
      lastToldAt: at,
      lastAskedAt: restAskedAt,
      times: 1,
      source,
    });
    if (this.#balances.length > balancesKept) this.#balances = this.#balances.slice(balancesKept / 4);
  }

  take(fill: Fill, at: number): void {
    const known = this.#turns.get(fill.id);
    if (known === undefined) {
      this.#turns.set(fill.id, turnOf(fill, at));
      this.#changed(fill, at);
      this.#forget();
      return;
    }
    const voided = known.voided || fill.voided;
    const merged: HalfTurn = {
      ...known,
      ...identityOf(known, fill),
      profitAndLoss: fill.profitAndLoss ?? known.profitAndLoss,
      fees: fill.fees ?? known.fees,
      commissions: fill.commissions ?? known.commissions,
      voided,
      voidedAt: known.voidedAt ?? (voided ? at : undefined),
      stoodBefore: known.stoodBefore || (voided && !known.voided),
      seenOn: [...new Set([...known.seenOn, ...fill.seenOn])],
    };
    if (same(known, merged)) return;
    this.#turns.set(fill.id, merged);
    this.#changed(fill, at);
  }

  /** From when on `Trade/search` is to be asked this time; undefined = the usual is enough. */
  wideSince(now: number): number | undefined {
    const widelyAt = this.#agreed?.widelyAt;
    const due = this.#amiss || widelyAt === undefined || now - widelyAt >= wideEveryMs;
    return due ? now - wideMs : undefined;
  }

  /** What `Trade/search` said of the time since `sinceAt`, asked at `askedAt`. */
  agree(fills: readonly Fill[], sinceAt: number, askedAt: number, at: number): void {
    for (const fill of fills) this.take(fill, at);
    const wide = askedAt - sinceAt >= wideMs / 2;
    const unbroken = this.#agreed !== undefined && sinceAt <= this.#agreed.toAt;
    this.#agreed = {
      fromAt: unbroken && this.#agreed !== undefined ? Math.min(this.#agreed.fromAt, sinceAt) : sinceAt,
      toAt: Math.max(askedAt, this.#agreed?.toAt ?? 0),
      widelyAt: wide ? askedAt : this.#agreed?.widelyAt,
    };
    this.#view = undefined;
  }

  /** True where the balance and `Trade/search` ought to be asked now to know where the money stands. */
  doubtful(now: number): boolean {
    const pauseMs = Math.min(doubtEveryMs * 2 ** Math.min(this.#asks, 20), doubtsApartMs);
    const movedAt = Math.max(this.#newestAt, this.#balances.at(-1)?.lastToldAt ?? 0);
    if (now - this.#askedAt < pauseMs || now - movedAt < this.#settleMs) return false;
    const view = this.view();
    if (this.#doubt?.view === view) return this.#doubt.holds;
    const truth = balanceTruth(view, now, this.#settleMs);
    if (truth.kind === 'judged' && truth.pending === 'settling') return false;
    const holds =
      truth.kind === 'open' || truth.pending !== undefined
        ? view.knownSinceAt !== undefined
        : truth.moves.some(({ toAt }) => this.#restToldAt < toAt);
    this.#amiss =
      truth.kind === 'judged' &&
      (truth.pending === 'unsaid' || truth.moves.some(({ toAt }) => (view.agreed?.widelyAt ?? 0) < toAt));
    this.#doubt = { view, holds };
    return holds;
  }

  asked(now: number): void {
    this.#askedAt = now;
    this.#asks += 1;
  }

  view(): MoneyView {
    this.#view ??= {
      knownSinceAt: this.#balances[0]?.firstToldAt,
      balances: [...this.#balances],
      halfTurns: [...this.#turns.values()],
      agreed: this.#agreed,
      keptFromAt: this.#keptFromAt,
    };
    return this.#view;
  }

  /** How much is kept, and how much at most. */
  retained(): readonly (readonly [what: string, entries: number, bound: number])[] {
    return [
      ['balances told', this.#balances.length, balancesKept],
      ['half turns', this.#turns.size, turnsKept],
    ];
  }

  #changed(fill: Fill, at: number): void {
    if (fill.seenOn.includes('hub')) this.#newestAt = at;
    this.#asks = 0;
    this.#view = undefined;
  }

  #forget(): void {
    if (this.#turns.size <= turnsKept) return;
    const [oldest] = [...this.#turns.values()]
      .slice(0, turnsKept / 8)
      .toSorted((a, b) => (a.exchangeAt ?? a.receivedAt) - (b.exchangeAt ?? b.receivedAt));
    if (oldest === undefined) return;
    this.#turns.delete(oldest.id);
    this.#keptFromAt = Math.max(this.#keptFromAt, (oldest.exchangeAt ?? oldest.receivedAt) + 1);
  }
}

/**
 * Members are assigned, not spread: a copy by spread that gains new members has a hidden class of its own for each fill (V8 of Node
 * 20), and to judge a full ledger of such fills takes ten times as long.
 */
function turnOf(fill: Fill, at: number): HalfTurn {
  return Object.assign({}, fill, { voidedAt: fill.voided ? at : undefined, stoodBefore: false });
}

function same(a: HalfTurn, b: HalfTurn): boolean {
  const equal = (x: Money | undefined, y: Money | undefined): boolean =>
    x === undefined || y === undefined ? x === y : x.equals(y);
  return (
    a.voided === b.voided &&
    a.exchangeAt === b.exchangeAt &&
    a.side === b.side &&
    a.size === b.size &&
    a.orderId === b.orderId &&
    equal(a.profitAndLoss, b.profitAndLoss) &&
    equal(a.fees, b.fees) &&
    equal(a.commissions, b.commissions) &&
    a.seenOn.length === b.seenOn.length
  );
}
