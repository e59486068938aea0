// /postmortem and /slo as pure plans: which incident is meant, how many days, or a refusal with the way out.
import { expect, test } from 'vitest';
import postmortem from '../../commands/postmortem.ts';
import slo from '../../commands/slo.ts';
import type { KnownIncident } from '../../src/domain/job.ts';
import { context } from '../discord/desk.ts';
import { pastIncident } from '../fixtures/past-incident.ts';

const over = pastIncident({ id: '11' });
const open: KnownIncident = {
  ...pastIncident({ id: '12', state: { kind: 'triggered' } }),
  refs: { threadId: '901' },
};
const asked = (channelId: string) => ({ by: { id: '1', name: 'Ann' }, channelId, people: {} });
const meant = (incident: string | undefined, incidents: readonly KnownIncident[], channelId = '20') =>
  postmortem.plan({ incident }, { ...context, incidents, asked: asked(channelId) });

test('/postmortem takes a number, else the thread it is typed in, else the only open one', () => {
  const task = (incident: string) => ({
    kind: 'task',
    task: { kind: 'record', action: 'postmortem', incident },
  });
  expect(meant('#7', [])).toEqual(task('7'));
  expect(meant(undefined, [open, over], '900')).toEqual(task('11'));
  expect(meant(undefined, [open, over])).toEqual(task('12'));
});

test('/postmortem without anything open asks for a number', () => {
  expect(meant(undefined, [over], '20')).toMatchObject({
    answer: { kind: 'refusal', text: 'No incident is open.' },
  });
  expect(meant('the last one', [open])).toMatchObject({ answer: { kind: 'refusal' } });
});

test('/slo is about 30 days unless it says otherwise', () => {
  const task = (days: number) => ({ kind: 'task', task: { kind: 'record', action: 'slo', days } });
  expect(slo.plan({})).toEqual(task(30));
  expect(slo.plan({ days: ' 7 ' })).toEqual(task(7));
  for (const days of ['0', '-1', '366', '1.5', 'all', '1e2']) {
    expect(slo.plan({ days })).toMatchObject({
      answer: { kind: 'refusal', wayOut: expect.stringContaining('1 to 365') as string },
    });
  }
});
