// Incidents in Redis: saved together with their posts in one script, refused where somebody else was faster.
import { systemClock } from '../clock.ts';
import type { Clock } from '../domain/clock.ts';
import { type Incident, type IncidentStore, type Post, untouched } from '../domain/incident.ts';
import { following, keptEntry, keptIncident, keptSilence, readAllKept, readKept, readRefs } from './kept.ts';
import { keys } from './keys.ts';
import { appendPosts, sealedPost } from './outbox-scripts.ts';
import { guarded } from './redis-error.ts';
import type { RedisLink } from './redis.ts';

/** Resolved incidents kept to be looked at; older ones go with their posts. */
const resolvedKept = 500;
/** Incidents that may have been opened since a process last heard of one. */
const spareIds = 20;
/** Of one incident; a day of flapping is a few hundred. */
const entriesKept = 2_000;

/** Something that is no version counts as none. */
const versionOf = `
local function versionof(text)
  return string.match(text or '', '^%d+$') and #text < 16 and tonumber(text) or 0
end`;

const commitScript = `
${appendPosts}
${versionOf}
local login, expected, id, json, resolvedAt = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local refs, entries = ARGV[7], tonumber(ARGV[8])
local version = versionof(redis.call('HGET', KEYS[1], login))
if version ~= expected then return redis.error_reply('STALE version ' .. version) end
redis.call('HSET', KEYS[1], login, version + 1)
redis.call('HSET', '${keys.incident}' .. id, 'json', json, 'login', login)
if refs ~= '' then redis.call('HSETNX', '${keys.incident}' .. id, 'refs', refs) end
if resolvedAt == '' then
  redis.call('ZADD', '${keys.incidentsOpen}', ARGV[6], id)
  redis.call('ZREM', '${keys.incidentsResolved}', id)
else
  redis.call('ZREM', '${keys.incidentsOpen}', id)
  redis.call('ZADD', '${keys.incidentsResolved}', resolvedAt, id)
  local old = redis.call('ZRANGE', '${keys.incidentsResolved}', 0, -${resolvedKept + 1})
  for _, gone in ipairs(old) do
    if redis.call('EXISTS', '${keys.incidentPosts}' .. gone) == 0 then
      redis.call('ZREM', '${keys.incidentsResolved}', gone)
      redis.call('DEL', '${keys.incident}' .. gone, '${keys.incidentPostIds}' .. gone, '${keys.timeline}' .. gone)
    end
  end
end
for i = 9, 8 + entries do redis.call('RPUSH', '${keys.timeline}' .. id, ARGV[i]) end
if entries > 0 then redis.call('LTRIM', '${keys.timeline}' .. id, -${entriesKept}, -1) end
for i = 9 + entries, #ARGV, 3 do append(id, ARGV[i], ARGV[i + 1], ARGV[i + 2]) end
if #ARGV > 8 + entries then redis.call('PUBLISH', '${keys.postChannel}', id) end
return 1`;

/**
 * ARGV: the highest number known here. A count below it, or one that an incident bears, was lost: numbers go on in the next
 * hundred, for others may know a few more.
 */
const nextIdScript = `
${following}
local count, known = following(KEYS[1]), tonumber(ARGV[1])
while count <= known or redis.call('EXISTS', '${keys.incident}' .. count) == 1 do
  count = (math.floor((math.max(count, known) + ${spareIds}) / 100) + 1) * 100 + 1
  redis.call('SET', KEYS[1], count)
end
return count`;

/** ARGV: a number that is taken. */
const spareScript = `
if (tonumber(redis.call('GET', KEYS[1]) or '0') or 0) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return 1`;

const postScript = `
${appendPosts}
for i = 1, #ARGV, 3 do
  if redis.call('EXISTS', '${keys.incident}' .. ARGV[i]) == 1 then
    append(ARGV[i], ARGV[i + 1], ARGV[i + 2])
    redis.call('PUBLISH', KEYS[1], ARGV[i])
  end
end
return 1`;

/** Nothing for an incident that is kept no more. */
const appendScript = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for i = 1, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[i]) end
redis.call('LTRIM', KEYS[2], -${entriesKept}, -1)
return 1`;

/** How many of the newest resolved incidents are looked through for those of a login. */
const recentKept = 50;

/** Open incidents, oldest first: all of them, or of one login with its version and, after an empty text each, its latest resolved ones and every silence. */
const openScript = `
${versionOf}
local login = ARGV[1]
local found = { login == '' and 0 or versionof(redis.call('HGET', KEYS[2], login)) }
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local kept = redis.call('HMGET', '${keys.incident}' .. id, 'json', 'login')
  if (kept[1] or '') ~= '' and (login == '' or kept[2] == login) then table.insert(found, kept[1]) end
end
table.insert(found, '')
if login ~= '' then
  for _, id in ipairs(redis.call('ZREVRANGE', KEYS[3], 0, ${recentKept} - 1)) do
    local kept = redis.call('HMGET', '${keys.incident}' .. id, 'json', 'login')
    if (kept[1] or '') ~= '' and kept[2] == login then table.insert(found, kept[1]) end
  end
