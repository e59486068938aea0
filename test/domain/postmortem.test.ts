// The whole story as facts: impact, instants, deeds, steps, loose ends; what is not known is never told as well.
import { expect, test } from 'vitest';
import { followUps } from '../../src/domain/follow-ups.ts';
import { postmortemOf } from '../../src/domain/postmortem.ts';
import { ann, bob, night, overAt, pastAnswer, pastIncident, timeline } from '../fixtures/past-incident.ts';

const now = overAt + 3_600_000;
const told = (more: Parameters<typeof pastAnswer>[0] = {}) => postmortemOf(pastAnswer(more), now);
const left = (more: Parameters<typeof pastAnswer>[0] = {}) => followUps(told(more)).join('\n');

test('it tells the impact worst first, with what was missed and what proved the end', () => {
  const { impact, began, end, downtime, severity } = told();
  expect({ began, end, severity }).toEqual({
    began: night,
    end: { kind: 'recovered', at: overAt },
    severity: 'critical',
  });
  expect(downtime.ms).toBe(720_000);
  expect(impact.suites.map(({ suite, exposure }) => [suite, exposure.kind])).toEqual([
    ['mnq', 'unprotected'],
    ['es', 'flat'],
  ]);
  expect(impact.missed).toHaveLength(2);
  expect(impact.proofs).toEqual(['quotes and prints flow again', 'prints of es flow']);
});

test('a position that lost its stop, or came, after it was told is part of the impact', () => {
  const known = pastIncident();
  const exposure = { kind: 'unprotected', side: 'short', size: 3, uncovered: 3 } as const;
  const alerts = known.incident.alerts.map((one) => {
    const suites = one.alert.suites.map((suite) => ({ ...suite, exposure }));
    return { ...one, last: { at: overAt, summary: '', evidence: [], suites } };
  });
  const { impact } = told({ known: { ...known, incident: { ...known.incident, alerts } } });
  expect(impact.suites.map(({ suite, exposure: { kind } }) => [suite, kind])).toEqual([
    ['es', 'unprotected'],
    ['mnq', 'unprotected'],
  ]);
});

test('the six instants are there, and one that never came stays empty', () => {
  expect(told().instants).toEqual([
    { name: 'observed', at: night + 400 },
    { name: 'decided', at: night + 2_000 },
    { name: 'queued', at: night + 2_000 },
    { name: 'sent', at: night + 2_050 },
    { name: 'accepted', at: night + 2_300 },
    { name: 'acknowledged', at: night + 240_000 },
  ]);
  const held = { incident: pastIncident({ paged: false }).incident, refs: {} };
  const { pagedAt, ...incident } = held.incident;
  expect(pagedAt).toBeDefined();
  const { instants, goals } = told({ known: { incident, refs: {} } });
  expect(instants.filter(({ at }) => at === undefined).map(({ name }) => name)).toEqual([
    'queued',
    'sent',
    'accepted',
  ]);
  expect(goals).toEqual([]);
});

test('people and what they did come from the timeline, the machine’s own entries do not', () => {
  const { deeds, people } = told();
  expect(deeds.map(({ by, kind }) => [by.name, kind])).toEqual([
    ['Ann', 'acknowledged'],
    ['Ann', 'step'],
    ['Ann', 'step'],
    ['Bob', 'noted'],
  ]);
  expect(people).toEqual([
    { person: ann, deeds: 3 },
    { person: bob, deeds: 1 },
  ]);
});

test('every step of the playbook is told: done, begun or never touched', () => {
  expect(told().checklist?.steps.map(({ how }) => how)).toEqual(['done', 'taken', 'open']);
  expect(told({ playbook: undefined }).checklist).toBeUndefined();
});

test('loose ends follow from the facts, the position first', () => {
  const ends = followUps(told());
  expect(ends[0]).toBe(
    'mnq was long 2, 2 of it without a stop, when this fired: find out what happened to that position.',
  );
  expect(ends.slice(1)).toEqual([
    '"Stop the suite from trading blind" was started by Ann and not finished.',
    'Not done: "See whether it is only us". Do them, or say why they do not apply.',
  ]);
});

test('an open one is not finished, and one closed while it fired has to be looked at', () => {
  const firing = pastIncident().incident.alerts.map(({ alert }) => ({ alert, recovery: undefined }));
  const open = pastIncident({ alerts: firing, state: { kind: 'triggered' } });
  expect(left({ known: open })).toMatch(
    /still open: Market hub down, Quotes of es are late\. This incident is not finished/,
  );
  const state = { kind: 'resolved', at: overAt, by: bob, acknowledgedBy: ann } as const;
  const closed = pastIncident({ alerts: firing, state });
  expect(left({ known: closed })).toMatch(/closed by hand while this was still seen: Market hub down/);
  expect(left({ known: closed })).toMatch(/It is not known what was missed/);
});

test('a late page, a late hand, and the same cause before are named', () => {
  const slow = { ...pastIncident({ acknowledgedAt: night + 400_400 }), refs: { acceptedAt: night + 9_400 } };
  const similar = [pastIncident({ id: '9' }), pastIncident({ id: '7' })];
  const ends = left({ known: slow, similar });
  expect(ends).toMatch(/The page took 9\.0 s; the goal for critical is 5\.0 s/);
  expect(ends).toMatch(/Taking it took 6 min 40 s; the goal for critical is 5 min/);
  expect(ends).toMatch(/came before \(#9, #7\)/);
  expect(left({ similar: similar.slice(1) })).not.toMatch(/came before/);
});

test('a silence that holds it back is named with who and why', () => {
  const silence = { id: 'S3', kind: 'silence', reason: 'planned work', by: bob, toAt: now } as const;
  const held = pastIncident({ paged: false, state: { kind: 'suppressed', at: night, silence } });
  expect(told({ known: held, timeline: timeline.slice(0, 1) }).end).toEqual({
    kind: 'held-back',
    silence: 'silence S3',
    by: bob,
    reason: 'planned work',
  });
  expect(left({ known: held })).toMatch(
    /Nobody was called: silence S3 of Bob \(planned work\) holds it back/,
  );
});
