// Which alert of an incident speaks for it now: a position without its stop, else its root as long as that fires, then the worst of what is left; pure.
import type { Alert } from './alert.ts';
import type { Incident } from './incident.ts';
import { severities } from './severity.ts';

/**
 * The root where it still fires or where everything is over; else the worst that fires, the oldest of equals. A position without
 * its stop speaks before any of them: its remedy is what one has to read first.
 */
export function leadOf({ alerts }: Pick<Incident, 'alerts'>): Alert | undefined {
  const [root] = alerts;
  const firing = alerts.flatMap(({ alert, recovery }) => (recovery === undefined ? [alert] : []));
  const exposed = firing.find(isExposed);
  if (exposed !== undefined) return exposed;
  if (root === undefined || root.recovery === undefined) return root?.alert;
  const [worst] = firing.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  return worst ?? root.alert;
}

/** An alert of a position without its stop, be it over by now: what is shown for it stays where it is. */
export function exposedIn({ alerts }: Pick<Incident, 'alerts'>): Alert | undefined {
  return alerts.find(({ alert }) => isExposed(alert))?.alert;
}

function isExposed({ insists, severity }: Alert): boolean {
  return insists === true && severity === 'critical';
}

/** What it is called where it is listed. */
export function headline(incident: Pick<Incident, 'alerts'>): string {
  return leadOf(incident)?.title ?? 'Incident';
}

/** When the first of its alerts began: of what came back, since it came back, though the incident is older. */
export function brokeAt({ alerts, openedAt }: Pick<Incident, 'alerts' | 'openedAt'>): number {
  return alerts.length === 0 ? openedAt : Math.min(...alerts.map(({ alert }) => alert.sinceAt));
}
