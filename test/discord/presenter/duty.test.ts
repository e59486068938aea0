// Who is on call and what is silenced, as people read it: nobody is said to be called where nobody is, and what is paged all the same is named.
import { expect, it } from 'vitest';
import type { Callee } from '../../../src/domain/callees.ts';
import type { Roster } from '../../../src/domain/oncall.ts';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import { stillPaged } from '../../../src/discord/presenter/duty.ts';
import { brokenRules, readableText } from './discord-rules.ts';

const at = Date.UTC(2026, 10, 26, 9);
const nobody: Roster = { primary: undefined, secondary: undefined, overrides: [] };

function shown(called: readonly Callee[], roster = nobody): string {
  const payload = presentAnswer({ kind: 'oncall', at, roster, called });
  expect(brokenRules(payload)).toEqual([]);
  expect(payload.allowed_mentions).toEqual({ parse: [] });
  return readableText(payload);
}

it('without rotation and role says that no phone rings, and what to add', () => {
  const text = shown([]);
  expect(text).toMatch(
    /Nobody is on call[\s\S]*no phone rings[\s\S]*oncall: \{ role: … \}[\s\S]*pitwatch\.yaml/,
  );
  expect(text).not.toMatch(/is called for every page/);
});

it('without rotation names the role or the person who is called', () => {
  expect(shown([{ kind: 'role', id: '30' }])).toContain('Every page calls <@&30>.');
  const user = shown([{ kind: 'user', id: '7' }]);
  expect(user).toContain('Every page calls <@7>.');
  expect(user).not.toMatch(/role/);
});

it('who took a shift that somebody else has for a while is next from when that ends', () => {
  const [ada, bob] = [
    { id: '1', name: 'Ada' },
    { id: '2', name: 'Bob' },
  ];
  const hour = 3_600_000;
  const roster: Roster = {
    ...nobody,
    overrides: [
      { person: ada, fromAt: at - hour, toAt: at + 8 * hour, madeAt: at - hour, madeBy: ada },
      { person: bob, fromAt: at, toAt: at + 2 * hour, madeAt: at, madeBy: ada },
    ],
  };
  expect(shown([], roster)).toMatch(/Bob is on call[\s\S]*Next[\s\S]*Ada\*\* from Thu 26 Nov 05:00 CT/);
});

it('a shift that ends while somebody else has it is nobody’s next', () => {
  const [ada, bob] = [
    { id: '1', name: 'Ada' },
    { id: '2', name: 'Bob' },
  ];
  const hour = 3_600_000;
  const overrides: Roster['overrides'] = [
    { person: ada, fromAt: at - hour, toAt: at + hour, madeAt: at - hour, madeBy: ada },
    { person: bob, fromAt: at, toAt: at + 8 * hour, madeAt: at, madeBy: ada },
  ];
  expect(shown([], { ...nobody, overrides })).not.toMatch(/Next/);
  const primary = {
    zone: 'America/Chicago',
    people: [ada, bob],
    every: 'day',
    startsOn: '2026-11-01',
    handover: { hour: 5, minute: 0 },
  } as const;
  expect(shown([], { primary, secondary: undefined, overrides })).toMatch(
    /Bob is on call[\s\S]*Next[\s\S]*Bob\*\* from Thu 26 Nov 11:00 CT/,
  );
});

it('a silence of one suite names what is paged all the same, what touches other suites among it', () => {
  const always = 'Still paged: a position without a stop';
  expect(stillPaged([{ matcher: { suite: 'mnq' } }])).toBe(
    `${always}, a login that nobody watches, and what touches other suites too`,
  );
  expect(stillPaged([{ matcher: { login: 'main' } }])).toBe(`${always}, and a login that nobody watches`);
});
