/**
 * What has to be one step on a Redis server, as scripts, which it runs one at a time.
 *
 * They hold texts together and take none of them apart: reading JSON there would
 * round its numbers. All keys of a namespace are found by `SCAN`, never `KEYS`. The
 * first KEYS of each are the hash of what is ours and the mark of an earlier version.
 */

const FIND = `
local function find(prefix, pattern)
  local seen, keys, cursor = {}, {}, '0'
  repeat
    local reply = redis.call('SCAN', cursor, 'MATCH', pattern, 'COUNT', 1000)
    cursor = reply[1]
    for _, key in ipairs(reply[2]) do
      if not seen[key] then
        seen[key] = true
        keys[#keys + 1] = key
      end
    end
  until cursor == '0'
  table.sort(keys)
  return keys
end
`;

const KEEP = `
local function keep(place, name, prefix, keys, time)
  local parts, times = {}, {}
  for index, key in ipairs(keys) do
    local short = string.sub(key, #prefix + 1)
    parts[index] = cjson.encode(short) .. ':' .. redis.call('GET', key)
    local kept = redis.call('HGET', KEYS[1], 'time:' .. short)
    if kept then times[#times + 1] = cjson.encode(short) .. ':' .. cjson.encode(kept) end
  end
  redis.call('SET', place, '{' .. table.concat(parts, ',') .. '}')
  redis.call('HSET', KEYS[1], 'made:' .. name, time, 'times:' .. name, '{' .. table.concat(times, ',') .. '}')
end
`;

/** Reads keys at one moment. KEYS: then those keys. ARGV: their names. Answers with the mark, then text and time in turn. */
export const READ = `
local all = { redis.call('GET', KEYS[2]) }
for index = 3, #KEYS do
  all[#all + 1] = redis.call('GET', KEYS[index])
  all[#all + 1] = redis.call('HGET', KEYS[1], 'time:' .. ARGV[index - 2])
end
return all
`;

/** Everything at one moment. ARGV: prefix, pattern. Answers with the mark, then name, text and time in turn. */
export const ALL = `${FIND}
local all = { redis.call('GET', KEYS[2]) }
for _, key in ipairs(find(ARGV[1], ARGV[2])) do
  local short = string.sub(key, #ARGV[1] + 1)
  all[#all + 1] = short
  all[#all + 1] = redis.call('GET', key)
  all[#all + 1] = redis.call('HGET', KEYS[1], 'time:' .. short)
end
return all
`;

/**
 * Writes keys if others still hold what they were seen to hold. -1 where an earlier version
 * has marked the namespace.
 * KEYS: then those that were seen, then those that are written. ARGV: the prefix, the time,
 * the time to live or 0, how many were seen, what each of them held (`=text`, or `-` for
 * nothing), what each shall hold.
 */
export const WRITE = `
if redis.call('EXISTS', KEYS[2]) == 1 then return -1 end
local seen = tonumber(ARGV[4])
for index = 1, seen do
  local text = redis.call('GET', KEYS[2 + index])
  if (text and '=' .. text or '-') ~= ARGV[4 + index] then return 0 end
end
for index = seen + 1, #KEYS - 2 do
  local key, text = KEYS[2 + index], ARGV[4 + index]
  local field = 'time:' .. string.sub(key, #ARGV[1] + 1)
  if text == '-' then
    redis.call('DEL', key)
    redis.call('HDEL', KEYS[1], field)
  else
    if ARGV[3] == '0' then redis.call('SET', key, string.sub(text, 2))
    else redis.call('SET', key, string.sub(text, 2), 'PX', ARGV[3]) end
    redis.call('HSET', KEYS[1], field, ARGV[2])
  end
end
if ARGV[3] ~= '0' then
  -- Keys that go by themselves leave their times behind: each write looks at three of them.
  local some = redis.pcall('HRANDFIELD', KEYS[1], 3)
  for _, field in ipairs(some.err and {} or some) do
    local isTime = string.sub(field, 1, 5) == 'time:'
    if isTime and redis.call('EXISTS', ARGV[1] .. string.sub(field, 6)) == 0 then redis.call('HDEL', KEYS[1], field) end
  end
end
return 1
`;

/**
 * Keeps a checkpoint. KEYS: then its place. ARGV: prefix, pattern, time, whether it may
 * replace one, its name. 0 where the name is taken.
 */
export const CHECKPOINT = `${FIND}${KEEP}
if redis.call('EXISTS', KEYS[2]) == 1 then return -1 end
if ARGV[4] == '0' and redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
keep(KEYS[3], ARGV[5], ARGV[1], find(ARGV[1], ARGV[2]), ARGV[3])
return 1
`;

