// Does data wait unread because this worker is too busy to take it in?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { connectedHubs, some, withoutHubs } from '../domain/look.ts';
import { fallingBehind } from '../domain/speed-findings.ts';
import { spanText } from '../domain/span.ts';

/** A loop this busy has no time left for what waits. */
const fullyBusy = 0.9;
/** An answer to a ping stands in the same queue as the data before it: this long in it is this old the data is. */
const lateMs = 2_000;
const veryLateMs = 10_000;

export default diagnostic({
  name: 'slow-consumer',
  question: 'Does this worker read data as fast as it arrives?',
  severity: 'high',
  scope: 'login',
  dependsOn: ['hub-connection', 'half-open'],
  topics: ['performance'],
  findings: { 'falling-behind': fallingBehind },
  examine({ login }, { now }) {
    const without = withoutHubs(login);
    if (without !== undefined) return without;
    const { loop } = login.host;
    if (loop === undefined)
      return { status: 'skip', reason: 'this worker has not measured its event loop yet' };
    const hubs = connectedHubs(login);
    const waits = hubs.flatMap(({ hub, pongRttMs, pingUnansweredSinceAt, lastPongAt }) => {
      if (lastPongAt === undefined) return [];
      const waiting = pingUnansweredSinceAt === undefined ? 0 : now - pingUnansweredSinceAt;
      return [{ hub, ms: Math.max(pongRttMs ?? 0, waiting) }];
    });
    if (!some(waits))
      return { status: 'skip', reason: 'no connected hub answers pings, so its queue cannot be seen' };
    const worst = waits.reduce((a, b) => (b.ms > a.ms ? b : a));
    const evidence: Evidence = {
      label: 'a ping’s way through the queue',
      value: spanText(worst.ms),
      threshold: `warn over ${spanText(lateMs)}, fail over ${spanText(veryLateMs)}, while the loop is ${fullyBusy * 100} % busy`,
      source: `${worst.hub} hub`,
      at: now,
    };
    const busy: Evidence = {
      label: 'event loop',
      value: `${Math.round(loop.busy * 100)} % busy, p99 ${spanText(loop.p99Ms)} late`,
      source: `event loop of ${login.worker}`,
      at: now,
    };
    if (loop.busy >= fullyBusy && worst.ms >= lateMs) {
      return {
        status: worst.ms >= veryLateMs ? 'fail' : 'warn',
        finding: 'falling-behind',
        summary: `Worker ${login.worker} is ${Math.round(loop.busy * 100)} % busy and reads the ${worst.hub} hub ${spanText(worst.ms)} late.`,
        evidence: [evidence, busy],
        remedy: 'Move logins to another worker, or switch depth off where nobody needs it.',
        hubs: [worst.hub],
      };
    }
    return {
      status: 'pass',
      summary: `This worker is ${Math.round(loop.busy * 100)} % busy and reads what comes without delay.`,
      evidence: [evidence, busy],
    };
  },
});
