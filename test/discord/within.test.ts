// A promise with an end: late is what did not come while this process ran, not what it could not read.
import { expect, it } from 'vitest';
import { notCarriedOut } from '../../src/discord/answers.ts';
import { within } from '../../src/discord/within.ts';
import { OpsError } from '../../src/domain/errors.ts';
import { FakeClock } from '../fakes/clock.ts';

it('ends what never comes after its time, and leaves no timer', async () => {
  const clock = new FakeClock(0);
  let end: unknown;
  within(clock, 10_000, new Promise(() => undefined)).catch((error: unknown) => (end = error));
  await clock.forward(9_900);
  expect(end).toBeUndefined();
  await clock.forward(200);
  expect(end).toMatchObject({ code: 'deadline', message: 'Nothing came within 10000 ms.' });
  expect(clock.waiting).toBe(0);
});

it('does not call late what lay unread while the process stood still', async () => {
  const clock = new FakeClock(0);
  let read: (value: string) => void = () => undefined;
  const done = within(clock, 10_000, new Promise<string>((resolve) => (read = resolve)));
  await clock.forward(1_000);
  clock.standStill(60_000);
  // Timers come before what is read.
  await clock.forward(1);
  read('it was done');
  expect(await done).toBe('it was done');
  expect(clock.waiting).toBe(0);
});

it('of a change whose answer never came, it is said that nobody knows, and where to look before doing it again', () => {
  const late = new OpsError('deadline', 'Nothing came within 10000 ms.', { retryable: true });
  const change = { kind: 'oncall', action: 'take', person: undefined, fromAt: 1, toAt: 2 } as const;
  expect(notCarriedOut(late, change)).toEqual({
    kind: 'failure',
    text: 'It is not known whether that was done: no answer came in time.',
    next: 'Look at /oncall show first, and do it again only if it is not there.',
  });
  for (const answer of [
    notCarriedOut(new Error('refused'), change),
    notCarriedOut(late, { kind: 'oncall', action: 'show' }),
  ])
    expect(answer).toMatchObject({ text: 'That could not be read or changed just now.' });
});
