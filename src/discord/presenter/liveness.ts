// The one message in the ops channel by which people see that the bot lives; it is edited, so it calls nobody.
import type { Liveness } from '../../domain/liveness.ts';
import { message, type MessagePayload } from './message.ts';
import { clipWords, count, escape, exchangeTime, stamp } from './text.ts';

/** By which it is found again where its id was lost; every such message has it. */
export const livenessMark = 'the bot is dead: start it again';

export function presentLiveness({ nextBy, lookedAt, watched, unwatched }: Liveness): MessagePayload {
  const all = watched.length + unwatched.length;
  const names = (suites: readonly string[]): string => clipWords(escape(suites.join(', ')), 200);
  const what =
    all === 0
      ? '⚠️ **Pitwatch watches nothing**: no worker has registered a suite'
      : unwatched.length === 0
        ? `💓 **Pitwatch watches ${count(all, 'suite')}** (${names(watched)})`
        : `⚠️ **Pitwatch watches ${watched.length} of ${count(all, 'suite')}**: nobody watches ${names(unwatched.map(({ suite, login }) => `${suite} (login ${login})`))}`;
  const looked = lookedAt === undefined ? '' : `, last look ${exchangeTime(lookedAt)}`;
  return message({
    content: [
      `${what}${looked}. Next update by ${exchangeTime(nextBy)} (${stamp(nextBy)}).`,
      `-# If that is more than a minute ago, ${livenessMark}, look at its /healthz, and watch the platform yourself until then.`,
    ].join('\n'),
  });
}
