"""tests/bench/run [option…] [name…]: one JSON line for each benchmark, whatever the ratio. README.md says what each
compares."""
import argparse
import json
import os
import statistics
import subprocess
import sys
from collections import Counter

import city
import dashboards
import extractions
import imports
import outage
import peer
import pgbench
import rounds
import searches
import streams
import wrk
import writes
from city import stack

MEMORY_LIMIT_MB = 200
BEHIND_LIMIT_S = 1.0  # of analytics, behind the last answer


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
            pairs = rounds.in_turn(lambda: wrk.reads(base, lines, 3), lambda: wrk.reads(bare, lines, 3))
    rounds.line("cached_read", pairs, "bare libmicrohttpd, same bytes", "requests/s",
                note=f"{len(tokens)} members, {len(answer.content)} bytes; "
                     "a gateway of its own whose member_rate is raised, still counted")


def compare_replies(ours, bare):
    """The peer sends what we send."""
    names = {name.lower() for name in ours.headers} ^ {name.lower() for name in bare.headers}
    assert ours.content == bare.content and not names, f"the bare reply differs: {names}"


# --- writes ---

def beside_pgbench(ours):
    """What `ours` returned in each round, and what pgbench committed at its best of 8 and of 64 clients."""
    pgbench.make_tables()
    writes.warm_up()
    found = rounds.in_turn(ours, lambda: pgbench.commits_per_s(8, 4), lambda: pgbench.commits_per_s(64, 6))
    return [one for one, *_ in found], [max(tps) for _, *tps in found]


def others(found):
    """{status: how many answers that no success has}"""
    return dict(sum((Counter(one["others"]) for one in found), Counter()))


def line_of_writes(bench, found, rates, peer, unit, **more):
    rounds.line(bench, list(zip(rates, peer)), "pgbench -N, the better of 8 and 64 clients", unit,
                p50_ms=round(statistics.median(one["p50_us"] for one in found) / 1000, 2),
                p99_ms=round(max(one["p99_us"] for one in found) / 1000, 2),
                other_answers=others(found),
                analytics_behind_s=[round(one["behind_s"], 2) for one in found],
                cpu_us=rounds.medians([one["cpu_us"] for one in found]), **more)


def compare_writes(bench, clients):
    with writes.lines() as lines:
        found, tps = beside_pgbench(lambda: writes.comments(lines, 5, clients))
    line_of_writes(bench, found, [one["things"] / one["seconds"] for one in found], tps, "writes/s",
                   note=f"{clients} clients; every 201 counted in the databases of meeting and analytics")
    behind_s = max(one["behind_s"] for one in found)
    assert behind_s <= BEHIND_LIMIT_S, f"analytics was {behind_s:.2f} s behind the last 201"


def write():
    compare_writes("write", 512)


def write_64():
    compare_writes("write_64", 64)


def write_peer():
    writes.warm_up()
    with peer.running() as other, writes.lines() as lines:
        other.comments(lines, 3, 512)  # its tokens, connections and plans
        found = rounds.in_turn(lambda: writes.comments(lines, 5, 512), lambda: other.comments(lines, 5, 512))
        lost = {"ours": outage.comments(stack.BASE, lines, "meeting"),
                "peer": outage.comments(other.base, lines, peer.DATABASE)}
    rates = [[one["succeeded"] / one["seconds"] for one in pair] for pair in found]
    ours, theirs = zip(*found)
    rounds.line("write_peer", rates, "Go net/http + pgx, one statement a comment", "writes/s", outage=lost,
                other_answers=others(ours), peer_other_answers=others(theirs),
                cpu_us=rounds.medians([one["cpu_us"] for one in ours]),
                peer_cpu_us=rounds.medians([one["cpu_us"] for one in theirs]),
                note=f"512 clients; outage: PostgreSQL killed for {outage.LASTS_S} s, nobody tries again")
    assert not lost["ours"]["refused"] and not lost["ours"]["lost"], f"PostgreSQL away: {lost['ours']}"


