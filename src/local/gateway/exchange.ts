// The simulated exchange: orders live, work, fill, cancel; brackets wait for their parent and cancel each other.
import type { Clock } from '../../domain/clock.ts';
import type { SimAccount } from './accounts.ts';
import type { ContractList, SimContract } from './contracts.ts';
import { type Bend, makeBends, type Scripted } from './exchange-bend.ts';
import { makeLedger } from './ledger.ts';
import type { Market, Touch } from './market.ts';
import { admit, checkBrackets, checkPrices, type Placement } from './order-rules.ts';
import { kind, side, type SimOrder, type SimPosition, type SimTrade, sizeOf, status } from './order-state.ts';
import { sequence } from './random.ts';
import { type Remembered, usuallyRemembered } from './remembered.ts';
import type { UserEvents } from './user-events.ts';

export interface Placed {
  readonly code: number;
  /** A refused placement can carry one too. */
  readonly orderId: number | null;
  readonly message: string | null;
}

export interface Change {
  readonly size: number | undefined;
  readonly limitPrice: number | undefined;
  readonly stopPrice: number | undefined;
  readonly trailPrice: number | undefined;
}

export interface Exchange {
  account(id: number): SimAccount | undefined;
  accounts(username: string): readonly SimAccount[];
  place(placement: Placement, scripted?: Scripted): Placed;
  /** Codes of `Order/modify`. */
  modify(accountId: number, orderId: number, change: Change): number;
  /** Codes of `Order/cancel`. */
  cancel(accountId: number, orderId: number): number;
  /** Codes of `closeContract`, or of `partialCloseContract` where a size is given. */
  close(accountId: number, contractId: string, size?: number): number;
  /** A script fills a working order at its own price, wholly or in part; false where it is not working. */
  execute(orderId: number, size?: number): boolean;
  /** A script lets a working order run out. */
  expire(orderId: number): boolean;
  /** A fault bends the rules until the returned function is called. */
  bend(bend: Bend): () => void;
  orders(accountId: number): readonly SimOrder[];
  positions(accountId: number): readonly SimPosition[];
  trades(accountId: number): readonly SimTrade[];
}

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly accounts: readonly SimAccount[];
  readonly contracts: ContractList;
  readonly market: Market;
  readonly tell: UserEvents;
  readonly remembered?: Remembered;
}

/** Order and trade ids were past 2^31 in May 2026 (reference section 1). */
const firstOrderId = 3_091_187_744;
const firstTradeId = 2_588_123_400;
const working: readonly number[] = [status.open, status.suspended, status.pending];

