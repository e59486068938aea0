// Everything the bot does itself, by who asks and from where: the whole matrix, and no cell that fails open.
import { describe, expect, it } from 'vitest';
import type { AccessPolicy } from '../../src/domain/access.ts';
import type { AuditEvent } from '../../src/domain/audit.ts';
import type { DeskTask } from '../../src/domain/job.ts';
import type { DeadLetter } from '../../src/domain/letter.ts';
import type { Override } from '../../src/domain/oncall.ts';
import type { Silence } from '../../src/domain/silence.ts';
import { carryOut, type Caller, type DeskWork } from '../../src/flows/permitted.ts';
import { alert, incident } from '../discord/desk.ts';
import { MemoryIncidents } from '../fakes/incident-store.ts';

const policy: AccessPolicy = {
  guildId: '10',
  channels: ['20'],
  roles: { read: ['1'], respond: ['2'], lead: ['3'] },
  only: [{ kind: 'suite', names: ['es'], roles: ['9'] }],
};
const whole = ['1', '2', '3', '9'];

function scene() {
  const audited: AuditEvent[] = [];
  const changes: string[] = [];
  const store = new MemoryIncidents();
  // 12 touches mnq and es, 13 mnq alone.
  store.write('main', incident({ id: '12' }), []);
  store.write(
    'main',
    incident({
      id: '13',
      alerts: [{ alert: alert({ suites: alert().suites.slice(0, 1) }), recovery: undefined }],
    }),
    [],
  );
  const work: DeskWork = {
    policy,
    record: (event) => {
      audited.push(event);
    },
    now: () => Date.now(),
    store,
    rerun: () => () => Promise.resolve(void changes.push('rerun')),
    playbooks: [
      {
        name: 'disconnection',
        title: 'A hub is down',
        findings: [],
        steps: [{ id: 'stops', title: 'Look', how: 'There.' }],
      },
    ],
    reaches: () => [{ kind: 'role' as const, id: '9' }],
    audit: {
      show: () => Promise.resolve({ entries: [], kept: 0 }),
      verify: () => Promise.resolve({ kind: 'empty' }),
    },
    roster: {
      store: {
        addOverride: (override: Override) => Promise.resolve(void changes.push(`duty ${override.person.id}`)),
      },
      roster: () => Promise.resolve({ primary: undefined, secondary: undefined, overrides: [] }),
      called: () => [],
    },
    silences: {
      store: {
        silences: () => Promise.resolve([]),
        addSilence: (silence) => {
          changes.push('silence');
          return Promise.resolve({ ...silence, id: 'S1' } as Silence);
        },
        endSilence: () => Promise.resolve(void changes.push('silence ended')),
      },
      reach: ({ suite }) => [{ login: 'main', suites: suite === undefined ? ['mnq', 'es'] : [suite] }],
    },
    letters: {
      list: () => Promise.resolve({ letters: [letter], unreadable: 0 }),
      redrive: () => {
        changes.push('letter sent again');
        return Promise.resolve('sent');
      },
      dismiss: () => Promise.resolve(changes.push('letter dismissed') > 0),
      clear: () => Promise.resolve(0),
    },
  };
  const before = JSON.stringify([...store.incidents.values()]);
  return {
    work,
    audited,
    touched: () => [
      ...changes,
      ...(JSON.stringify([...store.incidents.values()]) === before ? [] : ['incident']),
    ],
  };
}

const letter: DeadLetter = {
  no: 3,
  at: 1,
  what: 'post',
  id: '13-note',
  about: 'note',
  why: 'gone',
  again: true,
};

const caller = (roles: readonly string[], more: Partial<Caller> = {}): Caller => ({
  id: '7',
  name: 'ann',
  guildId: '10',
  channels: ['20'],
  roles,
  ...more,
});
const silence = (suite?: string) => ({
  kind: 'silence' as const,
  matcher: suite === undefined ? { finding: 'hub-down' } : { suite },
  reason: 'r',
  fromAt: Date.now(),
  toAt: Date.now() + 60_000,
  untilWell: false,
});

