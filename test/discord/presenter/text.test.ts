// Instants in words: another day is named, today is not.
import { expect, it } from 'vitest';
import { presentAnswer } from '../../../src/discord/presenter/answer.ts';
import { exchangeTime, exchangeWhen } from '../../../src/discord/presenter/text.ts';
import { pastAnswer } from '../../fixtures/past-incident.ts';
import { readableText } from './discord-rules.ts';

const night = Date.UTC(2026, 10, 25, 5, 59, 30);

it('names the day where it is another one at the exchange, over midnight too', () => {
  expect(exchangeWhen(night, night + 1_000)).toBe(exchangeTime(night));
  expect(exchangeWhen(night, night + 60_000)).toBe('Tue 24 Nov 23:59:30 CT');
  expect(exchangeWhen(Number.NaN, night)).toBe('an unknown time');
});

it('what is read the next day says of which day it is', () => {
  const at = pastAnswer().at + 86_400_000;
  for (const as of ['show', 'timeline', 'postmortem'] as const) {
    const told = readableText(presentAnswer({ ...pastAnswer(), as, at }));
    const times = told.match(/.{0,11}\d\d:\d\d:\d\d CT/g) ?? [];
    expect(times.length).toBeGreaterThan(0);
    const bare = times.filter((one) => !/\w{3} \d\d \w{3} \d\d:/.test(one));
    expect([as, bare]).toEqual([as, []]);
  }
});

it('the audit log names the day of each entry', () => {
  const entry = {
    seq: 1,
    at: night,
    kind: 'command',
    by: 'pitwatch',
    what: 'x',
    on: '',
    outcome: 'y',
    mark: 'm',
  } as const;
  const told = readableText(presentAnswer({ kind: 'audit', at: night, entries: [entry], kept: 1 } as never));
  expect(told).toContain(`<t:${night / 1_000}:f>`);
});
