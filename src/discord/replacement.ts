// What somebody deleted while its incident is open: its page is posted anew, calling nobody again, its thread is opened anew, once; where its whole channel went, it goes on in the ops channel.
import { Routes, type APIMessage } from 'discord-api-types/v10';
import type { Clock } from '../domain/clock.ts';
import { OpsError } from '../domain/errors.ts';
import type { Incident, IncidentRefs, Post } from '../domain/incident.ts';
import type { Log } from '../log.ts';
import { customId } from './custom-id.ts';
import { asOpsError, isCode } from './discord-error.ts';
import { newestMessages } from './newest.ts';
import { presentCard } from './presenter/incident.ts';
import { message } from './presenter/message.ts';
import { bare } from './presenter/text.ts';
import type { DiscordRest } from './rest.ts';
import type { Sending } from './sending.ts';
import type { Threads } from './threads.ts';
import { nonceOf } from './wire.ts';

export interface ReplacementOptions {
  readonly rest: DiscordRest;
  readonly sending: Sending;
  readonly threads: Threads;
  readonly channelId: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A channel that stood a moment ago is not asked for again with every post. */
const standsMs = 60_000;

/** What was known of a thread that is none any more. */
const noThread = { threadId: undefined, threadName: undefined, stepsId: undefined, stepsIn: undefined };

export class Replacement {
  readonly #options: ReplacementOptions;
  /** The last channel that was asked for and stands. */
  #standing = { channelId: '', at: 0 };

  constructor(options: ReplacementOptions) {
    this.#options = options;
  }

  /**
   * Where the ops channel is another one by now and the incident's own is gone or hidden, it goes on in the new one: the page is missed
   * there as if it had been deleted. A channel that still stands keeps its incidents. @throws OpsError (retryable)
   */
  async moved(incident: string, refs: IncidentRefs): Promise<IncidentRefs> {
    const { channelId: ops, clock, rest } = this.#options;
    const { channelId: own } = refs;
    if (own === undefined || own === ops) return refs;
    const { channelId, at } = this.#standing;
    if (channelId === own && clock.now() - at < standsMs) return refs;
    try {
      await rest.bot.get(Routes.channel(own));
      this.#standing = { channelId: own, at: clock.now() };
      return refs;
    } catch (error) {
      const failed = asOpsError(error, `The channel of incident ${incident}`);
      if (failed.retryable) throw failed;
      if (!isCode(error, 'unknownChannel', 'missingAccess')) return refs;
      return this.#goingOn(incident, refs, 'its channel is gone; it goes on in the ops channel');
    }
  }

  /**
   * The same where a message was refused in a channel that was the ops channel once: it stands, but the bot may not write there, and
   * nobody gives that back to a channel which is not in use. Undefined where that is not what failed.
   */
  shut(incident: string, refs: IncidentRefs, failure: unknown): IncidentRefs | undefined {
    const { channelId: own } = refs;
    if (own === undefined || own === this.#options.channelId) return undefined;
    if (!(failure instanceof OpsError) || failure.code !== 'discord-refused') return undefined;
    return this.#goingOn(incident, refs, 'its channel takes no messages; it goes on in the ops channel');
  }

  #goingOn(incident: string, refs: IncidentRefs, why: string): IncidentRefs {
    const { threadId, stepsId, threadName, channelId: own } = refs;
    this.#options.log.warn({ event: 'channel-gone', incident, own, threadId, stepsId, threadName }, why);
    const { channelId } = this.#options;
    return { ...refs, channelId, ...noThread };
  }

