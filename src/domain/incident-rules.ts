// What an alert does to the open incidents of its login: open, join, recover or nothing; pure, `now` given.
import type { Alert, AlertChange, Recovery } from './alert.ts';
import type { Place } from './detector.ts';
import type { Severity } from './diagnostic.ts';
import type { Incident, IncidentAlert, IncidentNote, Person, Post } from './incident.ts';

/** Alerts of one login, or of one suite, that began this close together are one incident: one cut seen by several detectors. */
export const correlationMs = 5_000;

/** The same thing back this soon after it recovered is the same incident: it is told in the thread, not paged anew. */
export const reopenMs = 5 * 60_000;

export interface Decision {
  readonly kind:
    | 'opened'
    | 'reopened'
    | 'joined'
    | 'part-recovered'
    | 'recovered'
    | 'acknowledged'
    | 'resolved-by-hand';
  readonly incident: Incident;
  readonly posts: readonly Post[];
}

const rank: Readonly<Record<Severity, number>> = { critical: 3, high: 2, medium: 1, low: 0 };

export function worseSeverity(a: Severity, b: Severity): Severity {
  return rank[a] >= rank[b] ? a : b;
}

/** True where `outer` names the same thing as `inner` or something it is part of; a suite hangs on both hubs unless it says on which. */
export function encloses(outer: Place, inner: Place): boolean {
  const eitherHub = inner.suite !== undefined && inner.hub === undefined && outer.suite === undefined;
  return (
    outer.login === inner.login &&
    (outer.hub === undefined || outer.hub === inner.hub || eitherHub) &&
    (outer.contract === undefined || outer.contract === inner.contract) &&
    (outer.suite === undefined || outer.suite === inner.suite)
  );
}

function touches(a: Place, b: Place): boolean {
  return encloses(a, b) || encloses(b, a);
}

function explains(cause: Pick<Alert, 'finding'>, effect: Pick<Alert, 'causedBy'>): boolean {
  return effect.causedBy.includes(cause.finding);
}

function belongs(incident: Incident, alert: Alert): boolean {
  return incident.alerts.some(
    ({ alert: known }) =>
      (touches(known.place, alert.place) &&
        (known.finding === alert.finding || explains(known, alert) || explains(alert, known))) ||
      (known.place.login === alert.place.login &&
        known.place.suite === alert.place.suite &&
        Math.abs(known.sinceAt - alert.sinceAt) <= correlationMs),
  );
}

/** The alert that explains the others stands first; among equals the earlier one stays. */
function placed(alerts: readonly IncidentAlert[], added: IncidentAlert): readonly IncidentAlert[] {
  const root = alerts[0];
  if (root === undefined) return [added];
  const deeper = explains(added.alert, root.alert) && !explains(root.alert, added.alert);
  return deeper ? [added, ...alerts] : [...alerts, added];
}

type PostBody<P = Post> = P extends Post ? Omit<P, 'id' | 'incident' | 'queuedAt'> : never;

function withPosts(
  kind: Decision['kind'],
  incident: Incident,
  bodies: readonly PostBody[],
  now: number,
): Decision {
  return {
    kind,
    incident,
    posts: bodies.map((body, index) => ({
      ...body,
      id: `${incident.id}-${incident.version}-${index}`,
      incident: incident.id,
      queuedAt: now,
    })),
  };
}

function opened(alert: Alert, id: string, now: number): Decision {
  const incident: Incident = {
    id,
    version: 1,
    login: alert.place.login,
    alerts: [{ alert, recovery: undefined }],
    severity: alert.severity,
    openedAt: now,
    observedAt: alert.observedAt,
    decidedAt: now,
    state: { kind: 'triggered' },
  };
  return withPosts('opened', incident, [{ kind: 'page', card: incident }], now);
}

function joined(incident: Incident, alert: Alert, now: number): Decision {
  const severity = worseSeverity(incident.severity, alert.severity);
  const next: Incident = {
    ...incident,
    version: incident.version + 1,
    alerts: placed(
      incident.alerts.filter((known) => known.alert.key !== alert.key),
      { alert, recovery: undefined },
    ),
    severity,
  };
  // A join is silent unless it makes things worse than what the people were woken for.
  const mention = severity !== incident.severity || alert.insists === true;
  const note: IncidentNote = { kind: 'joined', alert, mention };
  return withPosts(
    'joined',
    next,
    [
      { kind: 'note', note },
      { kind: 'card', card: next },
    ],
    now,
  );
}

function returned(incident: Incident, alert: Alert): boolean {
  return incident.alerts.some(
    ({ alert: known }) => known.finding === alert.finding && touches(known.place, alert.place),
  );
}

