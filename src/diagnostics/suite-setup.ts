// Does the gateway know the suite's contract and account, is the contract the active one?
import { diagnostic, type Evidence } from '../domain/diagnostic.ts';
import { contractInactive } from '../domain/feed-findings.ts';
import { mayHold } from '../domain/stakes.ts';

/** How long a roll is told. */
const rollToldMs = 10 * 60_000;

export default diagnostic({
  name: 'suite-setup',
  question: 'Are contract and account found?',
  severity: 'high',
  scope: 'suite',
  dependsOn: ['gateway-reachable', 'rest-session'],
  findings: {
    'contract-not-found': {
      concern: 'sight',
      title: 'Contract not found',
      meaning: 'The gateway has no contract for this suite’s instrument, so this suite cannot be watched.',
      causes: ['a misspelt instrument', 'an instrument this firm does not offer'],
      next: ['Correct `instrument` in pitwatch.yaml', 'Use the exchange symbol, e.g. MNQ or ES'],
    },
    'account-not-found': {
      concern: 'sight',
      title: 'Account not found',
      meaning: 'The login has no visible account of this name, so orders and positions cannot be watched.',
      causes: ['a misspelt account name', 'an account that was closed or reset'],
      next: ['Correct `account` in pitwatch.yaml', 'Compare with the account names on the platform'],
    },
    'account-gone': {
      concern: 'permission',
      of: 'account',
      title: 'Account is no longer listed',
      meaning:
        'The gateway no longer lists the account: its positions cannot be seen, and its orders may be refused.',
      causes: ['the account was closed, failed or reset by the firm', 'it was moved to another login'],
      next: ['Look at the account on the platform now', '/positions'],
    },
    'contract-rolled': {
      concern: 'data',
      of: 'contract',
      title: 'Contract has rolled',
      meaning:
        'The platform has moved to another expiry. Pitwatch follows it; a suite with a fixed contract does not.',
      causes: ['the quarterly or monthly roll'],
      next: ['Check which contract the suite trades and watches', '/data', '/orders'],
    },
    'contract-inactive': contractInactive,
  },
  alarms: ['contract-rolled', 'account-gone'],
  examine(suite, { now, thresholds }) {
    const { spec, contract, contractProblem, rolled, account, accountProblem, login } = suite;
    const name = spec.name;
    const contractEvidence: Evidence = {
      label: 'contract',
      value:
        contract === undefined
          ? (contractProblem ?? 'not looked up yet')
          : `${contract.name} (${contract.id})`,
      threshold: 'found and active',
      source: 'REST Contract/search',
      at: now,
    };
    const accountEvidence: Evidence = {
      label: 'account',
      value: account === undefined ? (accountProblem ?? 'not looked up yet') : account.name,
      threshold: 'found and allowed to trade',
      source: 'REST Account/search',
      at: account?.receivedAt ?? now,
    };
    const evidence = [contractEvidence, accountEvidence] as const;
    const early = now - login.hostedAt < thresholds.startupMs;
    if (contract === undefined) {
      if (contractProblem === undefined && early)
        return { status: 'skip', reason: `${name}: the contract is being looked up` };
      return {
        status: 'fail',
        finding: 'contract-not-found',
        summary: `${name}: ${sentence(contractProblem ?? `the gateway has not answered the search for ${spec.instrument}`)}`,
        evidence,
        remedy: 'Check `instrument` in pitwatch.yaml against the platform.',
      };
    }
    if (account === undefined) {
      if (accountProblem === undefined && early)
        return { status: 'skip', reason: `${name}: the account is being looked up` };
      return {
        status: 'fail',
        finding: 'account-not-found',
        summary: `${name}: ${sentence(accountProblem ?? `the gateway has not answered the search for account ${spec.account ?? '(default)'}`)}`,
        evidence,
        remedy: 'Check `account` in pitwatch.yaml against the account names on the platform.',
      };
    }
    if (accountProblem !== undefined) {
      return {
        status: 'fail',
        finding: 'account-gone',
        sinceAt: account.receivedAt,
        summary: `${name}: ${accountProblem}`,
        evidence: [
          {
            label: 'account',
            value: accountProblem,
            threshold: 'listed and allowed to trade',
            source: 'REST Account/search',
            at: now,
          },
          contractEvidence,
        ],
        remedy: 'Check on the platform now whether the account still exists and what it holds.',
      };
    }
    if (!contract.activeContract) {
      const base = {
        finding: 'contract-inactive',
        summary: `${name}: ${contractProblem ?? `${contract.name} is no longer the active contract.`}`,
        evidence,
      } as const;
      // With nothing in it, an expiry that is over costs nobody anything by itself.
      return mayHold(suite)
        ? {
            ...base,
            status: 'fail',
            remedy: `Close what is left in ${contract.name}, on the platform where the gateway refuses it, and move the suite to the new contract.`,
          }
        : { ...base, status: 'warn', severity: 'low', remedy: 'Move the suite to the new contract.' };
    }
    if (rolled !== undefined && now - rolled.at < rollToldMs) {
      return {
        status: 'fail',
        finding: 'contract-rolled',
        sinceAt: rolled.at,
        summary: `${name}: the active contract is now ${contract.name}, no longer ${rolled.from}.`,
        evidence,
        remedy: `Make sure that the suite moves from ${rolled.from} to ${contract.name} and that no order is left in the old one.`,
      };
    }
    return { status: 'pass', summary: `${name}: ${contract.name} on ${account.name}.`, evidence };
  },
});

/** A problem comes as a sentence of its own, or as its middle. */
function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
