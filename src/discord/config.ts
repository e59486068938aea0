// What the Discord side must be told: the bot's token, its channel, who is called, and who may do what.
import type { APIInteraction } from 'discord-api-types/v10';
import type { Person } from '../domain/incident.ts';
import type { Tier } from './command.ts';
import type { OncallMention } from './presenter/incident.ts';

export interface DiscordConfig {
  readonly token: string;
  /** `https://discord.com/api`: no version, no trailing slash. */
  readonly api: string;
  readonly guildId: string;
  readonly channelId: string;
  readonly oncallMention?: OncallMention;
  readonly roles: {
    /** Role ids that may act on incidents; empty = whoever may read. */
    readonly respond: readonly string[];
    /** Role ids that may look; empty = everyone. Who may respond may also read. */
    readonly read: readonly string[];
  };
}

/** Who pressed or typed. */
export interface Caller extends Person {
  readonly roles: readonly string[];
}

export function callerOf(interaction: Pick<APIInteraction, 'member' | 'user'>): Caller | undefined {
  const user = interaction.member?.user ?? interaction.user;
  if (user === undefined) return undefined;
  const { member } = interaction;
  const nick = member?.nick ?? undefined;
  return {
    id: user.id,
    name: nick ?? user.global_name ?? user.username,
    roles: member?.roles ?? [],
  };
}

/** The refusal in words, or undefined where the caller may. `lead` is asked of the same roles as `respond`. */
export function tierRefusal(
  tier: Tier,
  caller: Caller,
  roles: DiscordConfig['roles'],
): { readonly kind: 'refusal'; readonly text: string; readonly wayOut: string } | undefined {
  const holds = (wanted: readonly string[]) => wanted.some((role) => caller.roles.includes(role));
  const responds = roles.respond.length > 0 && holds(roles.respond);
  const reads = roles.read.length === 0 || holds(roles.read) || responds;
  if (tier === 'read') {
    if (reads) return undefined;
    return {
      kind: 'refusal',
      text: 'You may not look at this desk: none of your roles is allowed to.',
      wayOut: 'Ask a server admin for one of the roles named under `roles: read` in pitwatch.yaml.',
    };
  }
  if (responds || (roles.respond.length === 0 && reads)) return undefined;
  return {
    kind: 'refusal',
    text: 'You may look, but not act on incidents: none of your roles is allowed to.',
    wayOut: 'Ask somebody on call to press it, or a server admin for a role named under `roles: respond`.',
  };
}
