// The steps that went with a deleted thread stand in the new one, ticked as they were, and only while there is something to do.
import { expect, it } from 'vitest';
import { onAlert } from '../../src/domain/incident-rules.ts';
import type { Incident, IncidentRefs, Post } from '../../src/domain/incident.ts';
import type { Playbook } from '../../src/domain/playbook.ts';
import { stepsAnew } from '../../src/flows/anew.ts';
import { anAlert } from '../fakes/alerts.ts';

const playbook: Playbook = {
  name: 'feed-mute',
  title: 'A hub is mute',
  findings: ['feed-mute'],
  steps: [{ id: 'stops', title: 'Look', how: 'There.' }],
};
const marks = { 'feed-mute.stops': { how: 'done', by: { id: '1', name: 'Ada' }, at: 2_000 } } as const;

function opened(more: Partial<Incident> = {}): Incident {
  const alert = anAlert('feed-mute', { login: 'main', hub: 'market' }, 1_000);
  const decision = onAlert([], { kind: 'firing', alert }, 1_000, '5');
  if (decision === undefined) throw new Error('expected an incident');
  return { ...decision.incident, steps: marks, ...more };
}

async function given(incident: Incident | undefined, before: IncidentRefs, after: IncidentRefs) {
  const posted: Post[] = [];
  const store = {
    get: () => Promise.resolve(incident),
    post: (posts: readonly Post[]) => {
      posted.push(...posts);
      return Promise.resolve();
    },
  };
  await stepsAnew(store, [playbook], '5', before, after, 9_000);
  return posted;
}

const before = { messageId: '10', threadId: '10', stepsId: '11' };
const lost = { messageId: '20', threadId: '20', threadAnewAt: 8_000 };

it('gives them once more, with what became of each', async () => {
  const [steps, ...more] = await given(opened(), before, lost);
  expect(more).toEqual([]);
  expect(steps).toMatchObject({ kind: 'steps', incident: '5', title: 'A hub is mute', marks });
  // The same thread is the same post, however often the delivery before it is repeated.
  expect((await given(opened(), before, lost))[0]?.id).toBe(steps?.id);
});

it('gives none where they still stand, were never there, have no thread, or nothing is left to do', async () => {
  const over = { kind: 'resolved', at: 5_000, by: 'recovery', acknowledgedBy: undefined } as const;
  expect(await given(opened(), before, { ...lost, stepsId: '21' })).toEqual([]);
  expect(await given(opened(), { messageId: '10', threadId: '10' }, lost)).toEqual([]);
  expect(await given(opened(), before, { messageId: '20' })).toEqual([]);
  expect(await given(opened({ state: over }), before, lost)).toEqual([]);
  expect(await given(undefined, before, lost)).toEqual([]);
});
