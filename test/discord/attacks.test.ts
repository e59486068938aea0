// Attacks on the bot through Discord, with the real client: each one refused in a kind sentence that only its maker sees, audited, and without effect.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { APIMessage } from 'discord-api-types/v10';
import type { AuditEvent } from '../../src/domain/audit.ts';
import type { IncidentTask } from '../../src/domain/job.ts';
import { makeLog } from '../../src/log.ts';
import { incident, startDesk, type Desk } from './desk.ts';

type Json = Record<string, unknown>;

let desk: Desk;
let page: string;
const acted: { readonly task: IncidentTask; readonly by: string }[] = [];
const logged: string[] = [];
const tokens = new Set<string>();

beforeAll(async () => {
  desk = await startDesk({
    log: makeLog('trace', (line) => logged.push(line)),
    incident: (task, by) => {
      acted.push({ task, by: by.name });
      return Promise.resolve({ kind: 'done', text: `${task.action} of ${task.incident} by ${by.name}` });
    },
  });
  page = await post('12');
}, 20_000);
afterAll(() => desk.stop());

async function post(id: string, more: Parameters<typeof incident>[0] = {}): Promise<string> {
  const card = incident({ id, ...more });
  const refs = await desk.bot.messenger.deliverPost(
    { id: `${id}-page`, incident: id, queuedAt: Date.now(), kind: 'page', card },
    {},
  );
  return refs.messageId ?? '';
}

const people = () => desk.local.users;
const ops = () => desk.local.channelId;
const seen = (user: string, channel = ops()): readonly APIMessage[] => desk.local.messages(channel, user);

/** The next interaction reaches the bot changed like this. */
function forge(change: (dispatch: Json) => Json): void {
  desk.local.forge((dispatch) => {
    tokens.add(String(dispatch['token']));
    return change(dispatch);
  });
}
const changed =
  (part: string, more: Json) =>
  (dispatch: Json): Json => ({ ...dispatch, [part]: { ...(dispatch[part] as Json), ...more } });

const type = (
  user: string,
  command = 'health',
  options: Record<string, string> = {},
  channel = ops(),
): string => desk.local.type({ user, channel, command, options });
const press = (user: string, action = 'acknowledge', message = page, id = '12'): string =>
  desk.local.press({ user, channel: ops(), message, custom_id: `incident:${id}:${action}` });

interface Refused {
  /** Words of the answer. */
  readonly says: RegExp;
  /** Words of the audit entry's outcome. */
  readonly because: RegExp;
  readonly kind?: AuditEvent['kind'];
  readonly user?: () => string;
  readonly channel?: () => string;
}

/** Does it, and proves that it was refused to its maker alone, audited, and did nothing. */
async function refusedWith(
  attack: () => string,
  { says, because, kind = 'denial', user = () => people().lead, channel = ops }: Refused,
): Promise<APIMessage> {
  const before = { tickets: desk.tickets.length, acted: acted.length, audited: desk.audited.length };
  const id = attack();
  const answer = await desk.local.expect(() =>
    seen(user(), channel()).find(
      (message) => message.interaction_metadata?.id === id && ((message.flags ?? 0) & 128) === 0,
    ),
  );
  expect(JSON.stringify(answer)).toMatch(says);
  expect(answer.mentions).toEqual([]);
  expect(answer.mention_roles).toEqual([]);
  expect(answer.mention_everyone).toBe(false);
  if (kind === 'denial') {
    expect((answer.flags ?? 0) & 64).toBe(64);
    const other = user() === people().trader ? people().viewer : people().trader;
    expect(seen(other, channel()).some((message) => message.id === answer.id)).toBe(false);
  }
  const entries = desk.audited.slice(before.audited);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ kind });
  expect(entries[0]?.outcome).toMatch(because);
  expect(JSON.stringify(entries)).not.toMatch(/\\n|\\u200|\\u202/);
  expect({ tickets: desk.tickets.length, acted: acted.length }).toEqual({
    tickets: before.tickets,
    acted: before.acted,
  });
  return answer;
}

async function refused(attack: () => string, wanted: Refused): Promise<void> {
  await refusedWith(attack, wanted);
}

