// Attacks through Discord by whom and from where it is not allowed, and by words that would be more than words: refused kindly, audited, without effect.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  acted,
  changed,
  closeStage,
  desk,
  forge,
  openStage,
  ops,
  page,
  people,
  press,
  refused,
  refusedWith,
  seen,
  type,
  type Json,
} from './attack-stage.ts';

beforeAll(openStage, 20_000);
afterAll(closeStage);

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
  const says = /not act on it/;
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
