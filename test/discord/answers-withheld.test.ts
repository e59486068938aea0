// What a missing permission takes from an answer, and what it leaves: its words arrive, and nobody waits for ever.
import { DiscordAPIError, REST } from 'discord.js';
import { OverwriteType, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { afterEach, expect, test } from 'vitest';
import { Acknowledgements } from '../../src/discord/acknowledgement.ts';
import { Answers } from '../../src/discord/answers.ts';
import { closeRest, openRest } from '../../src/discord/rest.ts';
import { FakeClock } from '../fakes/clock.ts';
import { silent, startDesk, type Desk } from './desk.ts';
import { finding, login, report } from './presenter/reports.ts';

let desk: Desk | undefined;
afterEach(async () => {
  const open = desk;
  desk = undefined;
  await open?.stop();
});

const long = report([
  login(
    'main',
    Array.from({ length: 40 }, (_, index) => finding(`f${index}`, 'fail', { summary: 'y'.repeat(400) })),
  ),
]);
const missing = (): Error =>
  new DiscordAPIError({ code: 50_013, message: 'Missing Permissions' }, 50_013, 403, 'PATCH', 'x', {});

interface Sent {
  readonly content?: string;
  readonly embeds?: readonly unknown[];
}

/** Takes a reply only as far as the application's permissions go. */
class Strict extends REST {
  readonly taken: Sent[] = [];
  readonly #lacks: (body: Sent, files: number) => boolean;

  constructor(lacks: (body: Sent, files: number) => boolean) {
    super({ hashSweepInterval: 0, handlerSweepInterval: 0 });
    this.#lacks = lacks;
  }

  override patch(...[, { body, files = [] } = {}]: Parameters<REST['patch']>): Promise<unknown> {
    const sent = body as Sent;
    if (this.#lacks(sent, files.length)) return Promise.reject(missing());
    this.taken.push(sent);
    return Promise.resolve({});
  }
}

async function replyUnder(lacks: (body: Sent, files: number) => boolean): Promise<readonly Sent[]> {
  const clock = new FakeClock(0);
  const rest = openRest({ token: 't', api: 'http://127.0.0.1:9' }, clock);
  const webhook = new Strict(lacks);
  const acknowledgements = new Acknowledgements(rest.callback, clock, silent);
  const answers = new Answers({ rest: { ...rest, webhook }, acknowledgements, clock, log: silent });
  const reply = {
    applicationId: '1',
    token: 't',
    tokenExpiresAt: 900_000,
    channelId: '2',
    userId: '3',
    ephemeral: false,
  };
  try {
    await answers.deliver({ id: '1574390910047748101', reply }, long);
  } finally {
    closeRest(rest);
  }
  return webhook.taken;
}

test('a reply that may carry no files is filled in without them', async () => {
  const [only] = await replyUnder((_body, files) => files > 0);
  expect(JSON.stringify(only?.embeds)).toContain('f0');
});

test('a reply that may carry no embeds is filled in with their words', async () => {
  const [only] = await replyUnder(({ embeds = [] }) => embeds.length > 0);
  expect(only?.embeds).toEqual([]);
  expect(only?.content).toContain('f0');
});

test('an answer that comes too late for its reply reaches the channel without the files it may not carry', async () => {
  desk = await startDesk();
  const { local } = desk;
  local.setOverwrites(local.channelId, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.AttachFiles) },
  ]);
  const reply = {
    applicationId: local.applicationId,
    token: 'no-such-token',
    tokenExpiresAt: Date.now() + 60_000,
    channelId: local.channelId,
    userId: local.users.lead,
    ephemeral: false,
  };
  await desk.bot.messenger.deliverAnswer({ id: '1574390910047748101', reply }, long);
  const [only] = local.messages(local.channelId, local.users.lead);
  expect(only?.mentions.map(({ id }) => id)).toEqual([local.users.lead]);
  expect(JSON.stringify(only?.embeds)).toContain('f0');
});

test('a word to the channel that is all embed is said in plain text where no embed may be sent', async () => {
  desk = await startDesk();
  const { local } = desk;
  local.setOverwrites(local.channelId, [
    { id: local.roles.bot, type: OverwriteType.Role, allow: '0', deny: String(P.EmbedLinks) },
  ]);
  await desk.bot.messenger.deliverNotice({
    kind: 'failure',
    text: 'A forged job came.',
    next: 'Look at it.',
  });
  const [only] = local.messages(local.channelId, local.users.lead);
  expect(only?.content).toContain('A forged job came.');
});
