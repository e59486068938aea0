// A running desk: opens what its roles need, in order, wires it, says whether it can work, and closes it without leaving anything half done.
import { hostname } from 'node:os';
import path from 'node:path';
import {
  checkCauses,
  knownFindings,
  loadCommands,
  loadDetectors,
  loadDiagnostics,
  loadExhibits,
  loadPlaybooks,
} from './catalogue.ts';
import { calendarsWith, demandSharedKey, describe, keptKey, type Config } from './config.ts';
import type { RunningBot } from './bot.ts';
import type { Command } from './discord/command.ts';
import type { MarketPhase } from './domain/calendar.ts';
import { cmeCalendars } from './domain/cme-calendar.ts';
import type { Clock } from './domain/clock.ts';
import { closeEach, type Closer } from './domain/closing.ts';
import { directLine } from './domain/direct-line.ts';
import { messageOf, OpsError } from './domain/errors.ts';
import { phaseAt } from './domain/session-clock.ts';
import { healthOf, readiness, type HealthState } from './desk-health.ts';
import { boardPath, processMetrics, type HealthReport, type HealthSource } from './health.ts';
import { startAuditor } from './flows/auditor.ts';
import { watchDiscord, type DiscordSight } from './flows/discord-watch.ts';
import { directWays } from './flows/direct-ways.ts';
import { alarmsOf } from './flows/diagnosed.ts';
import { meterDesk } from './health/desk-meter.ts';
import { startDeadMan } from './health/dead-man.ts';
import type { LogTrouble } from './health/log-sink.ts';
import { sound } from './health/second-channel.ts';
import type { Log } from './log.ts';
import { auditLog } from './queue/audit-log.ts';
import { demandUsable } from './queue/demands.ts';
import { deskStore } from './queue/desk-store.ts';
import { sharedHealth } from './queue/health.ts';
import { incidentStore } from './queue/incident-store.ts';
import { callsWaiting } from './queue/calls-waiting.ts';
import { pagerStore } from './queue/pager-store.ts';
import { queueNumbers } from './queue/numbers.ts';
import { openRedis } from './queue/redis.ts';
import { makeSeal, type Seal } from './queue/seal.ts';
import { gatewayLogins, openDoor, redisUrl, workerPolicy, type Roles, type StandIn } from './stand-ins.ts';
import { startWorker, type RunningWorker } from './worker.ts';

export interface DeskOptions {
  readonly config: Config;
  readonly roles: Roles;
  readonly clock: Clock;
  readonly log: Log;
  /** Where lines of the log are lost: told in `/healthz`. */
  readonly logTrouble?: () => LogTrouble | undefined;
  /** Where a local Redis keeps its data. */
  readonly dataDir: string;
  /** Where the signing key is kept that is made where none is configured; in `dataDir` unless said otherwise. */
  readonly keyFile?: string;
  /** Another calendar than the configured one, for tests. */
  readonly phase?: (instrument: string, at: number) => MarketPhase;
}

export interface RunningDesk {
  readonly url: string;
  health(): Promise<HealthReport>;
  /** Resolves once commands can be answered and pages can go out. @throws OpsError where Discord refuses the bot for good. */
  ready(): Promise<void>;
  /** Takes nothing new, finishes what is under way, gives logins back. */
  close(): Promise<void>;
}

/** A Redis that is being started comes within this; a wrong address should not be waited for. */
const redisStartMs = 6_000;
const dayMs = 24 * 60 * 60_000;

