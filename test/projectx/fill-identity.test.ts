// A fill that is told twice, each time with something left out, is known as a whole, whichever telling came first.
import { expect, it } from 'vitest';
import type { Fill } from '../../src/domain/order.ts';
import { AccountLedger } from '../../src/projectx/account-ledger.ts';
import { MoneyLedger } from '../../src/projectx/money-ledger.ts';
import { toFill } from '../../src/projectx/wire-user.ts';

const now = Date.UTC(2026, 10, 26, 15);
const contractId = 'CON.F.US.MNQ.Z26';

function fill(more: Record<string, unknown>): Fill {
  const read = toFill(
    { id: 31, accountId: 901, contractId, price: 25_410.75, ...more },
    'hub',
    now,
    () => undefined,
  );
  if (read === undefined) throw new Error('the fill of this test cannot be read');
  return read;
}

const bare = fill({});
const whole = fill({ creationTimestamp: new Date(now).toISOString(), side: 1, size: 2, orderId: 44 });
const identity = { side: 'sell', size: 2, orderId: '44', exchangeAt: now };

it.each([
  ['the whole one last', [bare, whole]],
  ['the whole one first', [whole, bare]],
])('with %s', (_order, tellings) => {
  const [account, money] = [new AccountLedger(901), new MoneyLedger(5_000)];
  for (const telling of tellings) {
    account.takeFill(telling);
    money.take(telling, now);
  }
  expect(account.fills(contractId)).toMatchObject([identity]);
  expect(money.view().halfTurns).toMatchObject([identity]);
});
