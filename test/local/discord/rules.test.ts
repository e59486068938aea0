// Discord's limits and error shapes: what the OpenAPI document rejects and the dozen rules it lacks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PermissionFlagsBits, REST, Routes, type DiscordAPIError } from 'discord.js';
import { discordContract, openapiMissing, violationsOf } from '../../fixtures/discord-openapi.ts';
import { invitedPermissions } from '../../../src/local/discord/cast.ts';
import { startLocalDiscord, type LocalDiscord } from '../../../src/local/discord/server.ts';

let discord: LocalDiscord;
let rest: REST;
let contract: ReturnType<typeof discordContract>;

beforeAll(async () => {
  discord = await startLocalDiscord({ strict: true });
  contract = discordContract(discord.record);
  rest = new REST({ api: discord.apiUrl, version: '10' }).setToken(discord.token);
});
afterAll(async () => {
  rest.clearHashSweeper();
  rest.clearHandlerSweeper();
  await discord.stop();
  expect(contract.violations()).toEqual([]);
});

async function refusal(promise: Promise<unknown>): Promise<{ code: unknown; body: string }> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown as DiscordAPIError,
  );
  return { code: error?.code, body: JSON.stringify(error?.rawError ?? 'accepted') };
}

function send(body: object): Promise<unknown> {
  return rest.post(Routes.channelMessages(discord.channelId), { body });
}

function register(commands: object[]): Promise<unknown> {
  return rest.put(Routes.applicationGuildCommands(discord.applicationId, discord.guildId), {
    body: commands,
  });
}

const button = (more: object = {}): object => ({ type: 2, style: 1, label: 'x', custom_id: 'a', ...more });
const row = (...components: object[]): object => ({ type: 1, components });
const text = (length: number): string => 'x'.repeat(length);
const embed = (more: object): object => ({ embeds: [more] });
const field = (name: string, value: string): object => ({ name, value });

