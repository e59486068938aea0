// Notices that the bot was given back what it lacked in its channel, so that nothing refused there waits for its next turn.
import type { ChannelCheck } from './permissions.ts';

type Check = () => ChannelCheck | undefined;

/**
 * The same check, which notices. To be called about once a second.
 * @param check what the gateway says now; undefined while it says nothing
 * @param mended called where something that was missing is there again
 */
export function noticing(check: Check, mended: () => void): Check {
  let lacked: readonly string[] = [];
  return () => {
    const now = check();
    if (now === undefined) return undefined;
    const lacks = now.missing.map(({ permission }) => permission);
    const isBack = lacked.some((one) => !lacks.includes(one));
    lacked = lacks;
    if (isBack) mended();
    return now;
  };
}
