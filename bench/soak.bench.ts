// An hour's worth of messages through the whole live path: does memory grow, do listeners pile up, does the loop stay free?
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { queryObjects } from 'node:v8';
import { systemClock } from '../src/clock.ts';
import { loadDetectors } from '../src/catalogue.ts';
import { neverCloses } from '../src/desk.ts';
import { startThresholds } from '../src/domain/thresholds.ts';
import { sightLogin } from '../src/flows/sight.ts';
import { makeLog } from '../src/log.ts';
import { openLogin } from '../src/projectx/live-login.ts';
import { keep, ms, slope } from './measure.ts';
import { openFarGateway } from './far-gateway.ts';
import { aSuite, loginTo } from '../test/fixtures/login-spec.ts';

const real = process.argv.includes('--real');
const hourWorth = Math.round(720_000 * Number(process.env['BENCH_SCALE'] ?? '1'));
/** Messages a second of both contracts together. */
const rate = real ? 200 : Number(process.env['BENCH_RATE'] ?? '3000');
const sampleMs = real ? 30_000 : 5_000;

const gateway = await openFarGateway({ rate: rate / 2 });
const suite = (name: string, instrument: string) =>
  aSuite({ name, login: 'main', instrument, timeframes: ['1min', '5min'] });
const live = openLogin({
  spec: loginTo(gateway, [suite('mnq', 'MNQ'), suite('es', 'ES')]),
  apiKey: gateway.apiKey,
  worker: 'bench',
  clock: systemClock,
  log: makeLog('silent'),
  thresholds: startThresholds,
});
let changes = 0;
live.onChange(() => (changes += 1));
live.start();

const detectors = await loadDetectors();
let alarms = 0;
const looking = setInterval(() => {
  const context = {
    now: Date.now(),
    thresholds: startThresholds,
    market: () => neverCloses(Date.now()),
  };
  const seen = sightLogin(detectors, live.view(), context, makeLog('silent'));
  if (taken() > 0) alarms += seen.length;
}, 500);

const taken = (): number => live.view().hubs.market.eventsOnConnection;
const heapMb = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
};
const handles = (): number => process.getActiveResourcesInfo().length;
/** Every live function: a listener that is added and never removed is one more of them. */
const functions = (): number => queryObjects(Function, { format: 'count' });

while (taken() < 2_000) await new Promise((resolve) => setTimeout(resolve, 50));
await new Promise((resolve) => setTimeout(resolve, 5_000));
heapMb();
const startedAt = performance.now();
const startedWith = taken();
const cpu = process.cpuUsage();
const loop = monitorEventLoopDelay({ resolution: 10 });
loop.enable();
const samples: {
  readonly messages: number;
  readonly heap: number;
  readonly rss: number;
  readonly handles: number;
  readonly functions: number;
}[] = [];
let samplingMs = 0;
while (taken() - startedWith < hourWorth) {
  await new Promise((resolve) => setTimeout(resolve, sampleMs));
  // The forced collections are the measurement's own: kept out of the loop's lag and the processor's time.
  loop.disable();
  const began = process.cpuUsage();
  samples.push({
    messages: taken() - startedWith,
    heap: heapMb(),
    rss: process.memoryUsage().rss / 2 ** 20,
    handles: handles(),
    functions: functions(),
  });
  const spent = process.cpuUsage(began);
  samplingMs += (spent.user + spent.system) / 1_000;
  loop.enable();
}
loop.disable();
const seconds = (performance.now() - startedAt) / 1_000;
const used = process.cpuUsage(cpu);
const messages = taken() - startedWith;
const cpuMs = (used.user + used.system) / 1_000 - samplingMs;

// The first third fills the bounded windows.
const settled = samples.slice(Math.floor(samples.length / 3));
/** MiB per million messages. */
const growth = slope(settled.map((one) => [one.messages, one.heap] as const)) * 1e6;
const heaps = settled.map((one) => one.heap);
const view = live.view();
const first = settled[0];
const last = settled.at(-1);
const listenerGrowth = slope(settled.map((one) => [one.messages, one.functions] as const)) * 720_000;
const hourly = (growth * 720_000) / 1e6;
keep('soak', `An hour's worth of messages (${messages.toLocaleString('en')}) with two suites`, [
  real
    ? 'The true hour: 200 messages a second.'
    : `Accelerated: ${rate.toLocaleString('en')} messages a second asked of the simulated gateway instead of 200, so that an hour's worth passes in ${(seconds / 60).toFixed(1)} minutes; \`npm run bench -- soak --real\` takes the true hour.`,
  'The whole live path: simulated gateway in a process of its own → socket → official SignalR client → wire → ledgers of MNQ and ES (quotes, prints, depth), every detector looking twice a second. The heap is taken after two forced collections; the slope is over the last two thirds, when the bounded windows are full.',
  '',
  '| what | measured |',
  '|---|---|',
  `| messages | ${messages.toLocaleString('en')} in ${seconds.toFixed(0)} s (${Math.round(messages / seconds)} a second) |`,
  `| processor time per message (socket to ledger, detectors included) | ${((cpuMs / messages) * 1_000).toFixed(1)} µs |`,
  `| at 200 a second that is, of one core | ${((cpuMs / messages) * 20).toFixed(1)} % |`,
  `| heap after collection, first … last of the settled part | ${first?.heap.toFixed(1) ?? '?'} … ${last?.heap.toFixed(1) ?? '?'} MiB (${Math.min(...heaps).toFixed(1)} to ${Math.max(...heaps).toFixed(1)}) |`,
  `| heap slope | ${growth.toFixed(2)} MiB per million messages = ${hourly.toFixed(2)} MiB an hour at 200 a second |`,
  `| RSS, first … last of the settled part | ${first?.rss.toFixed(0) ?? '?'} … ${last?.rss.toFixed(0) ?? '?'} MiB |`,
  `| active handles and timers, first … last | ${first?.handles ?? '?'} … ${last?.handles ?? '?'} |`,
  `| live functions (listeners among them), first … last | ${first?.functions ?? '?'} … ${last?.functions ?? '?'} |`,
  `| event loop late, p50 / p99 / worst | ${ms(loop.percentile(50) / 1e6 - 10)} / ${ms(loop.percentile(99) / 1e6 - 10)} / ${ms(loop.max / 1e6 - 10)} |`,
  `| connections, alarms | ${view.hubs.market.connections.length}, ${alarms} |`,
  `| state changes told | ${changes} |`,
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| heap flat (within 1 MiB an hour) | ${hourly.toFixed(2)} MiB | ${Math.abs(hourly) <= 1 ? 'held' : 'MISSED'} |`,
  `| no listener growth (live functions within 100 an hour) | ${listenerGrowth.toFixed(0)} | ${Math.abs(listenerGrowth) <= 100 ? 'held' : 'MISSED'} |`,
  `| no alarm, one connection | ${alarms}, ${view.hubs.market.connections.length} | ${alarms === 0 && view.hubs.market.connections.length === 1 ? 'held' : 'MISSED'} |`,
]);
clearInterval(looking);
await live.close();
gateway.stop();
process.exit(0);
