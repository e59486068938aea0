// May the account trade?
import { diagnostic } from '../domain/diagnostic.ts';
import { holdsPosition } from '../domain/stakes.ts';
import { accountLocked } from '../domain/trading-findings.ts';
import { positionEvidence } from '../domain/trading-look.ts';

export default diagnostic({
  name: 'account-permission',
  question: 'Is the account allowed to trade?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['suite-setup'],
  topics: ['orders', 'positions'],
  alarms: ['account-locked'],
  findings: { 'account-locked': accountLocked },
  examine(suite, { now }) {
    const { account, accountProblem, spec } = suite;
    if (account === undefined)
      return {
        status: 'skip',
        reason: `${spec.name}: its account is not found: ${accountProblem ?? 'not looked up yet'}`,
      };
    if (account.canTrade === undefined)
      return {
        status: 'skip',
        reason: `${spec.name}: the gateway does not say whether the account is allowed to trade`,
      };
    const seen = {
      label: 'canTrade',
      value: String(account.canTrade),
      threshold: 'true',
      source: 'Account/search and user hub',
      at: account.receivedAt,
    };
    if (account.canTrade)
      return {
        status: 'pass',
        summary: `${spec.name}: ${account.name} is allowed to trade.`,
        evidence: [seen],
      };
    const held = holdsPosition(suite);
    return {
      status: held ? 'fail' : 'warn',
      finding: 'account-locked',
      sinceAt: account.receivedAt,
      // The same sentence for all suites of the account, which so are told together.
      summary: `The account ${account.name} is not allowed to trade${held ? ', and a position is open' : ''}.`,
      evidence: [seen, positionEvidence(suite, now)],
      remedy: held
        ? 'Look at the account and the position on the platform now: the gateway refuses the suite’s orders.'
        : 'Look at the account on the platform: a rule breach, the daily loss limit or the end-of-day lock.',
    };
  },
});
