// JSON as the gateway spells it: decimals keep a fraction part, and null members are left out of user payloads.

/** A decimal number: written `6335.250000000` on REST and `6335.25` or `6335.0` on a hub. */
export class Dec {
  readonly value: number;
  readonly restDigits: number;

  constructor(value: number, restDigits = 9) {
    this.value = value;
    this.restDigits = restDigits;
  }
}

/** The number of a member, however it will be spelled. */
export function amountOf(value: Json | undefined): number {
  return value instanceof Dec ? value.value : Number(value);
}

export interface JsonRow {
  readonly [member: string]: Json | undefined;
}
export type Json = null | boolean | number | string | Dec | readonly Json[] | JsonRow;

export interface Spelling {
  /** `integers`: a whole decimal loses its fraction part. */
  readonly decimals: 'rest' | 'hub' | 'integers';
  readonly omitNulls: boolean;
}

export const restSpelling: Spelling = { decimals: 'rest', omitNulls: false };
export const hubSpelling: Spelling = { decimals: 'hub', omitNulls: true };

export function isRow(value: Json | undefined): value is JsonRow {
  return typeof value === 'object' && value !== null && !(value instanceof Dec) && !Array.isArray(value);
}

function spellDecimal(dec: Dec, decimals: Spelling['decimals']): string {
  if (decimals === 'rest') return dec.value.toFixed(dec.restDigits);
  const text = String(dec.value);
  return decimals === 'hub' && Number.isInteger(dec.value) ? `${text}.0` : text;
}

export function toJson(value: Json, spelling: Spelling): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Dec) return spellDecimal(value, spelling.decimals);
  if (Array.isArray(value)) {
    let text = '';
    for (const element of value as readonly Json[])
      text += (text === '' ? '' : ',') + toJson(element, spelling);
    return `[${text}]`;
  }
  let text = '';
  const row = value as JsonRow;
  for (const member in row) {
    const inner = row[member];
    if (inner === undefined || (inner === null && spelling.omitNulls)) continue;
    text += `${text === '' ? '' : ','}"${member}":${toJson(inner, spelling)}`;
  }
  return `{${text}}`;
}
