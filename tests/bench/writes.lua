-- Requests that write, each with a key and a body of its own. After the time is over nothing new is written; the run ends when all that was
-- sent is answered, so that what the database then holds can be compared. One thread of wrk only.
-- Arguments: file with lines "path token", seconds, a word that is new in each run, what is written (KINDS).
local ffi = require("ffi")
ffi.cdef [[
  struct bench_time { long seconds, nanoseconds; };
  int clock_gettime(int clock, struct bench_time *time);
  int getpid(void);
  int kill(int pid, int signal);
]]
local CLOCK_REALTIME, CLOCK_MONOTONIC, SIGINT = 0, 1, 2
-- wrk wants something to send while others still wait: a request that never ends costs nobody anything.
local UNFINISHED = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
local RECEIPTS = 20

local heads, at, word, run_seconds, kind = {}, 0, nil, nil, nil
local start, last
-- Global: done() reads them. wrk asks for one request before the run to look at it.
sent, answered, succeeded, seconds, ended_ms, others, kinds = -1, 0, 0, 0, 0, 0, ""
local time = ffi.new("struct bench_time")
local thread

local function now(clock)
  ffi.C.clock_gettime(clock, time)
  return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

-- UUIDv7, as the app makes its keys.
local function new_id()
  local ms, random = math.floor(now(CLOCK_REALTIME) * 1000), math.random
  return string.format("%08x-%04x-7%03x-%04x-%04x%08x", math.floor(ms / 0x10000), ms % 0x10000, random(0, 0xfff),
    random(0x8000, 0xbfff), random(0, 0xffff), random(0, 0xffffffff))
end

local function comment()
  return '{"text":"Tôi đồng ý với dự thảo, đề nghị bổ sung phần phân công: ' .. word .. "-" .. sent .. '"}'
end

-- The members read the same documents, one after the other, as they do after a notice; nobody reads one twice.
local receipts_body
local function receipts()
  if at == 1 or not receipts_body then
    local items = {}
    for i = 1, RECEIPTS do
      items[i] = '{"kind":"read","subject":{"type":"document","id":"' .. new_id() .. '"},"at":"' .. os.date("!%Y-%m-%dT%H:%M:%SZ") .. '"}'
    end
    receipts_body = '{"items":[' .. table.concat(items, ",") .. "]}"
  end
  return receipts_body
end

local KINDS = {comment = {body = comment, status = 201}, receipts = {body = receipts, status = 202}}

function setup(t)
  thread = t
end

function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, token = line:match("^(%S+) (%S+)$")
    heads[#heads + 1] = "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. token ..
      "\r\nContent-Type: application/json\r\nPrefer: wait=20\r\nContent-Length: "
  end
  run_seconds, word, kind = tonumber(arguments[2]), arguments[3], KINDS[arguments[4]]
  math.randomseed(now(CLOCK_REALTIME))
end

function request()
  if start and now(CLOCK_MONOTONIC) - start > run_seconds then
    return UNFINISHED
  end
  if sent == 0 then
    start = now(CLOCK_MONOTONIC)
  end
  sent = sent + 1
  at = at % #heads + 1
  local body = kind.body()
  return heads[at] .. #body .. "\r\nIdempotency-Key: " .. new_id() .. "\r\n\r\n" .. body
end

function response(status, headers)
  answered = answered + 1
  last = now(CLOCK_MONOTONIC)
  if status == kind.status then
    succeeded = succeeded + 1
  else
    others = others + 1
    kinds = tostring(status)
  end
  seconds, ended_ms = last - start, math.floor(last * 1000)
  if answered == sent and seconds > run_seconds then
    wrk.thread:stop()
    ffi.C.kill(ffi.C.getpid(), SIGINT)
  end
end

function done(summary, latency)
  local errors = summary.errors
  local function of(name)
    return thread:get(name)
  end
  io.write(string.format('{"sent":%d,"answered":%d,"succeeded":%d,"seconds":%.6f,"ended_ms":%d,"others":%d,"kind":"%s","broken":%d,' ..
    '"p50_us":%d,"p99_us":%d}\n', of("sent"), of("answered"), of("succeeded"), of("seconds"), of("ended_ms"), of("others"), of("kinds"),
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
