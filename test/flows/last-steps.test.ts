// The steps in a thread lose their buttons as the incident ends, and have them again once it is back.
import { describe, expect, it } from 'vitest';
import { presentSteps } from '../../src/discord/presenter/steps.ts';
import { onAlert } from '../../src/domain/incident-rules.ts';
import type { Incident, Post } from '../../src/domain/incident.ts';
import type { Playbook } from '../../src/domain/playbook.ts';
import { act } from '../../src/flows/act.ts';
import { withSteps } from '../../src/flows/last-steps.ts';
import { anAlert } from '../fakes/alerts.ts';
import { MemoryIncidents } from '../fakes/incident-store.ts';

const ada = { id: '1', name: 'Ada' };
const place = { login: 'main', hub: 'market' } as const;
const playbook = (finding: string): Playbook => ({
  name: `steps-of-${finding}`,
  title: finding,
  findings: [finding],
  steps: [{ id: 'stops', title: 'Look', how: 'There.' }],
});
const playbooks = [playbook('feed-mute'), playbook('hub-down')];
const recovery = { at: 9_000, missed: [], proof: 'flows' };

function stepsOf(posts: readonly Post[]): Extract<Post, { kind: 'steps' }> {
  const found = posts.find((post) => post.kind === 'steps');
  if (found === undefined) throw new Error('expected steps');
  return found;
}

function opened(): Incident {
  const alert = anAlert('feed-mute', place, 1_000);
  const decision = onAlert([], { kind: 'firing', alert }, 1_000, '5');
  if (decision === undefined) throw new Error('expected an incident');
  expect(withSteps(decision, playbooks)).toBe(decision);
  return decision.incident;
}

function recovered(incident: Incident) {
  const decision = onAlert(
    [incident],
    { kind: 'resolved', key: `feed-mute@main/market`, recovery },
    9_500,
    '',
  );
  if (decision === undefined) throw new Error('expected a recovery');
  return withSteps(decision, playbooks);
}

describe('an incident that ends', () => {
  it('by itself takes the buttons away, in front of the card that puts the thread away', () => {
    const { posts } = recovered(opened());
    expect(posts.map(({ kind }) => kind)).toEqual(['note', 'steps', 'card']);
    expect(new Set(posts.map(({ id }) => id)).size).toBe(3);
    expect(presentSteps(stepsOf(posts)).components).toEqual([]);
  });

  it('by hand takes them away too', async () => {
    const store = new MemoryIncidents();
    store.write('main', opened(), []);
    const given = {
      store,
      now: () => 2_000,
      playbooks,
      reaches: () => [{ kind: 'role' as const, id: '9' }],
      rerun: () => Promise.resolve(),
    };
    await act({ kind: 'incident', action: 'resolve', incident: '5' }, ada, given);
    expect(presentSteps(stepsOf(store.posts)).components).toEqual([]);
  });

  it('keeps the steps it was paged with, whatever joined as its cause later', () => {
    const cause = anAlert('hub-down', place, 5_000);
    const alerts = [{ alert: cause, recovery }, ...opened().alerts];
    expect(stepsOf(recovered({ ...opened(), alerts }).posts).playbook).toBe('steps-of-feed-mute');
    const steps = { 'steps-of-hub-down.stops': { how: 'done', by: ada, at: 6_000 } } as const;
    expect(stepsOf(recovered({ ...opened(), steps }).posts).playbook).toBe('steps-of-hub-down');
  });
});

describe('an incident that a position without its stop joins', () => {
  const naked = anAlert('naked', { login: 'main', suite: 'mnq' }, 5_000, {
    severity: 'critical',
    insists: true,
    causedBy: ['feed-mute'],
  });
  const both = [...playbooks, playbook('naked')];
  const joined = () => {
    const before = { ...opened(), paged: true };
    const decision = onAlert([before], { kind: 'firing', alert: naked }, 5_000, '6');
    if (decision === undefined) throw new Error('expected it to join');
    expect(decision.incident.id).toBe('5');
    return withSteps(decision, both);
  };

  it('has what to do about that in front of the steps that stand in its thread', () => {
    const { steps, title } = stepsOf(joined().posts);
    expect(title).toBe('naked; after that: feed-mute');
    expect(steps.map(({ of }) => of)).toEqual([undefined, 'steps-of-feed-mute']);
  });

  it('keeps both lists whichever step is pressed, and until its end', async () => {
    const store = new MemoryIncidents();
    store.write('main', joined().incident, []);
    const rerun = () => Promise.resolve();
    const given = { store, now: () => 6_000, playbooks: both, reaches: () => [], rerun };
    for (const name of ['steps-of-feed-mute', 'steps-of-naked']) {
      const task = {
        kind: 'incident',
        action: 'step',
        incident: '5',
        playbook: name,
        step: 'stops',
      } as const;
      expect(await act({ ...task, how: 'done' }, ada, given)).toMatchObject({ kind: 'done' });
      expect(stepsOf(store.posts.slice(-1)).title).toBe('naked; after that: feed-mute');
    }
    await act({ kind: 'incident', action: 'resolve', incident: '5' }, ada, given);
    const last = store.posts.findLast((post) => post.kind === 'steps');
    expect(last).toMatchObject({ title: 'naked; after that: feed-mute', over: true });
  });
});

it('an incident that is back has its buttons again', () => {
  const over = recovered(opened()).incident;
  const again = { kind: 'firing', alert: anAlert('feed-mute', place, 20_000) } as const;
  const decision = onAlert([], again, 20_000, '', { recent: [over] });
  if (decision === undefined) throw new Error('expected it back');
  expect(decision.kind).toBe('reopened');
  expect(presentSteps(stepsOf(withSteps(decision, playbooks).posts)).components).toHaveLength(1);
});
