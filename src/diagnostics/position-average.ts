// Does the position's average price follow from the fills that make it up?
import { diagnostic } from '../domain/diagnostic.ts';
import { averageDisagrees } from '../domain/money-findings.ts';
import { lotsOf } from '../domain/money-look.ts';

export default diagnostic({
  name: 'position-average',
  question: 'Does the position’s average price match its fills?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['gateway-reachable', 'rest-session', 'voided-trades', 'position-drift'],
  topics: ['money', 'positions'],
  findings: { 'average-disagrees': averageDisagrees },
  examine(suite, context) {
    const { position, contract } = suite;
    const found = lotsOf(suite, context);
    if (found.kind === 'open') return { status: 'skip', reason: found.why };
    if (position === undefined || position.side === 'flat' || contract === undefined) {
      return {
        status: 'pass',
        summary: `${suite.spec.name} is flat: there is no average price.`,
        evidence: [],
      };
    }
    const told = position.averagePrice;
    if (told === undefined) return { status: 'skip', reason: 'the position came without an average price' };
    const { average } = found.lots.left;
    if (average === undefined) {
      return { status: 'skip', reason: 'the fills that opened the position are not known' };
    }
    const { num, den } = contract.tickSize;
    // Averages are rounded by whoever tells them: less than half a tick says nothing.
    const off = [average.oldestFirst, average.average].map((due) =>
      told
        .minus(due)
        .abs()
        .times(2 * den)
        .div(num),
    );
    const side = `${position.side} ${position.size} ${contract.name}`;
    const evidence = {
      label: 'average price',
      value: `${told.toDecimalPlaces(6).toFixed()} reported, ${average.average.toDecimalPlaces(6).toFixed()} from the fills`,
      threshold: 'fail over half a tick off',
      source: position.source === 'hub' ? 'GatewayUserPosition' : 'Position/searchOpen',
      at: position.receivedAt,
    };
    if (off.every((halfTicks) => halfTicks.greaterThan(1))) {
      return {
        status: 'fail',
        finding: 'average-disagrees',
        summary: `The average price of ${side} is reported as ${told.toDecimalPlaces(6).toFixed()}, its fills give ${average.average.toDecimalPlaces(6).toFixed()}.`,
        evidence: [evidence],
        remedy: 'Place stops by the fill prices, not by the reported average, and compare with the platform.',
        sinceAt: position.receivedAt,
      };
    }
    return {
      status: 'pass',
      summary: `The average price of ${side} matches its fills.`,
      evidence: [evidence],
    };
  },
});
