// A tiny hand-written bot on the real discord.js client: one command for each thing the page must show.
import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  ChannelType,
  Client,
  EmbedBuilder,
  GatewayIntentBits,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  StringSelectMenuOptionBuilder,
  TextInputBuilder,
  TextInputStyle,
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  type TextChannel,
} from 'discord.js';
import type { LocalDiscord } from '../../src/local/discord/server.ts';

const suite = { name: 'suite', description: 'Which suite', type: 3 as const, autocomplete: true };
const commands = [
  { name: 'health', description: 'How is every suite?', options: [suite] },
  { name: 'suites', description: 'What is watched, and by whom' },
  {
    name: 'diagnose',
    description: 'Ask one suite one question',
    options: [
      { ...suite, required: true },
      {
        name: 'diagnostic',
        description: 'Which question',
        type: 3 as const,
        autocomplete: true,
        required: true,
      },
      { name: 'loud', description: 'Show it to everybody', type: 5 as const },
    ],
  },
  { name: 'secret', description: 'An answer for you alone' },
  { name: 'silent', description: 'Never answers' },
  { name: 'note', description: 'Write into the log book' },
];
const offered: Readonly<Record<string, readonly string[]>> = {
  suite: ['mnq', 'es'],
  diagnostic: ['hub-connection', 'data-freshness', 'rest-session'],
};

export interface SmallBot {
  readonly client: Client<true>;
  readonly ops: TextChannel;
  /** Waits before a deferred answer is filled, ms. */
  thinkMs: number;
  stop(): Promise<void>;
}

export async function startSmallBot(local: LocalDiscord): Promise<SmallBot> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: { api: local.apiUrl, version: '10' },
  });
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  const ready = new Promise<Client<true>>((resolve) => client.once('clientReady', resolve));
  await client.login(local.token);
  const live = await ready;
  await live.application.commands.set(commands, local.guildId);
  const ops = await live.channels.fetch(local.channelId);
  if (ops?.type !== ChannelType.GuildText) throw new Error('no ops channel');
  const bot: SmallBot = {
    client: live,
    ops,
    thinkMs: 150,
    stop: async () => {
      await client.destroy();
    },
  };
  client.on(
    'interactionCreate',
    (interaction) => void answer(bot, interaction).catch((error: unknown) => errors.push(error)),
  );
  return bot;
}

async function answer(bot: SmallBot, interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) return complete(interaction);
  if (interaction.isChatInputCommand()) return command(bot, interaction);
  if (interaction.isButton()) return pressed(interaction);
  if (interaction.isStringSelectMenu()) {
    await interaction.reply(`You chose ${interaction.values.join(' and ')}.`);
  } else if (interaction.isModalSubmit()) {
    await interaction.reply(`Noted: ${interaction.fields.getTextInputValue('why')}`);
  }
}

async function complete(interaction: AutocompleteInteraction): Promise<void> {
  const { name, value } = interaction.options.getFocused(true);
  const fitting = (offered[name] ?? []).filter((one) => one.includes(value));
  await interaction.respond(fitting.map((one) => ({ name: `${one} (${name})`, value: one })));
}

async function command(bot: SmallBot, interaction: ChatInputCommandInteraction): Promise<void> {
  switch (interaction.commandName) {
    case 'health':
      await interaction.deferReply();
      await new Promise((resolve) => setTimeout(resolve, bot.thinkMs));
      await interaction.editReply({ embeds: [healthEmbed(bot.client)], components: [actions(), picker()] });
      return;
    case 'secret':
      await interaction.reply({ content: 'The word is *heron*.', flags: MessageFlags.Ephemeral });
      return;
    case 'note':
      await interaction.showModal(noteForm());
      return;
    case 'diagnose': {
      const given = interaction.options.data.map(({ name, value }) => `${name}=${String(value)}`);
      await interaction.reply(`Asked: ${given.join(' ')}`);
      return;
    }
    case 'silent':
      return;
    default:
      await interaction.reply('Two suites: `mnq` and `es`.');
  }
}

async function pressed(interaction: ButtonInteraction): Promise<void> {
  if (interaction.customId === 'mute') return;
  if (interaction.customId === 'note') {
    await interaction.showModal(noteForm());
    return;
  }
  const row = new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder()
      .setCustomId('done')
      .setLabel('Acknowledged')
      .setStyle(ButtonStyle.Success)
      .setDisabled(true),
  );
  await interaction.update({ content: `Acknowledged by <@${interaction.user.id}>`, components: [row] });
}

function noteForm(): ModalBuilder {
  const why = new TextInputBuilder().setCustomId('why').setStyle(TextInputStyle.Paragraph).setMaxLength(200);
  return new ModalBuilder()
    .setCustomId('note-form')
    .setTitle('Write a note')
    .addLabelComponents(
      new LabelBuilder()
        .setLabel('What happened?')
        .setDescription('One or two sentences.')
        .setTextInputComponent(why),
    );
}

function actions(): ActionRowBuilder<ButtonBuilder> {
  return new ActionRowBuilder<ButtonBuilder>().addComponents(
    new ButtonBuilder().setCustomId('ack').setLabel('Acknowledge').setStyle(ButtonStyle.Primary),
    new ButtonBuilder().setCustomId('note').setLabel('Add a note').setStyle(ButtonStyle.Secondary),
    new ButtonBuilder().setCustomId('mute').setLabel('Silence').setStyle(ButtonStyle.Danger),
    new ButtonBuilder()
      .setLabel('Status page')
      .setURL('https://status.example.com/')
      .setStyle(ButtonStyle.Link),
  );
}

function picker(): ActionRowBuilder<StringSelectMenuBuilder> {
  const options = ['hub-connection', 'data-freshness'].map((value) =>
    new StringSelectMenuOptionBuilder()
      .setLabel(value)
      .setValue(value)
      .setDescription(`Ask about ${value} again`),
  );
  return new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
    new StringSelectMenuBuilder().setCustomId('again').setPlaceholder('Ask one again').addOptions(options),
  );
}

export function healthEmbed(client: Client<true>): EmbedBuilder {
  const now = Math.floor(Date.now() / 1000);
  return new EmbedBuilder()
    .setColor(0xda373c)
    .setAuthor({ name: client.user.username })
    .setTitle('mnq: market hub is down')
    .setDescription(
      `**Nothing arrives for MNQ** since <t:${now - 94}:R>. A long position of 1 stands *with* a stop.`,
    )
    .addFields(
      { name: 'Market hub', value: '`reconnecting`', inline: true },
      { name: 'Last quote', value: '94 s ago', inline: true },
      { name: 'Threshold', value: 'fail over 60 s', inline: true },
      { name: 'What to do', value: '1. Look at the gateway\n2. Run `/connection mnq`' },
    )
    .setFooter({ text: 'score 40 · took 212 ms' })
    .setTimestamp(now * 1000);
}
