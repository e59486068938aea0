// Hub events on their way into the ledgers; the hot path of the suite side.
import { eventKinds, type LoginRoom } from './login-room.ts';
import { marketEvent } from './wire-market.ts';
import { toAccount, toFill, toOrder, toPosition, userRecords } from './wire-user.ts';

export function takeMarketEvent(room: LoginRoom, target: string, args: readonly unknown[], at: number): void {
  const { notice } = room.hubs.market.oddities;
  const kind = eventKinds[target];
  const event = marketEvent(target, args, notice);
  if (kind === undefined || event === undefined) return;
  const ledger = room.markets.get(event.contractId) ?? bySymbol(room, event.contractId);
  if (ledger === undefined) notice(`${target} of a contract nobody here wants`, event.contractId);
  else ledger.take(kind, event.records, at);
}

function bySymbol(room: LoginRoom, symbol: string) {
  for (const ledger of room.markets.values()) {
    if (ledger.contract.symbolId === symbol || ledger.contract.name === symbol) return ledger;
  }
  return undefined;
}

export function takeUserEvent(room: LoginRoom, target: string, args: readonly unknown[], at: number): void {
  const { notice } = room.hubs.user.oddities;
  for (const record of userRecords(target, args, notice)) {
    if (target === 'GatewayUserOrder') {
      const order = toOrder(record, 'hub', at, notice);
      if (order !== undefined) room.accounts.get(order.accountId)?.takeOrder(order);
    } else if (target === 'GatewayUserPosition') {
      const position = toPosition(record, 'hub', at, notice);
      if (position !== undefined) room.accounts.get(position.accountId)?.takePosition(position);
    } else if (target === 'GatewayUserTrade') {
      const fill = toFill(record, 'hub', at, notice);
      const ledger = fill === undefined ? undefined : room.accounts.get(fill.accountId);
      if (fill !== undefined && ledger !== undefined) {
        ledger.takeFill(fill);
        ledger.money.take(fill, at);
      }
    } else {
      const account = toAccount(record, at, notice);
      const ledger = account === undefined ? undefined : room.accounts.get(account.id);
      if (ledger !== undefined && account !== undefined) {
        const { account: before } = ledger;
        ledger.money.tell(account.balance, 'hub', at);
        // Members left out of an update keep their last value.
        ledger.account = {
          ...account,
          name: account.name === '' ? (before?.name ?? '') : account.name,
          balance: account.balance ?? before?.balance,
          canTrade: account.canTrade ?? before?.canTrade,
          isVisible: account.isVisible ?? before?.isVisible,
          simulated: account.simulated ?? before?.simulated,
        };
      }
    }
  }
  room.changed('suite');
}
