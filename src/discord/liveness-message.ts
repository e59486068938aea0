// Keeps the bot's sign of life one message: edited where it stands, found again where its id was lost, posted anew where it was deleted, or is too old to be edited any more.
import { MessageFlags, Routes, type APIMessage } from 'discord-api-types/v10';
import type { Liveness } from '../domain/liveness.ts';
import { asOpsError, isCode, repeated } from './discord-error.ts';
import { newestMessages } from './newest.ts';
import { livenessMark, presentLiveness } from './presenter/liveness.ts';
import type { DiscordRest } from './rest.ts';
import { isOld } from './sending.ts';
import { asEdit, asNewMessage, nonceOf } from './wire.ts';

/** @param known the message as it was kept; @returns the message that says it now @throws OpsError */
export async function sayAlive(
  rest: DiscordRest,
  channelId: string,
  liveness: Liveness,
  known: string | undefined,
): Promise<string> {
  const payload = rest.styled(presentLiveness(liveness));
  const edited = async (id: string): Promise<boolean> => {
    const route = Routes.channelMessage(channelId, id);
    const old = isOld(rest, id, liveness.at);
    try {
      const way = old ? rest.late : rest.bot;
      await repeated(() => way.patch(route, { body: asEdit(payload).body }));
      return true;
    } catch (error) {
      // Deleted, or another bot's: a new one takes its place.
      if (isCode(error, 'unknownMessage', 'notTheAuthor')) return false;
      if (!old || asOpsError(error, 'It').code !== 'discord-limited') throw error;
      // Left as it stands it would say within minutes that the bot is dead.
      await rest.bot.delete(route);
      return false;
    }
  };
  try {
    if (known !== undefined && (await edited(known))) return known;
    const found = await standing(rest, channelId, known);
    if (found !== undefined && (await edited(found))) return found;
    const nonce = nonceOf('alive', channelId, known ?? '');
    const { body } = asNewMessage(payload, nonce);
    const sent = (await repeated(() =>
      rest.bot.post(Routes.channelMessages(channelId), {
        body: { ...body, flags: MessageFlags.SuppressNotifications },
      }),
    )) as APIMessage;
    return sent.id;
  } catch (error) {
    throw asOpsError(error, 'The sign of life');
  }
}

/** Another message that said it, among the channel's newest. */
async function standing(
  rest: DiscordRest,
  channelId: string,
  known: string | undefined,
): Promise<string | undefined> {
  const newest = await newestMessages(rest, channelId);
  return newest.find(
    ({ id, author, content, webhook_id }) =>
      id !== known && author.bot === true && webhook_id === undefined && content.includes(livenessMark),
  )?.id;
}
