// Which alert of an incident speaks for it now: its root as long as that fires, then the worst of what is left; pure.
import type { Alert } from './alert.ts';
import type { Incident } from './incident.ts';
import { severities } from './severity.ts';

/** The root where it still fires or where everything is over; else the worst that fires, the oldest of equals. */
export function leadOf({ alerts }: Pick<Incident, 'alerts'>): Alert | undefined {
  const [root] = alerts;
  if (root === undefined || root.recovery === undefined) return root?.alert;
  const [worst] = alerts
    .flatMap(({ alert, recovery }) => (recovery === undefined ? [alert] : []))
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  return worst ?? root.alert;
}

/** What it is called where it is listed. */
export function headline(incident: Pick<Incident, 'alerts'>): string {
  return leadOf(incident)?.title ?? 'Incident';
}
