// Who is on call: rotations over both clock changes, overrides on top, and hand-overs that neither skip nor double anybody.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextChangeAt, onCallAt, type Override, type Rotation } from '../../src/domain/oncall.ts';

const ada = { id: '1', name: 'Ada' };
const ben = { id: '2', name: 'Ben' };
const cleo = { id: '3', name: 'Cleo' };
const weekly: Rotation = {
  zone: 'America/Chicago',
  people: [ada, ben, cleo],
  every: 'week',
  startsOn: '2026-10-26',
  handover: { hour: 9, minute: 0 },
};
const at = (iso: string) => Date.parse(iso);
const name = (rotation: Rotation, iso: string, overrides: readonly Override[] = []) =>
  onCallAt(rotation, overrides, at(iso))?.person.name;
const override = (person: typeof ada, from: string, to: string, madeAt = 1): Override => ({
  person,
  fromAt: at(from),
  toAt: at(to),
  madeAt,
  madeBy: person,
});

describe('a weekly rotation', () => {
  it('hands over at the same wall-clock time before and after the clocks change', () => {
    // 9:00 in Chicago is 14:00 UTC in summer and 15:00 UTC in winter; the clocks change on 1 November 2026.
    expect(name(weekly, '2026-10-26T13:59:59Z')).toBe('Cleo');
    expect(name(weekly, '2026-10-26T14:00:00Z')).toBe('Ada');
    expect(name(weekly, '2026-11-02T14:59:59Z')).toBe('Ada');
    expect(name(weekly, '2026-11-02T15:00:00Z')).toBe('Ben');
    expect(name(weekly, '2027-03-15T13:59:59Z')).toBe('Ben');
    expect(name(weekly, '2027-03-15T14:00:00Z')).toBe('Cleo');
  });

  it('says from when to when the shift goes', () => {
    expect(onCallAt(weekly, [], at('2026-10-28T00:00:00Z'))).toMatchObject({
      why: 'rotation',
      fromAt: at('2026-10-26T14:00:00Z'),
      toAt: at('2026-11-02T15:00:00Z'),
    });
  });
});

describe('an override', () => {
  const taken = override(cleo, '2026-10-27T00:00:00Z', '2026-10-27T08:00:00Z');

  it('counts inside its span alone, its end excluded', () => {
    expect(name(weekly, '2026-10-26T23:59:59Z', [taken])).toBe('Ada');
    expect(name(weekly, '2026-10-27T00:00:00Z', [taken])).toBe('Cleo');
    expect(name(weekly, '2026-10-27T08:00:00Z', [taken])).toBe('Ada');
  });

  it('made later wins over one made before', () => {
    const later = override(ben, '2026-10-27T01:00:00Z', '2026-10-27T02:00:00Z', 2);
    expect(name(weekly, '2026-10-27T01:30:00Z', [later, taken])).toBe('Ben');
    expect(name(weekly, '2026-10-27T02:30:00Z', [later, taken])).toBe('Cleo');
  });

  it('that clears ends those made before it, and the rotation has it from then on', () => {
    const clear: Override = {
      ...override(ada, '2026-10-27T02:00:00Z', '2026-10-27T02:00:00Z', 2),
      clears: true,
    };
    expect(name(weekly, '2026-10-27T01:59:59Z', [taken, clear])).toBe('Cleo');
    expect(onCallAt(weekly, [taken, clear], at('2026-10-27T02:00:00Z'))).toMatchObject({
      person: ada,
      why: 'rotation',
      fromAt: at('2026-10-27T02:00:00Z'),
      toAt: at('2026-11-02T15:00:00Z'),
    });
    expect(nextChangeAt(weekly, [taken, clear], at('2026-10-27T03:00:00Z'))).toBe(at('2026-11-02T15:00:00Z'));
    const later = override(ben, '2026-10-27T04:00:00Z', '2026-10-27T05:00:00Z', 3);
    expect(name(weekly, '2026-10-27T04:30:00Z', [taken, clear, later])).toBe('Ben');
  });

  it('that ended gives the shift back from its end on, so that the hand-over is news', () => {
    expect(onCallAt(weekly, [taken], at('2026-10-27T08:00:00Z'))).toMatchObject({
      person: ada,
      fromAt: at('2026-10-27T08:00:00Z'),
    });
  });

  it('is all there is where nobody rotates', () => {
    expect(onCallAt(undefined, [taken], at('2026-10-27T01:00:00Z'))?.person).toEqual(cleo);
    expect(onCallAt(undefined, [taken], at('2026-10-27T09:00:00Z'))).toBeUndefined();
  });
});

describe('any rotation', () => {
  const rotations = fc.record({
    zone: fc.constantFrom('America/Chicago', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Auckland'),
    every: fc.constantFrom('day' as const, 'week' as const),
    startsOn: fc.constantFrom('2025-12-31', '2026-03-08', '2026-06-15', '2026-11-01'),
    handover: fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom(0, 30) }),
    people: fc.constantFrom<Rotation['people']>([ada], [ada, ben], [ada, ben, cleo]),
  });

  it('gives each hand-over to the next in turn, over two years and every clock change', () => {
    fc.assert(
      fc.property(rotations, fc.integer({ min: 0, max: 700 }), (rotation, day) => {
        const start = at('2025-11-01T00:00:00Z') + day * 86_400_000;
        const change = nextChangeAt(rotation, [], start) ?? Number.NaN;
        expect(change).toBeGreaterThan(start);
        const before = onCallAt(rotation, [], change - 1)?.person;
        const after = onCallAt(rotation, [], change)?.person;
        const turn = rotation.people.findIndex((one) => one === before);
        expect(after).toBe(rotation.people[(turn + 1) % rotation.people.length]);
      }),
      { numRuns: 400 },
    );
  });
});
