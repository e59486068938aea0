// Tells the second channel that Discord does not work, though no page may wait for it, and that it works again, be it after a restart.
import type { Clock } from '../domain/clock.ts';
import { messageOf } from '../domain/errors.ts';
import type { PagerStore, Trouble } from '../domain/pager-store.ts';
import { spanText } from '../domain/span.ts';
import type { Log } from '../log.ts';
import { retelling } from './retelling.ts';
import { standstill } from './standstill.ts';

/** `unknown`: another bot holds the connection, or who holds it cannot be known just now. */
export type DiscordSight =
  | { readonly kind: 'works' }
  | { readonly kind: 'broken'; readonly why: string }
  | { readonly kind: 'unknown' };

export interface DiscordWatchOptions {
  readonly look: () => Promise<DiscordSight>;
  readonly pagers: Pick<PagerStore, 'beginTrouble' | 'toldTrouble' | 'endTrouble'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The second channel; resolves when somebody took it. */
  readonly sound: (text: string) => Promise<void>;
}

const periodMs = 1_000;
/** A reconnect takes seconds; people are to know within 30 s. */
const brokenMs = 20_000;
/** Without a look for so long, this process stood still: what it knows of Discord is as old as that. */
const stoodStillMs = 5_000;
/** Less than others leave it to whoever is to tell it. */
const begunKeptMs = 50_000;
/** One that comes and goes is not told as well again. */
const wellMs = 5_000;

export function watchDiscord({ look, pagers, clock, log, sound }: DiscordWatchOptions): () => Promise<void> {
  let brokenSinceAt: number | undefined;
  let wellSinceAt: number | undefined;
  const still = standstill(stoodStillMs);
  /** When this process was made the one to tell it, and has not yet. */
  let begunAt: number | undefined;
  /** Told by this process in this stretch of trouble. */
  let told: Trouble | undefined;
  /** In this stretch of being well it was asked whether trouble is to be called over. */
  let settled = false;
  const telling = retelling(sound, clock, log);
  let looking: Promise<void> | undefined;

  async function round(): Promise<void> {
    const now = clock.now();
    const sight = await look();
    if (sight.kind === 'works') await works(now);
    else wellSinceAt = undefined;
    if (sight.kind === 'broken') await broken(sight.why, now);
    else brokenSinceAt = begunAt = undefined;
    await telling.tell();
  }

  async function broken(why: string, now: number): Promise<void> {
    settled = false;
    brokenSinceAt ??= now;
    // After a stand-still the connection is first made anew, as after any loss.
    if (now - Math.max(brokenSinceAt, still.awakeSinceAt()) < brokenMs || told !== undefined) return;
    const trouble = { sinceAt: brokenSinceAt, why };
    // Where Redis does not say whether another bot told it, twice is better than never.
    const isFirst = isMine(now) || (await pagers.beginTrouble(trouble).catch(() => true));
    // Asked again: the one that was to tell it may have died before it could.
    if (!isFirst) return;
    begunAt ??= now;
    // Stopped in between: another bot may have the connection by now, and Discord may work.
    still.notice(clock.now());
    if (still.awakeSinceAt() > now) return;
    begunAt = undefined;
    told = trouble;
    telling.say(
      `Discord has not worked for ${spanText(now - brokenSinceAt)}: ${why}. Nobody is paged there and no command is answered. Pages wait and are posted once it works; watch the platform yourself until then.`,
      {
        told() {
          pagers.toldTrouble(trouble).catch((error: unknown) => {
            log.debug({ event: 'trouble-unwritten', error: messageOf(error) }, 'another bot may tell it too');
          });
        },
      },
    );
  }

  function isMine(now: number): boolean {
    if (begunAt !== undefined && now - begunAt >= begunKeptMs) begunAt = undefined;
    return begunAt !== undefined;
  }

  async function works(now: number): Promise<void> {
    wellSinceAt ??= now;
    if (now - wellSinceAt < wellMs || settled) return;
    const known = await pagers.endTrouble().catch((error: unknown) => {
      // Asked again with the next look, unless it is known here.
      if (told === undefined) throw error;
      return undefined;
    });
    settled = true;
    const over = known ?? told;
    told = undefined;
    if (over === undefined) return;
    telling.say(
      `Discord works again after ${spanText(wellSinceAt - over.sinceAt)} (${over.why}). What waited is posted now, most severe first.`,
    );
  }

  const stop = clock.every(periodMs, () => {
    still.notice(clock.now());
    looking ??= round()
      .catch((error: unknown) => {
        log.warn(
          { event: 'discord-unwatched', error: messageOf(error) },
          'whether Discord works could not be seen',
        );
      })
      .finally(() => {
        looking = undefined;
      });
  });
  return async () => {
    stop();
    await looking;
  };
}
