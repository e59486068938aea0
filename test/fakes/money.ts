// An account that trades: its fills, balances and position as a gateway would tell them, told to a ledger in any order.
import { Decimal } from 'decimal.js';
import type { FactSource, Fill } from '../../src/domain/order.ts';
import { MoneyLedger } from '../../src/projectx/money-ledger.ts';
import { aFill, contractId } from './trading.ts';

export const settleMs = 5_000;
export const mnqId = contractId;

export function fill(id: number, at: number, patch: Partial<Fill> = {}): Fill {
  const own = { orderId: String(10_000 + id), price: new Decimal('25410.75') };
  return aFill(String(id), at, { ...own, ...patch });
}

export const usd = (amount: string | number): Decimal => new Decimal(amount);

/** What was made is kept here as the gateway has it, so that REST can be asked for it. */
export class TradingAccount {
  readonly ledger = new MoneyLedger(settleMs);
  readonly made: Fill[] = [];
  balance: Decimal;

  constructor(balance: string) {
    this.balance = usd(balance);
  }

  /** Books a fill at the gateway; nothing is told of it. */
  book(made: Fill): Fill {
    this.made.push(made);
    this.balance = this.balance
      .plus(made.profitAndLoss ?? 0)
      .minus(made.fees ?? 0)
      .minus(made.commissions ?? 0);
    return made;
  }

  hubFill(made: Fill, at: number): void {
    this.ledger.take({ ...made, receivedAt: at, seenOn: ['hub'] }, at);
  }

  hubBalance(at: number, balance = this.balance): void {
    this.ledger.tell(balance, 'hub', at);
  }

  restBalance(at: number, source: FactSource = 'rest'): void {
    this.ledger.tell(this.balance, source, at, at - 80);
  }

  /** `Trade/search` of the last day, answered at once. */
  agree(at: number, sinceAt = at - 24 * 3_600_000): void {
    const rows = this.made.filter(({ exchangeAt = 0 }) => exchangeAt >= sinceAt && exchangeAt <= at);
    this.ledger.agree(
      rows.map((row) => ({ ...row, receivedAt: at, seenOn: ['rest'] })),
      sinceAt,
      at,
      at,
    );
  }

  /** A whole fill as the hub tells it: the fill, then the balance. */
  trade(made: Fill): void {
    const at = made.exchangeAt ?? 0;
    this.book(made);
    this.hubFill(made, at + 10);
    this.hubBalance(at + 40);
    this.hubBalance(at + 90);
  }
}
