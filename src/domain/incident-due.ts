// What the passing of time asks of an open incident: a silence that ended, flapping that stopped, alerts still to be told, a call or a reminder.
import { worseSeverity } from './belonging.ts';
import { calledWords, nobodyCalled, type Reaches } from './callees.ts';
import { beginCare, cared, carePolicies, nextStep, type CaredFor, type CareStep } from './care.ts';
import { decided, type Decision, type PostBody } from './decision.ts';
import { flappingOf } from './flapping.ts';
import type { Alert } from './alert.ts';
import type { Incident } from './incident.ts';
import { isFiring, recoveredWhole, suppressedBy } from './incident-rules.ts';
import { holding, silencing, type Silence } from './silence.ts';
import { severities, type Severity } from './severity.ts';

/** Alerts that joined in a storm are told together this long after the last that was told by itself. */
export const digestAfterMs = 3_000;

/** Somebody for each circle. */
const everySeat: Reaches = (circle) => [{ kind: 'user', id: circle }];

/**
 * `undefined` = nothing is due now. Only one thing is decided at a time; ask again after it.
 * @param reaches for the timeline, which must not claim a call that reached nobody
 */
export function onDue(
  incident: Incident,
  silences: readonly Silence[],
  now: number,
  reaches: Reaches = everySeat,
): Decision | undefined {
  switch (incident.state.kind) {
    case 'resolved':
      return undefined;
    case 'suppressed':
      return isFiring(incident) ? unsilenced(incident, silences, now) : steadied(incident, now);
    default: {
      const silence = holding(silences, firingOf(incident), now);
      return (
        (silence === undefined ? steadied(incident, now) : undefined) ??
        digested(incident, silences, now) ??
        careDue(incident, incident.state, now, silence, reaches)
      );
    }
  }
}

function firingOf({ alerts }: Incident): readonly Alert[] {
  return alerts.flatMap(({ alert, recovery }) => (recovery === undefined ? [alert] : []));
}

const byWorst = (a: Alert, b: Alert): number => rank(a.severity) - rank(b.severity);

/** The silence ended, or something in it is no longer covered: what still fires is told now. */
function unsilenced(incident: Incident, silences: readonly Silence[], now: number): Decision | undefined {
  const firing = firingOf(incident);
  const loud = firing.filter((alert) => silencing(silences, alert, now) === undefined);
  if (loud.length === 0) return undefined;
  const { flapping, untold } = incident;
  return decided(
    'tended',
    {
      ...incident,
      state: { kind: 'triggered' },
      care: beginCare(now),
      severity: loud.reduce((worst, one) => worseSeverity(worst, one.severity), incident.severity),
      untold: untold.filter((key) => !loud.some((alert) => alert.key === key)),
      // That it stays down is told here.
      ...(flapping.kind === 'flapping' && now >= flapping.overAt
        ? { flapping: { kind: 'steady' }, turns: [] }
        : {}),
    },
    (next) => [...calledAnew([...loud].sort(byWorst), now), { kind: 'card', card: next }],
    [{ kind: 'called', text: 'The silence is over and it still fires: paged.' }],
    now,
  );
}

/** Into the thread that there is: the worst calls the people, the others come with it. */
function calledAnew([worst, ...others]: readonly Alert[], now: number): readonly PostBody[] {
  if (worst === undefined) return [];
  const first: PostBody = { kind: 'note', note: { kind: 'joined', alert: worst, mention: true } };
  return others.length === 0
    ? [first]
    : [first, { kind: 'note', note: { kind: 'digest', alerts: others, mention: false, at: now } }];
}

function steadied(incident: Incident, now: number): Decision | undefined {
  if (incident.flapping.kind !== 'flapping' || now < incident.flapping.overAt) return undefined;
  if (flappingOf(incident.flapping, incident.turns, now).kind === 'flapping') return undefined;
  const last = incident.alerts.reduce<NonNullable<Incident['alerts'][number]['recovery']> | undefined>(
    (newest, { recovery }) =>
      recovery !== undefined && (newest === undefined || recovery.at >= newest.at) ? recovery : newest,
    undefined,
  );
  if (!isFiring(incident) && last !== undefined) return recoveredWhole(incident, last, now);
  return decided(
    'tended',
    { ...incident, flapping: { kind: 'steady' }, turns: [] },
    (next) => [
      { kind: 'note', note: { kind: 'called', circle: 'primary', why: 'stays-down', at: now } },
      { kind: 'card', card: next },
    ],
    [{ kind: 'flapping', text: 'It has stopped flapping and stays down.' }],
    now,
  );
}

