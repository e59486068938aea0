// How long from a hub's end to the page that Discord accepted, beside a bare client, queue and post without any judgement.
import { HubConnectionBuilder, LogLevel, type HubConnection } from '@microsoft/signalr';
import { Queue, Worker } from 'bullmq';
import { REST } from 'discord.js';
import { Redis } from 'ioredis';
import { onResolveByHand } from '../src/domain/incident-people.ts';
import { makeLog } from '../src/log.ts';
import { incidentStore } from '../src/queue/incident-store.ts';
import { openRedis } from '../src/queue/redis.ts';
import { header, keep, ms, percentile, row, until } from './measure.ts';
import { openStage, userOf, type Stage } from './stage.ts';

const drops = Math.round(200 * Number(process.env['BENCH_SCALE'] ?? '1'));
/** Discord takes five messages in five seconds: a page that waits for that says nothing about us. */
const apartMs = 1_000;
/** Five drops each: whose connection is ended again and again waits for minutes, as another session may have ended it. */
const logins = 40;
const pageWithinMs = 10_000;
const oncall = { id: '1', name: 'bench' };

const recovered = new Set<string>();
const stage = await openStage({
  redis: 'server',
  moreLogins: logins + 1,
  thresholds:
    '{ graceUnprotected: 0s, graceProtected: 0s, graceFlat: 0s, resolveAfter: 300ms, shortLives: 100000, mute: 60s }',
  onLine: (line) => {
    if (line.msg === 'alert recovered' && line.login !== undefined) recovered.add(line.login);
  },
});

interface Bare {
  drop(): Promise<number>;
  stop(): Promise<void>;
}

const messages = new Map<string, (at: number) => void>();
stage.discord.on(stage.discord.users.lead, (event) => {
  if (event.kind !== 'message.create') return;
  const at = performance.now();
  const message = event.message as { readonly content?: string; readonly embeds?: readonly unknown[] };
  const text = `${message.content ?? ''} ${JSON.stringify(message.embeds ?? [])}`;
  for (const [word, found] of messages) if (text.includes(word)) found(at);
});

function messageWith(word: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      messages.delete(word);
      reject(new Error(`no message with "${word}" within ${pageWithinMs} ms`));
    }, pageWithinMs);
    messages.set(word, (at) => {
      clearTimeout(timer);
      messages.delete(word);
      resolve(at);
    });
  });
}

let bareToken: Promise<string> | undefined;

async function logInBare(): Promise<string> {
  const { username, apiKey } = userOf(logins + 1);
  const answer = await fetch(`${stage.gateway.apiUrl}/Auth/loginKey`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userName: username, apiKey }),
  });
  return ((await answer.json()) as { readonly token: string }).token;
}

async function connectBare(): Promise<HubConnection> {
  bareToken ??= logInBare();
  const token = await bareToken;
  const connection = new HubConnectionBuilder()
    .withUrl(`${stage.gateway.marketHubUrl}?access_token=${token}`, { accessTokenFactory: () => token })
    .configureLogging(LogLevel.None)
    .build();
  await connection.start();
  return connection;
}

/** onclose → BullMQ add → worker → one REST call of discord.js: nothing is decided, kept or proven. */
function openBare(): Bare {
  const connection = new Redis(stage.redis.url, { maxRetriesPerRequest: null });
  const queue = new Queue('bare-page', { connection, defaultJobOptions: { removeOnComplete: true } });
  const rest = new REST({ api: stage.discord.apiUrl, version: '10' }).setToken(stage.discord.token);
  const worker = new Worker<{ word: string }>(
    'bare-page',
    async ({ data }) => {
      await rest.post(`/channels/${stage.discord.channelId}/messages`, { body: { content: data.word } });
    },
    { connection },
  );
  let count = 0;
  return {
    async drop() {
      count += 1;
      const word = `bare-${count}.`;
      // A fresh connection is told apart from the desk's own of that user by not having been there before.
      const before = new Set(stage.gateway.connections().map((one) => one.id));
      const hub = await connectBare();
      const mine = stage.gateway
        .connections()
        .find((one) => !before.has(one.id) && one.username === userOf(logins + 1).username);
      if (mine === undefined) throw new Error('the bare connection is not there');
      hub.onclose(() => void queue.add('page', { word }));
      const seen = messageWith(word);
      const startedAt = performance.now();
      stage.gateway.faults.inject({ fault: 'F1', hub: 'market', connection: mine.id });
      return (await seen) - startedAt;
    },
    async stop() {
      await worker.close();
      await queue.close();
      connection.disconnect();
    },
  };
}

