// The outbox: posts of one incident strictly in order, incidents side by side, each post until Discord accepted it; announcements have a lane of theirs.
import { systemClock } from '../clock.ts';
import type { AnnouncementPost } from '../domain/announcement.ts';
import { barePage } from '../domain/bare-page.ts';
import type { Clock } from '../domain/clock.ts';
import type { StoreTrouble } from '../domain/direct-line.ts';
import { isLimited, messageOf, OpsError } from '../domain/errors.ts';
import type { IncidentRefs, Post } from '../domain/incident.ts';
import { callsFor, rankOf } from '../domain/post-urgency.ts';
import { byDeadline } from './deadline.ts';
import { letterOf, parcelOf, whyGivenUp } from './dead-letters.ts';
import { readRefs } from './kept.ts';
import { keys } from './keys.ts';
import {
  claimScript,
  dueScript,
  giveWayScript,
  listScript,
  putOffScript,
  recordScript,
  releaseScript,
} from './outbox-scripts.ts';
import { hasCard, isPost, shaped } from './shapes.ts';
import { makeTurns } from './turns.ts';
import { lossMs, within, type RedisLink } from './redis.ts';
import { refusals, type Refuse } from './refusals.ts';
import { announcementRetry, callRetry, pageRetry, postRetry, retryAfter, type RetryRules } from './retry.ts';

/**
 * Brings one post to Discord. `known` is what earlier deliveries of the incident returned; the result is added to it.
 * `save` keeps a part of it at once (the message's id before its thread is opened), for a crash or failure in between.
 */
export type DeliverPost = (
  post: Post | AnnouncementPost,
  known: IncidentRefs,
  save: (refs: IncidentRefs) => Promise<void>,
  /** Aborts where it takes too long; it is then tried again, with the same nonce. */
  signal: AbortSignal,
) => Promise<IncidentRefs>;

export interface PostTuning {
  /** How long one delivery may take, ms. */
  readonly deliverMs?: number;
  /** For the waits between tries, from 0 to 1. */
  readonly random?: () => number;
}

export interface PostServing {
  /** Since when what waits cannot be looked for, and why; undefined while it can. */
  trouble(): StoreTrouble | undefined;
  /** What was refused, and waits to be tried again, is tried now, the gravest first: what it was refused for is mended. */
  hurry(): void;
  close(): Promise<void>;
}

interface Claimed {
  /** The post as it stands in the list, sealed. */
  readonly text: string;
  readonly refs: IncidentRefs;
  readonly attempts: number;
}

/** Delivered here, and what Discord then knew of its incident. */
interface Delivered {
  readonly at: number;
  readonly refs: IncidentRefs;
}

const sweepMs = 500;
/** Longer than this nothing waits behind a card that Discord does not let us change. */
const cardPatienceMs = 5_000;
const closeMs = 5_000;
/** What waited for a bot is found within this, and is then sent the gravest first. */
const gatherMs = 250;
const mostRemembered = 2_000;
/** Calls to Discord have shorter ends of their own; this is for what hangs in spite of them. */
const usualDeliverMs = 60_000;
/** A timer may fire a moment before the other clock agrees. */
const timerSlackMs = 5;

/**
 * Delivers posts until closed. At least once, with the same `post.id` each time. An OpsError that is retryable is tried
 * again (`retryAfterMs` honoured); a post that cannot arrive is given up into the dead letters, a page never is.
 */
