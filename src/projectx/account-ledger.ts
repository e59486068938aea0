// What is known of one account: its orders, positions and fills, from the hub as they come and from REST as it is asked.
import type { Account, Exposure, FactSource, Fill, Order, OrderStatus, Position } from '../domain/order.ts';
import { closedBefore } from '../domain/closed-before.ts';
import { exposureOf, isWorking } from '../domain/exposure.ts';
import { turnsOf } from '../domain/money-look.ts';
import type { TradingView } from '../domain/trading-view.ts';
import { ByContract } from './by-contract.ts';
import { identityOf } from './fill-identity.ts';
import { OrderEnds } from './order-ends.ts';
import { OrderStories, storiesKept } from './order-stories.ts';
import { PositionBeliefs } from './position-beliefs.ts';
import { PositionPasts } from './position-past.ts';
import { startThresholds } from '../domain/thresholds.ts';
import { MoneyLedger } from './money-ledger.ts';

const ordersKept = 400;
const fillsKept = 1000;
/** A trade event follows its order's within milliseconds (reference 4.5); this long without is doubt, for a while. */
const doubtMs = 3_000;
const staleDoubtMs = 60_000;
const ends: readonly OrderStatus[] = ['filled', 'cancelled', 'expired', 'rejected'];
/** The gateway's clock and ours differ by this much at most before `clock-skew` is told; with room. */
const clocksMs = 5_000;

/** As far as a clock of ours may be behind before the order of arrival is worth more than the gateway's stamps. */
const aheadMs = 5 * 60_000;

/** What one round of REST questions said, and when they were asked: newer hub facts win over it. */
export interface RestSnapshot {
  readonly askedAt: number;
  readonly positions: readonly Position[];
  readonly orders: readonly Order[];
  /** True where suspended orders were asked for too; otherwise their absence proves nothing. */
  readonly withSuspended: boolean;
  readonly fills: readonly Fill[];
  /** Where a row could not be read it may have been any of those that seem to be missing: then absence proves nothing. */
  readonly unread?: { readonly positions: boolean; readonly orders: boolean };
}

export class AccountLedger {
  readonly id: number;
  account: Account | undefined;
  reconciledAt: number | undefined;
  readonly #stories = new OrderStories();
  readonly #beliefs = new PositionBeliefs();
  readonly #pasts = new PositionPasts();
  readonly #ends = new OrderEnds();
  readonly #confirmMs: number;
  #askedAt: number | undefined;
  /** Whether the newest answer told suspended orders too. */
  #withSuspended = true;
  readonly money: MoneyLedger;
  readonly #orders = new ByContract<Order>();
  readonly #positions = new Map<string, Position>();
  readonly #fills = new ByContract<Fill>();

  constructor(id: number, { moneySettleMs, nakedMs } = startThresholds) {
    this.id = id;
    this.#confirmMs = nakedMs;
    this.money = new MoneyLedger(moneySettleMs);
  }

  takeOrder(order: Order): void {
    const known = this.#orders.get(order.id);
    const whole = known === undefined ? order : carried(order, known);
    // The story shows what was said at that moment, not what is known since.
    this.#stories.take({ ...whole, fillVolume: order.fillVolume });
    if (known !== undefined && isOlder(order, known)) return;
    this.#orders.delete(order.id);
    this.#orders.set(order.id, whole);
    this.#forgetOrders();
    this.#judge(order.contractId, order.receivedAt);
  }

