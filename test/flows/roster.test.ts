// A shift that was taken is given back, and people read what that changed.
import { expect, it } from 'vitest';
import type { Override } from '../../src/domain/oncall.ts';
import { onCallAt } from '../../src/domain/oncall.ts';
import { tendRoster, type RosterDesk } from '../../src/flows/roster.ts';

const ada = { id: '1', name: 'Ada' };
const bob = { id: '2', name: 'Bob' };
const hourMs = 3_600_000;

function desk() {
  const overrides: Override[] = [];
  const given: RosterDesk = {
    store: { addOverride: (one) => Promise.resolve(void overrides.push(one)) },
    roster: () => Promise.resolve({ primary: undefined, secondary: undefined, overrides }),
    called: () => [],
  };
  return { overrides, given };
}

it('clearing ends what was taken, from now on', async () => {
  const { overrides, given } = desk();
  await tendRoster(
    { kind: 'oncall', action: 'take', person: bob, fromAt: 0, toAt: 8 * hourMs },
    ada,
    given,
    0,
  );
  expect(onCallAt(undefined, overrides, hourMs)?.person).toEqual(bob);
  const answer = await tendRoster({ kind: 'oncall', action: 'clear' }, ada, given, hourMs);
  expect(answer.kind).toBe('oncall');
  expect(onCallAt(undefined, overrides, hourMs)).toBeUndefined();
  expect(onCallAt(undefined, overrides, hourMs - 1)?.person).toEqual(bob);
});

it('clearing where nobody took anything is refused, and nothing is written', async () => {
  const { overrides, given } = desk();
  const answer = await tendRoster({ kind: 'oncall', action: 'clear' }, ada, given, hourMs);
  expect(answer).toMatchObject({
    kind: 'refusal',
    wayOut: expect.stringContaining('/oncall show') as string,
  });
  expect(overrides).toEqual([]);
});
