// The scripts that move a ticket: open, then ready once (last part in, or deadline passed), then done once delivered.
import { bury } from './dead-letters.ts';
import { keys } from './keys.ts';

/** How long a delivery is left to the bot that has it; extended while it lives. */
export const claimMs = 5_000;
/** A ticket already answered is remembered this long by count, so that the same interaction is never answered twice. */
const doneKept = 1_000;
const mostAtOnce = 50;

/** Redis' own clock: claims of machines whose clocks differ must agree. */
export const serverNow = `
local function servernow()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end`;

/** Built from texts: Lua's JSON would turn empty lists into objects and round numbers. */
const payload = `
local function payload(id)
  local flat = redis.call('HGETALL', '${keys.ticket}' .. id)
  local ticket, results = {}, {}
  for i = 1, #flat, 2 do
    local part = string.match(flat[i], '^r:(%d+)$')
    if part then table.insert(results, '"' .. part .. '":' .. flat[i + 1]) else ticket[flat[i]] = flat[i + 1] end
  end
  return '{"ticket":' .. (ticket.json or 'null') .. ',"why":"' .. (ticket.why or '') .. '","attempts":' .. (ticket.attempts or '0') ..
    ',"results":{' .. table.concat(results, ',') .. '}}'
end`;

/** Hands a ready ticket, its id on a line of its own, to the bot that submitted it; where nobody listens, to whoever sweeps first. */
const hand = `
${serverNow}
${payload}
local function hand(id, bot)
  redis.call('ZADD', '${keys.ticketsReady}', servernow() + ${claimMs}, id)
  if redis.call('PUBLISH', '${keys.answerChannel}' .. bot, id .. '\\n' .. payload(id)) == 0 then
    redis.call('ZADD', '${keys.ticketsReady}', 0, id)
  end
end`;

/** ARGV: id, ticket, deadline, bot, life of the asks in ms, then per part the ask to join ('' = none), the new one, its login and its job ('' = told to nobody, the job alone brings it). Returns 1 per joined part. */
export const submitScript = `
${hand}
local id, deadline, bot, life = ARGV[1], ARGV[3], ARGV[4], ARGV[5]
local ticket = '${keys.ticket}' .. id
if redis.call('EXISTS', ticket) == 1 or redis.call('ZSCORE', '${keys.ticketsDone}', id) then return {-1} end
local parts = (#ARGV - 5) / 4
redis.call('HSET', ticket, 'json', ARGV[2], 'bot', bot, 'open', parts, 'state', 'open', 'why', 'complete')
if parts == 0 then
  redis.call('HSET', ticket, 'state', 'ready')
  hand(id, bot)
  return {}
end
redis.call('ZADD', KEYS[1], deadline, id)
local joined = {}
for part = 0, parts - 1 do
  local ask, wasOpen = ARGV[6 + part * 4], 1
  if ask == '' or redis.call('EXISTS', '${keys.ask}' .. ask) == 0 then
    ask, wasOpen = ARGV[7 + part * 4], 0
  end
  redis.call('SADD', '${keys.ask}' .. ask, id .. '|' .. part)
  redis.call('PEXPIRE', '${keys.ask}' .. ask, life)
  redis.call('HSET', ticket, 'a:' .. part, ask)
  if wasOpen == 0 and ARGV[9 + part * 4] ~= '' then redis.call('PUBLISH', '${keys.askChannel}' .. ARGV[8 + part * 4], ARGV[9 + part * 4]) end
  table.insert(joined, wasOpen)
end
return joined`;

/** KEYS: the ask; ARGV: result. Every ticket that waits on it gets it; those complete are handed over. Returns how many waited. */
export const answerScript = `
${hand}
local waiting = redis.call('SMEMBERS', KEYS[1])
redis.call('DEL', KEYS[1])
for _, entry in ipairs(waiting) do
  local id, part = string.match(entry, '^(.*)|(%d+)$')
  local ticket = '${keys.ticket}' .. id
  if redis.call('HGET', ticket, 'state') == 'open' and redis.call('HSETNX', ticket, 'r:' .. part, ARGV[1]) == 1 then
    if redis.call('HINCRBY', ticket, 'open', -1) == 0 then
      -- Handed over before anything else: what fails here leaves its deadline to end the wait.
      hand(id, redis.call('HGET', ticket, 'bot') or '')
      redis.call('HSET', ticket, 'state', 'ready')
      redis.call('ZREM', '${keys.ticketDeadlines}', id)
    end
  end
end
return #waiting`;

/** ARGV: the bot's now, then ids it is delivering. Ends waits whose deadline passed, claims what is due, returns it. */
export const sweepScript = `
${serverNow}
${payload}
local now = servernow()
for i = 2, #ARGV do redis.call('ZADD', KEYS[2], 'XX', now + ${claimMs}, ARGV[i]) end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ${mostAtOnce})) do
  local ticket = '${keys.ticket}' .. id
  if redis.call('HGET', ticket, 'state') == 'open' then
    redis.call('ZADD', KEYS[2], 0, id)
    redis.call('HSET', ticket, 'state', 'ready', 'why', 'deadline')
    local flat = redis.call('HGETALL', ticket)
    for i = 1, #flat, 2 do
      local part = string.match(flat[i], '^a:(%d+)$')
      if part then redis.call('SREM', '${keys.ask}' .. flat[i + 1], id .. '|' .. part) end
    end
  end
  redis.call('ZREM', KEYS[1], id)
end
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, ${mostAtOnce})) do
  if redis.call('EXISTS', '${keys.ticket}' .. id) == 1 then
    redis.call('ZADD', KEYS[2], now + ${claimMs}, id)
    table.insert(found, id .. '\\n' .. payload(id))
  else
    redis.call('ZREM', KEYS[2], id)
  end
end
return found`;

/** ARGV: id, wait in ms. */
export const laterScript = `
${serverNow}
local before = tonumber(redis.call('HGET', '${keys.ticket}' .. ARGV[1], 'attempts') or '0') or 0
redis.call('HSET', '${keys.ticket}' .. ARGV[1], 'attempts', string.format('%.0f', before + 1))
redis.call('ZADD', KEYS[1], 'XX', servernow() + ARGV[2], ARGV[1])
return 1`;

/** ARGV: id, dead letter or '', what it was to bring. */
export const doneScript = `
${serverNow}
redis.call('DEL', '${keys.ticket}' .. ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', '${keys.ticketDeadlines}', ARGV[1])
redis.call('ZADD', '${keys.ticketsDone}', servernow(), ARGV[1])
redis.call('ZREMRANGEBYRANK', '${keys.ticketsDone}', 0, -${doneKept + 1})
if ARGV[2] ~= '' then ${bury('ARGV[2]', 'ARGV[3]')} end
return 1`;
