// Silences and changes of the duty roster in Redis: few, small, read by everybody who decides or calls; what is told of them is queued with them.
import { systemClock } from '../clock.ts';
import { announcementLane, type Announcement, type AnnouncementPost } from '../domain/announcement.ts';
import type { Clock } from '../domain/clock.ts';
import type { Override } from '../domain/oncall.ts';
import type { Person } from '../domain/incident.ts';
import type { PagerStore, SilenceMark } from '../domain/pager-store.ts';
import { prolongsMs, type Silence } from '../domain/silence.ts';
import { following, keptOverride, keptSilence, keptTrouble, readAllKept, readKept } from './kept.ts';
import { keys } from './keys.ts';
import { appendPosts, sealedPost } from './outbox-scripts.ts';
import { guarded } from './redis-error.ts';
import type { RedisLink } from './redis.ts';

/** What ended this long ago is forgotten; until then it can be asked about. */
const keptMs = 7 * 24 * 3_600_000;
const overridesKept = 50;
/** Whoever was to tell something and has died in between leaves it to others after this. */
const claimKeptMs = 60_000;
const roundKeptMs = 24 * 3_600_000;
/** Earlier than anything ends. */
const foreverMs = 1e15;
/** Longer than any shift. */
const shiftKeptMs = 32 * 24 * 3_600_000;

/**
 * ARGV: the silence, what is old, and how much later one has to end than a maintenance of the same that runs, to be more than the same
 * pressed twice. Returns the new id, or the one that runs. What cannot be read stays as it is.
 */
const addScript = `
${following}
local wanted = cjson.decode(ARGV[1])
if wanted.kind == 'maintenance' then
  for _, text in ipairs(redis.call('HVALS', KEYS[1])) do
    local sound, one = pcall(cjson.decode, text)
    local runs = sound and type(one) == 'table' and one.kind == wanted.kind and not one.ended and type(one.matcher) == 'table' and type(one.by) == 'table'
      and type(one.fromAt) == 'number' and one.fromAt < wanted.toAt and type(one.toAt) == 'number' and one.toAt > wanted.fromAt
    if runs and wanted.toAt < one.toAt + tonumber(ARGV[3]) and one.matcher.login == wanted.matcher.login
      and one.matcher.suite == wanted.matcher.suite and one.matcher.finding == wanted.matcher.finding then return text end
  end
end
local id
repeat id = 'S' .. following(KEYS[2]) until redis.call('HEXISTS', KEYS[1], id) == 0
local json = cjson.decode(ARGV[1])
json.id = id
redis.call('HSET', KEYS[1], id, cjson.encode(json))
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local sound, old = pcall(cjson.decode, all[i + 1])
  local toAt = sound and type(old) == 'table' and tonumber(old.toAt)
  if toAt and toAt < tonumber(ARGV[2]) then redis.call('HDEL', KEYS[1], all[i]) end
end
return id`;

/** Nothing where it is unknown or ended already. */
const endScript = `
local text = redis.call('HGET', KEYS[1], ARGV[1])
if not text then return '' end
local json = cjson.decode(text)
if json.ended then return '' end
json.ended = cjson.decode(ARGV[2])
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(json))
return cjson.encode(json)`;

/** ARGV: silence, mark, then the lane, id and text of what is told of it. */
const markScript = `
${appendPosts}
local text = redis.call('HGET', KEYS[1], ARGV[1])
if not text then return 0 end
local json = cjson.decode(text)
if json[ARGV[2]] then return 0 end
json[ARGV[2]] = true
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(json))
append(ARGV[3], ARGV[4], ARGV[5])
redis.call('PUBLISH', '${keys.postChannel}', ARGV[3])
return 1`;

/** ARGV: life of the mark, then the lane, id and text of what is told, or nothing. */
const handOverScript = `
${appendPosts}
if not redis.call('SET', KEYS[1], '1', 'PX', ARGV[1], 'NX') then return 0 end
if ARGV[2] then
  append(ARGV[2], ARGV[3], ARGV[4])
  redis.call('PUBLISH', '${keys.postChannel}', ARGV[2])
end
return 1`;

/** Its life left tells its age by the clock of Redis. */
const lastRoundScript = `
local mark = redis.call('GET', KEYS[1])
if not mark then return {} end
return { mark, redis.call('PTTL', KEYS[1]) }`;

