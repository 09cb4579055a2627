"""The peer of write_peer (peer/): a process beside the stack, whose database, in the same PostgreSQL, begins as a copy
of the meeting service's."""
import os
import subprocess
from contextlib import contextmanager

import city
import cpu
import wrk
import writes
from city import stack

DATABASE = "peer"  # and its role


def build():
    subprocess.run(["go", "build", "-o", wrk.PEERS / "peer", "."], cwd=wrk.HERE / "peer", check=True,
                   env={**os.environ, "GOTOOLCHAIN": "local"})


def make_database():
    """Anew, as the meetings are that are in it."""
    city.many_branches()
    city.sql("postgres", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    city.sql("postgres", f"DROP ROLE IF EXISTS {DATABASE}")
    city.sql("postgres", f"CREATE ROLE {DATABASE} LOGIN PASSWORD '{city.PG_ENV['PGPASSWORD']}'")
    city.sql("postgres", f"CREATE DATABASE {DATABASE} OWNER {DATABASE}")
    dump = subprocess.Popen(["pg_dump", "--no-owner", "--no-privileges", *city.PG_TARGET, "meeting"],
                            stdout=subprocess.PIPE, env=city.PG_ENV)
    subprocess.run([*city.PSQL, "-d", DATABASE, "-c", f"SET ROLE {DATABASE}", "-f", "-"], stdin=dump.stdout, check=True,
                   stdout=subprocess.DEVNULL, env=city.PG_ENV)
    assert dump.wait() == 0, "the meeting database could not be copied"
    city.sql(DATABASE, "ANALYZE")


class Peer:
    def __init__(self, base, pid):
        self.base, self.pid = base, pid

    def comments(self, lines_file, seconds, connections):
        """What wrk saw. Every 201 is then a row, and there are no others."""
        rows, spent, own_us = writes.held(DATABASE), cpu.spent(), cpu.spent_us(self.pid)
        found = wrk.writes(self.base, lines_file, seconds, connections, "comment")
        found["cpu_us"] = cpu.each(spent, found["succeeded"], peer=cpu.spent_us(self.pid) - own_us, wrk=found["wrk_us"])
        assert writes.held(DATABASE) - rows == found["succeeded"], f"{writes.held(DATABASE) - rows} rows for {found}"
        return found


@contextmanager
def running():
    build()
    make_database()
    port = wrk.free_port()
    environment = {"PGHOST": city.PG_HOST, "PGPORT": stack.SETTINGS["port.postgres"], "PGUSER": DATABASE,
                   "PGDATABASE": DATABASE, "PGPASSWORD": city.PG_ENV["PGPASSWORD"]}
    command = [wrk.PEERS / "peer", f"127.0.0.1:{port}", stack.RUN / "secrets/token-public.pem"]
    with wrk.process(command, port, environment) as started:
        yield Peer(f"http://127.0.0.1:{port}", started.pid)
