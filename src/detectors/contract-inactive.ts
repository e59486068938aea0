// Alarm: a contract that a suite holds, or may hold, something in is no longer the active one.
import type { Detector } from '../domain/detector.ts';
import { contractInactive } from '../domain/feed-findings.ts';
import { severityOf } from '../domain/severity.ts';
import { mayHold, suiteNames } from '../domain/stakes.ts';
import type { SuiteView } from '../domain/suite.ts';

export default {
  name: 'contract-inactive',
  watches: 'login',
  findings: { 'contract-inactive': contractInactive },
  diagnostics: ['suite-setup', 'naked-position', 'data-freshness'],
  // Known from REST, so nothing of a hub hides it; where REST is gone, nothing new is known.
  causedBy: ['gateway-unreachable'],
  detect(login, { now, market }) {
    const byContract = new Map<string, SuiteView[]>();
    for (const suite of login.suites) {
      if (suite.contract?.activeContract !== false) continue;
      const { id } = suite.contract;
      byContract.set(id, [...(byContract.get(id) ?? []), suite]);
    }
    return [...byContract].map(([id, suites]) => {
      const held = suites.filter(mayHold);
      const of = held.length > 0 ? held : suites;
      const name = of[0]?.contract?.name ?? id;
      const problem = of[0]?.contractProblem ?? `${name} is no longer the active contract.`;
      return {
        finding: 'contract-inactive',
        // Of the market hub, so that the silence which follows from it joins this.
        place: { login: login.login, hub: 'market' as const, contract: id },
        title: `${contractInactive.title}: ${name}`,
        severity:
          held.length > 0
            ? severityOf(
                'data',
                held.map(({ exposure }) => exposure),
                held.map(market),
              )
            : ('low' as const),
        sinceAt: now,
        summary: `${suiteNames(of).join(', ')}: ${problem}`,
        remedy:
          held.length > 0
            ? `Close what is left in ${name}, on the platform where the gateway refuses it, and move the suite to the new contract.`
            : 'Move the suite to the new contract.',
        evidence: of.map(({ spec, exposure }) => ({
          label: `${spec.name}: ${name}`,
          value: `activeContract: false, ${exposure.kind === 'flat' ? 'flat' : exposure.kind === 'unknown' ? `position not known: ${exposure.why}` : `${exposure.side} ${exposure.size}`}`,
          threshold: 'an active contract',
          source: 'REST Contract/available, positions',
          at: now,
        })),
        suites: suiteNames(of),
      };
    });
  },
} satisfies Detector;
