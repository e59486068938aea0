// How long a dead link and a mute feed stay unseen: with and without data flowing, beside the official client's own default.
import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { systemClock } from '../src/clock.ts';
import type { HubName, LoginSpec } from '../src/domain/suite.ts';
import { startThresholds } from '../src/domain/thresholds.ts';
import { startGateway, type Gateway } from '../src/local/gateway/gateway.ts';
import { makeLog } from '../src/log.ts';
import { openLogin, type LiveLogin } from '../src/projectx/live-login.ts';
import { header, keep, ms, percentile, row, until } from './measure.ts';
import { accountOf, openStage, userOf } from './stage.ts';
import { aSuite, loginTo } from '../test/fixtures/login-spec.ts';

const logins = 16;
const rounds = Math.max(1, Math.round(4 * Number(process.env['BENCH_SCALE'] ?? '1')));
const stockClients = 4;
const muteLogins = 5;
const indices = Array.from({ length: logins }, (_, index) => index + 1);
const silent = makeLog('silent');

function specOf(gateway: Gateway, index: number): LoginSpec {
  const { apiUrl, userHubUrl, marketHubUrl } = gateway;
  const { username } = userOf(index);
  const suite = aSuite({ name: `mnq-${index}`, login: `desk-${index}`, account: accountOf(index).name });
  return loginTo({ username, apiUrl, userHubUrl, marketHubUrl }, [suite]);
}

function connectionOf(gateway: Gateway, index: number, hub: HubName): string | undefined {
  const { username } = userOf(index);
  return gateway
    .connections()
    .find((one) => one.username === username && one.hub === hub && one.subscriptions.length > 0)?.id;
}

/** From the frozen socket to the hub's state leaving `connected`. */
async function detect(gateway: Gateway, live: LiveLogin, index: number, hub: HubName): Promise<number> {
  const steady = (): boolean => {
    const view = live.view().hubs[hub];
    return view.state.kind === 'connected' && view.proven && connectionOf(gateway, index, hub) !== undefined;
  };
  await until(steady, 60_000, `${hub} hub of login ${index} is up`);
  // At any phase of the ping, and after some answered ones.
  await new Promise((resolve) => setTimeout(resolve, 1_200 + Math.random() * 1_000));
  await until(steady, 60_000, `${hub} hub of login ${index} is up`);
  const connection = connectionOf(gateway, index, hub) ?? '';
  const startedAt = performance.now();
  const fault = gateway.faults.inject({ fault: 'F3', hub, connection });
  return new Promise((resolve) => {
    const unlisten = live.onChange(() => {
      if (live.view().hubs[hub].state.kind === 'connected') return;
      unlisten();
      gateway.faults.remove(fault.id);
      resolve(performance.now() - startedAt);
    });
  });
}

/** Connects now; the promise inside resolves with the time from the frozen socket to the client's own `onclose`. */
async function stock(gateway: Gateway): Promise<{ readonly closed: Promise<number> }> {
  const answer = await fetch(`${gateway.apiUrl}/Auth/loginKey`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userName: gateway.username, apiKey: gateway.apiKey }),
  });
  const { token } = (await answer.json()) as { readonly token: string };
  const connection = new HubConnectionBuilder()
    .withUrl(`${gateway.userHubUrl}?access_token=${token}`, { accessTokenFactory: () => token })
    .configureLogging(LogLevel.None)
    .build();
  const closed = new Promise<number>((resolve) => connection.onclose(() => resolve(performance.now())));
  const before = new Set(gateway.connections().map((one) => one.id));
  await connection.start();
  const mine = gateway.connections().find((one) => !before.has(one.id) && one.username === gateway.username);
  if (mine === undefined) throw new Error('the stock connection is not there');
  const startedAt = performance.now();
  gateway.faults.inject({ fault: 'F3', hub: 'user', connection: mine.id });
  return { closed: closed.then((at) => at - startedAt) };
}

