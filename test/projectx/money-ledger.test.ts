// Money as it comes over real sockets: raw payloads of every shape, repeated balances, voids, and what is asked when in doubt.
import { expect, it } from 'vitest';
import type { SuiteView } from '../../src/domain/suite.ts';
import { mnq, ok, practice, until } from './fake-gateway.ts';
import { suite, useBench } from './login-bench.ts';
import type { LiveLogin } from '../../src/projectx/live-login.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';

const bench = useBench();

function first(login: LiveLogin): SuiteView {
  const [view] = login.view().suites;
  if (view === undefined) throw new Error('no suite');
  return view;
}

const trade = (id: number | string, patch: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  accountId: 901,
  contractId: mnq.id,
  creationTimestamp: new Date().toISOString(),
  price: 25410.75,
  fees: 0.74,
  commissions: 0.5,
  side: 0,
  size: 2,
  voided: false,
  orderId: 3091187744,
  ...patch,
});

it('balances are kept once each however often told, flat or wrapped, and fills of other contracts too', async () => {
  const { gateway, open, proven } = bench();
  const login = open();
  await proven(login);
  const user = gateway.newest('user');
  const told = (balance: unknown): Record<string, unknown> => ({ ...practice, balance });
  user.send('GatewayUserTrade', { action: 0, data: trade('9007199254740993123') });
  user.send('GatewayUserTrade', trade(2, { contractId: 'CON.F.US.EP.Z25' }));
  for (let index = 0; index < 4; index += 1)
    user.send('GatewayUserAccount', { action: 1, data: told(50310.0) });
  user.send('GatewayUserAccount', told('50309.500000000'));
  await until('both balances', () => first(login).money.balances.length >= 3);
  const { balances, halfTurns, agreed } = first(login).money;
  expect(balances.slice(-2).map(({ balance, times, source }) => [balance.toFixed(2), times, source])).toEqual(
    [
      ['50310.00', 4, 'hub'],
      ['50309.50', 1, 'hub'],
    ],
  );
  expect(halfTurns.map(({ id }) => id)).toEqual(['9007199254740993123', '2']);
  expect(
    first(login)
      .fills()
      .map(({ id }) => id),
  ).toEqual(['9007199254740993123']);
  expect(agreed?.widelyAt).toBeTypeOf('number');
});

it('a trade told again as voided is one half turn that is out, and REST fills what the hub left out', async () => {
  const { gateway, open, proven } = bench();
  const login = open();
  await proven(login);
  const bare = trade(7, { commissions: undefined });
  gateway.newest('user').send('GatewayUserTrade', { action: 0, data: bare });
  await until('the fill', () => first(login).money.halfTurns.length === 1);
  expect(first(login).money.halfTurns[0]).toMatchObject({ commissions: undefined, voidedAt: undefined });
  gateway.rest['Trade/search'] = () => ok({ trades: [trade(7, { commissions: 0.5 })] });
  gateway.newest('user').kill();
  await until('REST', () => first(login).money.halfTurns[0]?.seenOn.length === 2);
  expect(first(login).money.halfTurns[0]?.commissions?.toFixed(2)).toBe('0.50');
  gateway.newest('user').send('GatewayUserTrade', { action: 1, data: trade(7, { voided: true }) });
  await until('voided', () => first(login).money.halfTurns[0]?.voidedAt !== undefined);
  expect(first(login).money.halfTurns[0]).toMatchObject({ voided: true, stoodBefore: true });
});

it('a balance that moves by itself is asked about at once, the day’s fills with it, and then left alone', async () => {
  const { gateway, open, proven } = bench();
  const login = open([suite], { thresholds: { ...startThresholds, moneySettleMs: 60 } });
  await proven(login);
  await until('a balance', () => first(login).money.knownSinceAt !== undefined);
  // The first balance stands alone for longer than the settling time.
  await until('quiet', () => Date.now() - (first(login).money.knownSinceAt ?? Date.now()) > 90);
  const before = gateway.calls.length;
  gateway.newest('user').send('GatewayUserAccount', { action: 1, data: { ...practice, balance: 48000 } });
  await until(
    'asked',
    () => gateway.calls.slice(before).some(({ path }) => path === 'Account/search'),
    5_000,
  );
  const asked = gateway.calls.slice(before).find(({ path }) => path === 'Trade/search');
  const since = Date.parse(String((asked?.body as { startTimestamp?: string }).startTimestamp));
  expect(Date.now() - since).toBeGreaterThan(23 * 3_600_000);
});

it('fills of the day before we came are known to the money and are no misses of our hub', async () => {
  const { gateway, open, proven } = bench();
  const early = new Date(Date.now() - 3 * 3_600_000).toISOString();
  gateway.rest['Trade/search'] = () => ok({ trades: [trade(5, { creationTimestamp: early })] });
  const login = open();
  await proven(login);
  await until('known', () => first(login).money.halfTurns.length === 1);
  expect(first(login).fills()).toEqual([]);
});

it('a balance that the hub does not tell of is seen by the next look', async () => {
  const { gateway, open, proven } = bench();
  const login = open([suite], { tuning: { balanceMs: 50 } });
  await proven(login);
  gateway.rest['Account/search'] = () =>
    ok({ accounts: [{ ...practice, balance: 47_000, canTrade: false }] });
  await until('seen', () => first(login).money.balances.at(-1)?.balance.toFixed() === '47000', 4_000);
  expect(first(login).money.balances.at(-1)?.source).toBe('rest');
  expect(first(login).account?.canTrade).toBe(false);
});