def activity():
    """A receipt counts when analytics has counted it: the time ends with the last of them."""
    limit_s = wrk.DRAIN_FACTOR * 5
    with writes.lines("/v1/activity") as lines:
        found, tps = beside_pgbench(lambda: writes.receipts(lines, 5, 512))
    took = [one["seconds"] + one["behind_s"] for one in found]
    line_of_writes("activity", found, [one["things"] / seconds for one, seconds in zip(found, took)], tps, "receipts/s",
                   answered_per_s=round(statistics.median(one["things"] / one["seconds"] for one in found)),
                   note=f"{writes.RECEIPTS} in a request, 512 clients; each receipt of a 202 is in analytics' counters")
    assert max(took) <= limit_s, f"counted {max(took):.1f} s after the beginning, not within {limit_s}"


def ping(seconds):
    conninfo = f"host={city.PG_HOST} port={stack.SETTINGS['port.postgres']} user=postgres dbname=bench"
    answer = subprocess.run([wrk.PEERS / "ping", f"127.0.0.1:{stack.SETTINGS['port.kafka']}", conninfo, str(seconds)],
                            capture_output=True, text=True, timeout=60,
                            env={**os.environ, **city.PG_ENV, "KAFKA_USER": "operator",
                                 "KAFKA_PASSWORD": stack.secret("kafka-operator")})
    assert answer.returncode == 0, answer.stderr
    return float(answer.stdout.split()[0])


def write_latency():
    pgbench.make_database()
    writes.warm_up()
    with writes.lines() as lines:
        pairs = rounds.in_turn(lambda: writes.comments(lines, 4, 1)["p50_us"] / 1000, lambda: ping(4) / 1000)
    rounds.line("write_latency", pairs, "librdkafka ping-pong + one commit", "ms at p50")


# --- dashboards ---

def dashboard():
    writes.warm_up()
    dashboards.copy_tables()
    with wrk.lines_in_file(dashboards.requests()) as lines, wrk.gateway_without_rates() as base:
        wrk.reads(base, lines, 2)
        found = rounds.in_turn(lambda: dashboards.ours(base, lines), dashboards.rows_alone)
    members = city.sql("auth", "SELECT count(*) FROM member")
    rounds.line("dashboard", [(p99_us / 1000, rows_us / 1000) for (p99_us, _), rows_us in found],
                "the same rows by pgbench, idle", "ms at p99",
                writes_per_s=round(statistics.median(rate for (_, rate), _ in found)),
                note=f"{dashboards.READERS} readers of {len(dashboards.committees())} committees and "
                     f"{dashboards.MONTHS} months, {dashboards.WRITERS} writers; a city of {members} members")


# --- searches ---

def search():
    searches.make()
    asked = searches.rounds_of()
    with wrk.gateway_with(member_rate=1000000, member_burst=1000000) as server:
        searches.check(server[0])
        searches.warm_up(server, asked)
        found = rounds.in_turn(lambda: searches.pair(server, next(asked)))
        misses = {name: searches.ours(server, next(searches.rounds_of(make))[0])
                  for name, make in (("mistyped", searches.slip), ("apart", searches.apart))}
    (ours, peer), passages = zip(*(pair for pair, in found)), city.sql("document", "SELECT count(*) FROM passage")
    rounds.line("search", [(one["p99_us"] / 1000, other["p99_us"] / 1000) for one, other in zip(ours, peer)],
                "the same statement by libpq", "ms at p99",
                p50_ms=[round(statistics.median(one["p50_us"] for one in side) / 1000, 2) for side in (ours, peer)],
                answers_per_s=[round(statistics.median(one["answers"] for one in side) / searches.SECONDS)
                               for side in (ours, peer)],
                cpu_us=rounds.medians([one["cpu_us"] for one in ours]),
                misses_p50_p99_ms={name: [round(miss[at] / 1000, 2) for at in ("p50_us", "p99_us")]
                                   for name, miss in misses.items()},
                note=f"{searches.CLIENTS} connections, {searches.READERS} readers, no question twice; "
                     f"{passages} passages")


