// What goes into an incident's thread: notes, evidence, the steps, and the thread's own name.
import { Routes } from 'discord-api-types/v10';
import type { Clock } from '../domain/clock.ts';
import type { Incident, IncidentRefs, Post } from '../domain/incident.ts';
import { isLimited } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import { asOpsError, isCode, isRefusal, kept } from './discord-error.ts';
import { earlierTry, nonceTrustMs } from './newest.ts';
import { threadName } from './presenter/incident.ts';
import { limits, type MessagePayload } from './presenter/message.ts';
import { presentSteps } from './presenter/steps.ts';
import { bare, clip } from './presenter/text.ts';
import type { Replacement } from './replacement.ts';
import type { DiscordRest } from './rest.ts';
import type { Sending } from './sending.ts';
import type { Threads } from './threads.ts';
import { nonceOf } from './wire.ts';

export interface ThreadPostsOptions {
  readonly rest: DiscordRest;
  readonly sending: Sending;
  readonly threads: Threads;
  readonly replacement: Replacement;
  /** The ops channel. */
  readonly channelId: string;
  readonly clock: Clock;
  readonly log: Log;
}

export class ThreadPosts {
  readonly #options: ThreadPostsOptions;

  constructor(options: ThreadPostsOptions) {
    this.#options = options;
  }

  /**
   * The thread's name says how it stands, and a thread that is over is put away. Discord allows two new names in ten minutes; a thread
   * waits open for its last one, for in one that is put away nothing can be changed.
   * @throws OpsError `discord-limited`
   */
  async named(card: Incident, refs: IncidentRefs): Promise<IncidentRefs> {
    const { log, rest, threads } = this.#options;
    const { threadId } = refs;
    const name = this.#short(threadName(card));
    const over = card.state.kind === 'resolved';
    if (threadId === undefined || (name === refs.threadName && !over)) return refs;
    try {
      const body = { ...(name === refs.threadName ? {} : { name }), ...(over ? { archived: true } : {}) };
      await threads.writing(threadId, () => rest.bot.patch(Routes.channel(threadId), { body }));
      return { ...refs, threadName: name };
    } catch (error) {
      const failed = asOpsError(error, 'The name of the thread');
      if (isLimited(failed)) throw failed;
      // The card says the same; a name is not worth holding up what follows.
      log.warn({ incident: card.id, why: failed.message }, 'thread not renamed');
      return refs;
    }
  }

  /** Words for signs make it longer. */
  #short(name: string): string {
    return clip(this.#options.rest.styledText(name), limits.threadName);
  }

  /** Written once, then edited in place. */
  async steps(post: Extract<Post, { kind: 'steps' }>, refs: IncidentRefs): Promise<IncidentRefs> {
    const { log, sending, threads } = this.#options;
    const { stepsId } = refs;
    const home = refs.stepsIn ?? refs.threadId;
    const payload = presentSteps(post);
    if (home === undefined || stepsId === undefined) return this.#stepsAnew(post, refs, payload);
    try {
      const inChannel = { ...payload, content: numbered(post, payload) };
      const shown = refs.stepsIn === undefined ? payload : inChannel;
      await threads.writing(home, () => sending.edit(home, stepsId, shown));
    } catch (error) {
      const failed = asOpsError(error, `The steps of incident ${post.incident}`);
      if (failed.retryable) throw failed;
      if (isCode(error, 'unknownMessage', 'unknownChannel')) return this.#stepsAnew(post, refs, payload);
      log.warn({ incident: post.incident, why: failed.message }, 'steps not edited');
    }
    return refs;
  }

