// What time asks for is followed up once, also where the answer to the save was lost with the connection.
import { expect, it } from 'vitest';
import type { Decision } from '../../src/domain/decision.ts';
import { look } from '../../src/flows/tend.ts';
import { makeLog } from '../../src/log.ts';
import { anAlert } from '../fakes/alerts.ts';
import { FakeClock } from '../fakes/clock.ts';
import { MemoryIncidents } from '../fakes/incident-store.ts';
import { anIncident } from '../fixtures/incidents.ts';

const ended = {
  id: 'S1',
  kind: 'silence',
  reason: 'maintenance',
  by: { id: '1', name: 'Ada' },
  toAt: 2_000,
} as const;

function held() {
  const store = new MemoryIncidents();
  const alert = anAlert('hub-down', { login: 'main', hub: 'market' }, 1_500);
  const incident = anIncident('7', 'main', {
    alerts: [{ alert, recovery: undefined }],
    paged: false,
    state: { kind: 'suppressed', at: 1_500, silence: ended },
  });
  store.write('main', incident, []);
  const followed: Decision[] = [];
  const unanswered = new Map<string, Decision>();
  const round = async (): Promise<void> => {
    const { incidents } = await store.open('main');
    await look(incidents, {
      store,
      clock: new FakeClock(5_000),
      log: makeLog('silent'),
      onDecision: (decision) => followed.push(decision),
      unanswered,
    });
  };
  return { store, followed, round };
}

it('a silence that ended pages, and what must follow its page follows once though the answer was lost', async () => {
  const { store, followed, round } = held();
  store.losesAnswer = true;
  await expect(round()).rejects.toThrow('Connection is closed');
  await round();
  await round();
  expect(store.kinds()).toEqual(['page']);
  expect(followed.map(({ incident }) => incident.id)).toEqual(['7']);
});

it('nothing follows what was never written', async () => {
  const { store, followed, round } = held();
  store.beforeCommit = () => {
    store.down = true;
    store.write('main', anIncident('8', 'main'), []);
  };
  await expect(round()).rejects.toThrow();
  store.down = false;
  await round();
  await round();
  expect(store.kinds()).toEqual(['page']);
  expect(followed.map(({ incident }) => incident.id)).toEqual(['7']);
});