function marketOf(running: Stage, index: number): string | undefined {
  const { username } = userOf(index);
  return running.gateway
    .connections()
    .find((one) => one.username === username && one.hub === 'market' && one.subscriptions.length > 0)?.id;
}

const link = openRedis(stage.redis.url, makeLog('silent'));
await link.ready();
const store = incidentStore(link);

/** Ended by hand at once: one that ends by itself would be reopened by the next drop instead of paged anew. */
async function resolveByHand(login: string): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { version, incidents } = await store.open(login);
    const [incident] = incidents;
    if (incident === undefined) return false;
    const decision = onResolveByHand(incident, oncall, Date.now());
    if (decision.kind === 'refused') return false;
    try {
      await store.commit({ login, expectedVersion: version, incident: decision.incident, posts: [] });
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  return false;
}

const bare = openBare();
const paged: number[] = [];
const floor: number[] = [];
let reopened = 0;
for (let index = 1; index <= logins; index += 1)
  await until(() => marketOf(stage, index) !== undefined, 30_000, `login ${index} subscribed`);
await new Promise((resolve) => setTimeout(resolve, 2_000));

for (let turn = 0; paged.length < drops && turn < drops * 2; turn += 1) {
  const index = (turn % logins) + 1;
  const login = `desk-${index}`;
  await until(() => marketOf(stage, index) !== undefined, 30_000, `${login} is back`);
  if (turn >= logins) await until(() => recovered.has(login), 30_000, `${login} counts as well again`);
  recovered.delete(login);
  const page = messageWith(`mnq-${index}`);
  const connection = marketOf(stage, index) ?? '';
  const startedAt = performance.now();
  stage.gateway.faults.inject({ fault: 'F1', hub: 'market', connection });
  try {
    paged.push((await page) - startedAt);
  } catch {
    reopened += 1;
  }
  await resolveByHand(login);
  floor.push(await bare.drop());
  await new Promise((resolve) => setTimeout(resolve, apartMs));
}

const p99 = percentile(paged, 0.99);
keep('paging', 'Hub closed, grace 0, to the page that Discord accepted', [
  `One process holds everything (local Discord, bot, worker with ${logins + 2} logins, simulated gateway); Redis is a redis-server with AOF.`,
  'Each drop kills one market connection (F1, close code 1006) of one login; the page is counted when the local Discord has accepted and shown it.',
  'Each is an incident of its own: right after its page it is resolved by hand through the incident store, because one that recovers by itself would be reopened by the next drop within 5 minutes instead of paged anew. The logins take turns, so that each is connected and proven again before its next drop; the alarm for reconnect loops is switched off, as it would rightly take so many drops in.',
  'The bare path: official SignalR client `onclose` → BullMQ `add` → worker → `POST` of a line of text by discord.js; nothing decided, nothing kept, nothing retried. The two take turns, a second apart.',
  '',
  header,
  row('hub killed → page accepted', paged),
  row('bare path', floor),
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| p99 ≤ 50 ms | ${ms(p99)} | ${p99 <= 50 ? 'held' : 'MISSED'} |`,
  `| ratio to the bare path, p50 | ${(percentile(paged, 0.5) / percentile(floor, 0.5)).toFixed(2)} × | |`,
  `| ratio to the bare path, p99 | ${(p99 / percentile(floor, 0.99)).toFixed(2)} × | |`,
  `| drops without a page of their own within ${pageWithinMs / 1_000} s | ${reopened} | ${reopened === 0 ? 'held' : 'MISSED'} |`,
]);
await bare.stop();
await link.close();
await stage.stop();
process.exit(0);
