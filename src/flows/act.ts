// What a person does to an incident, by button or command: one winner, and a kind answer for everybody else.
import type { Decision } from '../domain/decision.ts';
import type { Incident, IncidentStore, Person } from '../domain/incident.ts';
import {
  onAcknowledge,
  onAssign,
  onEscalate,
  onNote,
  onResolveByHand,
  onSeverity,
  onStep,
  type Refused,
} from '../domain/incident-people.ts';
import { calledWords, type Reaches } from '../domain/callees.ts';
import type { Answer, ExamineTask, IncidentTask } from '../domain/job.ts';
import type { Playbook } from '../domain/playbook.ts';
import { seenWords, stillSeen } from '../domain/still-seen.ts';
import { listedIn, withSteps } from './last-steps.ts';
import { changing } from './saving.ts';

/** Asks again for the incident's evidence; resolves when the question is on its way. */
export type Rerun = (task: ExamineTask) => Promise<void>;

/** The question whose answer goes into the incident's thread. */
export function evidenceTask(incident: Incident): ExamineTask {
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

export interface ActOptions {
  readonly store: IncidentStore;
  readonly now: () => number;
  readonly rerun: Rerun;
  readonly playbooks: readonly Playbook[];
  readonly reaches: Reaches;
}

function decide(
  incident: Incident,
  task: IncidentTask,
  by: Person,
  now: number,
  { playbooks, reaches }: Pick<ActOptions, 'playbooks' | 'reaches'>,
): Decision | Refused {
  switch (task.action) {
    case 'acknowledge':
      return onAcknowledge(incident, by, now);
    case 'resolve':
      return onResolveByHand(incident, by, now);
    case 'escalate':
      return onEscalate(incident, by, now, reaches);
    case 'assign':
      return onAssign(incident, by, task.to, now);
    case 'note':
      return onNote(incident, by, task.text, now);
    case 'severity':
      return onSeverity(incident, by, task.severity, now);
    case 'step': {
      const playbook = playbooks.find(({ name }) => name === task.playbook);
      const list = playbook && listedIn(incident, playbooks, playbook);
      return playbook === undefined || list === undefined
        ? {
            kind: 'refused',
            text: 'These steps are no longer known.',
            wayOut: 'See /explain for what to do.',
          }
        : onStep(incident, by, { playbook, list, step: task.step, how: task.how }, now);
    }
    case 'rerun':
      throw new Error('a re-run decides nothing');
  }
}

function doneText(task: IncidentTask, incident: Incident, reaches: Reaches): string {
  const { id, care } = incident;
  switch (task.action) {
    case 'acknowledge':
      return `Incident #${id} is yours now.`;
    case 'resolve':
      return closedText(incident);
    case 'escalate':
      return `Called for help with incident #${id}, ${calledWords(care.circle, reaches)}: its thread shows whom that reaches.`;
    case 'assign':
      return `Incident #${id} is ${task.to.name}'s now.`;
    case 'note':
      return `Noted in incident #${id}.`;
    case 'severity':
      return `Incident #${id} is ${task.severity} now.`;
    case 'step':
      return { taken: 'You are on it.', done: 'Done.', passed: 'Skipped.' }[task.how];
    case 'rerun':
      return `The evidence of incident #${id} is being gathered again; it arrives in the thread.`;
  }
}

function closedText(incident: Incident): string {
  const titles = stillSeen(incident).map(({ title }) => title);
  if (titles.length === 0) return `Incident #${incident.id} is resolved.`;
  return `Incident #${incident.id} is closed by hand, but still seen: ${seenWords(titles)}. Nobody is called for it again unless it gets worse or comes back; /health shows how it stands now.`;
}

export async function act(task: IncidentTask, by: Person, given: ActOptions): Promise<Answer> {
  const first = await given.store.get(task.incident);
  if (first === undefined) {
    return {
      kind: 'refusal',
      text: `There is no incident #${task.incident} that is kept.`,
      wayOut: 'See /incident list for those there are; /health shows what is wrong now.',
    };
  }
  if (task.action === 'rerun') {
    const evidence = evidenceTask(first);
    if (evidence.diagnostics.length === 0) {
      return {
        kind: 'refusal',
        text: `No worker can be asked about incident #${first.id}: it is about the desk itself.`,
        wayOut:
          'Its card says what to do; /suites shows what is watched, /deadletters what was not delivered.',
      };
    }
    await given.rerun(evidence);
    return { kind: 'done', text: doneText(task, first, given.reaches) };
  }
  const change = await changing(given.store, first.login, task.incident, (incident) => {
    const decision = decide(incident, task, by, given.now(), given);
    return decision.kind === 'refused' ? decision : withSteps(decision, given.playbooks);
  });
  return change.kind === 'refused'
    ? { kind: 'refusal', text: change.text, wayOut: change.wayOut }
    : {
        kind: 'done',
        text: doneText(task, change.incident, given.reaches),
        ...(stillSeen(change.incident).length === 0 ? {} : { warns: true }),
      };
}
