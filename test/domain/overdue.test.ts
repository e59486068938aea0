// What the auditor calls late: pages Discord never took, calls nobody made, silences nobody ended; and nothing else.
import { expect, it } from 'vitest';
import { carePolicies } from '../../src/domain/care.ts';
import type { Incident, IncidentRefs } from '../../src/domain/incident.ts';
import { lateMs, overdue, type CallWaiting } from '../../src/domain/overdue.ts';
import { beginCare } from '../../src/domain/care.ts';
import type { Silence } from '../../src/domain/silence.ts';
import { anAlert } from '../fakes/alerts.ts';
import { anIncident } from '../fixtures/incidents.ts';

const t0 = 1_000_000_000;
const ada = { id: '1', name: 'Ada' };
const open = (more: Partial<Incident> = {}): Incident =>
  anIncident('12', 'main', {
    alerts: [{ alert: anAlert('hub-down', { login: 'main' }, t0), recovery: undefined }],
    openedAt: t0,
    decidedAt: t0,
    care: beginCare(t0),
    ...more,
  });
const late = (
  incident: Incident,
  refs: IncidentRefs,
  now: number,
  silences: readonly Silence[] = [],
  calls: readonly CallWaiting[] = [],
): readonly string[] => overdue([{ incident, refs }], silences, calls, now, 0).map(({ text }) => text);
const silenced: Silence = {
  id: 'S1',
  kind: 'maintenance',
  matcher: { login: 'main' },
  reason: 'r',
  by: ada,
  madeAt: t0,
  fromAt: t0,
  toAt: t0 + 3_600_000,
  untilWell: false,
};
const accepted: IncidentRefs = { acceptedAt: t0 + 50 };

it('a page that Discord has not taken 20 s after it was decided', () => {
  expect(late(open(), {}, t0 + lateMs - 1)).toEqual([]);
  expect(late(open(), {}, t0 + lateMs)).toEqual([
    'Incident #12 (critical, Title of hub-down): its page has not reached Discord, so nobody may know. Check positions and stops on the platform.',
  ]);
  expect(late(open(), accepted, t0 + lateMs)).toEqual([]);
});

it('a page that is still owed after everything is over', () => {
  const over = open({ state: { kind: 'resolved', at: t0 + 5, by: 'recovery', acknowledgedBy: undefined } });
  expect(late(over, {}, t0 + lateMs)).toHaveLength(1);
  expect(late({ ...over, paged: false }, {}, t0 + lateMs)).toEqual([]);
});

it('a call that is due, but not one that somebody’s acknowledgement stopped', () => {
  const dueAt = t0 + carePolicies.critical.secondaryAfterMs;
  expect(late(open(), accepted, dueAt + lateMs - 1)).toEqual([]);
  expect(late(open(), accepted, dueAt + lateMs)).toHaveLength(1);
  const taken = open({ state: { kind: 'acknowledged', by: ada, at: dueAt - 1 } });
  expect(late(taken, accepted, dueAt + lateMs)).toEqual([]);
});

it('a silence that is over while the thing still fires', () => {
  const silence = { id: 'S1', kind: 'silence', reason: 'r', by: ada, toAt: t0 + 60_000 } as const;
  const held = open({ paged: false, state: { kind: 'suppressed', at: t0, silence } });
  expect(late(held, {}, t0 + 60_000 + lateMs - 1)).toEqual([]);
  expect(late(held, {}, t0 + 60_000 + lateMs)).toHaveLength(1);
});

it('no call and no digest that a silence holds back, and each counted from its end', () => {
  const held = open({ untold: ['hub-down@main'], toldAt: [t0] });
  expect(late(held, accepted, t0 + 1_800_000, [silenced])).toEqual([]);
  expect(late(held, accepted, silenced.toAt + lateMs - 1, [silenced])).toEqual([]);
  expect(late(held, accepted, silenced.toAt + lateMs, [silenced])).toHaveLength(2);
  const ended = { ...silenced, ended: { at: t0 + 1_800_000, by: ada } };
  expect(late(held, accepted, t0 + 1_800_000 + lateMs - 1, [ended])).toEqual([]);
  expect(late(held, accepted, t0 + 1_800_000 + lateMs, [ended])).toHaveLength(2);
});

it('no silence that a longer one goes on', () => {
  const silence = { id: 'S0', kind: 'silence', reason: 'r', by: ada, toAt: t0 + 60_000 } as const;
  const held = open({ paged: false, state: { kind: 'suppressed', at: t0, silence } });
  expect(late(held, {}, t0 + 60_000 + lateMs, [silenced])).toEqual([]);
});

it('a page from when it was paged, not from when a silence began to hold it back', () => {
  const pagedAt = t0 + 3_600_000;
  expect(late(open({ pagedAt }), {}, pagedAt + lateMs - 1)).not.toContainEqual(
    expect.stringContaining('has not reached Discord'),
  );
  expect(late(open({ pagedAt }), {}, pagedAt + lateMs)).toContainEqual(
    expect.stringContaining('has not reached Discord'),
  );
});

it('alerts of a storm and the end of flapping that nobody told', () => {
  expect(late(open({ untold: ['a', 'b'], toldAt: [t0] }), accepted, t0 + 3_000 + lateMs)).toEqual([
    expect.stringContaining('2 alerts that joined it have not been announced') as string,
  ]);
  const flapping = { kind: 'flapping', sinceAt: t0, turns: 3, overAt: t0 + 60_000 } as const;
  expect(late(open({ flapping }), accepted, t0 + 60_000 + lateMs)).toHaveLength(1);
});

it('a call in a thread that Discord has not taken after 20 s, once however many wait, also after the end', () => {
  const waiting = [2_000, 1_000].map((ms) => ({ id: `12:${ms}`, incident: '12', queuedAt: t0 + ms }));
  const dueAt = t0 + 1_000 + lateMs;
  expect(late(open(), accepted, dueAt - 1, [], waiting)).toEqual([]);
  const words = [
    'Incident #12 (critical, Title of hub-down): a call in its thread has not reached Discord. Check on the platform yourself.',
  ];
  expect(late(open(), accepted, dueAt, [], waiting)).toEqual(words);
  const over = open({ state: { kind: 'resolved', at: t0 + 5, by: 'recovery', acknowledgedBy: undefined } });
  expect(late(over, accepted, dueAt, [], waiting)).toEqual(words);
  const other = waiting.map((call) => ({ ...call, incident: '13' }));
  expect(late(open(), accepted, dueAt, [], other)).toEqual([]);
});

it('a page that waits, and not the call behind it', () => {
  const behind = [{ id: '12:2', incident: '12', queuedAt: t0 + 1_000 }];
  expect(late(open(), {}, t0 + 60_000, [], behind)).toEqual([
    'Incident #12 (critical, Title of hub-down): its page has not reached Discord, so nobody may know. Check positions and stops on the platform.',
  ]);
});
