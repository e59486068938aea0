// Told balances against half turns: what is explained, what is not, from when, and what cannot be told yet.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceTruth, type BalanceTruth, type JudgedBalance } from '../../src/domain/balance-truth.ts';
import type { Fill } from '../../src/domain/order.ts';
import { fill, settleMs, TradingAccount, usd } from '../fakes/money.ts';

const start = Date.parse('2026-03-04T16:00:00Z');
const minute = 60_000;

function judge(account: TradingAccount, at: number): BalanceTruth {
  return balanceTruth(account.ledger.view(), at, settleMs);
}

function judged(account: TradingAccount, at: number): JudgedBalance {
  const truth = judge(account, at);
  if (truth.kind === 'open') throw new Error(truth.why);
  return truth;
}

const differences = ({ moves }: JudgedBalance): readonly string[] =>
  moves.map(({ difference }) => difference.toFixed(2));

/** Hosted with a balance known and every fill before agreed. */
function hosted(balance = '50000'): TradingAccount {
  const account = new TradingAccount(balance);
  account.restBalance(start);
  account.agree(start + 500);
  return account;
}

describe('the account of reference 4.4', () => {
  it('15 MYM with fees 5.55, commissions 3.75 and a profit of 555.00 move the balance by 545.70', () => {
    const account = hosted();
    const costs = { fees: usd('5.55'), commissions: usd('3.75'), size: 15 };
    account.trade(fill(1, start + minute, costs));
    account.trade(fill(2, start + 2 * minute, { ...costs, side: 'sell', profitAndLoss: usd('555.00') }));
    const truth = judged(account, start + 3 * minute);
    expect(truth.told.balance.toFixed(2)).toBe('50536.40');
    expect(truth.explained.toFixed(2)).toBe('536.40');
    expect(truth.difference.isZero()).toBe(true);
    expect(truth.moves).toEqual([]);
  });
});

