// How much market data the suite side takes in, ledger and all detectors on, beside the bare SignalR client on the same frames.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  HttpTransportType,
  HubConnectionBuilder,
  LogLevel,
  type IHttpConnectionOptions,
} from '@microsoft/signalr';
import { WebSocket } from 'ws';
import { loadDetectors, loadDiagnostics } from '../src/catalogue.ts';
import { systemClock } from '../src/clock.ts';
import { neverCloses } from '../src/desk.ts';
import { startThresholds } from '../src/domain/thresholds.ts';
import { alarmsOf } from '../src/flows/diagnosed.ts';
import { sightLogin } from '../src/flows/sight.ts';
import { makeLog } from '../src/log.ts';
import { openLogin } from '../src/projectx/live-login.ts';
import { openBlaster, type Blast } from './blaster.ts';
import { keep, ms, percentile, until } from './measure.ts';

const scale = Number(process.env['BENCH_SCALE'] ?? '1');
const rounds = 5;
const blaster = await openBlaster();
const detectors = [...(await loadDetectors()), ...alarmsOf(await loadDiagnostics())];
const silent = makeLog('silent');

interface Taker {
  readonly taken: () => number;
  stop(): Promise<void>;
}

async function bare(): Promise<Taker> {
  let taken = 0;
  const options: IHttpConnectionOptions & { readonly WebSocket: unknown } = {
    transport: HttpTransportType.WebSockets,
    skipNegotiation: true,
    accessTokenFactory: () => 'token',
    WebSocket,
  };
  const connection = new HubConnectionBuilder()
    .withUrl(blaster.hubUrl('market'), options)
    .configureLogging(LogLevel.None)
    .build();
  for (const name of ['GatewayQuote', 'GatewayTrade', 'GatewayDepth'])
    connection.on(name, () => (taken += 1));
  await connection.start();
  return { taken: () => taken, stop: () => connection.stop() };
}

async function ours(): Promise<Taker> {
  const login = openLogin({
    spec: {
      name: 'main',
      username: 'trader',
      apiKeyEnv: 'UNUSED',
      apiUrl: blaster.apiUrl,
      userHubUrl: blaster.hubUrl('user'),
      marketHubUrl: blaster.hubUrl('market'),
      suites: [
        {
          name: 'mnq',
          login: 'main',
          instrument: 'MNQ',
          account: 'PRAC-V2-1',
          observe: 'direct',
          timeframes: ['1min', '5min'],
          depth: true,
        },
      ],
    },
    apiKey: 'key',
    worker: 'bench',
    clock: systemClock,
    log: silent,
    thresholds: startThresholds,
  });
  login.start();
  const looking = setInterval(() => {
    const now = Date.now();
    sightLogin(
      detectors,
      login.view(),
      { now, thresholds: startThresholds, market: () => neverCloses(now) },
      silent,
    );
  }, 500);
  const subscribed = (): boolean => {
    const { subscriptions } = login.view().hubs.market;
    return subscriptions.length === 3 && subscriptions.every(({ state }) => state.kind === 'acknowledged');
  };
  await until(subscribed, 10_000, 'the subscriptions');
  return {
    taken: () => login.view().hubs.market.eventsOnConnection,
    async stop() {
      clearInterval(looking);
      await login.close();
    },
  };
}

interface Run {
  readonly perSecond: number;
  /** Processor time of this process for one message, µs. */
  readonly cpuUs: number;
}

async function run(open: () => Promise<Taker>, blast: Blast): Promise<Run> {
  const taker = await open();
  // Warm: what runs once must not be measured as what runs always.
  await blaster.blast({ ...blast, messages: 20_000 });
  await until(() => taker.taken() >= 20_000, 30_000, 'the warm-up');
  globalThis.gc?.();
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const sent = blaster.blast(blast);
  while (taker.taken() < 20_000 + blast.messages) await new Promise((resolve) => setTimeout(resolve, 10));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  await sent;
  await taker.stop();
  return { perSecond: blast.messages / seconds, cpuUs: (user + system) / blast.messages };
}

