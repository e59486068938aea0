// Has the login a session, how long does its token live, and is its renewal working?
import {
  agreementsNotSigned,
  apiAccessMissing,
  apiKeyDisabled,
  credentialsRefused,
  loginRefused,
  noSession,
  renewalFailing,
  sessionExpired,
  sessionExpiring,
} from '../domain/access-findings.ts';
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { loginCodeText, sessionCondition, type RefusalLabel } from '../domain/session-condition.ts';
import { spanText } from '../domain/span.ts';

const remedies: Readonly<Record<RefusalLabel, string>> = {
  'credentials-refused':
    'Compare the platform user name (not the e-mail) and the API key with the platform’s, then restart the worker.',
  'agreements-not-signed': 'Log in to the platform in a browser and sign the agreements it shows.',
  'api-access-missing': 'Renew the API subscription on the platform.',
  'api-key-disabled': 'Switch API key authentication on in the platform’s settings.',
  'login-refused': 'Log in to the platform in a browser; ask the firm’s support with this code.',
};

export default diagnostic({
  name: 'rest-session',
  question: 'Is the session valid?',
  severity: 'critical',
  scope: 'login',
  dependsOn: ['gateway-reachable'],
  topics: ['connection'],
  findings: {
    'session-expired': sessionExpired,
    'session-expiring': sessionExpiring,
    'renewal-failing': renewalFailing,
    'no-session': noSession,
    'credentials-refused': credentialsRefused,
    'agreements-not-signed': agreementsNotSigned,
    'api-access-missing': apiAccessMissing,
    'api-key-disabled': apiKeyDisabled,
    'login-refused': loginRefused,
  },
  async examine({ login }, { now, signal, thresholds }) {
    // A token can be revoked long before its own end: only using it tells.
    const session = (await login.reads.session?.(signal)) ?? login.session;
    const condition = sessionCondition(session, now, thresholds);
    const leftEvidence = (leftMs: number | undefined): Evidence => ({
      label: 'token time left',
      value: leftMs === undefined ? 'unknown: the token names no expiry' : spanText(leftMs),
      threshold: `warn under ${spanText(thresholds.tokenWarnMs)}, fail under ${spanText(thresholds.tokenFailMs)}`,
      source: 'JWT exp',
      at: now,
    });
    switch (condition.kind) {
      case 'refused': {
        const { label, code, reason } = condition;
        return {
          status: 'fail',
          finding: label,
          sinceAt: condition.sinceAt,
          summary: `The gateway refuses the login ${login.login}: ${loginCodeText(code)}, ${reason}.`,
          evidence: [
            {
              label: 'login answer',
              value: loginCodeText(code),
              threshold: 'code 0',
              source: 'REST Auth/loginKey',
              at: condition.sinceAt,
            },
          ],
          remedy: remedies[label],
        };
      }
      case 'expired':
        return {
          status: 'fail',
          finding: 'session-expired',
          sinceAt: condition.sinceAt,
          summary: `The session expired ${spanText(now - condition.sinceAt)} ago: ${condition.why}.`,
          evidence: [
            {
              label: 'session',
              value: 'expired',
              threshold: 'valid',
              source: 'REST 401 or JWT exp',
              at: condition.sinceAt,
            },
          ],
          remedy:
            'Check the API key, then restart the suite so that it logs in again; a dropped hub cannot come back without a new token.',
        };
      case 'expiring':
        return {
          status: 'fail',
          finding: 'session-expiring',
          ahead: true,
          summary: `The token expires in ${spanText(condition.leftMs)} and no new one has come${condition.why === undefined ? '' : `: ${condition.why}`}.`,
          evidence: [leftEvidence(condition.leftMs)],
          remedy: 'Check the API key and the platform login; be ready to log in again.',
        };
      case 'renewal-failing':
        return {
          status: 'warn',
          finding: 'renewal-failing',
          summary: `The token still works, but its renewal fails: ${condition.why}.`,
          evidence: [leftEvidence(condition.leftMs)],
          remedy: 'Check that the API key is still valid before the token expires.',
          severity: 'high',
        };
      case 'none': {
        const waitedMs = now - condition.sinceAt;
        if (waitedMs < thresholds.startupMs) {
          return {
            status: 'skip',
            reason: `has been logging in for ${spanText(waitedMs)}; ask again in a few seconds`,
          };
        }
        return {
          status: 'fail',
          finding: 'no-session',
          sinceAt: condition.sinceAt,
          summary: `There has been no session for ${spanText(waitedMs)}: ${condition.why}.`,
          evidence: [
            {
              label: 'without session',
              value: spanText(waitedMs),
              threshold: `fail over ${spanText(thresholds.startupMs)}`,
              source: 'REST Auth/loginKey',
              at: now,
            },
          ],
          remedy:
            'Watch your positions on the platform and check the vendor’s status page; this login cannot be watched until it answers.',
        };
      }
      case 'well': {
        const { leftMs } = condition;
        if (leftMs !== undefined && leftMs < thresholds.tokenWarnMs) {
          return {
            status: 'warn',
            finding: 'session-expiring',
            summary: `The token expires in ${spanText(leftMs)}; its renewal is due.`,
            evidence: [leftEvidence(leftMs)],
            remedy: 'Nothing yet: the renewal should come by itself; ask again in a few minutes.',
            severity: 'medium',
          };
        }
        return {
          status: 'pass',
          summary:
            leftMs === undefined
              ? 'The session is active; its token names no expiry.'
              : `The session is active for another ${spanText(leftMs)}.`,
          evidence: [leftEvidence(leftMs)],
        };
      }
    }
  },
});
