// Incidents in memory with the real store's rules: versions per login, all or nothing; can be told to fail.
import { OpsError } from '../../src/domain/errors.ts';
import type { Incident, IncidentRefs, IncidentStore, Post } from '../../src/domain/incident.ts';
import type { Silence } from '../../src/domain/silence.ts';
import type { TimelineEntry } from '../../src/domain/timeline.ts';

export class MemoryIncidents implements IncidentStore {
  readonly incidents = new Map<string, Incident>();
  readonly posts: Post[] = [];
  readonly entries = new Map<string, TimelineEntry[]>();
  readonly known = new Map<string, IncidentRefs>();
  silences: readonly Silence[] = [];
  readonly #versions = new Map<string, number>();
  #id = 0;
  /** While true every call fails as if Redis were gone. */
  down = false;
  /** The next commit is written, and its answer never comes: the connection ends in between. */
  losesAnswer = false;
  /** The next commit never arrives. */
  losesCommit = false;
  /** Runs before a commit is judged: lets a test write in between. */
  beforeCommit: (() => void) | undefined;

  #check(): void {
    if (this.down) throw new OpsError('redis-unavailable', 'Redis does not answer', { retryable: true });
  }

  open(login: string): Promise<{
    version: number;
    incidents: readonly Incident[];
    recent: readonly Incident[];
    silences: readonly Silence[];
  }> {
    return Promise.resolve().then(() => {
      this.#check();
      const incidents = [...this.incidents.values()].filter(
        (incident) => incident.login === login && incident.state.kind !== 'resolved',
      );
      const recent = [...this.incidents.values()]
        .filter((incident) => incident.login === login && incident.state.kind === 'resolved')
        .reverse();
      const { silences } = this;
      return { version: this.#versions.get(login) ?? 0, incidents, recent, silences };
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

  spare(id: string): Promise<void> {
    this.#id = Math.max(this.#id, Number(id));
    return Promise.resolve();
  }

  commit(change: {
    login: string;
    expectedVersion: number;
    incident: Incident;
    posts: readonly Post[];
    entries?: readonly TimelineEntry[];
    refs?: IncidentRefs;
  }): Promise<void> {
    return Promise.resolve().then(() => {
      this.#check();
      const between = this.beforeCommit;
      this.beforeCommit = undefined;
      between?.();
      if (this.losesCommit) {
        this.losesCommit = false;
        throw connectionClosed();
      }
      if ((this.#versions.get(change.login) ?? 0) !== change.expectedVersion) {
        throw new OpsError('stale-version', 'somebody else wrote', { retryable: true });
      }
      this.write(change.login, change.incident, change.posts);
      if (change.refs !== undefined && !this.known.has(change.incident.id))
        this.known.set(change.incident.id, change.refs);
      this.entries.set(change.incident.id, [
        ...(this.entries.get(change.incident.id) ?? []),
        ...(change.entries ?? []),
      ]);
      if (!this.losesAnswer) return;
      this.losesAnswer = false;
      throw connectionClosed();
    });
  }

  write(login: string, incident: Incident, posts: readonly Post[]): void {
    this.#versions.set(login, (this.#versions.get(login) ?? 0) + 1);
    this.incidents.set(incident.id, incident);
    this.posts.push(...posts);
  }

  append(id: string, entries: readonly TimelineEntry[]): Promise<void> {
    if (this.incidents.has(id)) this.entries.set(id, [...(this.entries.get(id) ?? []), ...entries]);
    return Promise.resolve();
  }

  timeline(id: string): Promise<readonly TimelineEntry[]> {
    return Promise.resolve(this.entries.get(id) ?? []);
  }

  refs(id: string): Promise<IncidentRefs> {
    return Promise.resolve(this.known.get(id) ?? {});
  }

  latest(most: number): Promise<readonly { readonly incident: Incident; readonly refs: IncidentRefs }[]> {
    const all = [...this.incidents.values()].reverse();
    const sorted = [
      ...all.filter(({ state }) => state.kind !== 'resolved').reverse(),
      ...all.filter(({ state }) => state.kind === 'resolved').slice(0, most),
    ];
    return Promise.resolve(sorted.map((incident) => ({ incident, refs: this.known.get(incident.id) ?? {} })));
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

function connectionClosed(): OpsError {
  return new OpsError('redis-unavailable', 'Connection is closed.', { retryable: true });
}
