// The core path with the real discord.js client: login, command, defer, edit, button, select, modal, autocomplete, threads, files.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ActionRowBuilder,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  EmbedBuilder,
  Events,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  ThreadAutoArchiveDuration,
  TextInputStyle,
  type Client,
  type Interaction,
  type TextChannel,
} from 'discord.js';
import { FakeClock } from '../../fakes/clock.ts';
import { connectBot } from '../../fixtures/discord-bot.ts';
import { discordContract } from '../../fixtures/discord-openapi.ts';
import { startLocalDiscord, type LocalDiscord } from '../../../src/local/discord/server.ts';

let discord: LocalDiscord;
let bot: Client<true>;
let contract: ReturnType<typeof discordContract>;

beforeEach(async () => {
  // A clock that stands still: no machine is too slow to answer within Discord's three seconds.
  discord = await startLocalDiscord({ strict: true, clock: new FakeClock(Date.now()) });
  contract = discordContract(discord.record);
  bot = await connectBot(discord);
});
afterEach(async () => {
  await bot.destroy();
  await discord.stop();
  expect(contract.violations()).toEqual([]);
});

function onInteraction(handle: (interaction: Interaction) => Promise<unknown>): void {
  bot.on(Events.InteractionCreate, (interaction) => {
    handle(interaction).catch((error: unknown) => bot.emit('error', error as Error));
  });
}

async function register(): Promise<void> {
  await bot.application.commands.set(
    [
      new SlashCommandBuilder()
        .setName('health')
        .setDescription('Ask how it is')
        .addStringOption((option) =>
          option.setName('suite').setDescription('Which').setRequired(true).setAutocomplete(true),
        ),
    ],
    discord.guildId,
  );
}

function typeHealth(user = discord.users.trader): string {
  return discord.type({ user, channel: discord.channelId, command: 'health', options: { suite: 'mnq' } });
}

function lastMessage(user = discord.users.trader, channel = discord.channelId) {
  return discord.messages(channel, user).at(-1);
}

