// A word to the ops channel that belongs to no incident and answers nobody.
import { Routes } from 'discord-api-types/v10';
import type { Announcement } from '../domain/announcement.ts';
import type { Answer } from '../domain/job.ts';
import { asOpsError, repeated } from './discord-error.ts';
import { presentAnnouncement } from './presenter/announcement.ts';
import { presentAnswer } from './presenter/answer.ts';
import type { DiscordRest } from './rest.ts';
import { asNewMessage } from './wire.ts';

/** @throws OpsError */
export async function notice(
  rest: DiscordRest,
  channelId: string,
  told: Extract<Answer, { kind: 'failure' }> | Announcement,
): Promise<void> {
  const { body, files } = asNewMessage(
    rest.styled(told.kind === 'failure' ? presentAnswer(told) : presentAnnouncement(told)),
  );
  try {
    await repeated(() => rest.bot.post(Routes.channelMessages(channelId), { body, files }));
  } catch (error) {
    throw asOpsError(error, 'A word to the ops channel');
  }
}
