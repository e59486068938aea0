// Whom a call reaches: the person on duty where there is a rotation, else whoever is configured, and wider with each circle.
import type { Circle } from './care.ts';
import { onCallAt, type Roster } from './oncall.ts';

/** Somebody Discord can mention. */
export interface Callee {
  readonly kind: 'role' | 'user';
  readonly id: string;
}

export interface CallPlan {
  readonly roster: Roster;
  /** Called where no rotation says who; empty = nobody's phone rings. */
  readonly otherwise: readonly Callee[];
  /** The last circle; the other two together where it is not configured. */
  readonly everyone: readonly Callee[];
}

export function calleesOf(
  { roster, otherwise, everyone }: CallPlan,
  circle: Circle,
  now: number,
): readonly Callee[] {
  const primary = personOf(onCallAt(roster.primary, roster.overrides, now)?.person.id);
  const secondary = personOf(onCallAt(roster.secondary, [], now)?.person.id);
  switch (circle) {
    case 'primary':
      return primary.length > 0 ? primary : otherwise;
    case 'secondary':
      return secondary.length > 0 ? secondary : otherwise.length > 0 ? otherwise : primary;
    case 'everyone':
      return unique([...everyone, ...otherwise, ...primary, ...secondary]);
  }
}

/** Whom a circle reaches now. */
export type Reaches = (circle: Circle) => readonly Callee[];

/** Whom a call really goes to: not everybody has a secondary, and then it goes to those who did not come the first time. */
export function calledWords(circle: Circle, reaches: Reaches): string {
  const [reached, first] = [reaches(circle), reaches('primary')];
  const isSame = circle !== 'primary' && reached.every(({ id }) => first.some((one) => one.id === id));
  if (reached.length > 0 && isSame) return 'the same people again';
  if (circle === 'everyone') return 'everyone';
  // A rotation gives the name of a person; a role is what is called where there is none.
  return reached.some(({ kind }) => kind === 'role') ? 'the on-call role' : `the ${circle} on call`;
}

/** Said wherever a call would reach nobody: on a page it would be too late. */
export const nobodyCalled = {
  text: 'Nobody is configured to be called, so no phone rings.',
  wayOut:
    'Set oncall: { role: … } (or primary: [ … ]) in pitwatch.yaml and restart the bot; /oncall take calls you until then.',
} as const;

function personOf(id: string | undefined): readonly Callee[] {
  return id === undefined ? [] : [{ kind: 'user', id }];
}

function unique(callees: readonly Callee[]): readonly Callee[] {
  return callees.filter((one, index) => callees.findIndex(({ id }) => id === one.id) === index);
}
