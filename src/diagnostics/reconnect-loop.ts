// Is a hub caught in a loop of connecting and dropping right now?
import { reconnectLoop } from '../domain/connection-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { hubsText, lookOf, some, withoutHubs } from '../domain/look.ts';
import { loopsOf } from '../domain/loops.ts';
import { chicagoTime, spanText } from '../domain/span.ts';

export default diagnostic({
  name: 'reconnect-loop',
  question: 'Are the hubs free of reconnect loops?',
  severity: 'critical',
  scope: 'login',
  dependsOn: ['gateway-reachable', 'rest-session', 'logouts'],
  topics: ['connection'],
  findings: { 'reconnect-loop': reconnectLoop },
  examine({ login }, context) {
    const skip = withoutHubs(login);
    if (skip !== undefined) return skip;
    const { now, thresholds } = context;
    const loops = loopsOf(login, lookOf(context));
    const evidence = loops.map(
      ({ hub, loop }): Evidence => ({
        label: `${hub} hub: connections lost in a row`,
        value: `${loop.lives.length}, lives of ${loop.lives
          .slice(-5)
          .map(({ lifeMs }) => spanText(lifeMs))
          .join(', ')}`,
        threshold: `fail from ${thresholds.shortLives}`,
        source: `${hub} hub connections`,
        at: loop.lives.at(-1)?.closedAt ?? now,
      }),
    );
    if (!some(evidence)) {
      return { status: 'pass', summary: 'No hub is in a reconnect loop.', evidence: [] };
    }
    const began = Math.min(...loops.map(({ loop }) => loop.sinceAt));
    const lastAt = Math.max(
      began,
      ...loops.flatMap(({ loop }) => loop.lives.map(({ closedAt }) => closedAt)),
    );
    const short = loops.some(({ loop }) => loop.shortLived);
    return {
      status: 'fail',
      finding: 'reconnect-loop',
      summary: `The ${hubsText(loops.map(({ hub }) => hub))} ${loops.length > 1 ? 'open and drop' : 'opens and drops'} again and again: since ${chicagoTime(began)}, the last time ${spanText(now - lastAt)} ago.`,
      evidence,
      remedy: short
        ? 'Look for a second session of this user and check the session’s token: connections this short usually mean one of the two.'
        : 'Check the network of this worker and look for a second session of this user.',
      hubs: loops.map(({ hub }) => hub),
    };
  },
});