interface Pair {
  readonly name: string;
  readonly bare: readonly Run[];
  readonly ours: readonly Run[];
}

async function pair(name: string, blast: Blast): Promise<Pair> {
  const runs: { bare: Run[]; ours: Run[] } = { bare: [], ours: [] };
  // Turn about, so that whatever else this machine does hits both.
  for (let round = 0; round < rounds; round += 1) {
    runs.bare.push(await run(bare, blast));
    runs.ours.push(await run(ours, blast));
  }
  return { name, ...runs };
}

const middle = (numbers: readonly number[]): number => percentile(numbers, 0.5);
const rateOf = (runs: readonly Run[]): number => middle(runs.map((one) => one.perSecond));
const costOf = (runs: readonly Run[]): number => middle(runs.map((one) => one.cpuUs));
const count = (value: number): string => Math.round(value).toLocaleString('en-US');
const verdict = (held: boolean): string => (held ? 'held' : 'MISSED');

const single = await pair('single records', {
  messages: Math.round(200_000 * scale),
  batch: 1,
  perSecond: 0,
});
const batched = await pair('arrays of ten', {
  messages: Math.round(60_000 * scale),
  batch: 10,
  perSecond: 0,
});

const steadySeconds = 15 * scale;
const steady = await ours();
await blaster.blast({ messages: 4_000, batch: 1, perSecond: 2_000 });
const loop = monitorEventLoopDelay({ resolution: 5 });
loop.enable();
const cpu = process.cpuUsage();
const startedAt = performance.now();
await blaster.blast({ messages: Math.round(2_000 * steadySeconds), batch: 1, perSecond: 2_000 });
loop.disable();
const steadyCpu = process.cpuUsage(cpu);
const busy = (steadyCpu.user + steadyCpu.system) / 1000 / (performance.now() - startedAt);
// The resolution of the timer itself is no lateness.
const lagP99 = Math.max(0, loop.percentile(99) / 1e6 - 5);
await steady.stop();
blaster.stop();

const rows = [single, batched].map(
  ({ name, bare: theirs, ours: own }) =>
    `| ${name} | ${count(rateOf(theirs))}/s | ${count(rateOf(own))}/s | ${(rateOf(own) / rateOf(theirs)).toFixed(2)} × | ${costOf(theirs).toFixed(1)} µs | ${costOf(own).toFixed(1)} µs | ${(costOf(theirs) / costOf(own)).toFixed(2)} × |`,
);
const worst = Math.min(...[single, batched].map((one) => costOf(one.bare) / costOf(one.ours)));
const steadyCost = ((steadyCpu.user + steadyCpu.system) / (2_000 * steadySeconds)).toFixed(0);

keep('ingest', 'Ingest: market messages through ledger and detectors, beside the bare SignalR client', [
  `The same frames (quotes, prints and depth in turn, one message each) over a real socket from a process of its own; bare and ours turn about, ${rounds} rounds each, middle values.`,
  `Ours: parsing, checking, tick arithmetic, freshness, prints, two bar series, and all ${detectors.length} detectors twice a second. Bare: the official client on ws 8 with three handlers that count.`,
  'The machine is shared, so the ratio of processor time is the steadier one; it is what the target is held against.',
  '',
  '| messages | bare | ours | by the clock | bare, CPU each | ours, CPU each | by CPU |',
  '|---|---|---|---|---|---|---|',
  ...rows,
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| ≥ 0.5 × bare, the worse of both | ${worst.toFixed(2)} × | ${verdict(worst >= 0.5)} |`,
  `| loop lag p99 ≤ 20 ms at 2,000 messages/s | ${ms(lagP99)} | ${verdict(lagP99 <= 20)} |`,
  '',
  `At 2,000 messages/s (${Math.round(steadySeconds)} s) one message costs ${steadyCost} µs of processor time, ${(busy * 100).toFixed(0)} % of a core, everything of the process included.`,
]);
process.exit(0);
