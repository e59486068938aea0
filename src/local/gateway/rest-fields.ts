// Reads request bodies as ASP.NET would: member names without regard to case, wrong or missing ones refused with HTTP 400.
import { parseInstant } from './instants.ts';

/** Becomes an RFC 7807 problem object. */
export class BadRequest extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

export class Fields {
  private readonly members = new Map<string, unknown>();

  constructor(
    body: unknown,
    private readonly path = '',
  ) {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new BadRequest(
        path === '' ? '$' : path,
        'The JSON value could not be converted: an object is required.',
      );
    for (const [name, value] of Object.entries(body)) this.members.set(name.toLowerCase(), value);
  }

  private named(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  private get(name: string): unknown {
    return this.members.get(name.toLowerCase()) ?? undefined;
  }

  private required<T>(name: string, value: T | undefined): T {
    if (value === undefined)
      throw new BadRequest(this.named(name), `The ${this.named(name)} field is required.`);
    return value;
  }

  private wrong(name: string, wanted: string): BadRequest {
    return new BadRequest(this.named(name), `The JSON value could not be converted: ${wanted} is required.`);
  }

  optionalNumber(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    // Ids and numbers also come as numeric strings from some clients.
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) throw this.wrong(name, 'a number');
    return number;
  }

  optionalInt(name: string): number | undefined {
    const number = this.optionalNumber(name);
    if (number !== undefined && !Number.isSafeInteger(number)) throw this.wrong(name, 'a whole number');
    return number;
  }

  int(name: string): number {
    return this.required(name, this.optionalInt(name));
  }

  optionalText(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.wrong(name, 'a string');
  }

  text(name: string): string {
    return this.required(name, this.optionalText(name));
  }

  optionalBool(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.wrong(name, 'true or false');
  }

  optionalInstant(name: string): number | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    const at = parseInstant(value);
    if (at === undefined) throw this.wrong(name, 'a date and time');
    return at;
  }

  instant(name: string): number {
    return this.required(name, this.optionalInstant(name));
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : new Fields(value, this.named(name));
  }

  optionalInts(name: string): readonly number[] | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.wrong(name, 'an array');
    return value.map((one: unknown) => {
      if (typeof one !== 'number' || !Number.isInteger(one))
        throw this.wrong(name, 'an array of whole numbers');
      return one;
    });
  }
}
