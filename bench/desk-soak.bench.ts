// An hour of a whole desk of real processes with twenty suites, questions and incidents: do heap, handles or keys in Redis grow?
import { setTimeout as rest } from 'node:timers/promises';
import { keep, middleSlope, slope } from './measure.ts';
import { numbersOf, openProcessDesk, suiteNames } from './process-desk.ts';
import { typistOf } from './stage.ts';

const minutes = Number(
  process.argv.find((word) => word.startsWith('--minutes='))?.slice('--minutes='.length) ?? '60',
);
const suites = 20;
const messagesPerSecond = 1_000;
const questionMs = 5_000;
const incidentMs = 180_000;
const droppedMs = 20_000;
/** What is in flight at a reading is not what is held: the least of as many counts, so far apart. */
const readings = 3;
const apartMs = 2_000;

const desk = await openProcessDesk({
  suites,
  workers: 2,
  rate: messagesPerSecond / suites,
  collecting: true,
});
const names = suiteNames(suites);
const questions: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['health', {}],
  ['data', { suite: names[2] ?? '' }],
  ['orders', { suite: names[5] ?? '' }],
  ['incident list', {}],
  ['performance', { suite: names[11] ?? '' }],
];

interface Sample {
  readonly atMinute: number;
  readonly heap: readonly number[];
  readonly rss: readonly number[];
  readonly handles: readonly number[];
  /** Entries in the bounded windows of market, orders and money. */
  readonly windows: readonly number[];
  readonly cpu: readonly number[];
  readonly keys: number;
  readonly redisMb: number;
}

const processes = [
  ['bot', desk.bot],
  ...desk.workers.map((worker, index) => [`worker ${index + 1}`, worker] as const),
] as const;
const typist = typistOf(desk.discord);
const samples: Sample[] = [];
const answeredMs: number[] = [];
const unanswered: string[] = [];
let incidents = 0;
const startedAt = Date.now();
const endAt = startedAt + minutes * 60_000;

async function asking(): Promise<void> {
  for (let turn = 0; Date.now() < endAt; turn += 1) {
    const [command, options] = questions[turn % questions.length] ?? ['health', {}];
    try {
      answeredMs.push((await typist.type(command, options)).answeredMs);
    } catch (error) {
      unanswered.push(String(error));
    }
    await rest(questionMs);
  }
}

