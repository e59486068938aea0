// Somebody picked in an option of a command: only a person of the server can be called or given an incident.
import type { Person } from './person.ts';

export interface Picked {
  readonly name: string;
  /** `stranger`: Discord knows the user, and the server does not have them (any more). */
  readonly kind: 'member' | 'bot' | 'stranger';
}

export type Callable =
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'refused'; readonly text: string; readonly wayOut: string };

/** @param what what they were picked for: `be on call` */
export function callable(id: string, people: Readonly<Record<string, Picked>>, what: string): Callable {
  const { name, kind } = people[id] ?? { name: `The user ${id}`, kind: 'stranger' };
  switch (kind) {
    case 'member':
      return { kind: 'person', person: { id, name } };
    case 'bot':
      return {
        kind: 'refused',
        text: `${name} is a bot and cannot ${what}: no phone would ring.`,
        wayOut: 'Pick a person of this server.',
      };
    case 'stranger':
      return {
        kind: 'refused',
        text: `${name} is not in this server and cannot ${what}: no call would reach them.`,
        wayOut: 'Pick a person of this server, or invite them first.',
      };
  }
}