const rank = (severity: Severity): number => severities.indexOf(severity);

/** What came in a storm, or while a silence held it back that is over. */
function digested(incident: Incident, silences: readonly Silence[], now: number): Decision | undefined {
  const last = incident.toldAt.at(-1) ?? 0;
  if (incident.untold.length === 0 || now < last + digestAfterMs) return undefined;
  const all = firingOf(incident).filter(({ key }) => incident.untold.includes(key));
  const alerts = all.filter((alert) => silencing(silences, alert, now) === undefined).sort(byWorst);
  if (alerts.length === 0) return undefined;
  const untold = all.filter((alert) => !alerts.includes(alert)).map(({ key }) => key);
  const severity = alerts.reduce((worst, one) => worseSeverity(worst, one.severity), incident.severity);
  const mention = severity !== incident.severity || alerts.some(({ insists }) => insists === true);
  return decided(
    'tended',
    { ...incident, severity, untold, toldAt: [...incident.toldAt.slice(-3), now] },
    (next) => [
      { kind: 'note', note: { kind: 'digest', alerts, mention, at: now } },
      { kind: 'card', card: next },
    ],
    [{ kind: 'called', text: `${alerts.length} more announced together` }],
    now,
  );
}

function careDue(
  incident: Incident,
  state: Extract<Incident['state'], { kind: 'triggered' | 'acknowledged' }>,
  now: number,
  silence: Silence | undefined,
  reaches: Reaches,
): Decision | undefined {
  const step = careStep(incident, state);
  if (step === undefined || now < step.dueAt) return undefined;
  if (silence === undefined) return stepped(incident, step, now, reaches);
  // Who has it is neither called nor asked before the silence is over; where nobody has it, all begins anew then.
  return state.kind === 'acknowledged' ? undefined : rested(incident, silence, now);
}

/** Silenced after it was told: nobody is called any more, until the silence is over and it still fires. */
function rested(incident: Incident, silence: Silence, now: number): Decision {
  const { kind, id, by, reason } = silence;
  return decided(
    'tended',
    { ...incident, state: suppressedBy(silence, now) },
    (next) => [{ kind: 'card', card: next }],
    [{ kind: 'withheld', text: `Calls stopped: ${kind} ${id} by ${by.name} (${reason})` }],
    now,
  );
}

/** The next call or reminder and when it is due; for whoever audits that it was done. */
export function careStep(
  incident: Incident,
  state: Extract<Incident['state'], { kind: 'triggered' | 'acknowledged' }>,
): CareStep | undefined {
  const well = incident.turns.at(-1);
  const cared: CaredFor =
    state.kind === 'acknowledged' && !isFiring(incident)
      ? { kind: 'well', sinceAt: well?.at ?? state.at }
      : state;
  return nextStep(cared, incident.care, carePolicies[incident.severity]);
}

function stepped(incident: Incident, step: CareStep, now: number, reaches: Reaches): Decision {
  const care = cared(incident.care, step, now);
  switch (step.kind) {
    case 'escalate':
      return decided(
        'tended',
        { ...incident, care },
        (next) => [
          { kind: 'note', note: { kind: 'called', circle: step.to, why: 'nobody-moved', at: now } },
          { kind: 'card', card: next },
        ],
        [
          {
            kind: 'called',
            text:
              reaches(step.to).length > 0
                ? `Nobody took it: called ${calledWords(step.to, reaches)}`
                : `Nobody took it. ${nobodyCalled.text}`,
          },
        ],
        now,
      );
    case 'acknowledgement-ran-out':
      return decided(
        'tended',
        { ...incident, care, state: { kind: 'triggered' } },
        (next) => [
          { kind: 'note', note: { kind: 'called', circle: 'primary', why: 'ran-out', by: step.by, at: now } },
          { kind: 'card', card: next },
        ],
        [
          {
            kind: 'called',
            text: `No update from ${step.by.name}: the acknowledgement ran out${reaches('primary').length > 0 ? ', called again' : `. ${nobodyCalled.text}`}`,
          },
        ],
        now,
      );
    case 'nag': {
      const who = incident.state.kind === 'acknowledged' ? incident.state.by : undefined;
      return decided(
        'tended',
        { ...incident, care },
        () => [
          {
            kind: 'note',
            note: {
              kind: 'reminded',
              about: step.about,
              at: now,
              ...(who === undefined ? {} : { who }),
            },
          },
        ],
        [
          {
            kind: 'reminded',
            text: step.about === 'no-update' ? 'Asked for an update' : 'Asked to close it: all is well',
          },
        ],
        now,
      );
    }
  }
}
