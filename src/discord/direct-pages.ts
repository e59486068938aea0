// Pages that went into the channel without a record: posted once each, changed as they go on, and handed over to their incident.
import type { Clock } from '../domain/clock.ts';
import type { DirectPage } from '../domain/direct-line.ts';
import { messageOf } from '../domain/errors.ts';
import type { Incident, Post } from '../domain/incident.ts';
import type { Log } from '../log.ts';
import { asOpsError, isCode } from './discord-error.ts';
import { newestMessages } from './newest.ts';
import { markOf, marksIn, presentDirect, presentRecorded } from './presenter/direct.ts';
import type { MessagePayload } from './presenter/message.ts';
import type { Reaches } from '../domain/callees.ts';
import type { DiscordRest } from './rest.ts';
import { sendingOver, type Sending } from './sending.ts';
import { nonceOf } from './wire.ts';

export interface DirectPagesOptions {
  readonly rest: DiscordRest;
  readonly channelId: string;
  readonly callees: Reaches;
  readonly clock: Clock;
  readonly log: Log;
}

/** A message that stands in the channel and tells what the incident is about. */
export interface Standing {
  readonly messageId: string;
  readonly saidAt: number;
  /** False where it tells of other things too: it stays, and the incident gets a message of its own. */
  readonly alone: boolean;
  /** Seen to go out by this very process. */
  readonly own: boolean;
}

interface Said {
  readonly marks: readonly string[];
  readonly about: DirectPage['about'];
  /** Those that tell a part of it by the usual way now. */
  readonly incidents: readonly string[];
  readonly page: DirectPage | undefined;
  readonly saidAt: number;
  /** Undefined where Discord did not take it. */
  readonly message: Promise<string | undefined>;
}

/** What nobody wrote down for so long is of another time: the same trouble now must wake people anew. */
const freshMs = 15 * 60_000;
const mostKept = 200;

export class DirectPages {
  readonly #options: DirectPagesOptions;
  readonly #sending: Sending;
  readonly #said = new Map<string, Said>();
  /** When the page of an alert was delivered by the usual way, by its mark. */
  readonly #paged = new Map<string, number>();
  #recalled: Promise<void> | undefined;

  constructor(options: DirectPagesOptions) {
    this.#options = options;
    this.#sending = sendingOver(options.rest, options.clock);
  }

