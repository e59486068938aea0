// Did the hubs or REST send anything that we do not fully understand?
import { diagnostic } from '../domain/diagnostic.ts';
import { openedHubs } from '../domain/look.ts';
import { oddFraming, oddPayload } from '../domain/trading-findings.ts';

const shown = 5;
/** What was odd once is history after an hour. */
const recentMs = 3_600_000;

/** How a message was cut, not what it said. */
function isFraming(what: string): boolean {
  return /frames|end mark/.test(what);
}

export default diagnostic({
  name: 'payload-shapes',
  question: 'Are all messages understood?',
  severity: 'low',
  scope: 'login',
  dependsOn: ['hub-connection'],
  topics: ['connection', 'data'],
  findings: { 'odd-payload': oddPayload, 'odd-framing': oddFraming },
  examine({ login }, { now }) {
    const hubs = openedHubs(login);
    const odd = [
      ...hubs.flatMap((hub) =>
        login.hubs[hub].oddities.map((oddity) => ({ ...oddity, source: `${hub} hub` })),
      ),
      ...login.restOddities.map((oddity) => ({ ...oddity, source: 'REST' })),
    ]
      // A price off the grid is understood; whether it may be is another question.
      .filter(({ what, lastAt }) => !what.includes('tick grid') && now - lastAt < recentMs)
      .sort((a, b) => b.lastAt - a.lastAt);
    const content = odd.filter(({ what }) => !isFraming(what));
    const [first, ...others] = content.length > 0 ? content : odd;
    if (first === undefined) {
      return {
        status: 'pass',
        summary: 'Every message of the last hour was understood.',
        evidence: [
          {
            label: 'odd messages',
            value: '0',
            source: hubs.length > 0 ? 'both hubs and REST' : 'REST',
            at: now,
          },
        ],
      };
    }
    const evidenceOf = ({ source, what, count, lastAt, sample }: (typeof odd)[number]) => ({
      label: what,
      value: `${count === 1 ? 'once' : `${count} times`}, e.g. ${sample.slice(0, 80)}`,
      source,
      at: lastAt,
    });
    return {
      status: 'warn',
      finding: content.length > 0 ? 'odd-payload' : 'odd-framing',
      severity: 'low',
      sinceAt: first.firstAt,
      summary: `${content.length > 0 ? 'The gateway sends content Pitwatch does not know' : 'The gateway’s messages come in odd frames'}: ${odd
        .slice(0, 3)
        .map(({ what }) => what)
        .join('; ')}${odd.length > 3 ? ` and ${odd.length - 3} more` : ''}.`,
      evidence: [evidenceOf(first), ...others.slice(0, shown - 1).map(evidenceOf)],
      remedy:
        content.length > 0
          ? 'Check that the suite’s own client copes with it; Pitwatch ignored what it did not understand.'
          : 'Check that the suite’s own client copes with it; Pitwatch lost nothing.',
    };
  },
});
