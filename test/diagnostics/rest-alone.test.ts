// What REST alone tells is known as of its last answer: nobody is called for what may have been mended a moment after it.
import { describe, expect, it } from 'vitest';
import naked from '../../src/diagnostics/naked-position.ts';
import wrongSide from '../../src/diagnostics/wrong-side-protection.ts';
import orphan from '../../src/diagnostics/orphan-order.ts';
import type { Diagnostic } from '../../src/domain/diagnostic.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { askedOf } from '../fakes/asked.ts';
import { accountId, aFill, anOrder, answer, aPosition } from '../fakes/trading.ts';

const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;

async function told(asked: Diagnostic, ledger: AccountLedger, now: number): Promise<string> {
  const verdict = await askedOf(asked, ledger, now);
  return verdict.status;
}

const long = aPosition('long', 2, t0);
const stop = anOrder('9', t0 + second);

describe('a position without a stop', () => {
  it('is told once a second answer shows it too, which is asked for when it is due', async () => {
    const ledger = new AccountLedger(accountId);
    answer(ledger, t0, { positions: [long] });
    expect(await told(naked, ledger, t0 + 12 * second)).toBe('warn');
    expect(ledger.doubtful(t0 + 9 * second)).toBe(false);
    expect(ledger.doubtful(t0 + 10 * second)).toBe(true);
    answer(ledger, t0 + 10 * second, { positions: [long] });
    expect(ledger.doubtful(t0 + 14 * second)).toBe(false);
    expect(await told(naked, ledger, t0 + 10 * second)).toBe('fail');
  });

  it('is no warning while one answer alone has shown it, for that may have met a bracket half way', async () => {
    const ledger = new AccountLedger(accountId);
    answer(ledger, t0, { positions: [long] });
    expect(await told(naked, ledger, t0 + 9 * second)).toBe('skip');
    answer(ledger, t0 + 9 * second, { positions: [long] });
    expect(await told(naked, ledger, t0 + 9 * second)).toBe('warn');
  });

  it('is told after twice the time where no second answer comes', async () => {
    const ledger = new AccountLedger(accountId);
    answer(ledger, t0, { positions: [long] });
    expect(await told(naked, ledger, t0 + 20 * second)).toBe('fail');
    expect(ledger.doubtful(t0 + 20 * second)).toBe(false);
  });
});

describe('an order left behind', () => {
  function closedBy(orders: readonly ReturnType<typeof anOrder>[]): AccountLedger {
    const ledger = new AccountLedger(accountId);
    answer(ledger, t0 + 2 * second, { positions: [long], orders: [stop] });
    const fills = [aFill('1', t0 + 5 * second, { side: 'sell' })];
    answer(ledger, t0 + 12 * second, { orders, fills });
    return ledger;
  }

  it('is told once a second answer lists it too', async () => {
    const ledger = closedBy([stop]);
    expect(await told(orphan, ledger, t0 + 23 * second)).toBe('pass');
    expect(ledger.doubtful(t0 + 23 * second)).toBe(true);
    answer(ledger, t0 + 23 * second, { orders: [stop] });
    expect(await told(orphan, ledger, t0 + 23 * second)).toBe('fail');
  });

  it('is none that was placed after the closing fill, however late REST found the position closed', async () => {
    const entry = anOrder('10', t0 + 8 * second);
    const ledger = closedBy([entry]);
    answer(ledger, t0 + 30 * second, { orders: [entry] });
    expect(await told(orphan, ledger, t0 + 60 * second)).toBe('pass');
  });
});

describe('a stop on the wrong side', () => {
  const misplaced = anOrder('9', t0 - second, { side: 'buy' });
  const wrong = { positions: [long], orders: [misplaced] };

  it('is told once a second answer shows it too, for a position may turn between two answers', async () => {
    const ledger = new AccountLedger(accountId);
    answer(ledger, t0, wrong);
    expect(await told(wrongSide, ledger, t0 + 12 * second)).toBe('pass');
    expect(ledger.doubtful(t0 + 10 * second)).toBe(true);
    answer(ledger, t0 + 10 * second, wrong);
    expect(await told(wrongSide, ledger, t0 + 10 * second)).toBe('fail');
  });

  it('is told after twice the time where no second answer comes', async () => {
    const ledger = new AccountLedger(accountId);
    answer(ledger, t0, wrong);
    expect(await told(wrongSide, ledger, t0 + 20 * second)).toBe('fail');
  });

  it('is told after ten seconds where the hub is there and has said nothing of it', async () => {
    const ledger = new AccountLedger(accountId);
    ledger.hubSubscribed(t0 - 60 * second);
    answer(ledger, t0, wrong);
    expect(await told(wrongSide, ledger, t0 + second)).toBe('pass');
    expect(await told(wrongSide, ledger, t0 + 10 * second)).toBe('fail');
  });
});
