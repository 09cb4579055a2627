"""Writes that are followed to their end: every success is a row of its service, and analytics has counted it."""
import functools
import time

import city
import cpu
import rounds
import wrk
from city import stack

CATCH_UP_S = 60  # what analytics has not counted by then is lost


def lines():
    """A file of writers, for wrk: each comments at his branch's meeting."""
    return wrk.lines_in_file([f"/v1/meetings/{meeting}/comments {token}" for meeting, token in city.many_branches()])


@functools.cache
def warm_up():
    """Once a run. Each token is verified, as it is once an hour; connections, plans and Kafka's compiled code are
    made."""
    with wrk.lines_in_file([f"/v1/me {token}" for _meeting, token in city.many_branches()]) as seen, lines() as written:
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


def comments(lines_file, seconds, connections):
    """What wrk saw. Every 201 is then a row and counted, and there are no others."""
    rows, count, spent = held(), counted("comments"), cpu.spent()
    found = wrk.writes(stack.BASE, lines_file, seconds, connections, "comment")
    done = found["succeeded"]
    found["behind_s"] = until_counted("comments", count + done) - found["ended_ms"] / 1000
    found["cpu_us"] = cpu.each(spent, done, wrk=found["wrk_us"])
    assert held() - rows == done, f"{held() - rows} rows for {found}"
    return found
