// Not asking again what Discord has just refused: it bans who makes too many invalid requests, and a page must still get through once somebody mends it.
import { chicagoTime } from '../domain/span.ts';

/** Discord counts 401, 403 and 429, and bans at 10,000 in ten minutes; ten are all that we want to be seen with. */
const most = 8;
const windowMs = 10 * 60_000;
const thenWaitMs = 75_000;
/** A token that is refused silences everything, and a first time it is most often a passing fault of Discord's: that is seen soon. */
const waitsMs: Readonly<Record<401 | 403, readonly number[]>> = {
  401: [2_000, 10_000, 30_000],
  403: [30_000],
};
/** Routes remembered as refused; threads of old incidents go first. */
const mostKept = 500;

interface Refused {
  /** Thrown again instead of asking: to who calls it is as if Discord had said it once more. */
  readonly error: Error;
  readonly status: number;
  readonly sinceAt: number;
  /** How often in a row, those that were under way at the same time counted as one. */
  readonly times: number;
  readonly asking: boolean;
  /** Nothing is asked there before. */
  readonly untilAt: number;
}

export interface RefusalGate {
  /**
   * The error with which the same was refused a moment ago; undefined = ask.
   * @param carries what of it needs a permission of its own, such as `files`: where that is refused, the bare words are not
   */
  held(method: string, path: string, now: number, carries?: string): Error | undefined;
  refused(
    method: string,
    path: string,
    status: number,
    error: Error,
    now: number,
    of?: { readonly carries: string | undefined },
  ): void;
  accepted(method: string, path: string, carries?: string): void;
  /** Somebody gave the bot back what it lacked: what was refused for want of it (403) may be asked at once. */
  mended(): void;
  /** Why nothing can be posted in a channel, in words; undefined where nothing is known against it. */
  why(channelId: string): string | undefined;
}

const everything = 'everything';

/** The same thing done in the same channel: that a thread cannot be opened there says nothing about messages. */
function keyOf(method: string, path: string, carries?: string): string {
  const [route = path] = path.split('?');
  const key = `${method} ${route.replace(/(?<=\/(?:messages|reactions|members|roles)\/)\d+/g, '*')}`;
  return carries === undefined ? key : `${key} with ${carries}`;
}

export function refusalGate(): RefusalGate {
  const known = new Map<string, Refused>();
  let invalid: number[] = [];

  return {
    held(method, path, now, carries) {
      invalid = invalid.filter((at) => now - at < windowMs);
      const [oldest = now] = invalid;
      const overAt = invalid.length >= most ? oldest + windowMs : now;
      const bare = known.get(keyOf(method, path));
      // The bare words ask first: were they let through, this may be too.
      if (carries !== undefined && bare !== undefined) return bare.error;
      for (const key of [everything, keyOf(method, path, carries)]) {
        const held = known.get(key);
        if (held === undefined) continue;
        if (Math.max(held.untilAt, overAt) > now) return held.error;
        // One asks; whoever comes while it is under way hears what was said before.
        known.set(key, { ...held, asking: true, untilAt: now + thenWaitMs });
      }
      return undefined;
    },
    refused(method, path, status, error, now, of) {
      if (status === 401 || status === 403 || status === 429) invalid.push(now);
      if (status !== 401 && status !== 403) return;
      const key = status === 401 ? everything : keyOf(method, path, of?.carries);
      const before = known.get(key);
      known.delete(key);
      const [times, sinceAt] = [before?.times ?? 0, before?.sinceAt ?? now];
      const untilAt = now + (waitsMs[status][times] ?? thenWaitMs);
      known.set(
        key,
        before === undefined || before.asking
          ? { error, status, sinceAt, times: times + 1, asking: false, untilAt }
          : { ...before, error },
      );
      for (const [oldest] of known) {
        if (known.size <= mostKept) break;
        known.delete(oldest);
      }
    },
    accepted(method, path, carries) {
      known.delete(everything);
      known.delete(keyOf(method, path));
      if (carries !== undefined) known.delete(keyOf(method, path, carries));
    },
    mended() {
      for (const [key, { status }] of [...known]) if (status === 403) known.delete(key);
    },
    why(channelId) {
      const token = known.get(everything);
      const posting = known.get(keyOf('POST', `/channels/${channelId}/messages`));
      const held = token ?? posting;
      if (held === undefined) return undefined;
      const since = `since ${chicagoTime(held.sinceAt)}`;
      return token !== undefined
        ? `Discord has not known the bot’s token ${since}: copy it again into DISCORD_TOKEN`
        : `Discord has refused the bot’s messages in its channel ${since} (403): give it back its permissions, npm run check names them`;
    },
  };
}
