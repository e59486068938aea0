// `npm run score`: every fault with known truth, seed by seed and exposure by exposure on the virtual clock, and what the diagnosis called it.
import { fork } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keep } from '../measure.ts';
import type { Answered, Asked } from './lane.ts';
import { pictureOf } from './picture.ts';
import type { Played } from './play.ts';
import { reportOf } from './report.ts';
import { tally } from './tally.ts';
import { catalogued, codeOf, faults, unscored } from './truth.ts';
import { isUnseen, rightOf } from './truth/polled.ts';
import { harmless, type Holding, type ScoredFault } from './truth/scored.ts';

const option = (name: string, otherwise: string): string => {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? otherwise : (process.argv[index + 1] ?? otherwise);
};
const words = (text: string): readonly string[] => text.split(',').filter((word) => word !== '');
const sockets = process.argv.includes('--sockets');
/** Only REST is polled, as for a real login unless its hubs are asked for. */
const polled = process.argv.includes('--polled');
const seeds = Number(option('seeds', sockets ? '1' : '20'));
const firstSeed = Number(option('first-seed', '1'));
const holdings = words(
  option('exposures', sockets ? 'flat' : 'flat,protected,unprotected'),
) as readonly Holding[];
const only = words(option('faults', ''));
/** How many seeds of each fault are also watched until they clear; that costs minutes of virtual time. */
const clearSeeds = Number(option('clear-seeds', sockets ? '0' : '2'));
/** On the virtual clock a process is busy, over sockets it mostly waits. */
const lanes = Number(option('lanes', sockets ? '10' : '2'));
const name = sockets ? 'score-sockets' : polled ? 'score-polled' : 'score';

/** What has been played already, so that a run can be taken up again with `--resume`. */
const folder = fileURLToPath(new URL('../../var/', import.meta.url));
const file = `${folder}${name}.jsonl`;
mkdirSync(folder, { recursive: true });
/** `--report`: only tells what has been played. */
const reportOnly = process.argv.includes('--report');
if (!reportOnly && !process.argv.includes('--resume')) rmSync(file, { force: true });
const played: Played[] = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Played)
  : [];
const broken: string[] = [];

const chosen = faults.filter((fault) => only.length === 0 || only.includes(codeOf(fault)));
const unheard = only.filter((code) => !faults.some((fault) => codeOf(fault) === code));
if (unheard.length > 0) {
  process.stderr.write(
    `No fault called ${unheard.join(', ')}. There are: ${[...new Set(faults.map(codeOf))].join(', ')}.\n`,
  );
  process.exit(2);
}
const key = (fault: string, seed: number, holding: Holding): string => `${fault}/${seed}/${holding}`;
const done = new Set(played.map(({ fault, seed, holding }) => key(fault, seed, holding)));
/** Polled alone, it is to say nothing: a few seeds show that. */
const isSilent = (fault: ScoredFault): boolean => polled && isUnseen(fault);
const queue: Asked[] = [];
for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1)
  for (const fault of chosen.filter((one) => !isSilent(one) || seed - firstSeed < clearSeeds))
    for (const holding of holdings)
      if ((fault.holdings ?? holdings).includes(holding) && !done.has(key(fault.name, seed, holding)))
        queue.push({
          fault: fault.name,
          seed,
          holding,
          clears: seed - firstSeed < clearSeeds && holding === 'flat',
          sockets,
          polled,
        });
const total = queue.length + played.length;
if (reportOnly) queue.length = 0;

async function lane(): Promise<void> {
  const child = fork(fileURLToPath(new URL('lane.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`a process of the score ended with ${code ?? 'a signal'}`));
    });
    child.on('message', (answer: Answered) => {
      if (answer.kind === 'broken') broken.push(answer.why);
      if (answer.kind === 'played') {
        const one = answer.played;
        played.push(one);
        appendFileSync(file, `${JSON.stringify(one)}\n`);
        if (!one.right)
          process.stderr.write(`${one.fault}, seed ${one.seed}, ${one.holding}: ${one.first}\n`);
      }
      const next = queue.shift();
      if (next === undefined) child.disconnect();
      else child.send(next);
    });
  });
}
await Promise.all(Array.from({ length: Math.min(lanes, queue.length) }, () => lane()));

const silent = new Set(faults.filter(isSilent).map((fault) => fault.name));
const unseen = played.filter(({ fault }) => silent.has(fault));
const result = tally(
  played.filter(({ fault }) => !silent.has(fault)),
  faults.map((fault) => fault.name),
  new Set(faults.filter(({ critical }) => critical === true).map((fault) => fault.name)),
);
const scored = new Set(chosen.map(codeOf));
const missing = catalogued.filter((code) => !scored.has(code));
const how = sockets
  ? 'each on a simulated gateway and a login of its own over real sockets in real time'
  : `each on a simulated gateway and a login of its own, the real client and the whole watch, on the virtual clock${polled ? ', where only REST is polled, as for a real login unless its hubs are asked for' : ''}`;
const pace = polled ? 'asked every 5 s' : 'asked once a second (after two minutes every 5 s)';
if (only.length === 0) {
  const rights = new Map(faults.map((fault) => [fault.name, rightOf(fault, polled)]));
  const picture = pictureOf(result.rows, (fault, label) => rights.get(fault)?.includes(label) === true);
  writeFileSync(fileURLToPath(new URL(`../results/${name}.svg`, import.meta.url)), picture);
}
const lines = reportOf(result, {
  picture: `${name}.svg`,
  how: `${played.length} of ${total} runs: ${chosen.length} faults, variants and stories × ${new Set(played.map(({ seed }) => seed)).size} seeds × {${holdings.join(', ')}} where they make sense, ${how}, ${pace}. Parameters are drawn from the seed.`,
  holes: [
    ...(missing.length === 0 || only.length > 0 ? [] : [`${missing.join(', ')}: no row yet.`]),
    ...(polled
      ? [
          `${[...silent].join(', ')}: they show on the hubs alone. In ${unseen.length} runs of them ${unseen.filter(({ first }) => first === harmless).length} times nothing was said, as it should be.`,
        ]
      : unscored),
  ],
  broken,
});
if (only.length === 0)
  keep(
    name,
    'What was said against what was so',
    lines,
    `npm run score --${sockets ? ' --sockets' : polled ? ' --polled' : ''} --first-seed ${firstSeed}${sockets ? '' : ` --seeds ${seeds}`}`,
  );
else process.stdout.write(`${lines.join('\n')}\n`);
process.exit(broken.length === 0 ? 0 : 1);
