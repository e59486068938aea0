// What calls people in a thread and still waits in the outbox, for whoever watches that it arrives.
import type { Post } from '../domain/incident.ts';
import type { CallWaiting } from '../domain/overdue.ts';
import { callsFor } from '../domain/post-urgency.ts';
import { keys } from './keys.ts';
import { guarded } from './redis-error.ts';
import type { RedisLink } from './redis.ts';
import { isPost, shaped } from './shapes.ts';

/** Of the incidents that wait longest; more tell nobody more. */
const mostIncidents = 100;
const mostPosts = 50;

/**
 * Pages are left out: whether they arrived is kept with their incident. What cannot be read is left to the outbox, which buries it.
 * @throws OpsError `redis-unavailable`
 */
export async function callsWaiting(link: RedisLink, now: number): Promise<readonly CallWaiting[]> {
  const { producer, seal } = link;
  const incidents = await guarded(link, producer.zrange(keys.postsPending, '0', String(mostIncidents - 1)));
  const lists = await guarded(
    link,
    Promise.all(incidents.map((id) => producer.lrange(`${keys.incidentPosts}${id}`, 0, mostPosts - 1))),
  );
  return lists.flat().flatMap((text) => {
    const opened = shaped(seal.open<unknown>('post', text, now), isPost, 'no post');
    return opened.kind === 'sound' && isCall(opened.content) ? [opened.content] : [];
  });
}

function isCall(post: Parameters<typeof callsFor>[0]): post is Post & CallWaiting {
  return post.kind === 'note' && callsFor(post) !== undefined;
}
