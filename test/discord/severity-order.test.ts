// Discord was away, or no bot was there, while incidents of different severity came: when it is back their pages arrive gravest first.
import { expect, it } from 'vitest';
import type { Severity } from '../../src/domain/diagnostic.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import { keys } from '../../src/queue/keys.ts';
import { servePosts, type PostServing } from '../../src/queue/outbox.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { aPage, anIncident } from '../fixtures/incidents.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';
import { alert, startDesk, type Desk } from './desk.ts';

/** As they came, the least grave first. */
const came: readonly Severity[] = ['low', 'medium', 'low', 'high', 'medium', 'high', 'critical', 'critical'];
const idOf = (index: number): string => String(index + 1);

/** Opens an incident of a login of its own, with its page. */
async function raise(link: RedisLink, index: number): Promise<void> {
  const store = incidentStore(link);
  const id = idOf(index);
  const incident = anIncident(id, `login-${id}`, {
    ...(came[index] === undefined ? {} : { severity: came[index] }),
    alerts: [{ alert: alert(), recovery: undefined }],
  });
  const { version } = await store.open(incident.login);
  const posts = [aPage(incident)];
  await store.commit({ login: incident.login, expectedVersion: version, incident, posts });
}

function serving(link: RedisLink, { bot }: Desk): PostServing {
  return servePosts(link, (post, refs) => {
    if (post.kind === 'announcement') throw new Error('no announcement was queued');
    return bot.messenger.deliverPost(post, refs);
  });
}

/** Incidents by number, in the order in which their pages stand in the channel. */
function arrived({ local }: Desk): readonly string[] {
  return local
    .messages(local.channelId, local.users.lead)
    .flatMap(({ components }) => /incident:(\d+):resolve/.exec(JSON.stringify(components ?? []))?.[1] ?? []);
}

const severitiesOf = (ids: readonly string[]): readonly (Severity | undefined)[] =>
  ids.map((id) => came[Number(id) - 1]);
const gravestFirst: readonly Severity[] = [
  'critical',
  'critical',
  'high',
  'high',
  'medium',
  'medium',
  'low',
  'low',
];

onEachRedis(
  'pages that waited',
  (redis) => {
    it('for a Discord that was away arrive gravest first, each once', async () => {
      const desk = await startDesk();
      redis.keep({ close: () => desk.stop() });
      const link = await redis.link();
      redis.keep(serving(link, desk));
      const down = desk.local.faults.inject({ fault: 'down' });
      await until(() => !desk.bot.status().connected, 5_000, 'the loss of Discord');
      for (const index of came.keys()) {
        await raise(link, index);
        // The first have failed and are tried again before the last comes, as in an outage of minutes.
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      const attempts = async (): Promise<number> => {
        const each = came.map((_, index) => link.producer.hget(`${keys.incident}${idOf(index)}`, 'attempts'));
        return (await Promise.all(each)).reduce((sum, one) => sum + Number(one ?? 0), 0);
      };
      await until(async () => (await attempts()) >= 4, 8_000, 'tries in vain');
      expect(arrived(desk)).toEqual([]);
      desk.local.faults.remove(down);
      await until(() => arrived(desk).length === came.length, 10_000, 'every page');
      expect(severitiesOf(arrived(desk))).toEqual(gravestFirst);
    }, 30_000);

    it('for a bot arrive gravest first, each once', async () => {
      const desk = await startDesk();
      redis.keep({ close: () => desk.stop() });
      const link = await redis.link();
      for (const index of came.keys()) await raise(link, index);
      redis.keep(serving(link, desk));
      await until(() => arrived(desk).length === came.length, 10_000, 'every page');
      expect(severitiesOf(arrived(desk))).toEqual(gravestFirst);
    }, 30_000);
  },
  'embedded',
);
