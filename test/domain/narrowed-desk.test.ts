// What one person sees of the desk: restricted suites and logins are not there, and how many is said.
import { expect, it } from 'vitest';
import type { AccessPolicy, Restriction } from '../../src/domain/access.ts';
import type { DeskView, RosterLogin } from '../../src/domain/desk.ts';
import { narrowed } from '../../src/domain/narrowed-desk.ts';

const login = (name: string, ...suites: string[]): RosterLogin => ({
  login: name,
  suites: suites.map((suite) => ({ suite, instrument: 'MNQ', observe: 'rest' })),
  since: 0,
});
const desk: DeskView = {
  roster: [login('main', 'mnq', 'es'), login('desk-b', 'es-b'), login('idle')],
  pulses: [],
};
const rules = (...only: Restriction[]): AccessPolicy => ({
  guildId: '10',
  channels: ['20'],
  roles: { read: ['10'], respond: [], lead: [] },
  only,
});
const action = { command: 'health', tier: 'read' } as const;
const shape = (view: DeskView): string[] =>
  view.roster.map((one) => `${one.login}: ${one.suites.map(({ suite }) => suite).join(' ')}`);

it('is the very same view where nothing is restricted, or only commands are', () => {
  expect(narrowed(desk, [], action, rules())).toBe(desk);
  expect(narrowed(desk, [], action, rules({ kind: 'command', names: ['pnl'], roles: ['1'] }))).toBe(desk);
  expect(narrowed(desk, ['1'], action, rules({ kind: 'suite', names: ['es'], roles: ['1'] }))).toBe(desk);
});

it('leaves out a restricted suite, and a login of which nothing is left', () => {
  const one = narrowed(desk, [], action, rules({ kind: 'suite', names: ['es', 'es-b'], roles: ['1'] }));
  expect(shape(one)).toEqual(['main: mnq', 'idle: ']);
  expect(one.hidden).toBe(2);
});

it('leaves out a restricted login with all its suites, and its pulse', () => {
  const pulse = {
    login: 'main',
    suites: [{ suite: 'mnq' }, { suite: 'es' }],
  } as unknown as DeskView['pulses'][number];
  const view = narrowed(
    { ...desk, pulses: [pulse] },
    [],
    action,
    rules({ kind: 'login', names: ['main', 'idle'], roles: ['1'] }),
  );
  expect(shape(view)).toEqual(['desk-b: es-b']);
  expect(view).toMatchObject({ hidden: 2, pulses: [] });
  const part = narrowed(
    { ...desk, pulses: [pulse] },
    [],
    action,
    rules({ kind: 'suite', names: ['es'], roles: ['1'] }),
  );
  expect(part.pulses.flatMap(({ suites }) => suites.map(({ suite }) => suite))).toEqual(['mnq']);
});
