// Positions and trades over REST: what is open, closing it whole or in part, and the fills.
import type { Exchange } from './exchange.ts';
import { positionRow, tradeRow } from './order-state.ts';
import { endpoint, type Endpoints, failure, type RestCall, success } from './rest-call.ts';

export function positionEndpoints(exchange: Exchange): Endpoints {
  const owned = ({ fields, session }: RestCall): number | undefined => {
    const id = fields.int('accountId');
    return exchange.account(id)?.username === session.username ? id : undefined;
  };
  const close = (call: RestCall, size: number | undefined) => {
    const contractId = call.fields.text('contractId');
    const accountId = owned(call);
    const code = accountId === undefined ? 1 : exchange.close(accountId, contractId, size);
    return code === 0 ? success() : failure(code);
  };

  return {
    '/api/position/searchopen': endpoint((call) => {
      const accountId = owned(call);
      if (accountId === undefined) return failure(1, { positions: null });
      return success({ positions: exchange.positions(accountId).map((one) => positionRow(one, 'rest')) });
    }),
    '/api/position/closecontract': endpoint((call) => close(call, undefined)),
    '/api/position/partialclosecontract': endpoint((call) => close(call, call.fields.int('size'))),
    '/api/trade/search': endpoint((call) => {
      const from = call.fields.instant('startTimestamp');
      const to = call.fields.optionalInstant('endTimestamp') ?? Number.POSITIVE_INFINITY;
      const accountId = owned(call);
      if (accountId === undefined) return failure(1, { trades: null });
      const trades = exchange.trades(accountId).filter((trade) => trade.at >= from && trade.at <= to);
      return success({ trades: trades.map(tradeRow) });
    }),
  };
}
