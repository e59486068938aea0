// Payloads in the shapes other sources report: what fault F17 makes of a row, an event or a REST answer.
import { type Json, type JsonRow, Dec, hubSpelling, isRow, type Spelling, toJson } from './json.ts';
import { mix, seedOf } from './random.ts';

export type Shape =
  | 'object'
  | 'flat'
  | 'unknown-members'
  | 'missing-members'
  | 'nulls'
  | 'integers'
  | 'naive-times'
  | 'unknown-enums';

const zoned = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)(?:Z|[+-]\d{2}:\d{2})$/;
const enums = new Set(['status', 'type', 'side', 'action']);
/** Without these a payload could not be attributed at all; real feeds keep them. */
const kept = new Set(['id', 'accountId', 'contractId', 'symbol', 'symbolId', 'price', 'orderId']);
/** Members of a user payload that are null more often than not. */
const nullable = [
  'limitPrice',
  'stopPrice',
  'filledPrice',
  'customTag',
  'profitAndLoss',
  'contractDisplayName',
];

/** Drawn from the row itself, so that the same payload is spoilt in the same way in every run. */
function drawOf(row: JsonRow): number {
  return seedOf(17, toJson(row, hubSpelling));
}

function shapeRow(row: JsonRow, shapes: ReadonlySet<Shape>): JsonRow {
  const own = shapes.has('missing-members') || shapes.has('nulls') ? drawOf(row) : 0;
  const shaped: Record<string, Json | undefined> = {};
  Object.entries(row).forEach(([member, value], index) => {
    const draw = mix(own, index, 17) % 3;
    if (shapes.has('missing-members') && draw === 0 && !kept.has(member)) return;
    if (shapes.has('nulls') && draw === 1 && !kept.has(member)) shaped[member] = null;
    else if (shapes.has('unknown-enums') && enums.has(member) && typeof value === 'number')
      shaped[member] = 99;
    else if (shapes.has('naive-times') && typeof value === 'string')
      shaped[member] = value.replace(zoned, '$1');
    else shaped[member] = value;
  });
  if (shapes.has('nulls') && 'accountId' in row)
    for (const member of nullable) shaped[member] = shaped[member] ?? null;
  if (shapes.has('unknown-members')) {
    shaped['newMember'] = 'unheard of';
    shaped['newDetails'] = { level: 3, tags: ['a', 'b'] };
  }
  return shaped;
}

/** Applies row shapes to a payload: an object, or an array of objects. */
export function shapeData(data: Json, shapes: ReadonlySet<Shape>): Json {
  if (Array.isArray(data))
    return (data as readonly Json[]).map((row) => (isRow(row) ? shapeRow(row, shapes) : row));
  return isRow(data) ? shapeRow(data, shapes) : data;
}

/** A REST answer: its rows change, its envelope stays. */
export function shapeAnswer(answer: JsonRow, shapes: ReadonlySet<Shape>): JsonRow {
  const shaped: Record<string, Json | undefined> = {};
  for (const [member, value] of Object.entries(answer))
    shaped[member] = typeof value === 'object' && !(value instanceof Dec) ? shapeData(value, shapes) : value;
  return shaped;
}

export function spellingFor(base: Spelling, shapes: ReadonlySet<Shape>): Spelling {
  return {
    decimals: shapes.has('integers') ? 'integers' : base.decimals,
    omitNulls: base.omitNulls && !shapes.has('nulls'),
  };
}