export async function openDesk(options: DeskOptions): Promise<RunningDesk> {
  const { config, roles, clock, log } = options;
  for (const line of describe(config)) log.info({ event: 'config' }, line);
  const opened: Closer[] = [];
  const keep = <T>(standIn: StandIn<T>): T => {
    opened.push(() => standIn.stop());
    if (standIn.says !== undefined) log.info({ event: 'stand-in' }, standIn.says);
    return standIn.value;
  };
  const closeAll = (): Promise<void> =>
    closeEach(opened, (error) => {
      log.error({ event: 'stop-failed', error: messageOf(error) }, 'something did not stop cleanly');
    });
  try {
    const seal = sealOf(options);
    const link = openRedis(keep(await redisUrl(config, roles, options.dataDir, log)), log, seal);
    opened.push(() => link.close());
    const audit = auditLog(link, { keep: config.auditKept, clock });
    opened.push(() => audit.close());
    await link.ready(redisStartMs);
    await demandUsable(link);
    const { logins, url: gatewayUrl } = keep(await gatewayLogins(config, roles, log));
    const [diagnostics, exhibitors, playbooks, written, commands] = await Promise.all([
      loadDiagnostics(),
      loadExhibits(),
      loadPlaybooks(),
      loadDetectors(),
      loadCommands<Command>(),
    ]);
    const detectors = [...written, ...alarmsOf(diagnostics)];
    checkCauses(detectors);
    checkRestrictions(config, commands);
    const calendars = calendarsWith(cmeCalendars, config.calendar);
    const phase =
      options.phase ??
      (gatewayUrl === undefined
        ? (instrument: string, at: number): MarketPhase => {
            const found = phaseAt(calendars, instrument, at);
            return config.calendar.flatBy === 'off' ? { ...found, dayEnd: 'none' } : found;
          }
        : (_instrument: string, at: number): MarketPhase => neverCloses(at));
    const name = `${hostname()}-${process.pid}`;
    const running: { bot?: RunningBot; worker?: RunningWorker } = {};
    // Stable over restarts, so that a login this desk no longer names leaves the roster with the next start.
    const by = `${hostname()}-${roles.bot ? 'desk' : 'worker'}`;
    const store = deskStore(link, { by, clock });
    store.follow();
    opened.push(() => store.close());
    const logTrouble = options.logTrouble ?? (() => undefined);
    const redis = sharedHealth(link, clock);
    const state: HealthState = { roles, link, redis, store, running, clock, logTrouble };
    const incidents = incidentStore(link);
    const meter = meterDesk(processMetrics(), {
      now: () => clock.now(),
      queue: async () => {
        const { roster } = await store.view();
        return queueNumbers(
          link,
          roster.map(({ login }) => login),
          clock.now(),
        );
      },
      open: () => incidents.allOpen(),
      redisUp: async () => (await redis()).ok,
      discordUp: async () => {
        const status = await running.bot?.status();
        return status === undefined ? undefined : status.kind === 'connected' || status.kind === 'reserve';
      },
      views: () => running.worker?.views() ?? [],
      canaries: () => [...(running.worker?.canaries() ?? []), ...(running.bot?.canaries() ?? [])],
    });
    const door = keep(
      await openDoor(
        config,
        roles,
        { checks: () => healthOf(state), metricsText: () => meter.text(), ...(await boardOf(config, state)) },
        gatewayUrl,
        log,
      ),
    );
    const line = directLine();
    if (roles.worker) {
      await store.enterRoster(
        logins.map((login) => ({
          login: login.name,
          suites: login.suites.map((suite) => ({
            suite: suite.name,
            instrument: suite.instrument,
            observe: suite.observe,
          })),
          since: clock.now(),
        })),
      );
      const worker = startWorker({
        worker: name,
        logins,
        apiKeyOf: (login) => config.apiKeys.of(login),
        link,
        diagnostics,
        exhibitors,
        playbooks,
        detectors,
        thresholds: config.thresholds,
        phase,
        policy: workerPolicy(config, door.discord),
        audit,
        tellDirectly: directWays({ line, sound: secondChannel(config), clock, log }),
        show: (login, pulse) => line.show(login, pulse),
        clock,
        log,
      });
      running.worker = worker;
      opened.push(() => worker.close());
    }
    if (roles.bot && door.discord !== undefined) {
      // Loaded only where it is wanted: a worker that comes back after a crash has no use for the Discord client.
      const { startBot } = await import('./bot.ts');
      const bot = startBot({
        name,
        link,
        discord: door.discord,
        plan: {
          roster: config.roster,
          otherwise: door.discord.oncallMention === undefined ? [] : [door.discord.oncallMention],
          everyone: config.everyone === undefined ? [] : [{ kind: 'role', id: config.everyone }],
        },
        audit,
        commands,
        diagnostics,
        detectors,
        playbooks,
        findings: knownFindings(diagnostics, detectors),
        thresholds: config.thresholds,
        clock,
        log,
        registerFor: config.commandScope,
        livenessEveryMs: config.livenessEveryMs,
        meter,
        line,
      });
      running.bot = bot;
      opened.push(() => bot.close());
    }
    opened.push(...watchOver(options, state, name));
    return {
      url: door.url,
      health: () => healthOf(state),
      ready: () => readiness(state, log),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Who watches the pager itself: each worker, and for the whole desk an address outside that hears from its bot. */
function watchOver(
  { config, roles, clock, log }: DeskOptions,
  state: HealthState,
  name: string,
): readonly (() => Promise<void>)[] {
  const { link } = state;
  const sounds = secondChannel(config);
  const closing: (() => Promise<void>)[] = [];
  if (roles.worker) {
    const auditor = startAuditor({
      store: incidentStore(link),
      pagers: pagerStore(link),
      calls: (now) => callsWaiting(link, now),
      clock,
      log,
      name,
      // Without a second channel its log is all there is.
      sound: (text) => sounds?.(text) ?? Promise.resolve(),
    });
    closing.push(() => auditor.close());
  }
  if (roles.bot && sounds !== undefined) {
    const pagers = pagerStore(link);
    closing.push(watchDiscord({ look: () => discordSight(state), pagers, clock, log, sound: sounds }));
  }
  const { second } = config;
  if (roles.bot && second.deadMan !== undefined) {
    const well = async (): Promise<boolean> =>
      (await healthOf(state)).checks.every(({ ok, neededFor }) => ok || neededFor.length === 0);
    const stop = startDeadMan(second.deadMan, well, clock, log);
    closing.push(() => {
      stop();
      return Promise.resolve();
    });
  }
  return closing;
}

/** Loaded only where it is wanted. */
async function boardOf(
  { boardToken }: Config,
  { link, store }: HealthState,
): Promise<Pick<HealthSource, 'board'>> {
  if (boardToken === undefined) return {};
  const { queueBoard } = await import('./queue/board.ts');
  const logins = async (): Promise<readonly string[]> =>
    (await store.view()).roster.map(({ login }) => login);
  return { board: { token: boardToken, answer: queueBoard(link, boardPath, logins) } };
}

/** While Redis is away nobody knows who holds the connection, and the auditors tell of Redis. */
async function discordSight({ running, link }: HealthState): Promise<DiscordSight> {
  const status = await running.bot?.status();
  switch (status?.kind) {
    case 'connected':
      return { kind: 'works' };
    case 'disconnected':
      return { kind: 'broken', why: status.why };
    case 'refused':
      return { kind: 'broken', why: status.error.message };
    case 'starting':
      return link.up() ? { kind: 'broken', why: status.why } : { kind: 'unknown' };
    default:
      return { kind: 'unknown' };
  }
}

/** Undefined where none is configured. */
function secondChannel({ second }: Config): ((text: string) => Promise<void>) | undefined {
  const isConfigured = second.webhook !== undefined || second.mail !== undefined;
  return isConfigured ? (text) => sound(second, text) : undefined;
}

/** One key for every process that shares the Redis. @throws OpsError where they cannot have the same one. */
function sealOf({ config, roles, keyFile, dataDir }: DeskOptions): Seal {
  if (!roles.bot || !roles.worker) demandSharedKey(config);
  return config.signing.kind === 'given'
    ? makeSeal({ current: config.signing.key, older: config.signing.older })
    : makeSeal({ current: keptKey(keyFile ?? path.join(dataDir, 'signing.key')) });
}

/** What is pressed rather than typed; each can be restricted by its name too. */
const incidentActions = ['acknowledge', 'assign', 'escalate', 'note', 'rerun', 'resolve', 'severity', 'step'];

/** A restriction of a command that does not exist would restrict nothing, and nobody would notice. */
function checkRestrictions({ access }: Config, commands: readonly Command[]): void {
  const known = new Set([...commands.map(({ name }) => name), ...incidentActions]);
  for (const { kind, names } of access.only) {
    const unknown = kind === 'command' ? names.find((name) => !known.has(name)) : undefined;
    if (unknown === undefined) continue;
    throw new OpsError('config-invalid', `roles.only: there is no command called "${unknown}".`, {
      retryable: false,
      hint: `Wanted: ${[...known].join(', ')}.`,
    });
  }
}

/** The simulated market trades at night and at weekends, so that the desk can be tried at any hour. */
export function neverCloses(at: number): MarketPhase {
  const note = 'simulated, never closes';
  return { kind: 'open', openedAt: at - dayMs, closesAt: at + dayMs, note, dayEnd: 'none' };
}
