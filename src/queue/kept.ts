// What is kept in Redis without a seal, read: what nobody can read is left out and told in the log, and holds up nothing beside it.
import type { LoginPulse, RosterLogin } from '../domain/desk.ts';
import type { Incident, IncidentRefs } from '../domain/incident.ts';
import type { Override } from '../domain/oncall.ts';
import type { Trouble } from '../domain/pager-store.ts';
import type { Silence } from '../domain/silence.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import { parsed } from './parsed.ts';
import type { RedisLink } from './redis.ts';
import { isInstant, isName, isObject, isPerson, isText, knownRefs, listOf, withMembers } from './shapes.ts';

/** What it is, in words, and what it must have at least: an earlier version may have written it. */
interface Kept<T> {
  readonly what: string;
  readonly is: (value: unknown) => value is T;
}

/** A login's entry in the roster. */
export interface Entered {
  /** The login as a text: Lua's JSON would turn its empty lists into objects. */
  readonly json: string;
  readonly since: number;
  readonly by: readonly string[];
  readonly enteredAt: number;
}

const kept = <T>(what: string, check: (value: unknown) => boolean): Kept<T> => ({
  what,
  is: (value): value is T => check(value),
});
const ofKind = withMembers({ kind: isName });
const isAlert = withMembers({ key: isName, severity: isName, place: withMembers({ login: isName }) });
const isOneOf =
  (word: string) =>
  (value: unknown): boolean =>
    value === word || isPerson(value);

export const keptIncident = kept<Incident>(
  'an incident',
  withMembers({
    id: isName,
    version: Number.isSafeInteger,
    login: isName,
    alerts: listOf(withMembers({ alert: isAlert })),
    severity: isName,
    openedAt: isInstant,
    state: ofKind,
  }),
);
export const keptSilence = kept<Silence>(
  'a silence',
  withMembers({
    id: isName,
    kind: isName,
    matcher: isObject,
    reason: isText,
    by: isPerson,
    madeAt: isInstant,
    fromAt: isInstant,
    toAt: isInstant,
  }),
);
export const keptEntry = kept<TimelineEntry>(
  'a line of a timeline',
  withMembers({ at: isInstant, by: isOneOf('pitwatch'), kind: isName, text: isText }),
);
export const keptOverride = kept<Override>(
  'a change of the duty roster',
  withMembers({ person: isPerson, fromAt: isInstant, toAt: isInstant, madeAt: isInstant, madeBy: isPerson }),
);
export const keptTrouble = kept<Trouble>(
  'what the second channel was told',
  withMembers({ sinceAt: isInstant, why: isText }),
);
export const keptEntered = kept<Entered>(
  'an entry of the roster',
  withMembers({ json: isText, since: isInstant, by: listOf(isText), enteredAt: isInstant }),
);
export const keptLogin = kept<RosterLogin>(
  'a login of the roster',
  withMembers({ login: isName, suites: listOf(withMembers({ suite: isName })) }),
);
export const keptPulse = kept<LoginPulse>(
  'a pulse',
  withMembers({
    login: isName,
    worker: isText,
    at: isInstant,
    hubs: withMembers({ user: isObject, market: isObject }),
    suites: listOf(withMembers({ suite: isName, exposure: ofKind })),
  }),
);

/** Told once each: what stands there is read every second. */
const mostTold = 1_000;
const toldOf = new WeakMap<RedisLink, Set<string>>();

/** Undefined where nobody can read it. */
export function readKept<T>(link: RedisLink, { what, is }: Kept<T>, text: string): T | undefined {
  const value = parsed(text);
  if (is(value)) return value;
  const told = toldOf.get(link) ?? new Set();
  toldOf.set(link, told);
  const mark = `${what}: ${text.slice(0, 200)}`;
  if (!told.has(mark) && told.size < mostTold) {
    told.add(mark);
    link.log.error(
      { event: 'unreadable', what, text: text.slice(0, 200) },
      `${what} cannot be read in Redis and is left out; another version or somebody else wrote it`,
    );
  }
  return undefined;
}

/** Those that can be read. */
export function readAllKept<T>(link: RedisLink, how: Kept<T>, texts: readonly string[]): readonly T[] {
  return texts.flatMap((text) => readKept(link, how, text) ?? []);
}

/** What cannot be read is worth less than the post behind it: the nonce and a look into the channel keep a page one. */
export function readRefs(text: string | null | undefined): IncidentRefs {
  return knownRefs(parsed(text ?? '{}'));
}

/** A Lua function: the next number of a counter, which begins anew where somebody put something else there. */
export const following = `
local function following(key)
  local no = redis.pcall('INCR', key)
  if type(no) ~= 'table' then return no end
  redis.call('SET', key, 1)
  return 1
end`;
