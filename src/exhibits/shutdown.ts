// The five steps of an orderly stop: how the host before let go, and what the gateway shows is left of the suite now.
import type { Exhibitor } from '../domain/exhibit.ts';
import { spanText } from '../domain/span.ts';
import type { EndBefore } from '../domain/stop-record.ts';
import { stopSteps } from '../domain/stop-steps.ts';

function noteOf(before: EndBefore, now: number): string {
  const here = 'Orders and positions are as the gateway shows them now; Pitwatch cancels nothing.';
  if (before.kind !== 'let-go') return here;
  const { worker, beganAt, hostedAt, why } = before.record;
  const held = spanText(beganAt - hostedAt);
  return `Worker ${worker} let go ${spanText(now - beganAt)} ago, after ${held} (${why}). ${here}`;
}

export default {
  name: 'shutdown',
  scope: 'suite',
  show(suite, { now }) {
    const { before } = suite.login;
    const steps = stopSteps(before, suite, now);
    return [{ kind: 'steps', title: `Stop of ${suite.spec.name}`, steps, note: noteOf(before, now) }];
  },
} satisfies Exhibitor;