  async #stepsAnew(post: Post, refs: IncidentRefs, payload: MessagePayload): Promise<IncidentRefs> {
    let made: Pick<IncidentRefs, 'stepsId' | 'stepsIn'> = {};
    const after = await this.say(post, refs, payload, (stepsId, stepsIn) => {
      made = { stepsId, stepsIn };
    });
    return { ...after, ...made };
  }

  /** The page's thread, where it has none yet. */
  async withThread(card: Incident, refs: IncidentRefs): Promise<IncidentRefs> {
    const { log, threads } = this.#options;
    if (refs.threadId !== undefined || refs.messageId === undefined || refs.channelId === undefined)
      return refs;
    try {
      const name = this.#short(threadName(card));
      const threadId = await threads.startOn(refs.channelId, refs.messageId, name);
      return { ...refs, threadId, threadName: name };
    } catch (error) {
      // The page is out; the next post tries again to make the thread.
      log.warn({ incident: card.id, why: asOpsError(error, 'The thread').message }, 'thread not started');
      return refs;
    }
  }

  /** Into the thread, or where that cannot be written into the channel. @throws OpsError */
  async say(
    post: Post,
    refs: IncidentRefs,
    payload: MessagePayload,
    sent?: (messageId: string, inChannel: string | undefined) => void,
  ): Promise<IncidentRefs> {
    const nonce = nonceOf('post', post.id, post.queuedAt);
    const { said, refs: after } = await this.#inThread(post, refs, payload, nonce);
    // Told after what it is about, for that is what must arrive.
    const isAnew = after.threadAnewAt !== refs.threadAnewAt;
    if (said !== undefined) {
      sent?.(said, undefined);
      if (isAnew) await this.#options.replacement.tell(post, after, true);
      return { ...after, saidId: said };
    }
    try {
      const channelId = refs.channelId ?? this.#options.channelId;
      const content = numbered(post, payload);
      const messageId = await this.#options.sending.post(channelId, { ...payload, content }, nonce);
      sent?.(messageId, channelId);
    } catch (error) {
      throw kept(error, `A message about incident ${post.incident}`);
    }
    if (isAnew) await this.#options.replacement.tell(post, after, false);
    return after;
  }

  /** The message's id; undefined where the thread cannot be written. */
  async #inThread(
    post: Post,
    refs: IncidentRefs,
    payload: MessagePayload,
    nonce: string,
  ): Promise<{ readonly said: string | undefined; readonly refs: IncidentRefs }> {
    const { channelId: ops, log, sending, threads } = this.#options;
    let after = refs;
    try {
      if (after.threadId === undefined && after.messageId !== undefined) {
        const channelId = after.channelId ?? ops;
        const name = `#${bare(post.incident)} incident`;
        after = { ...after, threadId: await threads.startOn(channelId, after.messageId, name) };
      }
      const { threadId: home } = after;
      if (home === undefined) return { said: undefined, refs: after };
      const said =
        (await this.#saidBefore(post, after, home, payload)) ??
        (await threads.writing(home, () => sending.post(home, payload, nonce)));
      return { said, refs: after };
    } catch (error) {
      const failed = asOpsError(error, `A message about incident ${post.incident}`);
      if (!isRefusal(error) || failed.retryable) throw failed;
      if (isCode(error, 'unknownChannel')) {
        const anew = await this.#options.replacement.thread(post.incident, after);
        if (anew !== undefined) return this.#inThread(post, anew, payload, nonce);
      }
      log.warn(
        { incident: post.incident, why: failed.message },
        'thread cannot be written, posting in the channel',
      );
      return { said: undefined, refs: after };
    }
  }

  /** What an earlier try had said after all; a message of the same words that another post brought is older than that. */
  async #saidBefore(
    post: Post,
    { saidId }: IncidentRefs,
    threadId: string,
    payload: MessagePayload,
  ): Promise<string | undefined> {
    const { clock, rest } = this.#options;
    if (clock.now() - post.queuedAt <= nonceTrustMs) return undefined;
    const words = wordsIn(rest.styled(payload));
    const found = await earlierTry(rest, threadId, post.queuedAt, (one) => wordsIn(one) === words, saidId);
    return found?.id;
  }
}

/** In the channel it says which incident it belongs to. */
function numbered({ incident }: Post, { content = '' }: MessagePayload): string {
  return clip(`**#${bare(incident)}** ${content}`, limits.content);
}

/** Discord cuts blanks at both ends. */
function wordsIn({ content, embeds }: Pick<MessagePayload, 'content' | 'embeds'>): string {
  const parts = embeds.flatMap(({ title, description }) => [title, description]);
  return [content, ...parts].map((part) => part?.trim() ?? '').join('\n');
}
