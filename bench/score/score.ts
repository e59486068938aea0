// `npm run score`: every fault with known truth over real sockets, and what the diagnosis called it; writes bench/results/score.md.
import { loadDiagnostics } from '../../src/catalogue.ts';
import { catalogue } from '../../src/local/gateway/fault-catalogue.ts';
import { keep, ms, percentile } from '../measure.ts';
import { play, type Played } from './play.ts';
import { faults, type Holding, type ScoredFault } from './truth.ts';

const option = (name: string, otherwise: string): string => {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? otherwise : (process.argv[index + 1] ?? otherwise);
};
const seeds = Number(option('seeds', '2'));
const firstSeed = Number(option('first-seed', '1'));
const holdings = option('holdings', 'flat,protected,unprotected').split(',') as Holding[];
const only = option('faults', '')
  .split(',')
  .filter((word) => word !== '');
/** Runs side by side: they wait far more than they work. */
const atOnce = Number(option('at-once', '10'));

const chosen = faults.filter(
  ({ name }) => only.length === 0 || only.some((word) => name.split(' ')[0] === word),
);
const diagnostics = await loadDiagnostics();
const queue: (readonly [ScoredFault, number, Holding])[] = [];
for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1)
  for (const fault of chosen) for (const holding of holdings) queue.push([fault, seed, holding]);
const total = queue.length;
const played: Played[] = [];
const broken: string[] = [];

async function lane(): Promise<void> {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [fault, seed, holding] = next;
    try {
      const one = await play(fault, seed, holding, diagnostics);
      played.push(one);
      const right = one.first !== undefined && fault.right.includes(one.first);
      if (!right)
        process.stderr.write(
          `${fault.name}, seed ${seed}, ${holding}: first ${one.first ?? 'nothing'}, wanted ${fault.right.join(' or ')}\n`,
        );
    } catch (error) {
      broken.push(
        `${fault.name}, seed ${seed}, ${holding}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
await Promise.all(Array.from({ length: atOnce }, () => lane()));

const isRight = ({ first, fault }: Played): boolean => first !== undefined && fault.right.includes(first);
const share = (runs: readonly Played[]): string =>
  runs.length === 0 ? '–' : `${Math.round((100 * runs.filter(isRight).length) / runs.length)} %`;
const rows = chosen.map((fault) => {
  const runs = played.filter((one) => one.fault === fault);
  const times = runs.flatMap(({ rightMs }) => rightMs ?? []);
  const firsts = new Map<string, number>();
  for (const { first = 'nothing' } of runs) firsts.set(first, (firsts.get(first) ?? 0) + 1);
  const said = [...firsts].sort((a, b) => b[1] - a[1]).map(([label, count]) => `${label} ${count}`);
  const extra = runs.reduce((sum, one) => sum + one.extra.length, 0);
  const time =
    times.length === 0 ? '– | –' : `${ms(percentile(times, 0.5))} | ${ms(percentile(times, 0.95))}`;
  return `| ${fault.name} | ${share(runs)} | ${said.join(', ')} | ${time} | ${extra} |`;
});
const critical = played
  .filter(({ fault }) => fault.critical === true)
  .flatMap(({ rightMs }) => rightMs ?? []);
const scored = new Set(chosen.map(({ name }) => name.split(' ')[0]));
const holes = Array.from({ length: 30 }, (_, index) => `F${index + 1}`).filter((code) => !scored.has(code));
const worst = chosen
  .map((fault) => played.filter((one) => one.fault === fault))
  .filter((runs) => runs.length > 0)
  .map((runs) => runs.filter(isRight).length / runs.length);

keep('score', 'What was said against what was so', [
  `${played.length} of ${total} runs: ${chosen.length} faults and variants × ${seeds} seeds × {${holdings.join(', ')}}, each on a simulated gateway and a login of its own over real sockets and real time, ${atOnce} side by side, asked once a second. This is not yet the virtual clock: seeds are few.`,
  'The first root finding that was not there before the fault counts; the time runs from when the truth could be known from outside (the rule’s own patience) to the first right root finding, and includes the second between two looks.',
  '',
  '| true cause | right first | first finding, runs | time to detect p50 | p95 | extra roots |',
  '|---|---|---|---|---|---|',
  ...rows,
  '',
  `Not scored here (holes, not passes): ${holes.join(', ')}. The simulated gateway knows ${catalogue.length} faults: ${catalogue.map(({ fault }) => fault).join(', ')}.`,
  ...(broken.length === 0 ? [] : ['', `Runs that could not be played: ${broken.join('; ')}`]),
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| right cause first in ≥ 95 % of all runs | ${share(played)} | ${played.filter(isRight).length / Math.max(1, played.length) >= 0.95 ? 'held' : 'MISSED'} |`,
  `| no fault under 80 % | ${Math.round(100 * Math.min(...worst))} % | ${Math.min(...worst) >= 0.8 ? 'held' : 'MISSED'} |`,
  `| critical causes p95 ≤ 30 s | ${critical.length === 0 ? '–' : ms(percentile(critical, 0.95))} | ${critical.length > 0 && percentile(critical, 0.95) <= 30_000 ? 'held' : 'MISSED'} |`,
]);
process.exit(0);
