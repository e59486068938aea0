// A sequence of steps that come one after the other: what is done, where it hangs, what has not begun.
import type { Evidence } from './diagnostic.ts';
import type { Step } from './exhibit.ts';
import { spanText } from './span.ts';

/** What is known of one step before it is seen beside the others. */
export interface StepFact {
  readonly name: string;
  /** When it was done; undefined = it is not. */
  readonly doneAt: number | undefined;
  /** Said once it is done. */
  readonly done: string;
  /** What it waits for, said while it is not done. */
  readonly waits: string;
  /** Set where it cannot come by waiting: it fails at once. */
  readonly fails?: string | undefined;
  /** Set where it does not apply, or cannot be told. */
  readonly skips?: string | undefined;
  /** Longer than this it hangs; missing = the sequence's own patience. */
  readonly patienceMs?: number;
  readonly evidence: readonly Evidence[];
}

export interface SequenceOptions {
  readonly beganAt: number;
  /** What happened then, in words: `the start`. */
  readonly from: string;
  readonly now: number;
  /** A step that waits longer than this hangs. */
  readonly patienceMs: number;
}

/** Each step begins when the one before it is done; a step that was done proves those before it. */
export function sequence(facts: readonly StepFact[], options: SequenceOptions): readonly Step[] {
  const { beganAt, from, now } = options;
  const steps: Step[] = [];
  let startedAt = beganAt;
  let stuckAt: string | undefined;
  facts.forEach((fact, index) => {
    const { name, done, waits, fails, skips, evidence } = fact;
    const proven = facts.slice(index + 1).flatMap(({ doneAt }) => (doneAt === undefined ? [] : [doneAt]));
    const doneAt =
      fact.doneAt ?? (proven.length === 0 || skips !== undefined ? undefined : Math.min(...proven));
    if (doneAt !== undefined) {
      const before = doneAt <= beganAt;
      const tookMs = Math.max(0, doneAt - startedAt);
      const at = before ? `Already so at ${from}` : `${spanText(doneAt - beganAt)} after ${from}`;
      steps.push({ name, status: 'pass', said: `${done} ${at}.`, startedAt, tookMs, evidence });
      startedAt = Math.max(startedAt, doneAt);
      return;
    }
    if (skips !== undefined) {
      steps.push({ name, status: 'skip', said: skips, evidence });
      return;
    }
    if (stuckAt !== undefined) {
      steps.push({ name, status: 'open', said: `Not started: “${stuckAt}” comes first.`, evidence });
      return;
    }
    stuckAt = name;
    const waitedMs = Math.max(0, now - startedAt);
    const base = { name, startedAt, tookMs: waitedMs, evidence };
    if (fails !== undefined) steps.push({ ...base, status: 'fail', said: fails });
    else if (waitedMs > (fact.patienceMs ?? options.patienceMs))
      steps.push({ ...base, status: 'fail', said: `Stuck here for ${spanText(waitedMs)}: ${waits}` });
    else steps.push({ ...base, status: 'waiting', said: `Waiting for ${spanText(waitedMs)}: ${waits}` });
  });
  return steps;
}
