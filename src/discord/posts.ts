// Brings an incident's posts to Discord: the page as a new message with a thread on it, everything later into that thread.
import { Routes, type APIMessage } from 'discord-api-types/v10';
import type { Clock } from '../domain/clock.ts';
import type { Incident, IncidentRefs, Post } from '../domain/incident.ts';
import { OpsError } from '../domain/errors.ts';
import type { Log } from '../log.ts';
import { customId } from './custom-id.ts';
import type { DiscordConfig } from './config.ts';
import type { DirectPages, Standing } from './direct-pages.ts';
import { asOpsError, isCode, isRefusal, repeated } from './discord-error.ts';
import { newestMessages } from './newest.ts';
import {
  lockScreenLines,
  mentionOnly,
  mentionText,
  presentCard,
  presentPage,
  threadName,
} from './presenter/incident.ts';
import { limits, message, type MessagePayload } from './presenter/message.ts';
import { presentEvidence, presentNote, type CalleesNow } from './presenter/note.ts';
import { presentSteps } from './presenter/steps.ts';
import { bare, clip } from './presenter/text.ts';
import { Replacement } from './replacement.ts';
import type { DiscordRest } from './rest.ts';
import { showable } from './showable.ts';
import { Threads } from './threads.ts';
import { asEdit, asNewMessage, nonceOf } from './wire.ts';

export interface PostsOptions {
  readonly rest: DiscordRest;
  readonly config: Pick<DiscordConfig, 'channelId'>;
  readonly callees: CalleesNow;
  readonly clock: Clock;
  readonly log: Log;
  /** What was told without a record. */
  readonly direct: Pick<DirectPages, 'standing' | 'recorded'>;
}

/** Discord forgets a nonce after a few minutes; a page older than this is looked for before it is posted. */
const nonceTrustMs = 60_000;
/** Discord limits edits of messages older than an hour (30046). */
const lateEditPauseMs = 60_000;
/** Somebody must first give the bot its permission or its channel back. */
const brokenChannelPauseMs = 30_000;

export class Posts {
  readonly #options: PostsOptions;
  readonly #threads: Threads;
  readonly #replacement: Replacement;
  readonly #direct: Pick<DirectPages, 'standing' | 'recorded'>;

  constructor(options: PostsOptions) {
    this.#options = options;
    this.#threads = new Threads(options.rest.bot);
    const { channelId } = options.config;
    this.#replacement = new Replacement({ ...options, channelId, threads: this.#threads });
    this.#direct = options.direct;
  }

  /**
   * Delivers one post and returns what Discord now knows of the incident; keep it and give it to the next delivery.
   * Safe to repeat. The posts of one incident must come in their order.
   * @throws OpsError; a page that its channel refuses is retryable, for it must not be lost
   */
  async deliver(told: Post, refs: IncidentRefs): Promise<IncidentRefs> {
    const post = showable(told, this.#options.log);
    const after = await this.#deliver(post, refs);
    await this.#direct.recorded(post, after.messageId);
    return after;
  }

  async #deliver(post: Post, refs: IncidentRefs): Promise<IncidentRefs> {
    switch (post.kind) {
      case 'page':
        return this.#page(post, refs);
      case 'card':
        return this.#named(post.card, await this.#card(post.card, refs));
      case 'note':
        return this.#toThread(post, refs, presentNote(post.note, this.#options.callees));
      case 'steps':
        return this.#steps(post, refs);
      case 'evidence':
        return this.#toThread(post, refs, presentEvidence(post.report));
    }
  }

