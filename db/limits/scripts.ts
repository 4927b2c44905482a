/** The server's clock is the one that all processes share. */
const readClock = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)`;

/** `countRequest` in Redis. Takes `most` and `windowMs`; gives isAllowed, left and resetMs. */
export const takeScript = `${readClock}
local most, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'start', 'count', 'before')
local start = tonumber(kept[1] or now)
local count = tonumber(kept[2] or 0)
local before = tonumber(kept[3] or 0)

local elapsed = math.max(0, now - start)
if elapsed >= 2 * window then
  start, count, before, elapsed = now, 0, 0, 0
elseif elapsed >= window then
  start, count, before, elapsed = start + window, 0, count, elapsed - window
end

local lasting = math.max(0, window - 1 - elapsed)
local used = count + math.floor(before * lasting / window)
if used < most then
  redis.call('HSET', KEYS[1], 'start', start, 'count', count + 1, 'before', before)
  redis.call('PEXPIRE', KEYS[1], 2 * window - elapsed)
  return {1, most - used - 1, window - elapsed}
end
if count >= most then return {0, 0, window - elapsed + 1} end
return {0, 0, math.floor(lasting - (most - count) * window / before) + 1}`;

/**
 * `countAttempt` in Redis. Takes `free`, `firstDelayMs`, `maxDelayMs` and `forgetMs`; gives isAllowed
 * and waitMs.
 */
export const attemptScript = `${readClock}
local free, first = tonumber(ARGV[1]), tonumber(ARGV[2])
local most, forget = tonumber(ARGV[3]), tonumber(ARGV[4])
local kept = redis.call('HMGET', KEYS[1], 'count', 'ready')
local count = tonumber(kept[1] or 0) + 1
local wait = tonumber(kept[2] or 0) - now
if wait > 0 then return {0, wait} end

local delay = 0
if count >= free then delay = math.min(most, first * 2 ^ (count - free)) end
redis.call('HSET', KEYS[1], 'count', count, 'ready', now + delay)
redis.call('PEXPIRE', KEYS[1], forget)
return {1, 0}`;

/** Takes one attempt back, and with it the delay it made. */
export const giveBackScript = `
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or 0)
if count <= 1 then return {redis.call('DEL', KEYS[1])} end
return {redis.call('HSET', KEYS[1], 'count', count - 1, 'ready', 0)}`;
