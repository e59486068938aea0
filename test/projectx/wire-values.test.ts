// Time stamps are read the same whether their minute was read before or not, and nonsense stays nonsense.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asInstant } from '../../src/projectx/wire-values.ts';

it('a stamp of a known minute is what Date.parse says, whatever its fraction', () => {
  const stamps = fc.tuple(
    fc.integer({ min: Date.parse('2024-01-01T00:00:00Z'), max: Date.parse('2027-01-01T00:00:00Z') }),
    fc.array(fc.integer({ min: 0, max: 59_999 }), { minLength: 1, maxLength: 8 }),
    fc.string({ unit: fc.constantFrom('0', '5', '9'), minLength: 0, maxLength: 4 }),
  );
  fc.assert(
    fc.property(stamps, ([start, offsets, more]) => {
      const minuteAt = Math.floor(start / 60_000) * 60_000;
      for (const offset of offsets) {
        const text = new Date(minuteAt + offset).toISOString();
        expect(asInstant(text)).toBe(minuteAt + offset);
        expect(asInstant(text.replace('Z', `${more}Z`))).toBe(minuteAt + offset);
      }
    }),
    { numRuns: 500 },
  );
});

it('nonsense within a known minute is not a time', () => {
  const known = '2025-11-05T15:04:39.900Z';
  expect(asInstant(known)).toBe(Date.parse(known));
  for (const text of [
    '2025-11-05T15:04:61.900Z',
    '2025-11-05T15:04:3x.900Z',
    '2025-11-05T15:04:39,x00Z',
    '2025-11-05T15:04:39.9 0Z',
    '2025-11-05T15:04:39.Z',
  ]) {
    expect(asInstant(text)).toBeUndefined();
  }
  expect(asInstant('2025-11-05T15:04:07Z')).toBe(Date.parse('2025-11-05T15:04:07Z'));
  expect(asInstant('2025-11-05T15:04:39.9Z')).toBe(Date.parse('2025-11-05T15:04:39.900Z'));
});
