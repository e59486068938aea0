// The bot's sign of life in its channel: said every few minutes in one message that survives restarts, and whether Discord took it.
import type { Clock } from '../domain/clock.ts';
import { messageOf, OpsError } from '../domain/errors.ts';
import type { Liveness, LivenessStore } from '../domain/liveness.ts';
import type { Log } from '../log.ts';

export interface LivenessOptions {
  readonly everyMs: number;
  readonly look: () => Liveness;
  /** The message that says it now, given the one that was kept. */
  readonly say: (liveness: Liveness, known: string | undefined) => Promise<string>;
  readonly store: LivenessStore;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LivenessView {
  readonly everyMs: number;
  readonly sinceAt: number;
  /** When Discord last took it. */
  readonly acceptedAt: number | undefined;
  readonly why: string | undefined;
}

export interface LivenessKeeping {
  view(): LivenessView;
  close(): Promise<void>;
}

const lookMs = 5_000;
/** Said a little sooner than it was promised. */
const soonerMs = 10_000;
const againMs = 30_000;
/** A change of what is watched is said between two words, but not more often than this. */
const changeMs = 30_000;
/** Discord limits edits of messages older than an hour, at about thirty an hour, and a page’s card must not wait for us. */
const mostAnHour = 12;
const hourMs = 3_600_000;

export function keepLiveness({ everyMs, look, say, store, clock, log }: LivenessOptions): LivenessKeeping {
  const sinceAt = clock.now();
  let acceptedAt: number | undefined;
  let why: string | undefined;
  /** What this process said itself, for the time while Redis does not answer. */
  let own: string | undefined;
  let said = '';
  let nextAt = sinceAt;
  let tried: number[] = [];
  let saying: Promise<void> | undefined;

  async function beat(liveness: Liveness): Promise<void> {
    const known = await store.known().catch((error: unknown) => {
      // Better edited from memory, or looked for in the channel, than not said.
      log.debug({ event: 'liveness-unknown', error: messageOf(error) }, 'the sign of life is not known');
      return undefined;
    });
    const messageId = await say(liveness, known ?? own);
    acceptedAt = clock.now();
    nextAt = acceptedAt + everyMs - soonerMs;
    why = undefined;
    own = messageId;
    said = wordsOf(liveness);
    if (messageId !== known) await store.keep(messageId);
  }

  function tick(): void {
    const now = clock.now();
    const liveness = look();
    tried = tried.filter((at) => now - at < hourMs);
    const mayChange = tried.length < mostAnHour && now - (tried.at(-1) ?? sinceAt) >= changeMs;
    const isChanged = acceptedAt !== undefined && mayChange && wordsOf(liveness) !== said;
    if (saying !== undefined || (now < nextAt && !isChanged)) return;
    tried.push(now);
    saying = beat(liveness)
      .catch((error: unknown) => {
        why = messageOf(error);
        const askedMs = error instanceof OpsError ? (error.retryAfterMs ?? 0) : 0;
        nextAt = Math.max(nextAt, clock.now() + Math.max(againMs, askedMs));
        log.warn({ event: 'liveness-unsaid', error: why }, 'the sign of life was not taken; tried again');
      })
      .finally(() => {
        saying = undefined;
      });
  }
  const stop = clock.every(lookMs, tick);
  return {
    view: () => ({ everyMs, sinceAt, acceptedAt, why }),
    async close() {
      stop();
      await saying;
    },
  };
}

function wordsOf({ watched, unwatched }: Liveness): string {
  return JSON.stringify([watched, unwatched]);
}
