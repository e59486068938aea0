// Tells account, order, trade and position changes on the user hub, with the small delays and repeats seen on the real one.
import type { Clock } from '../../domain/clock.ts';
import { accountRow, type SimAccount } from './accounts.ts';
import type { HubEvent } from './hub-wire.ts';
import { topicOf } from './hub-methods.ts';
import type { JsonRow } from './json.ts';
import {
  orderRow,
  positionRow,
  type SimOrder,
  type SimPosition,
  type SimTrade,
  tradeRow,
} from './order-state.ts';

export interface UserEvents {
  order(order: SimOrder, delayMs: number): void;
  trade(trade: SimTrade, delayMs: number): void;
  position(position: SimPosition, delayMs: number): void;
  /** A position that is gone: size 0 with its old average. */
  flat(position: JsonRow, delayMs: number): void;
  /** Told once per delay; the balance is that of the moment of telling. */
  account(account: SimAccount, delaysMs: readonly number[]): void;
}

export function makeUserEvents(clock: Clock, publish: (event: HubEvent) => void): UserEvents {
  const later = (delayMs: number, event: () => HubEvent) => {
    if (delayMs === 0) publish(event());
    else clock.after(delayMs, () => publish(event()));
  };
  const about = (accountId: number, stream: 'orders' | 'positions' | 'trades', data: JsonRow) => ({
    topic: topicOf.account(stream, accountId),
    contractId: data['contractId'] as string,
    data,
  });
  const tellPosition = (data: JsonRow, delayMs: number) =>
    later(delayMs, () => ({
      target: 'GatewayUserPosition',
      action: 1,
      ...about(Number(data['accountId']), 'positions', data),
    }));

  return {
    order(order, delayMs) {
      const data = orderRow(order);
      later(delayMs, () => ({
        target: 'GatewayUserOrder',
        action: 1,
        ...about(order.accountId, 'orders', data),
      }));
    },
    trade(trade, delayMs) {
      const data = tradeRow(trade);
      later(delayMs, () => ({
        target: 'GatewayUserTrade',
        action: 0,
        ...about(trade.accountId, 'trades', data),
      }));
    },
    position: (position, delayMs) => tellPosition(positionRow(position, 'hub'), delayMs),
    flat: tellPosition,
    account(account, delaysMs) {
      for (const delayMs of delaysMs)
        later(delayMs, () => ({
          target: 'GatewayUserAccount',
          action: 1,
          topic: topicOf.accounts(account.username),
          data: accountRow(account),
        }));
    },
  };
}
