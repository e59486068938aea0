// Everything that leaves for Discord: answers to commands, and an incident's page, card and thread.
import type { Announcement } from '../domain/announcement.ts';
import type { Clock } from '../domain/clock.ts';
import type { DirectPage } from '../domain/direct-line.ts';
import type { IncidentRefs, Post } from '../domain/incident.ts';
import type { Answer, TaskTicket } from '../domain/job.ts';
import type { Log } from '../log.ts';
import { Acknowledgements } from './acknowledgement.ts';
import { Answers, type Asked } from './answers.ts';
import type { DiscordConfig } from './config.ts';
import { DirectPages } from './direct-pages.ts';
import { notice, type Repeatable } from './notices.ts';
import { Posts } from './posts.ts';
import type { Reaches } from '../domain/callees.ts';
import { openRest, type DiscordRest } from './rest.ts';

/** Works without a gateway connection: any process with the token may deliver. Both calls are safe to repeat. */
export interface Messenger {
  /**
   * The one terminal message of a command.
   * @throws OpsError
   */
  deliverAnswer(ticket: Pick<TaskTicket, 'id' | 'reply'>, answer: Answer): Promise<void>;
  /**
   * The same for who waits for a bot that is gone; a reply that is complete already stays as it is.
   * @throws OpsError
   */
  deliverEnd(ticket: Pick<TaskTicket, 'id' | 'reply'>, answer: Answer): Promise<void>;
  /**
   * One post of an incident; keep the returned refs and give them to the incident's next post.
   * @throws OpsError; `retryAfterMs` says when to try again
   */
  deliverPost(post: Post, refs: IncidentRefs): Promise<IncidentRefs>;
  /**
   * A page that nothing could write down; said again it is changed in place. Its incident takes it over.
   * @throws OpsError
   */
  deliverDirect(page: DirectPage): Promise<void>;
  /**
   * A word to the ops channel that belongs to no incident; with where it is queued it is safe to repeat.
   * @throws OpsError
   */
  deliverNotice(
    notice: Extract<Answer, { kind: 'failure' }> | Announcement,
    queued?: Repeatable,
  ): Promise<void>;
}

export interface MessengerParts {
  readonly messenger: Messenger;
  readonly rest: DiscordRest;
  readonly acknowledgements: Acknowledgements;
  readonly answers: Answers;
  /** What was said past Redis and is still without a record. */
  readonly direct: Pick<DirectPages, 'recall'>;
}

/**
 * @param config where pages go, and who is called where nothing better is known
 * @param callees who is called right now
 * @param seen told the status of every answer of Discord's
 */
export function makeMessenger(
  config: DiscordConfig,
  clock: Clock,
  log: Log,
  callees: Reaches = () => (config.oncallMention === undefined ? [] : [config.oncallMention]),
  seen?: (status: number) => void,
): MessengerParts {
  const rest = openRest(config, clock, seen);
  const acknowledgements = new Acknowledgements(rest.callback, clock, log);
  const answers = new Answers({ rest, acknowledgements, clock, log });
  const direct = new DirectPages({ rest, channelId: config.channelId, callees, clock, log });
  const posts = new Posts({ rest, config, callees, clock, log, direct });
  const messenger: Messenger = {
    deliverAnswer: (ticket: Asked, answer) => answers.deliver(ticket, answer),
    deliverEnd: (ticket: Asked, answer) => answers.end(ticket, answer),
    deliverPost: (post, refs) => posts.deliver(post, refs),
    deliverDirect: (page) => direct.say(page),
    deliverNotice: (told, queued) => notice(rest, config.channelId, told, clock.now(), queued),
  };
  return { messenger, rest, acknowledgements, answers, direct };
}
