// A desk to attack through Discord with the real client, and the proof that an attack was refused kindly, audited, and without effect.
import { expect } from 'vitest';
import type { APIMessage } from 'discord-api-types/v10';
import type { AuditEvent } from '../../src/domain/audit.ts';
import type { IncidentTask } from '../../src/domain/job.ts';
import { makeLog } from '../../src/log.ts';
import { incident, startDesk, type Desk } from './desk.ts';

export type Json = Record<string, unknown>;

export let desk: Desk;
export let page: string;
export const acted: { readonly task: IncidentTask; readonly by: string }[] = [];
export const logged: string[] = [];
export const tokens = new Set<string>();

/** For `beforeAll`; the page of incident 12 stands in the channel then. */
export async function openStage(): Promise<void> {
  desk = await startDesk({
    log: makeLog('trace', (line) => logged.push(line)),
    act: (task, by) => {
      if (task.kind !== 'incident')
        return Promise.resolve({ kind: 'done', text: `${task.kind} ${task.action}` });
      acted.push({ task, by: by.name });
      return Promise.resolve({ kind: 'done', text: `${task.action} of ${task.incident} by ${by.name}` });
    },
  });
  page = await post('12');
}

export const closeStage = (): Promise<void> => desk.stop();

export async function post(id: string, more: Parameters<typeof incident>[0] = {}): Promise<string> {
  const card = incident({ id, ...more });
  const refs = await desk.bot.messenger.deliverPost(
    { id: `${id}-page`, incident: id, queuedAt: Date.now(), kind: 'page', card },
    {},
  );
  return refs.messageId ?? '';
}

export const people = () => desk.local.users;
export const ops = () => desk.local.channelId;
export const seen = (user: string, channel = ops()): readonly APIMessage[] =>
  desk.local.messages(channel, user);

/** The next interaction reaches the bot changed like this. */
export function forge(change: (dispatch: Json) => Json): void {
  desk.local.forge((dispatch) => {
    tokens.add(String(dispatch['token']));
    return change(dispatch);
  });
}
export const changed =
  (part: string, more: Json) =>
  (dispatch: Json): Json => ({ ...dispatch, [part]: { ...(dispatch[part] as Json), ...more } });

export const type = (
  user: string,
  command = 'health',
  options: Record<string, string> = {},
  channel = ops(),
): string => desk.local.type({ user, channel, command, options });
export const press = (user: string, action = 'acknowledge', message = page, id = '12'): string =>
  desk.local.press({ user, channel: ops(), message, custom_id: `incident:${id}:${action}` });

interface Refused {
  /** Words of the answer. */
  readonly says: RegExp;
  /** Words of the audit entry's outcome. */
  readonly because: RegExp;
  readonly kind?: AuditEvent['kind'];
  readonly user?: () => string;
  readonly channel?: () => string;
}

/** Does it, and proves that it was refused to its maker alone, audited, and did nothing. */
export async function refusedWith(
  attack: () => string,
  { says, because, kind = 'denial', user = () => people().lead, channel = ops }: Refused,
): Promise<APIMessage> {
  const before = { tickets: desk.tickets.length, acted: acted.length, audited: desk.audited.length };
  const id = attack();
  const answer = await desk.local.expect(() =>
    seen(user(), channel()).find(
      (message) => message.interaction_metadata?.id === id && ((message.flags ?? 0) & 128) === 0,
    ),
  );
  expect(JSON.stringify(answer)).toMatch(says);
  expect(answer.mentions).toEqual([]);
  expect(answer.mention_roles).toEqual([]);
  expect(answer.mention_everyone).toBe(false);
  if (kind === 'denial') {
    expect((answer.flags ?? 0) & 64).toBe(64);
    const other = user() === people().trader ? people().viewer : people().trader;
    expect(seen(other, channel()).some((message) => message.id === answer.id)).toBe(false);
  }
  const entries = desk.audited.slice(before.audited);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ kind });
  expect(entries[0]?.outcome).toMatch(because);
  expect(JSON.stringify(entries)).not.toMatch(/\\n|\\u200|\\u202/);
  expect({ tickets: desk.tickets.length, acted: acted.length }).toEqual({
    tickets: before.tickets,
    acted: before.acted,
  });
  return answer;
}

export async function refused(attack: () => string, wanted: Refused): Promise<void> {
  await refusedWith(attack, wanted);
}
