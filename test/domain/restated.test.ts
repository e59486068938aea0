// What is at stake changes while an incident stands: its card says so, and nobody is called.
import { expect, test } from 'vitest';
import type { LastSight } from '../../src/domain/alert.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { onAlert } from '../../src/domain/incident-rules.ts';
import { anAlert } from '../fakes/alerts.ts';

const t0 = 1_000_000_000;
const alert = anAlert('hub-down', { login: 'main', hub: 'market' }, t0);
const last: LastSight = {
  at: t0 + 30_000,
  summary: 'The market hub is down for 30 s.',
  evidence: [],
  suites: [
    {
      suite: 'mnq',
      contract: 'MNQZ6',
      exposure: { kind: 'unprotected', side: 'long', size: 5, uncovered: 3 },
    },
  ],
};
const change = { kind: 'restated', key: alert.key, last } as const;

function opened(): Incident {
  const decision = onAlert([], { kind: 'firing', alert }, t0, '1');
  if (decision === undefined) throw new Error('expected an incident');
  return decision.incident;
}

test('one edit of the card, no note and no line in its story', () => {
  const decision = onAlert([opened()], change, t0 + 30_000, '');
  expect(decision?.kind).toBe('restated');
  expect(decision?.posts.map(({ kind }) => kind)).toEqual(['card']);
  expect(decision?.entries).toEqual([]);
  expect(decision?.incident.alerts).toEqual([{ alert, recovery: undefined, last }]);
});

test('the same once more is no news, also read back from where it was written', () => {
  const written = onAlert([opened()], change, t0 + 30_000, '')?.incident;
  const read = JSON.parse(JSON.stringify(written)) as Incident;
  expect(
    onAlert(
      [{ ...read, alerts: read.alerts.map((one) => ({ ...one, recovery: undefined })) }],
      change,
      t0 + 60_000,
      '',
    ),
  ).toBeUndefined();
  const asTold = { ...last, suites: alert.suites };
  expect(onAlert([opened()], { ...change, last: asTold }, t0 + 60_000, '')).toBeUndefined();
});

test('nothing is said of what is over, or of what nobody was told', () => {
  const [known] = opened().alerts;
  if (known === undefined) throw new Error('expected an alert');
  const recovery = { at: t0 + 20_000, missed: [], proof: 'it is back' };
  expect(
    onAlert([{ ...opened(), alerts: [{ ...known, recovery }] }], change, t0 + 30_000, ''),
  ).toBeUndefined();
  expect(onAlert([], change, t0 + 30_000, '')).toBeUndefined();
});

test('under a silence that holds back its page nothing is posted, and the page will show it', () => {
  const silent: Incident = {
    ...opened(),
    paged: false,
    state: {
      kind: 'suppressed',
      at: t0,
      silence: {
        id: 's1',
        kind: 'silence',
        reason: 'tests',
        by: { id: '1', name: 'Ada' },
        toAt: t0 + 600_000,
      },
    },
  };
  const decision = onAlert([silent], change, t0 + 30_000, '');
  expect(decision?.posts).toEqual([]);
  expect(decision?.incident.alerts[0]?.last).toEqual(last);
});

test('what grew graver in an incident that is as grave already is told by its card, and nobody is called', () => {
  const drift = anAlert('position-drift', { login: 'main', suite: 'es' }, t0, {
    severity: 'critical',
    causedBy: ['hub-down'],
  });
  const both = onAlert([opened()], { kind: 'firing', alert: drift }, t0 + 1_000, '');
  if (both === undefined) throw new Error('expected both in one incident');
  const grown = { ...alert, severity: 'critical', suites: last.suites, observedAt: last.at } as const;
  const decision = onAlert([both.incident], { kind: 'firing', alert: grown }, t0 + 30_000, '');
  expect(decision?.kind).toBe('restated');
  expect(decision?.posts.map(({ kind }) => kind)).toEqual(['card']);
  expect(decision?.incident.alerts[0]).toEqual({ alert: grown, recovery: undefined });
  const again = decision === undefined ? [] : [decision.incident];
  expect(onAlert(again, { kind: 'firing', alert: grown }, t0 + 31_000, '')).toBeUndefined();
});

test('what a new host never saw before it was over ends as its card told it last', () => {
  const written = onAlert([opened()], change, t0 + 30_000, '')?.incident;
  const recovery = { at: t0 + 60_000, missed: [], proof: 'it is back' };
  const over = { kind: 'resolved', key: alert.key, recovery } as const;
  const decision = onAlert(written === undefined ? [] : [written], over, t0 + 60_000, '');
  expect(decision?.kind).toBe('recovered');
  expect(decision?.incident.alerts).toEqual([{ alert, recovery, last }]);
});
