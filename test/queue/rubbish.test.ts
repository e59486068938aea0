// What somebody else, or another version, wrote into our own keys: it is left out and told, and everything beside it goes on.
import { expect, it } from 'vitest';
import type { LoginPulse, RosterLogin } from '../../src/domain/desk.ts';
import type { Silence } from '../../src/domain/silence.ts';
import { makeLog } from '../../src/log.ts';
import { serveAnswers } from '../../src/queue/answers.ts';
import { serveAsks } from '../../src/queue/asks.ts';
import { letterBox } from '../../src/queue/dead-letters.ts';
import { deskStore } from '../../src/queue/desk-store.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys } from '../../src/queue/keys.ts';
import { pagerStore } from '../../src/queue/pager-store.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { refusals } from '../../src/queue/refusals.ts';
import { taskBoard } from '../../src/queue/task-board.ts';
import { aPage, anIncident, aResolvedIncident, aTicket } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';

const rubbish = ['', '{not JSON', 'null', '7', '"text"', '{}', '[]', '{"id":"1","toAt":1}'];
const ann = { id: '7', name: 'ann' };
const silence: Omit<Silence, 'id'> = {
  kind: 'silence',
  matcher: { suite: 'mnq' },
  reason: 'test',
  by: ann,
  madeAt: 1,
  fromAt: 1,
  toAt: 9,
  untilWell: false,
};
const override = { person: ann, fromAt: 1, toAt: 2, madeAt: 1, madeBy: ann };
const roster: RosterLogin = { login: 'desk', suites: [], since: 1 };
const pulse: LoginPulse = {
  login: 'desk',
  worker: 'w1',
  hostedAt: 1,
  at: 1,
  session: 'active',
  sessionExpiresAt: undefined,
  hubs: { user: { state: 'connected', sinceAt: 1 }, market: { state: 'connected', sinceAt: 1 } },
  suites: [],
};

