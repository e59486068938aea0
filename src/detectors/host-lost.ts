// Alarm: no worker hosts a login of the roster, so nobody watches its suites.
import type { Detector } from '../domain/detector.ts';
import type { Explanation } from '../domain/diagnostic.ts';
import { heardAt } from '../domain/desk.ts';
import { spanText } from '../domain/span.ts';

const hostLost: Explanation = {
  title: 'Nobody watches this login',
  meaning:
    'No worker reports that it hosts this login, so its suites are not watched and nobody is paged for them.',
  causes: [
    'the worker was stopped, crashed or lost its network',
    'no worker runs with this login’s configuration',
    'the worker could not reach Redis',
  ],
  next: [
    'Start a worker, or look at its log',
    'Check positions and stops on the platform meanwhile',
    '/suites',
  ],
};

export default {
  name: 'host-lost',
  watches: 'desk',
  findings: { 'host-lost': hostLost },
  diagnostics: [],
  causedBy: [],
  detect(desk, { now, thresholds }) {
    return desk.roster.flatMap((entry) => {
      const pulses = desk.pulses
        .filter((one) => one.login === entry.login)
        .sort((a, b) => heardAt(b) - heardAt(a));
      const [pulse] = pulses;
      const silentMs = now - (pulse === undefined ? entry.since : heardAt(pulse));
      const limitMs =
        pulse === undefined ? thresholds.startupMs + thresholds.hostLostMs : thresholds.hostLostMs;
      if (silentMs <= limitMs) return [];
      const atRisk = pulse?.suites.some(
        ({ exposure }) => exposure.kind === 'protected' || exposure.kind === 'unprotected',
      );
      return [
        {
          finding: 'host-lost',
          place: { login: entry.login },
          severity: atRisk === true ? ('critical' as const) : ('high' as const),
          sinceAt: now - silentMs,
          summary:
            pulse === undefined
              ? `Nobody watches the login ${entry.login}: no worker has taken it since it was configured ${spanText(silentMs)} ago.`
              : `Nobody watches the login ${entry.login}: its worker ${pulse.worker} has been silent for ${spanText(silentMs)}.`,
          remedy:
            'Watch your positions on the platform; start a worker (npm run worker), or look at its log.',
          evidence: [
            {
              label: 'last heard from its worker',
              value: pulse === undefined ? 'never' : `${spanText(silentMs)} ago, worker ${pulse.worker}`,
              threshold: `fail over ${spanText(limitMs)}`,
              source: 'desk (Redis)',
              at: now,
            },
          ],
          suites: entry.suites.map(({ suite }) => suite),
        },
      ];
    });
  },
} satisfies Detector;
