// The scripts that move a claim: taken by one bot, kept fresh while that one works on it, settled, or found abandoned.
import { serverNow } from './ticket-scripts.ts';

/** What was taken is remembered this long by count, so that no second bot takes it after its answer. */
export const takenKept = 2_000;

/** ARGV: id, claim. KEYS of all of them: the open claims, and when each was taken. */
export const takeScript = `
${serverNow}
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  -- Asked again because the first answer was lost.
  if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 1 end
  return 0
end
redis.call('ZADD', KEYS[2], servernow(), ARGV[1])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -${takenKept + 1})
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1`;

/** ARGV: id and claim in turn. Another bot's stays as it is: Redis may not have said yet that it is not ours. */
export const refreshScript = `
${serverNow}
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('ZADD', KEYS[2], servernow(), ARGV[i]) end
end
return 1`;

/** ARGV: id and claim in turn. Another bot's stays, as above. */
export const settleScript = `
for i = 1, #ARGV, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
return 1`;

/** ARGV: how long one may be open, how many at most, then ids that are seen to here. Returns what was abandoned, id and claim in turn. */
export const abandonedScript = `
${serverNow}
local held = {}
for i = 3, #ARGV do held[ARGV[i]] = true end
local all, found = redis.call('HGETALL', KEYS[1]), {}
local before, most = servernow() - tonumber(ARGV[1]), 2 * tonumber(ARGV[2])
for i = 1, #all, 2 do
  local at = tonumber(redis.call('ZSCORE', KEYS[2], all[i]) or '0')
  if #found < most and at < before and not held[all[i]] then
    table.insert(found, all[i])
    table.insert(found, all[i + 1])
  end
end
return found`;