onEachRedis('rubbish', (redis) => {
  const open = (link: RedisLink, id: string, expectedVersion: number) => {
    const incident = anIncident(id);
    return incidentStore(link).commit({ login: 'desk', expectedVersion, incident, posts: [aPage(incident)] });
  };

  it('among incidents, their timelines and what Discord knows of them hides nothing beside it, and is told once each', async () => {
    const lines: string[] = [];
    const link = await redis.link(makeLog('error', (line) => lines.push(line)));
    const store = incidentStore(link);
    await open(link, '1', 0);
    await store.append('1', [{ at: 1, by: 'pitwatch', kind: 'opened', text: 'it began' }]);
    for (const [index, text] of rubbish.entries()) {
      for (const [list, id] of [
        [keys.incidentsOpen, `open-${index}`],
        [keys.incidentsResolved, `over-${index}`],
      ] as const) {
        await link.producer.hset(`${keys.incident}${id}`, 'json', text, 'login', 'desk', 'refs', text);
        await link.producer.zadd(list, index, id);
      }
      await link.producer.rpush(`${keys.timeline}1`, text);
      await link.producer.hset(`${keys.incident}1`, 'refs', text);
      await link.producer.hset(keys.silences, `odd-${index}`, text);
      expect(await store.refs('1')).toEqual({});
    }
    const kept = await pagerStore(link).addSilence(silence);
    for (let round = 0; round < 3; round += 1) {
      expect(await store.open('desk')).toMatchObject({
        version: 1,
        incidents: [{ id: '1' }],
        recent: [],
        silences: [kept],
      });
      expect((await store.allOpen()).map(({ id }) => id)).toEqual(['1']);
      expect((await store.latest(50)).map(({ incident, refs }) => [incident.id, refs])).toEqual([['1', {}]]);
      expect(await store.get('open-3')).toBeUndefined();
      expect((await store.timeline('1')).map(({ text }) => text)).toEqual(['it began']);
    }
    expect(lines.filter((line) => line.includes('an incident cannot be read'))).toHaveLength(rubbish.length);
  });

  it('in the place of versions and numbers stops nobody, and no number is given twice', async () => {
    const link = await redis.link();
    const store = incidentStore(link);
    for (const text of ['', 'many', '1.5', '99999999999999999999']) {
      await link.producer.hset(keys.incidentVersions, 'desk', text);
      await open(link, '1', (await store.open('desk')).version);
    }
    await store.commit({
      login: 'other',
      expectedVersion: 0,
      incident: aResolvedIncident('101', 'other'),
      posts: [],
    });
    // A process that has heard of neither.
    const fresh = incidentStore(await redis.link());
    for (const text of ['', 'many', '99999999999999999999']) {
      await link.producer.set(keys.incidentCount, text);
      const id = await fresh.nextId();
      expect(['1', '101']).not.toContain(id);
      expect(Number(id)).toBeGreaterThan(0);
    }
    const pagers = pagerStore(link);
    const first = await pagers.addSilence(silence);
    await link.producer.set(`${keys.silences}:count`, 'many');
    const second = await pagers.addSilence({ ...silence, madeAt: 2 });
    expect(second.id).not.toBe(first.id);
    expect(await pagers.silences()).toEqual([first, second]);
    await link.producer.set(keys.letterCount, 'many');
    refusals(link)({ what: 'post', id: 'x', why: 'it is forged' });
    await until(async () => (await letterBox(link).list()).letters.length === 1);
  });

  it('in the roster of duty and of logins, and among pulses, is left out, and a worker can still enter what it names', async () => {
    const link = await redis.link();
    const pagers = pagerStore(link);
    const desk = redis.keep(deskStore(link, { by: 'a' }));
    await desk.enterRoster([roster]);
    await desk.publishPulse(pulse);
    await pagers.addOverride(override);
    for (const [index, text] of rubbish.entries()) {
      await link.producer.rpush(keys.oncall, text);
      await link.producer.hset(keys.roster, `odd-${index}`, text);
      await link.producer.hset(keys.pulses, `odd-${index}`, text);
      await link.producer.set(keys.discordTrouble, text);
      expect(await pagers.endTrouble()).toBeUndefined();
    }
    expect(await pagers.overrides()).toEqual([override]);
    expect(await desk.view()).toEqual({ roster: [roster], pulses: [{ ...pulse, heardAt: 1 }] });
    for (const text of rubbish) {
      await link.producer.hset(keys.roster, 'desk', text);
      await desk.enterRoster([roster]);
      expect((await desk.view()).roster).toEqual([roster]);
    }
    expect(await link.producer.hkeys(keys.roster)).toEqual(['desk']);
  });

  it('told as a pulse changes nothing for who follows the desk', async () => {
    const link = await redis.link();
    const desk = redis.keep(deskStore(link, { by: 'a' }));
    await desk.enterRoster([roster]);
    const heard: number[] = [];
    desk.follow(({ pulses }) => heard.push(...pulses.map(({ at }) => at)));
    await until(async () => (await desk.view()).roster.length === 1);
    for (const text of rubbish.slice(1)) await link.publish(keys.pulseChannel, text);
    await desk.publishPulse({ ...pulse, at: 2 });
    await until(() => heard.includes(2));
    expect((await desk.view()).pulses.map(({ login }) => login)).toEqual(['desk']);
  });

  it('in the place of the tickets that are ready leaves nobody waiting for ever, once it is gone', async () => {
    const link = await redis.link();
    const answered: string[] = [];
    redis.keep(serveAnswers(link, ({ id }) => Promise.resolve(void answered.push(id))));
    let asked = 0;
    redis.keep(
      serveAsks(await redis.link(), 'desk', (job) => {
        asked += 1;
        return Promise.resolve({ kind: 'failed', login: job.login, why: 'looked' });
      }),
    );
    await link.producer.set(keys.ticketsReady, 'rubbish');
    const submitted = taskBoard(link).submit(aTicket('1', 300));
    await until(async () => asked > 0 && (await link.producer.exists(`${keys.ticket}1`)) === 1);
    await submitted;
    await until(async () => (await link.producer.hget(`${keys.ticket}1`, 'open')) === '0');
    await link.producer.del(keys.ticketsReady);
    await until(() => answered.includes('1'));
    expect(answered).toEqual(['1']);
  });
});
