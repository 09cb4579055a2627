"""A roster of a whole city by `auth import`, until every record of it is on Kafka; and what PostgreSQL takes to COPY
the same rows into a table with a primary key."""
import csv
import resource
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import city
import pgbench
from city import stack

BRANCHES, MEMBERS = 17_000, 475_000
ROOT_CODE = "HN"
ORGANIZATION = ["code", "parent_code", "level", "name", "meeting_day"]
MEMBER = ["card_number", "full_name", "date_of_birth", "gender", "joined_on", "branch_code", "status", "exempt",
          "position", "position_org_code", "phone"]
GIVEN = ["An", "Bình", "Chi", "Dũng", "Đức", "Hà", "Hạnh", "Lan", "Minh", "Ngọc", "Phương", "Quân", "Thảo", "Trang"]


def write(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def roster(folder):
    """A city that nobody has heard of yet, below the root."""
    mark = uuid.uuid4().hex[:8]
    organizations = ([f"{mark}-{i}", ROOT_CODE, "branch", f"Chi bộ {mark} {i}", i % 28 + 1] for i in range(BRANCHES))
    members = ([f"{mark}{i:07d}", f"Nguyễn Văn {GIVEN[i % len(GIVEN)]}", f"19{40 + i % 60}-05-19", "male", "2010-09-02",
                f"{mark}-{i % BRANCHES}", "official", "true" if i % 4 == 0 else "false",
                "secretary" if i < BRANCHES else "", "", f"+849{i:08d}"] for i in range(MEMBERS))
    return (write(folder / "organizations.csv", ORGANIZATION, organizations),
            write(folder / "members.csv", MEMBER, members))


def ours(files):
    """Seconds; and the most memory that any import has taken, in MB."""
    auth = Path(stack.SETTINGS["build_dir"]) / "services/auth/auth"
    start = time.monotonic()
    done = subprocess.run([auth, "--config", stack.RUN / "etc/auth.conf", "import", *files], capture_output=True,
                          text=True, timeout=1800)
    assert done.returncode == 0 and "rejected=0" in done.stdout, done.stdout[-500:] + done.stderr[-500:]
    return time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def copied(members):
    """Seconds."""
    pgbench.make_database()
    columns = ", ".join(f"{name} text" for name in MEMBER[1:])
    city.sql("bench", "DROP TABLE IF EXISTS roster")
    city.sql("bench", f"CREATE TABLE roster (card_number text PRIMARY KEY, {columns})")
    start = time.monotonic()
    city.sql("bench", f"\\copy roster FROM '{members}' WITH (FORMAT csv, HEADER)")
    return time.monotonic() - start


def round_of():
    with tempfile.TemporaryDirectory() as folder:
        files = roster(Path(folder))
        copy_s = copied(files[1])
        seconds, megabytes = ours(files)
    return seconds, copy_s, megabytes