# --- extraction ---

def extraction():
    found = extractions.measure()
    peak_mb = max(each["peak_mb"] for each in found.values())
    rounds.line("extraction", [(peak_mb, extractions.MEMORY_LIMIT_MB)], "address space it may have",
                "MB resident in the child at its peak", **found,
                note=f"{extractions.PAGES} pages of text, {extractions.SCANNED} scanned at 200 dpi, one process")


# --- Web Push ---

def sealed_per_cpu_s(*arguments):
    answer = subprocess.run([wrk.PEERS / "push_web", *arguments], capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stderr
    return float(answer.stdout)


def push_web():
    origin = f"http://127.0.0.1:{stack.SETTINGS['port.simulator_h2']}"
    key = stack.RUN / "secrets/vapid-private.pem"
    pairs = rounds.in_turn(lambda: sealed_per_cpu_s("ours", origin, key), lambda: sealed_per_cpu_s("bare"))
    rounds.line("push_web", pairs, "OpenSSL alone, the same messages", "messages/s of one core",
                note="CPU of the sending process; the simulator checks each message and answers 410, another process")


# --- streams ---

def streams_():
    found = [streams.measure() for _ in range(rounds.count)]
    rounds.line("streams", [(taken_mb, streams.LIMIT_MB) for taken_mb, _ in found], "limit", "MB of PSS",
                of=[more for _, more in found],
                note=f"{streams.STREAMS} streams at one gateway of its own, {streams.OF_MEMBER} of each member; the "
                     "system's memory for sockets is not in it")


# --- import ---

def import_():
    found = rounds.in_turn(imports.round_of)
    rows = imports.BRANCHES + imports.MEMBERS
    rounds.line("import", [(seconds, copy_s) for (seconds, copy_s, _), in found], "COPY of the same rows", "s",
                rows_per_s=round(rows / statistics.median(seconds for (seconds, *_), in found)),
                peak_mb=round(max(megabytes for (*_, megabytes), in found), 1),
                note=f"{rows} lines into a stack that runs, until every record is on Kafka")


# --- memory ---

def pss_kb(name):
    with open(f"/proc/{int(stack.ctl('pid', name))}/smaps_rollup", encoding="ascii") as file:
        return next(int(row.split()[1]) for row in file if row.startswith("Pss:"))


def memory():
    parts = {name: round(pss_kb(name) / 1024, 1) for name in ["gateway", *stack.SERVICES] if stack.is_ready(name)}
    members = city.sql("auth", "SELECT count(*) FROM member")
    rounds.line("memory", [(sum(parts.values()), MEMORY_LIMIT_MB)], "limit", "MB of PSS", parts=parts,
                note=f"idle, a city of {members} members")


BENCHMARKS = {run.__name__.strip("_"): run for run in (cached_read, write, write_64, write_peer, write_latency,
                                                       activity, dashboard, search, extraction, push_web, streams_,
                                                       memory, import_)}


def parse_arguments():
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("--rounds", type=int, default=rounds.count)
    parser.add_argument("--warm-up", type=int, default=rounds.warm_up_s, metavar="SECONDS",
                        help="of writes, before the first figure")
    parser.add_argument("--documents", type=int, default=searches.documents, help="that `search` looks in")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    options = parser.parse_intermixed_args()
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    rounds.count, rounds.warm_up_s, searches.documents = options.rounds, options.warm_up, options.documents
    return options.names or BENCHMARKS


def main():
    failed = 0
    for name in parse_arguments():
        try:
            BENCHMARKS[name]()
        except Exception as error:  # noqa: BLE001 - the next one is measured all the same
            failed += 1
            print(json.dumps({"bench": name, "error": f"{type(error).__name__}: {error}"}), flush=True)
    return 1 if failed else 0


sys.exit(main())
