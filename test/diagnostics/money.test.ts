// The money diagnostics over a whole examination: each fault its own root, nothing on a sound account, and "cannot tell" where it cannot be told.
import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { loadDiagnostics } from '../../src/catalogue.ts';
import type { Contract } from '../../src/domain/market.ts';
import type { Position } from '../../src/domain/order.ts';
import type { Finding } from '../../src/domain/report.ts';
import type { SuiteView } from '../../src/domain/suite.ts';
import { startThresholds } from '../../src/domain/thresholds.ts';
import pnl from '../../src/exhibits/pnl.ts';
import { examine } from '../../src/flows/examine.ts';
import { FakeClock } from '../fakes/clock.ts';
import { nothingTraded } from '../../src/domain/trading-view.ts';
import { aPosition } from '../fakes/trading.ts';
import { fill, mnqId, TradingAccount, usd } from '../fakes/money.ts';
import { fakeLogin, firstSuite } from '../fakes/view.ts';

const start = Date.parse('2026-03-04T16:00:00Z');
const minute = 60_000;
const now = start + 30 * minute;
const diagnostics = await loadDiagnostics();
const money = ['pnl-truth', 'balance-jump', 'fill-pnl', 'voided-trades', 'trade-costs', 'position-average'];
const market = { kind: 'open', openedAt: start - minute, closesAt: now + 60 * minute } as const;

function login(account: TradingAccount, patch: Partial<SuiteView> = {}) {
  const more = { money: account.ledger.view(), reconciledAt: now - minute, ...patch };
  return fakeLogin(now, { suites: [{ instrument: 'MNQ', patch: more }] });
}

async function report(
  account: TradingAccount,
  patch: Partial<SuiteView> = {},
): Promise<ReadonlyMap<string, Finding>> {
  const { findings } = await examine({
    login: login(account, patch),
    suites: [],
    diagnostics,
    wanted: money,
    clock: new FakeClock(now),
    market: () => market,
    thresholds: startThresholds,
    signal: new AbortController().signal,
    deadlineMs: 10_000,
  });
  for (const { summary } of findings) expect(summary).not.toMatch(/undefined|NaN|Infinity/);
  return new Map(findings.map((finding) => [finding.diagnostic, finding]));
}

const roots = (findings: ReadonlyMap<string, Finding>): readonly string[] =>
  [...findings.values()].flatMap(({ label, consequenceOf }) =>
    label !== undefined && consequenceOf === undefined ? [label] : [],
  );

const entry = fill(1, start + minute);
const exit = fill(2, start + 3 * minute, {
  side: 'sell',
  price: new Decimal('25418.25'),
  profitAndLoss: usd('30'),
});

function sound(): TradingAccount {
  const account = new TradingAccount('50000');
  account.restBalance(start);
  account.agree(start + 500);
  return account;
}

function traded(): TradingAccount {
  const account = sound();
  account.trade(entry);
  account.trade(exit);
  account.agree(start + 10 * minute);
  return account;
}

describe('a sound account', () => {
  it('passes every question', async () => {
    const findings = await report(traded());
    expect(roots(findings)).toEqual([]);
    const statuses = [...findings].map(([name, { status }]) => [name, status]);
    expect(Object.fromEntries(statuses)).toMatchObject({
      'pnl-truth': 'pass',
      'balance-jump': 'pass',
      'fill-pnl': 'pass',
      'voided-trades': 'pass',
      'trade-costs': 'pass',
      'position-average': 'pass',
    });
  });

  it('without a balance, a tick value or the opening fill it says what cannot be told, never pass', async () => {
    const silent = await report(new TradingAccount('1'));
    expect(money.map((name) => silent.get(name)?.status)).toEqual(money.map(() => 'skip'));
    const contract = firstSuite(login(traded())).contract as Contract;
    const without = await report(traded(), { contract: { ...contract, tickValue: new Decimal(0) } });
    expect(without.get('fill-pnl')?.status).toBe('skip');
    expect(without.get('fill-pnl')?.summary).toContain('tick value');
    expect(without.get('pnl-truth')?.status).toBe('pass');
    const late = sound();
    late.trade(exit);
    expect((await report(late)).get('fill-pnl')).toMatchObject({ status: 'skip' });
  });
});

