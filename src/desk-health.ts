// Whether this desk can answer a command and page somebody: what is there, what is missing, and waiting until all of it is there.
import type { RunningBot } from './bot.ts';
import type { Clock } from './domain/clock.ts';
import { heardAt, type DeskView } from './domain/desk.ts';
import { messageOf } from './domain/errors.ts';
import type { HealthCheck, HealthReport } from './health.ts';
import type { LogTrouble } from './health/log-sink.ts';
import type { Log } from './log.ts';
import type { DeskStore } from './queue/desk-store.ts';
import type { RedisHealth } from './queue/health.ts';
import { foreignKeyText } from './queue/foreign-keys.ts';
import type { RedisLink } from './queue/redis.ts';
import type { Roles } from './stand-ins.ts';
import type { RunningWorker } from './worker.ts';

const freshPulseMs = 5_000;
/** A canary is sent every 5 s: two that fail to come are no chance. */
const canaryMs = 15_000;
/** Somebody else may be faster a few times, and Redis may blink. */
const troubleMs = 10_000;
/** Discord's interval is 41.25 s. */
const beatLateMs = 45_000;
/** Two tries more. */
const livenessLateMs = 60_000;
const readyLookMs = 50;
const tellEveryMs = 5_000;

export interface HealthState {
  readonly roles: Roles;
  readonly link: RedisLink;
  /** How Redis is; never rejects. */
  readonly redis: () => Promise<RedisHealth>;
  readonly store: DeskStore;
  readonly running: { readonly bot?: RunningBot; readonly worker?: RunningWorker };
  readonly clock: Clock;
  readonly logTrouble: () => LogTrouble | undefined;
}

/** Never rejects for what is merely missing: each check says what. */
export async function healthOf(state: HealthState): Promise<HealthReport> {
  const { bot, worker } = state.roles;
  const role = bot && worker ? 'bot and worker' : bot ? 'bot' : 'worker';
  const redis = await state.redis();
  const redisCheck: HealthCheck = {
    name: 'Redis',
    ok: redis.ok,
    detail: redis.ok ? `answers in ${redis.latencyMs.toFixed(1)} ms` : redis.why,
    neededFor: ['commands', 'pages'],
  };
  const checks = [
    redisCheck,
    ...keepingChecks(redis),
    ...keyChecks(redis),
    ...(await discordChecks(state)),
    ...(redis.ok ? await hostChecks(state) : []),
    ...canaryChecks(state),
    ...storeChecks(state),
    ...livenessChecks(state),
    ...logChecks(state),
  ];
  return { role, checks };
}

/** It works, until it is full: then an incident or a lock is gone, and nobody hears of it. */
function keepingChecks(redis: RedisHealth): readonly HealthCheck[] {
  if (!redis.ok || redis.evicts === undefined) return [];
  const detail = `its maxmemory-policy is ${redis.evicts}: once it is full it throws pages and incidents away unseen; set noeviction`;
  return [{ name: 'Redis memory', ok: false, detail, neededFor: [] }];
}

/** One key of a wrong type fails every script that needs it, while all else works and looks well. */
function keyChecks(redis: RedisHealth): readonly HealthCheck[] {
  if (!redis.ok) return [];
  return redis.foreign.map((found) => ({
    name: 'Redis keys',
    ok: false,
    detail: foreignKeyText(found),
    neededFor: found.neededFor,
  }));
}

async function discordChecks({ roles, running, clock }: HealthState): Promise<readonly HealthCheck[]> {
  if (!roles.bot) return [];
  const status = (await running.bot?.status()) ?? { kind: 'starting', why: 'not started yet' };
  const detail =
    status.kind === 'connected'
      ? 'connected'
      : status.kind === 'reserve'
        ? 'in reserve: another bot holds the connection'
        : status.kind === 'refused'
          ? status.error.message
          : status.why;
  const apart = running.bot?.clockApart();
  const beats = status.kind === 'connected' ? beatCheck(status.beatAt, clock.now()) : [];
  return [
    ...beats,
    ...(apart === undefined ? [] : [{ name: 'clock', ok: false, detail: apart, neededFor: [] }]),
    {
      name: 'Discord',
      ok: status.kind === 'connected' || status.kind === 'reserve',
      detail,
      neededFor: ['commands', 'pages'],
    },
    // Good to know, and no reason to be restarted: what is really refused, Discord itself is red for.
    ...(status.kind === 'connected' ? status.remarks : []).map(
      (detail): HealthCheck => ({ name: 'Discord permissions', ok: false, detail, neededFor: [] }),
    ),
  ];
}

async function hostChecks({ store, clock }: HealthState): Promise<readonly HealthCheck[]> {
  let desk: DeskView;
  try {
    desk = await store.view();
  } catch (error) {
    return [{ name: 'logins', ok: false, detail: messageOf(error), neededFor: ['commands', 'pages'] }];
  }
  if (desk.roster.length === 0) {
    return [
      { name: 'logins', ok: false, detail: 'no worker has entered any login yet', neededFor: ['commands'] },
    ];
  }
  return desk.roster.map(({ login }) => {
    const pulse = desk.pulses.find((one) => one.login === login);
    const age = pulse === undefined ? undefined : clock.now() - heardAt(pulse);
    const ok = age !== undefined && age <= freshPulseMs;
    const detail =
      pulse === undefined || age === undefined
        ? 'no worker hosts it'
        : ok
          ? `hosted by ${pulse.worker}`
          : `its worker ${pulse.worker} was last heard of ${Math.round(age / 1_000)} s ago`;
    return { name: `login ${login}`, ok, detail, neededFor: ['commands', 'pages'] as const };
  });
}

