// What people do to an incident: take it, give it, note, judge, call, tick a step, end it; pure, and a refusal says who was first.
import { calledWords, nobodyCalled, type Reaches } from './callees.ts';
import { circles, cared, moved } from './care.ts';
import { decided, type Decision } from './decision.ts';
import type { Severity } from './diagnostic.ts';
import type { Incident, Person, StepMark } from './incident.ts';
import type { Playbook, StepList } from './playbook.ts';
import { seenWords, stillSeen } from './still-seen.ts';

/** Nothing changed, and why: two sentences for the person. */
export interface Refused {
  readonly kind: 'refused';
  readonly text: string;
  readonly wayOut: string;
}

function refused(text: string, wayOut: string): Refused {
  return { kind: 'refused', text, wayOut };
}

/** Why nobody can do anything to it any more, or not yet; undefined = it can be worked. */
function closedTo(incident: Incident): Refused | undefined {
  const { state, id } = incident;
  const seen = stillSeen(incident);
  if (state.kind === 'resolved' && state.by !== 'recovery' && seen.length > 0) {
    return refused(
      `Incident #${id} is already closed: ${state.by.name} closed it by hand, still seen: ${seenWords(seen.map(({ title }) => title))}.`,
      'Its thread has the history; /health shows how it stands now.',
    );
  }
  if (state.kind === 'resolved') {
    const who = state.by === 'recovery' ? 'it recovered by itself' : `${state.by.name} resolved it`;
    return refused(
      `Incident #${id} is already over: ${who}.`,
      'Its thread has the history; if something is still wrong, type /health.',
    );
  }
  if (state.kind === 'suppressed') {
    const { kind, by, reason } = state.silence;
    const so = incident.paged ? 'nobody is called' : 'nobody was called and it has no thread';
    return refused(
      `Incident #${id} is held back by a ${kind} of ${by.name} (${reason}), so ${so}.`,
      `End it with /${kind} end ${state.silence.id}, and it is paged at once.`,
    );
  }
  return undefined;
}

/** A person takes it. */
export function onAcknowledge(incident: Incident, by: Person, now: number): Decision | Refused {
  const closed = closedTo(incident);
  if (closed !== undefined) return closed;
  if (incident.state.kind === 'acknowledged') {
    return refused(
      `Incident #${incident.id} is already acknowledged by ${incident.state.by.name}.`,
      'Work on it with them in its thread, or take it over with /incident take.',
    );
  }
  return decided(
    'acknowledged',
    takenBy(incident, by, now),
    (next) => [
      { kind: 'card', card: next },
      { kind: 'note', note: { kind: 'acknowledged', by, at: now } },
    ],
    [{ kind: 'acknowledged', by, text: `${by.name} has it` }],
    now,
  );
}

function takenBy(incident: Incident, by: Person, now: number): Incident {
  return {
    ...incident,
    state: { kind: 'acknowledged', by, at: now },
    care: moved(incident.care, now),
    acknowledgedAt: incident.acknowledgedAt ?? now,
  };
}

/** Somebody is given it: by themselves (a take-over) or by another. */
export function onAssign(incident: Incident, by: Person, to: Person, now: number): Decision | Refused {
  const closed = closedTo(incident);
  if (closed !== undefined) return closed;
  if (incident.state.kind === 'acknowledged' && incident.state.by.id === to.id) {
    const whose = to.id === by.id ? 'yours' : `${to.name}'s`;
    return refused(`Incident #${incident.id} is ${whose} already.`, 'Log what you do with /incident note.');
  }
  if (to.id === by.id && incident.state.kind === 'triggered') return onAcknowledge(incident, by, now);
  return decided(
    'acknowledged',
    takenBy(incident, to, now),
    (next) => [
      { kind: 'card', card: next },
      { kind: 'note', note: { kind: 'assigned', by, to, at: now } },
    ],
    [{ kind: 'assigned', by, text: to.id === by.id ? `${by.name} took it over` : `Given to ${to.name}` }],
    now,
  );
}

/** What a person wants remembered. */
export function onNote(incident: Incident, by: Person, text: string, now: number): Decision | Refused {
  if (text.trim() === '') return refused('A note needs text.', 'Say what you saw or did.');
  return decided(
    'worked',
    { ...incident, care: moved(incident.care, now) },
    () => [{ kind: 'note', note: { kind: 'noted', by, text, at: now } }],
    [{ kind: 'noted', by, text }],
    now,
  );
}