const gateway = await startGateway({
  trader: 'off',
  moreUsers: indices.map((index) => ({ ...userOf(index), accounts: [accountOf(index)] })),
});
const lives = indices.map((index) => {
  const live = openLogin({
    spec: specOf(gateway, index),
    apiKey: userOf(index).apiKey,
    worker: 'bench',
    clock: systemClock,
    log: silent,
    thresholds: startThresholds,
  });
  live.start();
  return { index, live };
});

const stockRuns: Promise<number>[] = [];
for (let client = 0; client < stockClients; client += 1) {
  stockRuns.push((await stock(gateway)).closed);
}
const flowing: number[] = [];
const idle: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  flowing.push(
    ...(await Promise.all(lives.map(({ index, live }) => detect(gateway, live, index, 'market')))),
  );
  idle.push(...(await Promise.all(lives.map(({ index, live }) => detect(gateway, live, index, 'user')))));
}
const defaults = await Promise.all(stockRuns);
await Promise.all(lives.map(({ live }) => live.close()));
await gateway.stop();

/** Whole desks' worth of logins with the thresholds as shipped, flat, each told by its own alert. */
async function mute(): Promise<{ readonly alerts: readonly number[]; readonly pages: readonly number[] }> {
  const alerts = new Map<string, number>();
  let startedAt = Number.POSITIVE_INFINITY;
  const stage = await openStage({
    redis: 'server',
    moreLogins: muteLogins - 1,
    onLine: (line) => {
      if (line.msg !== 'alert firing' || line.login === undefined || startedAt === Number.POSITIVE_INFINITY)
        return;
      if (line.key?.startsWith('feed-mute') === true && !alerts.has(line.login))
        alerts.set(line.login, performance.now() - startedAt);
    },
  });
  const pages: number[] = [];
  stage.discord.on(stage.discord.users.lead, (event) => {
    if (event.kind === 'message.create' && event.channel === stage.discord.channelId)
      pages.push(performance.now() - startedAt);
  });
  // A host judges mute feeds only once its start is over.
  await new Promise((resolve) =>
    setTimeout(resolve, startThresholds.startupMs + startThresholds.muteMs + 3_000),
  );
  startedAt = performance.now();
  stage.gateway.faults.inject({ fault: 'F4', hub: 'market' });
  await until(
    () => alerts.size >= muteLogins && pages.length >= muteLogins,
    90_000,
    'every login tells its mute feed',
  );
  await stage.stop();
  return { alerts: [...alerts.values()], pages };
}

const muted = await mute();
const p99 = Math.max(percentile(flowing, 0.99), percentile(idle, 0.99));
const slowest = Math.max(...muted.alerts);
const verdict = (held: boolean): string => (held ? 'held' : 'MISSED');
keep('half-open', 'A dead link and a mute feed, until they are seen', [
  `${logins} logins at once on the simulated gateway, each through its own live hubs. F3 freezes one socket (no FIN, no frame, no pong) at any phase of the ping; the clock stops when the hub's state leaves \`connected\`.`,
  'The floor is the official SignalR client as it comes (`serverTimeout` 30 s), frozen the same way in the same run.',
  `Mute: F4 on ${muteLogins} whole logins of a running desk with the thresholds as shipped, all flat; the hold-off for a flat account counts from the last data and is in both numbers.`,
  '',
  header,
  row('half-open, data flowing (market hub)', flowing),
  row('half-open, idle (user hub)', idle),
  row('half-open, official client by itself', defaults),
  row('mute feed → alert', muted.alerts),
  row('mute feed → page accepted', muted.pages),
  '',
  '| target | measured | |',
  '|---|---|---|',
  `| half-open p99 ≤ 3 s, flowing and idle | ${ms(p99)} | ${verdict(p99 <= 3_000)} |`,
  `| ratio to the official client, p50 | ${(percentile([...flowing, ...idle], 0.5) / percentile(defaults, 0.5)).toFixed(3)} × | |`,
  `| mute feed → alert ≤ 30 s | ${ms(slowest)} | ${verdict(slowest <= 30_000)} |`,
]);
process.exit(0);
