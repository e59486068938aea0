// What the auditor calls late: pages Discord never took, calls nobody made, silences nobody ended; and nothing else.
import { expect, it } from 'vitest';
import { carePolicies } from '../../src/domain/care.ts';
import type { Incident, IncidentRefs } from '../../src/domain/incident.ts';
import { lateMs, overdue } from '../../src/domain/overdue.ts';
import { beginCare } from '../../src/domain/care.ts';
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
const late = (incident: Incident, refs: IncidentRefs, now: number): readonly string[] =>
  overdue([{ incident, refs }], now).map(({ text }) => text);
const accepted: IncidentRefs = { acceptedAt: t0 + 50 };

it('a page that Discord has not taken 20 s after it was decided', () => {
  expect(late(open(), {}, t0 + lateMs - 1)).toEqual([]);
  expect(late(open(), {}, t0 + lateMs)).toEqual([
    'Incident #12 (critical, Title of hub-down): its page has not reached Discord.',
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

it('alerts of a storm and the end of flapping that nobody told', () => {
  expect(late(open({ untold: ['a', 'b'], toldAt: [t0] }), accepted, t0 + 3_000 + lateMs)).toEqual([
    expect.stringContaining('2 alerts that joined it were not told') as string,
  ]);
  const flapping = { kind: 'flapping', sinceAt: t0, turns: 3, overAt: t0 + 60_000 } as const;
  expect(late(open({ flapping }), accepted, t0 + 60_000 + lateMs)).toHaveLength(1);
});
