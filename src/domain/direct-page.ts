// What must be said directly while nothing can be written down: what would call people for a position at risk, each once an outage; pure.
import type { Alert, AlertChange } from './alert.ts';
import { beginCare, carePolicies } from './care.ts';
import type { Decision } from './decision.ts';
import type { DirectPage, StoreTrouble } from './direct-line.ts';
import type { Incident, IncidentAlert, Post, ToldAhead } from './incident.ts';
import { onAlert, type Surroundings } from './incident-rules.ts';

/** A change of an alert that the store has not taken yet. */
export interface Unstored {
  readonly change: AlertChange;
  readonly alert: Alert;
  readonly at: number;
}

/** The login's incidents as they were when they could be read last. */
export type LastKnown = Surroundings & { readonly incidents: readonly Incident[] };

/** A Redis that only blinks needs no help; the promise is ten seconds. */
export const directAfterMs = 2_000;
/** So many go out one by one within `gatherMs`; what comes on top goes out together. */
const singles = 2;
const gatherMs = 10_000;

function calls(post: Post): boolean {
  return post.kind === 'page' || (post.kind === 'note' && post.note.kind === 'joined' && post.note.mention);
}

interface Future {
  readonly keys: ReadonlyMap<string, Foreseen>;
  /** Incidents that are not written down yet, as they will be. */
  readonly drafts: readonly Incident[];
}

interface Foreseen {
  /** Whether this very change would call people. */
  readonly calls: boolean;
  /** What else is told with it: the incident it would open, root first; nothing where it joins one that is written down. */
  readonly alerts: () => readonly IncidentAlert[];
}

/** What would be decided about each key, were it decided on what was last known. */
function foresee(unstored: readonly Unstored[], known: LastKnown): Future {
  let open = known.incidents;
  let recent = known.recent ?? [];
  const drafts = new Map<string, Incident>();
  const seen = new Map<string, Foreseen>();
  unstored.forEach(({ change, alert, at }, index) => {
    const around = { recent, silences: known.silences ?? [] };
    const decision = onAlert(open, change, at, `unstored-${index}`, around);
    if (decision === undefined) return;
    const { incident, kind, posts } = decision;
    if (kind === 'opened' || drafts.has(incident.id)) drafts.set(incident.id, incident);
    if (change.kind === 'firing') {
      const before = seen.get(alert.key)?.calls === true;
      seen.set(alert.key, {
        calls: before || posts.some(calls),
        alerts: () => drafts.get(incident.id)?.alerts ?? [{ alert, recovery: undefined }],
      });
    }
    const others = open.filter(({ id }) => id !== incident.id);
    const earlier = recent.filter(({ id }) => id !== incident.id);
    const isOver = incident.state.kind === 'resolved';
    open = isOver ? others : [...others, incident];
    recent = isOver ? [incident, ...earlier] : earlier;
  });
  return { keys: seen, drafts: [...drafts.values()] };
}

/** How each stands now: the newest of its changes counts. */
function standing(unstored: readonly Unstored[]): ReadonlyMap<string, IncidentAlert> {
  const now = new Map<string, IncidentAlert>();
  for (const { change, alert } of unstored)
    now.set(alert.key, { alert, recovery: change.kind === 'resolved' ? change.recovery : undefined });
  return now;
}

/**
 * What is to be said now: new pages, and said ones that stand differently (over, or back).
 * @param said everything said in this outage, each as it was said last
 */