end
table.insert(found, '')
for _, silence in ipairs(redis.call('HVALS', KEYS[4])) do
  if silence ~= '' then table.insert(found, silence) end
end
return found`;

/** Open ones, oldest first, then the newest that ended: each as its text and what Discord knows of it. */
const latestScript = `
local found = {}
local function add(id)
  local kept = redis.call('HMGET', '${keys.incident}' .. id, 'json', 'refs')
  if kept[1] then
    table.insert(found, kept[1])
    table.insert(found, kept[2] or '{}')
  end
end
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do add(id) end
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[2], 0, tonumber(ARGV[1]) - 1)) do add(id) end
return found`;

/**
 * The highest number this process has heard of. Of a Redis that lost its data the old ones must not come again: old cards and
 * threads in Discord bear them.
 */
const highest = new WeakMap<RedisLink, number>();

/** Every method @throws OpsError `redis-unavailable`; `commit` also `stale-version`. */
export function incidentStore(link: RedisLink, clock: Clock = systemClock): IncidentStore {
  const sealed = (post: Post): string => sealedPost(link.seal, post, clock.now());

  const remember = (ids: readonly string[]): void => {
    highest.set(
      link,
      ids.reduce((most, id) => (Number(id) > most ? Number(id) : most), known()),
    );
  };
  const known = (): number => highest.get(link) ?? 0;

  /** What an earlier version wrote lacks what has been added since. */
  function readIncident(text: string): Incident | undefined {
    const kept = readKept(link, keptIncident, text);
    return kept && { ...untouched(kept.openedAt), ...kept };
  }
  const readable = (texts: readonly string[]): readonly Incident[] =>
    texts.flatMap((text) => readIncident(text) ?? []);

  async function readOpen(login: string) {
    const [version, ...texts] = (await link.run(
      openScript,
      [keys.incidentsOpen, keys.incidentVersions, keys.incidentsResolved, keys.silences],
      [login],
    )) as [number, ...string[]];
    const end = texts.indexOf('');
    const silencesFrom = texts.lastIndexOf('');
    const incidents = readable(texts.slice(0, end));
    const recent = readable(texts.slice(end + 1, silencesFrom));
    remember([...incidents, ...recent].map(({ id }) => id));
    return {
      version,
      incidents,
      recent,
      silences: readAllKept(link, keptSilence, texts.slice(silencesFrom + 1)),
    };
  }

  return {
    open: readOpen,
    async allOpen() {
      return (await readOpen('')).incidents;
    },
    async get(id) {
      const text = await guarded(link, link.producer.hget(`${keys.incident}${id}`, 'json'));
      return text === null ? undefined : readIncident(text);
    },
    async nextId() {
      const id = String(await link.run(nextIdScript, [keys.incidentCount], [known()]));
      remember([id]);
      return id;
    },
    async spare(id) {
      remember([id]);
      await link.run(spareScript, [keys.incidentCount], [known()]);
    },
    async commit({ login, expectedVersion, incident, posts, entries = [], refs }) {
      remember([incident.id]);
      const resolvedAt = incident.state.kind === 'resolved' ? incident.state.at : '';
      await link.run(
        commitScript,
        [keys.incidentVersions],
        [
          login,
          expectedVersion,
          incident.id,
          JSON.stringify(incident),
          resolvedAt,
          incident.openedAt,
          refs === undefined ? '' : JSON.stringify(refs),
          entries.length,
          ...entries.map((entry) => JSON.stringify(entry)),
          ...posts.flatMap((post) => [post.id, sealed(post), post.kind]),
        ],
      );
    },
    async append(id, entries) {
      if (entries.length === 0) return;
      await link.run(
        appendScript,
        [`${keys.incident}${id}`, `${keys.timeline}${id}`],
        entries.map((entry) => JSON.stringify(entry)),
      );
    },
    async timeline(id) {
      const texts = await guarded(link, link.producer.lrange(`${keys.timeline}${id}`, 0, -1));
      return readAllKept(link, keptEntry, texts);
    },
    async refs(id) {
      const text = await guarded(link, link.producer.hget(`${keys.incident}${id}`, 'refs'));
      return readRefs(text);
    },
    async latest(most) {
      const texts = (await link.run(
        latestScript,
        [keys.incidentsOpen, keys.incidentsResolved],
        [most],
      )) as readonly string[];
      const all = texts.flatMap((text, index) => {
        const incident = index % 2 === 1 ? undefined : readIncident(text);
        return incident === undefined ? [] : [{ incident, refs: readRefs(texts[index + 1]) }];
      });
      remember(all.map(({ incident }) => incident.id));
      return all;
    },
    async post(posts: readonly Post[]) {
      if (posts.length === 0) return;
      await link.run(
        postScript,
        [keys.postChannel],
        posts.flatMap((post) => [post.incident, post.id, sealed(post)]),
      );
    },
  };
}
