// What people are told where something in the queue was not ours, or the bot that had it is gone.
import type { Answer } from '../domain/job.ts';
import { queuedWords } from '../domain/letter.ts';

export const tampered: Answer = {
  kind: 'failure',
  text: 'Your request was altered on its way through the queue (Redis), so nothing was done or shown.',
  next: 'Ask again. A lead should look at /audit show, and at who can write to Redis.',
};

/** The bot that had taken it is gone, and what it had done by then is not known. */
export const abandoned: Answer = {
  kind: 'failure',
  text: 'The bot was stopped while it worked on this, so it is not known whether it was done.',
  next: 'If you asked something, ask again. If you changed an incident or a silence, check its card or thread first, and do it again if it is missing.',
};

/** No word of it comes from what was found there. */
export function refusedNotice(what: string): Extract<Answer, { kind: 'failure' }> {
  const named = queuedWords(what).replace(/^./, (first) => first.toUpperCase());
  return {
    kind: 'failure',
    text: `${named} in the queue (Redis) was refused and not carried out: it is not signed by this desk, or another version of it wrote it.`,
    next: 'If a machine was just added or a key changed, give all machines the same PITWATCH_SIGNING_KEY and the same version. If not, somebody else can write to Redis: see /deadletters list and /audit show.',
  };
}
