// SignalR's JSON protocol on the wire: records end with 0x1E, and how events, answers, pings and closes are written.
import { hubSpelling, isRow, type Json, type JsonRow, toJson } from './json.ts';
import { type Shape, shapeData, spellingFor } from './shapes.ts';
import type { MarketKind } from './market.ts';

export const recordEnd = '\u001e';
/** ASP.NET's default for an incoming message. */
export const maxIncomingBytes = 32 * 1024;

export interface HubEvent {
  /** `GatewayQuote` … */
  readonly target: string;
  /** Who gets it: connections that subscribed to this topic. */
  readonly topic: string;
  readonly contractId?: string;
  readonly kind?: MarketKind;
  /** User events: 0 create, 1 update, 2 delete. */
  readonly action?: number;
  readonly data: Json;
}

export interface Cut {
  readonly records: readonly string[];
  readonly rest: string;
}

/** Whole records of what came so far, and the unfinished remainder. */
export function cutRecords(text: string): Cut {
  const parts = text.split(recordEnd);
  const rest = parts.pop() ?? '';
  return { records: parts, rest };
}

export const pingRecord = '{"type":6}';

export function closeRecord(error: string | undefined, allowReconnect: boolean): string {
  return JSON.stringify({
    type: 7,
    ...(error === undefined ? {} : { error }),
    ...(allowReconnect ? { allowReconnect: true } : {}),
  });
}

export function completionRecord(invocationId: string | number, error: string | undefined): string {
  const id = JSON.stringify(invocationId);
  return error === undefined
    ? `{"type":3,"invocationId":${id},"result":null}`
    : `{"type":3,"invocationId":${id},"error":${JSON.stringify(error)}}`;
}

export function invocationRecord(target: string, args: string): string {
  return `{"type":1,"target":"${target}","arguments":[${args}]}`;
}

const asSent: ReadonlySet<Shape> = new Set();

function dataParts(data: Json, shapes: ReadonlySet<Shape>): readonly Json[] {
  const shaped = shapes.size === 0 ? data : shapeData(data, shapes);
  return shapes.has('object') && Array.isArray(shaped) ? (shaped as readonly Json[]) : [shaped];
}

/** The records of one event: one, or several where the array is told as single objects. */
export function eventRecords(event: HubEvent, shapes: ReadonlySet<Shape> = asSent): readonly string[] {
  const spelling = spellingFor(hubSpelling, shapes);
  return dataParts(event.data, shapes).map((data) => {
    if (event.contractId !== undefined && event.kind !== undefined)
      return invocationRecord(event.target, `${JSON.stringify(event.contractId)},${toJson(data, spelling)}`);
    if (shapes.has('flat') && isRow(data)) return invocationRecord(event.target, toJson(data, spelling));
    const action = shapes.has('unknown-enums') ? 99 : (event.action ?? 1);
    const wrapped: JsonRow = { action, data };
    return invocationRecord(event.target, toJson(wrapped, spelling));
  });
}
