// Single values as the gateway spells them: numbers, ids, instants, enums; anything else becomes undefined, never an exception.
import type { Money } from '../domain/market.ts';
import { money } from '../domain/price.ts';
import type { Notice } from './oddities.ts';

export type Raw = Readonly<Record<string, unknown>>;

export function asRaw(value: unknown): Raw | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
}

/** A finite number, also from a numeric text. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function asFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  return value === 'false' ? false : undefined;
}

/** An id as text; order and trade ids are int64, so they are not kept as numbers. */
export function asId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  return asText(value);
}

/** An id that names another row: 0 is none. */
export function asLink(value: unknown): string | undefined {
  const id = asId(value);
  return id === '0' ? undefined : id;
}

export function asMoney(value: unknown): Money | undefined {
  return value === null || value === undefined ? undefined : money(value);
}

const stamp =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?)?\s*(?:([Zz])|([+-])(\d\d):?(\d\d)?)?$/;

/** `2025-11-05T15:04:` and its instant: thousands of stamps in a row share their minute, and reading the whole of each was a third of the hot path. */
let knownMinute = '';
let knownMinuteAt = 0;

/** Records of one message mostly share their stamp, and a quote has it twice. */
let lastStamp = '';
let lastInstant: number | undefined;

/** The instant of a `Z` stamp within the minute read last; undefined where it is of another, or not of this plain form. */
function inKnownMinute(text: string): number | undefined {
  if (!text.startsWith(knownMinute) || knownMinute === '') return undefined;
  const tens = digit(text, 17);
  const ones = digit(text, 18);
  if (!(tens <= 5) || !(ones >= 0)) return undefined;
  let ms = 0;
  if (text.length > 20) {
    if (text.charCodeAt(19) !== point || text.length === 21) return undefined;
    let weight = 100;
    for (let index = 20; index < text.length - 1; index += 1) {
      const here = digit(text, index);
      if (!(here >= 0)) return undefined;
      // Digits beyond the millisecond are cut off, as everywhere.
      ms += weight >= 1 ? here * weight : 0;
      weight /= 10;
    }
  }
  return knownMinuteAt + tens * 10_000 + ones * 1000 + ms;
}

const point = 46;

function digit(text: string, index: number): number {
  const value = text.charCodeAt(index) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

/**
 * Epoch ms of a time stamp in any spelling of reference 1: `Z`, an offset, 0-7 fraction digits; without a zone it is UTC.
 * Undefined for anything else, and for .NET's empty date (year 1).
 */
export function asInstant(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (value === lastStamp) return lastInstant;
  lastInstant = instantOf(value);
  lastStamp = value;
  return lastInstant;
}

function instantOf(value: string): number | undefined {
  if (value.length >= 20 && value.length <= 28 && value.endsWith('Z')) {
    const known = inKnownMinute(value);
    if (known !== undefined) return known;
    const at = Date.parse(value);
    if (at > 0) {
      knownMinute = value.slice(0, 17);
      knownMinuteAt = Math.floor(at / 60_000) * 60_000;
      return at;
    }
  }
  const parts = stamp.exec(value.trim());
  if (parts === null) return undefined;
  const [
    ,
    year,
    month,
    day,
    hour = '0',
    minute = '0',
    second = '0',
    fraction = '',
    ,
    sign,
    zh = '0',
    zm = '0',
  ] = parts;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    ms,
  );
  const offsetMs = (Number(zh) * 60 + Number(zm)) * 60_000;
  const at = sign === '-' ? wall + offsetMs : wall - offsetMs;
  return at > 0 ? at : undefined;
}

/** A word for an enum value; outside the table it is `unknown`, told once. */
export function word<Word extends string>(
  table: readonly Word[],
  value: unknown,
  otherwise: Word,
  what: string,
  notice: Notice,
): Word {
  const index = asNumber(value);
  const found = index === undefined ? undefined : table[index];
  if (found !== undefined) return found;
  if (value !== undefined && value !== null) notice(`unknown ${what}`, value);
  return otherwise;
}

/** Tells of members outside the known list, once per member. */
export function checkMembers(raw: Raw, known: ReadonlySet<string>, what: string, notice: Notice): void {
  for (const member in raw)
    if (!known.has(member)) notice(`new member "${member.slice(0, 40)}" in ${what}`, raw);
}

/** Tells of members that always came until now and that a verdict needs, once per member; null is as good as missing. */
export function needMembers(raw: Raw, needed: readonly string[], what: string, notice: Notice): void {
  for (const member of needed)
    if (raw[member] === undefined || raw[member] === null) notice(`${what} without ${member}`, raw);
}

const longIds = /"(id|orderId|parentOrderId|linkedOrderId)"\s*:\s*(-?\d{16,})(?=\s*[,}])/g;

/** JSON text whose int64 ids beyond a double's 15 digits are quoted, so that parsing keeps them exact. */
export function keepLongIds(text: string): string {
  return text.replace(longIds, '"$1":"$2"');
}

export function parseJson(text: string): unknown {
  return JSON.parse(keepLongIds(text));
}
