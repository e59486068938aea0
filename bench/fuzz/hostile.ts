// What an enemy or a broken server could send: right shapes changed at random points into what nobody expects, from one seed.
import fc from 'fast-check';

/** Values registered as secret before anything runs; none may ever come out again. */
export const canaries = ['canary-api-key-7c1f5e9b', 'canary-bot-token.MTE0.x9y8z7'] as const;

/** Stands in a text for what JSON can say and a JavaScript value cannot: `1e999`, an int64. */
const bare = (text: string): string => `\u0001${text}\u0001`;

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { data: value };
  return value;
}

const odd: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, '', ' ', [], {}, [[]], [null]),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      ...[1e308, -1e308, 5e-324, 2 ** 53, 2 ** 31, -(2 ** 31) - 1, 8.64e15 + 1].map((one) => one as unknown),
      ...[
        '1e999',
        '-1e999',
        '9223372036854775807',
        '-0',
        '0.1e-300',
        '1E+400',
        '123456789012345678901234567890',
      ].map(bare),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...['NaN', 'Infinity', '-Infinity', '1e999', '0x10', '1/0', '0/0', '1/3', '.', '-', '+.e5', '5e-999'],
      ...['9'.repeat(400), '0'.repeat(400), 'x'.repeat(5_000), '1'.repeat(40)],
      ...[
        '2026-13-45T99:99:99Z',
        '0001-01-01T00:00:00',
        '9999-12-31T23:59:59.9999999+14:00',
        '2026-03-04T16:00:00.000Z',
      ],
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'length', 'valueOf'],
      ...['\u0000', '\u202eevil', '\ud800', '💥'.repeat(60), 'e\u0301'.repeat(50), '\u001e', '\n\n\r\t'],
      ...['@everyone <@&1100000000000000030>', '[x](https://evil.example)', '```', '> # **_~|`', '&\\"\''],
      ...canaries,
    ),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(nested(60), bare('['.repeat(5_000) + ']'.repeat(5_000))) },
);

const ways = ['put', 'put', 'put', 'drop', 'list', 'twice', 'key', 'add', 'swap', 'wrap'] as const;

interface Stroke {
  readonly at: number;
  readonly way: (typeof ways)[number];
  readonly value: unknown;
}

const stroke: fc.Arbitrary<Stroke> = fc.record({
  at: fc.nat(),
  way: fc.constantFrom(...ways),
  value: odd,
});
const strokes = fc.array(stroke, { maxLength: 4, size: 'max' });

/** One of the templates, changed at up to four points; with none it is the template itself. */
export function mutants(templates: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...templates), strokes)
    .map(([template, changes]) => changes.reduce<unknown>(changed, structuredClone(template)));
}

/** The same as JSON text; some of it torn, doubled, or with letters exchanged. */
export function mutantTexts(templates: readonly unknown[]): fc.Arbitrary<string> {
  const tears = fc.oneof(
    { weight: 9, arbitrary: fc.constant<Tear>({ kind: 'none' }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('in' as const), at: fc.nat(), text: scraps }) },
  );
  return fc.tuple(mutants(templates), tears).map(([value, tear]) => torn(textOf(value), tear));
}

type Tear =
  | { readonly kind: 'none' }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'in'; readonly at: number; readonly text: string };

const scraps = fc.constantFrom(
  ...'{ } [ ] " , : null NaN \\ \\u \u001e \u0000 }{ // <html> \ufeff é 1e9 -'.split(' '),
);

export function torn(text: string, tear: Tear): string {
  if (tear.kind === 'none') return text;
  const at = tear.at % (text.length + 1);
  return tear.kind === 'cut' ? text.slice(0, at) : `${text.slice(0, at)}${tear.text}${text.slice(at)}`;
}

/** As JSON; what JSON can say beyond JavaScript's own values stands bare. */
export function textOf(value: unknown): string {
  // `undefined` has no JSON; it is what is missing altogether.
  return ((JSON.stringify(value) as string | undefined) ?? '').replace(/"\\u0001([^"\\]*)\\u0001"/g, '$1');
}

type Holder = Record<string, unknown> | unknown[];
interface Point {
  readonly holder: Holder;
  readonly key: string;
}

function pointsOf(value: unknown, points: Point[] = [], depth = 0): Point[] {
  if (typeof value !== 'object' || value === null || depth > 12) return points;
  const holder = value as Holder;
  for (const key of Object.keys(holder)) {
    points.push({ holder, key });
    pointsOf((holder as Record<string, unknown>)[key], points, depth + 1);
  }
  return points;
}

function changed(whole: unknown, { at, way, value: given }: Stroke): unknown {
  // Cases share nothing: a later stroke may go into what an earlier one put there.
  const value = structuredClone(given);
  const points = pointsOf(whole);
  // One time in so many the whole of it is exchanged.
  const point = points[at % (points.length + 1)];
  if (point === undefined) return way === 'list' ? [whole, whole] : way === 'wrap' ? { data: whole } : value;
  const holder = point.holder as Record<string, unknown>;
  const { key } = point;
  const before = holder[key];
  const name = typeof value === 'string' ? value.slice(0, 60) : '__proto__';
  const set = (member: string, to: unknown): void => {
    // Plain assignment of `__proto__` would change the prototype here instead of being sent.
    Object.defineProperty(holder, member, {
      value: to,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  };
  if (way === 'put') set(key, value);
  else if (way === 'drop') Reflect.deleteProperty(holder, key);
  else if (way === 'list') set(key, [before, value, before]);
  else if (way === 'twice' && Array.isArray(point.holder)) point.holder.push(before, before);
  else if (way === 'key' && !Array.isArray(point.holder)) {
    Reflect.deleteProperty(holder, key);
    set(name, before);
  } else if (way === 'add' && !Array.isArray(point.holder)) set(name, value);
  else if (way === 'swap') {
    const other = points[(at >>> 3) % points.length];
    if (other !== undefined) set(key, structuredClone((other.holder as Record<string, unknown>)[other.key]));
  } else set(key, { data: before });
  return whole;
}
