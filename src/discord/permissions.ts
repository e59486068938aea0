// Which permissions and intents the bot lacks in its channel, by name and with what breaks without them.
import { ChannelType, PermissionFlagsBits, type Client, type GuildBasedChannel } from 'discord.js';
import type { DiscordConfig } from './config.ts';

export interface MissingPermission {
  /** As Discord's settings call it. */
  readonly permission: string;
  /** What does not work without it. */
  readonly without: string;
}

export interface ExcessPermission {
  /** As Discord's settings call it. */
  readonly permission: string;
  /** What somebody with the bot's token could do by it. */
  readonly allows: string;
}

export interface ChannelCheck {
  /** `ok` needs everything; `blind` means that not even the channel could be seen. */
  readonly kind: 'ok' | 'incomplete' | 'blind';
  readonly bot: string | undefined;
  readonly channel: string | undefined;
  readonly missing: readonly MissingPermission[];
  /** What it may in the server and never does: a stolen token could. */
  readonly excess: readonly ExcessPermission[];
  /** Invites it with all it needs and nothing more; undefined while nobody knows who it is. */
  readonly invite: string | undefined;
  /** Gateway intents the bot asks for; none of them is privileged, so none has to be switched on. */
  readonly intents: readonly {
    readonly intent: string;
    readonly privileged: boolean;
    readonly missing: boolean;
  }[];
  /** What else is wrong, full sentences. */
  readonly problems: readonly string[];
  /** Why no message can be posted there, whatever the permissions; a sentence of `problems`. */
  readonly unfit?: string;
  /** Why the on-call role hears no call; a sentence. */
  readonly unheard?: string;
}

const wanted: readonly (readonly [bigint, string, string])[] = [
  [PermissionFlagsBits.ViewChannel, 'View Channel', 'the bot does not see its channel at all'],
  [PermissionFlagsBits.SendMessages, 'Send Messages', 'no page can be posted'],
  [PermissionFlagsBits.EmbedLinks, 'Embed Links', 'pages and reports arrive without their details'],
  [
    PermissionFlagsBits.AttachFiles,
    'Attach Files',
    'long reports and postmortems arrive without their files',
  ],
  [
    PermissionFlagsBits.CreatePublicThreads,
    'Create Public Threads',
    'incidents get no thread and evidence floods the channel',
  ],
  [
    PermissionFlagsBits.SendMessagesInThreads,
    'Send Messages in Threads',
    'evidence and recovery cannot be posted in the thread',
  ],
  [
    PermissionFlagsBits.ReadMessageHistory,
    'Read Message History',
    'threads cannot be started, and a page could be posted twice after an outage',
  ],
];

/** The rest of Discord's list is harmless in the hands of a bot, or cannot be had without these. */
const neverUsed: readonly (readonly [bigint, string, string])[] = [
  [PermissionFlagsBits.ManageGuild, 'Manage Server', 'change the server itself and invite other bots'],
  [PermissionFlagsBits.ManageRoles, 'Manage Roles', 'give anybody a role, the on-call one among them'],
  [PermissionFlagsBits.ManageChannels, 'Manage Channels', 'delete the ops channel with its history'],
  [PermissionFlagsBits.ManageWebhooks, 'Manage Webhooks', 'post under any name'],
  [PermissionFlagsBits.KickMembers, 'Kick Members', 'throw people out'],
  [PermissionFlagsBits.BanMembers, 'Ban Members', 'keep people out for good'],
];

/** The link by which a server's owner gives the bot what it needs, and nothing more. */
export function inviteOf(applicationId: string): string {
  const permissions = wanted.reduce((sum, [bit]) => sum | bit, 0n);
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: 'bot applications.commands',
    permissions: String(permissions),
  });
  return `https://discord.com/oauth2/authorize?${query.toString()}`;
}

/** What was found, a sentence each, the worst first; none where all is as it should be. */
export function remarksOf({ missing, excess, problems, invite }: ChannelCheck): readonly string[] {
  const again = invite === undefined ? '' : ` Minimum needed: ${invite}`;
  return [
    ...problems,
    ...missing.map(({ permission, without }) => `Missing permission: ${permission} (${without}).`),
    ...excess.map(
      ({ permission, allows }) =>
        `More than it needs: ${permission}; whoever gets hold of the bot's token could ${allows}. Take it from the bot's role.${again}`,
    ),
  ];
}

