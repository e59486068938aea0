// Is the token each hub was opened with still good? A renewal never reaches a hub that is already open.
import { hubTokenExpired, hubTokenExpiring } from '../domain/access-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { connectedHubs, hubsText, some, withoutHubs } from '../domain/look.ts';
import { spanText } from '../domain/span.ts';

export default diagnostic({
  name: 'hub-token',
  question: 'Is each hub’s own token good?',
  severity: 'high',
  scope: 'login',
  dependsOn: ['rest-session'],
  topics: ['connection'],
  findings: { 'hub-token-expired': hubTokenExpired, 'hub-token-expiring': hubTokenExpiring },
  examine({ login }, { now, thresholds }) {
    const skip = withoutHubs(login);
    if (skip !== undefined) return skip;
    const hubs = connectedHubs(login);
    if (hubs.length === 0) return { status: 'skip', reason: 'no hub is connected' };
    const tokens = hubs.map(({ hub, tokenExpiresAt }) => ({
      hub,
      leftMs: tokenExpiresAt === undefined ? undefined : tokenExpiresAt - now,
    }));
    const evidenceOf = ({ hub, leftMs }: (typeof tokens)[number]): Evidence => ({
      label: `${hub} hub’s token`,
      value:
        leftMs === undefined
          ? 'no readable expiry'
          : leftMs <= 0
            ? `expired ${spanText(-leftMs)} ago`
            : `${spanText(leftMs)} left`,
      threshold: `warn under ${spanText(thresholds.tokenWarnMs)}, fail under ${spanText(thresholds.tokenFailMs)}`,
      source: 'JWT exp at connect',
      at: now,
    });
    const under = (limitMs: number): typeof tokens =>
      tokens.filter(({ leftMs }) => leftMs !== undefined && leftMs < limitMs);
    const renewed =
      login.session.kind === 'active' && (login.session.expiresAt ?? 0) - now > thresholds.tokenWarnMs
        ? ' The session has been renewed, but that does not reach a hub that is already open.'
        : '';
    const failing = under(thresholds.tokenFailMs);
    const failingEvidence = failing.map(evidenceOf);
    if (some(failingEvidence)) {
      const over = failing.some(({ leftMs }) => (leftMs ?? 1) <= 0);
      return {
        status: 'fail',
        finding: over ? 'hub-token-expired' : 'hub-token-expiring',
        ahead: !over,
        summary: `The ${hubsText(failing.map(({ hub }) => hub))} ${failing.length > 1 ? 'run' : 'runs'} on a token that ${over ? 'has expired' : 'expires within minutes'}.${renewed}`,
        evidence: failingEvidence,
        remedy:
          'Restart the suite’s hub connections at a quiet moment, and this worker if this stays: the gateway may close the hub at any time.',
        hubs: failing.map(({ hub }) => hub),
      };
    }
    const ending = under(thresholds.tokenWarnMs);
    const endingEvidence = ending.map(evidenceOf);
    if (some(endingEvidence)) {
      return {
        status: 'warn',
        finding: 'hub-token-expiring',
        ahead: true,
        summary: `The token of the ${hubsText(ending.map(({ hub }) => hub))} expires within the hour.${renewed}`,
        evidence: endingEvidence,
        remedy: 'Restart the suite’s hub connections before the token expires.',
        severity: 'medium',
        hubs: ending.map(({ hub }) => hub),
      };
    }
    if (tokens.every(({ leftMs }) => leftMs === undefined)) {
      return { status: 'skip', reason: 'the hubs’ tokens have no readable expiry' };
    }
    return {
      status: 'pass',
      summary: `The ${hubsText(hubs.map(({ hub }) => hub))} ${hubs.length > 1 ? 'have' : 'has'} a good token.`,
      evidence: tokens.map(evidenceOf),
    };
  },
});
