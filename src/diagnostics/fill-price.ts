// Does every fill's price agree with its limit and with what traded around it?
import { diagnostic } from '../domain/diagnostic.ts';
import { brokenLimit } from '../domain/fill-limit.ts';
import { fillWords, money } from '../domain/order-words.ts';
import type { Contract, Print } from '../domain/market.ts';
import type { Fill } from '../domain/order.ts';
import { gridMoney, onGrid, priceText, toGrid } from '../domain/price.ts';
import { spanText } from '../domain/span.ts';
import { fillOffMarket, fillWorseThanLimit } from '../domain/trading-findings.ts';
import { orderEvidence, withoutBooks } from '../domain/trading-look.ts';

/** Prints this far around a fill must span its price; so many are needed to say so, and so many ticks are forgiven. */
const aroundMs = 5_000;
const enoughPrints = 10;
const slackTicks = 4;

interface Around {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** What traded around the fill; undefined where too little did, or the window does not reach that far to either side. */
function around(fill: Fill, prints: readonly Print[]): Around | undefined {
  const at = fill.exchangeAt;
  const oldestAt = prints[0]?.exchangeAt;
  const newestAt = prints.at(-1)?.exchangeAt;
  if (at === undefined || oldestAt === undefined || oldestAt > at - aroundMs) return undefined;
  // The prints that show where a moving market went come after the fill.
  if (newestAt === undefined || newestAt < at + aroundMs) return undefined;
  let [low, high, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const { price, exchangeAt } of prints) {
    if (exchangeAt === undefined || Math.abs(exchangeAt - at) > aroundMs || !onGrid(price)) continue;
    low = Math.min(low, price);
    high = Math.max(high, price);
    count += 1;
  }
  return count < enoughPrints ? undefined : { low, high, count };
}

function isOffMarket(fill: Fill, { low, high }: Around, contract: Contract): boolean {
  const ticks = toGrid(fill.price.toFixed(), contract.tickSize);
  return !onGrid(ticks) || ticks < low - slackTicks || ticks > high + slackTicks;
}

export default diagnostic({
  name: 'fill-price',
  question: 'Do fills agree with their limits and the market?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['data-freshness', 'suite-setup'],
  topics: ['orders', 'data'],
  findings: { 'fill-worse-than-limit': fillWorseThanLimit, 'fill-off-market': fillOffMarket },
  examine(suite, { now, thresholds }) {
    const skip = withoutBooks(suite);
    if (skip !== undefined) return skip;
    const { contract, spec } = suite;
    if (contract === undefined) return { status: 'skip', reason: `${spec.name}: its contract is not found` };
    const recent = suite
      .fills()
      .filter(({ voided, receivedAt }) => !voided && now - receivedAt < thresholds.outcomeMs);
    const orders = new Map(suite.orders().map((order) => [order.id, order]));
    for (const worse of recent) {
      const order = orders.get(worse.orderId);
      const limit =
        order === undefined ? undefined : brokenLimit(worse, order, suite.trading.story(order.id));
      if (order === undefined || limit === undefined) continue;
      return {
        status: 'fail',
        finding: 'fill-worse-than-limit',
        sinceAt: worse.exchangeAt ?? worse.receivedAt,
        summary: `${spec.name}: ${fillWords(worse)} is worse than the limit of its order, ${money(limit)} then.`,
        evidence: [
          {
            label: `fill ${worse.id}`,
            value: fillWords(worse),
            source: worse.seenOn.join(' and '),
            at: worse.receivedAt,
          },
          orderEvidence(order, `no fill beyond ${money(limit)}`),
        ],
        remedy: 'Compare the fill with the platform’s order history.',
      };
    }
    const prints = recent.length === 0 ? [] : suite.prints();
    for (const fill of recent) {
      const market = around(fill, prints);
      if (market === undefined || !isOffMarket(fill, market, contract)) continue;
      const text = (ticks: number): string => priceText(ticks, contract.tickSize);
      return {
        status: 'warn',
        finding: 'fill-off-market',
        sinceAt: fill.exchangeAt ?? fill.receivedAt,
        summary: `${spec.name}: ${fillWords(fill)}, while ${text(market.low)} to ${text(market.high)} traded around it.`,
        evidence: [
          {
            label: `fill ${fill.id}`,
            value: fillWords(fill),
            source: fill.seenOn.join(' and '),
            at: fill.receivedAt,
          },
          {
            label: `${market.count} prints within ${spanText(aroundMs)} of it`,
            value: `${text(market.low)} to ${text(market.high)}`,
            threshold: `at most ${slackTicks} ticks (${gridMoney(slackTicks, contract.tickSize)?.toFixed() ?? '?'}) outside`,
            source: 'market hub, exchange time',
            at: now,
          },
        ],
        remedy: 'Compare the fill and the chart on the platform.',
      };
    }
    return {
      status: 'pass',
      summary: `${spec.name}: ${recent.length === 0 ? 'no fill in the last minutes' : recent.length === 1 ? '1 fill agrees' : `${recent.length} fills agree`}.`,
      evidence: [
        {
          label: 'fills looked at',
          value: String(recent.length),
          source: 'user hub and REST',
          at: suite.reconciledAt ?? now,
        },
      ],
    };
  },
});
