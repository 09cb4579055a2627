"""A base backup of the running stack's PostgreSQL, and its restoring while everything else goes on."""
import os
import shutil
import subprocess
from pathlib import Path

import stack

DATA = Path(stack.SETTINGS["postgres_dir"])
FOLDER = DATA / "data.backup"


def run(*command, **options):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=180, **options)
    if result.returncode:
        raise RuntimeError(f"{command[0]}: {result.stdout} {result.stderr}")


def supervisor(*words):
    run("supervisorctl", "-c", stack.RUN / "supervisord.conf", *words)


def take():
    shutil.rmtree(FOLDER, ignore_errors=True)
    binary = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_basebackup"))[-1]
    password = (stack.RUN / "secrets/postgres").read_text().strip()
    run(binary, "-h", "127.0.0.1", "-p", stack.SETTINGS["port.postgres"], "-U", "postgres", "-D", FOLDER, "-X",
        "stream", "-c", "fast", env={**os.environ, "PGPASSWORD": password})
    run("chown", "-R", f"{stack.SETTINGS['postgres_user']}:", FOLDER)
    run("chmod", "700", FOLDER)


def restore():
    """Leaves the mark to the caller: `ctl restored`."""
    supervisor("stop", "servers:postgres")
    lost = DATA / "data.lost"
    (DATA / "data").rename(lost)
    FOLDER.rename(DATA / "data")
    supervisor("start", "servers:postgres")
    shutil.rmtree(lost)
