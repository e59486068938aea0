// Discord answers nothing but 500 for a while, and pages of many incidents are decided meanwhile: whether all arrive, once, worst first, and how soon.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../src/clock.ts';
import type { Severity } from '../src/domain/diagnostic.ts';
import { makeMessenger } from '../src/discord/messenger.ts';
import { closeRest } from '../src/discord/rest.ts';
import { startLocalDiscord } from '../src/local/discord/server.ts';
import { startLocalRedis } from '../src/local/redis/chain.ts';
import { makeLog } from '../src/log.ts';
import { incidentStore } from '../src/queue/incident-store.ts';
import { servePosts } from '../src/queue/outbox.ts';
import { openRedis } from '../src/queue/redis.ts';
import { alert, closed } from '../test/discord/desk.ts';
import { anIncident } from '../test/fixtures/incidents.ts';
import { keep, until } from './measure.ts';

/** `--long`: the true ten minutes; else a minute, in which the waits between tries have reached their longest too. */
const isLong = process.argv.includes('--long');
const outageMs = isLong ? 600_000 : 60_000;
const incidents = 24;
const withinMs = 60_000;
const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

const log = makeLog('silent');
const dir = mkdtempSync(path.join(tmpdir(), 'pitwatch-bench-'));
const redis = await startLocalRedis({ dir, log, prefer: 'server' });
// Discord's own limits: five messages of a channel in five seconds.
const discord = await startLocalDiscord({ strict: true, rateLimits: 'discord' });
const link = openRedis(redis.url, log);
await link.ready();
const parts = makeMessenger(
  {
    token: discord.token,
    api: discord.apiUrl,
    guildId: discord.guildId,
    channelId: discord.channelId,
    oncallMention: { kind: 'role', id: discord.oncallRoleId },
    access: closed,
  },
  systemClock,
  log,
);
const serving = servePosts(link, (post, refs) => {
  if (post.kind === 'announcement') throw new Error('no announcement was queued');
  return parts.messenger.deliverPost(post, refs);
});
const store = incidentStore(link);

const fault = discord.faults.inject({ fault: 'server-error' });
const startedAt = Date.now();
const wanted: { readonly id: string; readonly rank: number; readonly at: number }[] = [];
for (let index = 0; index < incidents; index += 1) {
  const id = String(index + 1);
  // Whatever the order of their coming: every severity comes again and again, until shortly before the end.
  const severity = severities[(index * 7) % severities.length] ?? 'low';
  const dueAt = startedAt + (index / incidents) * outageMs * 0.9;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - Date.now())));
  const now = Date.now();
  const incident = anIncident(id, `login-${id}`, {
    severity,
    openedAt: now,
    alerts: [{ alert: alert(), recovery: undefined }],
  });
  const { version } = await store.open(incident.login);
  const page = { id: `${id}-1-0`, incident: id, queuedAt: now, kind: 'page', card: incident } as const;
  await store.commit({ login: incident.login, expectedVersion: version, incident, posts: [page] });
  wanted.push({ id, rank: -severities.indexOf(severity), at: now });
}
await new Promise((resolve) => setTimeout(resolve, Math.max(0, startedAt + outageMs - Date.now())));
const asked = discord.record.requests.length;
discord.faults.remove(fault);
const backAt = Date.now();

const pages = () =>
  discord.messages(discord.channelId, discord.users.lead).filter(({ embeds }) => embeds.length > 0);
await until(() => pages().length >= incidents, withinMs * 2, 'all pages').catch((error: unknown) => error);
// One posted twice would come now.
await new Promise((resolve) => setTimeout(resolve, 5_000));
const seen = pages();
const arrived = seen.map(
  (message) => /incident:(\d+):resolve/.exec(JSON.stringify(message.components ?? []))?.[1] ?? '?',
);
const times = seen.map(({ timestamp }) => Date.parse(timestamp) - backAt);
const lost = wanted.filter(({ id }) => !arrived.includes(id)).length;
const doubled = arrived.length - new Set(arrived).size;
const order = [...wanted].sort((a, b) => a.rank - b.rank || a.at - b.at).map(({ id }) => id);
const inRank = arrived.every((id, index) => {
  const rankOf = (one: string | undefined) => wanted.find((each) => each.id === one)?.rank ?? 0;
  return index === 0 || rankOf(arrived[index - 1]) <= rankOf(id);
});
const worstMs = Math.max(...times);
const kept = lost === 0 && doubled === 0 && inRank && worstMs <= withinMs;

keep(
  'discord-outage',
  'Pages through an outage of Discord',
  [
    `The local Discord, with Discord's own rate limits, answers 500 to every request for ${outageMs / 1_000} s${isLong ? '' : ' (compressed; `-- discord-outage --long` takes the true ten minutes)'}; meanwhile`,
    `the pages of ${incidents} incidents of all four severities are decided, the last shortly before it is back. Real outbox, messenger and ${redis.kind} Redis.`,
    '',
    '| what | measured | promised |',
    '|---|---|---|',
    `| pages lost | ${lost} | 0 |`,
    `| pages posted twice | ${doubled} | 0 |`,
    `| severity order kept | ${inRank ? 'yes' : 'no'} | yes |`,
    `| first page after Discord is back | ${(Math.min(...times) / 1_000).toFixed(1)} s | – |`,
    `| last page after Discord is back | ${(worstMs / 1_000).toFixed(1)} s | ≤ 60 s |`,
    `| requests made during the outage | ${asked} | – |`,
    '',
    `Arrived: ${arrived.join(', ')}. By severity, then age: ${order.join(', ')}.`,
  ],
  `npm run bench -- discord-outage${isLong ? ' --long' : ''}`,
);

await serving.close();
closeRest(parts.rest);
await link.close();
await discord.stop();
await redis.stop();
rmSync(dir, { recursive: true, force: true });
process.exitCode = kept ? 0 : 1;
