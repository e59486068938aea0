// The books of the simulated accounts: what a fill does to positions, balances and trades, to the cent.
import type { SimAccount } from './accounts.ts';
import {
  averageOf,
  positionRow,
  side,
  type SimOrder,
  type SimPosition,
  type SimTrade,
  sizeOf,
} from './order-state.ts';
import type { JsonRow } from './json.ts';
import { usuallyRemembered } from './remembered.ts';

export interface Booked {
  readonly trade: SimTrade;
  /** The position after the fill; undefined = flat. */
  readonly position: SimPosition | undefined;
  /** Set where the fill ended a position: its last row with size 0. */
  readonly ended: { readonly row: JsonRow; readonly openedBy: SimTrade } | undefined;
}

export interface Ledger {
  book(account: SimAccount, order: SimOrder, ticks: number, size: number, at: number): Booked;
  position(accountId: number, contractId: string): SimPosition | undefined;
  positions(accountId: number): readonly SimPosition[];
  trades(accountId: number): readonly SimTrade[];
}

export function makeLedger(
  firstTradeId: number,
  firstPositionId: number,
  remembered = usuallyRemembered.trades,
): Ledger {
  const positions = new Map<string, SimPosition>();
  let trades: SimTrade[] = [];
  let tradeId = firstTradeId;
  let positionId = firstPositionId;
  const keyOf = (accountId: number, contractId: string) => `${accountId}/${contractId}`;

  /** Takes lots off, oldest first; the profit in cents. */
  const takeOff = (position: SimPosition, ticks: number, size: number): number => {
    const direction = position.type === 1 ? 1 : -1;
    let left = size;
    let profit = 0;
    for (const lot of position.lots) {
      const taken = Math.min(lot.size, left);
      lot.size -= taken;
      left -= taken;
      profit += (ticks - lot.ticks) * direction * taken * position.contract.tickCents;
    }
    position.lots = position.lots.filter((lot) => lot.size > 0);
    return profit;
  };

  return {
    book(account, order, ticks, size, at) {
      const { contract } = order;
      const key = keyOf(account.id, contract.id);
      const held = positions.get(key);
      const type = order.side === side.buy ? 1 : 2;
      const closing = held !== undefined && held.type !== type ? Math.min(sizeOf(held), size) : 0;
      const endedAverage = held === undefined ? undefined : averageOf(held);
      const endedRow = held === undefined ? undefined : positionRow(held, 'hub');
      const pnlCents = held !== undefined && closing > 0 ? takeOff(held, ticks, closing) : null;
      tradeId += 1;
      const trade: SimTrade = {
        id: tradeId,
        accountId: account.id,
        contract,
        at,
        ticks,
        pnlCents,
        feeCents: contract.feeCents * size,
        commissionCents: contract.commissionCents * size,
        side: order.side,
        size,
        orderId: order.id,
      };
      trades.push(trade);
      if (trades.length > remembered * 1.25) trades = trades.slice(-remembered);
      account.balanceCents += (pnlCents ?? 0) - trade.feeCents - trade.commissionCents;

      let ended: Booked['ended'];
      if (held !== undefined && held.lots.length === 0) {
        positions.delete(key);
        // The real hub keeps the old average on the last event, and the type becomes 0 at times.
        const row = {
          ...endedRow,
          size: 0,
          type: trade.id % 2 === 0 ? 0 : held.type,
          averagePrice: endedAverage,
        };
        ended = { row, openedBy: held.openedBy };
      }
      const opening = size - closing;
      if (opening > 0) {
        const standing = positions.get(key);
        if (standing !== undefined) standing.lots.push({ ticks, size: opening });
        else {
          positionId += 1;
          const lots = [{ ticks, size: opening }];
          positions.set(key, {
            id: positionId,
            accountId: account.id,
            contract,
            openedAt: at,
            type,
            lots,
            openedBy: trade,
          });
        }
      }
      return { trade, position: positions.get(key), ended };
    },
    position: (accountId, contractId) => positions.get(keyOf(accountId, contractId)),
    positions: (accountId) => [...positions.values()].filter((one) => one.accountId === accountId),
    trades: (accountId) => trades.filter((one) => one.accountId === accountId),
  };
}
