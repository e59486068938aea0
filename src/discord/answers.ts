// Brings an answer to who asked: by editing the reply, and where that is no longer possible, as a message or a word in the channel.
import { MessageFlags, Routes, type APIMessage } from 'discord-api-types/v10';
import type { Clock } from '../domain/clock.ts';
import { OpsError, traceOf } from '../domain/errors.ts';
import { readsOnly, type Answer, type DeskTask, type TaskTicket } from '../domain/job.ts';
import { scrub, type Log } from '../log.ts';
import type { Acknowledgements } from './acknowledgement.ts';
import { asOpsError, isCode, isRefusal, repeated } from './discord-error.ts';
import { inPlaceOf } from './for-one-alone.ts';
import { withPictures } from './picture/png.ts';
import { newestMessages } from './newest.ts';
import { plainerIfNeedBe } from './plainer.ts';
import { presentAnswer } from './presenter/answer.ts';
import { limits, type MessagePayload } from './presenter/message.ts';
import { clip } from './presenter/text.ts';
import type { DiscordRest } from './rest.ts';
import { asEdit, asNewMessage, nonceOf } from './wire.ts';

/** What an answer needs to know of its question. */
export type Asked = Pick<TaskTicket, 'id' | 'reply'>;

/** An edit that starts this close to the end of the token's life could end after it. */
const tokenMarginMs = 5_000;

export interface AnswersOptions {
  readonly rest: DiscordRest;
  readonly acknowledgements: Acknowledgements;
  readonly clock: Clock;
  readonly log: Log;
}

export class Answers {
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** An answer that goes out as the acknowledgement itself. */
  atOnce(answer: Answer): Record<string, unknown> {
    return asNewMessage(this.#options.rest.styled(presentAnswer(answer))).body;
  }

  /**
   * Shows the answer as the one terminal message of its command. Safe to repeat: an edit is idempotent, and a message in
   * the channel carries a nonce.
   * @throws OpsError `discord-unavailable` (retryable) or `discord-refused`
   */
  async deliver(asked: Asked, answer: Answer): Promise<void> {
    const { clock, acknowledgements, log } = this.#options;
    const payload = await withPictures(this.#shown(asked, answer), log);
    const outcome = await acknowledgements.outcome(asked.reply.token);
    const inTime = clock.now() < asked.reply.tokenExpiresAt - tokenMarginMs;
    if (outcome !== 'too-late' && inTime && (await this.#edit(asked, payload))) {
      acknowledgements.forget(asked.reply.token);
      return;
    }
    log.info({ interaction: asked.id, outcome, inTime }, 'answer goes to the channel');
    if (isForOneAlone(asked)) await this.#post(asked, inPlaceOf(answer, asked.reply.userId));
    else await this.#toChannel(asked, payload, outcome !== 'too-late');
    acknowledgements.forget(asked.reply.token);
  }

  /**
   * Gives an end to who waits for a bot that is gone, and leaves a reply alone that is complete: that bot may have brought its
   * answer, and lost Redis before it could write that down.
   * @throws OpsError as `deliver` does
   */
  async end(asked: Asked, answer: Answer): Promise<void> {
    if (!(await this.#isComplete(asked))) await this.deliver(asked, answer);
  }

  async #isComplete({ id, reply }: Asked): Promise<boolean> {
    const route = Routes.webhookMessage(reply.applicationId, reply.token, '@original');
    try {
      const { webhook } = this.#options.rest;
      const { flags = 0 } = (await repeated(() => webhook.get(route, { auth: false }))) as APIMessage;
      const complete = (flags & MessageFlags.Loading) === 0;
      if (complete)
        this.#options.log.info(
          { event: 'reply-complete', interaction: id },
          'the bot that is gone had answered',
        );
      return complete;
    } catch (error) {
      // Never acknowledged, deleted, or too old to be reached: it is not there.
      if (isRefusal(error)) return false;
      throw asOpsError(error, 'The reply');
    }
  }

  /** Where it cannot be put into words, a bug or another version is to blame; who asked still gets an end. */
  #shown({ id }: Asked, answer: Answer): MessagePayload {
    try {
      return presentAnswer(answer);
    } catch (error) {
      this.#options.log.error(
        { interaction: id, kind: answer.kind, why: scrub(traceOf(error)) },
        'answer not showable',
      );
      return unshowable;
    }
  }

  /** False where the reply cannot be reached any more. */
  async #edit(asked: Asked, payload: MessagePayload): Promise<boolean> {
    try {
      await this.#patchOriginal(asked, payload);
      return true;
    } catch (error) {
      if (isCode(error, 'invalidBody')) {
        // Ours to blame; the person still gets an end, and the log says why.
        this.#options.log.error(
          { interaction: asked.id, why: asOpsError(error, 'The answer').message },
          'answer not valid',
        );
        return this.#edit(asked, unshowable);
      }
      if (isRefusal(error)) return false;
      throw asOpsError(error, 'The answer');
    }
  }

  async #patchOriginal({ reply }: Asked, payload: MessagePayload): Promise<void> {
    const { styled, webhook } = this.#options.rest;
    const route = Routes.webhookMessage(reply.applicationId, reply.token, '@original');
    await plainerIfNeedBe(payload, async (level) => {
      const { body, files } = asEdit(styled(level));
      await repeated(() => webhook.patch(route, { auth: false, body, files }));
    });
  }

  async #toChannel(asked: Asked, payload: MessagePayload, mayBeThinking: boolean): Promise<void> {
    const { reply } = asked;
    if (mayBeThinking && !reply.ephemeral && (await this.#editThinking(asked, payload))) return;
    const late = `<@${reply.userId}> this is the answer to your command; its own reply could no longer be reached.`;
    const content = payload.content === undefined ? late : `${late}\n${payload.content}`;
    await this.#post(asked, {
      ...payload,
      content: clip(content, limits.content),
      allowed_mentions: { parse: [], users: [reply.userId] },
    });
  }

  async #post({ id, reply }: Asked, payload: MessagePayload): Promise<void> {
    const { bot, styled } = this.#options.rest;
    try {
      const route = Routes.channelMessages(reply.channelId);
      await plainerIfNeedBe(payload, async (level) => {
        const { body, files } = asNewMessage(styled(level), nonceOf('answer', id));
        await repeated(() => bot.post(route, { body, files }));
      });
    } catch (error) {
      throw asOpsError(error, 'The answer in the channel');
    }
  }

  /** The reply may still stand there "thinking": with the bot's own token its message can be edited at any age. */
  async #editThinking({ id, reply }: Asked, payload: MessagePayload): Promise<boolean> {
    const { bot, styled } = this.#options.rest;
    try {
      const messages = await newestMessages(this.#options.rest, reply.channelId, id);
      const thinking = messages.find((message) => message.interaction_metadata?.id === id);
      if (thinking === undefined) return false;
      const route = Routes.channelMessage(reply.channelId, thinking.id);
      await plainerIfNeedBe(payload, async (level) => {
        const { body, files } = asEdit(styled(level));
        await bot.patch(route, { body, files });
      });
      return true;
    } catch (error) {
      const failed = asOpsError(error, 'The late edit');
      if (failed.retryable) throw failed;
      this.#options.log.warn({ interaction: id, why: failed.message }, 'thinking message not edited');
      return false;
    }
  }
}

