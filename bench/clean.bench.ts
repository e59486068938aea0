// Lives through stretches of a healthy market with every calendar oddity on the virtual clock: does a healthy desk stay silent?
import { execFile, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Lived } from './clean/healthy.ts';
import { daysOfTheYear, oddities, type Span } from './clean/spans.ts';
import { keep } from './measure.ts';

const given = (name: string): string | undefined =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
/** How many days of the year are added to the oddities of its calendar: `--days=20`. */
const wanted = Number(given('days') ?? '0');
/** Stretches side by side, each in a process of its own: a virtual clock is a whole process's. */
const lanes = Number(given('lanes') ?? '2');
/** Begins no further stretch after so many minutes: a year is lived through in many sittings. */
const minutes = Number(given('minutes') ?? 'Infinity');
const year = daysOfTheYear();
const spans = [...oddities, ...year.slice(0, wanted)];
/** What is lived through already, kept beside the result, so that a year can be lived through in many sittings (`--resume`). */
const file = fileURLToPath(new URL('results/clean.jsonl', import.meta.url));
if (!['--resume', '--report'].some((word) => process.argv.includes(word))) rmSync(file, { force: true });
/** The code that lived through it. */
const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).stdout.trim();
const lived: (Lived & { readonly commit?: string })[] = existsSync(file)
  ? readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Lived & { readonly commit?: string })
  : [];
const root = fileURLToPath(new URL('..', import.meta.url));
const source = fileURLToPath(new URL('clean/live.ts', import.meta.url));
const compiled = path.join(root, 'var', 'clean');
/** A day takes a minute or two: compiled once, it is a tenth faster than loaded as TypeScript. */
function compile(): string {
  const flags = ['-p', 'tsconfig.json', '--noEmit', 'false', '--noCheck', '--incremental', 'false'];
  const { status } = spawnSync('npx', ['tsc', ...flags, '--outDir', compiled], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error('the bench could not be compiled');
  return path.join(compiled, path.relative(root, source).replace(/\.ts$/, '.js'));
}
const run = promisify(execFile);
// `--report`: only tells what has been lived through.
const left = process.argv.includes('--report')
  ? []
  : spans.filter(({ name }) => !lived.some((one) => one.span.name === name));
const live = left.length === 0 ? '' : compile();
const endAt = Date.now() + minutes * 60_000;

async function lane(): Promise<void> {
  for (let span = left.shift(); span !== undefined && Date.now() < endAt; span = left.shift()) {
    const one = { ...(await livedIn(span)), commit };
    lived.push(one);
    appendFileSync(file, `${JSON.stringify(one)}\n`);
    process.stderr.write(`${span.name}: ${one.pages.length} pages, ${one.findings.length} findings\n`);
  }
}

async function livedIn(span: Span): Promise<Lived> {
  // A larger young generation: most of what a simulated day makes is garbage within the second.
  const { stdout } = await run(process.execPath, ['--max-semi-space-size=64', live, JSON.stringify(span)]);
  return JSON.parse(stdout) as Lived;
}

await Promise.all(Array.from({ length: lanes }, () => lane()));
// By their place in the year, however many lanes there were.
lived.sort((a, b) => spans.findIndex(isThat(a)) - spans.findIndex(isThat(b)));

function isThat({ span }: Lived): (other: Span) => boolean {
  return ({ name }) => name === span.name;
}

const dayHours = 24;
const monthDays = 30.4;
const yearDays = 365.25;
const hours = lived.reduce((sum, one) => sum + one.hours, 0);
const open = lived.reduce((sum, one) => sum + one.openHours, 0);
const contractHours = lived.reduce((sum, one) => sum + one.hours * Object.keys(one.span.pace).length, 0);
const pages = lived.flatMap((one) => one.pages);
const findings = lived.flatMap((one) => one.findings);
const perMonth = ((pages.length + findings.length) * monthDays * dayHours) / contractHours;
const perYear = (pages.length * yearDays * dayHours) / hours;
const told = [...pages, ...findings].slice(0, 30);
const isDay = ({ span }: Lived): boolean => year.some(({ name }) => name === span.name);
const days = lived.filter(isDay);
keep('clean', 'Healthy days: what was said though nothing was wrong', [
  `${lived.length - days.length} stretches with an oddity in the calendar and ${days.length} of the ${year.length} weekdays of a year in a seeded order (add more with \`--resume --days=N\`), ${(hours / dayHours).toFixed(1)} simulated days with 3 contracts each, in three of the oddities with one (${(contractHours / dayHours / monthDays).toFixed(1)} contract months; the market open for ${(open / dayHours).toFixed(1)} days), each a simulated gateway in real session hours and the real suite side with its watch, started anew, on the virtual clock. The market is lively: bursts, lulls and quiet nights. The figure per year is what these days would make of one.`,
  `Lived through at ${[...new Set(lived.map((one) => one.commit ?? 'an unknown commit'))].join(', ')}.`,
  'Every question is asked each 5 minutes, and the watch looks twice a second. Any warning, failure or page is false here.',
  '',
  '| stretch | Chicago time | mean events/s | days | position | pages | findings |',
  '|---|---|---|---|---|---|---|',
  ...lived
    .filter((one) => !isDay(one) || one.pages.length + one.findings.length > 0)
    .map(
      ({ span, hours: length, pages: woken, findings: said }) =>
        `| ${span.name} | ${span.from} to ${span.to} | ${Object.entries(span.pace)
          .map(([symbol, rate]) => `${symbol} ${rate}`)
          .join(
            ', ',
          )} | ${(length / dayHours).toFixed(1)} | ${span.positions ? 'by day' : 'none'} | ${woken.length} | ${said.length} |`,
    ),
  '',
  ...(told.length === 0
    ? []
    : ['Said:', '', ...told.map((one) => `- ${one.at} ${one.what}: ${one.summary}`), '']),
  '| target | measured | |',
  '|---|---|---|',
  `| at most 1 false alarm per contract and month | ${perMonth.toFixed(1)} | ${perMonth <= 1 ? 'held' : 'MISSED'} |`,
  `| no page on clean data over a year | ${perYear.toFixed(1)} | ${pages.length === 0 ? 'held, on the days lived through' : 'MISSED'} |`,
]);
process.exit(0);