export function servePosts(
  link: RedisLink,
  deliver: DeliverPost,
  clock: Clock = systemClock,
  refuse: Refuse = refusals(link, undefined, clock),
  { deliverMs = usualDeliverMs, random = Math.random }: PostTuning = {},
): PostServing {
  const lanes = new Map<string, Promise<void>>();
  const again = new Set<string>();
  /** By id; Redis keeps them too, but whoever brings an old post back can also make Redis forget. */
  const delivered = new Map<string, Delivered>();
  /** Incidents that wait for their next try; a rank where they were refused. */
  const waiting = new Map<string, { readonly cancel: () => void; readonly refused: number | undefined }>();
  const turns = makeTurns(clock, gatherMs);
  let closed = false;
  let sweeping = false;
  let trouble: StoreTrouble | undefined;

  const unlisten = link.listen(keys.postChannel, wake);
  const stopSweeping = clock.every(sweepMs, sweep);
  sweep();

  function wake(incident: string): void {
    if (closed) return;
    if (lanes.has(incident)) {
      again.add(incident);
      return;
    }
    const lane = drain(incident)
      .catch((error: unknown) => {
        // What was not recorded stays at the head of the list: the sweep finds it when its claim runs out.
        link.log.warn(
          { event: 'post-unrecorded', incident, error: messageOf(error) },
          'the outbox was interrupted',
        );
      })
      .finally(() => {
        lanes.delete(incident);
        if (again.delete(incident)) wake(incident);
      });
    lanes.set(incident, lane);
  }

  async function drain(incident: string): Promise<void> {
    let next = claimed(await link.run(claimScript, [keys.postsPending], [incident]));
    while (next !== undefined) {
      if (closed) {
        await link.run(releaseScript, [keys.postsPending], [incident]);
        return;
      }
      next = await bring(incident, next);
    }
  }

  /** The next post of the incident, where there is one to bring now. */
  async function bring(incident: string, { text, refs, attempts }: Claimed): Promise<Claimed | undefined> {
    waiting.get(incident)?.cancel();
    waiting.delete(incident);
    const post = prove(incident, text);
    if (typeof post === 'string') {
      refuse({ what: 'post', id: `of incident ${incident}`, why: post });
      return claimed(await record(incident, text, undefined, ''));
    }
    const before = delivered.get(post.id);
    if (before !== undefined) {
      link.log.warn(
        { event: 'post-returned', incident, post: post.id },
        'Redis has lost that it was delivered',
      );
      return claimed(await record(incident, text, { ...refs, ...before.refs }, ''));
    }
    if (!(await turns.take(incident, rankOf(post)))) {
      await link.run(releaseScript, [keys.postsPending], [incident]);
      return undefined;
    }
    let latest = refs;
    const save = async (partial: IncidentRefs): Promise<void> => {
      latest = { ...latest, ...partial };
      await link.runPatiently(saveScript, [`${keys.incident}${incident}`], [JSON.stringify(latest)]);
    };
    try {
      const returned = await byDeadline({ clock, endsInMs: deliverMs, what: 'The delivery' }, (signal) =>
        deliver(post, refs, save, signal),
      );
      latest = { ...latest, ...checked(post, returned) };
    } catch (error) {
      return putOffOrGiveUp(incident, post, { text, refs, attempts }, error);
    }
    turns.went(incident);
    const next = claimed(await record(incident, text, latest, ''));
    remember(post.id, latest);
    return next;
  }

  /** The reason where the post cannot be trusted. */
  function prove(incident: string, text: string): Post | AnnouncementPost | string {
    const opened = shaped(link.seal.open<unknown>('post', text, clock.now()), isPost, 'no post');
    if (opened.kind === 'refused') return opened.why;
    const post =
      opened.content.kind === 'page' && !hasCard(opened.content) ? barePage(opened.content) : opened.content;
    if (post.incident !== incident) return 'it belongs to another incident than the one it was found with';
    const before = delivered.get(post.id);
    return before !== undefined && clock.now() - before.at > lossMs
      ? 'it was delivered before: it is an old one brought back'
      : post;
  }

  function remember(id: string, refs: IncidentRefs): void {
    delivered.set(id, { at: clock.now(), refs });
    if (delivered.size > mostRemembered)
      for (const oldest of [...delivered.keys()].slice(0, mostRemembered / 2)) delivered.delete(oldest);
  }

  async function putOffOrGiveUp(
    incident: string,
    post: Post | AnnouncementPost,
    { text, attempts }: Claimed,
    failure: unknown,
  ): Promise<Claimed | undefined> {
    const isPage = post.kind === 'page';
    const attempt = attempts + 1;
    const next = retryAfter(failure, attempt, rulesFor(post), random);
    const facts = { incident, post: post.id, kind: post.kind, attempt, error: messageOf(failure) };
    if (next.kind === 'give-up' || !isTrouble(failure)) turns.ended(incident);
    else turns.failed(incident, rankOf(post), next.inMs);
    if (next.kind === 'give-up') {
      link.log.error(
        { event: 'post-given-up', ...facts },
        `a ${post.kind} of incident ${incident} was given up`,
      );
      const about = `${post.kind === 'note' ? post.note.kind : post.kind} of incident ${incident}`;
      const letter = { at: clock.now(), what: 'post', id: post.id, about, why: whyGivenUp(failure) } as const;
      return claimed(await record(incident, text, undefined, letterOf(link.seal, letter)));
    }
    if (isLimited(failure))
      link.log.warn(
        { event: 'post-limited', ...facts, againInMs: next.inMs },
        `a ${post.kind} waits: Discord asked for it`,
      );
    else
      link.log[isPage ? 'error' : 'warn'](
        { event: 'post-failed', ...facts, againInMs: next.inMs },
        `a ${post.kind} was not accepted`,
      );
    if (post.kind === 'card' && isLimited(failure) && next.inMs > cardPatienceMs) {
      const following = claimed(await giveWay(incident, text, next.inMs));
      if (following !== undefined) return following;
    } else await link.runPatiently(putOffScript, [keys.postsPending], [incident, next.inMs]);
    waiting.set(incident, {
      refused: failure instanceof OpsError && failure.code === 'discord-refused' ? rankOf(post) : undefined,
      cancel: clock.after(next.inMs + timerSlackMs, () => {
        waiting.delete(incident);
        wake(incident);
      }),
    });
    return undefined;
  }

  /**
   * What Discord lets nobody change for a while keeps nothing back that follows it, and a newer card says all that it would. The
   * next post, claimed; nothing where it stands alone: then it waits, until something follows.
   */
  async function giveWay(incident: string, text: string, waitMs: number): Promise<unknown> {
    for (;;) {
      const all = (await link.run(listScript, [keys.postsPending], [incident])) as readonly string[];
      const isOutdated = all.slice(1).some((one) => {
        const post = prove(incident, one);
        return typeof post !== 'string' && post.kind === 'card';
      });
      const way = isOutdated ? 'drop' : 'keep';
      const judged = [incident, text, way, waitMs, all.length];
      const reply = await link.runPatiently(giveWayScript, [keys.postsPending], judged);
      if (reply !== 'again') return reply;
    }
  }

  /** Through an outage if need be: what Discord accepted must not be sent anew because Redis blinked. */
  function record(
    incident: string,
    text: string,
    refs: IncidentRefs | undefined,
    letter: string,
  ): Promise<unknown> {
    const kept = refs === undefined ? '' : JSON.stringify(refs);
    const parcel = letter === '' ? '' : parcelOf({ kind: 'post', incident, text });
    return link.runPatiently(recordScript, [keys.postsPending], [incident, text, kept, letter, parcel]);
  }

  function sweep(): void {
    if (sweeping || closed || !link.up()) return;
    sweeping = true;
    link
      .run(dueScript, [keys.postsPending], [...lanes.keys()])
      .then((found) => {
        trouble = undefined;
        for (const incident of found as readonly string[]) wake(incident);
      })
      .catch((error: unknown) => {
        trouble ??= { sinceAt: clock.now(), why: messageOf(error) };
        link.log.debug(
          { event: 'outbox-sweep-failed', error: messageOf(error) },
          'the outbox could not be swept',
        );
      })
      .finally(() => {
        sweeping = false;
      });
  }

  async function retryRefused(): Promise<void> {
    const refused = [...waiting].flatMap(([incident, { refused: rank }]) =>
      rank === undefined ? [] : [{ incident, rank }],
    );
    for (const { incident } of refused.sort((a, b) => a.rank - b.rank)) {
      if (closed) return;
      waiting.get(incident)?.cancel();
      waiting.delete(incident);
      await link.run(releaseScript, [keys.postsPending], [incident]);
    }
  }

  return {
    trouble: () => trouble,
    hurry() {
      retryRefused().catch((error: unknown) => {
        // Its wait in Redis runs on, and the sweep finds it after that.
        link.log.warn({ event: 'outbox-not-hurried', error: messageOf(error) }, 'refused posts wait on');
      });
    },
    async close() {
      closed = true;
      unlisten();
      stopSweeping();
      turns.close();
      for (const { cancel } of waiting.values()) cancel();
      again.clear();
      await within(closeMs, Promise.all(lanes.values()));
    },
  };
}

const saveScript = `return redis.call('HSET', KEYS[1], 'refs', ARGV[1])`;

function rulesFor(post: Post | AnnouncementPost): RetryRules {
  if (post.kind === 'page') return pageRetry;
  if (callsFor(post) !== undefined) return callRetry;
  return post.kind === 'announcement' ? announcementRetry : postRetry;
}

/** Of Discord as a whole; that one channel or message is refused, or wants a pause, says nothing about the others. */
function isTrouble(failure: unknown): boolean {
  return failure instanceof OpsError && failure.code === 'discord-unavailable';
}

/** A kind of post that a later version made is delivered by nobody here: that must be told, not counted as done. */
function checked(post: Post | AnnouncementPost, returned: unknown): IncidentRefs {
  if (typeof returned === 'object' && returned !== null) return returned;
  throw new OpsError('bad-payload', `Nothing here can deliver a post of kind ${post.kind}.`, {
    retryable: false,
    hint: 'It was made by another version: update this process.',
  });
}

function claimed(reply: unknown): Claimed | undefined {
  const [text, refs, attempts] = reply as readonly (string | undefined)[];
  if (text === undefined) return undefined;
  return { text, refs: readRefs(refs), attempts: Number(attempts) || 0 };
}
