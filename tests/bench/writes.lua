-- Comments: each request with a key and a text of its own. After the time is over nothing new is written; the run ends when all that was
-- sent is answered, so that what the database then holds can be compared. One thread of wrk only.
-- Arguments: file with lines "meeting token", seconds, a word that is new in each run.
local ffi = require("ffi")
ffi.cdef [[
  struct bench_time { long seconds, nanoseconds; };
  int clock_gettime(int clock, struct bench_time *time);
  int getpid(void);
  int kill(int pid, int signal);
]]
local CLOCK_MONOTONIC, SIGINT, CREATED = 1, 2, 201
-- wrk wants something to send while others still wait: a request that never ends costs nobody anything.
local UNFINISHED = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"

local heads, at, word, run_seconds = {}, 0, nil, nil
local start, last
-- Global: done() reads them. wrk asks for one request before the run to look at it.
sent, answered, created, seconds, others, kinds = -1, 0, 0, 0, 0, ""
local time = ffi.new("struct bench_time")
local thread

local function now()
  ffi.C.clock_gettime(CLOCK_MONOTONIC, time)
  return tonumber(time.seconds) + tonumber(time.nanoseconds) / 1e9
end

function setup(t)
  thread = t
end

function init(arguments)
  for line in io.lines(arguments[1]) do
    local meeting, token = line:match("^(%S+) (%S+)$")
    heads[#heads + 1] = "POST /v1/meetings/" .. meeting .. "/comments HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " .. token ..
      "\r\nContent-Type: application/json\r\nPrefer: wait=20\r\nContent-Length: "
  end
  run_seconds, word = tonumber(arguments[2]), arguments[3]
end

function request()
  if start and now() - start > run_seconds then
    return UNFINISHED
  end
  if sent == 0 then
    start = now()
  end
  sent = sent + 1
  at = at % #heads + 1
  local body = '{"text":"Tôi đồng ý với dự thảo, đề nghị bổ sung phần phân công: ' .. word .. "-" .. sent .. '"}'
  return heads[at] .. #body .. "\r\nIdempotency-Key: " .. word .. "-" .. sent .. "\r\n\r\n" .. body
end

function response(status, headers)
  answered = answered + 1
  last = now()
  if status == CREATED then
    created = created + 1
  else
    others = others + 1
    kinds = tostring(status)
  end
  seconds = last - start
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
  io.write(string.format('{"sent":%d,"answered":%d,"created":%d,"seconds":%.6f,"others":%d,"kind":"%s","broken":%d,"p50_us":%d,"p99_us":%d}\n',
    of("sent"), of("answered"), of("created"), of("seconds"), of("others"), of("kinds"),
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
