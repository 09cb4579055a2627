"""Who is on the machine and is not the operator reaches nothing; who is one of our parts, nothing of another's (issue
12, 1). Where `up` was started by root."""
import grp
import json
import os
import pwd
import stat
import subprocess

import stack
from case import case

PARTS = ["kafka", "redis", "auth", "meeting", "document", "notification", "analytics", "simulator", "gateway"]
ANYBODYS = {"clock"}
SHARED = {"sotay-files": "blobs", "sotay-ask": "sock"}
TRY = """
import json, os, socket, sys
def reached(path, kind):
    try:
        if kind == "socket":
            socket.socket(socket.AF_UNIX).connect(path)
        elif kind == "folder":
            return bool(os.listdir(path)) or os.access(path, os.W_OK)
        else:
            os.close(os.open(path, os.O_RDONLY))
        return True
    except OSError:
        pass
    try:
        return kind == "file" and (os.close(os.open(path, os.O_WRONLY)) or True)
    except OSError:
        return False
print(json.dumps([path for path, kind in json.load(sys.stdin) if reached(path, kind)]))
"""


def kind_of(mode):
    return "socket" if stat.S_ISSOCK(mode) else "folder" if stat.S_ISDIR(mode) else "file"


def everything():
    """(path, kind, owner) of all that the state folder has, but what tests put there."""
    found = []
    for folder, folders, files in os.walk(stack.RUN):
        folders[:] = [name for name in folders if name not in ("venv", "tests", "sanitizer", "postgres", "bin", "app")]
        for path in [os.path.join(folder, name) for name in (*folders, *files)]:
            if os.path.islink(path) or not os.path.exists(path):
                continue
            about = os.stat(path)
            found.append((path, kind_of(about.st_mode), pwd.getpwuid(about.st_uid).pw_name))
    return found


def as_user(user, *command, **options):
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    return subprocess.run(["setpriv", "--reuid", user, "--regid", group, "--init-groups", *command], text=True,
                          capture_output=True, timeout=60, **options)


def reached_by(user, found):
    said = as_user(user, "/usr/bin/python3", "-c", TRY, input=json.dumps([row[:2] for row in found]), cwd="/")
    assert said.returncode == 0, said.stderr
    return {os.path.relpath(path, stack.RUN) for path in json.loads(said.stdout)}


def users_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        uids = next(line for line in status if line.startswith("Uid:")).split()[1:]
    return {pwd.getpwuid(int(uid)).pw_name for uid in uids}


@case("no part runs as root, and each as a user of its own")
def own_users():
    for record in (stack.RUN / "programs").iterdir():
        part = record.name.removesuffix("-2")
        expected = "postgres" if part == "postgres" else f"sotay-{part}"
        assert users_of(record.read_text().split()[0]) == {expected}, record.name


@case("who is nobody here reaches no file, folder or socket of the system")
def nobody():
    found = everything()
    assert len(found) > 100
    assert reached_by("nobody", found) <= ANYBODYS, reached_by("nobody", found)
    return f"{len(found)} tried"


@case("a part reaches what is its own, the files and sockets that its work is with, and nothing of another's")
def parts():
    found = everything()
    own = {os.path.relpath(path, stack.RUN): owner for path, _, owner in found}
    for part in PARTS:
        user, seen = f"sotay-{part}", set()
        groups = {group.gr_name for group in grp.getgrall() if user in group.gr_mem}
        shared = tuple(SHARED[group] for group in groups & SHARED.keys())
        for path in reached_by(user, found):
            fine = own[path] == user or path in ANYBODYS or (shared and path.startswith(shared))
            fine = fine or (part, path) == ("simulator", "secrets/fcm-token")
            seen |= set() if fine else {path}
        assert not seen, f"{user}: {sorted(seen)[:5]}"
    return f"{len(PARTS)} users × {len(found)}"


@case("a database asks for the password of its role, and another's role is refused")
def databases():
    where = ["-h", f"{stack.SETTINGS['postgres_dir']}/socket", "-p", stack.SETTINGS["port.postgres"]]
    for user in ("nobody", "sotay-meeting"):
        said = as_user(user, "psql", "-w", *where, "-U", "auth", "-d", "auth", "-c", "SELECT 1", cwd="/")
        assert said.returncode != 0 and "password" in said.stderr, said.stderr
    for database in ("auth", "document"):
        said = as_user("nobody", "psql", "-w", *where, "-U", "meeting", "-d", database, "-c", "SELECT 1", cwd="/",
                       env={**os.environ, "PGPASSWORD": stack.secret("postgres-meeting")})
        assert said.returncode != 0 and "permission denied" in said.stderr, said.stderr