/** Checkpoints at one moment. KEYS: then their places. ARGV: their names. Answers as READ, with text, time and times. */
export const CHECKPOINTS = `
local all = { redis.call('GET', KEYS[2]) }
for index = 3, #KEYS do
  local name = ARGV[index - 2]
  all[#all + 1] = redis.call('GET', KEYS[index])
  all[#all + 1] = redis.call('HGET', KEYS[1], 'made:' .. name)
  all[#all + 1] = redis.call('HGET', KEYS[1], 'times:' .. name)
end
return all
`;

/**
 * Removes checkpoints. KEYS: then their places. ARGV: their names and when they were made, in
 * turn; one that has another time stays, and with an empty time any goes.
 */
export const FORGET = `
for index = 3, #KEYS do
  local name, made = ARGV[2 * index - 5], ARGV[2 * index - 4]
  if made == '' or redis.call('HGET', KEYS[1], 'made:' .. name) == made then
    redis.call('DEL', KEYS[index])
    redis.call('HDEL', KEYS[1], 'made:' .. name, 'times:' .. name)
  end
end
return 1
`;

/**
 * Makes the namespace what a checkpoint holds. KEYS: then the place of the checkpoint, and of
 * the one to be made before. ARGV: prefix, pattern, time, the checkpoint's text, the name of
 * the other one, then names, values and times in turn. 0 where the checkpoint is another by
 * now, 2 where the name is taken.
 */
export const RESTORE = `${FIND}${KEEP}
if redis.call('EXISTS', KEYS[2]) == 1 then return -1 end
if redis.call('GET', KEYS[3]) ~= ARGV[4] then return 0 end
if redis.call('EXISTS', KEYS[4]) == 1 then return 2 end
local keys = find(ARGV[1], ARGV[2])
keep(KEYS[4], ARGV[5], ARGV[1], keys, ARGV[3])
for _, key in ipairs(keys) do
  redis.call('DEL', key)
  redis.call('HDEL', KEYS[1], 'time:' .. string.sub(key, #ARGV[1] + 1))
end
for index = 6, #ARGV, 3 do
  redis.call('SET', ARGV[1] .. ARGV[index], ARGV[index + 1])
  if ARGV[index + 2] ~= '' then redis.call('HSET', KEYS[1], 'time:' .. ARGV[index], ARGV[index + 2]) end
end
return 1
`;

/**
 * Makes namespace and checkpoints what is given. ARGV: both prefixes and patterns, the
 * version, how many entries, then names, values and times in turn, then names, texts, times
 * and times of entries of checkpoints.
 */
export const FILL = `${FIND}
for _, key in ipairs(find(ARGV[1], ARGV[2])) do redis.call('DEL', key) end
for _, key in ipairs(find(ARGV[3], ARGV[4])) do redis.call('DEL', key) end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'schema_version', ARGV[5])
local first = 7 + 3 * tonumber(ARGV[6])
for index = 7, first - 1, 3 do
  redis.call('SET', ARGV[1] .. ARGV[index], ARGV[index + 1])
  if ARGV[index + 2] ~= '' then redis.call('HSET', KEYS[1], 'time:' .. ARGV[index], ARGV[index + 2]) end
end
for index = first, #ARGV, 4 do
  redis.call('SET', ARGV[3] .. ARGV[index], ARGV[index + 1])
  redis.call('HSET', KEYS[1], 'made:' .. ARGV[index], ARGV[index + 2], 'times:' .. ARGV[index], ARGV[index + 3])
end
return 1
`;

/**
 * Takes what an earlier version wrote into the layout of today, if nobody has changed it.
 * ARGV: the version, how many entries, then places, old and new texts, names and times in
 * turn, then places, old and new texts, names, times and times of entries of checkpoints.
 * How long keys live stays. 0 where something has changed.
 */
export const CONVERT = `
local function changed(from, to, width)
  for index = from, to, width do
    if redis.call('GET', ARGV[index]) ~= ARGV[index + 1] then return true end
  end
end
local first = 3 + 5 * tonumber(ARGV[2])
if redis.call('EXISTS', KEYS[2]) == 0 then return 1 end
if changed(3, first - 1, 5) or changed(first, #ARGV, 6) then return 0 end
local function put(key, text)
  local life = redis.call('PTTL', key)
  redis.call('SET', key, text)
  if life > 0 then redis.call('PEXPIRE', key, life) end
end
for index = 3, first - 1, 5 do
  put(ARGV[index], ARGV[index + 2])
  if ARGV[index + 4] ~= '' then redis.call('HSET', KEYS[1], 'time:' .. ARGV[index + 3], ARGV[index + 4]) end
end
for index = first, #ARGV, 6 do
  put(ARGV[index], ARGV[index + 2])
  local name = ARGV[index + 3]
  redis.call('HSET', KEYS[1], 'made:' .. name, ARGV[index + 4], 'times:' .. name, ARGV[index + 5])
end
redis.call('HSET', KEYS[1], 'schema_version', ARGV[1])
redis.call('DEL', KEYS[2])
return 1
`;
