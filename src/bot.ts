// The Discord side: takes part in the election of the one bot, and says how it stands; it never sees a suite.
import type { Discord } from './discord/start.ts';
import type { StoreTrouble } from './domain/direct-line.ts';
import { livenessOf } from './domain/liveness.ts';
import { OpsError } from './domain/errors.ts';
import { pause } from './domain/stop-signal.ts';
import { followDesk } from './flows/desk-sight.ts';
import { keepLiveness, type LivenessKeeping, type LivenessView } from './flows/liveness.ts';
import type { Pager } from './flows/pager.ts';
import { holdSeat, type BotOptions } from './bot-seat.ts';
import { keepBotCanary } from './queue/bot-canary.ts';
import type { CanaryView } from './queue/canary.ts';
import { deskStore } from './queue/desk-store.ts';
import { electBot } from './queue/election.ts';
import { incidentStore } from './queue/incident-store.ts';
import { livenessStore } from './queue/liveness-store.ts';
import { watchStore } from './queue/store-watch.ts';

/** `reserve`: another bot holds the Discord connection and this one waits to take over. */
export type BotStatus =
  | { readonly kind: 'reserve' }
  | { readonly kind: 'starting'; readonly why: string }
  /** It was never connected, and trying again cannot help: a wrong token, an intent that is not granted. */
  | { readonly kind: 'refused'; readonly error: OpsError }
  | {
      readonly kind: 'connected';
      /** When the last heartbeat was sent that Discord answered; undefined before the first. */
      readonly beatAt: number | undefined;
      /** What the bot lacks in its server, or has too much, a sentence each. */
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'disconnected'; readonly why: string };

export interface RunningBot {
  canaries(): readonly CanaryView[];
  /** Of its sign of life in Discord; undefined while it holds no connection, or none is wanted. */
  liveness(): LivenessView | undefined;
  /** Since when the pager here makes no rounds, or the outbox finds nothing, and why. */
  pagerTrouble(): StoreTrouble | undefined;
  /** Where the clock of this machine is wrong by Discord's, in words. */
  clockApart(): string | undefined;
  /** `reserve` only where another bot is known to hold the connection. Never rejects. */
  status(): Promise<BotStatus>;
  close(): Promise<void>;
}

const againMs = 5_000;
/** Discord counts refused logins, and bans who makes too many. */
const refusedAgainMs = 30_000;
/** Longer than this Redis does not answer, and who holds the connection is not known. */
const seatAnswerMs = 1_000;

export function startBot(options: BotOptions): RunningBot {
  const desk = deskStore(options.link);
  const store = incidentStore(options.link);
  const canary = keepBotCanary(options.link, options.clock);
  const redis = watchStore(options.link, options.clock);
  const sight = followDesk(desk, options.clock, () => redis.outage() !== undefined);
  let discord: Discord | undefined;
  let liveness: LivenessKeeping | undefined;
  let pager: Pick<Pager, 'trouble'> | undefined;
  let seated = false;
  let trouble = 'connecting to Discord';
  let refused: OpsError | undefined;
  const connected = (running: Discord): LivenessKeeping | undefined => {
    discord = running;
    refused = undefined;
    const { clock, log, livenessEveryMs: everyMs } = options;
    if (everyMs === undefined) return undefined;
    liveness = keepLiveness({
      everyMs,
      look: () => livenessOf(sight.latest(), clock.now(), everyMs),
      say: (alive, known) => running.sayAlive(alive, known),
      store: livenessStore(options.link, options.discord.channelId),
      clock,
      log,
    });
    return liveness;
  };
  const seat = electBot({
    link: options.link,
    name: options.name,
    clock: options.clock,
    run: async (signal) => {
      seated = true;
      try {
        const paging = (opened: Pick<Pager, 'trouble'>): void => void (pager = opened);
        await holdSeat({ ...options, desk, sight, store, redis, signal, connected, paging });
      } catch (error) {
        trouble = error instanceof Error ? error.message : String(error);
        options.log.error({ event: 'bot-failed', error: trouble }, 'the bot could not work; trying again');
        const final = error instanceof OpsError && !error.retryable && !signal.aborted;
        refused = final ? error : undefined;
        await pause(options.clock, final ? refusedAgainMs : againMs, signal);
      } finally {
        seated = false;
        discord = undefined;
        liveness = undefined;
        pager = undefined;
      }
    },
  });
  return {
    async status() {
      if (!seated) {
        const silence = pause(options.clock, seatAnswerMs, new AbortController().signal);
        const taken = await Promise.race([seat.elsewhere().catch(() => false), silence]);
        if (taken === true) return { kind: 'reserve' };
        return { kind: 'starting', why: 'no bot is known to hold the connection' };
      }
      if (refused !== undefined) return { kind: 'refused', error: refused };
      if (discord === undefined) return { kind: 'starting', why: trouble };
      const { connected, why, beatAt } = discord.status();
      if (!connected) return { kind: 'disconnected', why: why ?? 'reconnecting' };
      return { kind: 'connected', beatAt, remarks: discord.remarks() ?? [] };
    },
    canaries: () => [canary.view()],
    liveness: () => liveness?.view(),
    pagerTrouble: () => pager?.trouble(),
    clockApart: () => discord?.clockApart(options.thresholds.clockWarnMs),
    async close() {
      canary.close();
      await seat.close();
      sight.close();
      redis.close();
      await desk.close();
    },
  };
}
