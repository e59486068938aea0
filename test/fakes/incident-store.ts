// Incidents in memory with the real store's rules: versions per login, all or nothing; can be told to fail.
import { OpsError } from '../../src/domain/errors.ts';
import type { Incident, IncidentStore, Post } from '../../src/domain/incident.ts';

export class MemoryIncidents implements IncidentStore {
  readonly incidents = new Map<string, Incident>();
  readonly posts: Post[] = [];
  readonly #versions = new Map<string, number>();
  #id = 0;
  /** While true every call fails as if Redis were gone. */
  down = false;
  /** Runs before a commit is judged: lets a test write in between. */
  beforeCommit: (() => void) | undefined;

  #check(): void {
    if (this.down) throw new OpsError('redis-unavailable', 'Redis does not answer', { retryable: true });
  }

  open(login: string): Promise<{ version: number; incidents: readonly Incident[] }> {
    return Promise.resolve().then(() => {
      this.#check();
      const incidents = [...this.incidents.values()].filter(
        (incident) => incident.login === login && incident.state.kind !== 'resolved',
      );
      return { version: this.#versions.get(login) ?? 0, incidents };
    });
  }

  allOpen(): Promise<readonly Incident[]> {
    return Promise.resolve([...this.incidents.values()].filter((one) => one.state.kind !== 'resolved'));
  }

  get(id: string): Promise<Incident | undefined> {
    return Promise.resolve(this.incidents.get(id));
  }

  nextId(): Promise<string> {
    this.#id += 1;
    return Promise.resolve(String(this.#id));
  }

  commit(change: {
    login: string;
    expectedVersion: number;
    incident: Incident;
    posts: readonly Post[];
  }): Promise<void> {
    return Promise.resolve().then(() => {
      this.#check();
      const between = this.beforeCommit;
      this.beforeCommit = undefined;
      between?.();
      if ((this.#versions.get(change.login) ?? 0) !== change.expectedVersion) {
        throw new OpsError('stale-version', 'somebody else wrote', { retryable: true });
      }
      this.write(change.login, change.incident, change.posts);
    });
  }

  write(login: string, incident: Incident, posts: readonly Post[]): void {
    this.#versions.set(login, (this.#versions.get(login) ?? 0) + 1);
    this.incidents.set(incident.id, incident);
    this.posts.push(...posts);
  }

  post(posts: readonly Post[]): Promise<void> {
    return Promise.resolve().then(() => {
      this.#check();
      for (const post of posts) if (!this.posts.some((known) => known.id === post.id)) this.posts.push(post);
    });
  }

  kinds(): string[] {
    return this.posts.map((post) => (post.kind === 'note' ? post.note.kind : post.kind));
  }
}
