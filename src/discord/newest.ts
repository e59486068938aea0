// The newest messages of a channel, for what an earlier try may have posted there: a nonce is forgotten after a few minutes.
import { Routes, type APIMessage } from 'discord-api-types/v10';
import { isRefusal } from './discord-error.ts';
import type { DiscordRest } from './rest.ts';

/**
 * Newest first, at most a hundred; none where the bot may not read the history: it looks in vain, and posts.
 * @param after only those later than this id
 */
export async function newestMessages(
  rest: Pick<DiscordRest, 'bot'>,
  channelId: string,
  after?: string,
): Promise<readonly APIMessage[]> {
  const query = new URLSearchParams({ ...(after === undefined ? {} : { after }), limit: '100' });
  try {
    return (await rest.bot.get(Routes.channelMessages(channelId), { query })) as readonly APIMessage[];
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}
