// What an alert does to the open incidents of its login: open, join, recover, reopen, flap or nothing; pure, `now` given.
import { sameStakes, type Alert, type AlertChange, type Recovery } from './alert.ts';
import { belongs, placed, touches, worseSeverity } from './belonging.ts';
import { beginCare } from './care.ts';
import { decided, type Decision, type PostBody, type Said } from './decision.ts';
import { flappingOf, keptTurns, type Turn } from './flapping.ts';
import {
  type Incident,
  type IncidentAlert,
  type IncidentNote,
  type IncidentState,
  untouched,
} from './incident.ts';
import { isMutable, silencing, type Silence } from './silence.ts';
import { stillSeen } from './still-seen.ts';

export type { Decision } from './decision.ts';

/** The same thing back this soon after it recovered is the same incident: it is told in the thread, not paged anew. */
export const reopenMs = 5 * 60_000;

/** So many incidents of one login opened within `stormMs` are a storm: what comes on top joins the newest of them. */
export const stormIncidents = 4;
/** So many alerts of one incident are told one by one within `stormMs`, twice as many that insist; the rest is told together. */
export const stormNotes = 2;
export const stormMs = 10_000;

/** The alert in its place: in the stead of what it said before, else where its cause or consequence puts it. */
function withAlert({ alerts }: Incident, alert: Alert): readonly IncidentAlert[] {
  const fresh: IncidentAlert = { alert, recovery: undefined };
  return alerts.some((known) => known.alert.key === alert.key)
    ? alerts.map((known) => (known.alert.key === alert.key ? fresh : known))
    : placed(alerts, fresh);
}

type Resolved = Extract<AlertChange, { readonly kind: 'resolved' }>;

/** Without a word of how it stood last it stands as its card says: whoever took the login over may never have seen it. */
function over(known: IncidentAlert, { recovery, last }: Resolved): IncidentAlert {
  return { ...known, recovery, ...(last === undefined ? {} : { last }) };
}

function turned(turns: readonly Turn[], to: Turn['to'], now: number): readonly Turn[] {
  return [...keptTurns(turns, now), { at: now, to }];
}

export function isFiring({ alerts }: Pick<Incident, 'alerts'>): boolean {
  return alerts.some(({ recovery }) => recovery === undefined);
}

const card = (incident: Incident): PostBody => ({ kind: 'card', card: incident });
const told = (note: IncidentNote): PostBody => ({ kind: 'note', note });

/** What the timeline says of a silence that holds something back. */
function withheldBy(silence: Silence, alert: Alert): Said {
  return {
    kind: 'withheld',
    text: `"${alert.title}" was held back: ${silence.kind} ${silence.id} by ${silence.by.name} (${silence.reason})`,
  };
}

export function suppressedBy({ id, kind, reason, by, toAt }: Silence, now: number): IncidentState {
  return { kind: 'suppressed', at: now, silence: { id, kind, reason, by, toAt } };
}

function opened(alert: Alert, id: string, now: number, silence: Silence | undefined): Decision {
  const draft: Incident = {
    id,
    version: 0,
    login: alert.place.login,
    alerts: [{ alert, recovery: undefined }],
    severity: alert.severity,
    openedAt: now,
    observedAt: alert.observedAt,
    decidedAt: now,
    ...untouched(now),
    paged: false,
    turns: [{ at: now, to: 'firing' }],
    state: silence === undefined ? { kind: 'triggered' } : suppressedBy(silence, now),
  };
  const said: Said = {
    kind: 'opened',
    text: `${alert.title}: ${alert.summary}${silence === undefined ? ' Paged.' : ''}`,
  };
  return decided(
    'opened',
    draft,
    () => [],
    silence === undefined ? [said] : [said, withheldBy(silence, alert)],
    now,
  );
}

