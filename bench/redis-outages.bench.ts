// Redis goes away under a bot and a worker that are real processes: how soon a question is answered again once it is back, and what was said meanwhile.
import { textOf } from '../test/fixtures/desk.ts';
import { hasServer, until as settled } from '../test/fixtures/real-redis.ts';
import { openStage, type Stage } from '../test/fixtures/processes.ts';
import { startTcpProxy, type TcpProxy } from '../test/fixtures/tcp-proxy.ts';
import { header, keep, percentile, row, until } from './measure.ts';

/** `--long`: five minutes too. */
const isLong = process.argv.includes('--long');
const promisedMs = 3_000;
const typeEveryMs = 100;
/** So many records lie in Redis where it is restarted from its file. */
const filler = 200_000;

interface Measured {
  /** From the moment Redis answers again to the first report. */
  readonly backMs: number;
  /** From typing to the answer that says that Redis is away; undefined = too short an outage to type in. */
  readonly saidMs: number | undefined;
}

interface Outage {
  readonly name: string;
  readonly runs: number;
  readonly lastsMs: number;
  begin(stage: Stage): Promise<void>;
  end(stage: Stage): Promise<void>;
}

const killed = {
  begin: async ({ server }: Stage) => server?.kill(),
  end: async ({ server }: Stage) => server?.start(),
};
let proxy: TcpProxy | undefined;
const silent = {
  begin: () => Promise.resolve(proxy?.stall()),
  end: () => Promise.resolve(proxy?.flow()),
};
const outages: readonly Outage[] = [
  { name: 'gone for 3 s', runs: 5, lastsMs: 3_000, ...killed },
  { name: 'gone for 20 s', runs: 3, lastsMs: 20_000, ...killed },
  ...(isLong ? [{ name: 'gone for 5 min', runs: 1, lastsMs: 300_000, ...killed }] : []),
  { name: `restarted at once from a file of ${filler} records`, runs: 5, lastsMs: 0, ...killed },
];
const halfOpen: Outage = { name: 'silent link for 10 s', runs: 3, lastsMs: 10_000, ...silent };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const isReport = (text: string): boolean => /check/.test(text) && !/Redis/.test(text);

async function answered(stage: Stage, id: string): Promise<string> {
  return textOf(await stage.answer(id, 20_000));
}

async function well(stage: Stage): Promise<void> {
  await settled(async () => isReport(await answered(stage, stage.type('health'))), 60_000, 'a good /health');
}

async function measure(stage: Stage, outage: Outage): Promise<Measured> {
  await well(stage);
  await outage.begin(stage);
  const goneAt = performance.now();
  let saidMs: number | undefined;
  if (outage.lastsMs > 0) {
    await answered(stage, stage.type('health'));
    saidMs = performance.now() - goneAt;
    await pause(Math.max(0, goneAt + outage.lastsMs - performance.now()));
  }
  await outage.end(stage);
  const backAt = performance.now();
  let firstAt: number | undefined;
  const asked: Promise<void>[] = [];
  await until(
    async () => {
      const id = stage.type('health');
      asked.push(
        answered(stage, id).then((text) => {
          if (isReport(text)) firstAt ??= performance.now();
        }),
      );
      await pause(typeEveryMs);
      return firstAt !== undefined;
    },
    60_000,
    `a report after: ${outage.name}`,
  );
  await Promise.all(asked);
  return { backMs: (firstAt ?? Number.NaN) - backAt, saidMs };
}

async function inStage(stage: Stage, chosen: readonly Outage[]): Promise<ReadonlyMap<string, Measured[]>> {
  const found = new Map<string, Measured[]>();
  try {
    const [bot, worker] = [stage.bot(), stage.worker()];
    await Promise.all([bot.ready(60_000), worker.ready(60_000)]);
    for (const outage of chosen) {
      if (outage.lastsMs === 0) await fill(stage);
      const measured: Measured[] = [];
      for (let run = 0; run < outage.runs; run += 1) measured.push(await measure(stage, outage));
      found.set(outage.name, measured);
      process.stdout.write(
        `${outage.name}: ${measured.map(({ backMs }) => Math.round(backMs)).join(', ')} ms\n`,
      );
    }
    const thinking = stage.thinking().length;
    if (thinking > 0) throw new Error(`${thinking} replies still say "thinking"`);
  } finally {
    await stage.stop();
  }
  return found;
}

async function fill({ link }: Stage): Promise<void> {
  await link.ready();
  const script = `for i = 1, ${filler} do redis.call('SET', 'filler:' .. i, string.rep('x', 100)) end`;
  await link.runPatiently(script, [], []);
}

if (!hasServer) throw new Error('this benchmark needs a redis-server on PATH');
const whole = await inStage(await openStage(), outages);
const relayed = await openStage({
  relay: async (port) => {
    proxy = await startTcpProxy(port);
    return proxy.port;
  },
});
const half = await inStage(relayed, [halfOpen]);
await proxy?.close();

const all = [...whole, ...half];
const back = all.flatMap(([, runs]) => runs.map(({ backMs }) => backMs));
const said = all.flatMap(([, runs]) => runs.flatMap(({ saidMs }) => saidMs ?? []));
const worst = Math.max(...back);
const kept = worst <= promisedMs && Math.max(...said) <= promisedMs;

keep(
  'redis-outages',
  'Outages of Redis',
  [
    'A bot and a worker, each a process of its own, a real redis-server with its append-only file, the local Discord and the simulated gateway. Redis is killed (or its link goes',
    `silent) and comes back; from that moment somebody types /health every ${typeEveryMs} ms, and the first report that arrives is the first job that was queued, consumed and answered.`,
    `Promised: ≤ ${promisedMs / 1_000} s after Redis is back. During an outage each /health says within ${promisedMs / 1_000} s that Redis is away and what was known last; none is left "thinking".`,
    '',
    header,
    ...all.map(([name, runs]) =>
      row(
        `back after: ${name}`,
        runs.map(({ backMs }) => backMs),
      ),
    ),
    row('typed as Redis goes, until told that it is away', said),
    '',
    `Worst of all: ${Math.round(worst)} ms; half of them within ${Math.round(percentile(back, 0.5))} ms.${isLong ? '' : ' `-- redis-outages --long` takes five minutes too.'}`,
  ],
  `npm run bench -- redis-outages${isLong ? ' --long' : ''}`,
);
process.exitCode = kept ? 0 : 1;
