// Tells the ops channel where the on-call role goes, or can no longer be called, while the bot runs: nothing else would show it before a page wakes nobody.
import type { Answer } from '../domain/job.ts';
import type { ChannelCheck } from './permissions.ts';

/**
 * To be given each check. What is so from the start is told at the start, in the log and by `npm run check`.
 * @param tell resolves when Discord has taken it; where it fails, the next check tries again
 */
export function watchCalls(
  tell: (told: Extract<Answer, { kind: 'failure' }>) => Promise<void>,
): (check: ChannelCheck | undefined) => void {
  let isKnown = false;
  let told: string | undefined;
  let telling = false;
  return (check) => {
    if (check === undefined || check.kind === 'blind' || telling) return;
    const { unheard } = check;
    if (!isKnown || unheard === undefined || unheard === told) {
      told = unheard;
      isKnown = true;
      return;
    }
    telling = true;
    const text = `A page that calls the on-call role wakes nobody now: ${unheard}`;
    const next =
      'Give the role back or make it mentionable, or name another one under oncall in pitwatch.yaml and start the bot again. Until then watch the platform yourself.';
    tell({ kind: 'failure', text, next })
      .then(
        () => (told = unheard),
        () => undefined,
      )
      .finally(() => (telling = false));
  };
}
