// Do the prints add up to the rise of the day's volume?
import { printsDoubled, volumeDiffers, volumeFell } from '../domain/data-findings.ts';
import { anomalyEvidence, recent, withoutData } from '../domain/data-look.ts';
import { inHole } from '../domain/data-view.ts';
import { diagnostic } from '../domain/diagnostic.ts';

/** Reference 12: more than 5 % over 5 min; below so many lots a share says nothing. */
const minutes = 5;
const minuteMs = 60_000;
const share = 0.05;
const leastLots = 50;

export default diagnostic({
  name: 'volume-truth',
  question: 'Do prints and volumes agree?',
  severity: 'medium',
  scope: 'suite',
  dependsOn: ['hub-connection', 'subscriptions', 'data-freshness'],
  topics: ['data'],
  findings: { 'volume-fell': volumeFell, 'volume-differs': volumeDiffers, 'prints-doubled': printsDoubled },
  examine(suite, { now, thresholds }) {
    const skip = withoutData(suite);
    if (skip !== undefined) return skip;
    const { data, spec } = suite;
    const fell = recent(data.anomalies['volume-fell'], now, thresholds.outcomeMs);
    if (fell !== undefined) {
      return {
        status: 'fail',
        finding: 'volume-fell',
        severity: 'medium',
        sinceAt: fell.firstAt,
        summary: `${spec.name}: the day’s volume went down: ${fell.sample}.`,
        evidence: [anomalyEvidence('falls of the day volume', fell, 'only when a new day begins')],
        remedy: 'Do not trust volumes built from it until the next trading day.',
        hubs: ['market'],
      };
    }
    // What a mute feed did not bring is told by it: those minutes are its consequence.
    const seen = data
      .volume()
      .filter(({ startAt }) => !inHole(data.holes ?? [], startAt, minuteMs))
      .slice(-minutes);
    const prints = seen.reduce((sum, minute) => sum + minute.prints, 0);
    const quoted = seen.reduce((sum, minute) => sum + minute.quoted, 0);
    const repeated = seen.reduce((sum, minute) => sum + minute.repeated, 0);
    if (seen.length < minutes || Math.max(prints, quoted) < leastLots) {
      return {
        status: 'pass',
        summary: `${spec.name}: the day’s volume has not gone down; ${seen.length < minutes ? `${minutes} whole minutes are needed to compare it with the prints` : 'too little traded to compare it with the prints'}.`,
        evidence: [
          { label: 'whole minutes seen', value: String(seen.length), source: 'market hub', at: now },
        ],
      };
    }
    const most = share * Math.max(prints, quoted);
    const apart = Math.abs(prints - quoted);
    // At the edges of the span a quote may tell what was printed on the other side of them: of a thin market that is a good part.
    const owed = (prints > quoted ? seen.at(-1)?.owedAfter : seen[0]?.owedBefore) ?? 0;
    const evidence = [
      {
        label: `prints of ${minutes} min`,
        value: `${prints} lots`,
        threshold: `within ${share * 100} % of the rise of the day volume`,
        source: 'market hub trades',
        at: now,
      },
      { label: 'rise of the day volume', value: `${quoted} lots`, source: 'market hub quotes', at: now },
    ] as const;
    if (apart > most && apart - owed <= most)
      return {
        status: 'skip',
        reason: `${spec.name}: ${owed} of ${Math.max(prints, quoted)} lots were printed where no quote told the day’s volume yet, too many to compare the two`,
        hubs: ['market'],
      };
    if (apart <= most)
      return { status: 'pass', summary: `${spec.name}: prints and day volume agree.`, evidence };
    // A few equal prints are honest: they are the cause only where leaving them out settles the account.
    if (prints > quoted && Math.abs(prints - repeated - quoted) <= share * quoted) {
      return {
        status: 'fail',
        finding: 'prints-doubled',
        severity: 'medium',
        sinceAt: seen[0]?.startAt ?? now,
        summary: `${spec.name}: prints come twice: ${prints} lots in ${minutes} min, ${repeated} of them repeated; the day volume rose by ${quoted}.`,
        evidence: [
          ...evidence,
          {
            label: 'of prints that came twice',
            value: `${repeated} lots`,
            source: 'market hub trades',
            at: now,
          },
        ],
        remedy: 'Do not trust the suite’s volume bars; have it skip prints identical to the one before.',
        hubs: ['market'],
      };
    }
    return {
      status: 'fail',
      finding: 'volume-differs',
      severity: 'medium',
      sinceAt: seen[0]?.startAt ?? now,
      summary: `${spec.name}: the prints of ${minutes} min are ${prints} lots, the day volume rose by ${quoted}.`,
      evidence,
      remedy: 'Do not trust the suite’s volume bars; prints were lost or sent twice.',
      hubs: ['market'],
    };
  },
});
