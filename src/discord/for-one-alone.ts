// What the channel is told in place of an answer that only who asked may see, once its reply cannot be reached any more.
import type { Answer } from '../domain/job.ts';
import { message, type MessagePayload } from './presenter/message.ts';

/**
 * Nothing of the answer itself: the sentence of a "done" can be the audit log's verdict, that of a refusal can name suites which
 * others may not know of. Whether a deed was done is all that is said. It is in the incident's thread for everybody anyway, and
 * who does not know it would press again, or believe a page acknowledged that is not.
 */
export function inPlaceOf(answer: Answer, userId: string): MessagePayload {
  const content = `<@${userId}> the answer to your command or press was for you alone and could no longer be shown to you. ${deed(answer)}`;
  return { ...message({ content }), allowed_mentions: { parse: [], users: [userId] } };
}

function deed(answer: Answer): string {
  switch (answer.kind) {
    case 'done':
      return 'It was done.';
    case 'refusal':
      return 'Nothing was done; ask again to read why.';
    case 'failure':
      return unsure;
    case 'outage':
      return answer.done === 'unknown' ? unsure : answer.done === 'nothing' ? 'Nothing was done.' : again;
    default:
      return again;
  }
}

const again = 'Ask again.';
const unsure = 'It may not have been done: check whether it was, then ask again.';
