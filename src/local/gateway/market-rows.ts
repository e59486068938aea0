// Market events taken apart and put together: the event of a contract and kind, its rows, and prices in ticks.
import type { SimContract } from './contracts.ts';
import { topicOf } from './hub-methods.ts';
import type { HubEvent } from './hub-wire.ts';
import { Dec, isRow, type Json, type JsonRow } from './json.ts';
import type { MarketKind } from './market.ts';

const targets = { quote: 'GatewayQuote', trade: 'GatewayTrade', depth: 'GatewayDepth' } as const;

export function marketEvent(contractId: string, kind: MarketKind, data: Json): HubEvent {
  return { target: targets[kind], topic: topicOf.contract(kind, contractId), contractId, kind, data };
}

/** The rows of a print or depth event; a quote is one row. */
export function rowsOf(event: HubEvent): readonly JsonRow[] {
  const { data } = event;
  if (Array.isArray(data)) return (data as readonly Json[]).filter(isRow);
  return isRow(data) ? [data] : [];
}

/** The same event with other rows; a quote keeps its single one. */
export function withRows(event: HubEvent, rows: readonly JsonRow[]): HubEvent {
  return { ...event, data: Array.isArray(event.data) ? rows : (rows[0] ?? null) };
}

export function mapRows(event: HubEvent, change: (row: JsonRow) => JsonRow): HubEvent {
  return withRows(event, rowsOf(event).map(change));
}

/** Ticks of a row's price member; undefined where it has none. */
export function ticksIn(contract: SimContract, row: JsonRow, member: string): number | undefined {
  const price = row[member];
  return price instanceof Dec ? Math.round((price.value * contract.den) / contract.num) : undefined;
}
