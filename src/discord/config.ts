// What the Discord side must be told: the bot's token, its channel, who is called, and who may do what.
import type { APIInteraction } from 'discord-api-types/v10';
import type { AccessPolicy, Actor } from '../domain/access.ts';
import type { Person } from '../domain/incident.ts';
import type { Callee } from '../domain/callees.ts';

export interface DiscordConfig {
  readonly token: string;
  /** `https://discord.com/api`: no version, no trailing slash. */
  readonly api: string;
  readonly guildId: string;
  readonly channelId: string;
  /** Called where no rotation says who. */
  readonly oncallMention?: Callee;
  readonly access: AccessPolicy;
  /** Signs as words, for screen readers and pagers. */
  readonly ascii?: boolean;
}

/** Who pressed or typed, and where. */
export interface Caller extends Person, Actor {
  /** Of this very press: the same one twice is one deed. */
  readonly interaction: string;
}

/** Undefined where nobody is named, which Discord never sends. */
export function callerOf(
  interaction: Pick<APIInteraction, 'id' | 'member' | 'user' | 'guild_id' | 'channel'>,
): Caller | undefined {
  const user = interaction.member?.user ?? interaction.user;
  // Typed as always there; what does not say who somebody is, by an id, is nobody.
  if (typeof user?.id !== 'string') return undefined;
  const { member, guild_id } = interaction;
  const names: readonly unknown[] = [member?.nick, user.global_name, user.username];
  const roles: unknown = member?.roles;
  return {
    id: user.id,
    name: names.find((name) => typeof name === 'string') ?? 'somebody',
    guildId: guild_id,
    channels: channelsOf(interaction),
    // Roles are ids: a role somebody made and named like one of ours is another id.
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    interaction: interaction.id,
  };
}

/** @throws Error where nobody is named */
export function makerOf(interaction: Parameters<typeof callerOf>[0]): Caller {
  const caller = callerOf(interaction);
  if (caller === undefined) throw new Error('it does not say who made it');
  return caller;
}

/** The channel, and what it hangs on where it is a thread. Typed as always there; a channel the bot cannot see comes as an id alone. */
function channelsOf(interaction: Pick<APIInteraction, 'channel'>): readonly string[] {
  const { channel, channel_id } = interaction as {
    readonly channel?: { readonly id?: string; readonly type?: number; readonly parent_id?: string | null };
    readonly channel_id?: string;
  };
  const parent = channel?.type !== undefined && threads.has(channel.type) ? channel.parent_id : undefined;
  return [channel?.id ?? channel_id, parent].filter((id) => typeof id === 'string');
}

/** News thread, public thread, private thread: the parent of anything else is a category. */
const threads: ReadonlySet<number> = new Set([10, 11, 12]);
