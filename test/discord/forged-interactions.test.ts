// Attacks through Discord with presses and commands that cannot be: forged, replayed, malformed, oversized; refused kindly, audited, without effect.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  acted,
  changed,
  closeStage,
  desk,
  forge,
  logged,
  openStage,
  people,
  post,
  press,
  refused,
  seen,
  tokens,
  type,
  type Json,
} from './attack-stage.ts';

beforeAll(openStage, 20_000);
afterAll(closeStage);

describe('a press that cannot be', () => {
  const pressing = (custom_id: string) => () => (forge(changed('data', { custom_id })), press(people().lead));
  const gone = /no longer has this button/;
  test.each([
    ['of another incident than the message’s', 'incident:99:resolve'],
    ['of an action that does not exist', 'incident:12:delete'],
    ['of a prototype key', 'incident:__proto__:resolve'],
    ['of something else altogether', 'approve:everything'],
    ['of 100 characters', 'x'.repeat(100)],
    ['of markdown and mentions', '**@everyone** <@&1> `incident:12:resolve`'],
    ['of nothing', ''],
  ])('with the custom_id %s', (_name, customId) =>
    refused(pressing(customId), { says: gone, because: /forged press/ }),
  );

  test('on a button that is switched off', async () => {
    const taken = await post('13', {
      state: { kind: 'acknowledged', by: { id: '1', name: 'ann' }, at: Date.now() },
    });
    const enabled = (dispatch: Json): Json => {
      const data = { ...(dispatch['data'] as Json), custom_id: 'incident:13:acknowledge' };
      return { ...dispatch, data };
    };
    await refused(() => (forge(enabled), press(people().lead, 'resolve', taken, '13')), {
      says: /switched off/,
      because: /forged press/,
    });
  });
  test('on a message of somebody else', () => {
    const theirs = (dispatch: Json): Json => ({
      ...dispatch,
      message: { ...(dispatch['message'] as Json), author: { id: '1144444444444444444', bot: true } },
    });
    return refused(() => (forge(theirs), press(people().lead)), {
      says: /not on a message of this bot/,
      because: /forged press/,
    });
  });
  test('with a choice that was never offered', () => {
    const select = {
      type: 1,
      components: [{ type: 3, custom_id: 'incident:12:acknowledge', options: [{ label: 'a', value: 'a' }] }],
    };
    const chosen = (dispatch: Json): Json => ({
      ...dispatch,
      message: { ...(dispatch['message'] as Json), components: [select] },
      data: { custom_id: 'incident:12:acknowledge', component_type: 3, values: ['everything'] },
    });
    return refused(() => (forge(chosen), press(people().lead)), {
      says: /never offered/,
      because: /forged press/,
    });
  });
  test('sent twice acts once', async () => {
    const before = acted.length;
    let copy: Json = {};
    forge((dispatch) => (copy = dispatch));
    press(people().lead, 'rerun');
    await desk.local.expect(() => (acted.length > before ? true : undefined));
    desk.local.replay(copy);
    desk.local.replay(copy);
    await refused(pressing('after:the:replay'), { says: gone, because: /forged press/ });
    expect(acted).toHaveLength(before + 1);
  });
  test('brought back after an hour does nothing, and is audited', async () => {
    const before = { acted: acted.length, audited: desk.audited.length };
    const old = ((BigInt(Date.now() - 3_600_000) - 1_420_070_400_000n) << 22n).toString();
    forge((dispatch) => ({ ...dispatch, id: old }));
    press(people().lead, 'resolve');
    await desk.local.expect(() => desk.audited[before.audited]);
    expect(desk.audited[before.audited]).toMatchObject({
      kind: 'denial',
      outcome: expect.stringContaining('replayed') as string,
    });
    expect(acted).toHaveLength(before.acted);
  });
  test('as a form that was never opened', () => {
    const form = (dispatch: Json): Json => ({
      ...dispatch,
      type: 5,
      data: { custom_id: 'incident:12:resolve', components: [] },
    });
    return refused(() => (forge(form), press(people().lead)), {
      says: /form is no longer known/,
      because: /unknown form/,
    });
  });
});