/** Connected and alive is not enough: a job of our own must have come through every queue served here. */
function canaryChecks({ running, clock }: HealthState): readonly HealthCheck[] {
  const all = [...(running.worker?.canaries() ?? []), ...(running.bot?.canaries() ?? [])];
  return all.map(({ what, seenAt, sinceAt, replaced }) => {
    const silentMs = clock.now() - (seenAt ?? sinceAt);
    // Of the bot's own the first may be sent before it is listened for.
    const mayBeFirst = what.startsWith('wake-ups');
    const ok = (seenAt !== undefined || mayBeFirst) && silentMs <= canaryMs;
    const again =
      replaced === 0 ? '' : `; its consumer was replaced ${replaced === 1 ? 'once' : `${replaced} times`}`;
    const detail =
      ok && seenAt === undefined
        ? 'the first canary is under way'
        : ok
          ? `a canary came through ${Math.round(silentMs / 1_000)} s ago${again}`
          : `no canary came through for ${Math.round(silentMs / 1_000)} s: nobody takes them${again}; restart this process if this persists`;
    return { name: what, ok, detail, neededFor: neededFor(what) };
  });
}

/** Redis may take a write here and there, and still refuse the very ones that a page needs. */
function storeChecks({ running, clock }: HealthState): readonly HealthCheck[] {
  const pager = running.bot?.pagerTrouble();
  const all = [
    ...(pager === undefined ? [] : [{ name: 'pages', what: 'are not decided or not delivered', ...pager }]),
    ...(running.worker?.unstored() ?? []).map(({ login, ...trouble }) => ({
      name: `alerts of ${login}`,
      what: 'cannot be written down, or read again,',
      ...trouble,
    })),
  ];
  return all.flatMap(({ name, what, sinceAt, why }) => {
    const forMs = clock.now() - sinceAt;
    const detail = `${what} for ${Math.round(forMs / 1_000)} s: ${why}`;
    return forMs < troubleMs ? [] : [{ name, ok: false, detail, neededFor: ['pages'] as const }];
  });
}

function neededFor(what: string): HealthCheck['neededFor'] {
  if (what.startsWith('questions')) return ['commands'];
  return what.startsWith('wake-ups') ? ['commands', 'pages'] : [];
}

/** Only good to know: one that is late is found by the gateway itself, and the connection made anew. */
function beatCheck(beatAt: number | undefined, now: number): readonly HealthCheck[] {
  if (beatAt === undefined) return [];
  const ageMs = now - beatAt;
  const detail = `Discord answered the one of ${Math.round(ageMs / 1_000)} s ago`;
  return [{ name: 'gateway heartbeats', ok: ageMs <= beatLateMs, detail, neededFor: [] }];
}

/** That Discord takes it is what shows that a page would be taken. */
function livenessChecks({ running, clock }: HealthState): readonly HealthCheck[] {
  const view = running.bot?.liveness();
  if (view === undefined) return [];
  const { acceptedAt, everyMs, sinceAt, why } = view;
  const ageMs = clock.now() - (acceptedAt ?? sinceAt);
  const ok = ageMs <= everyMs + livenessLateMs;
  const since = `${Math.round(ageMs / 1_000)} s`;
  const detail = ok
    ? acceptedAt === undefined
      ? 'being said for the first time'
      : `Discord took it ${since} ago`
    : `Discord has not taken it for ${since}${why === undefined ? '' : `: ${why}`}`;
  return [{ name: 'sign of life', ok, detail, neededFor: ['pages'] }];
}

/** No reason to be restarted: commands and pages need no log. */
function logChecks({ logTrouble }: HealthState): readonly HealthCheck[] {
  const trouble = logTrouble();
  if (trouble === undefined) return [];
  const { sinceAt, why, lost } = trouble;
  const detail = `cannot be written since ${new Date(sinceAt).toISOString()}, ${lost} lines lost: ${why}; look at its disk or at who reads it`;
  return [{ name: 'log', ok: false, detail, neededFor: [] }];
}

/** Resolves once everything needed is there. @throws OpsError where Discord refuses the bot for good. */
export async function readiness(state: HealthState, log: Log): Promise<void> {
  let toldAt = state.clock.now();
  for (;;) {
    const { checks } = await healthOf(state);
    const missing = checks.filter((check) => !check.ok && check.neededFor.length > 0);
    if (missing.length === 0) return;
    const bot = await state.running.bot?.status();
    if (bot?.kind === 'refused') throw bot.error;
    if (state.clock.now() - toldAt >= tellEveryMs) {
      toldAt = state.clock.now();
      log.warn(
        { event: 'not-ready', missing: missing.map(({ name, detail }) => `${name}: ${detail}`) },
        'not ready yet',
      );
    }
    await new Promise<void>((resolve) => state.clock.after(readyLookMs, resolve));
  }
}