describe('what is well', () => {
  it('the balance may come before the fill, the fill twice, and by REST and hub', () => {
    const account = hosted();
    const made = account.book(fill(1, start + minute));
    account.hubBalance(start + minute + 5);
    account.hubFill(made, start + minute + 900);
    account.hubFill(made, start + minute + 4_000);
    account.agree(start + minute + 7_000);
    expect(judged(account, start + 2 * minute)).toMatchObject({ moves: [], pending: undefined });
    expect(account.ledger.view().halfTurns).toHaveLength(1);
  });

  it('a balance that REST was asked for while a fill was made that only REST tells says nothing of it', () => {
    const account = hosted();
    const [askedAt, madeAt] = [start + minute, start + minute + 110];
    const before = account.balance;
    account.book(fill(1, madeAt));
    account.ledger.tell(before, 'rest', madeAt + 30, askedAt);
    account.agree(start + minute + 7_000);
    account.restBalance(start + minute + 7_000);
    expect(judged(account, start + minute + 7_100).moves).toEqual([]);
    const late = judged(account, start + 2 * minute);
    expect(late).toMatchObject({ moves: [], pending: undefined });
    expect(late.told.balance.eq(account.balance)).toBe(true);
  });

  it('an older balance told after the newer one is nothing once REST has told the newer one again', () => {
    const account = hosted();
    const before = account.balance;
    account.trade(fill(1, start + minute));
    account.hubBalance(start + minute + 200, before);
    account.agree(start + minute + 6_000);
    expect(differences(judged(account, start + minute + 6_050))).toHaveLength(1);
    account.restBalance(start + minute + 6_100);
    expect(judged(account, start + minute + 6_150)).toMatchObject({ moves: [], pending: 'settling' });
    expect(judged(account, start + 2 * minute)).toMatchObject({ moves: [], pending: undefined });
  });

  it('fills of another contract of the account count', () => {
    const account = hosted();
    account.trade(fill(1, start + minute, { contractId: 'CON.F.US.EP.Z25' }));
    expect(judged(account, start + 2 * minute).moves).toEqual([]);
  });

  it('a host that starts in mid-day does not count what the balance held already', () => {
    const account = new TradingAccount('50000');
    account.book(fill(1, start - 60 * minute));
    account.book(fill(2, start - 30 * minute, { side: 'sell', profitAndLoss: usd('-212.5') }));
    account.restBalance(start);
    account.agree(start + 300);
    account.trade(fill(3, start + minute));
    const truth = judged(account, start + 2 * minute);
    expect(truth.turns.map(({ id }) => id)).toEqual(['3']);
    expect(truth.moves).toEqual([]);
  });

  it('a fill in the very moment of the first balance is not started from', () => {
    const account = new TradingAccount('50000');
    account.restBalance(start);
    const made = account.book(fill(1, start + 300));
    account.hubFill(made, start + 310);
    account.agree(start + 500);
    expect(judge(account, start + minute).kind).toBe('open');
    account.restBalance(start + minute);
    account.trade(fill(2, start + 2 * minute));
    expect(judged(account, start + 3 * minute)).toMatchObject({ moves: [], pending: undefined });
  });

  it('a fill the hub hid is not told as wrong before Trade/search was asked, nor after it', () => {
    const account = hosted();
    account.book(fill(1, start + minute, { side: 'sell', profitAndLoss: usd('120') }));
    account.hubBalance(start + minute + 40);
    expect(judged(account, start + 2 * minute)).toMatchObject({ pending: 'unsaid', moves: [] });
    expect(account.ledger.doubtful(start + 2 * minute)).toBe(true);
    account.agree(start + 2 * minute);
    expect(judged(account, start + 3 * minute)).toMatchObject({ pending: undefined, moves: [] });
  });

  it('a first balance of this very moment stands, as long as nothing else is told beside it', () => {
    const account = new TradingAccount('50000');
    account.restBalance(start);
    expect(judged(account, start + 100)).toMatchObject({ moves: [], turns: [], pending: 'settling' });
    expect(account.ledger.doubtful(start + 100)).toBe(false);
    account.hubBalance(start + 200, usd(49_000));
    expect(judge(account, start + 300).kind).toBe('open');
  });

  it('a balance that is not told after a fill is waited for, and asked for', () => {
    const account = hosted();
    account.hubFill(account.book(fill(1, start + minute)), start + minute);
    expect(judged(account, start + 2 * minute)).toMatchObject({ pending: 'untold', moves: [] });
    expect(account.ledger.doubtful(start + 2 * minute)).toBe(true);
    account.restBalance(start + 2 * minute);
    expect(judged(account, start + 3 * minute)).toMatchObject({ pending: undefined, moves: [] });
  });

  it('an answer of REST that crossed an event of the hub is not believed', () => {
    const account = hosted();
    const before = account.balance;
    account.trade(fill(1, start + minute));
    account.ledger.tell(before, 'rest', start + minute + 200, start + minute - 50);
    account.agree(start + 2 * minute);
    expect(judged(account, start + 3 * minute).moves).toEqual([]);
  });

  it('a trade voided and taken back in one moment, whichever is told first', () => {
    for (const late of [0, 700]) {
      const account = hosted();
      const made = fill(1, start + minute, { side: 'sell', profitAndLoss: usd('30') });
      account.trade(made);
      account.balance = account.balance.minus('28.76');
      account.hubBalance(start + 10 * minute + 350);
      account.ledger.take({ ...made, voided: true }, start + 10 * minute + late);
      account.hubBalance(start + 10 * minute + 800);
      account.agree(start + 11 * minute);
      expect(differences(judged(account, start + 12 * minute))).toEqual([]);
    }
  });
});

describe('what is wrong', () => {
  it('a payout is a jump with its instant and without half turns', () => {
    const account = hosted();
    account.trade(fill(1, start + minute));
    account.balance = account.balance.minus(2_000);
    account.hubBalance(start + 5 * minute);
    account.trade(fill(2, start + 9 * minute, { side: 'sell', profitAndLoss: usd('14') }));
    account.agree(start + 10 * minute);
    const truth = judged(account, start + 12 * minute);
    expect(differences(truth)).toEqual(['-2000.00']);
    expect(truth.moves[0]).toMatchObject({ toAt: start + 5 * minute, turns: [] });
    expect(truth.difference.toFixed(2)).toBe('-2000.00');
  });

  it('one cent is allowed and more is not, at the fill it came with', () => {
    for (const [off, expected] of [
      ['0.01', []],
      ['0.02', ['0.02']],
    ] as const) {
      const account = hosted();
      const made = account.book(fill(1, start + minute));
      account.balance = account.balance.plus(off);
      account.hubFill(made, start + minute);
      account.hubBalance(start + minute + 60);
      account.agree(start + 2 * minute);
      const truth = judged(account, start + 3 * minute);
      expect(differences(truth)).toEqual(expected);
      for (const { turns } of truth.moves) expect(turns.map(({ id }) => id)).toEqual(['1']);
    }
  });

  it('a voided trade that the balance keeps is found once the balance is told again', () => {
    const account = hosted();
    const made = fill(1, start + minute, { side: 'sell', profitAndLoss: usd('30') });
    account.trade(made);
    account.made[0] = { ...made, voided: true };
    account.ledger.take({ ...made, voided: true }, start + 5 * minute);
    expect(judged(account, start + 6 * minute)).toMatchObject({ pending: 'untold', moves: [] });
    account.restBalance(start + 6 * minute);
    account.agree(start + 7 * minute);
    const truth = judged(account, start + 8 * minute);
    expect(differences(truth)).toEqual(['28.76']);
    expect(truth.moves[0]?.turns.map(({ id }) => id)).toEqual(['1']);
  });

  it('is forgotten after a day, and a difference that was taken back is none', () => {
    const account = hosted();
    account.balance = account.balance.plus(100);
    account.hubBalance(start + minute);
    account.agree(start + 2 * minute);
    expect(differences(judged(account, start + 3 * minute))).toEqual(['100.00']);
    account.restBalance(start + 26 * 60 * minute);
    expect(differences(judged(account, start + 27 * 60 * minute))).toEqual([]);
    account.balance = account.balance.minus(100);
    const back = hosted();
    back.balance = back.balance.plus(100);
    back.hubBalance(start + minute);
    back.balance = back.balance.minus(100);
    back.hubBalance(start + 2 * minute);
    back.agree(start + 3 * minute);
    expect(differences(judged(back, start + 4 * minute))).toEqual([]);
  });
});

