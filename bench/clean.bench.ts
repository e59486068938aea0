// Lives through stretches of a healthy market with every calendar oddity on the virtual clock: does a healthy desk stay silent?
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { liveThrough, type Lived } from './clean/healthy.ts';
import { daysOfTheYear, oddities } from './clean/spans.ts';
import { keep } from './measure.ts';
import { loadUnits } from './virtual/desk.ts';

/** How many days of the year are added to the oddities of its calendar: `--days=20`. */
const wanted = Number(
  process.argv.find((word) => word.startsWith('--days='))?.slice('--days='.length) ?? '0',
);
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
const units = await loadUnits();
// `--report`: only tells what has been lived through.
for (const span of process.argv.includes('--report') ? [] : spans) {
  if (lived.some((one) => one.span.name === span.name)) continue;
  const one = { ...(await liveThrough(span, units)), commit };
  lived.push(one);
  appendFileSync(file, `${JSON.stringify(one)}\n`);
  process.stderr.write(`${span.name}: ${one.pages.length} pages, ${one.findings.length} findings\n`);
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
  `${lived.length - days.length} stretches with an oddity in the calendar and ${days.length} of the ${year.length} weekdays of a year in a seeded order (add more with \`--resume --days=N\`), ${(hours / dayHours).toFixed(1)} simulated days with 3 contracts each (${(contractHours / dayHours / monthDays).toFixed(1)} contract months; the market open for ${(open / dayHours).toFixed(1)} days), each a simulated gateway in real session hours and the real suite side with its watch, started anew, on the virtual clock. The market is lively: bursts, lulls and quiet nights. The figure per year is what these days would make of one.`,
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