const soundKey = (key: string): string => `${keys.pagerRound}:sounded:${key}`;

/** ARGV: who asks, how long it keeps it. */
const soundScript = `
local who = redis.call('GET', KEYS[1])
if who == '1' then return 'told' end
if who and who ~= ARGV[1] then return 'others' end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'mine'`;

const endTroubleScript = `
local text = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
return text or ''`;

/** Every method @throws OpsError `redis-unavailable` */
export function pagerStore(link: RedisLink, clock: Clock = systemClock): PagerStore {
  /** As the scripts append it. */
  const queued = (id: string, told: Announcement): readonly string[] => {
    const queuedAt = clock.now();
    const post: AnnouncementPost = { id, incident: announcementLane, queuedAt, kind: 'announcement', told };
    return [announcementLane, id, sealedPost(link.seal, post, queuedAt)];
  };
  return {
    async silences() {
      const all = await guarded(link, link.producer.hvals(keys.silences));
      return readAllKept(link, keptSilence, all).toSorted((a, b) => a.madeAt - b.madeAt);
    },
    async addSilence(silence: Omit<Silence, 'id'>) {
      const add = async (laterMs: number): Promise<string> =>
        String(
          await link.run(
            addScript,
            [keys.silences, `${keys.silences}:count`],
            [JSON.stringify(silence), silence.madeAt - keptMs, laterMs],
          ),
        );
      const said = await add(prolongsMs);
      if (!said.startsWith('{')) return { ...silence, id: said };
      // One that nobody can read holds nothing back, so it does not stand in the way either.
      return readKept(link, keptSilence, said) ?? { ...silence, id: await add(-foreverMs) };
    },
    async endSilence(id: string, by: Person | 'recovery', at: number) {
      const text = await link.run(endScript, [keys.silences], [id, JSON.stringify({ at, by })]);
      return text === '' ? undefined : readKept(link, keptSilence, String(text));
    },
    async firstTo(id: string, mark: SilenceMark, told: Announcement) {
      const args = [id, mark, ...queued(`${id}-${mark}`, told)];
      return (await link.run(markScript, [keys.silences], args)) === 1;
    },
    async overrides() {
      const all = await guarded(link, link.producer.lrange(keys.oncall, 0, -1));
      return readAllKept(link, keptOverride, all);
    },
    async markRound(at) {
      await guarded(link, link.producer.set(keys.pagerRound, String(at), 'PX', roundKeptMs));
    },
    async lastRound() {
      const [mark, leftMs] = (await link.run(lastRoundScript, [keys.pagerRound], [])) as
        | [string, number]
        | [];
      return mark === undefined || leftMs === undefined
        ? undefined
        : { mark, ageMs: Math.max(0, roundKeptMs - leftMs) };
    },
    async toSound(key) {
      const said = await link.run(soundScript, [soundKey(key)], [link.id, claimKeptMs]);
      return said === 'mine' || said === 'told' ? said : 'others';
    },
    async sounded(key) {
      await guarded(link, link.producer.set(soundKey(key), '1', 'PX', roundKeptMs));
    },
    async beginTrouble(trouble) {
      const text = JSON.stringify(trouble);
      const set = link.producer.set(keys.discordTrouble, text, 'PX', claimKeptMs, 'NX');
      return (await guarded(link, set)) === 'OK';
    },
    async toldTrouble(trouble) {
      await guarded(link, link.producer.set(keys.discordTrouble, JSON.stringify(trouble), 'PX', keptMs));
    },
    async endTrouble() {
      const text = await link.run(endTroubleScript, [keys.discordTrouble], []);
      return text === '' ? undefined : readKept(link, keptTrouble, String(text));
    },
    async firstToHandOver(personId, fromAt, told) {
      const shift = `${personId}:${fromAt}`;
      const post = told === undefined ? [] : queued(`shift-${personId}-${fromAt}`, told);
      const key = `${keys.oncall}:told:${shift}`;
      return (await link.run(handOverScript, [key], [shiftKeptMs, ...post])) === 1;
    },
    async addOverride(override: Override) {
      await guarded(
        link,
        link.producer
          .multi()
          .rpush(keys.oncall, JSON.stringify(override))
          .ltrim(keys.oncall, -overridesKept, -1)
          .exec(),
      );
    },
  };
}
