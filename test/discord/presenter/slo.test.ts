// Times to page and to acknowledge on a phone: the same numbers in words and in the picture, few of them never dressed up.
import { expect, test } from 'vitest';
import type { KnownIncident } from '../../../src/domain/job.ts';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import { drawPng } from '../../../src/discord/picture/png.ts';
import { night, pastIncident } from '../../fixtures/past-incident.ts';
import { brokenRules, readableText } from './discord-rules.ts';

const at = night + 3_600_000;
const many = (count: number, severity: 'critical' | 'low' = 'critical'): readonly KnownIncident[] =>
  Array.from({ length: count }, (_, index) => ({
    ...pastIncident({ severity, acknowledgedAt: night + 400 + (index + 1) * 60_000 }),
    refs: { acceptedAt: night + 400 + (index + 1) * 1_000 },
  }));
const slo = (incidents: readonly KnownIncident[], keptSince?: number) =>
  presentAnswer({ kind: 'slo', at, days: 30, incidents, ...(keptSince === undefined ? {} : { keptSince }) });

test('it says per severity how long it took, of how many, and how many met a goal that is named as ours', () => {
  const payload = slo(many(10));
  const text = readableText(payload);
  expect(text).toContain('The last 30 days: 10 incidents');
  expect(text).toContain('The goals are our own.');
  expect(text).toContain('**paged** 5 of 10 within 5 s\np50 5 s · p95 10 s · p99 10 s (of 10)');
  expect(text).toContain(
    '**acknowledged** 5 of 10 within 5 min\np50 5 min · p95 10 min · p99 10 min (of 10)',
  );
  expect(brokenRules(payload)).toEqual([]);
});

test('never, not yet and not needed are told apart from in time', () => {
  const [one] = many(1);
  if (one === undefined) throw new Error('none');
  const { acknowledgedAt, ...incident } = one.incident;
  expect(acknowledgedAt).toBeDefined();
  const never: KnownIncident = { incident, refs: {} };
  const text = readableText(slo([never]));
  expect(text).toContain('**paged** 0 of 1 within 5 s, 1 never\nDiscord confirmed none');
  expect(text).toContain('**acknowledged** 0 of 1 within 5 min, 1 never\nnobody took one');
});

test('nothing was paged: no picture, and it is said', () => {
  const payload = slo([]);
  expect(readableText(payload)).toContain('Nobody was paged.');
  expect(payload.pictures).toEqual([]);
  expect(brokenRules(payload)).toEqual([]);
});

test('days that are not kept any more are said', () => {
  expect(readableText(slo(many(1), night))).toContain(
    'Only since Wed 25 Nov 02:14 CT: older ones are no longer kept',
  );
});

test('the picture tells the same in its description, and can be drawn for one as for many', async () => {
  const [picture] = slo([...many(10), ...many(1, 'low')]).pictures;
  expect(picture?.description).toContain('critical: paged half within 5 s, 5 of 10 within the goal of 5 s');
  expect(picture?.description).toContain('low: acknowledged half within 60 s, 1 of 1 within the goal of 8 h');
  expect(picture?.svg).toContain('5 of 10 in 5 min');
  expect((await drawPng(picture?.svg ?? '')).byteLength).toBeGreaterThan(1_000);
});
