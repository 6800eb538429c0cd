/**
 * What has to be one step on a Redis server, as scripts, which it runs one at a time.
 *
 * They hold texts together and take none of them apart: reading JSON there would
 * round its numbers. All keys of a namespace are found by `SCAN`, never `KEYS`.
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
local function keep(name, prefix, keys, time)
  local parts = {}
  for index, key in ipairs(keys) do
    parts[index] = cjson.encode(string.sub(key, #prefix + 1)) .. ':' .. redis.call('GET', key)
  end
  local state = '{' .. table.concat(parts, ',') .. '}'
  redis.call('SET', name, '{"created_at":' .. cjson.encode(time) .. ',"state":' .. state .. '}')
end
`;

/**
 * Writes keys if others still hold what they were seen to hold.
 * KEYS: those that were seen, then those that are written. ARGV: how many were seen,
 * what each of them held (`=text`, or `-` for nothing), what each shall hold, the time to live or 0.
 */
export const WRITE = `
local seen = tonumber(ARGV[1])
for index = 1, seen do
  local text = redis.call('GET', KEYS[index])
  if (text and '=' .. text or '-') ~= ARGV[1 + index] then return 0 end
end
local life = ARGV[#ARGV]
for index = seen + 1, #KEYS do
  local text = ARGV[1 + index]
  if text == '-' then redis.call('DEL', KEYS[index])
  elseif life == '0' then redis.call('SET', KEYS[index], string.sub(text, 2))
  else redis.call('SET', KEYS[index], string.sub(text, 2), 'PX', life) end
end
return 1
`;

/** Everything at one moment. ARGV: prefix, pattern. Answers with keys and texts in turn. */
export const ALL = `${FIND}
local all = {}
for _, key in ipairs(find(ARGV[1], ARGV[2])) do
  all[#all + 1] = string.sub(key, #ARGV[1] + 1)
  all[#all + 1] = redis.call('GET', key)
end
return all
`;

/** Keeps a checkpoint. KEYS: its name. ARGV: prefix, pattern, time, whether it may replace one. 0 where the name is taken. */
export const CHECKPOINT = `${FIND}${KEEP}
if ARGV[4] == '0' and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
keep(KEYS[1], ARGV[1], find(ARGV[1], ARGV[2]), ARGV[3])
return 1
`;

/**
 * Makes the namespace what a checkpoint holds. KEYS: the checkpoint, the one to be
 * made before. ARGV: prefix, pattern, time, the checkpoint's text, then keys and texts
 * in turn. 0 where the checkpoint is another by now, 2 where the name is taken.
 */
export const RESTORE = `${FIND}${KEEP}
if redis.call('GET', KEYS[1]) ~= ARGV[4] then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 2 end
local keys = find(ARGV[1], ARGV[2])
keep(KEYS[2], ARGV[1], keys, ARGV[3])
for _, key in ipairs(keys) do redis.call('DEL', key) end
for index = 5, #ARGV, 2 do redis.call('SET', ARGV[1] .. ARGV[index], ARGV[index + 1]) end
return 1
`;

/** Makes namespace and checkpoints what is given. ARGV: both prefixes and patterns, then whole keys and texts in turn. */
export const FILL = `${FIND}
for _, key in ipairs(find(ARGV[1], ARGV[2])) do redis.call('DEL', key) end
for _, key in ipairs(find(ARGV[3], ARGV[4])) do redis.call('DEL', key) end
for index = 5, #ARGV, 2 do redis.call('SET', ARGV[index], ARGV[index + 1]) end
return 1
`;