/** Back after a recovery: the incident goes on as it was, and its people are called into the thread they already have. */
function reopened(incident: Incident, alert: Alert, now: number): Decision {
  const next: Incident = {
    ...incident,
    version: incident.version + 1,
    alerts: placed(
      incident.alerts.filter((known) => known.alert.key !== alert.key),
      { alert, recovery: undefined },
    ),
    severity: worseSeverity(incident.severity, alert.severity),
    state: { kind: 'triggered' },
  };
  const note: IncidentNote = { kind: 'joined', alert, mention: true };
  return withPosts(
    'reopened',
    next,
    [
      { kind: 'note', note },
      { kind: 'card', card: next },
    ],
    now,
  );
}

function recovered(incident: Incident, key: string, recovery: Recovery, now: number): Decision | undefined {
  const closing = incident.alerts.find((known) => known.alert.key === key && known.recovery === undefined);
  if (closing === undefined) return undefined;
  const alerts = incident.alerts.map((known) => (known === closing ? { ...known, recovery } : known));
  const version = incident.version + 1;
  if (alerts.some((known) => known.recovery === undefined)) {
    const next: Incident = { ...incident, version, alerts };
    const note: IncidentNote = { kind: 'part-recovered', alert: closing.alert, recovery };
    return withPosts(
      'part-recovered',
      next,
      [
        { kind: 'note', note },
        { kind: 'card', card: next },
      ],
      now,
    );
  }
  const acknowledgedBy = incident.state.kind === 'acknowledged' ? incident.state.by : undefined;
  const next: Incident = {
    ...incident,
    version,
    alerts,
    state: { kind: 'resolved', at: recovery.at, by: 'recovery', acknowledgedBy },
  };
  const beganAt = Math.min(...alerts.map((known) => known.alert.sinceAt));
  const note: IncidentNote = {
    kind: 'recovered',
    card: next,
    downtimeMs: Math.max(0, recovery.at - beganAt),
    recovery: mergedRecovery(alerts, recovery),
  };
  return withPosts(
    'recovered',
    next,
    [
      { kind: 'note', note },
      { kind: 'card', card: next },
    ],
    now,
  );
}

/** Everything missed by any of the alerts, each sentence once. */
function mergedRecovery(alerts: readonly IncidentAlert[], last: Recovery): Recovery {
  const missed = new Set(alerts.flatMap((known) => known.recovery?.missed ?? []));
  return { ...last, missed: [...missed] };
}

/**
 * Decides what an alert's change means. `undefined` = nothing new (already told, or nothing to recover).
 * @param open the login's open incidents, oldest first
 * @param id the id a new incident would get
 * @param recent the login's incidents that ended lately
 */
export function onAlert(
  open: readonly Incident[],
  change: AlertChange,
  now: number,
  id: string,
  recent: readonly Incident[] = [],
): Decision | undefined {
  if (change.kind === 'resolved') {
    for (const incident of open) {
      const decision = recovered(incident, change.key, change.recovery, now);
      if (decision !== undefined) return decision;
    }
    return undefined;
  }
  const { alert } = change;
  const same = open.find((incident) =>
    incident.alerts.some((known) => known.alert.key === alert.key && known.recovery === undefined),
  );
  if (same !== undefined) {
    return worseSeverity(same.severity, alert.severity) === same.severity
      ? undefined
      : joined(same, alert, now);
  }
  const home = open.find((incident) => belongs(incident, alert));
  if (home !== undefined) return joined(home, alert, now);
  const back = recent.find(
    ({ state, ...incident }) =>
      state.kind === 'resolved' &&
      state.by === 'recovery' &&
      now - state.at <= reopenMs &&
      returned({ ...incident, state }, alert),
  );
  return back === undefined ? opened(alert, id, now) : reopened(back, alert, now);
}

/** A person takes it. `undefined` = somebody has it already, or it is over. */
export function onAcknowledge(incident: Incident, by: Person, now: number): Decision | undefined {
  if (incident.state.kind !== 'triggered') return undefined;
  const next: Incident = {
    ...incident,
    version: incident.version + 1,
    state: { kind: 'acknowledged', by, at: now },
  };
  return withPosts(
    'acknowledged',
    next,
    [
      { kind: 'card', card: next },
      { kind: 'note', note: { kind: 'acknowledged', by, at: now } },
    ],
    now,
  );
}

/** A person ends it, whatever the machine still sees (the note says what that is). */
export function onResolveByHand(incident: Incident, by: Person, now: number): Decision | undefined {
  if (incident.state.kind === 'resolved') return undefined;
  const stillFiring = incident.alerts
    .filter((known) => known.recovery === undefined)
    .map((known) => known.alert.title);
  const acknowledgedBy = incident.state.kind === 'acknowledged' ? incident.state.by : undefined;
  const next: Incident = {
    ...incident,
    version: incident.version + 1,
    state: { kind: 'resolved', at: now, by, acknowledgedBy },
  };
  return withPosts(
    'resolved-by-hand',
    next,
    [
      { kind: 'note', note: { kind: 'resolved-by-hand', by, at: now, stillFiring } },
      { kind: 'card', card: next },
    ],
    now,
  );
}
