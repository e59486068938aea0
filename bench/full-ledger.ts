// A login whose ledgers are full to the brim, made of the real ledgers, for measuring what it costs to judge it.
import { Decimal } from 'decimal.js';
import type { Contract } from '../src/domain/market.ts';
import type { Fill, Order } from '../src/domain/order.ts';
import type { LoginView, SuiteView } from '../src/domain/suite.ts';
import { AccountLedger } from '../src/projectx/account-ledger.ts';
import { MarketLedger } from '../src/projectx/market-ledger.ts';
import { fakeLogin } from '../test/fakes/view.ts';

const minuteMs = 60_000;
const fills = 2_500;
const orders = 400;

function contractOf(index: number): Contract {
  const root = `X${index}`;
  return {
    id: `CON.F.US.${root}.Z26`,
    name: `${root}Z6`,
    description: root,
    tickSize: { num: 1, den: 4, text: '0.25' },
    tickValue: new Decimal('0.5'),
    activeContract: true,
    symbolId: `F.US.${root}`,
  };
}

/** As many prints, quotes and depth records as are kept, and some more. */
function marketOf(contract: Contract, now: number): MarketLedger {
  const ledger = new MarketLedger(contract, () => undefined);
  ledger.keep(['1min', '5min']);
  for (let index = 0; index < 20_000; index += 1) {
    const at = now - (20_000 - index) * 1_800;
    const stamp = new Date(at).toISOString();
    const price = 25_000 + (index % 200) / 4;
    ledger.take('trade', [{ price, timestamp: stamp, type: index % 2, volume: 1 }], at);
    if (index % 4 !== 0) continue;
    const quote = {
      lastPrice: price,
      bestBid: price - 0.25,
      bestAsk: price,
      volume: index,
      lastUpdated: stamp,
      timestamp: stamp,
    };
    ledger.take('quote', [quote], at);
    ledger.take('depth', [{ timestamp: stamp, type: 2, price, volume: 4, currentVolume: 4 }], at);
  }
  return ledger;
}

function fillOf(index: number, contract: Contract, now: number): Fill {
  const at = now - (fills - index) * 20_000;
  const closing = index % 2 === 1;
  return {
    id: String(2_588_000_000 + index),
    accountId: 901,
    contractId: contract.id,
    orderId: String(3_091_000_000 + index),
    exchangeAt: at,
    price: new Decimal(25_000 + (closing ? 2 : 0)),
    size: 2,
    side: closing ? 'sell' : 'buy',
    profitAndLoss: closing ? new Decimal(8) : undefined,
    fees: new Decimal('0.74'),
    commissions: new Decimal('0.5'),
    voided: false,
    receivedAt: at,
    seenOn: ['hub'],
  };
}

function orderOf(index: number, contract: Contract, now: number): Order {
  const at = now - (orders - index) * minuteMs;
  return {
    id: String(3_091_000_000 + index),
    accountId: 901,
    contractId: contract.id,
    createdAt: at,
    updatedAt: at,
    status: index % 50 === 0 ? 'open' : 'filled',
    type: index % 3 === 0 ? 'stop' : 'limit',
    side: index % 2 === 0 ? 'buy' : 'sell',
    size: 2,
    limitPrice: new Decimal(25_000),
    stopPrice: new Decimal(24_990),
    fillVolume: 2,
    filledPrice: new Decimal(25_000),
    customTag: undefined,
    parentOrderId: undefined,
    receivedAt: at,
    source: 'hub',
  };
}

/** One account whose every half turn is of the first contract: the worst case for a single question. */
function accountOf(contract: Contract, now: number): AccountLedger {
  const account = new AccountLedger(901);
  account.money.tell(new Decimal(50_000), 'rest', now - fills * 20_000 - minuteMs);
  let balance = new Decimal(50_000);
  for (let index = 0; index < fills; index += 1) {
    const made = fillOf(index, contract, now);
    balance = balance.plus(made.profitAndLoss ?? 0).minus('1.24');
    account.takeFill(made);
    account.money.take(made, made.receivedAt);
    account.money.tell(balance, 'hub', made.receivedAt + 40);
  }
  for (let index = 0; index < orders; index += 1) account.takeOrder(orderOf(index, contract, now));
  account.money.agree([], now - 24 * 60 * minuteMs, now - minuteMs, now - minuteMs);
  account.reconciledAt = now - 10_000;
  return account;
}

/** @param suites how many contracts, each watched by a suite of its own on the one account */
export function fullLogin(suites: number, now: number): LoginView {
  const contracts = Array.from({ length: suites }, (_, index) => contractOf(index));
  const [first = contractOf(0)] = contracts;
  const account = accountOf(first, now);
  return fakeLogin(now, {
    suites: contracts.map((contract, index) => {
      const market = marketOf(contract, now);
      const patch: Partial<SuiteView> = {
        contract,
        lastQuote: market.lastQuote,
        prints: () => market.prints(),
        bars: (timeframe) => market.bars(timeframe),
        orders: () => account.orders(contract.id),
        fills: () => account.fills(contract.id),
        position: account.position(contract.id),
        reconciledAt: account.reconciledAt,
        money: account.money.view(),
      };
      return { name: `suite-${index}`, instrument: `X${index}`, patch };
    }),
  });
}