async function troubling(): Promise<void> {
  for (;;) {
    await rest(incidentMs);
    // Before each outage: the one before is over for long, so it is the same desk each time.
    samples.push(await sampled());
    process.stderr.write(`${JSON.stringify(samples.at(-1))}\n`);
    if (Date.now() >= endAt) return;
    const response = await fetch(`${desk.gateway.url}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fault: 'F1', hub: 'market', down: true, forMs: droppedMs }),
    });
    if (!response.ok) throw new Error(await response.text());
    incidents += 1;
  }
}

async function sampled(): Promise<Sample> {
  const heaps: (readonly number[])[] = [];
  for (let reading = 0; reading < readings; reading += 1) {
    if (reading > 0) await rest(apartMs);
    heaps.push(await Promise.all(processes.map(([, child]) => desk.held(child))));
  }
  const all = await Promise.all(processes.map(([, child]) => numbersOf(child)));
  const of = (name: string): readonly number[] => all.map((numbers) => numbers.get(name) ?? Number.NaN);
  const mb = (values: readonly number[]): readonly number[] => values.map((value) => value / 2 ** 20);
  const memory = await desk.link.producer.info('memory');
  return {
    atMinute: (Date.now() - startedAt) / 60_000,
    heap: mb(processes.map((_, index) => Math.min(...heaps.map((heap) => heap[index] ?? Number.NaN)))),
    rss: mb(of('pitwatch_process_resident_memory_bytes')),
    handles: of('pitwatch_nodejs_active_resources_total'),
    windows: of('pitwatch_ledger_entries'),
    cpu: of('pitwatch_process_cpu_seconds_total'),
    keys: await desk.link.producer.dbsize(),
    redisMb: Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? 'NaN') / 2 ** 20,
  };
}

await Promise.all([asking(), troubling()]);

const hourly = (points: readonly (readonly [minute: number, value: number])[]): number => 60 * slope(points);

// The first third fills the bounded windows.
const settled = samples.slice(Math.floor(samples.length / 3));
const curve = (of: (sample: Sample) => number): (readonly [number, number])[] =>
  settled.map((sample) => [sample.atMinute, of(sample)]);
const span = (points: readonly (readonly [number, number])[], digits: number): string =>
  `${points[0]?.[1].toFixed(digits) ?? '–'} … ${points.at(-1)?.[1].toFixed(digits) ?? '–'}`;
const rows = processes.map(([name], index) => {
  const heap = curve((sample) => sample.heap[index] ?? Number.NaN);
  const rss = curve((sample) => sample.rss[index] ?? Number.NaN);
  const handles = curve((sample) => sample.handles[index] ?? Number.NaN);
  const first = settled[0];
  const last = settled.at(-1);
  const seconds = ((last?.atMinute ?? 0) - (first?.atMinute ?? 0)) * 60;
  const windows = curve((sample) => sample.windows[index] ?? 0);
  const share = ((last?.cpu[index] ?? 0) - (first?.cpu[index] ?? 0)) / seconds;
  const growth = hourly(heap) / (heap[0]?.[1] ?? Number.NaN);
  return { name, heap, rss, handles, windows, share, growth };
});
const keysNow = curve(({ keys }) => keys);
const worst = Math.max(...rows.map(({ growth }) => growth));
/** The middle of all slopes: a pool of connections that is let go and filled again would move a line by more than a leak of one an hour. */
const handleGrowth = Math.max(...rows.map(({ handles }) => 60 * middleSlope(handles)));
const pages = desk.discord
  .messages(desk.discord.channelId, desk.discord.users.lead)
  .filter((message) => message.interaction_metadata === undefined && message.embeds.length > 0).length;
/** Less than the hour only shows that it runs. */
function tell(title: string, lines: readonly string[], command: string): void {
  if (minutes >= 60) keep('desk-soak', title, lines, command);
  else process.stdout.write(`${title}\n\n${lines.join('\n')}\n`);
}
tell(
  `A whole desk for ${minutes} minutes: twenty suites, questions and incidents`,
  [
    `One bot, two workers and a redis-server as real processes; ${suites} suites of ${suites / 2} logins, ${messagesPerSecond.toLocaleString('en')} events a second asked of the simulated gateway; a question each ${questionMs / 1_000} s (${answeredMs.length} answered), the market hubs of all logins down for ${droppedMs / 1_000} s each ${incidentMs / 60_000} min (${incidents} times, ${pages} messages in the channel).`,
    `Read at \`/metrics\` each ${incidentMs / 60_000} min just before an outage; the heap is what two collections leave, counted by the process itself before anything new is made, the least of ${readings} readings ${apartMs / 1_000} s apart; growth is a line through these readings over the last two thirds (${settled.length}).`,
    '',
    '| process | heap, first … last, MiB | heap slope an hour | RSS, MiB | handles, first … last | entries in bounded windows | of one core |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(
      ({ name, heap, rss, handles, windows, share, growth }) =>
        `| ${name} | ${span(heap, 1)} | ${hourly(heap).toFixed(2)} MiB (${(growth * 100).toFixed(1)} %) | ${span(rss, 0)} | ${span(handles, 0)} | ${windows.some(([, entries]) => Number.isNaN(entries)) ? '–' : span(windows, 0)} | ${(share * 100).toFixed(0)} % |`,
    ),
    '',
    `Redis: keys ${span(keysNow, 0)} (slope ${hourly(keysNow).toFixed(1)} an hour, most at once ${Math.max(...settled.map(({ keys }) => keys))}); memory ${span(
      curve(({ redisMb }) => redisMb),
      1,
    )} MiB.`,
    '',
    '| target | measured | |',
    '|---|---|---|',
    `| heap at most 5 % up in an hour, in every process | ${(worst * 100).toFixed(1)} % | ${worst <= 0.05 ? 'held' : 'MISSED'} |`,
    `| no growth of handles (median slope under one an hour) | ${handleGrowth.toFixed(2)} | ${handleGrowth < 1 ? 'held' : 'MISSED'} |`,
    `| every question answered | ${unanswered.length} not | ${unanswered.length === 0 ? 'held' : 'MISSED'} |`,
    ...(unanswered.length === 0 ? [] : ['', ...unanswered.slice(0, 5).map((why) => `- ${why}`)]),
  ],
  `npm run bench -- desk-soak${minutes === 60 ? '' : ` --minutes=${minutes}`}`,
);
typist.stop();
await desk.stop();
process.exit(0);
