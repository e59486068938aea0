// Whether a post can be put into words at all: a page that cannot goes out bare, anything else is given up with its reason.
import { barePage } from '../domain/bare-page.ts';
import { OpsError, traceOf } from '../domain/errors.ts';
import type { Post } from '../domain/incident.ts';
import { scrub, type Log } from '../log.ts';
import { presentCard, presentPage, threadName } from './presenter/incident.ts';
import type { MessagePayload } from './presenter/message.ts';
import { presentEvidence, presentNote } from './presenter/note.ts';
import { presentSteps } from './presenter/steps.ts';

/**
 * The post as it can be shown. Whatever another version of the desk wrote into a page, or a bug, it still wakes people.
 * @throws OpsError `bad-payload`, not retryable, for what is no page
 */
export function showable(post: Post, log: Log): Post {
  try {
    rehearse(post);
    return post;
  } catch (error) {
    log.error(
      { incident: post.incident, post: post.id, kind: post.kind, why: scrub(traceOf(error)) },
      'post not showable',
    );
    if (post.kind === 'page') return barePage(post);
    throw new OpsError(
      'bad-payload',
      `A message about incident ${post.incident} (${post.kind}) cannot be shown by this version of the bot.`,
      { retryable: false, hint: 'Update the bot to the version of the workers, then send it again.' },
    );
  }
}

/** Only words: nothing leaves. */
function rehearse(post: Post): void {
  switch (post.kind) {
    case 'page':
      presentPage(post.card, []);
      presentCard(post.card, []);
      threadName(post.card);
      return;
    case 'card':
      presentCard(post.card, []);
      threadName(post.card);
      return;
    case 'note':
      if (!hasWords(presentNote(post.note, () => []))) throw new Error('a note of an unknown kind');
      return;
    case 'steps':
      presentSteps(post);
      return;
    case 'evidence':
      presentEvidence(post.report);
      return;
    default:
      throw new Error('a post of an unknown kind');
  }
}

/** A kind that a later version made has none, whatever the types promise. */
function hasWords(payload: MessagePayload | undefined): boolean {
  return payload !== undefined;
}