describe('messages', () => {
  const bad: readonly [string, object, string][] = [
    ['2001 characters', { content: text(2001) }, 'BASE_TYPE_MAX_LENGTH'],
    ['an embed title of 257', embed({ title: text(257) }), 'BASE_TYPE_MAX_LENGTH'],
    ['an embed description of 4097', embed({ description: text(4097) }), 'BASE_TYPE_MAX_LENGTH'],
    [
      '26 fields',
      embed({ fields: Array.from({ length: 26 }, () => field('a', 'b')) }),
      'BASE_TYPE_MAX_LENGTH',
    ],
    ['an empty field name', embed({ fields: [field('', 'b')] }), 'BASE_TYPE_REQUIRED'],
    ['an empty field value', embed({ fields: [field('a', ' ')] }), 'BASE_TYPE_REQUIRED'],
    ['a field value of 1025', embed({ fields: [field('a', text(1025))] }), 'BASE_TYPE_BAD_LENGTH'],
    ['a footer of 2049', embed({ footer: { text: text(2049) } }), 'BASE_TYPE_MAX_LENGTH'],
    ['an embed of colour only', embed({ color: 1 }), 'BASE_TYPE_REQUIRED'],
    ['a colour too large', embed({ title: 'a', color: 0x1000000 }), 'NUMBER_TYPE_MAX'],
    ['a javascript: address', embed({ title: 'a', url: 'javascript:alert(1)' }), 'URL_TYPE_INVALID_SCHEME'],
    [
      'embeds of more than 6000 together',
      { embeds: [{ description: text(4000) }, { description: text(2001) }] },
      'MAX_EMBED_SIZE_EXCEEDED',
    ],
    ['11 embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) }, 'BASE_TYPE_MAX_LENGTH'],
    [
      'a button without custom_id',
      { components: [row(button({ custom_id: undefined }))] },
      'CUSTOM_ID_REQUIRED',
    ],
    [
      'a link button without url',
      { components: [row({ type: 2, style: 5, label: 'x' })] },
      'BUTTON_COMPONENT_URL_REQUIRED',
    ],
    [
      'a link button to javascript:',
      { components: [row({ type: 2, style: 5, label: 'x', url: 'javascript:alert(1)' })] },
      'URL_TYPE_INVALID_SCHEME',
    ],
    ['the same custom_id twice', { components: [row(button(), button())] }, 'COMPONENT_CUSTOM_ID_DUPLICATED'],
    ['a label of 81', { components: [row(button({ label: text(81) }))] }, 'BASE_TYPE_MAX_LENGTH'],
    ['a style of 9', { components: [row(button({ style: 9 }))] }, 'BASE_TYPE_CHOICES'],
    ['an empty row', { components: [row()] }, 'BASE_TYPE_BAD_LENGTH'],
    [
      '6 rows',
      { components: Array.from({ length: 6 }, (_, index) => row(button({ custom_id: `b${index}` }))) },
      'BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a version 2 component without the flag',
      { components: [{ type: 10, content: 'x' }] },
      'BASE_TYPE_CHOICES',
    ],
    [
      'content together with the version 2 flag',
      { content: 'x', flags: 32768, components: [{ type: 10, content: 'y' }] },
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
    ],
    [
      '41 components',
      { flags: 32768, components: Array.from({ length: 41 }, () => ({ type: 10, content: 'y' })) },
      'components',
    ],
    [
      'mentions both parsed and listed',
      { content: 'x', allowed_mentions: { parse: ['users'], users: ['1100000000000000002'] } },
      'mutually exclusive',
    ],
    ['a wrong type', { content: 7 }, 'STRING_TYPE_CONVERT'],
  ];
  it.each(bad)('are refused with %s', async (_, body, expected) => {
    const { code, body: said } = await refusal(send({ content: '', ...body }));
    expect(said).toContain(expected);
    expect(code).toBe(50035);
  });

  it('are refused empty with 50006, also when an edit empties them', async () => {
    expect((await refusal(send({}))).code).toBe(50006);
    expect((await refusal(send({ content: ' \n ' }))).code).toBe(50006);
    const sent = (await send({ content: 'something' })) as { id: string };
    const edit = rest.patch(Routes.channelMessage(discord.channelId, sent.id), { body: { content: '' } });
    expect((await refusal(edit)).code).toBe(50006);
  });

  it('are accepted at every limit', async () => {
    await send({ content: `  ${text(2000)}  ` });
    await send(embed({ title: text(256), description: text(4096), footer: { text: text(1600) } }));
    await send({
      flags: 32768,
      components: [
        {
          type: 17,
          components: [
            { type: 10, content: '# Title' },
            { type: 9, components: [{ type: 10, content: 'a' }], accessory: button() },
            { type: 14 },
            { type: 12, items: [{ media: { url: 'https://example.com/a.png' } }] },
            row({ type: 5, custom_id: 'who' }),
          ],
        },
      ],
    });
  });

  it('name the wrong field by its path', async () => {
    const { body } = await refusal(send(embed({ title: text(257) })));
    expect(JSON.parse(body)).toEqual({
      code: 50035,
      message: 'Invalid Form Body',
      errors: {
        embeds: {
          0: {
            title: {
              _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 256 or fewer in length.' }],
            },
          },
        },
      },
    });
  });

  it('ping only whom allowed_mentions lets through, and everybody by permission alone', async () => {
    const content = `<@${discord.users.lead}> <@&${discord.oncallRoleId}> @everyone`;
    const quiet = await send({ content, allowed_mentions: { parse: [] } });
    expect(quiet).toMatchObject({ mentions: [], mention_roles: [], mention_everyone: false });
    const page = await send({ content, allowed_mentions: { parse: [], roles: [discord.oncallRoleId] } });
    expect(page).toMatchObject({
      mentions: [],
      mention_roles: [discord.oncallRoleId],
      mention_everyone: false,
    });
    const lead = [{ id: discord.users.lead }];
    expect(await send({ content })).toMatchObject({ mentions: lead, mention_everyone: false });
    discord.setRolePermissions(discord.roles.bot, invitedPermissions | PermissionFlagsBits.MentionEveryone);
    expect(await send({ content })).toMatchObject({ mentions: lead, mention_everyone: true });
    discord.setRolePermissions(discord.roles.bot, invitedPermissions);
  });
});

describe('commands', () => {
  const option = (more: object): object => ({ type: 3, name: 'a', description: 'a', ...more });
  const command = (more: object): object => ({ name: 'ok', description: 'fine', ...more });
  const bad: readonly [string, object[], string][] = [
    ['a capital in the name', [command({ name: 'Health' })], 'APPLICATION_COMMAND_INVALID_NAME'],
    ['a space in the name', [command({ name: 'a b' })], 'APPLICATION_COMMAND_INVALID_NAME'],
    ['a name of 33', [command({ name: text(33) })], 'BASE_TYPE_BAD_LENGTH'],
    ['a description of 101', [command({ description: text(101) })], 'BASE_TYPE_BAD_LENGTH'],
    ['no description', [{ name: 'ok' }], 'BASE_TYPE_REQUIRED'],
    ['the same name twice', [command({}), command({})], 'APPLICATION_COMMANDS_DUPLICATE_NAME'],
    [
      'a required option after an optional one',
      [command({ options: [option({}), option({ name: 'b', required: true })] })],
      'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
    ],
    [
      '26 choices',
      [
        command({
          options: [
            option({ choices: Array.from({ length: 26 }, (_, i) => ({ name: `${i}`, value: `${i}` })) }),
          ],
        }),
      ],
      'BASE_TYPE_MAX_LENGTH',
    ],
  ];
  it.each(bad)('are refused with %s', async (_, commands, expected) => {
    const { code, body } = await refusal(register(commands));
    expect(code).toBe(50035);
    expect(body).toContain(expected);
  });

  it('keep their ids when overwritten under the same name, and replace the whole list', async () => {
    const first = (await register([command({}), command({ name: 'gone' })])) as { id: string }[];
    const second = (await register([command({ description: 'new words' })])) as { id: string }[];
    expect(second.map(({ id }) => id)).toEqual([first[0]?.id]);
    expect(
      await rest.get(Routes.applicationGuildCommands(discord.applicationId, discord.guildId)),
    ).toHaveLength(1);
  });

  it('are checked when typed: names, required options, types, choices, rights', async () => {
    await register([
      command({
        name: 'set',
        options: [
          option({ name: 'level', type: 4, required: true, min_value: 1, max_value: 5 }),
          option({ name: 'mode', choices: [{ name: 'Fast', value: 'fast' }] }),
          option({ name: 'who', type: 6 }),
        ],
      }),
      command({ name: 'admin', default_member_permissions: '0' }),
      command({
        name: 'tree',
        options: [{ type: 1, name: 'leaf', description: 'x', options: [option({})] }],
      }),
    ]);
    const type = (
      name: string,
      options: Record<string, string | number>,
      user = discord.users.trader,
    ): string => discord.type({ user, channel: discord.channelId, command: name, options });
    expect(() => type('nothing', {})).toThrow('There is no command /nothing.');
    expect(() => type('set', {})).toThrow('The option "level" is required.');
    expect(() => type('set', { level: 'many' })).toThrow('whole number');
    expect(() => type('set', { level: 6 })).toThrow('between 1 and 5');
    expect(() => type('set', { level: 1, mode: 'slow' })).toThrow('one of: Fast');
    expect(() => type('set', { level: 1, colour: 'red' })).toThrow('no option "colour"');
    expect(() => type('set', { level: 1, who: '1' })).toThrow('a person of this server');
    expect(() => type('admin', {})).toThrow('You do not have permission to use /admin.');
    expect(() => type('tree', {})).toThrow('needs a sub-command: leaf');
    type('admin', {}, discord.users.lead);
    type('set', { level: 2, who: discord.users.lead });
    const typed = (): unknown => discord.record.dispatches.findLast(({ t }) => t === 'INTERACTION_CREATE')?.d;
    expect(typed()).toMatchObject({
      data: {
        options: [
          { name: 'level', type: 4, value: 2 },
          { name: 'who', type: 6, value: discord.users.lead },
        ],
        resolved: { users: { [discord.users.lead]: { username: 'lena' } } },
      },
    });
    type('tree leaf', { a: 'b' });
    expect(typed()).toMatchObject({
      data: { options: [{ name: 'leaf', type: 1, options: [{ name: 'a', type: 3, value: 'b' }] }] },
    });
  });
});

describe('the OpenAPI document', () => {
  it.skipIf(openapiMissing !== undefined)(
    openapiMissing ?? 'is really asked: a broken answer and a broken request are found',
    () => {
      const sound = discord.record.requests.find(({ method, status }) => method === 'PUT' && status === 200);
      if (sound === undefined) throw new Error('no registration was recorded');
      expect(violationsOf(sound)).toEqual([]);
      expect(violationsOf({ ...sound, responseBody: [{ id: 'x' }] })[0]).toContain(
        'must have required property',
      );
      expect(violationsOf({ ...sound, requestBody: [{ name: 7 }] })[0]).toContain('must be string');
      expect(contract.checked()).toBeGreaterThan(30);
    },
  );
});
