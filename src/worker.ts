// The suite side: hosts logins, answers questions about their suites and watches them; it never sees Discord.
import type { AccessPolicy } from './domain/access.ts';
import type { AlertSuite } from './domain/alert.ts';
import type { AuditLog } from './domain/audit.ts';
import type { MarketPhase } from './domain/calendar.ts';
import type { Clock } from './domain/clock.ts';
import type { Detector } from './domain/detector.ts';
import type { Diagnostic } from './domain/diagnostic.ts';
import type { DirectLine, StoreTrouble } from './domain/direct-line.ts';
import { messageOf } from './domain/errors.ts';
import type { Exhibitor } from './domain/exhibit.ts';
import { stillMay } from './domain/grant.ts';
import type { IncidentStore } from './domain/incident.ts';
import type { AskJob, AskResult } from './domain/job.ts';
import type { Playbook } from './domain/playbook.ts';
import type { LoginReport } from './domain/report.ts';
import { stopped } from './domain/stop-signal.ts';
import type { EndBefore } from './domain/stop-record.ts';
import type { LoginSpec, LoginView, SuiteView } from './domain/suite.ts';
import type { Thresholds } from './domain/thresholds.ts';
import { tradingPhase } from './domain/trading-phase.ts';
import { measureHost, type HostMeter } from './health/host-meter.ts';
import { caseFiles } from './flows/case-file.ts';
import type { TellDirectly } from './flows/direct-paging.ts';
import { examine } from './flows/examine.ts';
import { pulseOf } from './flows/pulse.ts';
import { recoveryOf } from './flows/recovery.ts';
import { sightLogin } from './flows/sight.ts';
import { watch, type Watch } from './flows/watch.ts';
import { scrub, type Log } from './log.ts';
import { openLogin, type LiveLogin, type LoginEnd } from './projectx/live-login.ts';
import { serveAsks, type AskServing } from './queue/asks.ts';
import type { CanaryView } from './queue/canary.ts';
import { deskStore } from './queue/desk-store.ts';
import { holdStore, type HoldStore } from './queue/hold-store.ts';
import { hostLogins } from './queue/host.ts';
import { incidentStore } from './queue/incident-store.ts';
import type { RedisLink } from './queue/redis.ts';
import { refusals } from './queue/refusals.ts';

export interface WorkerOptions {
  /** This worker's name in messages: host name and process. */
  readonly worker: string;
  readonly logins: readonly LoginSpec[];
  readonly apiKeyOf: (login: string) => string;
  readonly link: RedisLink;
  readonly diagnostics: readonly Diagnostic[];
  readonly exhibitors: readonly Exhibitor[];
  readonly playbooks: readonly Playbook[];
  readonly detectors: readonly Detector[];
  readonly thresholds: Thresholds;
  readonly phase: (instrument: string, at: number) => MarketPhase;
  /** By what asks are judged once more here; undefined where this process' file names no roles, and the bot's signature must do. */
  readonly policy: AccessPolicy | undefined;
  readonly audit: Pick<AuditLog, 'record'>;
  /** How people are told what Redis does not take. */
  readonly tellDirectly: TellDirectly;
  /** Shows how a login is past Redis, to the bot of this process. */
  readonly show: DirectLine['show'];
  readonly clock: Clock;
  readonly log: Log;
}

export interface RunningWorker {
  /** Logins this worker holds right now. */
  readonly hosted: () => readonly string[];
  readonly views: () => readonly LoginView[];
  /** Whether questions to the logins held here are consumed. */
  readonly canaries: () => readonly CanaryView[];
  /** Logins whose alerts the store does not take, since when and why. */
  readonly unstored: () => readonly (StoreTrouble & { readonly login: string })[];
  close(): Promise<void>;
}

const pulseMs = 1_000;
const evidenceDeadlineMs = 5_000;
/** Until a fresh login has seen enough to give evidence for what its host before left open. */
const catchUpAfterMs = 3_000;

