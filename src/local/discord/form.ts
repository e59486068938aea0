// Collects what is wrong with a request body, field by field, in the shape of Discord's code 50035.
import { isObject, plain, type Json } from './json.ts';
import { Refusal } from './refusal.ts';

export type Path = readonly (string | number)[];

interface TextRule {
  readonly min?: number;
  readonly max: number;
  readonly required?: boolean;
  readonly nullable?: boolean;
}

/** Characters as Discord counts them: code points of the trimmed text. */
export function lengthOf(text: string): number {
  const trimmed = text.trim();
  return Array.from(trimmed).length;
}

export class Form {
  private tree: Json | undefined;

  get sound(): boolean {
    return this.tree === undefined;
  }

  wrong(path: Path, code: string, message: string): void {
    this.tree ??= {};
    let node = this.tree;
    for (const step of path) {
      const key = String(step);
      const next = node[key];
      if (isObject(next)) node = next;
      else {
        const made: Json = {};
        node[key] = made;
        node = made;
      }
    }
    const list = node['_errors'];
    if (Array.isArray(list)) list.push({ code, message });
    else node['_errors'] = [{ code, message }];
  }

  required(path: Path): void {
    this.wrong(path, 'BASE_TYPE_REQUIRED', 'This field is required');
  }

  badLength(path: Path, min: number, max: number): void {
    this.wrong(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
  }

  oneOf(path: Path, choices: readonly (string | number)[]): void {
    this.wrong(path, 'BASE_TYPE_CHOICES', `Value must be one of {${choices.map(String).join(', ')}}.`);
  }

  /** Checks a text field of `holder`; gives the text where it is one. */
  text(holder: Json, key: string, path: Path, rule: TextRule): string | undefined {
    const value = holder[key];
    const at = [...path, key];
    if (value === undefined || (value === null && rule.required !== true)) {
      if (rule.required === true) this.required(at);
      return undefined;
    }
    if (typeof value !== 'string') {
      this.wrong(at, 'STRING_TYPE_CONVERT', 'Could not interpret value as string.');
      return undefined;
    }
    const length = lengthOf(value);
    const min = rule.min ?? 0;
    if (length === 0 && min > 0 && rule.required === true) this.required(at);
    else if (length < min) this.badLength(at, min, rule.max);
    else if (length > rule.max) {
      if (min > 0) this.badLength(at, min, rule.max);
      else this.wrong(at, 'BASE_TYPE_MAX_LENGTH', `Must be ${rule.max} or fewer in length.`);
    }
    return value;
  }

  /** Checks a whole number of `holder` within bounds. */
  integer(holder: Json, key: string, path: Path, min: number, max: number): number | undefined {
    const value = holder[key];
    const at = [...path, key];
    if (value === undefined || value === null) return undefined;
    const number =
      typeof value === 'string' && /^-?\d+$/.test(value)
        ? Number(value)
        : (value as number | string | object);
    if (typeof number !== 'number' || !Number.isInteger(number)) {
      this.wrong(at, 'NUMBER_TYPE_COERCE', `Value "${plain(value)}" is not int.`);
      return undefined;
    }
    if (number < min)
      this.wrong(at, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`);
    if (number > max) this.wrong(at, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`);
    return number;
  }

  flag(holder: Json, key: string, path: Path): boolean | undefined {
    const value = holder[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'boolean') return value;
    this.wrong([...path, key], 'BOOLEAN_TYPE_CONVERT', 'Must be either true or false.');
    return undefined;
  }

  /** A list of `holder`, with its bounds checked; empty where it is missing or wrong. */
  list(holder: Json, key: string, path: Path, min: number, max: number): readonly unknown[] {
    const value = holder[key];
    const at = [...path, key];
    if (value === undefined || value === null) {
      if (min > 0) this.required(at);
      return [];
    }
    if (!Array.isArray(value)) {
      this.wrong(at, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
      return [];
    }
    if (value.length < min || value.length > max) {
      if (min > 0) this.badLength(at, min, max);
      else this.wrong(at, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    }
    return value as unknown[];
  }

  snowflake(value: unknown, path: Path): void {
    if (!/^\d{1,20}$/.test(plain(value)))
      this.wrong(path, 'NUMBER_TYPE_COERCE', `Value "${plain(value)}" is not snowflake.`);
  }

  object(value: unknown, path: Path): Json | undefined {
    if (isObject(value)) return value;
    this.wrong(path, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType');
    return undefined;
  }

  url(value: unknown, path: Path, schemes: readonly string[] = ['http', 'https']): void {
    if (value === undefined || value === null) return;
    if (typeof value !== 'string') {
      this.wrong(path, 'STRING_TYPE_CONVERT', 'Could not interpret value as string.');
      return;
    }
    if (value.trim() === '') {
      this.required(path);
      return;
    }
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(value.trim())?.[1]?.toLowerCase();
    if (scheme !== undefined && !schemes.includes(scheme)) {
      const list = schemes.map((each) => `'${each}'`).join(', ');
      this.wrong(path, 'URL_TYPE_INVALID_SCHEME', `Scheme "${scheme}" must be one of (${list}).`);
      return;
    }
    if (scheme === undefined || !URL.canParse(value.trim()))
      this.wrong(path, 'URL_TYPE_INVALID_URL', 'Not a well formed URL.');
  }

  refuse(): void {
    if (this.tree !== undefined) throw new Refusal(400, 50035, 'Invalid Form Body', this.tree);
  }
}

/** One wrong field, thrown at once. */
export function wrongField(path: Path, code: string, message: string): Refusal {
  const form = new Form();
  form.wrong(path, code, message);
  try {
    form.refuse();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('a form with a wrong field did not refuse');
}
