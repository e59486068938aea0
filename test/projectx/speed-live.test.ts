// Pace over real sockets: every path and hub is timed, the quiet user hub is tried now and then, and what is kept is told with its bound.
import { expect, it } from 'vitest';
import { unmeasuredHost } from '../../src/domain/host-view.ts';
import { until } from './fake-gateway.ts';
import { suite, useBench } from './login-bench.ts';

const bench = useBench();

it('REST by path, hub calls and pings are timed, and the host is shown as it measures itself', async () => {
  const { open, proven } = bench();
  const host = { ...unmeasuredHost, measuredSinceAt: 1, listenerWarnings: 3 };
  const login = open([suite], { host: () => host });
  await proven(login);
  await until('pings', () => (login.view().speed().pings.market.recent?.count ?? 0) > 1);
  const { rest, invokes, pings, retained, pausedUntil } = login.view().speed();
  expect(login.view().host).toBe(host);
  expect(rest.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Auth/loginKey', 'Account/search', 'Contract/search', 'Trade/search']),
  );
  for (const { recent, recentFailed } of rest) {
    expect(recent?.count).toBeGreaterThan(0);
    expect(recentFailed).toBe(0);
  }
  expect([invokes.user.recent?.count, invokes.market.recent?.count]).toEqual([4, 3]);
  expect(pings.user.recent?.count).toBeGreaterThan(0);
  expect(pausedUntil).toBeUndefined();
  const kept = new Map(retained.map(({ what, entries, bound }) => [what, [entries, bound]]));
  expect(kept.get('prints of MNQZ6')).toEqual([0, 4096]);
  expect(kept.get('connections of the market hub')).toEqual([1, 100]);
  expect(kept.get('half turns of PRAC-V2-1')).toEqual([0, 2000]);
  for (const { entries, bound } of retained) expect(entries).toBeLessThanOrEqual(bound);
});

it('the user hub gets its harmless subscription again, the market hub never does, and a refusal changes nothing', async () => {
  const { gateway, open, proven } = bench();
  const login = open([suite], { tuning: { probeMs: 100 } });
  await proven(login);
  gateway.acknowledge = () => 'not now';
  await until('probed', () => gateway.newest('user').invocations.length > 4);
  expect(gateway.newest('user').invocations[4]).toEqual({ target: 'SubscribeAccounts', arguments: [] });
  await until('counted', () => login.view().speed().invokes.user.recentFailed === 1);
  const { user } = login.view().hubs;
  expect(user.subscriptions.every(({ state }) => state.kind === 'acknowledged')).toBe(true);
  expect(user.state.kind).toBe('connected');
  expect(gateway.newest('market').invocations).toHaveLength(3);
});

it('a ping asked for twice is one call, and the second is counted as spared', async () => {
  const { gateway, open, proven } = bench();
  const login = open();
  await proven(login);
  const { reads } = login.view();
  const { signal } = new AbortController();
  await Promise.all([reads.ping(signal), reads.ping(signal)]);
  await reads.ping(signal);
  expect(gateway.calls.filter(({ path }) => path === 'Status/ping')).toHaveLength(1);
  expect(login.view().speed().pingsReused).toBe(2);
});
