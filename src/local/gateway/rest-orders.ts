// Orders over REST: place, modify, cancel and the four ways to look for them.
import type { Exchange } from './exchange.ts';
import type { JsonRow } from './json.ts';
import type { Placement } from './order-rules.ts';
import { type Bracket, orderRow, type SimOrder, status } from './order-state.ts';
import { endpoint, type Endpoints, failure, type RestCall, success } from './rest-call.ts';
import { BadRequest, type Fields } from './rest-fields.ts';

const maxPage = 100;

function bracketOf(fields: Fields, name: string): Bracket | undefined {
  const inner = fields.optionalObject(name);
  return inner && { ticks: inner.int('ticks'), type: inner.int('type') };
}

function placementOf(fields: Fields): Placement {
  const side = fields.int('side');
  if (side !== 0 && side !== 1) throw new BadRequest('side', 'The value is not valid for OrderSide.');
  return {
    accountId: fields.int('accountId'),
    contractId: fields.text('contractId'),
    type: fields.int('type'),
    side,
    size: fields.int('size'),
    limitPrice: fields.optionalNumber('limitPrice'),
    stopPrice: fields.optionalNumber('stopPrice'),
    trailPrice: fields.optionalNumber('trailPrice'),
    customTag: fields.optionalText('customTag'),
    linkedOrderId: fields.optionalInt('linkedOrderId'),
    stopLoss: bracketOf(fields, 'stopLossBracket'),
    takeProfit: bracketOf(fields, 'takeProfitBracket'),
  };
}

function answerOf(code: number): JsonRow {
  return code === 0 ? success() : failure(code);
}

/** `onClientOrder` hears of every placement before it is carried out. */
export function orderEndpoints(
  exchange: Exchange,
  onClientOrder: (accountId: number, contractId: string) => void,
): Endpoints {
  /** Nobody sees or touches the account of another user. */
  const owned = ({ fields, session }: RestCall): number | undefined => {
    const id = fields.int('accountId');
    return exchange.account(id)?.username === session.username ? id : undefined;
  };
  const search = (call: RestCall, pick: (order: SimOrder) => boolean): JsonRow => {
    const accountId = owned(call);
    if (accountId === undefined) return failure(1, { orders: null });
    return success({
      orders: exchange
        .orders(accountId)
        .filter(pick)
        .map((order) => orderRow(order)),
    });
  };
  const query = (call: RestCall): JsonRow => {
    const { fields, session } = call;
    const filter = fields.optionalObject('filter');
    if (filter === undefined) throw new BadRequest('filter', 'The filter field is required.');
    const accountId = filter.int('accountId');
    const pageSize = fields.optionalInt('pageSize') ?? maxPage;
    const pageOffset = fields.optionalInt('pageOffset') ?? 0;
    if (pageSize < 1) throw new BadRequest('pageSize', 'The field pageSize must be at least 1.');
    if (pageOffset < 0) throw new BadRequest('pageOffset', 'The field pageOffset must not be negative.');
    if (exchange.account(accountId)?.username !== session.username)
      return failure(1, { orders: null, totalCount: null });
    const statuses = filter.optionalInts('statuses') ?? [];
    const contractId = filter.optionalText('contractId');
    const after = filter.optionalInstant('createdAfter') ?? Number.NEGATIVE_INFINITY;
    const before = filter.optionalInstant('createdBefore') ?? Number.POSITIVE_INFINITY;
    const sortBy = fields.optionalInt('sortBy') ?? 0;
    const direction = fields.optionalInt('sortDirection') === 1 ? -1 : 1;
    const found = exchange
      .orders(accountId)
      .filter(
        (order) =>
          (statuses.length === 0 || statuses.includes(order.status)) &&
          (contractId === undefined || order.contract.id === contractId) &&
          order.createdAt >= after &&
          order.createdAt <= before,
      )
      .sort((a, b) => ((sortBy === 0 ? a.createdAt - b.createdAt : 0) || a.id - b.id) * direction);
    const page = found.slice(pageOffset, pageOffset + Math.min(pageSize, maxPage));
    const totalCount = fields.optionalBool('includeTotalCount') === true ? found.length : null;
    return success({ orders: page.map((order) => orderRow(order, true)), totalCount });
  };

  return {
    '/api/order/place': endpoint((call) => {
      const placement = placementOf(call.fields);
      if (owned(call) === undefined) return failure(1, { orderId: null });
      onClientOrder(placement.accountId, placement.contractId);
      const { code, orderId, message } = exchange.place(placement);
      return code === 0 ? success({ orderId }) : failure(code, { orderId }, message);
    }),
    '/api/order/modify': endpoint((call) => {
      const { fields } = call;
      const orderId = fields.int('orderId');
      const change = {
        size: fields.optionalInt('size'),
        limitPrice: fields.optionalNumber('limitPrice'),
        stopPrice: fields.optionalNumber('stopPrice'),
        trailPrice: fields.optionalNumber('trailPrice'),
      };
      const accountId = owned(call);
      return answerOf(accountId === undefined ? 1 : exchange.modify(accountId, orderId, change));
    }),
    '/api/order/cancel': endpoint((call) => {
      const orderId = call.fields.int('orderId');
      const accountId = owned(call);
      return answerOf(accountId === undefined ? 1 : exchange.cancel(accountId, orderId));
    }),
    '/api/order/search': endpoint((call) => {
      const from = call.fields.instant('startTimestamp');
      const to = call.fields.optionalInstant('endTimestamp') ?? Number.POSITIVE_INFINITY;
      return search(call, (order) => order.createdAt >= from && order.createdAt <= to);
    }),
    // Suspended bracket children are not listed here; only v2/query tells of them.
    '/api/order/searchopen': endpoint((call) =>
      search(call, (order) => order.status === status.open || order.status === status.pending),
    ),
    '/api/order/searchbyid': endpoint((call) => {
      const orderId = call.fields.int('orderId');
      const accountId = owned(call);
      const order =
        accountId === undefined ? undefined : exchange.orders(accountId).find((one) => one.id === orderId);
      return order === undefined ? failure(1, { order: null }) : success({ order: orderRow(order, true) });
    }),
    '/api/order/v2/query': endpoint(query),
  };
}
