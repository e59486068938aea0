// Discord limits the whole bot (429, global): pages wait as long as it asked, are delivered once, and none is given up or counted as refused.
import { expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { systemClock } from '../../src/clock.ts';
import { makeMessenger } from '../../src/discord/messenger.ts';
import { closeRest } from '../../src/discord/rest.ts';
import { meterDesk } from '../../src/health/desk-meter.ts';
import { startLocalDiscord } from '../../src/local/discord/server.ts';
import { letterBox } from '../../src/queue/dead-letters.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { queueNumbers } from '../../src/queue/numbers.ts';
import { servePosts } from '../../src/queue/outbox.ts';
import { aPage, anIncident } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';
import { closed, silent } from './desk.ts';

/** Longer than the library waits by itself. */
const askedMs = 3_200;

onEachRedis(
  'a bot that Discord limits as a whole',
  (redis) => {
    it('asks nothing until it may, then brings each page once', async () => {
      const local = await startLocalDiscord({ strict: true });
      redis.keep({ close: () => local.stop() });
      const config = {
        token: local.token,
        api: local.apiUrl,
        guildId: local.guildId,
        channelId: local.channelId,
        access: closed,
      };
      const { messenger, rest } = makeMessenger(config, systemClock, silent);
      redis.keep({
        close: () => {
          closeRest(rest);
          return Promise.resolve();
        },
      });
      const link = await redis.link();
      const meter = meterDesk(new Registry(), {
        now: () => systemClock.now(),
        queue: () => queueNumbers(link, [], systemClock.now()),
        open: () => Promise.resolve([]),
        redisUp: () => Promise.resolve(true),
        discordUp: () => Promise.resolve(true),
        views: () => [],
        canaries: () => [],
      });
      local.faults.inject({ fault: 'rate-limit-global', times: 1, ms: askedMs });
      redis.keep(
        servePosts(link, (post, refs) =>
          post.kind === 'announcement'
            ? Promise.resolve({})
            : meter.deliver(post.kind, () => messenger.deliverPost(post, refs)),
        ),
      );
      const startedAt = Date.now();
      const store = incidentStore(link);
      for (const id of ['1', '2', '3']) {
        const incident = anIncident(id, `login-${id}`);
        const { version } = await store.open(incident.login);
        const posts = [aPage(incident)];
        await store.commit({ login: incident.login, expectedVersion: version, incident, posts });
      }
      const pages = () => local.messages(local.channelId, local.users.lead);
      await local.expect(() => (pages().length >= 3 ? true : undefined), askedMs + 8_000);
      expect(Date.now() - startedAt).toBeGreaterThanOrEqual(askedMs);
      await until(async () => (await store.refs('3')).acceptedAt !== undefined, 5_000);
      expect(pages()).toHaveLength(3);

      // The one that was limited is the only request before the time was up.
      const [limited, next] = local.record.requests;
      expect(limited?.status).toBe(429);
      expect(next?.status).toBe(200);
      expect((next?.at ?? 0) - (limited?.at ?? 0)).toBeGreaterThanOrEqual(askedMs - 50);
      expect(local.record.requests.filter(({ status }) => status === 429)).toHaveLength(1);
      expect((await letterBox(link, systemClock).list()).letters).toEqual([]);
      const told = await meter.text();
      expect(told).toMatch(/deliveries_total\{what="page",outcome="accepted"\} 3/);
      expect(told).not.toMatch(/outcome="(refused|unavailable)"/);
      expect(told).toMatch(/deliveries_total\{what="page",outcome="limited"\} [1-3]\n/);
    }, 30_000);
  },
  'embedded',
);
