// Market hub payloads and contracts in every shape of reference 6.4, turned into quotes, prints and depth records.
import type {
  Bar,
  Contract,
  DepthKind,
  DepthRecord,
  GridPrice,
  Print,
  Quote,
  TickSize,
  Timeframe,
} from '../domain/market.ts';
import { money, tickSize, toGrid } from '../domain/price.ts';
import { Decimal } from 'decimal.js';
import type { Notice } from './oddities.ts';
import {
  asFlag,
  asInstant,
  asNumber,
  asRaw,
  asText,
  checkMembers,
  needMembers,
  word,
  type Raw,
} from './wire-values.ts';

const quoteMembers = new Set(
  'symbol symbolName symbolId contractId lastPrice bestBid bestAsk bestBidSize bestAskSize change changePercent open high low volume lastUpdated timestamp'.split(
    ' ',
  ),
);
const tradeMembers = new Set('symbolId symbol contractId id price timestamp type volume'.split(' '));
const depthMembers = new Set(
  'symbolId symbol contractId timestamp type price volume currentVolume'.split(' '),
);

/** A quote may leave out any member (reference 6.3), prints and levels none of these. */
const printNeeds = ['volume', 'timestamp', 'type'];
const levelNeeds = ['volume', 'timestamp', 'type'];
const resetNeeds = ['timestamp'];

const depthKinds: readonly DepthKind[] =
  'unknown ask bid best-ask best-bid trade reset low high new-best-bid new-best-ask fill'.split(
    ' ',
  ) as DepthKind[];
const aggressors: readonly Print['aggressor'][] = ['buy', 'sell'];

/** What a market event speaks of: its contract's name as sent and its payload objects (one, or each of an array). */
export interface MarketEvent {
  readonly contractId: string;
  readonly records: readonly Raw[];
}

/** Takes `(contractId, data)`, and also `data` alone with the contract named inside. */
export function marketEvent(
  target: string,
  args: readonly unknown[],
  notice: Notice,
): MarketEvent | undefined {
  const [first, second] = args;
  const payload = args.length === 1 && typeof first !== 'string' ? first : second;
  const records = recordsOf(payload);
  const inside = records[0];
  const contractId =
    asText(first) ??
    asText(inside?.['contractId']) ??
    asText(inside?.['symbolId']) ??
    asText(inside?.['symbol']);
  if (contractId === undefined || (inside === undefined && !Array.isArray(payload))) {
    notice(`${target} of unknown shape`, args);
    return undefined;
  }
  return { contractId, records };
}

function recordsOf(payload: unknown): Raw[] {
  if (!Array.isArray(payload)) {
    const one = asRaw(payload);
    if (one === undefined) return [];
    const inner = one['data'];
    return inner !== undefined && (asRaw(inner) ?? Array.isArray(inner)) ? recordsOf(inner) : [one];
  }
  const records: Raw[] = [];
  for (const entry of payload) {
    const one = asRaw(entry);
    if (one !== undefined) records.push(asRaw(one['data']) ?? one);
  }
  return records;
}

function price(value: unknown, tick: TickSize): GridPrice | undefined {
  if (typeof value === 'number') return toGrid(value, tick);
  return typeof value === 'string' && value.trim() !== '' ? toGrid(value.trim(), tick) : undefined;
}

export function toQuote(raw: Raw, contract: Contract, receivedAt: number, notice: Notice): Quote {
  checkMembers(raw, quoteMembers, 'GatewayQuote', notice);
  const updated = asInstant(raw['lastUpdated']);
  const stamped = asInstant(raw['timestamp']);
  return {
    contractId: contract.id,
    lastPrice: price(raw['lastPrice'], contract.tickSize),
    bestBid: price(raw['bestBid'], contract.tickSize),
    bestAsk: price(raw['bestAsk'], contract.tickSize),
    volume: asNumber(raw['volume']),
    exchangeAt: updated === undefined || (stamped !== undefined && stamped > updated) ? stamped : updated,
    receivedAt,
  };
}

export function toPrint(raw: Raw, contract: Contract, receivedAt: number, notice: Notice): Print | undefined {
  checkMembers(raw, tradeMembers, 'GatewayTrade', notice);
  const at = price(raw['price'], contract.tickSize);
  if (at === undefined) {
    notice('GatewayTrade without a price', raw);
    return undefined;
  }
  needMembers(raw, printNeeds, 'GatewayTrade', notice);
  return {
    contractId: contract.id,
    price: at,
    size: asNumber(raw['volume']) ?? 0,
    aggressor: word(aggressors, raw['type'], 'unknown', 'GatewayTrade type', notice),
    exchangeAt: asInstant(raw['timestamp']),
    receivedAt,
  };
}

export function toDepth(
  raw: Raw,
  contract: Contract,
  receivedAt: number,
  notice: Notice,
): DepthRecord | undefined {
  checkMembers(raw, depthMembers, 'GatewayDepth', notice);
  const kind = word(depthKinds, raw['type'], 'unknown', 'GatewayDepth type', notice);
  const at = price(raw['price'], contract.tickSize);
  if (at === undefined && kind !== 'reset') {
    notice('GatewayDepth without a price', raw);
    return undefined;
  }
  needMembers(raw, kind === 'reset' ? resetNeeds : levelNeeds, 'GatewayDepth', notice);
  return {
    contractId: contract.id,
    kind,
    price: at ?? 0,
    size: asNumber(raw['volume']) ?? 0,
    exchangeAt: asInstant(raw['timestamp']),
    receivedAt,
  };
}

/** Undefined where id or tick size cannot be read: without them nothing of it can be judged. */
export function toContract(value: unknown, notice: Notice): Contract | undefined {
  const raw = asRaw(value);
  const id = asText(raw?.['id']);
  const given = raw?.['tickSize'];
  const tick = typeof given === 'number' || typeof given === 'string' ? tickSize(given) : undefined;
  if (raw === undefined || id === undefined || tick === undefined) {
    notice('contract without an id or a tick size', value);
    return undefined;
  }
  const active = asFlag(raw['activeContract']);
  return {
    id,
    name: asText(raw['name']) ?? id,
    description: asText(raw['description']) ?? '',
    tickSize: tick,
    tickValue: money(raw['tickValue']) ?? new Decimal(0),
    activeContract: active ?? true,
    ...(active === undefined ? { activeUnsaid: true } : {}),
    symbolId: asText(raw['symbolId']) ?? id.replace(/^CON\./, '').replace(/\.[^.]+$/, ''),
  };
}

/** A bar of `History/retrieveBars`. */
export function toBar(
  value: unknown,
  contract: Contract,
  timeframe: Timeframe,
  notice: Notice,
): Bar | undefined {
  const raw = asRaw(value);
  const startAt = asInstant(raw?.['t']);
  const [open, high, low, close] = ['o', 'h', 'l', 'c'].map((member) =>
    price(raw?.[member], contract.tickSize),
  );
  if (
    startAt === undefined ||
    open === undefined ||
    high === undefined ||
    low === undefined ||
    close === undefined
  ) {
    notice('bar of unknown shape', value);
    return undefined;
  }
  return {
    contractId: contract.id,
    timeframe,
    startAt,
    open,
    high,
    low,
    close,
    volume: asNumber(raw?.['v']) ?? 0,
  };
}
