// Which permissions and intents the bot lacks in its channel, by name and with what breaks without them.
import { PermissionFlagsBits, type Client, type GuildBasedChannel } from 'discord.js';
import type { DiscordConfig } from './config.ts';

export interface MissingPermission {
  /** As Discord's settings call it. */
  readonly permission: string;
  /** What does not work without it. */
  readonly without: string;
}

export interface ChannelCheck {
  /** `ok` needs everything; `blind` means that not even the channel could be seen. */
  readonly kind: 'ok' | 'incomplete' | 'blind';
  readonly bot: string | undefined;
  readonly channel: string | undefined;
  readonly missing: readonly MissingPermission[];
  /** Gateway intents the bot asks for; none of them is privileged, so none has to be switched on. */
  readonly intents: readonly {
    readonly intent: string;
    readonly privileged: boolean;
    readonly missing: boolean;
  }[];
  /** What else is wrong, full sentences. */
  readonly problems: readonly string[];
}

const wanted: readonly (readonly [bigint, string, string])[] = [
  [PermissionFlagsBits.ViewChannel, 'View Channel', 'the bot does not see its channel at all'],
  [PermissionFlagsBits.SendMessages, 'Send Messages', 'no page can be posted'],
  [PermissionFlagsBits.EmbedLinks, 'Embed Links', 'pages and reports arrive without their details'],
  [PermissionFlagsBits.AttachFiles, 'Attach Files', 'long reports are refused'],
  [
    PermissionFlagsBits.CreatePublicThreads,
    'Create Public Threads',
    'incidents get no thread; evidence floods the channel',
  ],
  [
    PermissionFlagsBits.SendMessagesInThreads,
    'Send Messages in Threads',
    'evidence and recovery cannot be told in the thread',
  ],
  [
    PermissionFlagsBits.ReadMessageHistory,
    'Read Message History',
    'threads cannot be started, and a page could be posted twice after an outage',
  ],
];

/** Judges what the gateway told about guild, channel and bot. */
export function checkChannel(
  client: Client,
  config: Pick<DiscordConfig, 'guildId' | 'channelId' | 'oncallMention'>,
): ChannelCheck {
  const bot = client.user?.username;
  const intents = [{ intent: 'Guilds', privileged: false, missing: false }];
  const blind = (problem: string): ChannelCheck => ({
    kind: 'blind',
    bot,
    channel: undefined,
    missing: wanted.slice(0, 1).map(([, permission, without]) => ({ permission, without })),
    intents,
    problems: [problem],
  });
  const guild = client.guilds.cache.get(config.guildId);
  if (guild === undefined) {
    return blind(
      `The bot is not in the server ${config.guildId}: invite it with the scopes bot and applications.commands, or correct DISCORD_GUILD_ID.`,
    );
  }
  const channel = guild.channels.cache.get(config.channelId);
  if (channel === undefined) {
    return blind(
      `The server ${guild.name} has no channel ${config.channelId} that the bot can see: correct DISCORD_CHANNEL_ID or give the bot View Channel.`,
    );
  }
  const missing = missingIn(channel, config.oncallMention);
  const problems = problemsOf(channel, config.oncallMention);
  const kind = missing.length === 0 && problems.length === 0 ? 'ok' : 'incomplete';
  return { kind, bot, channel: channel.name, missing, intents, problems };
}

/** Without these no page can be posted. */
const pageNeeds = ['View Channel', 'Send Messages'];

/** Why no page can be posted, in words; undefined where it can, or where that is not known. */
export function barredBy(check: ChannelCheck | undefined): string | undefined {
  if (check === undefined) return undefined;
  if (check.kind === 'blind') return check.problems[0];
  const lacking = check.missing.filter(({ permission }) => pageNeeds.includes(permission));
  if (lacking.length === 0) return undefined;
  const names = lacking.map(({ permission }) => permission).join(' and ');
  return `the bot lacks ${names} in its channel, so no page can be posted: give it back (npm run check names everything that is missing)`;
}

function missingIn(
  channel: GuildBasedChannel,
  oncall: DiscordConfig['oncallMention'],
): readonly MissingPermission[] {
  const { me } = channel.guild.members;
  const granted = me === null ? null : channel.permissionsFor(me);
  if (granted === null) return [];
  const missing = wanted
    .filter(([bit]) => !granted.has(bit))
    .map(([, permission, without]): MissingPermission => ({ permission, without }));
  const role = oncall?.kind === 'role' ? channel.guild.roles.cache.get(oncall.id) : undefined;
  if (role !== undefined && !role.mentionable && !granted.has(PermissionFlagsBits.MentionEveryone)) {
    return [
      ...missing,
      {
        permission: 'Mention @everyone, @here, and All Roles',
        without: `the on-call role ${role.name} is not mentionable, so a page would wake nobody (or make the role mentionable)`,
      },
    ];
  }
  return missing;
}

function problemsOf(channel: GuildBasedChannel, oncall: DiscordConfig['oncallMention']): readonly string[] {
  const problems: string[] = [];
  if (channel.guild.members.me === null) {
    problems.push('Discord did not say which roles the bot has, so its permissions are unknown.');
  }
  if (!channel.isTextBased() || channel.isThread()) {
    problems.push(`${channel.name} is not a text channel: pages need one in which threads can be started.`);
  }
  // Nobody on call is a choice, told by the configuration itself at every start.
  if (oncall?.kind === 'role' && !channel.guild.roles.cache.has(oncall.id)) {
    problems.push(`The on-call role ${oncall.id} does not exist in this server.`);
  }
  return problems;
}