export function onSeverity(incident: Incident, by: Person, to: Severity, now: number): Decision | Refused {
  const closed = closedTo(incident);
  if (closed !== undefined) return closed;
  const from = incident.severity;
  if (from === to) return refused(`Incident #${incident.id} is ${to} already.`, 'Nothing needs to be done.');
  return decided(
    'worked',
    { ...incident, severity: to, care: moved(incident.care, now) },
    (next) => [
      { kind: 'note', note: { kind: 'severity', by, from, to, at: now } },
      { kind: 'card', card: next },
    ],
    [{ kind: 'severity', by, text: `Severity ${from} → ${to}` }],
    now,
  );
}

/** Calls the next wider circle that reaches anybody now. */
export function onEscalate(
  incident: Incident,
  by: Person,
  now: number,
  reaches: Reaches,
): Decision | Refused {
  const closed = closedTo(incident);
  if (closed !== undefined) return closed;
  if (reaches('everyone').length === 0) return refused(nobodyCalled.text, nobodyCalled.wayOut);
  const wider = circles.slice(circles.indexOf(incident.care.circle) + 1);
  const to = wider.find((circle) => reaches(circle).length > 0);
  if (to === undefined || to === 'primary') {
    return refused(
      `Everyone has been called for incident #${incident.id} already.`,
      'Phone them if it cannot wait.',
    );
  }
  return decided(
    'worked',
    { ...incident, care: moved(cared(incident.care, { kind: 'escalate', to, dueAt: now }, now), now) },
    (next) => [
      { kind: 'note', note: { kind: 'called', circle: to, why: 'by-hand', by, at: now } },
      { kind: 'card', card: next },
    ],
    [{ kind: 'escalated', by, text: `${by.name} called ${calledWords(to, reaches)}` }],
    now,
  );
}

export interface StepAct {
  readonly playbook: Playbook;
  /** All that stands in the thread, theirs among them. */
  readonly list: StepList;
  readonly step: string;
  readonly how: StepMark['how'];
}

/** A step of a playbook is begun, done or passed; done and passed are final. */
export function onStep(incident: Incident, by: Person, act: StepAct, now: number): Decision | Refused {
  const { playbook, how, list } = act;
  const { steps: all, name } = playbook;
  const step = all.find(({ id }) => id === act.step);
  if (step === undefined)
    return refused('That step is no longer in the list.', 'Use the newest list of steps in the thread.');
  if (incident.state.kind === 'resolved')
    return closedTo(incident) ?? refused('It is over.', 'Nothing is left.');
  const key = `${name}.${step.id}`;
  const known = incident.steps[key];
  const words = { taken: 'is on it', done: 'did it', passed: 'skipped it' } as const;
  if (known !== undefined && (known.how !== 'taken' || how === 'taken')) {
    return refused(
      `"${step.title}": ${known.by.id === by.id ? 'you said so already' : `${known.by.name} ${words[known.how]} already`}.`,
      'Continue with the next one.',
    );
  }
  const marks = { ...incident.steps, [key]: { how, by, at: now } };
  return decided(
    'worked',
    { ...incident, steps: marks, care: moved(incident.care, now) },
    () => [{ kind: 'steps', ...list, marks }],
    [{ kind: 'step', by, text: `${by.name} ${words[how]}: ${step.title}` }],
    now,
  );
}

/** A person ends it, whatever the machine still sees (the note says what that is). */
export function onResolveByHand(incident: Incident, by: Person, now: number): Decision | Refused {
  const { state } = incident;
  if (state.kind === 'resolved') return closedTo(incident) ?? refused('It is over.', 'Nothing is left.');
  const stillFiring = incident.alerts
    .filter((known) => known.recovery === undefined)
    .map((known) => known.alert.title);
  const acknowledgedBy = state.kind === 'acknowledged' ? state.by : undefined;
  return decided(
    'resolved-by-hand',
    { ...incident, state: { kind: 'resolved', at: now, by, acknowledgedBy }, untold: [] },
    (next) => [
      { kind: 'note', note: { kind: 'resolved-by-hand', by, at: now, stillFiring } },
      { kind: 'card', card: next },
    ],
    [
      {
        kind: 'resolved-by-hand',
        by,
        text:
          stillFiring.length === 0
            ? 'Resolved by hand'
            : `Resolved by hand; still seen: ${stillFiring.join(', ')}`,
      },
    ],
    now,
  );
}
