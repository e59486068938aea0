// A step on the wire: what a process asks of Redis, Discord or the gateway, named so that a person knows what was in flight.

export type Role = 'bot' | 'worker';
export type Wire = 'redis' | 'discord' | 'gateway';

export interface Step {
  readonly role: Role;
  readonly wire: Wire;
  /** Without ids and numbers, so that the same step is called the same in every run. */
  readonly name: string;
}

/** `before`: asked, and nobody has heard it yet. `after`: done, and the answer has not arrived. */
export type Moment = 'before' | 'after';

/** What becomes of the bytes: an HTTP request may also be answered by somebody else. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

export const pass: Verdict = { kind: 'pass' };
export const drop: Verdict = { kind: 'drop' };

/** Asked at both moments of every step, in order, before the bytes go on. */
export type Meet = (step: Step, moment: Moment) => Verdict;

export function nameOf({ role, wire, name }: Step): string {
  return `${role} → ${wire}: ${name}`;
}
