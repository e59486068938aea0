// Which dispatches a connection may have: Discord's intents, and the text of others only with the privileged one.
import { GatewayIntentBits as I, type APIMessage } from 'discord-api-types/v10';
import * as cast from './cast.ts';
import { objectOf, type Json } from './json.ts';

/** Dispatch name to the intent it needs; missing = none needed. */
const needs: Readonly<Record<string, number>> = {
  GUILD_CREATE: I.Guilds,
  GUILD_ROLE_CREATE: I.Guilds,
  GUILD_ROLE_UPDATE: I.Guilds,
  GUILD_ROLE_DELETE: I.Guilds,
  CHANNEL_CREATE: I.Guilds,
  CHANNEL_UPDATE: I.Guilds,
  CHANNEL_DELETE: I.Guilds,
  THREAD_CREATE: I.Guilds,
  THREAD_UPDATE: I.Guilds,
  THREAD_DELETE: I.Guilds,
  THREAD_MEMBERS_UPDATE: I.Guilds,
  GUILD_MEMBER_UPDATE: I.GuildMembers,
  MESSAGE_CREATE: I.GuildMessages,
  MESSAGE_UPDATE: I.GuildMessages,
  MESSAGE_DELETE: I.GuildMessages,
  MESSAGE_REACTION_ADD: I.GuildMessageReactions,
  MESSAGE_REACTION_REMOVE: I.GuildMessageReactions,
  TYPING_START: I.GuildMessageTyping,
};

export const privilegedIntents = I.GuildMembers | I.GuildPresences | I.MessageContent;
export const knownIntents = Object.values(I)
  .filter((bit): bit is I => typeof bit === 'number')
  .reduce((all, bit) => all | bit, 0);

export function wants(intents: number, t: string, d?: Json): boolean {
  const bit = needs[t];
  // A bot hears of changes of itself without any intent.
  if (t === 'GUILD_MEMBER_UPDATE' && objectOf(d?.['user'])['id'] === cast.botId) return true;
  return bit === undefined || (intents & bit) !== 0;
}

export function hidesText(
  intents: number,
  t: string,
  message: Pick<APIMessage, 'author' | 'mentions'>,
): boolean {
  if (t !== 'MESSAGE_CREATE' && t !== 'MESSAGE_UPDATE') return false;
  if ((intents & I.MessageContent) !== 0) return false;
  return message.author.id !== cast.botId && !message.mentions.some(({ id }) => id === cast.botId);
}

/** The bits of `application.flags` that say which privileged intents are switched on (the form for small bots). */
export function applicationFlags(enabled: number): number {
  return (
    ((enabled & I.GuildPresences) === 0 ? 0 : 1 << 13) |
    ((enabled & I.GuildMembers) === 0 ? 0 : 1 << 15) |
    ((enabled & I.MessageContent) === 0 ? 0 : 1 << 19)
  );
}
