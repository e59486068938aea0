// What a person does to an incident, by button or command: one winner, and a kind answer for everybody else.
import { OpsError } from '../domain/errors.ts';
import type { Incident, IncidentStore, Person } from '../domain/incident.ts';
import { onAcknowledge, onResolveByHand, type Decision } from '../domain/incident-rules.ts';
import type { Answer, ExamineTask, IncidentTask } from '../domain/job.ts';

const staleTries = 20;

/** Asks again for the incident's evidence; resolves when the question is on its way. */
export type Rerun = (task: ExamineTask) => Promise<void>;

function already(incident: Incident): Answer {
  const { state } = incident;
  if (state.kind === 'acknowledged') {
    return {
      kind: 'refusal',
      text: `Incident #${incident.id} is already acknowledged by ${state.by.name}.`,
      wayOut: 'Work it with them in its thread.',
    };
  }
  if (state.kind === 'resolved') {
    const who = state.by === 'recovery' ? 'it recovered by itself' : `${state.by.name} resolved it`;
    return {
      kind: 'refusal',
      text: `Incident #${incident.id} is already over: ${who}.`,
      wayOut: 'Its thread keeps the story; if something is still wrong, type /health.',
    };
  }
  return {
    kind: 'failure',
    text: `Incident #${incident.id} did not change.`,
    next: 'Press the button once more.',
  };
}

function rerunTask(incident: Incident): ExamineTask {
  const alerts = incident.alerts.map(({ alert }) => alert);
  const suites = [...new Set(alerts.flatMap((alert) => alert.suites.map((one) => one.suite)))];
  return {
    kind: 'examine',
    title: `Evidence for incident #${incident.id}, asked again`,
    parts: [{ login: incident.login, suites }],
    diagnostics: [...new Set(alerts.flatMap((alert) => alert.diagnostics))],
    incident: incident.id,
  };
}

export async function act(
  task: IncidentTask,
  by: Person,
  given: { readonly store: IncidentStore; readonly now: () => number; readonly rerun: Rerun },
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const known = await given.store.get(task.incident);
    if (known === undefined) {
      return {
        kind: 'refusal',
        text: `There is no incident #${task.incident} any more.`,
        wayOut: 'It is older than what is kept; /health shows what is wrong now.',
      };
    }
    if (task.action === 'rerun') {
      await given.rerun(rerunTask(known));
      return {
        kind: 'done',
        text: `Asked again for the evidence of incident #${known.id}; it arrives in the thread.`,
      };
    }
    const { version, incidents } = await given.store.open(known.login);
    const incident = incidents.find((one) => one.id === task.incident) ?? known;
    const decide = task.action === 'acknowledge' ? onAcknowledge : onResolveByHand;
    const decision: Decision | undefined = decide(incident, by, given.now());
    if (decision === undefined) return already(incident);
    try {
      await given.store.commit({
        login: incident.login,
        expectedVersion: version,
        incident: decision.incident,
        posts: decision.posts,
      });
      return {
        kind: 'done',
        text:
          task.action === 'acknowledge'
            ? `Incident #${incident.id} is yours now.`
            : `Incident #${incident.id} is resolved.`,
      };
    } catch (error) {
      // Somebody pressed at the same moment: read again and tell this person who was first.
      const stale = error instanceof OpsError && error.code === 'stale-version';
      if (!stale || attempt >= staleTries) throw error;
    }
  }
}
