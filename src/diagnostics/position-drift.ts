// Do the hub and REST agree about the position?
import { diagnostic } from '../domain/diagnostic.ts';
import { sideWords } from '../domain/order-words.ts';
import { spanText } from '../domain/span.ts';
import { positionDrift } from '../domain/trading-findings.ts';
import { positionEvidence, withoutEvents } from '../domain/trading-look.ts';

export default diagnostic({
  name: 'position-drift',
  question: 'Do hub and REST agree about the position?',
  severity: 'critical',
  scope: 'suite',
  dependsOn: ['fill-missed', 'voided-trades', 'hub-connection', 'subscriptions', 'rest-session'],
  topics: ['positions'],
  alarms: ['position-drift'],
  findings: { 'position-drift': positionDrift },
  examine(suite, { now, thresholds }) {
    const skip = withoutEvents(suite);
    if (skip !== undefined) return skip;
    const { spec, trading } = suite;
    const parted = trading.disagreement;
    if (parted === undefined || now - parted.sinceAt < thresholds.driftMs) {
      return {
        status: 'pass',
        summary: `${spec.name}: hub and REST agree.`,
        evidence: [positionEvidence(suite, now)],
      };
    }
    const lasting = spanText(now - parted.sinceAt);
    return {
      status: 'fail',
      finding: 'position-drift',
      sinceAt: parted.sinceAt,
      summary: `${spec.name}: REST says ${sideWords(parted.rest)}, the hub’s events say ${sideWords(parted.hub)}; they have differed for ${lasting}.`,
      evidence: [
        {
          label: 'position by REST',
          value: sideWords(parted.rest),
          source: 'REST Position/searchOpen',
          at: parted.rest.receivedAt,
        },
        {
          label: 'position by the hub',
          value: sideWords(parted.hub),
          threshold: `the same within ${spanText(thresholds.driftMs)}`,
          source: 'user hub',
          at: parted.hub.receivedAt,
        },
      ],
      remedy: 'Trust the platform; restart the suite so that it reads its position again.',
      hubs: ['user'],
    };
  },
});
