// What is remembered, looked up: only what the asker may see, with earlier ones like it and the steps for it.
import { expect, test } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import type { RecordTask } from '../../src/domain/job.ts';
import { lookUp } from '../../src/flows/records.ts';
import { MemoryIncidents } from '../fakes/incident-store.ts';
import { night, pastIncident, playbook, timeline } from '../fixtures/past-incident.ts';

const now = night + 40 * 86_400_000;
const day = 86_400_000;

function ask(
  task: RecordTask,
  incidents: readonly Incident[],
  mayRead: (incident: Incident) => boolean = () => true,
) {
  const store = new MemoryIncidents();
  for (const incident of incidents) store.write(incident.login, incident, []);
  store.entries.set('12', [...timeline]);
  return lookUp(task, { store, now: () => now, mayRead, playbooks: [playbook] });
}
const at = (id: string, openedAt: number): Incident => pastIncident({ id, openedAt }).incident;

test('/postmortem brings the whole timeline, earlier ones of the same cause, and its steps', async () => {
  const answer = await ask({ kind: 'record', action: 'postmortem', incident: '12' }, [
    at('9', night - day),
    at('12', night),
  ]);
  expect(answer).toMatchObject({
    kind: 'incident',
    as: 'postmortem',
    timeline,
    playbook: { name: 'disconnection' },
    similar: [{ incident: { id: '9' } }],
  });
});

test('one that is not open to the asker is neither told nor counted', async () => {
  const mine = ({ id }: Incident): boolean => id === '9';
  const both = [at('9', now - day), at('12', now - day)];
  expect(await ask({ kind: 'record', action: 'postmortem', incident: '12' }, both, mine)).toMatchObject({
    kind: 'refusal',
  });
  expect(await ask({ kind: 'record', action: 'slo', days: 30 }, both, mine)).toMatchObject({
    incidents: [{ incident: { id: '9' } }],
  });
});

test('/slo takes the days it was asked for, and says where older ones are not kept', async () => {
  const some = [at('1', now - 31 * day), at('2', now - 29 * day)];
  const answer = await ask({ kind: 'record', action: 'slo', days: 30 }, some);
  expect(answer).toMatchObject({ days: 30, incidents: [{ incident: { id: '2' } }] });
  expect(answer).not.toHaveProperty('keptSince');
  const full = Array.from({ length: 500 }, (_, index) => at(String(index), now - day + index));
  expect(await ask({ kind: 'record', action: 'slo', days: 30 }, full)).toMatchObject({
    keptSince: now - day,
  });
});