describe('from somewhere else', () => {
  const otherServer = (dispatch: Json): Json => ({ ...dispatch, guild_id: '1199999999999999999' });
  const directMessage = ({ member, guild_id, guild, ...rest }: Json): Json => {
    expect([guild_id, guild]).not.toContain(undefined);
    return { ...rest, user: (member as Json)['user'] };
  };
  const says = {
    server: /only in the server it was set up for/,
    dm: /does not work in direct messages/,
    channel: /only in its ops channel/,
  };

  test('a command from another server', () =>
    refused(() => (forge(otherServer), type(people().lead)), {
      says: says.server,
      because: /denied \(other-server\)/,
    }));
  test('a press from another server', () =>
    refused(() => (forge(otherServer), press(people().lead)), {
      says: says.server,
      because: /other-server/,
    }));
  test('a command in a direct message', () =>
    refused(() => (forge(directMessage), type(people().lead)), {
      says: says.dm,
      because: /denied \(direct-message\) in a direct message/,
    }));
  test('a press in a direct message', () =>
    refused(() => (forge(directMessage), press(people().lead)), {
      says: says.dm,
      because: /direct-message/,
    }));
  test('a command in another channel', () =>
    refused(() => type(people().lead, 'health', {}, desk.local.generalChannelId), {
      says: says.channel,
      because: /other-channel/,
      channel: () => desk.local.generalChannelId,
    }));
  test('a press said to come from another channel', () =>
    refused(() => (forge(changed('channel', { id: '1188888888888888888' })), press(people().lead)), {
      says: says.channel,
      because: /other-channel/,
    }));
  test('a command in a thread of another channel', () =>
    refused(
      () => (
        forge(changed('channel', { id: '1188888888888888888', type: 11, parent_id: '1177777777777777777' })),
        type(people().lead)
      ),
      {
        says: says.channel,
        because: /other-channel/,
      },
    ));
  test('a command in a channel whose category is named like the ops channel', () =>
    refused(
      () => (
        forge(changed('channel', { id: '1188888888888888888', type: 0, parent_id: ops() })),
        type(people().lead)
      ),
      {
        says: says.channel,
        because: /other-channel/,
      },
    ));
  test('but the thread of a page is the ops channel', async () => {
    const before = desk.tickets.length;
    forge(changed('channel', { id: page, type: 11, parent_id: ops() }));
    type(people().lead);
    await desk.local.expect(() => (desk.tickets.length > before ? true : undefined));
  });
});

describe('by somebody who may not', () => {
  const says = /not act on incidents/;
  test('a press by somebody without the role', () =>
    refused(() => press(people().viewer), { says, because: /denied \(tier\)/, user: () => people().viewer }));
  test('a press by an administrator of the server without the role', () =>
    refused(
      () => (forge(changed('member', { permissions: String((1n << 50n) - 1n) })), press(people().viewer)),
      {
        says,
        because: /tier/,
        user: () => people().viewer,
      },
    ));
  test('a press with a role that has the right name and another id', () => {
    const roles = ['on-call', 'lead', '1155555555555555555'];
    return refused(() => (forge(changed('member', { roles })), press(people().viewer)), {
      says,
      because: /tier/,
      user: () => people().viewer,
    });
  });
  test('a press with the id of the server as a role', () =>
    refused(() => (forge(changed('member', { roles: [desk.local.guildId] })), press(people().viewer)), {
      says,
      because: /tier/,
      user: () => people().viewer,
    }));
  test('a press without any roles said', () =>
    refused(() => (forge(changed('member', { roles: undefined })), press(people().lead)), {
      says,
      because: /tier/,
    }));
  test('a press by somebody whose role was taken away since the page', async () => {
    const { trader } = people();
    const before = acted.length;
    desk.local.setRoles(trader, [desk.local.roles.trader, desk.local.oncallRoleId]);
    press(trader, 'rerun');
    await desk.local.expect(() => (acted.length > before ? true : undefined));
    desk.local.setRoles(trader, [desk.local.roles.trader]);
    desk.audited.length = 0;
    await refused(() => press(trader, 'resolve'), { says, because: /tier/, user: () => trader });
  });
  test('a lead’s command by somebody who only looks', () =>
    refused(() => type(people().viewer, 'audit show'), {
      says: /for leads only/,
      because: /tier/,
      user: () => people().viewer,
    }));
  test('choices for somebody on another server are none, and told once', async () => {
    desk.audited.length = 0;
    const complete = async () => {
      forge((dispatch) => ({ ...dispatch, guild_id: '1199999999999999999' }));
      return desk.local.complete({
        user: people().viewer,
        channel: ops(),
        command: 'health',
        options: { suite: 'm' },
        focused: 'suite',
      });
    };
    expect(await complete()).toEqual([]);
    expect(await complete()).toEqual([]);
    expect(desk.audited).toMatchObject([{ kind: 'denial', what: 'choices of /health' }]);
  });
});

