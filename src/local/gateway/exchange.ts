// The simulated exchange: orders live, work, fill, cancel; brackets wait for their parent and cancel each other.
import type { Clock } from '../../domain/clock.ts';
import type { SimAccount } from './accounts.ts';
import type { ContractList, SimContract } from './contracts.ts';
import { makeLedger } from './ledger.ts';
import type { Market, Touch } from './market.ts';
import { admit, checkBrackets, checkPrices, type Placement } from './order-rules.ts';
import { kind, side, type SimOrder, type SimPosition, type SimTrade, sizeOf, status } from './order-state.ts';
import { sequence } from './random.ts';
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
  place(placement: Placement): Placed;
  /** Codes of `Order/modify`. */
  modify(accountId: number, orderId: number, change: Change): number;
  /** Codes of `Order/cancel`. */
  cancel(accountId: number, orderId: number): number;
  /** Codes of `closeContract`, or of `partialCloseContract` where a size is given. */
  close(accountId: number, contractId: string, size?: number): number;
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
}

/** Order and trade ids were past 2^31 in May 2026 (reference section 1). */
const firstOrderId = 3_091_187_744;
const firstTradeId = 2_588_123_400;
const maxOrders = 20_000;
const working: readonly number[] = [status.open, status.suspended, status.pending];

export function makeExchange(options: ExchangeOptions): Exchange {
  const { clock, contracts, market, tell } = options;
  const draw = sequence(options.seed ^ 0x0e7);
  const accounts = new Map(options.accounts.map((account) => [account.id, account]));
  const offset = Math.abs(options.seed) % 90_000;
  const ledger = makeLedger(firstTradeId + offset, 664_410 + (offset % 1000));
  const orders = new Map<number, SimOrder>();
  const book = new Map<string, Set<SimOrder>>();
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
    if (orders.size > maxOrders)
      for (const [id, one] of orders)
        if (!working.includes(one.status)) {
          orders.delete(id);
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
    for (const child of childrenOf(order)) drop(child, delayMs + 5);
  };

  const wakeChildren = (parent: SimOrder, ticks: number) => {
    for (const child of childrenOf(parent)) {
      const at = ticks + (child.bracketTicks ?? 0);
      if (child.type === kind.limit) child.limitTicks = at;
      else child.stopTicks = at;
      setStatus(child, status.open);
      tell.order(child, 20);
    }
  };

  const fill = (order: SimOrder, ticks: number, how: 'at-once' | 'working') => {
    const account = accounts.get(order.accountId);
    if (account === undefined) return;
    setStatus(order, status.filled);
    order.fillVolume = order.size;
    order.filledTicks = ticks;
    const { trade, position, ended } = ledger.book(account, order, ticks, order.size, clock.now());
    if (how === 'at-once') {
      tell.trade(trade, 10);
      tell.order(order, 11);
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
    if (sibling !== undefined) drop(sibling, 12);
    if (position !== undefined) wakeChildren(order, ticks);
    else for (const child of childrenOf(order)) drop(child, 14);
    if (ended === undefined) return;
    // Only what the server itself linked goes with the position; a stop placed by hand stays and can fill later.
    for (const one of book.get(order.contract.id) ?? [])
      if (one.accountId === account.id && one.parentOrderId !== null && one.parentOrderId !== order.id)
        drop(one, 14);
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
      const price = order.status === status.open ? reach(order, touch) : undefined;
      // A resting limit gets its own price; a stop gets the market's.
      if (price !== undefined)
        fill(order, order.stopTicks === null ? (order.limitTicks ?? price) : price, 'working');
    }
  });

  const addBracket = (parent: SimOrder, { stopLoss, takeProfit }: Placement) => {
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

  function place(placement: Placement): Placed {
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
          : (checkBrackets(placement, account) ?? ('refusal' in prices ? prices.refusal : undefined));
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
    tell.order(order, 0);
    if (refusal !== undefined) {
      setStatus(order, status.rejected);
      tell.order(order, 4);
      return { code: 2, orderId: order.id, message: refusal };
    }
    if (linked !== undefined) linked.linkedOrderId = order.id;
    addBracket(order, placement);
    const price = reach(order, touch);
    if (price !== undefined) fill(order, price, 'at-once');
    else {
      setStatus(order, status.open);
      tell.order(order, 5);
    }
    return { code: 0, orderId: order.id, message: null };
  }

  return {
    place,
    account: (id) => accounts.get(id),
    accounts: (username) => [...accounts.values()].filter((one) => one.username === username),
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
    orders: (accountId) => [...orders.values()].filter((one) => one.accountId === accountId),
    positions: (accountId) => ledger.positions(accountId),
    trades: (accountId) => ledger.trades(accountId),
  };
}
