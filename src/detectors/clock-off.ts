// Alarm: this machine's clock and the gateway's are so far apart that the ages and times told here mislead.
import { clockDifference } from '../domain/clock-difference.ts';
import { clockSkewed } from '../domain/data-findings.ts';
import type { Detector } from '../domain/detector.ts';
import { suiteNames } from '../domain/stakes.ts';
import { spanText } from '../domain/span.ts';

export default {
  name: 'clock-off',
  watches: 'login',
  findings: { 'clock-skewed': clockSkewed },
  diagnostics: ['clock-skew', 'gateway-reachable'],
  causedBy: ['gateway-unreachable'],
  detect(login, { now, thresholds }) {
    const difference = clockDifference(login.rest, now);
    if (difference === undefined) return [];
    const { skewMs, told, at } = difference;
    const apart = Math.abs(skewMs);
    if (apart < thresholds.feedWarnMs) return [];
    return [
      {
        finding: 'clock-skewed',
        place: { login: login.login },
        severity: 'medium',
        sinceAt: now,
        summary: `The clock of this worker’s machine is ${spanText(apart)} ${skewMs > 0 ? 'behind' : 'ahead of'} the gateway’s: ages and times told here are off by as much.`,
        remedy:
          'Set this machine’s clock (time synchronisation); until then read ages and the time to the close on the platform.',
        evidence: [
          {
            label: 'gateway’s clock minus ours',
            value: `${skewMs < 0 ? '-' : ''}${spanText(apart)}, of ${told.length} answers`,
            threshold: `alarm from ${spanText(thresholds.feedWarnMs)}`,
            source: 'HTTP Date header',
            at,
          },
        ],
        suites: suiteNames(login.suites),
      },
    ];
  },
} satisfies Detector;
