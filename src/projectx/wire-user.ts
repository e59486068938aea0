// User hub payloads and their REST twins, wrapped or flat, turned into accounts, orders, positions and fills.
import type {
  Account,
  FactSource,
  Fill,
  Order,
  OrderStatus,
  OrderType,
  Position,
  Side,
} from '../domain/order.ts';
import { scrub } from '../log.ts';
import type { Notice } from './oddities.ts';
import {
  asFlag,
  asId,
  asInstant,
  asLink,
  asMoney,
  asNumber,
  asRaw,
  asText,
  checkMembers,
  needMembers,
  word,
  type Raw,
} from './wire-values.ts';

const statuses: readonly OrderStatus[] =
  'none open filled cancelled expired rejected pending pending-cancellation suspended'.split(
    ' ',
  ) as OrderStatus[];
const types: readonly OrderType[] =
  'unknown limit market stop-limit stop trailing-stop join-bid join-ask'.split(' ') as OrderType[];
const sides: readonly Side[] = ['buy', 'sell'];
const directions: readonly Position['side'][] = ['unknown', 'long', 'short'];

const accountMembers = new Set('id name balance canTrade isVisible simulated'.split(' '));
const orderMembers = new Set(
  'id accountId contractId symbolId creationTimestamp updateTimestamp status type side size limitPrice stopPrice fillVolume filledPrice customTag trailDistance trailPrice parentOrderId linkedOrderId contractDisplayName'.split(
    ' ',
  ),
);
const positionMembers = new Set(
  'id accountId contractId contractDisplayName creationTimestamp type size averagePrice'.split(' '),
);
const fillMembers = new Set(
  'id accountId contractId contractDisplayName creationTimestamp price profitAndLoss fees commissions side size voided orderId'.split(
    ' ',
  ),
);

/** The payload objects of a user event: flat, wrapped in `{action, data}`, or an array of either. */
export function userRecords(target: string, args: readonly unknown[], notice: Notice): Raw[] {
  const records: Raw[] = [];
  for (const arg of args) {
    for (const entry of Array.isArray(arg) ? (arg as unknown[]) : [arg]) {
      const raw = asRaw(entry);
      const inner = raw?.['data'];
      if (raw === undefined) notice(`${target} of unknown shape`, args);
      else if (Array.isArray(inner)) records.push(...inner.map(asRaw).filter((one) => one !== undefined));
      else records.push(asRaw(inner) ?? raw);
    }
  }
  return records;
}

export function toAccount(value: unknown, receivedAt: number, notice: Notice): Account | undefined {
  const raw = asRaw(value);
  const id = asNumber(raw?.['id']);
  if (raw === undefined || id === undefined) {
    notice('account without an id', value);
    return undefined;
  }
  checkMembers(raw, accountMembers, 'account', notice);
  needMembers(raw, ['balance', 'canTrade'], 'account', notice);
  return {
    id,
    name: asText(raw['name']) ?? '',
    balance: asMoney(raw['balance']),
    canTrade: asFlag(raw['canTrade']),
    isVisible: asFlag(raw['isVisible']),
    simulated: asFlag(raw['simulated']),
    receivedAt,
  };
}

export function toOrder(
  value: unknown,
  source: FactSource,
  receivedAt: number,
  notice: Notice,
): Order | undefined {
  const raw = asRaw(value);
  const id = asId(raw?.['id']);
  const accountId = asNumber(raw?.['accountId']);
  const contractId = asText(raw?.['contractId']);
  if (raw === undefined || id === undefined || accountId === undefined || contractId === undefined) {
    notice('order without id, account or contract', value);
    return undefined;
  }
  checkMembers(raw, orderMembers, 'order', notice);
  needMembers(raw, ['status', 'type', 'side', 'size'], 'order', notice);
  return {
    id,
    accountId,
    contractId,
    createdAt: asInstant(raw['creationTimestamp']),
    updatedAt: asInstant(raw['updateTimestamp']),
    status: word(statuses, raw['status'], 'unknown', 'order status', notice),
    type: word(types, raw['type'], 'unknown', 'order type', notice),
    side: word(sides, raw['side'], 'unknown', 'order side', notice),
    size: asNumber(raw['size']) ?? 0,
    limitPrice: asMoney(raw['limitPrice']),
    stopPrice: asMoney(raw['stopPrice']),
    fillVolume: asNumber(raw['fillVolume']) ?? 0,
    filledPrice: asMoney(raw['filledPrice']),
    customTag: asText(raw['customTag']),
    parentOrderId: asLink(raw['parentOrderId']),
    words: wordsOf(raw),
    receivedAt,
    source,
  };
}

/** No member of the documented order carries a text; where a gateway sends one, it is worth more than any guess of ours. */
const wordMembers = [
  'errorMessage',
  'rejectReason',
  'rejectionReason',
  'statusMessage',
  'message',
  'reason',
  'text',
];

function wordsOf(raw: Raw): string | undefined {
  for (const member of wordMembers) {
    const said = asText(raw[member]);
    if (said !== undefined) return scrub(said).slice(0, 200);
  }
  return undefined;
}

export function toPosition(
  value: unknown,
  source: FactSource,
  receivedAt: number,
  notice: Notice,
): Position | undefined {
  const raw = asRaw(value);
  const accountId = asNumber(raw?.['accountId']);
  const contractId = asText(raw?.['contractId']);
  const size = asNumber(raw?.['size']);
  if (raw === undefined || accountId === undefined || contractId === undefined || size === undefined) {
    notice('position without account, contract or size', value);
    return undefined;
  }
  checkMembers(raw, positionMembers, 'position', notice);
  if (size !== 0) needMembers(raw, ['type', 'averagePrice'], 'position', notice);
  return {
    id: asId(raw['id']) ?? '',
    accountId,
    contractId,
    // `size` 0 means flat whatever `type` says (reference 6.3).
    side: size === 0 ? 'flat' : word(directions, raw['type'], 'unknown', 'position type', notice),
    size: Math.abs(size),
    averagePrice: asMoney(raw['averagePrice']),
    createdAt: asInstant(raw['creationTimestamp']),
    receivedAt,
    source,
  };
}

export function toFill(
  value: unknown,
  source: FactSource,
  receivedAt: number,
  notice: Notice,
): Fill | undefined {
  const raw = asRaw(value);
  const id = asId(raw?.['id']);
  const accountId = asNumber(raw?.['accountId']);
  const contractId = asText(raw?.['contractId']);
  const price = asMoney(raw?.['price']);
  if (
    raw === undefined ||
    id === undefined ||
    accountId === undefined ||
    contractId === undefined ||
    !price
  ) {
    notice('fill without id, account, contract or price', value);
    return undefined;
  }
  checkMembers(raw, fillMembers, 'fill', notice);
  needMembers(raw, ['creationTimestamp', 'side', 'size', 'orderId'], 'fill', notice);
  return {
    id,
    accountId,
    contractId,
    orderId: asId(raw['orderId']) ?? '',
    exchangeAt: asInstant(raw['creationTimestamp']),
    price,
    size: asNumber(raw['size']) ?? 0,
    side: word(sides, raw['side'], 'unknown', 'fill side', notice),
    profitAndLoss: asMoney(raw['profitAndLoss']),
    fees: asMoney(raw['fees']),
    commissions: asMoney(raw['commissions']),
    voided: asFlag(raw['voided']) ?? false,
    receivedAt,
    seenOn: [source],
    // Named from the first: what the ledger writes here later is then no new member (see `turnOf` of the money ledger).
    restAt: undefined,
    restBeforeAt: undefined,
  };
}
