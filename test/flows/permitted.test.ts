// What the bot does itself is judged where it runs: by the incident's own suites, and by the roles of who asks.
import { expect, it } from 'vitest';
import type { AccessPolicy, Actor } from '../../src/domain/access.ts';
import type { AuditEvent, AuditVerdict } from '../../src/domain/audit.ts';
import type { Person } from '../../src/domain/incident.ts';
import { actIfAllowed, auditIfAllowed } from '../../src/flows/permitted.ts';
import { alert, incident } from '../discord/desk.ts';
import { MemoryIncidents } from '../fakes/incident-store.ts';

const policy: AccessPolicy = {
  guildId: '10',
  channels: ['20'],
  roles: { read: ['10'], respond: ['2'], lead: ['3'] },
  only: [{ kind: 'suite', names: ['es'], roles: ['9'] }],
};
const ann = (...roles: string[]): Person & Actor => ({
  id: '7',
  name: 'ann',
  guildId: '10',
  channels: ['20'],
  roles,
});

function scene() {
  const audited: AuditEvent[] = [];
  const store = new MemoryIncidents();
  const reruns: unknown[] = [];
  store.write('main', incident({ id: '12' }), []);
  const mnq = alert().suites.slice(0, 1);
  store.write(
    'main',
    incident({ id: '13', alerts: [{ alert: alert({ suites: mnq }), recovery: undefined }] }),
    [],
  );
  const given = {
    policy,
    record: (event: AuditEvent) => audited.push(event),
    now: () => 5,
    store,
    rerun: (task: unknown) => Promise.resolve(void reruns.push(task)),
    playbooks: [],
    reaches: () => [{ kind: 'role' as const, id: '9' }],
  };
  return { audited, store, reruns, given };
}

it('an incident with a suite that is closed to them is not theirs to act on', async () => {
  for (const action of ['acknowledge', 'resolve', 'rerun'] as const) {
    const { audited, store, reruns, given } = scene();
    const answer = await actIfAllowed({ kind: 'incident', action, incident: '12' }, ann('2'), given);
    expect(answer).toMatchObject({ kind: 'refusal', text: expect.stringContaining('suite es') as string });
    expect(audited).toMatchObject([
      { kind: 'denial', what: action, on: '#12', by: { id: '7', name: 'ann' } },
    ]);
    expect(store.incidents.get('12')?.state.kind).toBe('triggered');
    expect(reruns).toEqual([]);
  }
});

it('an incident of suites that are open to them is', async () => {
  const { audited, store, given } = scene();
  expect(
    await actIfAllowed({ kind: 'incident', action: 'acknowledge', incident: '13' }, ann('2'), given),
  ).toMatchObject({ kind: 'done' });
  expect(
    await actIfAllowed({ kind: 'incident', action: 'acknowledge', incident: '12' }, ann('2', '9'), given),
  ).toMatchObject({ kind: 'done' });
  expect(store.incidents.get('13')?.state).toMatchObject({
    kind: 'acknowledged',
    by: { id: '7', name: 'ann' },
  });
  // Who acts is kept by name and id; their roles are nobody's business later.
  expect(JSON.stringify(store.incidents.get('13')?.state)).not.toContain('roles');
  expect(audited).toEqual([]);
});

it.each([
  ['without the role', ann()],
  ['from another server', { ...ann('2', '9'), guildId: '11' }],
  ['from another channel', { ...ann('2', '9'), channels: ['21'] }],
])('somebody %s is denied although the press came through', async (_who, caller) => {
  const { audited, store, given } = scene();
  expect(
    await actIfAllowed({ kind: 'incident', action: 'resolve', incident: '13' }, caller, given),
  ).toMatchObject({ kind: 'refusal' });
  expect(audited).toHaveLength(1);
  expect(store.incidents.get('13')?.state.kind).toBe('triggered');
});

it('an incident that is not kept, or never was, is told as such, to those who may know', async () => {
  const { given } = scene();
  const task = { kind: 'incident', action: 'resolve', incident: '99' } as const;
  expect(await actIfAllowed(task, ann('2'), given)).toMatchObject({
    text: 'There is no incident #99 that is kept.',
  });
  expect(await actIfAllowed(task, ann(), given)).toMatchObject({
    text: expect.stringContaining('not act on it') as string,
  });
});

it.each<readonly [AuditVerdict, string, RegExp]>([
  [{ kind: 'empty' }, 'done', /is empty/],
  [
    { kind: 'whole', first: 1, last: 9, mark: 'ab12', truncated: false },
    'done',
    /whole: entries #1 to #9.*ab12/,
  ],
  [{ kind: 'whole', first: 5, last: 9, mark: 'ab12', truncated: true }, 'done', /Older ones were let go of/],
  [
    { kind: 'broken', seq: 4, why: 'its mark does not fit', sound: 3 },
    'failure',
    /breaks at entry #4: its mark does not fit\. The 3 before it are sound/,
  ],
])('/audit verify says of %j what it is', async (verdict, kind, words) => {
  const { given } = scene();
  const log = { show: () => Promise.reject(new Error('not asked')), verify: () => Promise.resolve(verdict) };
  const answer = await auditIfAllowed({ kind: 'audit', action: 'verify', most: 0 }, ann('3'), {
    ...given,
    log,
  });
  expect(answer.kind).toBe(kind);
  expect('text' in answer ? answer.text : '').toMatch(words);
});

it('the audit log is shown to leads alone', async () => {
  const { audited, given } = scene();
  const log = {
    show: (most: number) => Promise.resolve({ entries: [], kept: most }),
    verify: () => Promise.reject(new Error('not asked')),
  };
  const task = { kind: 'audit', action: 'show', most: 7 } as const;
  expect(await auditIfAllowed(task, ann('2'), { ...given, log })).toMatchObject({ kind: 'refusal' });
  expect(audited).toHaveLength(1);
  expect(await auditIfAllowed(task, ann('3'), { ...given, log })).toEqual({
    kind: 'audit',
    at: 5,
    entries: [],
    kept: 7,
  });
});
