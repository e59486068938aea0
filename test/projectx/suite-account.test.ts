// Which account a suite is on: found once, then kept, told as locked or gone with what it holds, and never changed for another.
import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/domain/order.ts';
import type { SuiteView } from '../../src/domain/suite.ts';
import { keepSecret } from '../../src/log.ts';
import { pickAccount } from '../../src/projectx/suite-account.ts';
import { mnq, ok, practice, until } from './fake-gateway.ts';
import { suite, useBench } from './login-bench.ts';

const account = (id: number, more: Partial<Account> = {}): Account => ({
  id,
  name: `PRAC-V2-${id}`,
  balance: undefined,
  canTrade: true,
  isVisible: true,
  simulated: true,
  receivedAt: 0,
  ...more,
});

describe('where no account is named', () => {
  it('the first visible one that may trade is meant, however many old ones are listed before it', () => {
    const old = [account(1, { canTrade: false }), account(2, { isVisible: false })];
    expect(pickAccount([...old, account(3), account(4)], undefined)?.id).toBe(3);
  });

  it('and none may trade, the first visible one is', () => {
    const listed = [account(1, { canTrade: false, isVisible: false }), account(2, { canTrade: false })];
    expect(pickAccount(listed, undefined)?.id).toBe(2);
  });
});

it('a name is the whole name, and of two that bear it the one in use is meant', () => {
  expect(pickAccount([account(12)], 'PRAC-V2-1')).toBeUndefined();
  const twice = [account(1, { name: 'A', canTrade: false }), account(2, { name: 'A' })];
  expect(pickAccount(twice, 'A')?.id).toBe(2);
});

describe('an account once found is kept', () => {
  const bench = useBench();
  const other = { ...practice, id: 902, name: 'PRAC-V2-2' };
  const held = { id: 1, accountId: 901, contractId: mnq.id, type: 1, size: 2, averagePrice: 25410.75 };
  const unnamed = { ...suite, account: undefined };
  const quick = { resolveMs: 30, balanceMs: 30, resolveRetryMs: [30] };

  /** A login that found 901, long two lots, beside 902. */
  const openOnTwo = async () => {
    const { gateway, open } = bench();
    gateway.rest['Account/search'] = () => ok({ accounts: [practice, other] });
    gateway.rest['Position/searchOpen'] = ({ accountId }) =>
      ok({ positions: accountId === 901 ? [held] : [] });
    const login = open([unnamed], { tuning: quick });
    const seen = (): SuiteView | undefined => login.view().suites[0];
    await until('the position', () => seen()?.position?.size === 2);
    const looks = (): number => gateway.calls.filter(({ path }) => path === 'Account/search').length;
    /** Until it was looked again twice; more would use up our share of the requests. */
    const lookedAgain = async (): Promise<void> => {
      const before = looks();
      await until('more looks', () => looks() >= before + 2);
    };
    return { gateway, seen, lookedAgain };
  };

  it('when it may not trade any more, with its position', async () => {
    const { gateway, seen, lookedAgain } = await openOnTwo();
    gateway.rest['Account/search'] = () => ok({ accounts: [{ ...practice, canTrade: false }, other] });
    await lookedAgain();
    expect(seen()).toMatchObject({ account: { id: 901, canTrade: false }, position: { size: 2 } });
    expect(seen()?.accountProblem).toBeUndefined();
    const asked = gateway.connections.flatMap(({ invocations }) => invocations);
    expect(asked.filter(({ arguments: [id] }) => id === 902)).toEqual([]);
  });

  it('where a gateway does not call a locked one active: it is told as locked, not as gone', async () => {
    const { gateway, seen, lookedAgain } = await openOnTwo();
    const all = [{ ...practice, canTrade: false }, other];
    gateway.rest['Account/search'] = ({ onlyActiveAccounts }) =>
      ok({ accounts: onlyActiveAccounts === true ? [other] : all });
    await lookedAgain();
    expect(seen()).toMatchObject({ account: { id: 901, canTrade: false }, accountProblem: undefined });
  });

  it('when it is not listed any more, with its position, and is well again when it is', async () => {
    const { gateway, seen, lookedAgain } = await openOnTwo();
    gateway.rest['Account/search'] = () => ok({ accounts: [other] });
    await lookedAgain();
    expect(seen()).toMatchObject({ account: { id: 901 }, position: { size: 2 } });
    expect(seen()?.accountProblem).toMatch(/PRAC-V2-1 is no longer among the 1 account/);
    gateway.rest['Account/search'] = () => ok({ accounts: [other, practice] });
    await until('listed again', () => seen()?.accountProblem === undefined);
    expect(seen()?.account?.id).toBe(901);
  });

  it('and a secret that the gateway gives it as its name is told to nobody', async () => {
    keepSecret('canary-key-1234');
    const { gateway, seen, lookedAgain } = await openOnTwo();
    gateway.rest['Account/search'] = () =>
      ok({ accounts: [{ ...practice, name: 'canary-key-1234' }, other] });
    await lookedAgain();
    gateway.rest['Account/search'] = () => ok({ accounts: [other] });
    await until('gone', () => seen()?.accountProblem !== undefined);
    expect(seen()?.accountProblem).toMatch(/is no longer among the 1 account/);
    expect(seen()?.accountProblem).not.toContain('canary-key-1234');
  });
});