function joined(incident: Incident, alert: Alert, now: number, silence: Silence | undefined): Decision {
  const severity = worseSeverity(incident.severity, alert.severity);
  const alerts = withAlert(incident, alert);
  const said: Said = { kind: 'joined', text: `${alert.title}: ${alert.summary}` };
  const isHeld = incident.state.kind === 'suppressed';
  if (silence !== undefined) {
    // A page that was not sent yet will show it; else it is told, and weighs, once the silence is over.
    const held = incident.paged
      ? { ...incident, alerts, untold: withKey(incident.untold, alert.key) }
      : { ...incident, alerts, severity };
    return decided('joined', held, (next) => [card(next)], [said, withheldBy(silence, alert)], now);
  }
  const toldAt = incident.toldAt.filter((at) => now - at < stormMs);
  if (isHeld) return surfaced({ ...incident, alerts, severity, toldAt: [...toldAt, now] }, alert, said, now);
  if (toldAt.length >= stormNotes * (alert.insists === true ? 2 : 1)) {
    return decided(
      'joined',
      { ...incident, alerts, severity, untold: withKey(incident.untold, alert.key) },
      (next) => [card(next)],
      [said, { kind: 'withheld', text: `"${alert.title}" is grouped with others: too many at once` }],
      now,
    );
  }
  // A join is silent unless it makes things worse than what the people were woken for.
  const mention = severity !== incident.severity || alert.insists === true;
  return decided(
    'joined',
    { ...incident, alerts, severity, toldAt: [...toldAt, now] },
    (next) => [told({ kind: 'joined', alert, mention }), card(next)],
    [said],
    now,
  );
}

const withKey = (keys: readonly string[], key: string): readonly string[] => [
  ...keys.filter((one) => one !== key),
  key,
];

/** What joins a silenced incident and is not silenced itself: the call begins here. What is still held back is told after its silence. */
function surfaced(draft: Incident, alert: Alert, said: Said, now: number): Decision {
  const untold = draft.untold.filter((key) => key !== alert.key);
  return decided(
    'joined',
    { ...draft, state: { kind: 'triggered' }, care: beginCare(now), untold },
    (next) => [told({ kind: 'joined', alert, mention: true }), card(next)],
    [said],
    now,
  );
}

function returned(incident: Incident, alert: Alert): boolean {
  return incident.alerts.some(
    ({ alert: known }) => known.finding === alert.finding && touches(known.place, alert.place),
  );
}

/** Back after a recovery: the incident goes on as it was, and its people are called into the thread they already have. */
function reopened(incident: Incident, alert: Alert, now: number, silence: Silence | undefined): Decision {
  const turns = turned(incident.turns, 'firing', now);
  const flapping = flappingOf(incident.flapping, turns, now);
  const had = incident.state.kind === 'resolved' ? incident.state.acknowledgedBy : undefined;
  const begins = flapping.kind === 'flapping' && silence === undefined;
  const state: IncidentState =
    silence !== undefined
      ? suppressedBy(silence, now)
      : begins && had !== undefined
        ? { kind: 'acknowledged', by: had, at: now }
        : { kind: 'triggered' };
  const draft: Incident = {
    ...incident,
    alerts: withAlert(incident, alert),
    severity: worseSeverity(incident.severity, alert.severity),
    state,
    turns,
    flapping,
    care: { ...beginCare(now), activeAt: incident.care.activeAt },
    untold: silence !== undefined && incident.paged ? [alert.key] : [],
  };
  const said: Said = { kind: 'reopened', text: `${alert.title} is back: ${alert.summary}` };
  if (silence !== undefined) {
    return decided('reopened', draft, (next) => [card(next)], [said, withheldBy(silence, alert)], now);
  }
  if (!begins) {
    return decided(
      'reopened',
      draft,
      (next) => [told({ kind: 'joined', alert, mention: true }), card(next)],
      [said],
      now,
    );
  }
  const { turns: count } = flapping;
  return decided(
    'reopened',
    draft,
    (next) => [
      told({ kind: 'flapping', turns: count, at: now }),
      ...(isMutable(alert) ? [] : [told({ kind: 'joined', alert, mention: true })]),
      card(next),
    ],
    [
      said,
      {
        kind: 'flapping',
        text: `Flapping: it failed ${count} times within 10 min; further turns are held back.`,
      },
    ],
    now,
  );
}

