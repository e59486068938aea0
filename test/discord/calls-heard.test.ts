// An on-call role that is deleted, or can no longer be mentioned, while the bot runs: the channel is told before a page wakes nobody.
import { afterEach, expect, test } from 'vitest';
import { until } from '../fixtures/redis.ts';
import { watchCalls } from '../../src/discord/calls-heard.ts';
import type { ChannelCheck } from '../../src/discord/permissions.ts';
import { startDesk, type Desk } from './desk.ts';

let desk: Desk | undefined;
afterEach(async () => {
  const open = desk;
  desk = undefined;
  await open?.stop();
});

const check = (unheard?: string): ChannelCheck => ({
  kind: unheard === undefined ? 'ok' : 'incomplete',
  bot: 'pitwatch',
  channel: 'ops',
  missing: [],
  excess: [],
  invite: undefined,
  intents: [],
  problems: [],
  ...(unheard === undefined ? {} : { unheard }),
});
const blind: ChannelCheck = { ...check(), kind: 'blind' };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a role that goes is told once, and again when it was there in between', async () => {
  const told: string[] = [];
  const watch = watchCalls(({ text }) => {
    told.push(text);
    return Promise.resolve();
  });
  for (const one of [
    check(),
    check('It is gone.'),
    check('It is gone.'),
    undefined,
    blind,
    check('It is gone.'),
  ]) {
    watch(one);
    await settled();
  }
  expect(told).toEqual(['A page that calls the on-call role wakes nobody now: It is gone.']);
  for (const one of [check(), check('It is gone.')]) {
    watch(one);
    await settled();
  }
  expect(told).toHaveLength(2);
});

test('what is so from the start is not told to the channel with every start', async () => {
  const told: string[] = [];
  const watch = watchCalls(({ text }) => Promise.resolve(void told.push(text)));
  for (const one of [undefined, check('It is gone.'), check('It is gone.')]) {
    watch(one);
    await settled();
  }
  expect(told).toEqual([]);
});

test('where Discord does not take it the next look tells it', async () => {
  let tries = 0;
  const watch = watchCalls(() => ((tries += 1) === 1 ? Promise.reject(new Error('503')) : Promise.resolve()));
  for (const one of [check(), check('It is gone.'), check('It is gone.'), check('It is gone.')]) {
    watch(one);
    await settled();
  }
  expect(tries).toBe(2);
});

test('a role that somebody makes unmentionable is told in the ops channel, in words', async () => {
  desk = await startDesk();
  const { local } = desk;
  const role = local.world.roles.get(local.oncallRoleId);
  if (role === undefined) throw new Error('no on-call role');
  role.mentionable = false;
  local.setRolePermissions(role.id, BigInt(role.permissions));
  const words = (): string => JSON.stringify(local.messages(local.channelId, local.users.lead));
  await until(() => words().includes('wakes nobody now'), 5_000, 'the word in the channel');
  expect(words()).toMatch(/role .* is not mentionable.*make it mentionable/);
});
