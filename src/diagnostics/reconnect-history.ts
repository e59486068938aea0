// How often were the hubs' connections lost within the last hour, and how long did they live?
import { reconnectingOften } from '../domain/connection-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { dropWords } from '../domain/hub-condition.ts';
import { hubsText, openedHubs, some, withoutHubs } from '../domain/look.ts';
import { hourMs, lostLives } from '../domain/reconnects.ts';
import { spanText } from '../domain/span.ts';

export default diagnostic({
  name: 'reconnect-history',
  question: 'Are the connections stable?',
  severity: 'medium',
  scope: 'login',
  dependsOn: ['reconnect-loop'],
  topics: ['connection'],
  findings: { 'reconnecting-often': reconnectingOften },
  examine({ login }, { now, thresholds }) {
    const skip = withoutHubs(login);
    if (skip !== undefined) return skip;
    const history = openedHubs(login).map((hub) => ({
      hub,
      lives: lostLives(login.hubs[hub], now - hourMs),
    }));
    const evidenceOf = ({ hub, lives }: (typeof history)[number]): Evidence => {
      const last = lives.at(-1);
      const told =
        last === undefined
          ? ''
          : `; last lived ${spanText(last.lifeMs)}, then ${dropWords(last.drop.reason)}`;
      return {
        label: `${hub} hub: connections lost within 1 h`,
        value: `${lives.length}${told}`,
        threshold: `warn from ${thresholds.reconnectsPerHourWarn}, fail from ${thresholds.reconnectsPerHourFail}`,
        source: `${hub} hub connections`,
        at: last?.closedAt ?? now,
      };
    };
    const often = history.filter(({ lives }) => lives.length >= thresholds.reconnectsPerHourWarn);
    const evidence = often.map(evidenceOf);
    if (some(evidence)) {
      const most = Math.max(...often.map(({ lives }) => lives.length));
      return {
        status: most >= thresholds.reconnectsPerHourFail ? 'fail' : 'warn',
        finding: 'reconnecting-often',
        summary: `The ${hubsText(often.map(({ hub }) => hub))} lost ${most} connections within the last hour.`,
        evidence,
        remedy:
          'Check the network of this worker and reconcile orders and positions: events can be missed at each loss.',
        hubs: often.map(({ hub }) => hub),
      };
    }
    const lost = history.reduce((sum, { lives }) => sum + lives.length, 0);
    return {
      status: 'pass',
      summary:
        lost === 0
          ? 'No connection was lost within the last hour.'
          : `${lost} ${lost === 1 ? 'connection was' : 'connections were'} lost within the last hour.`,
      evidence: history.map(evidenceOf),
    };
  },
});
