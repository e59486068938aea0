// Whether what was sealed by this desk has the shape that this version of it reads: a bug, or another version, may have written it.
import type { AnnouncementPost } from '../domain/announcement.ts';
import type { IncidentRefs, Post } from '../domain/incident.ts';
import type { AskJob, AskResult, TaskTicket } from '../domain/job.ts';
import type { DeadLetter } from '../domain/letter.ts';
import type { Opened } from './seal.ts';

type Members = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

/** What a host signs: its result, and which ask it belongs to. */
export interface SealedResult {
  readonly askedAt: number;
  readonly deadlineAt: number;
  readonly result: AskResult;
}

/** An instant beyond this is none, and no timer can wait for it. */
const lastInstant = 8.64e15;

export const isText: Check = (value) => typeof value === 'string';
/** An id of Discord's. */
const isSnowflake: Check = (value) => typeof value === 'string' && /^\d{1,20}$/.test(value);
export const isName: Check = (value) => typeof value === 'string' && value !== '';
export const isInstant: Check = (value) => typeof value === 'number' && Math.abs(value) <= lastInstant;
const isFlag: Check = (value) => typeof value === 'boolean';
export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** True where every member named is what it must be; others may stand beside them. */
export const withMembers =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(members).every(([name, check]) => check(value[name]));

const isWanted: Check = (value) => value === 'all' || listOf(isText)(value);
export const isPerson = withMembers({ id: isText, name: isText });
const isGrant = withMembers({ command: isText, tier: isText, guildId: isText, roles: listOf(isText) });
const isPart = withMembers({ login: isName, suites: listOf(isText) });
const asked = { diagnostics: isWanted, exhibits: maybe(listOf(isText)), subject: maybe(isText) };
const isExamination = withMembers({
  ...asked,
  kind: (value) => value === 'examine',
  title: isText,
  parts: listOf(isPart),
  incident: maybe(isName),
});
/** Without a token where the answer goes into a thread, and nobody waits for a reply. */
const isReply = withMembers({
  applicationId: isText,
  token: isText,
  tokenExpiresAt: isInstant,
  channelId: isText,
  userId: isText,
  ephemeral: isFlag,
});
const ticketMembers = withMembers({
  id: isName,
  task: isExamination,
  askedBy: isPerson,
  grant: isGrant,
  askedAt: isInstant,
  deadlineAt: isInstant,
  reply: isReply,
});
const askMembers = withMembers({
  ...asked,
  askId: isName,
  login: isName,
  suites: listOf(isText),
  grant: isGrant,
  askedAt: isInstant,
  deadlineAt: isInstant,
});
const isReport = withMembers({ login: isName, suites: listOf(isObject), findings: listOf(isObject) });
const isFailure = withMembers({ login: isName, why: isText });
const isResult: Check = (value) =>
  isObject(value) &&
  (value['kind'] === 'report' ? isReport(value['report']) : value['kind'] === 'failed' && isFailure(value));
const resultMembers = withMembers({ askedAt: isInstant, deadlineAt: isInstant, result: isResult });
const postMembers = withMembers({ id: isName, incident: isName, queuedAt: isInstant, kind: isName });
const cardMembers = withMembers({
  card: withMembers({ id: isName, alerts: listOf(withMembers({ alert: isObject })) }),
});
const isAlert = withMembers({ severity: isName });
/** What says whether a note calls people; the rest of it is looked at where it is shown. */
const callers: ReadonlyMap<unknown, Check> = new Map([
  ['joined', withMembers({ alert: isAlert })],
  ['digest', withMembers({ alerts: listOf(isAlert) })],
]);
const isNote: Check = (note) =>
  isObject(note) && isName(note['kind']) && (callers.get(note['kind'])?.(note) ?? true);
/** By kind; a page may come without, for it must wake people all the same. */
const carried: ReadonlyMap<unknown, Check> = new Map([
  ['card', cardMembers],
  ['note', withMembers({ note: isNote })],
  ['evidence', withMembers({ report: isObject })],
  ['steps', withMembers({ steps: listOf(isObject), marks: isObject })],
  ['announcement', withMembers({ told: withMembers({ kind: isName }) })],
]);
const letterMembers = withMembers({ at: isInstant, what: isName, id: isText, about: isText, why: isText });

export const isTicket = (content: unknown): content is TaskTicket => ticketMembers(content);
export const isAsk = (content: unknown): content is AskJob => askMembers(content);
export const isSealedResult = (content: unknown): content is SealedResult => resultMembers(content);
/** What it brings is looked at where it is shown. */
export const isPost = (content: unknown): content is Post | AnnouncementPost =>
  postMembers(content) && isObject(content) && (carried.get(content['kind'])?.(content) ?? true);
/** False where it must go out bare. */
export const hasCard = (post: { readonly kind: 'page' }): boolean => cardMembers(post);
export const isLetter = (content: unknown): content is Omit<DeadLetter, 'no' | 'again'> =>
  letterMembers(content);

/** They become parts of addresses at Discord. */
const refIds = ['channelId', 'messageId', 'threadId', 'stepsId', 'stepsIn'] as const;
const refTexts = ['threadName', 'saidId'] as const;
const refInstants = ['sentAt', 'acceptedAt', 'anewAt', 'threadAnewAt'] as const;
const refNumbers = ['cardVersion'] as const;

/** What can be used of what Redis says that Discord knows: it is not sealed, and is written back with every post. */
export function knownRefs(value: unknown): IncidentRefs {
  if (!isObject(value)) return {};
  const known = [
    ...refIds.filter((name) => isSnowflake(value[name])),
    ...refTexts.filter((name) => isName(value[name])),
    ...refInstants.filter((name) => isInstant(value[name])),
    ...refNumbers.filter((name) => Number.isSafeInteger(value[name])),
  ];
  return Object.fromEntries(known.map((name) => [name, value[name]]));
}

/** What was opened, where it is also what it must be. `what`: `no ask`, for the reason. */
export function shaped<T>(
  opened: Opened<unknown>,
  is: (content: unknown) => content is T,
  what: string,
): Opened<T> {
  if (opened.kind === 'refused') return opened;
  const { content } = opened;
  if (is(content)) return { ...opened, content };
  return { kind: 'refused', why: `it is ${what} that this version can read: another version made it` };
}