  takePosition(position: Position): void {
    if (isOutdated(position, this.#positions.get(position.contractId))) return;
    if (position.source === 'hub') this.#beliefs.tell(position, this.#before(position));
    this.#positions.set(position.contractId, position);
    this.#pasts.take(position, position.receivedAt);
    this.#judge(position.contractId, position.receivedAt);
  }

  /** What was held until now; once REST was read, a position that nobody told is none. */
  #before(position: Position): Position | undefined {
    const known = this.#positions.get(position.contractId);
    if (known !== undefined || this.reconciledAt === undefined) return known;
    return flattened(position, this.reconciledAt);
  }

  /** The user hub's subscriptions are acknowledged on a new connection. */
  hubSubscribed(at: number): void {
    this.#beliefs.subscribed(at);
    this.#ends.subscribed(at);
  }

  /** On the connection that is open now. */
  get isSubscribed(): boolean {
    return this.#beliefs.subscribedAt !== undefined;
  }

  hubLost(at: number): void {
    this.#beliefs.lost();
    this.#ends.lost(at);
  }

  /** No hub tells this account, and it was read just now. @param everyMs between two questions for what came and went */
  pollEnds(at: number, everyMs: number): void {
    this.#ends.polls(at, everyMs);
  }

  /** True where only that question tells them. */
  get endsPolled(): boolean {
    return this.#ends.isPolled;
  }

  /** Orders created since then may have ended without a word: they are to be asked for. Undefined = nothing is owed. */
  get endsOwedFrom(): number | undefined {
    return this.#ends.owedFrom;
  }

  get endsAfterGap(): boolean {
    return this.#ends.afterGap;
  }

  /** @param orders what REST told of orders created since `from`; undefined = it does not tell them */
  tellEnds(orders: readonly Order[] | undefined, from: number, askedAt: number): void {
    if (orders === undefined) {
      this.#ends.refused();
      return;
    }
    // What works is told by the lists, and by them as of now; a status we do not know is no end.
    const ended = orders.filter(({ status }) => ends.includes(status));
    for (const order of ended)
      if (this.#ends.concerns(order) && !this.#knowsEnd(order)) this.takeOrder(order);
    this.#ends.answered(from, askedAt, new Set(ended.map(({ id }) => id)));
  }

  /** What was told in time must not become news again by being asked for. */
  #knowsEnd({ id, status, fillVolume }: Order): boolean {
    const known = this.#orders.get(id);
    return known?.status === status && known.fillVolume >= fillVolume;
  }

  trading(contractId: string): TradingView {
    return {
      story: (id) => this.#stories.of(id),
      disagreement: this.#beliefs.disagreement(contractId),
      nakedSinceAt: this.#pasts.nakedSince(contractId),
      doubtedSinceAt: this.#pasts.doubtedSince(contractId),
      past: () => this.#pasts.of(contractId),
      closed: this.#beliefs.closed(contractId),
      hubSinceAt: this.#beliefs.subscribedAt,
      endsKnownFrom: this.#ends.knownFrom,
      endsPolledAt: this.#ends.polledAt,
      restAskedAt: this.#askedAt,
      kept: { orders: this.#stories.size, most: storiesKept },
    };
  }

  /**
   * True where the hub has told half of something: an order's fill without the trade, or a position that REST does not know.
   * Asking REST now settles it sooner than the next round would.
   */
  doubtful(now: number): boolean {
    if (this.#beliefs.doubtful(now, doubtMs) || this.unconfirmed(now)) return true;
    for (const order of this.#orders.values()) {
      const age = now - order.receivedAt;
      if (order.source !== 'hub' || order.fillVolume === 0 || age < doubtMs || age > staleDoubtMs) continue;
      let told = 0;
      for (const fill of this.#fills.values()) if (fill.orderId === order.id) told += fill.size;
      if (told < order.fillVolume) return true;
    }
    return false;
  }

  /** REST alone told a position without a stop, or an order without a position, long enough ago: whether it still is must be asked before it is told. */
  unconfirmed(now: number): boolean {
    if (this.isSubscribed) return false;
    return [...this.#positions.keys()].some((contractId) => {
      const left = this.orders(contractId).some(isWorking)
        ? this.#beliefs.closed(contractId)?.flatAt
        : undefined;
      const sinceAt = this.#pasts.nakedSince(contractId) ?? this.#pasts.doubtedSince(contractId) ?? left;
      return (
        sinceAt !== undefined &&
        now - sinceAt >= this.#confirmMs &&
        now - sinceAt < 2 * this.#confirmMs &&
        (this.reconciledAt ?? sinceAt) - sinceAt < this.#confirmMs
      );
    });
  }

  #judge(contractId: string, at: number): void {
    this.#pasts.judge(contractId, this.exposure(contractId), at);
  }

  /** A fill told twice is one fill, seen on every way it came (the hub sends some twice, reference 4.5). */
  takeFill(fill: Fill): void {
    const known = this.#fills.get(fill.id);
    if (known === undefined) {
      this.#fills.set(fill.id, fill);
      const oldest = this.#fills.size > fillsKept ? this.#fills.oldest : undefined;
      if (oldest !== undefined) this.#fills.delete(oldest);
      return;
    }
    this.#fills.set(fill.id, {
      ...fill,
      ...identityOf(fill, known),
      profitAndLoss: fill.profitAndLoss ?? known.profitAndLoss,
      fees: fill.fees ?? known.fees,
      commissions: fill.commissions ?? known.commissions,
      voided: fill.voided || known.voided,
      receivedAt: known.receivedAt,
      restAt: known.restAt ?? fill.restAt,
      restBeforeAt: known.restAt === undefined ? fill.restBeforeAt : known.restBeforeAt,
      seenOn: [...new Set<FactSource>([...known.seenOn, ...fill.seenOn])],
    });
  }

