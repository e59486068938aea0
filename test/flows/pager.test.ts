// The pager's rounds: the shift handed over once with what is open, and people who took it called instead.
import { expect, it } from 'vitest';
import type { Announcement } from '../../src/domain/announcement.ts';
import type { Override } from '../../src/domain/oncall.ts';
import type { PagerStore } from '../../src/domain/pager-store.ts';
import { openPager } from '../../src/flows/pager.ts';
import { makeLog } from '../../src/log.ts';
import { FakeClock } from '../fakes/clock.ts';
import { MemoryIncidents } from '../fakes/incident-store.ts';
import { anIncident } from '../fixtures/incidents.ts';

const ada = { id: '1', name: 'Ada' };
const bob = { id: '2', name: 'Bob' };
const handover = Date.parse('2026-11-18T14:00:00Z');

it('a change of shift is told once, to whoever has it now, with the incidents that are open; rounds that are not made are known', async () => {
  const clock = new FakeClock(handover - 5_000);
  const store = new MemoryIncidents();
  store.write('main', anIncident('12', 'main', { severity: 'low' }), []);
  const told: Announcement[] = [];
  const marks = new Set<string>();
  const overrides: Override[] = [];
  let roundAt: number | undefined;
  const pagers: PagerStore = {
    silences: () => Promise.resolve([]),
    addSilence: () => Promise.reject(new Error('nobody adds one')),
    endSilence: () => Promise.resolve(undefined),
    firstTo: () => Promise.resolve(false),
    overrides: () => Promise.resolve(overrides),
    addOverride: () => Promise.resolve(),
    markRound: (at) => Promise.resolve(void (roundAt = at)),
    lastRound: () => Promise.resolve(undefined),
    toSound: () => Promise.resolve('others'),
    sounded: () => Promise.resolve(),
    beginTrouble: () => Promise.resolve(true),
    toldTrouble: () => Promise.resolve(),
    endTrouble: () => Promise.resolve(undefined),
    firstToHandOver: (id, fromAt, one) => {
      const first = !marks.has(`${id} ${fromAt}`);
      marks.add(`${id} ${fromAt}`);
      if (first && one !== undefined) told.push(one);
      return Promise.resolve(first);
    },
  };
  const pager = openPager({
    store,
    pagers,
    plan: {
      roster: {
        primary: {
          zone: 'America/Chicago',
          people: [ada, bob],
          every: 'day',
          startsOn: '2026-11-17',
          handover: { hour: 8, minute: 0 },
        },
        secondary: undefined,
      },
      otherwise: [],
      everyone: [],
    },
    playbooks: [],
    clock,
    log: makeLog('silent'),
    onDecision: () => undefined,
  });
  await clock.forward(3_000);
  expect(told).toEqual([]);
  expect(pager.callees('primary')).toEqual([{ kind: 'user', id: '1' }]);
  await clock.forward(60_000);
  expect(told).toMatchObject([
    { kind: 'hand-over', to: bob, from: ada, called: [{ kind: 'user', id: '2' }] },
  ]);
  expect(told[0]).toMatchObject({ open: [expect.stringMatching(/^#12 .*nobody has it/) as string] });
  expect(pager.callees('primary')).toEqual([{ kind: 'user', id: '2' }]);
  const now = clock.now();
  overrides.push({ person: ada, fromAt: now, toAt: now + 3_600_000, madeAt: now, madeBy: ada });
  await clock.forward(2_000);
  expect(pager.callees('primary')).toEqual([{ kind: 'user', id: '1' }]);
  expect(roundAt).toBe(clock.now());
  expect(pager.trouble()).toBeUndefined();
  // Everything is still answered; only the mark cannot be written.
  pagers.markRound = () => Promise.reject(new Error('WRONGTYPE'));
  await clock.forward(30_000);
  expect(pager.trouble()).toMatchObject({ why: 'WRONGTYPE' });
  expect(clock.now() - (pager.trouble()?.sinceAt ?? 0)).toBeGreaterThan(25_000);
  pagers.markRound = () => Promise.resolve();
  await clock.forward(2_000);
  expect(pager.trouble()).toBeUndefined();
  await pager.close();
});
