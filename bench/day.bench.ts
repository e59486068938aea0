// A day of twenty suites on the virtual clock: quotes, prints, trades, outages and questions, and what is still held afterwards.
import { queryObjects } from 'node:v8';
import { keep, slope } from './measure.ts';
import { loadUnits, openDesk, type Desk } from './virtual/desk.ts';
import { virtually } from './virtual/virtually.ts';

const given = (name: string): string | undefined =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const hours = Number(given('hours') ?? '24');
/** Events a second of each suite's contract, in the mean. */
const rate = Number(given('rate') ?? '5');
const logins = 10;
const pairs = [
  ['MNQ', 'ES'],
  ['CL', 'ZB'],
] as const;
/** A Monday; the simulated market never closes here. */
const startAt = Date.parse('2026-05-18T05:00:00Z');
const minuteMs = 60_000;
const questionMs = 5 * minuteMs;
const sampleMs = 30 * minuteMs;
const droppedMs = 20_000;
const hourMs = 60 * minuteMs;
/** A quick trade begins this often on the second contract: two fills and three orders each, so that the windows fill in a few hours. */
const quickEveryMs = 25_000;
const quickHeldMs = 10_000;
/** Deep enough for a day of quick trades, each of which loses the spread. */
const accounts = [{ id: 901, name: 'PRAC-V2-1', balanceCents: 2_000_000_000, brackets: 'auto-oco' }] as const;
/** What each simulated exchange keeps of its own past: full in the first hours as well, so that the slope is the suite side's. */
const remembered = { orders: 2_000, trades: 1_500, minutes: 300 };

interface Sample {
  readonly hour: number;
  readonly heapMb: number;
  /** Every live function: a listener that is added and never removed is one more of them. */
  readonly functions: number;
  /** Entries in the bounded windows of the suite side, and as many as there may ever be. */
  readonly kept: number;
  readonly most: number;
}

const collect = globalThis.gc;
if (collect === undefined)
  throw new Error('run it as `npm run bench -- day`: the heap must be collected to be measured');
const units = await loadUnits();
/** The clock of the process is virtual meanwhile; this one is not. */
const began = process.hrtime.bigint();
const sinceBegan = (): number => Number((process.hrtime.bigint() - began) / 1_000_000_000n);
const samples: Sample[] = [];
const told = { events: 0, questions: 0, incidents: 0, alerts: 0, quick: 0 };

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How full the windows are: as long as they fill the heap grows without anything being lost. */
function windowsOf(desks: readonly Desk[]): Pick<Sample, 'kept' | 'most'> {
  const all = desks.flatMap((desk) => desk.view().speed().retained);
  const sum = (of: (one: (typeof all)[number]) => number): number =>
    all.reduce((total, one) => total + of(one), 0);
  return { kept: sum(({ entries }) => entries), most: sum(({ bound }) => bound) };
}

/** Twice an hour a trade, once in four hours an outage; each login at its own minutes. */
async function trade(desk: Desk, index: number, half: number): Promise<void> {
  const contract = pairs[index % pairs.length]?.[0] ?? 'MNQ';
  if ((half + index) % 8 === 0) {
    desk.gateway.faults.inject({ fault: 'F1', hub: 'market', down: true, forMs: droppedMs });
    told.incidents += 1;
  }
  await desk.hold('protected', contract);
  await rest(20 * minuteMs);
  await desk.release(contract);
}

/** Trades without a pause until `endAt`, so that orders, fills and balances come to their bounds. */
async function quickTrades(desk: Desk, index: number, endAt: number): Promise<number> {
  const contract = pairs[index % pairs.length]?.[1] ?? 'ES';
  let trades = 0;
  await rest(minuteMs + index * 1_000);
  while (Date.now() < endAt - minuteMs) {
    await desk.hold('protected', contract);
    await rest(quickHeldMs);
    await desk.release(contract);
    trades += 1;
    await rest(quickEveryMs - quickHeldMs);
  }
  return trades;
}

