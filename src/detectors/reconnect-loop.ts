// Alarm: a hub is opened and lost again and again; it takes the single drops in, so that a storm is one page.
import { reconnectLoop } from '../domain/connection-findings.ts';
import type { Detector, Symptom } from '../domain/detector.ts';
import { hubNames } from '../domain/hub-condition.ts';
import { loopsOf } from '../domain/loops.ts';
import { severityAtStake, suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'reconnect-loop',
  watches: 'login',
  findings: { 'reconnect-loop': reconnectLoop },
  diagnostics: ['reconnect-loop', 'logouts', 'hub-connection', 'rest-session', 'reconnect-history'],
  causedBy: ['gateway-unreachable', 'session-expired', 'second-session'],
  detect(login, context): readonly Symptom[] {
    const loops = loopsOf(login, context);
    const [first] = loops;
    if (first === undefined) return [];
    const both = loops.length === hubNames.length;
    const suites = login.suites.filter((suite) => suite.spec.observe === 'direct');
    const evidence = loops.map(({ hub, loop }) => ({
      label: `${hub} hub losses in a row`,
      value: `${loop.lives.length}, last life ${spanText(loop.lives.at(-1)?.lifeMs ?? 0)}`,
      threshold: `fail from ${context.thresholds.shortLives}`,
      source: `${hub} hub connections`,
      at: loop.lives.at(-1)?.closedAt ?? context.now,
    }));
    const sinceAt = Math.min(...loops.map(({ loop }) => loop.sinceAt));
    const losses = Math.max(...loops.map(({ loop }) => loop.lives.length));
    return [
      {
        finding: 'reconnect-loop',
        place: both ? { login: login.login } : { login: login.login, hub: first.hub },
        title: both
          ? 'Both hubs are in a reconnect loop'
          : `${first.hub === 'user' ? 'User' : 'Market'} hub is in a reconnect loop`,
        severity: severityAtStake(suites),
        sinceAt,
        summary: `${both ? 'Both hubs are' : `The ${first.hub} hub is`} in a reconnect loop: ${losses} connections lost in ${spanText(context.now - sinceAt)}.`,
        remedy:
          'Pause the suite; look for a second session of this user and check the session with /connection.',
        evidence,
        suites: suiteNames(suites),
      },
    ];
  },
} satisfies Detector;
