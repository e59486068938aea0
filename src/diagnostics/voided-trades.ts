// Was a trade of the account taken back after the fact?
import { diagnostic } from '../domain/diagnostic.ts';
import { changeText, netOf } from '../domain/half-turns.ts';
import { tradeVoided } from '../domain/money-findings.ts';
import { accountName, contractText, turnText, voidedTurns } from '../domain/money-look.ts';
import { some } from '../domain/look.ts';
import { chicagoTime } from '../domain/span.ts';

const recentMs = 24 * 60 * 60_000;
const shown = 3;

export default diagnostic({
  name: 'voided-trades',
  question: 'Was a trade voided?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['gateway-reachable', 'rest-session'],
  topics: ['money'],
  findings: { 'trade-voided': tradeVoided },
  examine(suite, { now }) {
    const { halfTurns, agreed } = suite.money;
    const voided = voidedTurns(suite.money)
      .filter(({ voidedAt }) => voidedAt !== undefined && now - voidedAt <= recentMs)
      .toSorted((a, b) => (b.voidedAt ?? 0) - (a.voidedAt ?? 0));
    if (!some(voided)) {
      if (agreed === undefined)
        return { status: 'skip', reason: 'the fills have not been read over REST yet' };
      return {
        status: 'pass',
        summary: `None of the ${halfTurns.length} half turns known of ${accountName(suite)} is voided.`,
        evidence: [
          {
            label: 'half turns',
            value: String(halfTurns.length),
            source: 'GatewayUserTrade, Trade/search',
            at: agreed.toAt,
          },
        ],
      };
    }
    const [newest] = voided;
    const evidence = (turn: (typeof voided)[number]) => ({
      label: 'voided',
      value: `${turnText(turn, contractText(suite, turn.contractId))}, net ${changeText(netOf(turn))}`,
      threshold: 'none',
      source: turn.seenOn.map((one) => (one === 'hub' ? 'GatewayUserTrade' : 'Trade/search')).join(', '),
      at: turn.voidedAt ?? now,
    });
    const when = newest.stoodBefore
      ? `was valid when it was made and had been voided by ${chicagoTime(newest.voidedAt ?? now)}`
      : 'was already voided when first reported';
    const more = voided.length === 1 ? '' : `, and ${voided.length - 1} more in the last day`;
    return {
      // Told as good first, it is in the suite's books now; told as voided from the start, it never was.
      status: newest.stoodBefore ? 'fail' : 'warn',
      finding: 'trade-voided',
      summary: `${turnText(newest, contractText(suite, newest.contractId))} ${when}${more}.`,
      evidence: [evidence(newest), ...voided.slice(1, shown).map(evidence)],
      remedy:
        'Compare position, stop and profit with the platform; restart the suite if it still counts the trade.',
      sinceAt: newest.voidedAt ?? now,
    };
  },
});
