// A decision is written once and followed up once, whoever else writes and wherever the connection ends.
import { expect, it } from 'vitest';
import type { Decision } from '../../src/domain/decision.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { onNote } from '../../src/domain/incident-people.ts';
import { changing, type Unanswered } from '../../src/flows/saving.ts';
import { MemoryIncidents } from '../fakes/incident-store.ts';
import { anIncident } from '../fixtures/incidents.ts';

const ada = { id: '1', name: 'Ada' } as const;
const bob = { id: '2', name: 'Bob' } as const;

function desk() {
  const store = new MemoryIncidents();
  store.write('main', anIncident('7', 'main'), []);
  const unanswered: Unanswered = new Map();
  let asked = 0;
  const save = (): Promise<Decision | undefined> =>
    changing(
      store,
      'main',
      '7',
      (incident) => {
        asked += 1;
        return noted(incident, 'looking', 5_000 + asked);
      },
      unanswered,
    );
  const notes = (): string[] => (store.entries.get('7') ?? []).map(({ text }) => text);
  return { store, save, notes, unanswered, asked: () => asked };
}

function noted(
  incident: Incident,
  text: string,
  at: number,
  by: { id: string; name: string } = ada,
): Decision {
  const decision = onNote(incident, by, text, at);
  if (decision.kind === 'refused') throw new Error(decision.text);
  return decision;
}

/** Bob writes a note of his own, which takes the next version of the incident. */
async function bobWrites(store: MemoryIncidents): Promise<void> {
  await changing(store, 'main', '7', (incident) => noted(incident, 'me too', 9_000, bob));
}

it('what was written though its answer was lost is found by the next try, which decides nothing anew', async () => {
  const { store, save, notes, unanswered, asked } = desk();
  store.losesAnswer = true;
  await expect(save()).rejects.toThrow('Connection is closed');
  const found = await save();
  expect(asked()).toBe(1);
  expect(found?.incident.version).toBe(2);
  expect(notes()).toHaveLength(1);
  expect(unanswered.size).toBe(0);
});

it('it is found also after somebody else wrote on top of it', async () => {
  const { store, save, notes, asked } = desk();
  store.losesAnswer = true;
  await expect(save()).rejects.toThrow('Connection is closed');
  await bobWrites(store);
  expect((await save())?.incident.version).toBe(2);
  expect(asked()).toBe(1);
  expect(notes()).toHaveLength(2);
});

it('what never arrived is decided anew, and another’s decision of the same version is not taken for it', async () => {
  const { store, save, notes, asked } = desk();
  store.losesCommit = true;
  await expect(save()).rejects.toThrow('Connection is closed');
  await bobWrites(store);
  expect((await save())?.incident.version).toBe(3);
  expect(asked()).toBe(2);
  expect(notes()).toHaveLength(2);
});

it('what arrives late, while the next try is under way, is found and not written twice', async () => {
  const { store, save, notes, unanswered, asked } = desk();
  store.losesCommit = true;
  await expect(save()).rejects.toThrow('Connection is closed');
  const [late] = unanswered.values();
  store.beforeCommit = () => {
    if (late === undefined) throw new Error('nothing is unanswered');
    store.write('main', late.incident, late.posts);
    store.entries.set('7', [...late.entries]);
  };
  expect(await save()).toBe(late);
  expect(asked()).toBe(2);
  expect(notes()).toHaveLength(1);
});

it('what is no decision is handed back and saves nothing', async () => {
  const { store } = desk();
  expect(await changing(store, 'main', '7', () => undefined)).toBeUndefined();
  expect(store.entries.size).toBe(0);
});

it('an incident that is kept no more cannot be decided on, and asking again does not help', async () => {
  const { store } = desk();
  await expect(changing(store, 'main', '404', () => undefined)).rejects.toMatchObject({ retryable: false });
});

it('where others are faster every time it is given up as stale', async () => {
  const { store, notes } = desk();
  const overtaken = changing(store, 'main', '7', (incident) => {
    store.beforeCommit = () => {
      store.write('main', anIncident('8', 'main'), []);
    };
    return noted(incident, 'looking', 5_000);
  });
  await expect(overtaken).rejects.toMatchObject({ code: 'stale-version', retryable: true });
  expect(notes()).toEqual([]);
});
