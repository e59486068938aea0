// The steps in an incident's thread as it ends or goes on: without buttons once it is over, with them once it is back.
import type { Decision } from '../domain/decision.ts';
import type { Incident, Post } from '../domain/incident.ts';
import { playbookFor, type Playbook } from '../domain/playbook.ts';

/** The decision with one edit more where its steps change hands: in front of the card, which puts the thread away. */
export function withSteps(decision: Decision, playbooks: readonly Playbook[]): Decision {
  const { incident, posts, kind } = decision;
  const isOver = incident.state.kind === 'resolved';
  const [first] = posts;
  const turns = isOver ? kind === 'recovered' || kind === 'resolved-by-hand' : kind === 'reopened';
  if (!turns || first === undefined || posts.some((post) => post.kind === 'page')) return decision;
  const playbook = postedOf(incident, playbooks);
  if (playbook === undefined) return decision;
  const { name, title, steps } = playbook;
  const edit: Post = {
    id: `${incident.id}-${incident.version}-steps`,
    incident: incident.id,
    queuedAt: first.queuedAt,
    kind: 'steps',
    playbook: name,
    title,
    steps,
    marks: incident.steps,
    ...(isOver ? { over: true } : {}),
  };
  const card = posts.findLastIndex((post) => post.kind === 'card');
  const at = card === -1 ? posts.length : card;
  return { ...decision, posts: [...posts.slice(0, at), edit, ...posts.slice(at)] };
}

/** Whose steps stand in the thread: those that somebody ticked, else of what was known when it was paged. */
function postedOf(incident: Incident, playbooks: readonly Playbook[]): Playbook | undefined {
  const ticked = Object.keys(incident.steps).map((key) => key.slice(0, key.lastIndexOf('.')));
  const known = playbooks.find(({ name }) => ticked.includes(name));
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