/** One more turn of something that flaps: no news, unless a position is exposed. */
function flapped(incident: Incident, alert: Alert, now: number): Decision {
  const turns = isFiring(incident) ? incident.turns : turned(incident.turns, 'firing', now);
  const draft: Incident = {
    ...incident,
    alerts: withAlert(incident, alert),
    severity: worseSeverity(incident.severity, alert.severity),
    turns,
    flapping: flappingOf(incident.flapping, turns, now),
  };
  const muted = isMutable(alert) && draft.severity === incident.severity;
  const said: Said = { kind: 'joined', text: `${alert.title}: ${alert.summary}` };
  return decided(
    'joined',
    draft,
    (next) => [...(muted ? [] : [told({ kind: 'joined', alert, mention: true })]), card(next)],
    muted ? [said, { kind: 'withheld', text: 'Held back: it is flapping.' }] : [said],
    now,
  );
}

/**
 * Well at last, after somebody had closed it by hand: it stays closed, and its card and thread tell what became of it.
 * @param recent the newest first, so that of two that hold the same thing the later one is told
 */
function recoveredLate(recent: readonly Incident[], change: Resolved, now: number): Decision | undefined {
  const { key, recovery } = change;
  const home = recent.find((one) => stillSeen(one).some((alert) => alert.key === key));
  const closing = home?.alerts.find((known) => known.alert.key === key && known.recovery === undefined);
  if (home === undefined || closing === undefined) return undefined;
  const alerts = home.alerts.map((known) => (known === closing ? over(known, change) : known));
  const { alert } = closing;
  if (isFiring({ alerts })) {
    return decided(
      'part-recovered',
      { ...home, alerts },
      (next) => [told({ kind: 'part-recovered', alert, recovery }), card(next)],
      [{ kind: 'part-recovered', text: `${alert.title} is well again: ${recovery.proof}` }],
      now,
    );
  }
  const draft: Incident = { ...home, alerts, turns: turned(home.turns, 'well', now) };
  return ended(draft, recovery, now);
}

/** What is at stake has changed since its card was written. */
function restated(
  open: readonly Incident[],
  { key, last }: Extract<AlertChange, { readonly kind: 'restated' }>,
  now: number,
): Decision | undefined {
  const fires = ({ alert, recovery }: IncidentAlert): boolean => alert.key === key && recovery === undefined;
  const home = open.find(({ alerts }) => alerts.some(fires));
  const known = home?.alerts.find(fires);
  if (home === undefined || known === undefined) return undefined;
  if (sameStakes((known.last ?? known.alert).suites, last.suites)) return undefined;
  const alerts = home.alerts.map((one) => (one === known ? { ...one, last } : one));
  return decided('restated', { ...home, alerts }, (next) => [card(next)], [], now);
}

function recovered(incident: Incident, change: Resolved, now: number): Decision | undefined {
  const { key, recovery } = change;
  const closing = incident.alerts.find((known) => known.alert.key === key && known.recovery === undefined);
  if (closing === undefined) return undefined;
  const alerts = incident.alerts.map((known) => (known === closing ? over(known, change) : known));
  const untold = incident.untold.filter((one) => one !== key);
  const { alert } = closing;
  const said: Said = { kind: 'part-recovered', text: `${alert.title} is well again: ${recovery.proof}` };
  if (isFiring({ alerts })) {
    return decided(
      'part-recovered',
      { ...incident, alerts, untold },
      (next) => [
        // What was never told by itself does not end by itself either.
        ...(incident.untold.includes(key) ? [] : [told({ kind: 'part-recovered', alert, recovery })]),
        card(next),
      ],
      [said],
      now,
    );
  }
  const turns = turned(incident.turns, 'well', now);
  const draft: Incident = { ...incident, alerts, untold, turns };
  if (incident.flapping.kind === 'flapping') {
    const flapping = flappingOf(incident.flapping, turns, now);
    const quiet: Said = { kind: 'withheld', text: 'Held back: it is flapping, and well only for now.' };
    return decided('part-recovered', { ...draft, flapping }, (next) => [card(next)], [said, quiet], now);
  }
  return recoveredWhole(draft, recovery, now);
}