/** Each task with the least tier that may do it; `es` = it touches the suite that is open to role 9 alone. */
const tasks: readonly (readonly [string, DeskTask, 'read' | 'respond' | 'lead', boolean])[] = [
  ...(['acknowledge', 'resolve', 'rerun', 'escalate'] as const).flatMap((action) => [
    [`${action} of mnq`, { kind: 'incident', action, incident: '13' }, 'respond', false] as const,
    [`${action} of mnq and es`, { kind: 'incident', action, incident: '12' }, 'respond', true] as const,
  ]),
  [
    'assign',
    { kind: 'incident', action: 'assign', incident: '13', to: { id: '8', name: 'bob' } },
    'respond',
    false,
  ],
  ['note', { kind: 'incident', action: 'note', incident: '13', text: 'x' }, 'respond', false],
  ['note on es', { kind: 'incident', action: 'note', incident: '12', text: 'x' }, 'respond', true],
  ['severity', { kind: 'incident', action: 'severity', incident: '13', severity: 'low' }, 'respond', false],
  [
    'step',
    {
      kind: 'incident',
      action: 'step',
      incident: '13',
      playbook: 'disconnection',
      step: 'stops',
      how: 'done',
    },
    'respond',
    false,
  ],
  ['list', { kind: 'record', action: 'list' }, 'read', false],
  ['show', { kind: 'record', action: 'show', incident: '13' }, 'read', false],
  ['slo', { kind: 'record', action: 'slo', days: 30 }, 'read', false],
  ['oncall clear', { kind: 'oncall', action: 'clear' }, 'respond', false],
  ['oncall show', { kind: 'oncall', action: 'show' }, 'read', false],
  [
    'oncall take',
    { kind: 'oncall', action: 'take', person: undefined, fromAt: Date.now(), toAt: Date.now() + 60_000 },
    'respond',
    false,
  ],
  ['silence list', { kind: 'silence', action: 'list' }, 'read', false],
  ['silence mnq', { kind: 'silence', action: 'add', silence: silence('mnq') }, 'respond', false],
  ['silence es', { kind: 'silence', action: 'add', silence: silence('es') }, 'respond', true],
  ['silence of the whole desk', { kind: 'silence', action: 'add', silence: silence() }, 'respond', true],
  ['letters', { kind: 'letters', action: 'list' }, 'respond', false],
  ['letter sent again', { kind: 'letters', action: 'redrive', no: 3 }, 'respond', false],
  ['letters dismissed', { kind: 'letters', action: 'dismiss', no: 'all' }, 'respond', false],
  ['audit show', { kind: 'audit', action: 'show', most: 10 }, 'lead', false],
  ['audit verify', { kind: 'audit', action: 'verify', most: 0 }, 'lead', false],
];
const who: readonly (readonly [string, Caller, readonly string[]])[] = [
  ['nobody’s role', caller([]), []],
  ['a stranger’s role', caller(['99']), []],
  ['a reader', caller(['1']), ['read']],
  ['a responder', caller(['2']), ['read', 'respond']],
  ['a lead', caller(['3']), ['read', 'respond', 'lead']],
  ['a responder for es', caller(['2', '9']), ['read', 'respond', 'es']],
  ['everything, in a direct message', caller(whole, { guildId: undefined }), []],
  ['everything, on another server', caller(whole, { guildId: '11' }), []],
  ['everything, in another channel', caller(whole, { channels: ['21'] }), []],
];

describe.each(tasks)('%s', (_name, task, tier, es) => {
  it.each(who)('by %s', async (_who, person, rights) => {
    const { work, audited, touched } = scene();
    const answer = await carryOut(task, person, work);
    const allowed = rights.includes(tier) && (!es || rights.includes('es'));
    if (allowed) {
      expect(audited).toEqual([]);
      expect(answer.kind).not.toBe('failure');
    } else {
      expect(answer.kind).toBe('refusal');
      expect(touched()).toEqual([]);
      expect(audited).toMatchObject([{ kind: 'denial', by: { id: '7', name: 'ann' } }]);
    }
  });
});

it('what is remembered of a suite that is closed to somebody is not shown to them', async () => {
  const { work } = scene();
  const listed = await carryOut({ kind: 'record', action: 'list' }, caller(['1']), work);
  expect(listed).toMatchObject({ kind: 'incidents', incidents: [{ incident: { id: '13' } }] });
  for (const action of ['show', 'timeline', 'postmortem'] as const) {
    const closed = await carryOut({ kind: 'record', action, incident: '12' }, caller(['1']), work);
    expect(closed).toMatchObject({ kind: 'refusal', text: expect.stringContaining('open to you') as string });
  }
});