describe('a press that cannot be', () => {
  const pressing = (custom_id: string) => () => (forge(changed('data', { custom_id })), press(people().lead));
  const gone = /no such button any more/;
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
      says: /form is not known/,
      because: /unknown form/,
    });
  });
});

describe('a command that cannot be', () => {
  const data = (more: Json) => () => (
    forge(changed('data', more)), type(people().lead, 'health', { suite: 'mnq' })
  );
  const option = (name: string, value: unknown, kind = 3) => data({ options: [{ name, type: kind, value }] });
  test.each<readonly [string, () => string, RegExp, RegExp]>([
    ['of an unknown name', data({ name: 'shutdown' }), /not known any more/, /unknown command/],
    ['of a prototype key', data({ name: '__proto__' }), /not known any more/, /unknown command/],
    ['of a name that would mention', data({ name: '@everyone' }), /not known any more/, /unknown command/],
    ['as a menu on a message', data({ type: 3, target_id: '1' }), /not known any more/, /unknown command/],
    ['as a menu on a person', data({ type: 2, target_id: '1' }), /not known any more/, /unknown command/],
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

describe('words that would be more than words', () => {
  const asked = (suite: string) => () => type(people().lead, 'health', { suite });
  test.each([
    ['a prototype key', '__proto__'],
    ['another prototype key', 'constructor'],
    ['everyone', '@everyone @here'],
    ['a role and a person', '<@&1100000000000000030> <@1100000000000000002>'],
    ['a mention with something invisible in it', '@\u200beveryone <@\u2060&1100000000000000030>'],
    ['a line that runs backwards', '\u202emnq'],
    ['a forged card', 'x"\n🔴 **#99 Market hub down**\n> Flatten everything now\n```'],
    ['a link in disguise', '[mnq](https://evil.example) discord.gg/evil'],
  ])('%s as a suite', async (_name, suite) => {
    const answer = await refusedWith(asked(suite), {
      says: /There is no suite called/,
      because: /refused: There is no suite/,
      kind: 'command',
    });
    const text = answer.embeds[0]?.description ?? '';
    expect(text.split('\n')).toHaveLength(2);
    expect(text).not.toMatch(/(?<!\\)[*`>[]|(?<!\\)@|[\u200b\u2060\u202e]|^#/m);
  });
  test('a name of several lines, with a mention and a forged entry', async () => {
    const nick = 'ann\n#9 12:00 lead resolve #12 → done\n@everyone **boss** \u202e<@&1100000000000000030>';
    await refused(
      () => (forge(changed('member', { nick })), type(people().lead, 'health', { suite: 'nix' })),
      {
        says: /There is no suite/,
        because: /refused/,
        kind: 'command',
      },
    );
    const before = acted.length;
    forge(changed('member', { nick }));
    const id = press(people().lead, 'rerun');
    const answer = await desk.local.expect(() =>
      seen(people().lead).find(
        (message) => message.interaction_metadata?.id === id && message.content.includes('rerun'),
      ),
    );
    expect(answer.content.split('\n')).toHaveLength(1);
    expect([answer.mentions, answer.mention_roles, answer.mention_everyone]).toEqual([[], [], false]);
    expect(acted[before]?.by).not.toMatch(/\n|\u202e/);
  });
  test('a key that somebody pastes by mistake is not in the audit log', async () => {
    const key = 'sk-3f9a7c1b5d8e2f4a6b0c9d8e7f6a5b4c';
    await refused(asked(key), { says: /There is no suite/, because: /refused/, kind: 'command' });
    expect(JSON.stringify(desk.audited.map(({ what }) => what))).not.toContain(key);
  });
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
  expect(tokens.size).toBeGreaterThan(30);
  const everything = [...logged, JSON.stringify(desk.audited)].join('\n');
  for (const token of tokens) expect(everything.includes(token)).toBe(false);
  expect(everything.includes(desk.local.token)).toBe(false);
});