describe('the local Discord with the real client', () => {
  it('logs the bot in and shows it the guild, its channels and roles', () => {
    expect(bot.user.id).toBe(discord.botId);
    expect(bot.application.id).toBe(discord.applicationId);
    expect(discord.applicationId).not.toBe(discord.botId);
    const guild = bot.guilds.cache.get(discord.guildId);
    expect(guild?.channels.cache.get(discord.channelId)?.name).toBe('ops');
    expect(guild?.roles.cache.get(discord.oncallRoleId)?.name).toBe('on-call');
    expect(discord.online()).toBe(true);
  });

  it('carries a typed command to a deferred and then edited answer with embed and button', async () => {
    await register();
    onInteraction(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      await interaction.editReply({
        content: `suite ${interaction.options.getString('suite', true)}`,
        embeds: [new EmbedBuilder().setTitle('Healthy').addFields({ name: 'Age', value: '2 s' })],
        components: [
          new ActionRowBuilder<ButtonBuilder>().addComponents(
            new ButtonBuilder().setCustomId('again').setLabel('Again').setStyle(ButtonStyle.Primary),
          ),
        ],
      });
    });
    const events: string[] = [];
    discord.on(discord.users.viewer, (event) => events.push(event.kind));
    typeHealth();
    const message = await discord.expect(() => (lastMessage()?.content === '' ? undefined : lastMessage()));
    expect(message).toMatchObject({
      type: 20,
      content: 'suite mnq',
      embeds: [{ type: 'rich', title: 'Healthy', fields: [{ name: 'Age', value: '2 s', inline: false }] }],
      components: [{ type: 1, id: 1, components: [{ type: 2, id: 2, custom_id: 'again', style: 1 }] }],
      flags: 0,
      webhook_id: discord.applicationId,
    });
    expect(events).toEqual(['message.create', 'message.update']);
  });

  it('shows an ephemeral answer only to who typed, and never to the channel', async () => {
    await register();
    onInteraction(async (interaction) => {
      if (interaction.isChatInputCommand())
        await interaction.reply({ content: 'only you', flags: MessageFlags.Ephemeral });
    });
    typeHealth(discord.users.viewer);
    await discord.expect(() => lastMessage(discord.users.viewer));
    expect(lastMessage(discord.users.viewer)).toMatchObject({ content: 'only you', flags: 64 });
    expect(lastMessage(discord.users.trader)).toBeUndefined();
    const ops = (await bot.channels.fetch(discord.channelId)) as TextChannel;
    expect((await ops.messages.fetch()).size).toBe(0);
  });

  it('offers what autocomplete answers', async () => {
    await register();
    onInteraction(async (interaction) => {
      if (interaction.isAutocomplete())
        await interaction.respond([{ name: `${interaction.options.getFocused()}-one`, value: 'x' }]);
    });
    const choices = await discord.complete({
      user: discord.users.viewer,
      channel: discord.channelId,
      command: 'health',
      options: { suite: 'mn' },
      focused: 'suite',
    });
    expect(choices).toEqual([{ name: 'mn-one', value: 'x' }]);
  });

  it('carries button, select and modal presses and updates the message they sit on', async () => {
    onInteraction(async (interaction) => {
      if (interaction.isButton())
        await interaction.showModal(
          new ModalBuilder()
            .setCustomId('why')
            .setTitle('Why?')
            .addLabelComponents(
              new LabelBuilder()
                .setLabel('Reason')
                .setTextInputComponent(
                  new TextInputBuilder().setCustomId('reason').setStyle(TextInputStyle.Short),
                ),
            ),
        );
      if (interaction.isStringSelectMenu()) {
        await interaction.deferUpdate();
        await interaction.editReply({ content: `chose ${interaction.values.join()}` });
      }
      if (interaction.isModalSubmit() && interaction.isFromMessage())
        await interaction.update({ content: `because ${interaction.fields.getTextInputValue('reason')}` });
    });
    const ops = (await bot.channels.fetch(discord.channelId)) as TextChannel;
    const sent = await ops.send({
      content: 'choose',
      components: [
        new ActionRowBuilder<ButtonBuilder>().addComponents(
          new ButtonBuilder().setCustomId('ask').setLabel('Ask').setStyle(ButtonStyle.Danger),
        ),
        new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
          new StringSelectMenuBuilder().setCustomId('pick').addOptions({ label: 'A', value: 'a' }),
        ),
      ],
    });
    const place = { user: discord.users.trader, channel: discord.channelId, message: sent.id };
    discord.press({ ...place, custom_id: 'pick', values: ['a'] });
    await discord.expect(() => (lastMessage()?.content === 'chose a' ? true : undefined));
    let opened = '';
    discord.on(discord.users.trader, (event) => {
      if (event.kind === 'modal.open') opened = event.interaction;
    });
    discord.press({ ...place, custom_id: 'ask' });
    await discord.expect(() => (opened === '' ? undefined : opened));
    discord.submit({
      user: discord.users.trader,
      interaction: opened,
      custom_id: 'why',
      values: { reason: 'tired' },
    });
    await discord.expect(() => (lastMessage()?.content === 'because tired' ? true : undefined));
    expect(() => discord.press({ ...place, custom_id: 'pick', values: ['zzz'] })).toThrow(/not one of/);
  });

  it('starts a thread on a message with the same id, takes messages and files in it, archives it', async () => {
    const ops = (await bot.channels.fetch(discord.channelId)) as TextChannel;
    const sent = await ops.send({
      content: `<@&${discord.oncallRoleId}> down`,
      allowedMentions: { roles: [discord.oncallRoleId] },
    });
    expect(sent.mentions.roles.has(discord.oncallRoleId)).toBe(true);
    const thread = await sent.startThread({
      name: 'Incident 1',
      autoArchiveDuration: ThreadAutoArchiveDuration.OneHour,
    });
    expect(thread.id).toBe(sent.id);
    await expect(sent.startThread({ name: 'again' })).rejects.toMatchObject({ code: 160004 });
    const file = new AttachmentBuilder(Buffer.from('line one'), { name: 'job log.txt', description: 'log' });
    const withFile = await thread.send({ content: 'see', files: [file] });
    const attachment = withFile.attachments.first();
    expect(attachment).toMatchObject({
      name: 'job_log.txt',
      size: 8,
      contentType: 'text/plain; charset=utf-8',
    });
    const download = await fetch(attachment?.url ?? '');
    expect(await download.text()).toBe('line one');
    await withFile.edit({ attachments: [] });
    expect(lastMessage(discord.users.trader, thread.id)?.attachments).toEqual([]);
    await thread.setArchived(true);
    await expect(withFile.edit('late')).rejects.toMatchObject({ code: 50083 });
    discord.write(discord.users.trader, thread.id, 'hello?');
    expect(discord.threads()[0]?.thread_metadata.archived).toBe(false);
    expect(lastMessage()).toMatchObject({ flags: 32, thread: { id: sent.id } });
  });

  it('acknowledges two hundred commands at once, each once', async () => {
    await register();
    let acknowledged = 0;
    onInteraction(async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply();
      acknowledged += 1;
    });
    const startedAt = performance.now();
    for (let index = 0; index < 200; index += 1) typeHealth();
    await discord.expect(() => (acknowledged === 200 ? true : undefined), 15_000);
    const callbacks = discord.record.requests.filter(({ route }) => route?.endsWith('/callback'));
    expect(callbacks.map(({ status }) => status)).toEqual(Array.from({ length: 200 }, () => 204));
    console.info(`200 acknowledgements: ${Math.round(performance.now() - startedAt)} ms`);
  });
});