describe('a frame that cannot be', () => {
  const without =
    (...members: readonly string[]) =>
    (dispatch: Json): Json =>
      Object.fromEntries(Object.entries(dispatch).filter(([name]) => !members.includes(name)));
  test.each([
    ['does not say who made it', without('member')],
    ['holds nothing', without('data')],
    ['is of a kind that does not exist yet', (dispatch: Json): Json => ({ ...dispatch, type: 99 })],
  ])('because it %s is answered, and nothing is done', async (_name, change) => {
    const before = { acted: acted.length, tickets: desk.tickets.length };
    forge(change);
    const id = press(people().lead, 'resolve');
    const answer = await desk.local.expect(() =>
      seen(people().lead).find((message) => message.interaction_metadata?.id === id),
    );
    expect(JSON.stringify(answer)).toMatch(/could not read what Discord sent/);
    expect({ acted: acted.length, tickets: desk.tickets.length }).toEqual(before);
  });
});

describe('a command that cannot be', () => {
  const data = (more: Json) => () => (
    forge(changed('data', more)), type(people().lead, 'health', { suite: 'mnq' })
  );
  const option = (name: string, value: unknown, kind = 3) => data({ options: [{ name, type: kind, value }] });
  test.each<readonly [string, () => string, RegExp, RegExp]>([
    ['of an unknown name', data({ name: 'shutdown' }), /no longer exists/, /unknown command/],
    ['of a prototype key', data({ name: '__proto__' }), /no longer exists/, /unknown command/],
    ['of a name that would mention', data({ name: '@everyone' }), /no longer exists/, /unknown command/],
    ['as a menu on a message', data({ type: 3, target_id: '1' }), /no longer exists/, /unknown command/],
    ['as a menu on a person', data({ type: 2, target_id: '1' }), /no longer exists/, /unknown command/],
    ['with an option it does not have', option('account', 'x'), /has no option/, /malformed/],
    ['with the option __proto__', option('__proto__', 'x'), /has no option/, /malformed/],
    ['with the option constructor', option('constructor', 'x'), /has no option/, /malformed/],
    ['with a number for a text', option('suite', 7, 4), /is a text, and something else came/, /malformed/],
    [
      'with an object for a text',
      option('suite', { toString: 'x' }),
      /is a text, and something else came/,
      /malformed/,
    ],
    [
      'with a text that is far too long',
      option('suite', 'm'.repeat(5_000)),
      /holds at most 100 characters, and 5000 came/,
      /malformed/,
    ],
    [
      'with a sub-command where there is none',
      data({ options: [{ name: 'show', type: 1, options: [] }] }),
      /has no option/,
      /malformed/,
    ],
    ['without its sub-command', data({ name: 'audit', options: [] }), /not one of its forms/, /malformed/],
    [
      'with a sub-command that does not exist',
      data({ name: 'audit', options: [{ name: 'erase', type: 1 }] }),
      /not one of its forms/,
      /malformed/,
    ],
  ])('%s', (_name, attack, says, because) => refused(attack, { says, because }));
});

test('no token of an interaction was ever logged, nor audited', async () => {
  for (const fault of ['server-error', 'lost-answer'] as const) {
    desk.local.faults.inject({ fault, route: '/callback', times: 1 });
    forge((dispatch) => dispatch);
    const id = press(people().lead, 'rerun');
    await desk.local.expect(() =>
      seen(people().lead).find(
        (message) => message.interaction_metadata?.id === id && message.content.includes('rerun'),
      ),
    );
  }
  expect(tokens.size).toBeGreaterThan(20);
  const everything = [...logged, JSON.stringify(desk.audited)].join('\n');
  for (const token of tokens) expect(everything.includes(token)).toBe(false);
  expect(everything.includes(desk.local.token)).toBe(false);
});
