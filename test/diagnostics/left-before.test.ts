// A stop that was left behind before the watch began: the fills of the day prove it, and what they do not prove is not told.
import { Decimal } from 'decimal.js';
import { expect, it } from 'vitest';
import orphan from '../../src/diagnostics/orphan-order.ts';
import type { Fill, Order } from '../../src/domain/order.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { askedOf } from '../fakes/asked.ts';
import { accountId, aFill, anOrder, answer, aPosition } from '../fakes/trading.ts';

const t0 = Date.parse('2026-03-04T16:00:00Z');
const second = 1_000;
const minute = 60 * second;
const profit = new Decimal('30');

const bought = aFill('1', t0 - 20 * minute);
const sold = aFill('2', t0 - 10 * minute, { side: 'sell', profitAndLoss: profit });
const stop = anOrder('9', t0 - 19 * minute);

/** Watched from `t0`: what was filled before is known from the money alone. */
function startedWith(fills: readonly Fill[], orders: readonly Order[]): AccountLedger {
  const ledger = new AccountLedger(accountId);
  ledger.hubSubscribed(t0);
  ledger.money.agree(fills, t0 - 24 * 60 * minute, t0, t0);
  answer(ledger, t0, { orders });
  return ledger;
}

async function told(fills: readonly Fill[], orders: readonly Order[], now = t0 + second): Promise<string> {
  const { status } = await askedOf(orphan, startedWith(fills, orders), now);
  return status;
}

it('a stop whose position was closed before the start is told as left behind', async () => {
  expect(await told([sold, bought], [stop])).toBe('fail');
});

it('a stop whose position was closed a moment before the start has its ten seconds', async () => {
  const justNow = { ...sold, exchangeAt: t0 - 2 * second };
  expect(await told([bought, justNow], [stop], t0 + 7 * second)).toBe('pass');
  expect(await told([bought, justNow], [stop], t0 + 9 * second)).toBe('fail');
});

it('an order that was placed after the close, or before the entry, is an entry', async () => {
  expect(await told([bought, sold], [anOrder('9', t0 - minute)])).toBe('pass');
  expect(await told([bought, sold], [anOrder('9', t0 - 30 * minute)])).toBe('pass');
});

it('an order on the side of the position that was closed is an entry', async () => {
  expect(await told([bought, sold], [{ ...stop, side: 'buy' }])).toBe('pass');
});

it('nothing is told where the fill that opened it is not known, or where a trade was voided', async () => {
  expect(await told([sold], [stop])).toBe('pass');
  expect(await told([bought, { ...sold, voided: true }], [stop])).toBe('pass');
});

it('a position that was turned round counts from the fill that turned it', async () => {
  const turned = { ...sold, size: 4 };
  const covered = aFill('3', t0 - 5 * minute, { profitAndLoss: profit });
  expect(await told([bought, turned, covered], [stop])).toBe('pass');
  expect(await told([bought, turned, covered], [anOrder('9', t0 - 9 * minute, { side: 'buy' })])).toBe(
    'fail',
  );
});

it('a position that is opened after the start takes the one before out of question', async () => {
  const ledger = startedWith([bought, sold], [stop]);
  ledger.takePosition(aPosition('long', 2, t0 + second));
  expect((await askedOf(orphan, ledger, t0 + 2 * second)).status).toBe('pass');
});

it('the fills of the day are looked through once, however many orders work', () => {
  const orders = Array.from({ length: 200 }, (_, index) => anOrder(`${index + 10}`, t0 - 19 * minute));
  const ledger = startedWith([sold], []);
  const { money } = ledger;
  const view = money.view.bind(money);
  let looks = 0;
  money.view = () => {
    looks += 1;
    return view();
  };
  answer(ledger, t0 + second, { orders });
  expect(looks).toBe(1);
});