export function directPages(
  unstored: readonly Unstored[],
  known: LastKnown,
  said: readonly DirectPage[],
  trouble: StoreTrouble,
  now: number,
): readonly DirectPage[] {
  const stands = standing(unstored);
  const { keys, drafts } = foresee(unstored, known);
  const told = new Set(said.flatMap(({ alerts }) => alerts.map(({ alert }) => alert.key)));
  const changed = said.flatMap((page): readonly DirectPage[] => {
    const before = page.alerts.map((one) => stands.get(one.alert.key) ?? one);
    const joined = drafts
      .filter(({ alerts }) =>
        alerts.some((one) => page.alerts.some(({ alert }) => alert.key === one.alert.key)),
      )
      // What calls people again is said anew below.
      .flatMap(({ alerts }) =>
        alerts.filter(({ alert: { key } }) => !told.has(key) && keys.get(key)?.calls !== true),
      );
    const isSame = before.every(({ recovery }, index) => recovery === page.alerts[index]?.recovery);
    if (isSame && joined.length === 0) return [];
    for (const { alert } of joined) told.add(alert.key);
    return [{ ...page, alerts: [...before, ...joined], trouble }];
  });
  const due: DirectPage[] = [];
  for (const { change, alert, at } of unstored) {
    if (change.kind !== 'firing' || alert.severity !== 'critical' || now - at < directAfterMs) continue;
    // What is over before anybody was told can wait for its record.
    const seen = keys.get(alert.key);
    if (seen?.calls !== true || told.has(alert.key) || stands.get(alert.key)?.recovery !== undefined)
      continue;
    const { login } = alert.place;
    const alerts = seen.alerts().filter((one) => !told.has(one.alert.key));
    for (const one of alerts) told.add(one.alert.key);
    due.push({ id: `${alert.key}#${at}`, login, alerts, about: 'one', decidedAt: at, trouble });
  }
  const room = singles - said.filter(({ decidedAt }) => now - decidedAt < gatherMs + directAfterMs).length;
  if (room <= 0) return changed;
  return [...changed, ...due.slice(0, room - 1), ...gathered(due.slice(room - 1))];
}

function gathered(pages: readonly DirectPage[]): readonly DirectPage[] {
  const [first] = pages;
  if (first === undefined || pages.length === 1) return pages;
  return [{ ...first, about: 'many', alerts: pages.flatMap(({ alerts }) => alerts) }];
}

/** The decision about what people were told already: its story says so, and who was called directly is not called again. */
export function afterDirectPage(decision: Decision, told: ToldAhead, now: number): Decision {
  const incident: Incident =
    decision.kind === 'opened' ? { ...decision.incident, toldAhead: told } : decision.incident;
  const where = told.how === 'direct' ? 'in the ops channel' : 'on the second channel';
  return {
    ...decision,
    incident,
    posts: decision.posts.flatMap((post): readonly Post[] => {
      if (post.kind === 'page' && told.how === 'direct') {
        // The message stands already: it is taken over, given its thread, and then shown as the card it is.
        const card: Post = { ...post, kind: 'card', id: `${post.id}-card`, card: incident };
        return [{ ...post, card: incident }, card];
      }
      if (post.kind === 'page' || post.kind === 'card') return [{ ...post, card: incident }];
      if (post.kind === 'note' && post.note.kind === 'joined' && told.how === 'direct')
        return [{ ...post, note: { ...post.note, mention: false } }];
      return [post];
    }),
    entries: [
      ...decision.entries,
      {
        at: now,
        by: 'pitwatch',
        kind: 'called',
        text: `People were told ${where} ${Math.max(0, (told.at - now) / 1_000).toFixed(1)} s later, before this could be recorded: Redis took no writes.`,
        standing: incident.state.kind,
      },
    ],
  };
}

/** A decision this much older than its record was held up by an outage. */
const lateMs = 5_000;
/** There was no button before the record: whoever was told long ago has this long to press it before anybody else is called. */
const reactMs = 60_000;

/**
 * The next circle is called for time in which somebody could have answered. Told directly, it counts from when they were told, less
 * what is needed for a minute with buttons; else from the page, which is the first they hear of it in Discord.
 */
export function writtenLate(decision: Decision, told: ToldAhead | undefined, now: number): Decision {
  const { incident, kind } = decision;
  if (kind !== 'opened' || now - incident.care.roundAt < lateMs) return decision;
  const { secondaryAfterMs } = carePolicies[incident.severity];
  const roundAt = told?.how === 'direct' ? Math.max(told.at, now - secondaryAfterMs + reactMs) : now;
  const late: Incident = { ...incident, care: beginCare(roundAt) };
  return {
    ...decision,
    incident: late,
    posts: decision.posts.map((post) =>
      post.kind === 'page' || post.kind === 'card' ? { ...post, card: late } : post,
    ),
  };
}