await virtually({ startAt }, async (time) => {
  const desks = await Promise.all(
    Array.from({ length: logins }, (_, index) =>
      openDesk({
        units,
        seed: 1_000 + index,
        instruments: pairs[index % pairs.length] ?? pairs[0],
        gateway: { rhythm: 'lively', eventsPerSecond: rate, remembered, accounts },
      }),
    ),
  );
  const trades: Promise<void>[] = [];
  const endAt = startAt + hours * hourMs;
  const quick = desks.map((desk, index) => quickTrades(desk, index, endAt));
  for (let at = startAt + questionMs; at <= endAt; at += questionMs) {
    await rest(at - time.now());
    const minute = (at - startAt) / minuteMs;
    for (const [index, desk] of desks.entries()) {
      await desk.ask();
      told.questions += 1;
      // A little later for each, and over before the next half hour.
      if (minute % 30 === 5 && endAt - at > 25 * minuteMs) trades.push(trade(desk, index, (minute - 5) / 30));
    }
    if ((at - startAt) % sampleMs !== 0) continue;
    for (const desk of desks) {
      told.alerts += desk.alerts.length;
      desk.forget();
    }
    collect();
    collect();
    samples.push({
      hour: (at - startAt) / hourMs,
      heapMb: process.memoryUsage().heapUsed / 2 ** 20,
      functions: queryObjects(Function, { format: 'count' }),
      ...windowsOf(desks),
    });
    process.stderr.write(`${JSON.stringify(samples.at(-1))} after ${sinceBegan()} s\n`);
  }
  await Promise.all(trades);
  for (const made of await Promise.all(quick)) told.quick += made;
  for (const desk of desks) {
    for (const { connections } of Object.values(desk.view().hubs))
      told.events += connections.reduce((sum, { events }) => sum + events, 0);
    told.alerts += desk.alerts.length;
    await desk.close();
  }
});

// The first third fills the bounded windows.
const settled = samples.filter(({ hour }) => hour > hours / 3);
const [first] = settled;
const last = settled.at(-1);
if (first === undefined || last === undefined) throw new Error('too short to say anything');
const hourlyMb = slope(settled.map(({ hour, heapMb }) => [hour, heapMb] as const));
const dayShare = (hourlyMb * 24) / first.heapMb;
const hourlyFunctions = slope(settled.map(({ hour, functions }) => [hour, functions] as const));
const count = (value: number): string => value.toLocaleString('en');
const lines = [
  `${count(told.events)} events of ${logins * 2} suites on ${logins} logins, each login with a simulated gateway, the real client, ledgers, watch and incidents of its own, all in one process whose clock is virtual; ${rate} events a second and suite in the mean, in bursts and lulls. A protected trade of 20 minutes twice an hour and login, a quick one each ${quickEveryMs / 1_000} s beside it (${count(told.quick)} in all), the market hub away for ${droppedMs / 1_000} s once in four hours and login (${told.incidents} times, ${told.alerts} alerts told), every question asked each ${questionMs / minuteMs} minutes (${count(told.questions)} times). It took ${(sinceBegan() / 60).toFixed(1)} minutes.`,
  `The heap is taken after two forced collections each half hour and holds both sides; incidents and posts, which a desk keeps in Redis, are let go. Each simulated exchange remembers at most ${count(remembered.orders)} orders, ${count(remembered.trades)} half turns and ${remembered.minutes} minutes of a contract, so that its own history is full within the first hours too; slopes are over the last two thirds.`,
  '',
  '| hour | heap, MiB | live functions | entries in the windows of the suite side |',
  '|---|---|---|---|',
  ...samples
    .filter(({ hour }) => Number.isInteger(hour))
    .map(
      (one) =>
        `| ${one.hour} | ${one.heapMb.toFixed(1)} | ${count(one.functions)} | ${count(one.kept)} of at most ${count(one.most)} |`,
    ),
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| heap at most 5 % up in a day | ${(dayShare * 100).toFixed(1)} % (${hourlyMb.toFixed(2)} MiB an hour) | ${dayShare <= 0.05 ? 'held' : 'MISSED'} |`,
  `| no listener growth (live functions within 100 an hour) | ${hourlyFunctions.toFixed(0)} | ${Math.abs(hourlyFunctions) <= 100 ? 'held' : 'MISSED'} |`,
];
const title = `${hours} hours of twenty suites on the virtual clock`;
if (hours >= 24) keep('day', title, lines, `npm run bench -- day${rate === 5 ? '' : ` --rate=${rate}`}`);
else process.stdout.write(`${title}\n\n${lines.join('\n')}\n`);
process.exit(0);