/** What was asked without a reply (evidence asked for again) was never for one alone. */
function isForOneAlone({ reply }: Asked): boolean {
  return reply.ephemeral && reply.token !== '';
}

const unshowable = presentAnswer({
  kind: 'failure',
  text: 'The answer is there, but it could not be shown here.',
  next: 'Ask again with a single suite; the log of the bot says why. If bot and workers run different versions, update the older ones.',
});

/** The error a person is told of, as an answer. */
export function failureAnswer(error: unknown, text: string, next: string): Answer {
  const hint = error instanceof OpsError ? error.hint : undefined;
  return { kind: 'failure', text, next: hint === undefined ? next : `${next} ${hint}` };
}

/** To an interaction of a shape that Discord does not send, or over which the bot has a bug. */
export const notRead: Answer = {
  kind: 'failure',
  text: 'This bot could not read what Discord sent it; it may not have been done.',
  next: 'Check whether it was done, then try again from the newest message, or type /help.',
};

/** A change that two bots may have been given, and nobody could say which one has it. */
export const unclaimed: Answer = {
  kind: 'failure',
  text: 'Nothing was done: Redis did not say in time whether this bot or another one has what you asked for.',
  next: 'Do it again in a few seconds. If this persists, look at the bot’s /healthz page.',
};

/** What the bot itself could not do, in words about that. */
export function notCarriedOut(error: unknown, task: DeskTask): Answer {
  switch (task.kind) {
    case 'incident':
      return failureAnswer(
        error,
        `"${task.action}" of incident #${task.incident} did not go through.`,
        'Look at the card: if it did not change, press again.',
      );
    case 'audit':
      return failureAnswer(error, 'The audit log could not be read.', 'Try again in a few seconds.');
    default:
      if (error instanceof OpsError && error.code === 'deadline' && !readsOnly(task))
        return failureAnswer(
          error,
          'It is not known whether that was done: no answer came in time.',
          `Look at ${looksAt[task.kind] ?? '/help'} first, and do it again only if it is not there.`,
        );
      return failureAnswer(
        error,
        'That could not be read or changed just now.',
        'Try again in a few seconds.',
      );
  }
}

/** Where one sees whether a change was made. */
const looksAt: Partial<Record<DeskTask['kind'], string>> = {
  silence: '/silence list',
  oncall: '/oncall show',
  letters: '/deadletters list',
};