it('a fill between the question for the position and its answer is not held against a position that lacks it', async () => {
  const account = sound();
  const next = fill(3, start + 5 * minute, { price: new Decimal('25420') });
  for (const made of [entry, exit, next]) account.book(made);
  account.agree(start + 6 * minute);
  account.restBalance(start + 6 * minute);
  const flat = {
    ...aPosition('flat', 0, start, { source: 'rest' }),
    receivedAt: start + 5 * minute + 200,
  };
  const read = { position: flat, reconciledAt: start + 5 * minute + 300 };
  const restAskedAt = start + 5 * minute - 100;
  const findings = await report(account, { ...read, trading: { ...nothingTraded, restAskedAt } });
  expect(roots(findings)).toEqual([]);
  expect(findings.get('fill-pnl')).toMatchObject({ status: 'skip' });
});

describe('each fault has its own root', () => {
  it('F24 balance jump', async () => {
    const account = traded();
    account.balance = account.balance.minus(1500);
    account.hubBalance(start + 12 * minute);
    account.agree(start + 13 * minute);
    const findings = await report(account);
    expect(roots(findings)).toEqual(['balance-jump']);
    expect(findings.get('balance-jump')?.summary).toBe(
      'The balance of PRAC-V2-1 moved by -1,500.00 to 48,527.52 at 10:12:00 CT without a trade.',
    );
  });

  it('F25 a fill booked with a wrong profit, whether the balance follows it or not', async () => {
    for (const followed of [true, false]) {
      const account = sound();
      account.trade(entry);
      account.book({ ...exit, profitAndLoss: usd('42.5') });
      if (!followed) account.balance = account.balance.minus('12.5');
      account.hubFill({ ...exit, profitAndLoss: usd('42.5') }, start + 3 * minute);
      account.hubBalance(start + 3 * minute + 50);
      account.agree(start + 10 * minute);
      const findings = await report(account);
      expect(roots(findings)).toEqual(['fill-pnl-wrong']);
      expect(findings.get('pnl-truth')).toMatchObject(
        followed ? { status: 'pass' } : { label: 'balance-disagrees', consequenceOf: 'fill-pnl' },
      );
      expect(findings.get('fill-pnl')?.summary).toContain('is booked at +42.50, its prices give +30.00');
    }
  });

  it('a balance that does not follow from sound fills', async () => {
    const account = sound();
    account.trade(entry);
    account.book(exit);
    account.balance = account.balance.minus('0.74');
    account.hubFill(exit, start + 3 * minute);
    account.hubBalance(start + 3 * minute + 50);
    account.agree(start + 10 * minute);
    const findings = await report(account);
    expect(roots(findings)).toEqual(['balance-disagrees']);
    expect(findings.get('pnl-truth')?.summary).toContain('off by -0.74 from what its fills explain');
    expect(findings.get('pnl-truth')?.summary).toContain('a fee or commission of trade 2');
  });

  it('F25 a closing trade voided while the position stays flat says nothing against the fills before it', async () => {
    const again = fill(3, start + 5 * minute, { price: new Decimal('25420') });
    const out = { ...exit, id: '4', exchangeAt: start + 8 * minute, profitAndLoss: usd('-7') };
    for (const before of [[], [fill(9, start + 2000, { size: 1 })]]) {
      const account = sound();
      for (const made of [...before, entry, exit, again, out]) account.trade(made);
      account.ledger.take({ ...out, voided: true }, start + 12 * minute);
      account.made.pop();
      account.made.push({ ...out, voided: true });
      account.agree(start + 13 * minute);
      const findings = await report(account);
      expect(roots(findings)).toContain('trade-voided');
      expect(findings.get('fill-pnl')?.status).toBe(before.length === 0 ? 'pass' : 'skip');
    }
  });

  it('F25 a trade voided after the fact, with the balance right or still holding it', async () => {
    for (const kept of [false, true]) {
      const account = traded();
      if (!kept) account.balance = account.balance.minus('28.76');
      account.ledger.take({ ...exit, voided: true }, start + 12 * minute);
      account.hubBalance(start + 12 * minute + 30);
      account.made[1] = { ...exit, voided: true };
      account.agree(start + 14 * minute);
      const held: Position = {
        id: '7',
        accountId: 901,
        contractId: mnqId,
        side: 'long',
        size: 2,
        averagePrice: entry.price,
        createdAt: start,
        receivedAt: start + 12 * minute,
        source: 'hub',
      };
      const findings = await report(account, { position: held });
      expect(roots(findings)).toEqual(['trade-voided']);
      expect(findings.get('pnl-truth')).toMatchObject(
        kept ? { label: 'balance-disagrees', consequenceOf: 'voided-trades' } : { status: 'pass' },
      );
    }
  });

  it('commissions that never come are no fault, and sums without them are told as such', async () => {
    const account = sound();
    const bare = { commissions: undefined };
    for (const one of [fill(1, start + minute, bare), { ...exit, ...bare }]) {
      account.book(one);
      account.balance = account.balance.minus('0.5');
      account.hubFill(one, one.exchangeAt ?? 0);
      account.hubBalance((one.exchangeAt ?? 0) + 60);
    }
    account.agree(start + 10 * minute);
    const findings = await report(account);
    expect(roots(findings)).toEqual([]);
    expect(findings.get('trade-costs')).toMatchObject({ status: 'pass' });
    expect(findings.get('trade-costs')?.summary).toContain('2 of them no commissions');
    expect(findings.get('pnl-truth')?.status).toBe('skip');
    expect(findings.get('pnl-truth')?.summary).toContain('came without fees or commissions');
  });

  it('fees that never come are told', async () => {
    const account = sound();
    account.trade(fill(1, start + minute, { fees: undefined }));
    account.agree(start + 10 * minute);
    expect(roots(await report(account))).toEqual(['costs-missing']);
  });

  it.each([
    [{ fees: usd('1.24') }, 'went from 0.37 to 0.62 a lot'],
    [{ fees: usd('2'), size: 3 }, 'went from 0.37 to 0.6667 a lot'],
  ])('fees that change to %o are told with both amounts', async (dear, words) => {
    const account = sound();
    for (let index = 1; index <= 7; index += 1) {
      const dearer = index === 7 ? dear : {};
      account.trade(
        fill(index, start + index * minute, { side: index % 2 === 0 ? 'sell' : 'buy', ...dearer }),
      );
    }
    account.agree(start + 10 * minute);
    const findings = await report(account);
    expect(findings.get('trade-costs')?.summary).toContain(words);
  });

  it('an average price that is not that of the fills', async () => {
    const account = sound();
    account.trade(entry);
    account.agree(start + 10 * minute);
    const held = (averagePrice: string): Position => ({
      id: '7',
      accountId: 901,
      contractId: mnqId,
      side: 'long',
      size: 2,
      averagePrice: usd(averagePrice),
      createdAt: start,
      receivedAt: start + 2 * minute,
      source: 'hub',
    });
    expect(roots(await report(account, { position: held('25411.25') }))).toEqual(['average-disagrees']);
    const right = await report(account, { position: held('25410.75') });
    expect(right.get('position-average')?.status).toBe('pass');
  });
});

describe('the exhibit', () => {
  it('shows rows, sums, both balances and the difference, byte for byte the same each time', () => {
    const account = traded();
    account.balance = account.balance.minus(1500);
    account.hubBalance(start + 12 * minute);
    account.agree(start + 13 * minute);
    const show = (): unknown =>
      pnl.show(firstSuite(login(account)), {
        now,
        market,
        marketOf: () => market,
        thresholds: startThresholds,
        signal: new AbortController().signal,
      });
    expect(show()).toEqual(show());
    expect(show()).toMatchObject([
      {
        rows: [
          ['10:01:00', 'buy 2 MNQZ5 25410.75', '–', '0.74 + 0.50', '-1.24', ''],
          ['10:03:00', 'sell 2 MNQZ5 25418.25', '+30.00', '0.74 + 0.50', '+28.76', ''],
        ],
      },
      {
        rows: [
          ['balance before', '50,000.00', '10:00:00 CT'],
          ['2 half turns', '+27.52', ''],
          ['balance by fills', '50,027.52', ''],
          ['balance reported', '48,527.52', '10:12:00 CT'],
          ['difference', '-1,500.00', ''],
          ['unexplained jump', '-1,500.00', '10:12:00 CT'],
        ],
      },
    ]);
  });
});