export function startWorker(options: WorkerOptions): RunningWorker {
  const live = new Map<string, LiveLogin>();
  const serving = new Map<string, AskServing>();
  const watches = new Map<string, Watch>();
  const meter = measureHost(options.clock);
  const store = incidentStore(options.link);
  const desk = deskStore(options.link);
  const holds = holdStore(options.link);
  const hosting = hostLogins({
    link: options.link,
    worker: options.worker,
    logins: options.logins.map((login) => login.name),
    clock: options.clock,
    log: options.log,
    run: async (name, signal) => {
      const spec = options.logins.find((login) => login.name === name);
      if (spec === undefined) return;
      await host(spec, signal, { ...options, store, desk, holds, live, serving, watches, meter });
    },
  });
  return {
    hosted: () => [...live.keys()],
    views: () => [...live.values()].map((login) => login.view()),
    canaries: () => [...serving.values()].flatMap((one) => one.canaries()),
    unstored: () =>
      [...watches].flatMap(([login, one]) => {
        const trouble = one.trouble();
        return trouble === undefined ? [] : [{ login, ...trouble }];
      }),
    async close() {
      await hosting.close();
      meter.close();
    },
  };
}

interface HostOptions extends WorkerOptions {
  readonly store: IncidentStore;
  readonly desk: ReturnType<typeof deskStore>;
  readonly holds: HoldStore;
  readonly live: Map<string, LiveLogin>;
  readonly serving: Map<string, AskServing>;
  readonly watches: Map<string, Watch>;
  readonly meter: HostMeter;
}

