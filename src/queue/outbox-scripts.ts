// The scripts of the outbox: add a post with the decision it belongs to, take the first, record it as delivered, put it off, or give it up.
import type { AnnouncementPost } from '../domain/announcement.ts';
import type { Post } from '../domain/incident.ts';
import { bury } from './dead-letters.ts';
import { keys } from './keys.ts';
import type { Seal } from './seal.ts';
import { claimMs, serverNow } from './ticket-scripts.ts';

/** Post ids remembered per incident, so that the same post added twice stays one. */
const idsKept = 500;
/** Longer than any outage that is survived; after it a post is an old one brought back. */
const postLifeMs = 7 * 24 * 60 * 60_000;
const pageLifeMs = 30 * 24 * 60 * 60_000;

/**
 * To be put into the script that writes the decision. Appends each post once. A score of 0 means due now on any clock; NX leaves a delivery
 * under way alone. A card takes the place of one that stands last and is not under way, for it says all that the other would: through an
 * outage of Discord they would pile up, and whoever is called after it would wait for all of them.
 */
export const appendPosts = `
local function append(incident, id, json, kind)
  if redis.call('ZSCORE', '${keys.incidentPostIds}' .. incident, id) then return end
  local count = redis.call('HINCRBY', '${keys.incident}' .. incident, 'posts', 1)
  redis.call('ZADD', '${keys.incidentPostIds}' .. incident, count, id)
  redis.call('ZREMRANGEBYRANK', '${keys.incidentPostIds}' .. incident, 0, -${idsKept + 1})
  local posts = '${keys.incidentPosts}' .. incident
  if kind == 'card' then
    -- Its signature stands there.
    local mark = string.sub(json, 1, 64)
    local before, last = redis.call('HGET', '${keys.incident}' .. incident, 'lastCard'), redis.call('LINDEX', posts, -1)
    if before and last and string.sub(last, 1, 64) == before and redis.call('LLEN', posts) > 1 then
      redis.call('RPOP', posts)
    end
    redis.call('HSET', '${keys.incident}' .. incident, 'lastCard', mark)
  end
  redis.call('RPUSH', posts, json)
  -- What waits alone to change a card keeps nothing back.
  local mode = redis.call('HDEL', '${keys.incident}' .. incident, 'yields') == 1 and 'XX' or 'NX'
  redis.call('ZADD', '${keys.postsPending}', mode, 0, incident)
end`;

/** As it stands in the list. */
export function sealedPost(seal: Seal, post: Post | AnnouncementPost, now: number): string {
  return seal.close('post', post.id, now + (post.kind === 'page' ? pageLifeMs : postLifeMs), post);
}

/** ARGV[1] is always the incident. The head of its list with what Discord knows and the failed tries so far. */
const head = `
${serverNow}
local id = ARGV[1]
local incident, posts = '${keys.incident}' .. id, '${keys.incidentPosts}' .. id
local function claimed()
  local first = redis.call('LINDEX', posts, 0)
  if not first then
    redis.call('ZREM', KEYS[1], id)
    return {}
  end
  redis.call('HDEL', incident, 'yields')
  redis.call('ZADD', KEYS[1], servernow() + ${claimMs}, id)
  return { first, redis.call('HGET', incident, 'refs') or '{}', redis.call('HGET', incident, 'attempts') or '0' }
end`;

/** Empty where nothing is due, or another bot has it. */
export const claimScript = `
${head}
local due = redis.call('ZSCORE', KEYS[1], id)
if not due or tonumber(due) > servernow() then return {} end
return claimed()`;

/** ARGV: incident, the delivered post's text, refs, dead letter or '', and what it was to bring. Returns the next one, claimed. */
export const recordScript = `
${head}
if ARGV[3] ~= '' then redis.call('HSET', incident, 'refs', ARGV[3]) end
if redis.call('LINDEX', posts, 0) ~= ARGV[2] then return {} end
redis.call('LPOP', posts)
redis.call('HDEL', incident, 'attempts')
if ARGV[4] ~= '' then ${bury('ARGV[4]', 'ARGV[5]')} end
return claimed()`;

/** ARGV: incident, wait in ms. */
export const putOffScript = `
${serverNow}
local before = tonumber(redis.call('HGET', '${keys.incident}' .. ARGV[1], 'attempts') or '0') or 0
redis.call('HSET', '${keys.incident}' .. ARGV[1], 'attempts', string.format('%.0f', before + 1))
redis.call('ZADD', KEYS[1], 'XX', servernow() + ARGV[2], ARGV[1])
return 1`;

/** ARGV: incident. All its posts, the one under way first. */
export const listScript = `return redis.call('LRANGE', '${keys.incidentPosts}' .. ARGV[1], 0, -1)`;

/**
 * ARGV: incident, the text of the card that must wait, `drop` or `keep`, wait in ms, how many posts that was judged by. Puts it
 * behind what follows it, or drops it, and returns the next one, claimed; where it stands alone it waits until something follows.
 * `again` where more have come meanwhile.
 */
export const giveWayScript = `
${head}
if redis.call('LINDEX', posts, 0) ~= ARGV[2] then return {} end
if redis.call('LLEN', posts) ~= tonumber(ARGV[5]) then return 'again' end
if ARGV[5] == '1' then
  local before = tonumber(redis.call('HGET', incident, 'attempts') or '0') or 0
  redis.call('HSET', incident, 'attempts', string.format('%.0f', before + 1), 'yields', '1')
  redis.call('ZADD', KEYS[1], 'XX', servernow() + ARGV[4], id)
  return {}
end
redis.call('LPOP', posts)
redis.call('HDEL', incident, 'attempts')
if ARGV[3] == 'keep' then redis.call('RPUSH', posts, ARGV[2]) end
return claimed()`;

/** ARGV: incidents under way here, whose claims are extended. Returns incidents that are due. */
export const dueScript = `
${serverNow}
local now = servernow()
for i = 1, #ARGV do redis.call('ZADD', KEYS[1], 'XX', now + ${claimMs}, ARGV[i]) end
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 100)`;

/** ARGV: incident. Makes what is left due at once for whoever comes next. */
export const releaseScript = `
redis.call('ZADD', KEYS[1], 'XX', 0, ARGV[1])
redis.call('PUBLISH', '${keys.postChannel}', ARGV[1])
return 1`;
