// What the tests of the outbox share: posts written with their incident.
import type { Post } from '../../src/domain/incident.ts';
import { incidentStore } from '../../src/queue/incident-store.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { anIncident } from '../fixtures/incidents.ts';

export async function commit(link: RedisLink, id: string, posts: readonly Post[]): Promise<void> {
  const store = incidentStore(link);
  const incident = anIncident(id, `login-${id}`);
  const { version } = await store.open(incident.login);
  await store.commit({ login: incident.login, expectedVersion: version, incident, posts });
}
