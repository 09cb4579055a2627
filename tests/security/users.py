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

# Where `up` was started by somebody else, all is his, and there is nothing to try.
of_root = case if os.geteuid() == 0 else lambda _: lambda tried: tried
PARTS = ["kafka", "redis", "auth", "meeting", "document", "notification", "analytics", "simulator", "gateway"]
ANYBODYS = {"clock"}
# Below these: who may read, and who may write. Elsewhere what is a part's is its own.
SHARED = {"blobs/pages": ({"gateway", "auth", "document"}, {"document"}),
          "blobs": ({"gateway", "auth", "document"}, {"gateway"}),
          "exports": ({"gateway", "analytics"}, {"analytics"})}
ASK = {"gateway", "analytics"}
# What root reads too, its users only read: each its own, by the file's group.
LENT = {"etc", "secrets"}
TRY = """
import json, os, socket, sys
def opens(path, kind, way):
    try:
        if kind == "socket":
            socket.socket(socket.AF_UNIX).connect(path)
        elif kind == "folder":
            return way == os.O_RDONLY and bool(os.listdir(path)) or way == os.O_WRONLY and os.access(path, os.W_OK)
        else:
            os.close(os.open(path, way))
        return True
    except OSError:
        return False
rows = json.load(sys.stdin)
print(json.dumps([[path for path, kind in rows if opens(path, kind, way)] for way in (os.O_RDONLY, os.O_WRONLY)]))
"""


def kind_of(mode):
    return "socket" if stat.S_ISSOCK(mode) else "folder" if stat.S_ISDIR(mode) else "file"


def everything():
    """(path, kind, owner, group) of all that the state folder has, but what tests put there."""
    found = []
    for folder, folders, files in os.walk(stack.RUN):
        folders[:] = [name for name in folders if name not in ("venv", "tests", "sanitizer", "postgres", "bin", "app")]
        for path in [os.path.join(folder, name) for name in (*folders, *files)]:
            if os.path.islink(path) or not os.path.exists(path):
                continue
            about = os.stat(path)
            found.append((path, kind_of(about.st_mode), pwd.getpwuid(about.st_uid).pw_name,
                          grp.getgrgid(about.st_gid).gr_name))
    return found


def as_user(user, *command, **options):
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    return subprocess.run(["setpriv", "--reuid", user, "--regid", group, "--init-groups", *command], text=True,
                          capture_output=True, timeout=60, **options)


def reached_by(user, found):
    """What he reads or connects to, and what he writes."""
    said = as_user(user, "/usr/bin/python3", "-c", TRY, input=json.dumps([row[:2] for row in found]), cwd="/")
    assert said.returncode == 0, said.stderr
    return [{os.path.relpath(path, stack.RUN) for path in paths} for paths in json.loads(said.stdout)]


def users_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        uids = next(line for line in status if line.startswith("Uid:")).split()[1:]
    return {pwd.getpwuid(int(uid)).pw_name for uid in uids}


@of_root("no part runs as root, and each as a user of its own")
def own_users():
    for record in (stack.RUN / "programs").iterdir():
        part = record.name.removesuffix("-2")
        expected = "postgres" if part == "postgres" else f"sotay-{part}"
        assert users_of(record.read_text().split()[0]) == {expected}, record.name


@of_root("who is nobody here reaches no file, folder or socket of the system")
def nobody():
    found = everything()
    assert len(found) > 100
    read, written = reached_by("nobody", found)
    assert read <= ANYBODYS and not written, (read, written)
    return f"{len(found)} tried"


def is_fine(part, path, owner, group, writes):
    top = path.split("/")[0]
    if top in LENT:
        members = grp.getgrnam(group).gr_mem if group.startswith("sotay-") else []
        return not writes and (group == f"sotay-{part}" or f"sotay-{part}" in members)
    for folder, users in SHARED.items():
        if path == folder or path.startswith(f"{folder}/"):
            return part in users[writes]
    if top == "sock" and part in ASK:
        return True  # a socket is connected to, whichever way it is tried
    return owner == f"sotay-{part}" or (not writes and path in ANYBODYS)


@of_root("a part reads what its work is with and writes what is its own, nothing else")
def parts():
    found = everything()
    about = {os.path.relpath(path, stack.RUN): (owner, group) for path, _, owner, group in found}
    for part in PARTS:
        for writes, paths in enumerate(reached_by(f"sotay-{part}", found)):
            wrong = [path for path in paths if not is_fine(part, path, *about[path], bool(writes))]
            assert not wrong, f"sotay-{part} {'writes' if writes else 'reads'} {sorted(wrong)[:5]}"
    return f"{len(PARTS)} users × {len(found)}"


@of_root("a database asks for the password of its role, and another's role is refused")
def databases():
    where = ["-h", f"{stack.SETTINGS['postgres_dir']}/socket", "-p", stack.SETTINGS["port.postgres"]]
    for user in ("nobody", "sotay-meeting"):
        said = as_user(user, "psql", "-w", *where, "-U", "auth", "-d", "auth", "-c", "SELECT 1", cwd="/")
        assert said.returncode != 0 and "password" in said.stderr, said.stderr
    for database in ("auth", "document"):
        said = as_user("nobody", "psql", "-w", *where, "-U", "meeting", "-d", database, "-c", "SELECT 1", cwd="/",
                       env={**os.environ, "PGPASSWORD": stack.secret("postgres-meeting")})
        assert said.returncode != 0 and "permission denied" in said.stderr, said.stderr
