// Brings an incident's posts to Discord: the page as a new message with a thread on it, everything later into that thread.
import type { Clock } from '../domain/clock.ts';
import type { Incident, IncidentRefs, Post } from '../domain/incident.ts';
import type { Log } from '../log.ts';
import { customId } from './custom-id.ts';
import type { DiscordConfig } from './config.ts';
import type { DirectPages, Standing } from './direct-pages.ts';
import { asOpsError, isCode, kept } from './discord-error.ts';
import { newestMessages, nonceTrustMs } from './newest.ts';
import { lockScreenLines, mentionOnly, mentionText, presentCard, presentPage } from './presenter/incident.ts';
import { message } from './presenter/message.ts';
import type { Reaches } from '../domain/callees.ts';
import { presentEvidence, presentNote } from './presenter/note.ts';
import { Replacement } from './replacement.ts';
import type { DiscordRest } from './rest.ts';
import { sendingOver, type Sending } from './sending.ts';
import { showable } from './showable.ts';
import { ThreadPosts } from './thread-posts.ts';
import { Threads } from './threads.ts';
import { nonceOf } from './wire.ts';

export interface PostsOptions {
  readonly rest: DiscordRest;
  readonly config: Pick<DiscordConfig, 'channelId'>;
  readonly callees: Reaches;
  readonly clock: Clock;
  readonly log: Log;
  /** What was told without a record. */
  readonly direct: Pick<DirectPages, 'standing' | 'recorded'>;
}

export class Posts {
  readonly #options: PostsOptions;
  readonly #sending: Sending;
  readonly #replacement: Replacement;
  readonly #thread: ThreadPosts;
  readonly #direct: Pick<DirectPages, 'standing' | 'recorded'>;

  constructor(options: PostsOptions) {
    this.#options = options;
    const threads = new Threads(options.rest.bot);
    const { channelId } = options.config;
    this.#sending = sendingOver(options.rest, options.clock);
    const parts = { ...options, channelId, threads, sending: this.#sending };
    this.#replacement = new Replacement(parts);
    this.#thread = new ThreadPosts({ ...parts, replacement: this.#replacement });
    this.#direct = options.direct;
  }

  /**
   * Delivers one post and returns what Discord now knows of the incident; keep it and give it to the next delivery.
   * Safe to repeat. The posts of one incident must come in their order.
   * @throws OpsError; a page that its channel refuses is retryable, for it must not be lost
   */
  async deliver(told: Post, refs: IncidentRefs): Promise<IncidentRefs> {
    const post = showable(told, this.#options.log);
    const home = await this.#replacement.moved(post.incident, refs);
    const after = await this.#deliver(post, home).catch((error: unknown) => {
      const moved = this.#replacement.shut(post.incident, home, error);
      if (moved === undefined) throw error;
      return this.#deliver(post, moved);
    });
    await this.#direct.recorded(post, after.messageId);
    return after;
  }

  async #deliver(post: Post, refs: IncidentRefs): Promise<IncidentRefs> {
    switch (post.kind) {
      case 'page':
        return this.#page(post, refs);
      case 'card':
        return this.#thread.named(post.card, await this.#card(post.card, refs));
      case 'note':
        return this.#thread.say(post, refs, presentNote(post.note, this.#options.callees));
      case 'steps':
        return this.#thread.steps(post, refs);
      case 'evidence':
        return this.#thread.say(post, refs, presentEvidence(post.report));
    }
  }

  async #page(post: Extract<Post, { kind: 'page' }>, refs: IncidentRefs): Promise<IncidentRefs> {
    const { clock, config, log } = this.#options;
    const channelId = refs.channelId ?? config.channelId;
    if (refs.messageId !== undefined) return this.#thread.withThread(post.card, { ...refs, channelId });
    const sentAt = refs.sentAt ?? clock.now();
    // What was told directly is changed, not posted: no nonce would find it again.
    const isOld = clock.now() - post.queuedAt > nonceTrustMs || post.card.toldAhead !== undefined;
    const known = isOld ? await this.#posted(post, channelId) : undefined;
    const standing = known === undefined ? await this.#direct.standing(post.card) : undefined;
    const taken = standing?.alone === true ? await this.#takeOver(post.card, standing, channelId) : undefined;
    if (taken !== undefined) return this.#thread.withThread(post.card, { ...refs, channelId, ...taken });
    // Where they were told among other things, the page wakes nobody again.
    const isCalled = standing?.alone === false && standing.own;
    const messageId = known ?? (await this.#postPage(post, channelId, isCalled));
    const acceptedAt = clock.now();
    log.info(
      { incident: post.incident, post: post.id, messageId, sinceQueuedMs: acceptedAt - post.queuedAt },
      known === undefined ? 'page accepted' : 'page found, it had been posted',
    );
    return this.#thread.withThread(post.card, { ...refs, channelId, messageId, sentAt, acceptedAt });
  }

  /** The message that told it without a record becomes its card; undefined where it is not there any more. */
  async #takeOver(
    card: Incident,
    { messageId, saidAt }: Standing,
    channelId: string,
  ): Promise<IncidentRefs | undefined> {
    const { callees, log } = this.#options;
    const times = { sentAt: saidAt, acceptedAt: saidAt };
    const payload = presentCard(card, callees(card.care.circle), times);
    try {
      await this.#sending.edit(channelId, messageId, payload);
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
      return await this.#sending.post(channelId, presentPage(post.card, callees('primary')), nonce);
    } catch (error) {
      if (!isCode(error, 'invalidBody')) throw kept(error, what);
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
        return await this.#sending.post(
          channelId,
          message({ content, allowed_mentions: mentionOnly(called) }),
          nonce,
        );
      } catch (bareError) {
        throw kept(bareError, what);
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
    // An old one brought back: a newer one stands there.
    if (refs.cardVersion !== undefined && card.version < refs.cardVersion) return refs;
    const payload = presentCard(card, callees(card.care.circle), refs);
    try {
      const channelId = refs.channelId ?? config.channelId;
      await this.#sending.edit(channelId, refs.messageId, payload);
    } catch (error) {
      const failed = asOpsError(error, `The card of incident ${card.id}`);
      if (failed.retryable) throw failed;
      if (isCode(error, 'unknownMessage'))
        return this.#thread.withThread(card, await this.#replacement.page(card, refs));
      // The card only repeats what the thread says: a taken permission must not hold up what follows.
      log.warn({ incident: card.id, why: failed.message }, 'card not edited');
    }
    return { ...refs, cardVersion: card.version };
  }
}
