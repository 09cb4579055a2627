"""PostgreSQL dies in the middle of writes whose clients do not try again: what was accepted, refused and lost."""
import os
import tempfile
import threading
import time
from pathlib import Path

import city
import wrk
from city import stack

RUN_S, BEGINS_S, LASTS_S = 20, 4, 10
SETTLED_S = 60  # what was accepted and is not a row by then is lost


def kill_postgres():
    """With SIGKILL; it stays away for LASTS_S."""
    time.sleep(BEGINS_S)
    pid = (Path(stack.SETTINGS["postgres_dir"]) / "data/postmaster.pid").read_text(encoding="utf-8").split()[0]
    ends = time.monotonic() + LASTS_S
    os.kill(int(pid), 9)
    stack.supervisor("stop", "servers:postgres")  # which else would be back at once
    time.sleep(max(0, ends - time.monotonic()))
    stack.supervisor("start", "servers:postgres")


def comments_in(database):
    return set(city.sql(database, "SELECT id FROM meeting_comment").split())


def lost(database, before, created, n_accepted):
    """Comments that were answered 201 and are not there, and as many as were answered 202 and have no other row."""
    there = comments_in(database) - before
    return len(created - there) + max(0, n_accepted - len(there - created))


def comments(base, lines_file, database):
    """Of what wrk sent; whatever was not answered counts as refused."""
    before, killer = comments_in(database), threading.Thread(target=kill_postgres)
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", suffix=".bench") as paths:
        killer.start()
        found = wrk.wrk(base, 512, 1, wrk.DRAIN_FACTOR * RUN_S, "writes.lua", lines_file, RUN_S, f"o{time.time_ns():x}",
                        "comment", paths.name)
        killer.join()
        stack.eventually(lambda: stack.is_ready("postgres"), SETTLED_S)  # it recovers first
        created = {path.rsplit("/", 1)[1] for path in paths.read().split()}
    assert len(created) == found["succeeded"], f"{len(created)} paths for {found}"
    accepted = found["others"].pop("202", 0)
    return {"accepted": len(created) + accepted, "refused": found["sent"] - len(created) - accepted,
            "lost": settled(lambda: lost(database, before, created, accepted)),
            "refused_by": {**found["others"], "nothing": found["sent"] - found["answered"]}}


def settled(count):
    """What `count` says when it has come to 0, or has had its time."""
    end = time.monotonic() + SETTLED_S
    while (n := count()) and time.monotonic() < end:
        time.sleep(0.5)
    return n
