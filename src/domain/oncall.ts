// Who is on call at an instant: a rotation in its own time zone, with what people took over or swapped laid on top of it.
import { DateTime } from 'luxon';
import type { Person } from './person.ts';

/** One after the other, handed over at the same wall-clock time every day or week, whatever the clocks do. */
export interface Rotation {
  /** IANA zone, e.g. `America/Chicago`. */
  readonly zone: string;
  /** In their order; the first has the shift that begins on `startsOn`. */
  readonly people: readonly [Person, ...Person[]];
  readonly every: 'day' | 'week';
  /** `YYYY-MM-DD`: the day of the first hand-over. */
  readonly startsOn: string;
  /** Wall-clock time of each hand-over. */
  readonly handover: { readonly hour: number; readonly minute: number };
}

/** Somebody has it for a while, whatever the rotation says. The newest that covers an instant wins. */
export interface Override {
  readonly person: Person;
  readonly fromAt: number;
  readonly toAt: number;
  /** When it was made: of two that overlap, the later one counts. */
  readonly madeAt: number;
  readonly madeBy: Person;
  /** It gives nobody the shift: everything made before it ends with its `fromAt`. */
  readonly clears?: true;
}

export interface Duty {
  readonly person: Person;
  readonly why: 'rotation' | 'override';
  /** From when to when this person has it, as far as is known now; epoch ms. */
  readonly fromAt: number;
  readonly toAt: number;
}

interface Shift {
  readonly index: number;
  readonly fromAt: number;
  readonly toAt: number;
}

/** The hand-over number `index` (0 = the first), which may lie before the first one. */
function handoverAt({ zone, startsOn, every, handover }: Rotation, index: number): number {
  const days = every === 'day' ? index : index * 7;
  // Days are added to the local date, never hours to an instant: both clock changes keep the wall-clock time.
  const day = DateTime.fromISO(startsOn, { zone }).plus({ days });
  return day.set({ hour: handover.hour, minute: handover.minute, second: 0, millisecond: 0 }).toMillis();
}

function shiftAt(rotation: Rotation, at: number): Shift {
  const periodMs = (rotation.every === 'day' ? 1 : 7) * 86_400_000;
  let index = Math.floor((at - handoverAt(rotation, 0)) / periodMs);
  while (handoverAt(rotation, index) > at) index -= 1;
  while (handoverAt(rotation, index + 1) <= at) index += 1;
  return { index, fromAt: handoverAt(rotation, index), toAt: handoverAt(rotation, index + 1) };
}

function memberOf({ people }: Rotation, index: number): Person {
  const turn = ((index % people.length) + people.length) % people.length;
  return people[turn] ?? people[0];
}

/** As they count once those that clear have ended what was made before them. */
export function standing(overrides: readonly Override[]): readonly Override[] {
  const clears = overrides.filter((one) => one.clears === true);
  return overrides.flatMap((one) => {
    if (one.clears === true) return [];
    const ends = clears.flatMap(({ madeAt, fromAt }) => (madeAt >= one.madeAt ? [fromAt] : []));
    const toAt = Math.min(one.toAt, ...ends);
    return toAt > one.fromAt ? [{ ...one, toAt }] : [];
  });
}

function covering(overrides: readonly Override[], at: number): Override | undefined {
  return overrides
    .filter(({ fromAt, toAt }) => fromAt <= at && at < toAt)
    .reduce<Override | undefined>(
      (newest, one) => (newest === undefined || one.madeAt >= newest.madeAt ? one : newest),
      undefined,
    );
}

/** Who has it at `at`; undefined where there is neither a rotation nor an override for it. */
export function onCallAt(
  rotation: Rotation | undefined,
  all: readonly Override[],
  at: number,
): Duty | undefined {
  const overrides = standing(all);
  const override = covering(overrides, at);
  if (override !== undefined) {
    const { person, fromAt, toAt } = override;
    return { person, why: 'override', fromAt, toAt };
  }
  if (rotation === undefined) return undefined;
  const shift = shiftAt(rotation, at);
  const next = overrides.map(({ fromAt }) => fromAt).filter((fromAt) => fromAt > at && fromAt < shift.toAt);
  return {
    person: memberOf(rotation, shift.index),
    why: 'rotation',
    fromAt: Math.max(shift.fromAt, ...overrides.map(({ toAt }) => toAt).filter((toAt) => toAt <= at)),
    toAt: Math.min(shift.toAt, ...next),
  };
}

/** The instant after `at` at which somebody else may have it; undefined = never. */
export function nextChangeAt(
  rotation: Rotation | undefined,
  overrides: readonly Override[],
  at: number,
): number | undefined {
  const changes = standing(overrides)
    .flatMap(({ fromAt, toAt }) => [fromAt, toAt])
    .filter((one) => one > at);
  if (rotation !== undefined) changes.push(shiftAt(rotation, at).toAt);
  return changes.length === 0 ? undefined : Math.min(...changes);
}

/** Who is called, as configured and as people changed it. */
export interface Roster {
  readonly primary: Rotation | undefined;
  readonly secondary: Rotation | undefined;
  /** Of the primary. */
  readonly overrides: readonly Override[];
}