  /** REST is right about everything the hub said nothing newer of. Returns the fills only REST knew. */
  reconcile(snapshot: RestSnapshot, at: number): readonly Fill[] {
    const { askedAt } = snapshot;
    const isNewer = (
      fact: { readonly source: FactSource; readonly receivedAt: number } | undefined,
    ): boolean => fact?.source === 'hub' && fact.receivedAt >= askedAt;
    const { unread } = snapshot;
    const held = new Map(snapshot.positions.map((position) => [position.contractId, position]));
    const wholePositions = unread?.positions !== true;
    this.#beliefs.answer(held, askedAt, at, wholePositions);
    const asked = wholePositions ? [...held.keys(), ...this.#positions.keys()] : held.keys();
    for (const contractId of new Set(asked)) {
      const known = this.#positions.get(contractId);
      if (isNewer(known)) continue;
      const told = held.get(contractId) ?? (known === undefined ? undefined : flattened(known, at));
      if (told === undefined) continue;
      this.#beliefs.replaced(known ?? this.#before(told), told, at);
      this.#positions.set(contractId, told);
      this.#pasts.take(told, at);
    }
    const listed = new Set(snapshot.orders.map(({ id }) => id));
    for (const order of snapshot.orders) {
      if (!isNewer(this.#orders.get(order.id))) this.takeOrder(order);
    }
    for (const [id, known] of this.#orders.entries()) {
      if (!isWorking(known) || listed.has(id) || isNewer(known) || unread?.orders === true) continue;
      // It no longer works; how it ended is another question. `searchOpen` lists only what is open or pending (reference 4.3).
      const listable = known.status === 'open' || known.status === 'pending';
      if (!listable && !snapshot.withSuspended) continue;
      this.#orders.delete(id);
      this.#stories.unlisted(id, at);
      this.#ends.unlisted(id, known.createdAt, at);
    }
    const missed = snapshot.fills.filter(({ id }) => !this.#fills.has(id));
    for (const fill of snapshot.fills) this.takeFill({ ...fill, restAt: at, restBeforeAt: this.#askedAt });
    this.#askedAt = askedAt;
    this.#withSuspended = snapshot.withSuspended;
    this.reconciledAt = at;
    this.#lookBack();
    for (const contractId of this.#positions.keys()) this.#judge(contractId, at);
    return missed;
  }

  /**
   * What a position left behind that was closed before our time is known by the fills of the day, which were asked for the money. Looked
   * through once for a contract: of its orders there may be hundreds, and of the fills thousands.
   */
  #lookBack(): void {
    const left = new Set<string>();
    for (const order of this.#orders.values())
      if (isWorking(order) && order.parentOrderId === undefined) left.add(order.contractId);
    for (const contractId of left) {
      const isHeld = (this.#positions.get(contractId)?.size ?? 0) > 0;
      if (isHeld || this.#beliefs.closed(contractId) !== undefined) continue;
      this.#beliefs.wasClosed(contractId, closedBefore(turnsOf(this.money.view(), contractId)));
    }
  }

  /** True where REST tells the positions that are known here; what the hub told since the question is newer than its answer. */
  holds(told: readonly Position[], askedAt: number): boolean {
    const held = new Map(told.map((position) => [position.contractId, position]));
    return [...new Set([...held.keys(), ...this.#positions.keys()])].every((contractId) => {
      const known = this.#positions.get(contractId);
      if (known?.source === 'hub' && known.receivedAt >= askedAt) return true;
      const rest = held.get(contractId);
      const size = known?.size ?? 0;
      return size === (rest?.size ?? 0) && (size === 0 || known?.side === rest?.side);
    });
  }

  /** True where every position is known and none is open. */
  get holdsNothing(): boolean {
    return this.reconciledAt !== undefined && [...this.#positions.values()].every(({ size }) => size === 0);
  }

  /** How much is kept, and how much at most: working orders stay beyond the usual number. */
  retained(): readonly (readonly [what: string, entries: number, bound: number])[] {
    return [
      ['orders', this.#orders.size, 4 * ordersKept],
      ['fills', this.#fills.size, fillsKept],
    ];
  }

  orders(contractId: string): readonly Order[] {
    return this.#orders.of(contractId);
  }

  fills(contractId: string): readonly Fill[] {
    return this.#fills.of(contractId);
  }

  position(contractId: string): Position | undefined {
    return this.#positions.get(contractId);
  }

  exposure(contractId: string): Exposure {
    return exposureOf({
      position: this.position(contractId),
      orders: this.orders(contractId),
      reconciledAt: this.reconciledAt,
      unseen: this.#unseen(contractId),
    });
  }

  /** Reference 4.3: only `v2/query` lists suspended orders. Of a position that began after our hub subscription the hub told every order. */
  #unseen(contractId: string): string | undefined {
    if (this.#withSuspended) return undefined;
    const [beganAt, subscribedAt] = [this.position(contractId)?.createdAt, this.#beliefs.subscribedAt];
    if (beganAt !== undefined && subscribedAt !== undefined && beganAt > subscribedAt + clocksMs)
      return undefined;
    return 'no working stop is listed, and the gateway does not let Pitwatch ask for suspended bracket children (Order/v2/query)';
  }

  /** Working orders are never forgotten before finished ones. */
  #forgetOrders(): void {
    if (this.#orders.size <= ordersKept) return;
    for (const [id, order] of this.#orders.entries()) {
      if (isWorking(order)) continue;
      this.#orders.delete(id);
      return;
    }
    const { oldest } = this.#orders;
    if (oldest !== undefined && this.#orders.size > 4 * ordersKept) this.#orders.delete(oldest);
  }
}

function flattened(known: Position, at: number): Position {
  return { ...known, side: 'flat', size: 0, source: 'rest', receivedAt: at };
}

/** Events arrive out of order (reference 11, F7): the update time decides, and at the same time an end is later than a beginning. */
function isOlder(order: Order, known: Order): boolean {
  const [told, before] = [believed(order.updatedAt, order), believed(known.updatedAt, known)];
  if (told === undefined || before === undefined) {
    return order.source === 'rest' && known.source === 'hub' && isWorking(order) && !isWorking(known);
  }
  if (told !== before) return told < before;
  if (isWorking(order) && !isWorking(known) && known.status !== 'unknown') return true;
  return order.status === 'pending' && known.status === 'open';
}

/** Updates leave members out: what an order is does not change by not being said again. */
function carried(order: Order, known: Order): Order {
  return {
    ...order,
    createdAt: order.createdAt ?? known.createdAt,
    updatedAt: order.updatedAt ?? known.updatedAt,
    type: order.type === 'unknown' ? known.type : order.type,
    side: order.side === 'unknown' ? known.side : order.side,
    size: order.size === 0 ? known.size : order.size,
    limitPrice: order.limitPrice ?? known.limitPrice,
    stopPrice: order.stopPrice ?? known.stopPrice,
    fillVolume: Math.max(order.fillVolume, known.fillVolume),
    filledPrice: order.filledPrice ?? known.filledPrice,
    customTag: order.customTag ?? known.customTag,
    parentOrderId: order.parentOrderId ?? known.parentOrderId,
  };
}

/** The end of an earlier position, told after the next one had begun: events may come in any order (reference 4.5). */
function isOutdated(told: Position, known: Position | undefined): boolean {
  if (known === undefined || known.id === told.id) return false;
  const [next, before] = [believed(told.createdAt, told), believed(known.createdAt, known)];
  return next !== undefined && before !== undefined && next < before;
}

/** A stamp from the year 9999 would make everything told afterwards older than itself: a cancelled stop would go on working here. */
function believed(
  stamp: number | undefined,
  { receivedAt }: { readonly receivedAt: number },
): number | undefined {
  return stamp !== undefined && stamp <= receivedAt + aheadMs ? stamp : undefined;
}
