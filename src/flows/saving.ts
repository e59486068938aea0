// Decides on what is open as it stands and saves it in one step: decided anew where somebody else was faster, found again where the answer was lost.
import type { Decision } from '../domain/decision.ts';
import { OpsError } from '../domain/errors.ts';
import type { Incident, IncidentStore } from '../domain/incident.ts';
import type { Silence } from '../domain/silence.ts';

const staleTries = 20;

/** What is open of a login, as the store gives it. */
export type Around = Awaited<ReturnType<IncidentStore['open']>>;

/** What was to be saved and whose answer was lost with the connection, by what it is about. Its owner keeps it from one try to the next. */
export type Unanswered = Map<string, Decision>;

/**
 * @param decide what to make of what is open now; anything but a decision is handed back, and nothing is saved
 * @param lost what the tries about the same thing before this one were not answered
 * @returns the decision that stands written now: this one, or the one before it whose answer was lost
 * @throws OpsError `stale-version` where others were faster every time, `redis-unavailable`
 */
export async function saving<Otherwise>(
  store: IncidentStore,
  login: string,
  decide: (around: Around) => Promise<Decision | Otherwise> | Decision | Otherwise,
  lost?: { readonly unanswered: Unanswered; readonly about: string },
): Promise<Decision | Otherwise> {
  for (let attempt = 1; ; attempt += 1) {
    const around = await store.open(login);
    // Asked after what is open was read: what is written between the two is found here, what is written later makes this try stale.
    const before = lost?.unanswered.get(lost.about);
    if (before !== undefined && (await isWritten(store, before))) {
      lost?.unanswered.delete(lost.about);
      return before;
    }
    const decision = await decide(around);
    if (!isDecision(decision)) {
      lost?.unanswered.delete(lost.about);
      return decision;
    }
    const { incident, posts, entries } = decision;
    try {
      await store.commit({ login, expectedVersion: around.version, incident, posts, entries });
      lost?.unanswered.delete(lost.about);
      return decision;
    } catch (error) {
      const stale = error instanceof OpsError && error.code === 'stale-version';
      if (!stale) lost?.unanswered.set(lost.about, decision);
      if (!stale || attempt >= staleTries) throw error;
    }
  }
}

/** The same for one incident, open or not. @throws OpsError as `saving`, `redis-unavailable` for good where it is kept no more */
export async function changing<Otherwise>(
  store: IncidentStore,
  login: string,
  id: string,
  decide: (incident: Incident, silences: readonly Silence[]) => Decision | Otherwise,
  unanswered?: Unanswered,
): Promise<Decision | Otherwise> {
  return saving(
    store,
    login,
    async ({ incidents, silences = [] }) => {
      const incident = incidents.find((one) => one.id === id) ?? (await store.get(id));
      if (incident === undefined)
        throw new OpsError('redis-unavailable', `incident #${id} is gone`, { retryable: false });
      return decide(incident, silences);
    },
    unanswered && { unanswered, about: id },
  );
}

/** Its lines of the timeline are written in the same step as all the rest of it; its version alone could be another's. */
async function isWritten(store: IncidentStore, { incident, entries }: Decision): Promise<boolean> {
  const written = new Set((await store.timeline(incident.id)).map((entry) => JSON.stringify(entry)));
  return entries.length > 0 && entries.every((entry) => written.has(JSON.stringify(entry)));
}

function isDecision(value: unknown): value is Decision {
  return typeof value === 'object' && value !== null && 'entries' in value;
}
