"""Dashboards of twelve months, of every committee, while comments are written; and the rows that they are made of, read
by pgbench from a copy of the tables, while nothing else goes on."""
import datetime
import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import city
import pgbench
import wrk
import writes
from city import stack

MONTHS, READERS, WRITERS, SECONDS = 12, 8, 64, 5
TABLES = ("org_total", "org_month")


def committees():
    """Every organisation that has others below it."""
    return city.sql("analytics", "SELECT DISTINCT parent_id FROM directory_organization WHERE parent_id IS NOT NULL"
                    " ORDER BY 1").split()


def months():
    now = datetime.date.today()
    last = now.year * 12 + now.month - 1
    return [f"{at // 12}-{at % 12 + 1:02}" for at in range(last - MONTHS + 1, last + 1)]


def requests():
    """The same order in every run."""
    officer = stack.LOGINS["city-officer"]["card_number"]
    token = city.tokens([officer])[0]
    found = [f"/v1/organizations/{each}/dashboard?month={month} {token}" for each in committees() for month in months()]
    random.Random(20261129).shuffle(found)
    return found


def ours(base, lines):
    """p99 in µs; and how many comments a second were answered 201 meanwhile."""
    with writes.lines() as written, ThreadPoolExecutor(1) as pool:
        wrote = pool.submit(writes.comments, written, SECONDS, WRITERS)
        p99_us = wrk.latency(base, lines, SECONDS, READERS)["p99_us"]
        found = wrote.result()
    return p99_us, found["succeeded"] / found["seconds"]


def copy_tables():
    pgbench.make_database()
    city.sql("bench", f"DROP TABLE IF EXISTS {', '.join(TABLES)}, committee")
    for table in TABLES:
        columns = city.sql("analytics", "SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)),"
                           f" ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '{table}'::regclass"
                           " AND attnum > 0 AND NOT attisdropped")
        keys = "organization_id" + (", month" if "month int" in columns else "")
        city.sql("bench", f"CREATE TABLE {table} ({columns}, PRIMARY KEY ({keys}))")
        with tempfile.NamedTemporaryFile() as rows:
            city.sql("analytics", f"\\copy {table} TO '{rows.name}'")
            city.sql("bench", f"\\copy {table} FROM '{rows.name}'")
    values = ", ".join(f"({n}, '{each}')" for n, each in enumerate(committees()))
    city.sql("bench", "CREATE TABLE committee (n int PRIMARY KEY, id uuid)")
    city.sql("bench", f"INSERT INTO committee VALUES {values}")
    city.sql("bench", f"ANALYZE {', '.join(TABLES)}, committee")


def script():
    last = int(city.sql("bench", "SELECT max(month) FROM org_month"))
    return (f"\\set n random(0, {len(committees()) - 1})\n\\set month random({last - MONTHS + 1}, {last})\n"
            "SELECT * FROM committee c LEFT JOIN org_total t ON t.organization_id = c.id"
            " LEFT JOIN org_month m ON m.organization_id = c.id AND m.month = :month WHERE c.n = :n;\n")


def rows_alone():
    """p99 in µs of the same connections."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script"
        file.write_text(script(), encoding="ascii")
        pgbench.pgbench("-n", "-M", "prepared", "-c", READERS, "-j", 2, "-T", SECONDS, "-f", file, "-l",
                        f"--log-prefix={folder}/log")
        lines = [line for log in Path(folder).glob("log*") for line in log.read_text().splitlines()]
    took = sorted(int(line.split()[2]) for line in lines)
    return took[len(took) * 99 // 100]
