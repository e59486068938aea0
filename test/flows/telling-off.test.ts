// Who waits for what lies in a Redis that is away: told once, after a moment of patience, and never answered a second time.
import { expect, it } from 'vitest';
import type { LastSeen, TaskTicket } from '../../src/domain/job.ts';
import type { StoreOutage } from '../../src/domain/store-watch.ts';
import { seenLast } from '../../src/flows/seen-last.ts';
import { inOutage, tellOff } from '../../src/flows/telling-off.ts';
import { waiting } from '../../src/flows/waiting.ts';
import { makeLog } from '../../src/log.ts';
import { finding, login, report } from '../discord/presenter/reports.ts';
import { FakeClock } from '../fakes/clock.ts';

const start = Date.UTC(2026, 10, 18, 15, 0, 0);
const ticket = (id: string, askedAt: number): TaskTicket => ({
  id,
  task: { kind: 'examine', title: 'Health', parts: [{ login: 'main', suites: ['mnq'] }], diagnostics: 'all' },
  askedBy: { id: '1', name: 'Ada' },
  grant: { command: 'health', tier: 'read', guildId: '1', roles: [] },
  askedAt,
  deadlineAt: askedAt + 10_000,
  reply: {
    applicationId: '1',
    token: 't',
    tokenExpiresAt: askedAt + 900_000,
    channelId: '1',
    userId: '1',
    ephemeral: false,
  },
});
const nothing: LastSeen = {
  desk: { roster: [], pulses: [] },
  deskAt: undefined,
  incidents: [],
  incidentsAt: undefined,
  direct: [],
  called: [],
  hostHere: false,
};

it('waits two seconds for a Redis that blinks, then tells each once, also where the first try did not arrive', async () => {
  const clock = new FakeClock(start);
  const people = waiting();
  let outage: StoreOutage | undefined;
  const told: string[] = [];
  let fails = 1;
  const stop = tellOff({
    people,
    store: { outage: () => outage },
    tell: ({ id }, { asked }) => {
      if (fails-- > 0) return Promise.reject(new Error('Discord hiccup'));
      told.push(`${id} ${asked}`);
      return Promise.resolve();
    },
    answer: (task, found) => inOutage(task, found, nothing, clock.now()),
    clock,
    log: makeLog('silent'),
  });
  people.add(ticket('a', start - 500));
  people.add(ticket('answered', start - 500));
  outage = { kind: 'away', sinceAt: start, why: 'refused', advice: 'x' };
  await clock.forward(1_600);
  expect(told).toEqual([]);
  people.take('answered');
  await clock.forward(400);
  expect(people.toldOff('a')).toBe(false);
  await clock.forward(3_000);
  expect(told).toEqual(['a Health']);
  expect([people.toldOff('a'), people.toldOff('answered')]).toEqual([true, false]);
  // A Redis that merely takes no writes still brings what is on its way.
  people.add(ticket('b', clock.now()));
  outage = { kind: 'refuses', sinceAt: start, why: 'OOM', advice: 'x' };
  await clock.forward(10_000);
  expect(told).toEqual(['a Health']);
  stop();
});

it('shows of what was seen last only what was asked about, the newest sight of each login, and the answer to the very same question', () => {
  const pulse = (name: string, at: number, state: string) => ({
    login: name,
    worker: 'w1',
    hostedAt: start,
    at,
    session: 'active',
    sessionExpiresAt: undefined,
    hubs: { user: { state, sinceAt: at }, market: { state, sinceAt: at } },
    suites: [],
  });
  const roster = ['main', 'other'].map((name) => ({
    login: name,
    since: start,
    suites: [{ suite: `${name}-mnq`, instrument: 'MNQ', observe: 'direct' as const }],
  }));
  const seen = seenLast({
    desk: {
      latest: () => ({ roster, pulses: [pulse('main', start, 'connected'), pulse('other', start, 'x')] }),
      seenAt: () => start,
    },
    pager: { incidents: () => [], readAt: () => start, callees: () => [] },
    shown: () => [pulse('main', start + 900, 'closed')],
    clock: { now: () => start + 1_000 },
  });
  const asked = {
    kind: 'examine',
    title: 'Health of main-mnq',
    parts: [{ login: 'main', suites: ['main-mnq'] }],
    diagnostics: 'all',
  } as const;
  const given = { ...report([login('main', [finding('f', 'pass')])]), finishedAt: start };
  seen.keep(asked, given);
  const about = seen.about(asked);
  expect(about.desk.roster.map((one) => one.login)).toEqual(['main']);
  expect(about.desk.pulses.map((one) => [one.login, one.hubs.user.state])).toEqual([['main', 'closed']]);
  expect(about.report).toBe(given);
  expect(about.hostHere).toBe(true);
  expect(seen.about({ ...asked, diagnostics: ['data-freshness'] }).report).toBeUndefined();
});
