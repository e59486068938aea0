// What belongs together: places inside places, causes and their consequences, and what began at the same moment.
import type { Alert } from './alert.ts';
import type { Place } from './detector.ts';
import type { Severity } from './diagnostic.ts';
import type { Incident, IncidentAlert } from './incident.ts';

/** Alerts of one login, or of one suite, that began this close together are one incident: one cut seen by several detectors. */
export const correlationMs = 5_000;

/** The same wrong with several contracts of one feed within this time is one trouble of the feed: one call is enough. */
export const feedMs = 60_000;

const rank: Readonly<Record<Severity, number>> = { critical: 3, high: 2, medium: 1, low: 0 };

export function worseSeverity(a: Severity, b: Severity): Severity {
  return rank[a] >= rank[b] ? a : b;
}

/**
 * True where `outer` names the same thing as `inner` or something it is part of. A suite, and what several of them share, hangs on both
 * hubs unless it says on which.
 */
export function encloses(outer: Place, inner: Place): boolean {
  const isOfSuites = (inner.suite ?? inner.account ?? inner.contract) !== undefined;
  const eitherHub = isOfSuites && inner.hub === undefined && (outer.suite ?? outer.account) === undefined;
  return (
    outer.login === inner.login &&
    (outer.hub === undefined || outer.hub === inner.hub || eitherHub) &&
    (outer.contract === undefined || outer.contract === inner.contract) &&
    (outer.account === undefined || outer.account === inner.account || isUnsaid(inner)) &&
    (outer.suite === undefined || outer.suite === inner.suite)
  );
}

/** A suite's alert of an earlier version, which did not say its account: it may be any, and must not look over for that. */
function isUnsaid({ account, suite }: Place): boolean {
  return account === undefined && suite !== undefined;
}

/** The suite of a place, or what several suites share; what belongs to the whole login has neither. */
function spotOf({ suite, account, contract }: Place): string {
  return suite ?? (account === undefined ? '' : `${account}/${contract ?? ''}`);
}

export function touches(a: Place, b: Place): boolean {
  return encloses(a, b) || encloses(b, a);
}

function explains(cause: Pick<Alert, 'finding'>, effect: Pick<Alert, 'causedBy'>): boolean {
  return effect.causedBy.includes(cause.finding);
}

/** One incident: the same thing, its cause or its consequence, or something that began with it. */
export function belongs(incident: Incident, alert: Alert): boolean {
  return incident.alerts.some(
    ({ alert: known }) =>
      (touches(known.place, alert.place) &&
        (known.finding === alert.finding || explains(known, alert) || explains(alert, known))) ||
      (known.place.login === alert.place.login &&
        spotOf(known.place) === spotOf(alert.place) &&
        Math.abs(known.sinceAt - alert.sinceAt) <= correlationMs) ||
      isOfFeed(known, alert),
  );
}

function isOfFeed(a: Alert, b: Alert): boolean {
  return (
    a.finding === b.finding &&
    a.place.login === b.place.login &&
    a.place.hub === 'market' &&
    b.place.hub === 'market' &&
    Math.abs(a.sinceAt - b.sinceAt) <= feedMs
  );
}

/** The alert that explains the others stands first; among equals the earlier one stays. */
export function placed(alerts: readonly IncidentAlert[], added: IncidentAlert): readonly IncidentAlert[] {
  const root = alerts[0];
  if (root === undefined) return [added];
  const deeper = explains(added.alert, root.alert) && !explains(root.alert, added.alert);
  return deeper ? [added, ...alerts] : [...alerts, added];
}
