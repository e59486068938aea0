// Sends and edits messages in channels and threads; what the bot may not attach or embed there is said in plain words instead.
import { Routes, type APIMessage } from 'discord-api-types/v10';
import type { Clock } from '../domain/clock.ts';
import { repeated } from './discord-error.ts';
import { plainerIfNeedBe } from './plainer.ts';
import type { MessagePayload } from './presenter/message.ts';
import type { DiscordRest } from './rest.ts';
import { instantOf } from './snowflake.ts';
import { asEdit, asNewMessage } from './wire.ts';

export interface Sending {
  /** The id of the new message. @throws what the REST client throws */
  post(channelId: string, payload: MessagePayload, nonce: string): Promise<string>;
  /** @throws what the REST client throws */
  edit(channelId: string, messageId: string, payload: MessagePayload): Promise<void>;
}

/** Discord limits edits of messages older than an hour (30046); a little earlier, as clocks differ. */
const lateMs = 59 * 60_000;

export function sendingOver(rest: DiscordRest, clock: Clock): Sending {
  return {
    async post(channelId, payload, nonce) {
      const sent = await plainerIfNeedBe(payload, async (level) => {
        const { body, files } = asNewMessage(rest.styled(level), nonce);
        return repeated(() => rest.bot.post(Routes.channelMessages(channelId), { body, files }));
      });
      return (sent as APIMessage).id;
    },
    async edit(channelId, messageId, payload) {
      // A limit on late edits is none on the others, which share their bucket.
      const way = isOld(rest, messageId, clock.now()) ? rest.late : rest.bot;
      await plainerIfNeedBe(payload, async (level) => {
        const { body, files } = asEdit(rest.styled(level));
        return repeated(() => way.patch(Routes.channelMessage(channelId, messageId), { body, files }));
      });
    },
  };
}

/** Whether an edit of it counts as a late one. @param now by our clock */
export function isOld(
  { difference }: Pick<DiscordRest, 'difference'>,
  messageId: string,
  now: number,
): boolean {
  const madeAt = instantOf(messageId);
  return madeAt !== undefined && now + difference.ms() - madeAt > lateMs;
}
