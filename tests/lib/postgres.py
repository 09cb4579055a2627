"""The stack's PostgreSQL, beside the services: as its administrator."""
import subprocess
from contextlib import contextmanager

import stack

PG_ENV = {"PGPASSWORD": (stack.RUN / "secrets/postgres").read_text().strip(), "PATH": "/usr/bin:/bin"}
PG_HOST = f"{stack.SETTINGS['postgres_dir']}/socket"
PG_TARGET = ["-h", PG_HOST, "-p", stack.SETTINGS["port.postgres"], "-U", "postgres"]
PSQL = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", *PG_TARGET]


def sql(database, statement):
    """What the statement answers."""
    return subprocess.run([*PSQL, "-d", database, "-c", statement], capture_output=True, text=True, check=True,
                          env=PG_ENV).stdout.strip()


@contextmanager
def holding(database, lock):
    """While the block runs, a transaction holds what the statement `lock` takes."""
    session = subprocess.Popen([*PSQL, "-d", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env=PG_ENV)
    try:
        session.stdin.write(f"BEGIN; {lock}; SELECT 'held';\n")
        session.stdin.flush()
        assert session.stdout.readline().strip() == "held"
        yield
    finally:
        session.communicate("ROLLBACK;\n", timeout=30)