export function makeExchange(options: ExchangeOptions): Exchange {
  const { clock, contracts, market, tell, remembered = usuallyRemembered } = options;
  const draw = sequence(options.seed ^ 0x0e7);
  const accounts = new Map(options.accounts.map((account) => [account.id, account]));
  const offset = Math.abs(options.seed) % 90_000;
  const ledger = makeLedger(firstTradeId + offset, 664_410 + (offset % 1000), remembered.trades);
  const orders = new Map<number, SimOrder>();
  const book = new Map<string, Set<SimOrder>>();
  const bends = makeBends();
  const pinned = new Set<number>();
  let lastOrderId = firstOrderId + offset;

  const newOrder = (
    given: Omit<SimOrder, 'id' | 'createdAt' | 'updatedAt' | 'fillVolume' | 'filledTicks'>,
  ): SimOrder => {
    lastOrderId += 1 + Math.floor(draw() * 5);
    const now = clock.now();
    const order: SimOrder = {
      ...given,
      id: lastOrderId,
      createdAt: now,
      updatedAt: now,
      fillVolume: 0,
      filledTicks: null,
    };
    orders.set(order.id, order);
    if (orders.size > remembered.orders)
      for (const [id, one] of orders)
        if (!working.includes(one.status)) {
          orders.delete(id);
          pinned.delete(id);
          break;
        }
    return order;
  };
  const setStatus = (order: SimOrder, next: number) => {
    order.status = next;
    order.updatedAt = clock.now();
    const set = book.get(order.contract.id) ?? new Set();
    book.set(order.contract.id, set);
    if (next === status.open) set.add(order);
    else set.delete(order);
  };
  const childrenOf = (order: SimOrder) =>
    [...orders.values()].filter((one) => one.parentOrderId === order.id && working.includes(one.status));

  const drop = (order: SimOrder, delayMs: number) => {
    if (!working.includes(order.status)) return;
    setStatus(order, status.pendingCancellation);
    tell.order(order, delayMs);
    setStatus(order, status.cancelled);
    tell.order(order, delayMs + 4);
    // What has filled in part has a position, and its bracket stays with it.
    if (order.fillVolume === 0) for (const child of childrenOf(order)) drop(child, delayMs + 5);
  };
  const reject = (order: SimOrder, delayMs: number) => {
    setStatus(order, status.rejected);
    tell.order(order, delayMs);
  };
  const dropWithPosition = (order: SimOrder, delayMs: number) => {
    if (bends.first((bend) => bend.keeps?.(order)) !== true) drop(order, delayMs);
  };

  const wakeChildren = (parent: SimOrder, ticks: number) => {
    for (const child of childrenOf(parent)) {
      if (child.status !== status.suspended) continue;
      if (bends.first((bend) => bend.child?.(parent)) === 'rejected') {
        reject(child, 20);
        continue;
      }
      const at = ticks + (child.bracketTicks ?? 0);
      if (child.type === kind.limit) child.limitTicks = at;
      else child.stopTicks = at;
      setStatus(child, status.open);
      tell.order(child, 20);
    }
  };

  const fill = (
    order: SimOrder,
    ticks: number,
    how: 'at-once' | 'working',
    { size: wanted, lateMs = 0 }: { readonly size?: number | undefined; readonly lateMs?: number } = {},
  ) => {
    const account = accounts.get(order.accountId);
    if (account === undefined) return;
    const left = order.size - order.fillVolume;
    // Only what opens is filled in part, or no position would ever end.
    const held = ledger.position(account.id, order.contract.id);
    const isEntry = held === undefined || held.type === (order.side === side.buy ? 1 : 2);
    const partly = wanted === undefined && isEntry ? bends.first((bend) => bend.partly?.(order)) : undefined;
    const size = Math.min(left, wanted ?? partly?.size ?? left);
    const isDone = size === left;
    const before = order.fillVolume;
    order.fillVolume += size;
    order.filledTicks = ((order.filledTicks ?? 0) * before + ticks * size) / order.fillVolume;
    setStatus(order, isDone ? status.filled : status.open);
    const { trade, position, ended } = ledger.book(account, order, ticks, size, clock.now());
    if (how === 'at-once') {
      tell.trade(trade, 10);
      tell.order(order, 11 + lateMs);
    } else {
      // The order's own event comes before or after the fill, and the opening fill is told again at the close.
      tell.order(order, draw() < 0.5 ? 0 : 6);
      tell.trade(trade, 3);
      if (ended !== undefined) tell.trade(ended.openedBy, 5);
    }
    if (ended !== undefined) tell.flat(ended.row, 17);
    if (position !== undefined) tell.position(position, 17);
    tell.account(account, draw() < 0.5 ? [23, 70] : [23, 70, 140, 230]);
    const sibling = order.linkedOrderId === null ? undefined : orders.get(order.linkedOrderId);
    if (sibling !== undefined && isDone) dropWithPosition(sibling, 12);
    if (position !== undefined) wakeChildren(order, ticks);
    else for (const child of childrenOf(order)) drop(child, 14);
    if (partly !== undefined && !isDone) {
      pinned.add(order.id);
      clock.after(partly.restMs, () => drop(order, 0));
    }
    if (ended === undefined) return;
    // Only what the server itself linked goes with the position; a stop placed by hand stays and can fill later.
    for (const one of book.get(order.contract.id) ?? [])
      if (one.accountId === account.id && one.parentOrderId !== null && one.parentOrderId !== order.id)
        dropWithPosition(one, 14);
  };

  /** The price an order fills at now, or undefined. */
  const reach = (order: SimOrder, touch: Touch): number | undefined => {
    const isBuy = order.side === side.buy;
    const market = isBuy ? touch.ask : touch.bid;
    if (order.type === kind.market) return market;
    if (order.trailTicks !== null && order.stopTicks !== null) {
      const trailed = isBuy ? touch.ask + order.trailTicks : touch.bid - order.trailTicks;
      order.stopTicks = isBuy ? Math.min(order.stopTicks, trailed) : Math.max(order.stopTicks, trailed);
    }
    if (order.stopTicks !== null) {
      if (isBuy ? market < order.stopTicks : market > order.stopTicks) return undefined;
      if (order.limitTicks === null) return market;
    }
    if (order.limitTicks === null) return undefined;
    return (isBuy ? market <= order.limitTicks : market >= order.limitTicks) ? market : undefined;
  };

  market.onBeat((contract, touch) => {
    const set = book.get(contract.id);
    if (set === undefined || set.size === 0) return;
    for (const order of [...set]) {
      const isFree = order.status === status.open && !pinned.has(order.id);
      const price = isFree ? reach(order, touch) : undefined;
      // A resting limit gets its own price; a stop gets the market's.
      if (price !== undefined)
        fill(order, order.stopTicks === null ? (order.limitTicks ?? price) : price, 'working');
    }
  });

  const addBracket = (parent: SimOrder, { stopLoss, takeProfit }: Placement) => {
    if (bends.first((bend) => bend.child?.(parent)) === 'never-created') return;
    const common = {
      accountId: parent.accountId,
      contract: parent.contract,
      side: 1 - parent.side,
      size: parent.size,
      status: status.suspended,
      limitTicks: null,
      stopTicks: null,
      customTag: null,
      parentOrderId: parent.id,
      linkedOrderId: null,
    };
    const trail = stopLoss?.type === kind.trailingStop ? Math.abs(stopLoss.ticks) : null;
    const stop =
      stopLoss &&
      newOrder({ ...common, type: stopLoss.type, trailTicks: trail, bracketTicks: stopLoss.ticks });
    const target =
      takeProfit &&
      newOrder({ ...common, type: takeProfit.type, trailTicks: null, bracketTicks: takeProfit.ticks });
    if (stop !== undefined && target !== undefined) {
      stop.linkedOrderId = target.id;
      target.linkedOrderId = stop.id;
    }
    for (const child of [stop, target])
      if (child !== undefined && pinned.has(parent.id)) pinned.add(child.id);
    if (stop !== undefined) tell.order(stop, 2);
    if (target !== undefined) tell.order(target, 2);
  };

  const tagTaken = (accountId: number, tag: string) =>
    [...orders.values()].some((one) => one.accountId === accountId && one.customTag === tag);

  const closeOrder = (position: SimPosition, size: number) =>
    place({
      accountId: position.accountId,
      contractId: position.contract.id,
      type: kind.market,
      side: position.type === 1 ? side.sell : side.buy,
      size,
      limitPrice: undefined,
      stopPrice: undefined,
      trailPrice: undefined,
      customTag: undefined,
      linkedOrderId: undefined,
      stopLoss: undefined,
      takeProfit: undefined,
    });

  function place(placement: Placement, scripted: Scripted = {}): Placed {
    const account = accounts.get(placement.accountId);
    const position = ledger.position(placement.accountId, placement.contractId);
    const held = position === undefined ? 0 : sizeOf(position) * (position.type === 1 ? 1 : -1);
    const isOpen = market.isOpen(clock.now());
    const admitted = admit(placement, { account, contracts, isOpen, held });
    if (typeof admitted === 'number' || account === undefined)
      return { code: typeof admitted === 'number' ? admitted : 1, orderId: null, message: null };
    const contract: SimContract = admitted;
    const touch = market.touch(contract);
    const tag = placement.customTag ?? null;
    const prices = checkPrices(placement, contract, touch);
    const refusal =
      placement.size <= 0
        ? 'Invalid order size'
        : tag !== null && tagTaken(account.id, tag)
          ? 'Custom tag is already in use.'
          : (scripted.refusal ??
            bends.first((bend) => bend.refuse?.(placement)) ??
            checkBrackets(placement, account) ??
            ('refusal' in prices ? prices.refusal : undefined));
    const linked = placement.linkedOrderId === undefined ? undefined : orders.get(placement.linkedOrderId);
    const order = newOrder({
      accountId: account.id,
      contract,
      status: status.pending,
      type: placement.type,
      side: placement.side,
      size: placement.size,
      customTag: tag,
      parentOrderId: null,
      linkedOrderId: linked?.id ?? null,
      bracketTicks: null,
      ...('ok' in prices ? prices.ok : { limitTicks: null, stopTicks: null, trailTicks: null }),
    });
    if (scripted.pinned === true) pinned.add(order.id);
    const { lateMs = 0 } = scripted;
    tell.order(order, lateMs);
    if (refusal !== undefined) {
      reject(order, 4 + lateMs);
      return { code: 2, orderId: order.id, message: refusal };
    }
    if (linked !== undefined) linked.linkedOrderId = order.id;
    addBracket(order, placement);
    const isScripted = scripted.pinned === true && order.type !== kind.market;
    const price = isScripted ? undefined : reach(order, touch);
    if (price !== undefined) fill(order, price, 'at-once', { lateMs });
    else {
      setStatus(order, status.open);
      tell.order(order, 5 + lateMs);
    }
    return { code: 0, orderId: order.id, message: null };
  }

  return {
    place,
    account: (id) => accounts.get(id),
    accounts(username) {
      const own = [...accounts.values()].filter((one) => one.username === username);
      const locked = (one: SimAccount) =>
        bends.first((bend) => (bend.locks?.(one) === true ? true : undefined));
      return own.map((one) => (locked(one) === true ? { ...one, canTrade: false } : one));
    },
    modify(accountId, orderId, change) {
      if (!accounts.has(accountId)) return 1;
      const order = orders.get(orderId);
      if (order?.accountId !== accountId) return 2;
      if (order.status !== status.open) return 3;
      const touch = market.touch(order.contract);
      const toPrice = (ticks: number | null) =>
        ticks === null ? undefined : (ticks * order.contract.num) / order.contract.den;
      const type = order.type === kind.joinBid || order.type === kind.joinAsk ? kind.limit : order.type;
      const keepsTrail = order.trailTicks !== null && change.trailPrice === undefined;
      const prices = checkPrices(
        {
          type: keepsTrail ? kind.stop : type,
          side: order.side,
          limitPrice: change.limitPrice ?? toPrice(order.limitTicks),
          stopPrice: change.stopPrice ?? toPrice(order.stopTicks),
          trailPrice: change.trailPrice,
        },
        order.contract,
        touch,
      );
      if ('refusal' in prices || (change.size !== undefined && change.size <= 0)) return 3;
      Object.assign(order, prices.ok, keepsTrail ? { trailTicks: order.trailTicks } : {});
      order.size = change.size ?? order.size;
      setStatus(order, status.open);
      tell.order(order, 2);
      return 0;
    },
    cancel(accountId, orderId) {
      if (!accounts.has(accountId)) return 1;
      const order = orders.get(orderId);
      if (order?.accountId !== accountId) return 2;
      if (!working.includes(order.status)) return 3;
      drop(order, 0);
      return 0;
    },
    close(accountId, contractId, size) {
      if (!accounts.has(accountId)) return 1;
      const contract = contracts.byId(contractId);
      if (contract === undefined) return 3;
      if (!contract.active) return 4;
      const position = ledger.position(accountId, contractId);
      if (position === undefined) return 2;
      const held = sizeOf(position);
      if (size !== undefined && (size <= 0 || size > held)) return 5;
      return closeOrder(position, size ?? held).code === 0 ? 0 : size === undefined ? 5 : 6;
    },
    execute(orderId, size) {
      const order = orders.get(orderId);
      if (order?.status !== status.open) return false;
      const own = order.stopTicks ?? order.limitTicks ?? reach(order, market.touch(order.contract));
      if (own === undefined) return false;
      fill(order, own, 'working', { size });
      return true;
    },
    expire(orderId) {
      const order = orders.get(orderId);
      if (order?.status !== status.open) return false;
      setStatus(order, status.expired);
      tell.order(order, 0);
      return true;
    },
    bend: (bend) => bends.add(bend),
    orders: (accountId) => [...orders.values()].filter((one) => one.accountId === accountId),
    positions: (accountId) => ledger.positions(accountId),
    trades: (accountId) => ledger.trades(accountId),
  };
}
