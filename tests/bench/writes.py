"""Writes that are followed to their end: every success is a row of its service, and analytics has counted it."""
import functools
import time

import city
import cpu
import rounds
import wrk
from city import stack

RECEIPTS = 20  # in a request: writes.lua
CATCH_UP_S = 60  # what analytics has not counted by then is lost


def lines(path="/v1/meetings/{meeting}/comments"):
    """A file of writers, for wrk: each writes at this path, with the meeting of his branch."""
    return wrk.lines_in_file([f"{path.format(meeting=meeting)} {token}" for meeting, token in city.many_branches()])


@functools.cache
def warm_up():
    """Once a run. Each token is verified, as it is once an hour; connections, plans and Kafka's compiled code are
    made."""
    with lines("/v1/me") as seen, lines() as written:
        wrk.reads(stack.BASE, seen, 3)
        comments(written, rounds.warm_up_s, 512)


def held():
    return int(city.sql("meeting", "SELECT count(*) FROM meeting_comment"))


def counted(column):
    """By analytics, in all branches and months."""
    return int(city.sql("analytics", f"SELECT coalesce(sum({column}), 0) FROM own_month"))


def until_counted(column, expected):
    """When analytics had counted that many, and no more."""
    end = time.monotonic() + CATCH_UP_S
    while (found := counted(column)) != expected:
        assert found < expected and time.monotonic() < end, f"analytics has {found} {column}, not {expected}"
        time.sleep(0.02)
    return time.monotonic()


def followed(lines_file, seconds, connections, kind, column, things=1):
    """What wrk saw. Every success is so many things that analytics counts in `column`, and it counts no others; how
    long that took after the last answer, and what each of them cost."""
    count, spent = counted(column), cpu.spent()
    found = wrk.writes(stack.BASE, lines_file, seconds, connections, kind)
    found["things"] = found["succeeded"] * things
    counted_at = until_counted(column, count + found["things"])
    found["behind_s"] = max(0.0, counted_at - found["ended_ms"] / 1000)
    found["cpu_us"] = cpu.each(spent, found["things"], wrk=found["wrk_us"])
    return found


def comments(lines_file, seconds, connections):
    """Each 201 is a row too."""
    rows = held()
    found = followed(lines_file, seconds, connections, "comment", "comments")
    assert held() - rows == found["things"], f"{held() - rows} rows for {found}"
    return found


def receipts(lines_file, seconds, connections):
    return followed(lines_file, seconds, connections, "receipts", "documents_read", RECEIPTS)