interface Story {
  readonly turns: readonly {
    readonly afterMs: number;
    readonly cents: number;
    readonly size: number;
    readonly feeCents: number;
    readonly fillLateMs: number;
    readonly balanceLateMs: number;
    readonly hidden: boolean;
    readonly silent: boolean;
    readonly again: boolean;
  }[];
  readonly jumpAfter: number;
  readonly jumpCents: number;
}

const stories = fc.record<Story>({
  turns: fc.array(
    fc.record({
      afterMs: fc.integer({ min: 6, max: 20_000 }),
      cents: fc.integer({ min: -100_000, max: 100_000 }),
      size: fc.integer({ min: 1, max: 15 }),
      feeCents: fc.integer({ min: 0, max: 500 }),
      fillLateMs: fc.integer({ min: 0, max: 2_000 }),
      balanceLateMs: fc.integer({ min: 0, max: 2_000 }),
      hidden: fc.boolean(),
      silent: fc.boolean(),
      again: fc.boolean(),
    }),
    { maxLength: 25 },
  ),
  jumpAfter: fc.nat(24),
  jumpCents: fc.integer({ min: -500_000, max: 500_000 }).filter((cents) => Math.abs(cents) > 1),
});

/** Plays a story in any order of arrival; the jump comes at a quiet moment. Returns the account and when all has settled. */
function play(story: Story, jump: boolean): { account: TradingAccount; at: number; jumpedAt: number } {
  const account = hosted();
  const events: { at: number; run: () => void }[] = [];
  let at = start + 30_000;
  let jumpedAt = 0;
  const jumpNow = (): void => {
    at += 20_000;
    jumpedAt = at;
    const here = at;
    account.balance = account.balance.plus(usd(story.jumpCents).div(100));
    const balance = account.balance;
    events.push({ at: here, run: () => account.hubBalance(here, balance) });
    at += 20_000;
  };
  for (const [index, turn] of story.turns.entries()) {
    if (jump && index === story.jumpAfter % story.turns.length) jumpNow();
    at += turn.afterMs;
    const here = at;
    const made: Fill = account.book(
      fill(index + 1, here, {
        size: turn.size,
        profitAndLoss: turn.cents === 0 ? undefined : usd(turn.cents).div(100),
        fees: usd(turn.feeCents).div(100),
      }),
    );
    const balance = account.balance;
    const fillAt = here + turn.fillLateMs;
    if (!turn.hidden) events.push({ at: fillAt, run: () => account.hubFill(made, fillAt) });
    if (turn.again) events.push({ at: fillAt + 900, run: () => account.hubFill(made, fillAt + 900) });
    const balanceAt = here + turn.balanceLateMs;
    if (!turn.silent) events.push({ at: balanceAt, run: () => account.hubBalance(balanceAt, balance) });
  }
  if (jump && jumpedAt === 0) jumpNow();
  for (const { run } of events.sort((a, b) => a.at - b.at)) run();
  at += 30_000;
  account.restBalance(at);
  account.agree(at + 2_000);
  return { account, at: at + 30_000, jumpedAt };
}

describe('stories of any order of arrival', () => {
  it('nothing is wrong where nothing was seeded', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { account, at } = play(story, false);
        const truth = judged(account, at);
        expect(truth.pending).toBeUndefined();
        expect(differences(truth)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('a seeded jump is found to the cent', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { account, at } = play(story, true);
        const truth = judged(account, at);
        expect(truth.difference.times(100).toNumber()).toBe(story.jumpCents);
        expect(differences(truth).reduce((sum, cents) => sum + Math.round(Number(cents) * 100), 0)).toBe(
          story.jumpCents,
        );
      }),
      { numRuns: 400 },
    );
  });
});