  /** Posts it, or changes the message that says it already. @throws OpsError */
  async say(page: DirectPage): Promise<void> {
    const known = this.#said.get(page.id);
    if ((await known?.message) === undefined) {
      // Its record may have been made in the very moment Redis went away.
      const isPaged = ({ key, observedAt }: { key: string; observedAt: number }): boolean =>
        (this.#paged.get(markOf(key)) ?? 0) >= observedAt;
      if (page.alerts.every(({ alert }) => isPaged(alert))) return;
    }
    const sending = known === undefined ? this.#post(page) : this.#change(page, known.message);
    this.#said.set(page.id, {
      marks: page.alerts.map(({ alert }) => markOf(alert.key)),
      about: page.about,
      incidents: known?.incidents ?? [],
      page,
      saidAt: known?.saidAt ?? this.#options.clock.now(),
      // Its failure is thrown below; here it only means that no message stands.
      message: sending.catch(() => undefined),
    });
    if (this.#said.size > mostKept)
      for (const id of [...this.#said.keys()].slice(0, mostKept / 2)) this.#said.delete(id);
    try {
      await sending;
    } catch (error) {
      throw asOpsError(error, 'A page without a record');
    }
  }

  /** What a bot before this one said and nobody wrote down; looked for once, best before the first page has to wait for it. */
  recall(): Promise<void> {
    return (this.#recalled ??= this.#recall());
  }

  /** The message that told this incident's people already, the newest first. */
  async standing({ alerts, toldAhead }: Incident): Promise<Standing | undefined> {
    await this.recall();
    const marks = new Set(alerts.map(({ alert }) => markOf(alert.key)));
    const now = this.#options.clock.now();
    for (const one of [...this.#said.values()].reverse()) {
      if (!one.marks.some((mark) => marks.has(mark))) continue;
      if (toldAhead?.how !== 'direct' && (now - one.saidAt > freshMs || isOver(one, marks))) continue;
      const messageId = await one.message;
      if (messageId === undefined) continue;
      return { messageId, saidAt: one.saidAt, alone: one.about === 'one', own: one.page !== undefined };
    }
    return undefined;
  }

  /** What the post tells is told by the usual way now: a direct message that stands says where. */
  async recorded(post: Post, by: string | undefined): Promise<void> {
    const { clock } = this.#options;
    if (post.kind === 'page') {
      for (const { alert } of post.card.alerts) this.#paged.set(markOf(alert.key), clock.now());
      if (this.#paged.size > mostKept)
        for (const mark of [...this.#paged.keys()].slice(0, mostKept / 2)) this.#paged.delete(mark);
    }
    const told = marksOf(post);
    for (const [id, said] of [...this.#said]) {
      if (!said.marks.some((mark) => told.includes(mark))) continue;
      const messageId = await said.message;
      const left = said.about === 'one' ? [] : said.marks.filter((mark) => !told.includes(mark));
      const incidents = [...new Set([...said.incidents, post.incident])];
      if (left.length > 0) {
        this.#said.set(id, { ...said, marks: left, incidents });
        continue;
      }
      this.#said.delete(id);
      if (messageId === undefined || messageId === by || said.page === undefined) continue;
      await this.#edit(messageId, presentRecorded(said.page, incidents)).catch((error: unknown) => {
        const why = asOpsError(error, 'A page without a record').message;
        this.#options.log.warn({ incident: post.incident, why }, 'it still says that it is not recorded');
      });
    }
  }

  async #post(page: DirectPage): Promise<string> {
    const { callees, channelId } = this.#options;
    return this.#sending.post(channelId, presentDirect(page, callees('primary')), nonceOf('direct', page.id));
  }

  async #change(page: DirectPage, before: Promise<string | undefined>): Promise<string> {
    const messageId = await before;
    if (messageId === undefined) return this.#post(page);
    try {
      await this.#edit(messageId, presentDirect(page, this.#options.callees('primary')));
      return messageId;
    } catch (error) {
      // Somebody deleted it: what still is wrong must be said.
      if (isCode(error, 'unknownMessage') && page.alerts.some(({ recovery }) => recovery === undefined))
        return this.#post({ ...page, id: `${page.id}+` });
      throw error;
    }
  }

  async #edit(messageId: string, payload: MessagePayload): Promise<void> {
    await this.#sending.edit(this.#options.channelId, messageId, payload);
  }

  async #recall(): Promise<void> {
    const { channelId, log, rest } = this.#options;
    try {
      const all = await newestMessages(rest, channelId);
      // Oldest first, as if each had been said here; what is known here is known better.
      for (const one of [...all].reverse()) {
        const found = marksIn(one);
        const { id: messageId, author, webhook_id } = one;
        if (found === undefined || author.bot !== true || webhook_id !== undefined) continue;
        const own = await Promise.all([...this.#said.values()].map(({ message }) => message));
        if (own.includes(messageId)) continue;
        const saidAt = Date.parse(one.timestamp) - rest.difference.ms();
        const message = Promise.resolve(messageId);
        this.#said.set(messageId, { ...found, incidents: [], page: undefined, saidAt, message });
      }
    } catch (error) {
      this.#recalled = undefined;
      log.warn({ why: messageOf(error) }, 'pages without a record could not be looked for');
    }
  }
}

/** It says that all of this is over: the same anew must wake people anew. */
function isOver({ page }: Said, marks: ReadonlySet<string>): boolean {
  const about = page?.alerts.filter(({ alert }) => marks.has(markOf(alert.key))) ?? [];
  return about.length > 0 && about.every(({ recovery }) => recovery !== undefined);
}

function marksOf(post: Post): readonly string[] {
  switch (post.kind) {
    case 'page':
    case 'card':
      return post.card.alerts.map(({ alert }) => markOf(alert.key));
    case 'note':
      return post.note.kind === 'joined' ? [markOf(post.note.alert.key)] : [];
    default:
      return [];
  }
}
