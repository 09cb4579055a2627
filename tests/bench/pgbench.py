"""What PostgreSQL alone commits: pgbench in a database of its own in the stack's cluster."""
import subprocess

import city
from city import stack

SCALE = 10


def make_database():
    """Of the peers that need one."""
    if not city.sql("postgres", "SELECT 1 FROM pg_database WHERE datname = 'bench'"):
        city.sql("postgres", "CREATE DATABASE bench")


def make_tables():
    make_database()
    if not city.sql("bench", "SELECT 1 FROM pg_tables WHERE tablename = 'pgbench_accounts'"):
        pgbench("-i", "-s", SCALE)


def pgbench(*arguments):
    programs = subprocess.run(["bash", "-c", "source deploy/local/lib/env.sh && newest_postgres"], capture_output=True,
                              text=True, check=True, cwd=stack.ROOT).stdout.strip()
    command = [f"{programs}/pgbench", *city.PG_TARGET, *map(str, arguments), "bench"]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=city.PG_ENV, timeout=60).stdout


def commits_per_s(clients, seconds):
    text = pgbench("-N", "-c", clients, "-j", 2, "-T", seconds)
    rates = [float(row.split()[2]) for row in text.splitlines() if row.startswith("tps = ")]
    assert rates, f"pgbench committed nothing: {text}"
    return rates[0]
