// Do bid and ask make a book: not crossed, not locked, both sides moving, the depth whole?
import { crossingToTell, mostUpdates } from '../domain/crossed-book.ts';
import { bookCrossed, bookFrozen, bookLocked, depthBroken } from '../domain/data-findings.ts';
import { withoutData } from '../domain/data-look.ts';
import type { BookState, DepthTrouble } from '../domain/data-view.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { priceText } from '../domain/price.ts';
import { closedText, spanText } from '../domain/span.ts';
import type { SuiteView } from '../domain/suite.ts';

function textOf({ contract }: SuiteView, ticks: number | undefined): string {
  return ticks === undefined || contract === undefined ? '–' : priceText(ticks, contract.tickSize);
}

function bookEvidence(suite: SuiteView, { bid, ask }: BookState, now: number): Evidence {
  const value = `${textOf(suite, bid)} / ${textOf(suite, ask)}`;
  return { label: 'bid / ask', value, source: 'market hub quotes', at: now };
}

function depthWords(depth: DepthTrouble): string {
  switch (depth.kind) {
    case 'empty':
      return 'was reset and has not been built again';
    case 'crossed':
      return 'holds levels of both sides that cross: some were never removed';
    case 'left-behind':
      return `still has a best ${depth.side} that the market trades ${depth.side === 'bid' ? 'below' : 'above'}: a level was never removed`;
    case 'crowded':
      return `holds ${depth.levels} ${depth.side}s, where it has ${depth.usual} a side: levels were never removed`;
    default:
      return depth satisfies never;
  }
}

/** It is not one level of the depth that was left behind: the quotes stand there too, and have all the while. */
function isStanding(
  depth: DepthTrouble,
  book: BookState,
): depth is Extract<DepthTrouble, { readonly kind: 'left-behind' }> {
  return (
    depth.kind === 'left-behind' &&
    book[depth.side] === depth.price &&
    book.movedAt[depth.side] <= depth.sinceAt
  );
}

export default diagnostic({
  name: 'book-sanity',
  question: 'Is the book sane?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['hub-connection', 'subscriptions', 'data-freshness', 'price-sanity', 'tick-alignment'],
  topics: ['data'],
  alarms: ['book-crossed', 'book-frozen'],
  findings: {
    'book-crossed': bookCrossed,
    'book-frozen': bookFrozen,
    'book-locked': bookLocked,
    'depth-broken': depthBroken,
  },
  examine(suite, { now, market, thresholds }) {
    const skip = withoutData(suite);
    if (skip !== undefined) return skip;
    if (market.kind === 'closed')
      return {
        status: 'skip',
        reason: `market closed (${closedText(market, now)}), quotes before an opening may cross`,
        hubs: ['market'],
      };
    const { data, spec } = suite;
    const { book } = data;
    const seen = bookEvidence(suite, book, now);
    const hubs = ['market'] as const;
    const crossed = crossingToTell(book, market.openedAt, now, thresholds);
    if (crossed !== undefined) {
      return {
        status: 'fail',
        finding: 'book-crossed',
        sinceAt: crossed.sinceAt,
        summary: `${spec.name}: ${crossed.words}.`,
        evidence: [
          {
            ...seen,
            threshold: `bid below ask; fail over ${spanText(thresholds.crossedMs)} or ${mostUpdates} updates`,
          },
        ],
        remedy: 'Do not trust the suite’s limit prices; have it subscribe to the contract again.',
        hubs,
      };
    }
    if (book.frozen !== undefined) {
      const { side, sinceAt, moves } = book.frozen;
      return {
        status: 'fail',
        finding: 'book-frozen',
        sinceAt,
        summary: `${spec.name}: the ${side} has not moved for ${spanText(now - sinceAt)}, while the other side moved ${moves} times and trades went on.`,
        evidence: [
          seen,
          { label: `moves of the other side`, value: String(moves), source: 'market hub quotes', at: now },
        ],
        remedy: 'Do not trust spreads and limit prices of the suite; have it subscribe the contract again.',
        hubs,
      };
    }
    const { depth } = book;
    if (depth !== undefined && now - depth.sinceAt > thresholds.depthMs && isStanding(depth, book)) {
      const { side, price, sinceAt } = depth;
      const beyond = side === 'bid' ? 'below' : 'above';
      return {
        status: 'fail',
        finding: 'book-frozen',
        sinceAt,
        summary: `${spec.name}: the ${side} stands at ${textOf(suite, price)} in quotes and depth alike, while the market has traded ${beyond} it for ${spanText(now - sinceAt)}.`,
        evidence: [seen],
        remedy: 'Do not trust spreads and limit prices of the suite; have it subscribe the contract again.',
        hubs,
      };
    }
    if (depth !== undefined && now - depth.sinceAt > thresholds.depthMs) {
      const what = depthWords(depth);
      return {
        status: 'fail',
        finding: 'depth-broken',
        severity: 'medium',
        sinceAt: depth.sinceAt,
        summary: `${spec.name}: the depth ${what}, for ${spanText(now - depth.sinceAt)}.`,
        evidence: [
          {
            label: 'depth',
            value: what,
            threshold: `whole within ${spanText(thresholds.depthMs)}`,
            source: 'market hub depth',
            at: now,
          },
          seen,
        ],
        remedy: 'Have the suite subscribe to depth again.',
        hubs,
      };
    }
    const locked = book.locked;
    if (locked !== undefined && now - locked.sinceAt > thresholds.depthMs && locked.updates > 10) {
      return {
        status: 'warn',
        finding: 'book-locked',
        severity: 'medium',
        sinceAt: locked.sinceAt,
        summary: `${spec.name}: bid and ask have been equal for ${spanText(now - locked.sinceAt)} and ${locked.updates} updates.`,
        evidence: [{ ...seen, threshold: `bid below ask; warn over ${spanText(thresholds.depthMs)}` }],
        remedy: 'Compare with the platform’s book.',
        hubs,
      };
    }
    return { status: 'pass', summary: `${spec.name}: bid and ask are sane.`, evidence: [seen] };
  },
});
