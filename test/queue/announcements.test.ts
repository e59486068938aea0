// Announcements: queued with the decision they tell of, delivered until Discord took them, once, in order.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Silence } from '../../src/domain/silence.ts';
import { makeMessenger, type MessengerParts } from '../../src/discord/messenger.ts';
import { closeRest } from '../../src/discord/rest.ts';
import { announcing } from '../../src/flows/announcing.ts';
import { keepSilences } from '../../src/flows/silence-keeper.ts';
import { startLocalDiscord, type LocalDiscord } from '../../src/local/discord/server.ts';
import { keys } from '../../src/queue/keys.ts';
import { servePosts, type DeliverPost } from '../../src/queue/outbox.ts';
import { pagerStore } from '../../src/queue/pager-store.ts';
import type { RedisLink } from '../../src/queue/redis.ts';
import { closed, silent } from '../discord/desk.ts';
import { FakeClock } from '../fakes/clock.ts';
import { onEachRedis, until } from '../fixtures/redis.ts';

const ada = { id: '1', name: 'Ada' };
const minuteMs = 60_000;
const aSilence = (now: number): Omit<Silence, 'id'> => ({
  kind: 'maintenance',
  matcher: { suite: 'mnq' },
  reason: 'new router',
  by: ada,
  madeAt: now,
  fromAt: now,
  toAt: now + 60 * minuteMs,
  untilWell: false,
});

let local: LocalDiscord;
let parts: MessengerParts;
beforeEach(async () => {
  local = await startLocalDiscord({ strict: true });
  const { token, guildId, channelId } = local;
  const config = { token, api: `${local.apiUrl}/`, guildId, channelId, access: closed };
  parts = makeMessenger(config, systemClock, silent);
});
afterEach(async () => {
  closeRest(parts.rest);
  await local.stop();
});
const said = (): readonly string[] =>
  local.messages(local.channelId, local.users.lead).map(({ content }) => content);

onEachRedis('an announcement', (redis) => {
  const say = announcing({
    say: (told, post) => parts.messenger.deliverNotice(told, post),
    clock: systemClock,
    log: silent,
  });
  const deliver: DeliverPost = (post) => (post.kind === 'announcement' ? say(post) : Promise.resolve({}));
  const empty = (link: RedisLink) => async () => (await link.producer.zcard(keys.postsPending)) === 0;

  it('made while Discord is away arrives once it is back, in order, each once', async () => {
    const link = await redis.link();
    const fault = local.faults.inject({ fault: 'server-error' });
    redis.keep(servePosts(link, deliver, systemClock, undefined, { random: () => 0 }));
    const store = pagerStore(link);
    const now = Date.now();
    await store.addSilence(aSilence(now));
    // Two bots in the same second, and the next rounds of both.
    for (const at of [now, now, now + 1_000, now + 1_000]) {
      const silences = await store.silences();
      await Promise.all([keepSilences(silences, [], store, at), keepSilences(silences, [], store, at)]);
    }
    await store.endSilence('S1', ada, now + 2_000);
    for (const at of [now + 3_000, now + 4_000]) await keepSilences(await store.silences(), [], store, at);
    await until(() => (local.faults.list()[0]?.struck ?? 0) > 0);
    expect(said()).toEqual([]);
    local.faults.remove(fault);
    await until(empty(link));
    expect(said()).toMatchObject([
      expect.stringMatching(/^🛠️ Maintenance S1 of .*new router/),
      expect.stringMatching(/^🔔 Maintenance S1 .* is over: ended by Ada/),
    ]);
  });

  it('of a shift is queued by the first to hand it over, and by nobody else', async () => {
    const link = await redis.link();
    const store = pagerStore(link);
    const now = Date.now();
    const told = {
      kind: 'hand-over',
      to: ada,
      from: undefined,
      untilAt: now + 60 * minuteMs,
      open: [],
      called: [{ kind: 'user', id: local.users.trader }],
    } as const;
    const first = await Promise.all([1, 2, 3].map(() => store.firstToHandOver('1', now, told)));
    expect(first.filter(Boolean)).toHaveLength(1);
    expect(await store.firstToHandOver('2', now, undefined)).toBe(true);
    redis.keep(servePosts(link, deliver));
    await until(empty(link));
    expect(said()).toEqual([expect.stringContaining('Ada is on call now')]);
  });

  it('that Discord took just before the bot died is not said again by the next one', async () => {
    const link = await redis.link();
    const store = pagerStore(link);
    const now = Date.now();
    await store.addSilence(aSilence(now));
    await keepSilences(await store.silences(), [], store, now);
    const [text] = await link.producer.lrange(`${keys.incidentPosts}desk`, 0, -1);
    const post = link.seal.open<Parameters<typeof say>[0]>('post', text, now);
    if (post.kind !== 'sound') throw new Error(post.why);
    await say(post.content);
    redis.keep(servePosts(link, deliver));
    await until(empty(link));
    expect(said()).toHaveLength(1);
    // Long after, when Discord has forgotten the nonce, it is found in the channel instead.
    const old = { ...post.content, id: 'another-nonce', queuedAt: now - 20 * minuteMs };
    await say(old);
    expect(said()).toHaveLength(1);
  });
});

it('that is over before Discord could take it is told nobody', async () => {
  const clock = new FakeClock();
  const told: string[] = [];
  const say = announcing({ say: ({ kind }) => Promise.resolve(void told.push(kind)), clock, log: silent });
  const silence = { ...aSilence(clock.now()), id: 'S1' };
  const post = (kind: 'silenced' | 'silence-ends-soon' | 'silence-over') => ({
    id: kind,
    incident: 'desk' as const,
    queuedAt: clock.now(),
    kind: 'announcement' as const,
    told:
      kind === 'silence-over'
        ? { kind, silence, endedBy: undefined }
        : kind === 'silenced'
          ? { kind, silence }
          : { kind, silence, called: [] },
  });
  await say(post('silenced'));
  await clock.forward(61 * minuteMs);
  for (const kind of ['silenced', 'silence-ends-soon', 'silence-over'] as const) await say(post(kind));
  expect(told).toEqual(['silenced', 'silence-over']);
});