/** Holds one login until told to stop: connections, questions, watch and pulse, and nothing left behind. */
async function host(spec: LoginSpec, signal: AbortSignal, options: HostOptions): Promise<void> {
  const { clock, link, store, thresholds } = options;
  const log = options.log.child({ login: spec.name });
  const market = (suite: SuiteView): MarketPhase => {
    const now = clock.now();
    return tradingPhase(options.phase(suite.spec.instrument, now), suite, now);
  };
  const hostedAt = clock.now();
  const before = endBefore(spec.name, hostedAt, options);
  const login = openLogin({
    spec,
    apiKey: options.apiKeyOf(spec.name),
    worker: options.worker,
    clock,
    log,
    thresholds,
    market: options.phase,
    host: () => options.meter.view(),
    before: before.known,
  });
  options.live.set(spec.name, login);
  login.start();

  const ask = (
    suites: readonly string[],
    wanted: readonly string[] | 'all',
    deadlineMs: number,
    shown: Pick<AskJob, 'exhibits' | 'subject'> & { readonly signal?: AbortSignal } = {},
  ): Promise<LoginReport> =>
    examine({
      ...shown,
      exhibitors: options.exhibitors,
      login: login.view(),
      suites,
      diagnostics: options.diagnostics,
      wanted,
      clock,
      market,
      thresholds,
      signal: shown.signal ?? signal,
      deadlineMs,
    });

  const files = caseFiles({
    store,
    playbooks: options.playbooks,
    clock,
    log,
    ask: (suites, wanted) => ask(suites, wanted, evidenceDeadlineMs),
  });

  const watching = watch({
    clock,
    log,
    thresholds,
    store,
    sight: (now) => sightLogin(options.detectors, login.view(), { now, thresholds, market }, log),
    stakes: (suites) => stakesOf(login.view(), suites),
    recovery: (alert, now, wellSinceAt) => recoveryOf(alert, login.view(), market, now, wellSinceAt),
    onDecision: (decision, alert) => {
      // What a silence holds back has no thread; its evidence comes with its page.
      if (!decision.posts.some(({ kind }) => kind === 'page')) return;
      files.equip(decision.incident, alert);
    },
    playbooks: options.playbooks,
    inherits: {
      logins: () => Promise.resolve([spec.name]),
      detectors: options.detectors.filter((one) => one.watches === 'login'),
    },
    judgeAt: clock.now() + thresholds.startupMs + thresholds.muteMs,
    direct: { login: spec.name, tell: options.tellDirectly, trouble: () => link.away() },
  });

  options.watches.set(spec.name, watching);
  const asks = serveAsks(
    link,
    spec.name,
    async (job, given): Promise<AskResult> => {
      const denied = denial(job);
      if (denied !== undefined) return { kind: 'failed', login: spec.name, why: denied };
      const left = Math.max(1, job.deadlineAt - clock.now());
      return {
        kind: 'report',
        report: await ask(job.suites, job.diagnostics, left, { ...job, signal: given }),
      };
    },
    clock,
    refusals(link, (event) => options.audit.record(event), clock),
  );
  options.serving.set(spec.name, asks);

  /** The bot judged it too, but by its own file; where this machine's is narrower, it holds here. */
  function denial(job: AskJob): string | undefined {
    if (options.policy === undefined) return undefined;
    const verdict = stillMay(job.grant, [{ login: job.login, suites: job.suites }], options.policy);
    if (verdict.kind === 'allowed') return undefined;
    options.audit.record({
      at: clock.now(),
      kind: 'denial',
      by: 'pitwatch',
      what: `/${job.grant.command}`,
      on: job.suites.join(', '),
      outcome: `denied (${verdict.reason}) by worker ${options.worker}: ${verdict.text}`,
    });
    return `worker ${options.worker} refused it by its own rules: ${verdict.text}`;
  }

  const pulse = (): void => {
    const now = pulseOf(login.view(), market, clock.now());
    options.show(spec.name, now);
    options.desk.publishPulse(now).catch((error: unknown) => {
      log.warn({ event: 'pulse-failed', error: messageOf(error) }, 'the desk cannot see this login now');
    });
  };
  const stopPulse = clock.every(pulseMs, pulse);
  const unlisten = login.onChange((what) => {
    if (what !== 'suite') watching.nudge();
    pulse();
  });
  pulse();
  log.info({ event: 'hosting', worker: options.worker }, `hosting ${spec.name}`);

  const stopCatchingUp = clock.after(catchUpAfterMs, () => void files.catchUp(spec.name));
  await stopped(signal);
  stopCatchingUp();
  log.info({ event: 'letting-go', why: messageOf(signal.reason) }, `letting go of ${spec.name}`);
  const beganAt = clock.now();
  stopPulse();
  options.show(spec.name, undefined);
  unlisten();
  before.stop();
  options.live.delete(spec.name);
  options.serving.delete(spec.name);
  options.watches.delete(spec.name);
  const failures: string[] = [];
  /** When it was over, whatever became of it. */
  const ended = async (what: string, closing: Promise<unknown>): Promise<number> => {
    try {
      await closing;
    } catch (error) {
      failures.push(scrub(`${what}: ${messageOf(error)}`));
    }
    return clock.now();
  };
  let end: LoginEnd = { sockets: { user: 'none', market: 'none' }, loopsLeft: 0 };
  // First of all, so that what closes on purpose never looks like an outage to it.
  const handlersOff = ended('watch', watching.close());
  const closing = login.close().then((known) => {
    end = known;
  });
  // Connections first: whoever takes the login next must not find ours still open.
  const [socketsAt, asksAt, handlersOffAt] = await Promise.all([
    ended('connections', closing),
    ended('questions', asks.close()),
    handlersOff,
  ]);
  const record = { worker: options.worker, hostedAt, why: scrub(messageOf(signal.reason)), beganAt };
  const releasedAt = Math.max(socketsAt, asksAt, handlersOffAt);
  try {
    await options.holds.letGo(spec.name, {
      ...record,
      ...end,
      handlersOffAt,
      socketsAt,
      releasedAt,
      failures,
    });
  } catch (error) {
    log.warn(
      { event: 'letting-go-unwritten', error: messageOf(error) },
      'the next host will not know that this login was let go in order',
    );
  }
}

/** A record of letting go can come after its login was taken already. */
const lookAgainMs = 5_000;

/** How the hosting before this one ended; asked at once, and once more where it seems to have vanished. */
function endBefore(
  login: string,
  hostedAt: number,
  { holds, worker, clock }: HostOptions,
): { readonly known: () => EndBefore; readonly stop: () => void } {
  let known: EndBefore = { kind: 'unread', why: 'the record of the host before is still being read' };
  const keep = (end: EndBefore): void => {
    known = end;
  };
  // Neither ever rejects.
  void holds.enter(login, { worker, hostedAt }).then(keep);
  const stop = clock.after(lookAgainMs, () => void holds.again(login, known).then(keep));
  return { known: () => known, stop };
}

function stakesOf(view: LoginView, suites: readonly string[]): readonly AlertSuite[] {
  return view.suites
    .filter((suite) => suites.includes(suite.spec.name))
    .map((suite) => ({ suite: suite.spec.name, contract: suite.contract?.name, exposure: suite.exposure }));
}
