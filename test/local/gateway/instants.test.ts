// The spelling of market events, written by the thousand a second.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { zulu } from '../../../src/local/gateway/instants.ts';

it('is ISO 8601 to the millisecond, whatever was written before', () => {
  const instant = fc.oneof(
    fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) }),
    // Neighbours of a second's edge, on both sides of it.
    fc
      .tuple(fc.integer({ min: -2, max: 2_000_000_000 }), fc.integer({ min: -2, max: 2 }))
      .map(([s, ms]) => s * 1000 + ms),
    fc.double({ min: 0, max: 4e12, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(instant, { minLength: 1, maxLength: 20 }), (instants) => {
      expect(instants.map(zulu)).toEqual(instants.map((at) => new Date(at).toISOString()));
    }),
  );
  expect(() => zulu(Number.NaN)).toThrow(RangeError);
});
