// Are the gateway's closed bars sound, and what our prints add up to?
import { different, unsound, type BarTrouble } from '../domain/bar-truth.ts';
import { barsDiffer, barsUnsound } from '../domain/data-findings.ts';
import { withoutData } from '../domain/data-look.ts';
import { inHole } from '../domain/data-view.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { chicagoTime, spanText } from '../domain/span.ts';

const shown = 4;
const minuteMs = 60_000;
/** An answer older than this says nothing of now. */
const staleMs = 10 * minuteMs;
/** Differences in so many minutes are a finding; one alone may be a print at the very edge of its minute. */
const fewMinutes = 2;

function evidenceOf({ startAt, words, what }: BarTrouble, at: number): Evidence {
  return {
    label: `bar of ${chicagoTime(startAt)}`,
    value: words,
    threshold: what === 'price' ? 'within 1 tick' : what === 'volume' ? 'within 5 %' : 'sound',
    source: 'REST History/retrieveBars',
    at,
  };
}

export default diagnostic({
  name: 'bar-truth',
  question: 'Are bars sound and true to the prints?',
  severity: 'medium',
  scope: 'suite',
  dependsOn: ['rest-session', 'volume-truth', 'data-freshness'],
  topics: ['data'],
  findings: { 'bars-unsound': barsUnsound, 'bars-differ': barsDiffer },
  examine(suite, { now }) {
    const { data, spec } = suite;
    // Bars are what polling reads: they can be sound or not, and there are no prints to hold them against.
    const isPolled = spec.observe === 'rest';
    const skip = isPolled ? undefined : withoutData(suite);
    if (skip !== undefined) return skip;
    const { told, wholeSinceAt } = data;
    if (told === undefined || now - told.at > staleMs)
      return {
        status: 'skip',
        reason: `${spec.name}: the gateway’s bars ${told === undefined ? 'have not been read yet' : `were last read ${spanText(now - told.at)} ago`}`,
        ...(isPolled ? {} : { hubs: ['market'] as const }),
      };
    // The minute in which our stream began is not whole.
    const wholeFrom = wholeSinceAt === undefined ? Number.POSITIVE_INFINITY : wholeSinceAt + minuteMs;
    // What a mute feed did not bring is told by it: those minutes are its consequence.
    const { holes = [] } = data;
    const isHole = (startAt: number): boolean => inHole(holes, startAt, minuteMs);
    const own = suite.bars('1min').filter(({ startAt }) => !isHole(startAt));
    const printed = new Set(own.map(({ startAt }) => startAt));
    const bad = unsound(told, (startAt) =>
      !isPolled && printed.has(startAt) ? 'yes' : startAt < wholeFrom || isHole(startAt) ? 'unknown' : 'no',
    );
    const [first, ...more] = bad;
    if (first !== undefined) {
      return {
        status: 'fail',
        finding: 'bars-unsound',
        severity: 'medium',
        sinceAt: first.startAt,
        summary: `${spec.name}: of ${told.bars.length} bars of the gateway, ${bad.length === 1 ? 'one is' : `${bad.length} are`} unsound: ${first.words}.`,
        evidence: [
          evidenceOf(first, told.at),
          ...more.slice(0, shown - 1).map((one) => evidenceOf(one, told.at)),
        ],
        remedy:
          'Have the suite check bars before it uses them: order, duplicates, gaps, open and close within low and high.',
      };
    }
    const apart = different(told, own, wholeFrom);
    const minutes = new Set(apart.map(({ startAt }) => startAt)).size;
    const [worst, ...others] = apart;
    const left = told.bars.filter(({ startAt }) => isHole(startAt)).length;
    const leftOut =
      left === 0
        ? ''
        : ` ${left === 1 ? 'One minute is' : `${left} minutes are`} left out: the feed was told to be mute then.`;
    if (worst === undefined || (minutes < fewMinutes && !apart.some(({ certain }) => certain === true))) {
      return {
        status: 'pass',
        summary: `${spec.name}: ${told.bars.length} bars of the gateway are sound${isPolled ? '' : ' and agree with the prints'}.${leftOut}`,
        evidence: [
          {
            label: isPolled ? 'bars read' : 'bars compared',
            value: `${told.bars.length}, asked ${spanText(now - told.at)} ago`,
            source: 'REST History/retrieveBars',
            at: told.at,
          },
        ],
      };
    }
    return {
      status: 'fail',
      finding: 'bars-differ',
      severity: 'medium',
      sinceAt: worst.startAt,
      summary: `${spec.name}: the gateway’s bars of ${minutes === 1 ? 'a minute' : `${minutes} minutes`} are not what the prints add up to: ${worst.words}.${leftOut}`,
      evidence: [
        evidenceOf(worst, told.at),
        ...others.slice(0, shown - 1).map((one) => evidenceOf(one, told.at)),
      ],
      remedy: 'Compare with the platform’s chart before trusting either.',
    };
  },
});
