/** Putting back is one script in the server, so that nobody comes in between. Both answer `restored`, `same` (it is as before) or `changed`, unless that is to be overwritten. */

/** ARGV: kind, text and ttl of made.ts, clock at the capture, old type, old value (a dump unless it is a text), old expiry in ms or 0. */
export const restoreKey = (overwrite: boolean): string => `
local key, kind, made, ttl, at = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local oldType, payload, expires = ARGV[5], ARGV[6], tonumber(ARGV[7])
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local type, left = redis.call('TYPE', key).ok, redis.call('PTTL', key)
local expiry, after, slack = 0, tonumber(ttl), 1000
if left >= 0 then expiry = now + left end

local function isOld()
  if oldType == 'none' or type ~= oldType then return type == oldType end
  if (expires == 0) ~= (expiry == 0) or math.abs(expiry - expires) > slack then return false end
  if type == 'string' then return redis.call('GET', key) == payload end
  return redis.call('DUMP', key) == payload
end
local function isOurs()
  if kind == 'none' then return type == 'none' end
  if type == 'none' then return after ~= nil and now >= at + after end
  if ttl == 'never' and expiry ~= 0 then return false end
  if after and (expiry == 0 or expiry < at + after - slack or expiry > now + after + slack) then return false end
  if kind == 'string' then return type == 'string' and redis.call('GET', key) == made end
  return type == oldType
end

if isOld() then return 'same' end
${overwrite ? '' : "if not isOurs() then return 'changed' end"}
if oldType == 'none' then redis.call('DEL', key) return 'restored' end
if kind ~= 'ttl' or type == 'none' then
  if oldType == 'string' then redis.call('SET', key, payload) else redis.call('RESTORE', key, 0, payload, 'REPLACE') end
end
if expires > 0 then redis.call('PEXPIREAT', key, string.format('%.0f', expires)) else redis.call('PERSIST', key) end
return 'restored'`;

/** ARGV, four for each field: its name, what was set, 1 or 0 whether it was there before, and what it was. Other fields are not looked at. */
export const restoreFields = (overwrite: boolean): string => `
local key, same = KEYS[1], true
local type = redis.call('TYPE', key).ok
if type ~= 'hash' and type ~= 'none' then ${overwrite ? "redis.call('DEL', key)" : "return 'changed'"} end
for at = 1, #ARGV, 4 do
  local now, old = redis.call('HGET', key, ARGV[at]), ARGV[at + 2] == '1' and ARGV[at + 3]
  if now ~= old then
    ${overwrite ? '' : "if now ~= ARGV[at + 1] then return 'changed' end"}
    same = false
  end
end
if same then return 'same' end
for at = 1, #ARGV, 4 do
  if ARGV[at + 2] == '1' then redis.call('HSET', key, ARGV[at], ARGV[at + 3]) else redis.call('HDEL', key, ARGV[at]) end
end
return 'restored'`;
