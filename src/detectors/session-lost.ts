// Alarm: the login has no usable session: expired, refused, or never answered.
import {
  agreementsNotSigned,
  apiAccessMissing,
  apiKeyDisabled,
  credentialsRefused,
  loginRefused,
  noSession,
  sessionExpired,
} from '../domain/access-findings.ts';
import type { Detector } from '../domain/detector.ts';
import { answeredPing } from '../domain/rest-outage.ts';
import { loginCodeText, sessionCondition } from '../domain/session-condition.ts';
import { inStartup, mattersSince, severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'session-lost',
  watches: 'login',
  findings: {
    'session-expired': sessionExpired,
    'no-session': noSession,
    'credentials-refused': credentialsRefused,
    'agreements-not-signed': agreementsNotSigned,
    'api-access-missing': apiAccessMissing,
    'api-key-disabled': apiKeyDisabled,
    'login-refused': loginRefused,
  },
  diagnostics: ['rest-session', 'hub-token', 'hub-connection', 'gateway-reachable'],
  causedBy: ['gateway-unreachable', 'session-expiring'],
  detect(login, context) {
    const { now, thresholds } = context;
    const condition = sessionCondition(login.session, now, thresholds);
    if (condition.kind !== 'expired' && condition.kind !== 'refused' && condition.kind !== 'none') return [];
    const base = {
      place: { login: login.login },
      severity: severityAtStake(login.suites),
      suites: suiteNames(login.suites),
    };
    const evidence = [
      { label: 'session', value: condition.kind, source: 'REST Auth', at: condition.sinceAt },
    ];
    const there =
      answeredPing(login, now) === undefined
        ? ''
        : ' The gateway answers pings, so it is the login that fails.';
    // A refusal is the gateway's own word and only a person can change it: told whenever it comes, also at the weekend.
    if (condition.kind === 'refused' && condition.label !== 'login-refused') {
      return [refusal(condition.label, condition.sinceAt)];
    }
    if (inStartup(login, context)) return [];
    const sinceAt = mattersSince(login, condition.sinceAt, context);
    if (sinceAt === undefined) return [];
    if (condition.kind === 'refused') return [refusal(condition.label, sinceAt)];
    if (condition.kind === 'none') {
      if (now - condition.sinceAt < thresholds.startupMs) return [];
      return [
        {
          ...base,
          finding: 'no-session',
          sinceAt,
          summary: `The login ${login.login} has had no session for ${spanText(now - condition.sinceAt)}: ${condition.why}.${there}`,
          remedy:
            'Watch your positions on the platform and check the vendor’s status page; this login cannot be watched until it answers.',
          evidence,
        },
      ];
    }
    return [
      {
        ...base,
        finding: 'session-expired',
        sinceAt,
        summary: `The session of ${login.login} has expired (${condition.why}): REST answers 401 and a dropped hub cannot come back.${there}`,
        remedy:
          'Check positions and stops on the platform, check the API key, then restart the suite so that it logs in again.',
        evidence,
      },
    ];

    function refusal(finding: string, since: number): ReturnType<Detector['detect']>[number] {
      const { code, reason } =
        condition.kind === 'refused' ? condition : { code: 0, reason: 'no reason was given' };
      return {
        ...base,
        finding,
        sinceAt: since,
        summary: `The gateway refuses the login ${login.login}: ${loginCodeText(code)}, ${reason}.`,
        remedy: 'Log in to the platform in a browser, do what it asks for, and check user name and API key.',
        evidence: [
          {
            label: 'login answer',
            value: loginCodeText(code),
            threshold: 'code 0',
            source: 'REST Auth/loginKey',
            at: since,
          },
        ],
      };
    }
  },
} satisfies Detector;
