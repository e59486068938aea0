// What it costs to judge: each diagnostic over full ledgers, and all of them over twenty suites beside one.
import { loadDiagnostics } from '../src/catalogue.ts';
import { systemClock } from '../src/clock.ts';
import { neverCloses } from '../src/desk.ts';
import type { Diagnostic, ExamineContext } from '../src/domain/diagnostic.ts';
import type { LoginView } from '../src/domain/suite.ts';
import { startThresholds } from '../src/domain/thresholds.ts';
import { examine } from '../src/flows/examine.ts';
import { startGateway } from '../src/local/gateway/gateway.ts';
import { fullLogin } from './full-ledger.ts';
import { keep, ms, percentile } from './measure.ts';

const rounds = Math.max(20, Math.round(200 * Number(process.env['BENCH_SCALE'] ?? '1')));
const limitMs = 5;
const diagnostics = await loadDiagnostics();

/** Every round a view of its own, as every examination has one: nothing remembered about another view may help. */
function fresh(login: LoginView): LoginView {
  const suites: LoginView['suites'][number][] = [];
  const copy = { ...login, suites };
  const [first] = login.suites;
  // One account, one view of its money for all its suites, as a live login gives it.
  const money = first === undefined ? undefined : { ...first.money, halfTurns: [...first.money.halfTurns] };
  for (const suite of login.suites) suites.push({ ...suite, login: copy, money: money ?? suite.money });
  return copy;
}

async function cost(diagnostic: Diagnostic, login: LoginView): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const now = Date.now();
    const market = neverCloses(now);
    const context: ExamineContext = {
      now,
      market,
      marketOf: () => market,
      thresholds: startThresholds,
      signal: new AbortController().signal,
    };
    const [suite] = fresh(login).suites;
    if (suite === undefined) throw new Error('no suite');
    const startedAt = performance.now();
    await diagnostic.examine(suite, context);
    samples.push(performance.now() - startedAt);
  }
  return samples;
}

async function health(login: LoginView): Promise<number> {
  const view = fresh(login);
  const startedAt = performance.now();
  await examine({
    login: view,
    suites: [],
    diagnostics,
    wanted: 'all',
    clock: systemClock,
    market: () => neverCloses(Date.now()),
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 60_000,
  });
  return performance.now() - startedAt;
}

/** The network of an examination: one question over loopback to a gateway in this process, the shortest way there is. */
async function network(): Promise<number> {
  const gateway = await startGateway({ trader: 'off', eventsPerSecond: 0 });
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    const answer = await fetch(`${gateway.apiUrl}/Status/ping`);
    if (!answer.ok) throw new Error(`the ping was answered ${answer.status}`);
    await answer.text();
    samples.push(performance.now() - startedAt);
  }
  await gateway.stop();
  return percentile(samples, 0.5);
}

const now = Date.now();
const one = fullLogin(1, now);
const many = fullLogin(20, now);
const costs: { readonly name: string; readonly samples: readonly number[] }[] = [];
for (const diagnostic of diagnostics) {
  await cost(diagnostic, one);
  costs.push({ name: diagnostic.name, samples: await cost(diagnostic, one) });
}
const ofOne: number[] = [];
const ofMany: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  ofOne.push(await health(one));
  ofMany.push(await health(many));
}
const p95 = (samples: readonly number[]): number => percentile(samples, 0.95);
const dearest = costs.toSorted((a, b) => p95(b.samples) - p95(a.samples));
const worst = p95(dearest[0]?.samples ?? [Number.NaN]);
const middle = { one: percentile(ofOne, 0.5), many: percentile(ofMany, 0.5) };
const ratio = middle.many / middle.one;
const wayMs = await network();
const allowedMs = 1.5 * middle.one + wayMs;
const verdict = (held: boolean): string => (held ? 'held' : 'MISSED');

keep('diagnose', 'Diagnosis: each question over full ledgers, and all of them over twenty suites', [
  'Full: 4,096 prints, 500 bars of two timeframes, 400 orders, 1,000 fills, 2,000 half turns and 1,000 balances, all of one account; every round judges a view of its own.',
  `${rounds} rounds each after as many to warm up. In both the ping answers at once; what a real one costs over loopback is added once to what 20 suites may take.`,
  '',
  '| diagnostic | p50 | p95 | worst |',
  '|---|---|---|---|',
  ...dearest.map(
    ({ name, samples }) =>
      `| ${name} | ${percentile(samples, 0.5).toFixed(3)} ms | ${p95(samples).toFixed(3)} ms | ${Math.max(...samples).toFixed(3)} ms |`,
  ),
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| one diagnostic over a full ledger p95 ≤ ${limitMs} ms | ${worst.toFixed(2)} ms (${dearest[0]?.name ?? ''}) | ${verdict(worst <= limitMs)} |`,
  `| all ${diagnostics.length} over 20 suites ≤ 1.5 × one suite plus the network | ${ms(middle.many)} of ${ms(allowedMs)} (one suite ${ms(middle.one)}, network ${ms(wayMs)}; without the network ${ratio.toFixed(2)} ×) | ${verdict(middle.many <= allowedMs)} |`,
]);
process.exit(0);