/** Everything of it is well: it ends. */
export function recoveredWhole(incident: Incident, recovery: Recovery, now: number): Decision {
  const { state } = incident;
  const acknowledgedBy = state.kind === 'acknowledged' ? state.by : undefined;
  const draft: Incident = {
    ...incident,
    flapping: { kind: 'steady' },
    state: {
      kind: 'resolved',
      at: recovery.at,
      by: 'recovery',
      acknowledgedBy,
      ...(state.kind === 'suppressed' ? { silence: state.silence.id } : {}),
    },
  };
  return ended(draft, recovery, now);
}

/** Tells that the last of it is well. */
function ended(draft: Incident, recovery: Recovery, now: number): Decision {
  const { alerts } = draft;
  const beganAt = Math.min(...alerts.map((known) => known.alert.sinceAt));
  const downtimeMs = Math.max(0, recovery.at - beganAt);
  const missed = new Set(alerts.flatMap((known) => known.recovery?.missed ?? []));
  const whole: Recovery = { ...recovery, missed: [...missed] };
  return decided(
    'recovered',
    draft,
    (next) => [told({ kind: 'recovered', card: next, downtimeMs, recovery: whole }), card(next)],
    [
      {
        kind: 'recovered',
        text: [`Recovered: ${whole.proof}`, ...whole.missed].join(' · '),
      },
    ],
    now,
  );
}

/** What else a decision about an alert looks at. */
export interface Surroundings {
  /** The login's incidents that ended lately, newest first. */
  readonly recent?: readonly Incident[];
  readonly silences?: readonly Silence[];
}

/**
 * Decides what an alert's change means. `undefined` = nothing new (already told, or nothing to recover).
 * @param open the login's open incidents, oldest first
 * @param id the id a new incident would get
 */
export function onAlert(
  open: readonly Incident[],
  change: AlertChange,
  now: number,
  id: string,
  { recent = [], silences = [] }: Surroundings = {},
): Decision | undefined {
  if (change.kind === 'resolved') {
    for (const incident of open) {
      const decision = recovered(incident, change, now);
      if (decision !== undefined) return decision;
    }
    return recoveredLate(recent, change, now);
  }
  if (change.kind === 'restated') return restated(open, change, now);
  const { alert } = change;
  const silence = silencing(silences, alert, now);
  const same = open.find((incident) =>
    incident.alerts.some((known) => known.alert.key === alert.key && known.recovery === undefined),
  );
  if (same !== undefined) {
    const known = same.alerts.find((one) => one.alert.key === alert.key)?.alert.severity ?? alert.severity;
    // One that a silence holds back may be graver than its incident, and is no news for that.
    const told = worseSeverity(same.severity, known);
    if (worseSeverity(told, alert.severity) !== told) return joined(same, alert, now, silence);
    if (worseSeverity(known, alert.severity) === known) return undefined;
    // Its incident is as grave already, so nobody is called again for it; but the card tells it as it is now.
    return decided('restated', { ...same, alerts: withAlert(same, alert) }, (next) => [card(next)], [], now);
  }
  const home = open.find((incident) => belongs(incident, alert));
  if (home !== undefined) {
    const isMuted = home.flapping.kind === 'flapping' && home.state.kind !== 'suppressed';
    return isMuted && silence === undefined && returned(home, alert)
      ? flapped(home, alert, now)
      : joined(home, alert, now, silence);
  }
  const back = recent.find(
    ({ state, ...incident }) =>
      state.kind === 'resolved' &&
      state.by === 'recovery' &&
      now - state.at <= reopenMs &&
      returned({ ...incident, state }, alert),
  );
  if (back !== undefined) return reopened(back, alert, now, silence);
  const storm = open.filter((one) => one.paged && now - one.openedAt < stormMs);
  const newest = storm.at(-1);
  if (silence === undefined && newest !== undefined && storm.length >= stormIncidents)
    return joined(newest, alert, now, silence);
  return opened(alert, id, now, silence);
}