  get #bot() {
    return this.#options.rest.bot;
  }

  async #page(post: Extract<Post, { kind: 'page' }>, refs: IncidentRefs): Promise<IncidentRefs> {
    const { clock, config, log } = this.#options;
    const channelId = refs.channelId ?? config.channelId;
    if (refs.messageId !== undefined) return this.#withThread(post.card, { ...refs, channelId });
    const sentAt = refs.sentAt ?? clock.now();
    // What was told directly is changed, not posted: no nonce would find it again.
    const isOld = clock.now() - post.queuedAt > nonceTrustMs || post.card.toldAhead !== undefined;
    const known = isOld ? await this.#posted(post, channelId) : undefined;
    const standing = known === undefined ? await this.#direct.standing(post.card) : undefined;
    const taken = standing?.alone === true ? await this.#takeOver(post.card, standing, channelId) : undefined;
    if (taken !== undefined) return this.#withThread(post.card, { ...refs, channelId, ...taken });
    // Where they were told among other things, the page wakes nobody again.
    const isCalled = standing?.alone === false && standing.own;
    const messageId = known ?? (await this.#postPage(post, channelId, isCalled));
    const acceptedAt = clock.now();
    log.info(
      { incident: post.incident, post: post.id, messageId, sinceQueuedMs: acceptedAt - post.queuedAt },
      known === undefined ? 'page accepted' : 'page found, it had been posted',
    );
    return this.#withThread(post.card, { ...refs, channelId, messageId, sentAt, acceptedAt });
  }

  /** The message that told it without a record becomes its card; undefined where it is not there any more. */
  async #takeOver(
    card: Incident,
    { messageId, saidAt }: Standing,
    channelId: string,
  ): Promise<IncidentRefs | undefined> {
    const { callees, log, rest } = this.#options;
    const times = { sentAt: saidAt, acceptedAt: saidAt };
    const { body, files } = asEdit(rest.styled(presentCard(card, callees(card.care.circle), times)));
    try {
      await repeated(() => this.#bot.patch(Routes.channelMessage(channelId, messageId), { body, files }));
      log.info({ incident: card.id, messageId }, 'page taken over, it had been told directly');
      return { messageId, ...times };
    } catch (error) {
      const failed = asOpsError(error, `The page of incident ${card.id}`);
      if (failed.retryable) throw failed;
      log.warn({ incident: card.id, why: failed.message }, 'direct page not taken over, paged anew');
      return undefined;
    }
  }

  async #postPage(
    post: Extract<Post, { kind: 'page' }>,
    channelId: string,
    isCalled: boolean,
  ): Promise<string> {
    const { log } = this.#options;
    const callees = isCalled ? () => [] : this.#options.callees;
    const what = `The page of incident ${post.incident}`;
    const nonce = nonceOf('post', post.id, post.queuedAt);
    try {
      return await this.#send(channelId, presentPage(post.card, callees('primary')), nonce);
    } catch (error) {
      if (!isCode(error, 'invalidBody')) throw this.#kept(error, what);
      // Better a bare page than none: the mention or the card may be what Discord dislikes.
      log.error(
        { incident: post.incident, why: asOpsError(error, what).message },
        'page not valid, sent bare',
      );
      const called = callees('primary');
      const content = [
        lockScreenLines(post.card),
        ...(called.length === 0 ? [] : [mentionText(called)]),
      ].join('\n');
      try {
        return await this.#send(
          channelId,
          message({ content, allowed_mentions: mentionOnly(called) }),
          nonce,
        );
      } catch (bareError) {
        throw this.#kept(bareError, what);
      }
    }
  }

  /** The page of this incident among the channel's newest messages, where an earlier try had posted it after all. */
  async #posted(post: Extract<Post, { kind: 'page' }>, channelId: string): Promise<string | undefined> {
    const messages = await newestMessages(this.#options.rest, channelId).catch((error: unknown) => {
      throw asOpsError(error, 'Looking for the page');
    });
    const mark = JSON.stringify(customId(post.incident, 'resolve'));
    // By Discord's clock, of which we know the second; an older incident of the same number is days away.
    const since = post.queuedAt + this.#options.rest.difference.ms() - 30_000;
    return messages.find(
      ({ timestamp, components }) =>
        Date.parse(timestamp) >= since && JSON.stringify(components ?? []).includes(mark),
    )?.id;
  }

  async #card(card: Incident, refs: IncidentRefs): Promise<IncidentRefs> {
    const { callees, config, log } = this.#options;
    if (refs.messageId === undefined) return refs;
    const { body, files } = asEdit(
      this.#options.rest.styled(presentCard(card, callees(card.care.circle), refs)),
    );
    try {
      const route = Routes.channelMessage(refs.channelId ?? config.channelId, refs.messageId);
      await repeated(() => this.#bot.patch(route, { body, files }));
    } catch (error) {
      const failed = asOpsError(error, `The card of incident ${card.id}`);
      if (isCode(error, 'tooManyLateEdits')) {
        throw new OpsError('discord-unavailable', failed.message, {
          retryable: true,
          retryAfterMs: lateEditPauseMs,
        });
      }
      if (failed.retryable) throw failed;
      if (isCode(error, 'unknownMessage'))
        return this.#withThread(card, await this.#replacement.page(card, refs));
      // The card only repeats what the thread says: a taken permission must not hold up what follows.
      log.warn({ incident: card.id, why: failed.message }, 'card not edited');
    }
    return refs;
  }

  /** The thread's name says how it stands, and a thread that is over is put away. Discord allows two new names in ten minutes. */
  async #named(card: Incident, refs: IncidentRefs): Promise<IncidentRefs> {
    const { threadId } = refs;
    const name = this.#options.rest.styledText(threadName(card));
    const over = card.state.kind === 'resolved';
    if (threadId === undefined || (name === refs.threadName && !over)) return refs;
    try {
      const body = { ...(name === refs.threadName ? {} : { name }), ...(over ? { archived: true } : {}) };
      await this.#bot.patch(Routes.channel(threadId), { body });
      return { ...refs, threadName: name };
    } catch (error) {
      // The card says the same; a name is not worth holding up what follows.
      const why = asOpsError(error, 'The name of the thread').message;
      this.#options.log.warn({ incident: card.id, why }, 'thread not renamed');
      return refs;
    }
  }

  /** Written once, then edited in place. */
  async #steps(post: Extract<Post, { kind: 'steps' }>, refs: IncidentRefs): Promise<IncidentRefs> {
    const { threadId, stepsId } = refs;
    const payload = presentSteps(post);
    if (threadId === undefined || stepsId === undefined) return this.#stepsAnew(post, refs, payload);
    const { body, files } = asEdit(this.#options.rest.styled(payload));
    try {
      const route = Routes.channelMessage(threadId, stepsId);
      await this.#threads.writing(threadId, () => repeated(() => this.#bot.patch(route, { body, files })));
    } catch (error) {
      const failed = asOpsError(error, `The steps of incident ${post.incident}`);
      if (failed.retryable) throw failed;
      if (isCode(error, 'unknownMessage', 'unknownChannel')) return this.#stepsAnew(post, refs, payload);
      this.#options.log.warn({ incident: post.incident, why: failed.message }, 'steps not edited');
    }
    return refs;
  }

  async #stepsAnew(post: Post, refs: IncidentRefs, payload: MessagePayload): Promise<IncidentRefs> {
    let made: string | undefined;
    const after = await this.#toThread(post, refs, payload, (id) => {
      made = id;
    });
    return made === undefined ? after : { ...after, stepsId: made };
  }

  async #withThread(card: Incident, refs: IncidentRefs): Promise<IncidentRefs> {
    const { log } = this.#options;
    if (refs.threadId !== undefined || refs.messageId === undefined || refs.channelId === undefined)
      return refs;
    try {
      const name = this.#options.rest.styledText(threadName(card));
      const threadId = await this.#threads.startOn(refs.channelId, refs.messageId, name);
      return { ...refs, threadId, threadName: name };
    } catch (error) {
      // The page is out; the next post tries again to make the thread.
      log.warn({ incident: card.id, why: asOpsError(error, 'The thread').message }, 'thread not started');
      return refs;
    }
  }

  async #toThread(
    post: Post,
    refs: IncidentRefs,
    payload: MessagePayload,
    sent?: (messageId: string) => void,
  ): Promise<IncidentRefs> {
    const nonce = nonceOf('post', post.id, post.queuedAt);
    const { said, refs: after } = await this.#inThread(post, refs, payload, nonce);
    // Told after what it is about, for that is what must arrive.
    const isAnew = after.threadAnewAt !== refs.threadAnewAt;
    if (said !== undefined) {
      sent?.(said);
      if (isAnew) await this.#replacement.tell(post, after, true);
      return after;
    }
    const content = `**#${bare(post.incident)}** ${payload.content ?? ''}`;
    try {
      const channelId = refs.channelId ?? this.#options.config.channelId;
      await this.#send(channelId, { ...payload, content: clip(content, limits.content) }, nonce);
    } catch (error) {
      throw this.#kept(error, `A message about incident ${post.incident}`);
    }
    if (isAnew) await this.#replacement.tell(post, after, false);
    return after;
  }

  /** The message's id; undefined where the thread cannot be written. */
  async #inThread(
    post: Post,
    refs: IncidentRefs,
    payload: MessagePayload,
    nonce: string,
  ): Promise<{ readonly said: string | undefined; readonly refs: IncidentRefs }> {
    const { config, log } = this.#options;
    let after = refs;
    try {
      if (after.threadId === undefined && after.messageId !== undefined) {
        const channelId = after.channelId ?? config.channelId;
        const name = `#${bare(post.incident)} incident`;
        after = { ...after, threadId: await this.#threads.startOn(channelId, after.messageId, name) };
      }
      const { threadId: home } = after;
      if (home === undefined) return { said: undefined, refs: after };
      const said = await this.#threads.writing(home, () => this.#send(home, payload, nonce));
      return { said, refs: after };
    } catch (error) {
      const failed = asOpsError(error, `A message about incident ${post.incident}`);
      if (!isRefusal(error) || failed.retryable) throw failed;
      if (isCode(error, 'unknownChannel')) {
        const anew = await this.#replacement.thread(post.incident, after);
        if (anew !== undefined) return this.#inThread(post, anew, payload, nonce);
      }
      log.warn(
        { incident: post.incident, why: failed.message },
        'thread cannot be written, posting in the channel',
      );
      return { said: undefined, refs: after };
    }
  }

  async #send(channelId: string, payload: MessagePayload, nonce: string): Promise<string> {
    const { body, files } = asNewMessage(this.#options.rest.styled(payload), nonce);
    const sent = (await repeated(() =>
      this.#bot.post(Routes.channelMessages(channelId), { body, files }),
    )) as APIMessage;
    return sent.id;
  }

  /** A channel that refuses may be repaired; what must not be lost waits for it. */
  #kept(error: unknown, what: string): OpsError {
    const failed = asOpsError(error, what);
    if (failed.retryable || isCode(error, 'invalidBody')) return failed;
    return new OpsError(failed.code, failed.message, {
      retryable: true,
      retryAfterMs: brokenChannelPauseMs,
      ...(failed.hint === undefined ? {} : { hint: failed.hint }),
    });
  }
}
