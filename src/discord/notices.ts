// A word to the ops channel that belongs to no incident and answers nobody.
import { Routes } from 'discord-api-types/v10';
import type { Announcement } from '../domain/announcement.ts';
import type { Answer } from '../domain/job.ts';
import { asOpsError, repeated } from './discord-error.ts';
import { earlierTry, nonceTrustMs } from './newest.ts';
import { plainerIfNeedBe } from './plainer.ts';
import { presentAnnouncement } from './presenter/announcement.ts';
import { presentAnswer } from './presenter/answer.ts';
import type { DiscordRest } from './rest.ts';
import { asNewMessage, nonceOf } from './wire.ts';

/** Where it comes from a queue: the same one is the same message. */
export interface Repeatable {
  readonly id: string;
  readonly queuedAt: number;
}

/** @param queued where it may be a second try @throws OpsError */
export async function notice(
  rest: DiscordRest,
  channelId: string,
  told: Extract<Answer, { kind: 'failure' }> | Announcement,
  now: number,
  queued?: Repeatable,
): Promise<void> {
  const payload = told.kind === 'failure' ? presentAnswer(told) : presentAnnouncement(told);
  const nonce = queued === undefined ? undefined : nonceOf('post', queued.id, queued.queuedAt);
  try {
    if (queued !== undefined && now - queued.queuedAt > nonceTrustMs) {
      const words = rest.styled(payload).content ?? '';
      if (await earlierTry(rest, channelId, queued.queuedAt, ({ content }) => content === words)) return;
    }
    await plainerIfNeedBe(payload, async (level) => {
      const { body, files } = asNewMessage(rest.styled(level), nonce);
      await repeated(() => rest.bot.post(Routes.channelMessages(channelId), { body, files }));
    });
  } catch (error) {
    throw asOpsError(error, 'A word to the ops channel');
  }
}
