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

/** Discord forgets a nonce after a few minutes; what was queued longer ago than this is looked for before it is posted. */
export const nonceTrustMs = 60_000;
/** Discord's clock is known to the second. */
const roughlyMs = 30_000;

/** The message of a bot that an earlier try had posted after all. @param queuedAt by our clock */
export async function earlierTry(
  rest: Pick<DiscordRest, 'bot' | 'difference'>,
  channelId: string,
  queuedAt: number,
  isIt: (message: APIMessage) => boolean,
  after?: string,
): Promise<APIMessage | undefined> {
  const since = queuedAt + rest.difference.ms() - roughlyMs;
  const found = await newestMessages(rest, channelId, after);
  return found.find((one) => one.author.bot === true && Date.parse(one.timestamp) >= since && isIt(one));
}
