// The steps in an incident's thread as it ends or goes on: without buttons once it is over, with them once it is back, and those for the money in front once they are needed.
import type { Decision } from '../domain/decision.ts';
import type { Incident, Post } from '../domain/incident.ts';
import { playbookFor, stepList, type Playbook, type StepList } from '../domain/playbook.ts';
import { urgentOf } from './first-steps.ts';

/** The decision with one edit more where its steps change hands: in front of the card, which puts the thread away. */
export function withSteps(decision: Decision, playbooks: readonly Playbook[]): Decision {
  const { incident, posts, kind } = decision;
  const isOver = incident.state.kind === 'resolved';
  const [first] = posts;
  const urgent = urgentOf(incident, playbooks);
  // What joined may be a position without its stop: what to do for that now stands in front.
  const leads = urgent !== undefined && joinedBy(posts, urgent);
  const turns = isOver ? kind === 'recovered' || kind === 'resolved-by-hand' : kind === 'reopened' || leads;
  if (!turns || first === undefined || posts.some((post) => post.kind === 'page')) return decision;
  const list = listedIn(incident, playbooks);
  if (list === undefined) return decision;
  const edit: Post = {
    id: `${incident.id}-${incident.version}-steps`,
    incident: incident.id,
    queuedAt: first.queuedAt,
    kind: 'steps',
    ...list,
    marks: incident.steps,
    ...(isOver ? { over: true } : {}),
  };
  const card = posts.findLastIndex((post) => post.kind === 'card');
  const at = card === -1 ? posts.length : card;
  return { ...decision, posts: [...posts.slice(0, at), edit, ...posts.slice(at)] };
}

/** What the thread's list of steps holds now. @param pressed the playbook of the step that somebody pressed */
export function listedIn(
  incident: Incident,
  playbooks: readonly Playbook[],
  pressed?: Playbook,
): StepList | undefined {
  const urgent = urgentOf(incident, playbooks);
  const cause = pressed === undefined || pressed === urgent ? postedOf(incident, playbooks, urgent) : pressed;
  return stepList(urgent, cause);
}

function joinedBy(posts: readonly Post[], { findings }: Playbook): boolean {
  return posts.some((post) => {
    if (post.kind !== 'note') return false;
    const { note } = post;
    const joined = note.kind === 'joined' ? [note.alert] : note.kind === 'digest' ? note.alerts : [];
    return joined.some(({ finding }) => findings.includes(finding));
  });
}

/** Whose steps stand in the thread: those that somebody ticked, else of what was known when it was paged. */
function postedOf(
  incident: Incident,
  playbooks: readonly Playbook[],
  urgent: Playbook | undefined,
): Playbook | undefined {
  const ticked = Object.keys(incident.steps).map((key) => key.slice(0, key.lastIndexOf('.')));
  const known = playbooks.find(({ name }) => ticked.includes(name) && name !== urgent?.name);
  if (known !== undefined) return known;
  const pagedAt = incident.pagedAt ?? incident.openedAt;
  const isEarly = ({ alert }: Incident['alerts'][number]): boolean => alert.observedAt <= pagedAt;
  const early = incident.alerts.filter(isEarly);
  const alerts = [...early, ...incident.alerts.filter((one) => !isEarly(one))];
  return playbookFor(
    playbooks,
    alerts.map(({ alert }) => alert.finding),
  );
}
