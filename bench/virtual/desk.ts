// A simulated gateway and one login of the real suite side, with its watch and its questions, in this process; the clock is the process's own.
import { checkCauses, loadDetectors, loadDiagnostics } from '../../src/catalogue.ts';
import { systemClock } from '../../src/clock.ts';
import type { Alert, AlertSuite } from '../../src/domain/alert.ts';
import type { MarketPhase } from '../../src/domain/calendar.ts';
import type { Detector } from '../../src/domain/detector.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import type { Post } from '../../src/domain/incident.ts';
import { reopenMs } from '../../src/domain/incident-rules.ts';
import type { LoginReport } from '../../src/domain/report.ts';
import type { LoginView, ObserveMode, SuiteSpec, SuiteView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import { tradingPhase } from '../../src/domain/trading-phase.ts';
import { alarmsOf } from '../../src/flows/diagnosed.ts';
import { examine } from '../../src/flows/examine.ts';
import { recoveryOf } from '../../src/flows/recovery.ts';
import { sightLogin } from '../../src/flows/sight.ts';
import { watch } from '../../src/flows/watch.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../src/local/gateway/gateway.ts';
import { makeLog } from '../../src/log.ts';
import { openLogin } from '../../src/projectx/live-login.ts';
import { MemoryIncidents } from '../../test/fakes/incident-store.ts';
import { sequence } from '../../src/local/gateway/random.ts';
import { aSuite, loginTo } from '../../test/fixtures/login-spec.ts';

/** Everything that is asked and watched, loaded once. */
export interface Units {
  readonly diagnostics: readonly Diagnostic[];
  readonly detectors: readonly Detector[];
}

export async function loadUnits(): Promise<Units> {
  const [diagnostics, written] = await Promise.all([loadDiagnostics(), loadDetectors()]);
  const detectors = [...written, ...alarmsOf(diagnostics)];
  checkCauses(detectors);
  return { diagnostics, detectors };
}

export interface DeskOptions {
  readonly units: Units;
  readonly seed: number;
  readonly gateway?: Omit<GatewayOptions, 'seed'>;
  /** Missing: never closes, as the simulated market. */
  readonly phase?: (instrument: string, at: number) => MarketPhase;
  readonly instruments?: readonly string[];
  /** Missing: over the hubs. */
  readonly observe?: ObserveMode;
  /** Each line the suite side logs. */
  readonly onLine?: (line: string) => void;
}

export interface Desk {
  readonly gateway: Gateway;
  readonly view: () => LoginView;
  /** Alerts in the order they were told. */
  readonly alerts: readonly Alert[];
  readonly posts: () => readonly Post[];
  /** Lets go of what a desk keeps in Redis and not in its process: posts, timelines, and incidents that are over for too long to come back. */
  forget(): void;
  /** Asks every diagnostic. */
  ask(): Promise<LoginReport>;
  hold(holding: 'protected' | 'unprotected', contract?: string): Promise<void>;
  /** Without a contract everything. */
  release(contract?: string): Promise<void>;
  /** Plays one of the gateway's order stories on the account. */
  tell(story: string, contract?: string): Promise<void>;
  close(): Promise<void>;
}

const account = 'PRAC-V2-1';
const dayMs = 86_400_000;
const deadlineMs = 5_000;

const neverCloses = (_instrument: string, at: number): MarketPhase => ({
  kind: 'open',
  openedAt: at - dayMs,
  closesAt: at + dayMs,
});

export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { units, seed, phase = neverCloses, instruments = ['MNQ', 'ES'], observe = 'direct' } = options;
  const gateway = await startGateway({ trader: 'off', eventsPerSecond: 6, ...options.gateway, seed });
  const log = options.onLine === undefined ? makeLog('silent') : makeLog('info', options.onLine);
  const thresholds = startThresholds;
  const clock = systemClock;
  const suite = (instrument: string): SuiteSpec =>
    aSuite({ name: instrument.toLowerCase(), login: 'main', instrument, account, observe });
  const market = (one: SuiteView): MarketPhase => {
    const now = clock.now();
    return tradingPhase(phase(one.spec.instrument, now), one, now);
  };
  const login = openLogin({
    spec: loginTo(gateway, instruments.map(suite)),
    apiKey: gateway.apiKey,
    worker: 'bench',
    clock,
    log,
    thresholds,
    market: phase,
    // The spread of reconnects, from the seed: the same run again is the same run.
    tuning: { random: sequence(seed) },
  });
  const store = new MemoryIncidents();
  const alerts: Alert[] = [];
  login.start();
  const watching = watch({
    clock,
    log,
    thresholds,
    store,
    sight: (now) => sightLogin(units.detectors, login.view(), { now, thresholds, market }, log),
    stakes: (suites) => stakesOf(login.view(), suites),
    recovery: (alert, now, wellSinceAt) => recoveryOf(alert, login.view(), market, now, wellSinceAt),
    onDecision: (_decision, alert) => {
      alerts.push(alert);
    },
    inherits: {
      logins: () => Promise.resolve(['main']),
      detectors: units.detectors.filter((one) => one.watches === 'login'),
    },
    judgeAt: clock.now() + thresholds.startupMs + thresholds.muteMs,
  });
  const unlisten = login.onChange((what) => {
    if (what !== 'suite') watching.nudge();
  });
  const order = async (
    method: 'POST' | 'DELETE',
    path: string,
    asked: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const answer = await fetch(`${gateway.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ account, ...asked }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  };
  return {
    gateway,
    view: () => login.view(),
    alerts,
    posts: () => store.posts,
    forget() {
      store.posts.length = 0;
      store.entries.clear();
      alerts.length = 0;
      for (const { id, state } of [...store.incidents.values()])
        if (state.kind === 'resolved' && clock.now() - state.at > reopenMs)
          for (const kept of [store.incidents, store.known]) kept.delete(id);
    },
    ask: () =>
      examine({
        login: login.view(),
        suites: [],
        diagnostics: units.diagnostics,
        wanted: 'all',
        clock,
        market,
        thresholds,
        signal: new AbortController().signal,
        deadlineMs,
      }),
    hold: (holding, contract = 'MNQ') =>
      order('POST', '/sim/position', {
        contract,
        side: 'long',
        size: 2,
        protected: holding === 'protected',
      }),
    release: (contract) => order('DELETE', '/sim/position', contract === undefined ? {} : { contract }),
    tell: (story, contract = 'MNQ') => order('POST', '/sim/story', { story, contract }),
    async close() {
      unlisten();
      // As the worker does: what closes on purpose must not look like an outage.
      await watching.close();
      await login.close();
      await gateway.stop();
    },
  };
}

function stakesOf(view: LoginView, suites: readonly string[]): readonly AlertSuite[] {
  return view.suites
    .filter((one) => suites.includes(one.spec.name))
    .map(({ spec, contract, exposure }) => ({ suite: spec.name, contract: contract?.name, exposure }));
}
