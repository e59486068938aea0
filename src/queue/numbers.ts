// Reads how much waits in each lane, and since when.
import type { Post } from '../domain/incident.ts';
import type { LaneNumbers, QueueNumbers } from '../domain/queue-numbers.ts';
import { keys } from './keys.ts';
import { queueOf, type Lane } from './question.ts';
import { redisError } from './redis-error.ts';
import type { RedisLink } from './redis.ts';

/** Incidents whose first message is looked at for its age. */
const headsRead = 50;

/** @throws OpsError `redis-unavailable` */
export async function queueNumbers(
  link: RedisLink,
  logins: readonly string[],
  now: number,
): Promise<QueueNumbers> {
  try {
    const [asked, answers, posts, deadLetters] = await Promise.all([
      Promise.all(
        logins.flatMap((login) => [
          waitingIn(link, 'interactive', 'questions', login),
          waitingIn(link, 'background', 'evidence', login),
        ]),
      ),
      link.producer.zcard(keys.ticketsReady),
      postsWaiting(link, now),
      link.producer.hlen(keys.letters),
    ]);
    return {
      lanes: [...asked, { lane: 'answers', depth: answers, oldestAt: undefined }, posts],
      deadLetters,
    };
  } catch (error) {
    throw redisError(error, link.place);
  }
}

async function waitingIn(
  link: RedisLink,
  lane: Lane,
  name: 'questions' | 'evidence',
  login: string,
): Promise<LaneNumbers> {
  const queue = link.queue(queueOf(lane, login));
  const [depth, [oldest]] = await Promise.all([queue.getWaitingCount(), queue.getWaiting(0, 0)]);
  return { lane: name, login, depth, oldestAt: oldest?.timestamp };
}

async function postsWaiting(link: RedisLink, now: number): Promise<LaneNumbers> {
  const incidents = await link.producer.zrange(keys.postsPending, '0', String(headsRead - 1));
  const [lengths, heads] = await Promise.all([
    Promise.all(incidents.map((id) => link.producer.llen(`${keys.incidentPosts}${id}`))),
    Promise.all(incidents.map((id) => link.producer.lindex(`${keys.incidentPosts}${id}`, 0))),
  ]);
  const times = heads.flatMap((text) => {
    const opened = link.seal.open<Partial<Post> | null>('post', text, now);
    return opened.kind === 'sound' && opened.content?.queuedAt !== undefined ? [opened.content.queuedAt] : [];
  });
  return {
    lane: 'posts',
    depth: lengths.reduce((sum, length) => sum + length, 0),
    oldestAt: times.length === 0 ? undefined : Math.min(...times),
  };
}