  /**
   * The page of an open incident as a new message; the thread it had goes on, and where that was deleted too, the new message takes a
   * new one. Unchanged where it cannot be posted now: the next change of the card tries again. @throws OpsError (retryable)
   */
  async page(card: Incident, refs: IncidentRefs): Promise<IncidentRefs> {
    const { clock, log, rest, sending } = this.#options;
    const { messageId: gone, ...known } = refs;
    if (gone === undefined || card.state.kind === 'resolved') return refs;
    const channelId = refs.channelId ?? this.#options.channelId;
    try {
      const standing = await this.#withoutLostThread(card.id, known);
      const found = await this.#posted(card.id, channelId, gone);
      const anewAt = found === undefined ? clock.now() : Date.parse(found.timestamp) - rest.difference.ms();
      const payload = presentCard(card, [], { ...standing, anewAt });
      const nonce = nonceOf('anew', card.id, gone);
      const messageId = found?.id ?? (await sending.post(channelId, payload, nonce));
      log.warn({ event: 'page-anew', incident: card.id, messageId }, 'its page was deleted; posted anew');
      return { ...standing, channelId, messageId, anewAt };
    } catch (error) {
      const failed = asOpsError(error, `The deleted page of incident ${card.id}`);
      if (failed.retryable) throw failed;
      log.warn({ incident: card.id, why: failed.message }, 'page not posted anew');
      return refs;
    }
  }

  /** Who deletes a page may have deleted its thread as well: asked for here, for the next word may be hours away. */
  async #withoutLostThread(incident: string, refs: IncidentRefs): Promise<IncidentRefs> {
    const { clock, log, rest } = this.#options;
    const { threadId } = refs;
    if (threadId === undefined || refs.threadAnewAt !== undefined) return refs;
    try {
      await rest.bot.get(Routes.channel(threadId));
      return refs;
    } catch (error) {
      if (!isCode(error, 'unknownChannel')) throw error;
      log.warn({ event: 'thread-gone', incident, threadId }, 'its thread was deleted with its page');
      return { ...refs, ...noThread, threadAnewAt: clock.now() };
    }
  }

  /** The incident with a thread in the place of the deleted one; undefined where there is no other. @throws OpsError (retryable) */
  async thread(incident: string, refs: IncidentRefs): Promise<IncidentRefs | undefined> {
    const { clock, log, rest, threads } = this.#options;
    const { messageId, stepsId: stepsGone, ...kept } = refs;
    if (messageId === undefined || refs.threadAnewAt !== undefined) return undefined;
    const channelId = refs.channelId ?? this.#options.channelId;
    try {
      const name = refs.threadName ?? rest.styledText(`#${bare(incident)} incident`);
      const threadId = await threads.startOn(channelId, messageId, name);
      log.warn(
        { event: 'thread-anew', incident, threadId, stepsGone },
        'its thread was deleted; opened anew',
      );
      return { ...kept, messageId, threadId, threadAnewAt: clock.now() };
    } catch (error) {
      const failed = asOpsError(error, `The deleted thread of incident ${incident}`);
      if (failed.retryable) throw failed;
      log.warn({ incident, why: failed.message }, 'thread not opened anew');
      return undefined;
    }
  }

  /** Tells the channel where an incident goes on whose thread was deleted. Never throws: the incident itself is told elsewhere. */
  async tell(post: Post, refs: IncidentRefs, inThread: boolean): Promise<void> {
    const { log, sending } = this.#options;
    const channelId = refs.channelId ?? this.#options.channelId;
    const id = bare(post.incident);
    const where =
      inThread && refs.threadId !== undefined
        ? `it goes on in a new one: <#${refs.threadId}>`
        : 'what follows comes here';
    const content = `🧵 **#${id}**: its thread was deleted, ${where}. What was posted before is in \`/incident show ${id}\`.`;
    try {
      await sending.post(channelId, message({ content }), nonceOf('thread-anew', post.id));
    } catch (error) {
      const why = asOpsError(error, 'Where the incident goes on').message;
      log.warn({ incident: post.incident, why }, 'the channel was not told of the deleted thread');
    }
  }

  /** What an earlier try posted already. */
  async #posted(incident: string, channelId: string, gone: string): Promise<APIMessage | undefined> {
    const messages = await newestMessages(this.#options.rest, channelId);
    const mark = JSON.stringify(customId(incident, 'resolve'));
    return messages.find(
      ({ id, author, components }) =>
        BigInt(id) > BigInt(gone) && author.bot === true && JSON.stringify(components ?? []).includes(mark),
    );
  }
}
