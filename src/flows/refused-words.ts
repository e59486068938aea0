// What people are told where something in the queue was not ours, or the bot that had it is gone.
import type { Answer } from '../domain/job.ts';

export const tampered: Answer = {
  kind: 'failure',
  text: 'What you asked was changed by somebody on its way through the queue (Redis), so nothing of it was done or shown.',
  next: 'Ask again. A lead should look at /audit show, and at who can write to Redis.',
};

/** The bot that had taken it is gone, and what it had done by then is not known. */
export const abandoned: Answer = {
  kind: 'failure',
  text: 'The bot was stopped while it worked on this, so nobody can say whether it was done.',
  next: 'If you asked something, ask again. If you did something to an incident or a silence, look at its card or thread first, and do it again where it is missing.',
};

/** No word of it comes from what was found there. */
export function refusedNotice(what: string): Extract<Answer, { kind: 'failure' }> {
  return {
    kind: 'failure',
    text: `${what === 'ask' ? 'An' : 'A'} ${what} in the queue (Redis) was not signed by this desk, or by another version of it, and was refused; nothing of it was done.`,
    next: 'If a machine was just added or a key changed, give all of them the same PITWATCH_SIGNING_KEY; where one is of another version, update it. If neither, somebody else can write to Redis: see /deadletters list and /audit show.',
  };
}