/** Judges what the gateway told about guild, channel and bot. */
export function checkChannel(
  client: Client,
  config: Pick<DiscordConfig, 'guildId' | 'channelId' | 'oncallMention'>,
): ChannelCheck {
  const bot = client.user?.username;
  const applicationId = client.application?.id;
  const invite = applicationId === undefined ? undefined : inviteOf(applicationId);
  const intents = [{ intent: 'Guilds', privileged: false, missing: false }];
  const unseen = wanted.slice(0, 1).map(([, permission, without]) => ({ permission, without }));
  const blind = (problem: string, missing: readonly MissingPermission[] = unseen): ChannelCheck => ({
    kind: 'blind',
    bot,
    channel: undefined,
    missing,
    excess: [],
    invite,
    intents,
    problems: [problem],
  });
  const guild = client.guilds.cache.get(config.guildId);
  if (guild === undefined) {
    return blind(
      `The bot is not in the server ${config.guildId}: invite it with the scopes bot and applications.commands, or correct DISCORD_GUILD_ID.`,
    );
  }
  if (!guild.available) {
    // Listed, but not told of: nobody here can mend that, and what is cached of it says nothing of now.
    return blind(
      `Discord says that the server ${config.guildId} is not available right now: an outage of Discord’s, nothing to change here; it comes back by itself.`,
      [],
    );
  }
  const channel = guild.channels.cache.get(config.channelId);
  if (channel === undefined) {
    return blind(
      `The server ${guild.name} has no channel ${config.channelId} that the bot can see: correct DISCORD_CHANNEL_ID or give the bot View Channel.`,
    );
  }
  const missing = missingIn(channel, config.oncallMention);
  const unfit = unfitFor(channel);
  const problems = [...(unfit === undefined ? [] : [unfit]), ...problemsOf(channel, config.oncallMention)];
  const kind = missing.length === 0 && problems.length === 0 ? 'ok' : 'incomplete';
  const excess = excessIn(channel);
  const unheard = unheardIn(channel, config.oncallMention);
  return {
    kind,
    bot,
    channel: channel.name,
    missing,
    excess,
    invite,
    intents,
    problems,
    ...(unfit === undefined ? {} : { unfit }),
    ...(unheard === undefined ? {} : { unheard }),
  };
}

/** Without these no page can be posted. */
const pageNeeds = ['View Channel', 'Send Messages'];

/** Why no page can be posted, in words; undefined where it can, or where that is not known. */
export function barredBy(check: ChannelCheck | undefined): string | undefined {
  if (check === undefined) return undefined;
  if (check.kind === 'blind') return check.problems[0];
  if (check.unfit !== undefined) return check.unfit;
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

/** In the whole server, whatever one channel takes away again. */
function excessIn({ guild }: GuildBasedChannel): readonly ExcessPermission[] {
  const granted = guild.members.me?.permissions;
  if (granted === undefined) return [];
  // It holds all the others.
  if (granted.has(PermissionFlagsBits.Administrator, false))
    return [{ permission: 'Administrator', allows: 'do everything in this server, and delete it all' }];
  return neverUsed
    .filter(([bit]) => granted.has(bit, false))
    .map(([, permission, allows]) => ({ permission, allows }));
}

/** Discord starts threads on messages in these alone (developers/resources/channel.mdx). */
const hasThreads: ReadonlySet<ChannelType> = new Set([ChannelType.GuildText, ChannelType.GuildAnnouncement]);

function unfitFor(channel: GuildBasedChannel): string | undefined {
  if (channel.isTextBased()) return undefined;
  return `${channel.name} is not a text channel, so no page can be posted there: give DISCORD_CHANNEL_ID one in which threads can be started.`;
}

function unheardIn(channel: GuildBasedChannel, oncall: DiscordConfig['oncallMention']): string | undefined {
  if (oncall?.kind !== 'role') return undefined;
  const role = channel.guild.roles.cache.get(oncall.id);
  if (role === undefined) return noSuchRole(oncall.id);
  const { me } = channel.guild.members;
  const may = me === null || channel.permissionsFor(me).has(PermissionFlagsBits.MentionEveryone);
  return role.mentionable || may
    ? undefined
    : `The role ${role.name} is not mentionable, and the bot may not mention all roles.`;
}

const noSuchRole = (id: string): string => `The on-call role ${id} does not exist in this server.`;

function problemsOf(channel: GuildBasedChannel, oncall: DiscordConfig['oncallMention']): readonly string[] {
  const problems: string[] = [];
  if (channel.guild.members.me === null) {
    problems.push('Discord did not say which roles the bot has, so its permissions are unknown.');
  }
  if (channel.isTextBased() && !hasThreads.has(channel.type)) {
    problems.push(
      `${channel.name} is a channel in which no threads can be started: incidents are posted in the channel itself.`,
    );
  }
  // Nobody on call is a choice, told by the configuration itself at every start.
  if (oncall?.kind === 'role' && !channel.guild.roles.cache.has(oncall.id)) {
    problems.push(noSuchRole(oncall.id));
  }
  return problems;
}
