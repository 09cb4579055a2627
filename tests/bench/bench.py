"""tests/bench/run [name…]: one JSON line for each benchmark, whatever the ratio. README.md says what each compares."""
import json
import os
import statistics
import subprocess
import sys

import city
import wrk
from city import stack

ROUNDS = 2
MEMORY_LIMIT_MB = 200
PGBENCH_SCALE = 10


def line(bench, ours, peer, peer_name, unit, **more):
    print(json.dumps({"bench": bench, "ours": round(ours, 3), "peer": round(peer, 3), "peer_name": peer_name,
                      "ratio": round(ours / peer, 3), "unit": unit, **more}, ensure_ascii=False), flush=True)


def interleaved(*sides, rounds=ROUNDS):
    """Runs the sides in turn, A B A B; the median of what each returned."""
    results = [[side() for side in sides] for _ in range(rounds)]
    return [statistics.median(values) for values in zip(*results)]


# --- reads ---

def cached_read():
    meeting, tokens = city.one_branch()
    path = f"/v1/meetings/{meeting}"
    with wrk.lines_in_file([f"{path} {token}" for token in tokens]) as lines, wrk.gateway_without_rates() as base:
        answer = stack.Client(base, tokens[0]).get(path, headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200, answer.text
        with wrk.bare_reply(answer) as bare:
            compare_replies(answer, stack.Client(bare).get(path))
            wrk.reads(base, lines, 1)  # tokens are verified once
            ours, peer = interleaved(lambda: wrk.reads(base, lines, 2), lambda: wrk.reads(bare, lines, 2), rounds=6)
    line("cached_read", ours, peer, "bare libmicrohttpd, same bytes", "requests/s",
         note=f"{len(tokens)} members, {len(answer.content)} bytes; "
              "a gateway of its own whose member_rate is raised, still counted")


def compare_replies(ours, bare):
    """The peer sends what we send."""
    names = {name.lower() for name in ours.headers} ^ {name.lower() for name in bare.headers}
    assert ours.content == bare.content and not names, f"the bare reply differs: {names}"


# --- writes ---

def make_bench_database():
    if not city.sql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'bench'"):
        city.sql("postgres", "CREATE DATABASE bench")
    if not city.sql("bench", "SELECT 1 FROM pg_tables WHERE tablename = 'pgbench_accounts'"):
        pgbench("-i", "-s", PGBENCH_SCALE)


def pgbench(*arguments):
    programs = subprocess.run(["bash", "-c", "source deploy/local/lib/env.sh && newest_postgres"], capture_output=True,
                              text=True, check=True, cwd=stack.ROOT).stdout.strip()
    command = [f"{programs}/pgbench", *city.PG_TARGET, *map(str, arguments), "bench"]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=city.PG_ENV, timeout=60).stdout


def pgbench_tps(clients, seconds):
    text = pgbench("-N", "-c", clients, "-j", 2, "-T", seconds)
    rates = [float(row.split()[2]) for row in text.splitlines() if row.startswith("tps = ")]
    assert rates, f"pgbench committed nothing: {text}"
    return rates[0]


def written(lines, seconds, clients, seen):
    found = wrk.writes(lines, seconds, clients)
    seen.append(found)
    return found["created"] / found["seconds"]


def compare_writes(bench, clients):
    make_bench_database()
    seen = []
    with wrk.lines_in_file([" ".join(row) for row in city.many_branches()]) as lines:
        wrk.warm_up(city.many_branches(), lines, clients)
        ours, tps_8, tps_64 = interleaved(lambda: written(lines, 5, clients, seen), lambda: pgbench_tps(8, 4),
                                          lambda: pgbench_tps(64, 6))
    line(bench, ours, max(tps_8, tps_64), f"pgbench -N, {8 if tps_8 > tps_64 else 64} clients", "writes/s",
         p50_ms=round(statistics.median(found["p50_us"] for found in seen) / 1000, 2),
         p99_ms=round(max(found["p99_us"] for found in seen) / 1000, 2),
         not_201=sum(found["others"] for found in seen), note=f"{clients} clients; every 201 counted in the database")


def write():
    compare_writes("write", 512)


def write_64():
    compare_writes("write_64", 64)


def ping(seconds):
    conninfo = f"host={city.PG_HOST} port={stack.SETTINGS['port.postgres']} user=postgres dbname=bench"
    answer = subprocess.run([wrk.BUILD / "tests/bench/ping", f"127.0.0.1:{stack.SETTINGS['port.kafka']}", conninfo,
                             str(seconds)],
                            capture_output=True, text=True, timeout=60, env={**os.environ, **city.PG_ENV})
    assert answer.returncode == 0, answer.stderr
    return float(answer.stdout.split()[0])


def write_latency():
    make_bench_database()
    with wrk.lines_in_file([" ".join(row) for row in city.many_branches()]) as lines:
        wrk.warm_up(city.many_branches(), lines, 1)
        ours, peer = interleaved(lambda: wrk.writes(lines, 4, 1)["p50_us"], lambda: ping(4))
    line("write_latency", ours / 1000, peer / 1000, "librdkafka ping-pong + one commit", "ms at p50")


# --- memory ---

def pss_kb(name):
    with open(f"/proc/{int(stack.ctl('pid', name))}/smaps_rollup", encoding="ascii") as file:
        return next(int(row.split()[1]) for row in file if row.startswith("Pss:"))


def memory():
    parts = {name: round(pss_kb(name) / 1024, 1) for name in ["gateway", *stack.SERVICES] if stack.is_ready(name)}
    members = city.sql("auth", "SELECT count(*) FROM member")
    line("memory", sum(parts.values()), MEMORY_LIMIT_MB, "limit", "MB of PSS", parts=parts,
         note=f"idle, a city of {members} members")


BENCHMARKS = {run.__name__: run for run in (cached_read, write, write_64, write_latency, memory)}


def main(names):
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        raise SystemExit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    failed = 0
    for name in names or BENCHMARKS:
        try:
            BENCHMARKS[name]()
        except Exception as error:  # noqa: BLE001 - the next one is measured all the same
            failed += 1
            print(json.dumps({"bench": name, "error": f"{type(error).__name__}: {error}"}), flush=True)
    return 1 if failed else 0


sys.exit(main(sys.argv[1:]))
