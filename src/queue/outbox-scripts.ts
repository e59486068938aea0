// The scripts of the outbox: take the first post of an incident, record it as delivered, put it off, or give it up.
import { bury } from './dead-letters.ts';
import { keys } from './keys.ts';
import { claimMs, serverNow } from './ticket-scripts.ts';

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
  redis.call('ZADD', KEYS[1], servernow() + ${claimMs}, id)
  return { first, redis.call('HGET', incident, 'refs') or '{}', redis.call('HGET', incident, 'attempts') or '0' }
end`;

/** Empty where nothing is due, or another bot has it. */
export const claimScript = `
${head}
local due = redis.call('ZSCORE', KEYS[1], id)
if not due or tonumber(due) > servernow() then return {} end
return claimed()`;

/** ARGV: incident, the delivered post's text, refs, dead letter or ''. Returns the next one, claimed. */
export const recordScript = `
${head}
if ARGV[3] ~= '' then redis.call('HSET', incident, 'refs', ARGV[3]) end
if redis.call('LINDEX', posts, 0) ~= ARGV[2] then return {} end
redis.call('LPOP', posts)
redis.call('HDEL', incident, 'attempts')
if ARGV[4] ~= '' then ${bury('ARGV[4]')} end
return claimed()`;

/** ARGV: incident, wait in ms. */
export const putOffScript = `
${serverNow}
redis.call('HINCRBY', '${keys.incident}' .. ARGV[1], 'attempts', 1)
redis.call('ZADD', KEYS[1], 'XX', servernow() + ARGV[2], ARGV[1])
return 1`;

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
