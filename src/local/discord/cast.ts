// Who and what is on the local server from the start: its guild, channels, roles and people, with ids that never change.
import { PermissionFlagsBits as P } from 'discord-api-types/v10';

export const botId = '1100000000000000001';
/** Old applications have another id than their bot; who mixes the two up is found out here. */
export const applicationId = '1100000000000000009';
export const guildId = '1100000000000000010';
export const guildName = 'Pitwatch Desk';
export const opsChannelId = '1100000000000000020';
export const generalChannelId = '1100000000000000021';
export const oncallRoleId = '1100000000000000030';
export const traderRoleId = '1100000000000000031';
export const botRoleId = '1100000000000000032';
export const leadId = '1100000000000000002';
export const traderId = '1100000000000000003';
export const viewerId = '1100000000000000004';

/** Shaped like Discord's, worth nothing: it opens only a local server. */
export const localToken = 'MTEwMDAwMDAwMDAwMDAwMDAwMQ.GLocal.only-opens-the-local-discord';

export const joinedAt = '2024-01-01T00:00:00.000000+00:00';

export interface CastRole {
  readonly id: string;
  readonly name: string;
  readonly color: number;
  readonly permissions: bigint;
  readonly mentionable: boolean;
  readonly managed: boolean;
}

const looking = P.ViewChannel | P.ReadMessageHistory | P.UseApplicationCommands | P.AddReactions;
const writing =
  P.SendMessages |
  P.SendMessagesInThreads |
  P.CreatePublicThreads |
  P.CreatePrivateThreads |
  P.EmbedLinks |
  P.AttachFiles;

/** What the README's invite link gives a bot, and not a bit more: what works here works on an install as described there. */
export const invitedPermissions =
  P.ViewChannel |
  P.SendMessages |
  P.EmbedLinks |
  P.AttachFiles |
  P.ReadMessageHistory |
  P.CreatePublicThreads |
  P.SendMessagesInThreads;

export const castRoles: readonly CastRole[] = [
  { id: guildId, name: '@everyone', color: 0, permissions: looking, mentionable: false, managed: false },
  {
    id: oncallRoleId,
    name: 'on-call',
    color: 0xe67e22,
    permissions: writing | P.ManageMessages | P.ManageThreads | P.MentionEveryone,
    // Else a page would wake nobody: the invite holds no right to mention every role.
    mentionable: true,
    managed: false,
  },
  {
    id: traderRoleId,
    name: 'trader',
    color: 0x3498db,
    permissions: writing,
    mentionable: false,
    managed: false,
  },
  {
    id: botRoleId,
    name: 'Pitwatch',
    color: 0x2ecc71,
    permissions: invitedPermissions,
    mentionable: false,
    managed: true,
  },
];

export interface CastUser {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly title: string;
  readonly roles: readonly string[];
}

/** The lead owns the server, so that commands for administrators have somebody who may use them. */
export const ownerId = leadId;

export const castUsers: readonly CastUser[] = [
  { id: leadId, username: 'lena', name: 'Lena Ortiz', title: 'on-call lead', roles: [oncallRoleId] },
  { id: traderId, username: 'tom', name: 'Tom Reyes', title: 'trader', roles: [traderRoleId] },
  { id: viewerId, username: 'vic', name: 'Vic Moreau', title: 'viewer', roles: [] },
];
