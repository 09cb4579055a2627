"""CPU time of every process of the stack (/proc/PID/stat): what one write costs hardly depends on what else the machine
is doing, while how many there are in a second does."""
import os
import resource
from collections import Counter
from pathlib import Path

from city import stack

TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")


def look(pid, what):
    """Nothing where the process has ended."""
    try:
        return Path(f"/proc/{pid}/{what}").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def spent_us(pid):
    """User and system time, without that of its children."""
    fields = look(pid, "stat").rpartition(") ")[2].split()  # from the state on, the third of proc(5)
    return sum(map(int, fields[11:13])) * TICK_US


def backend(pid):
    """Of a process of PostgreSQL: whose database it works for. None: it ended, or it is an administrator's, as ours."""
    title = look(pid, "cmdline").split()
    if title[1:2] in ([], ["postgres"]):
        return None
    return f"postgres {title[1]}" if title[1:2] == title[2:3] else "postgres other"


def processes():
    """(part, process id)"""
    for record in (stack.RUN / "programs").iterdir():
        name, pid = record.name, record.read_text(encoding="utf-8").split()[0]
        yield "postgres other" if name == "postgres" else name, pid
        if name == "postgres":
            yield from ((backend(child), child) for child in look(pid, f"task/{pid}/children").split())


def spent():
    """{part: microseconds so far}"""
    found = Counter()
    for part, pid in processes():
        if part:
            found[part] += spent_us(pid)
    return found


def each(before, n, **more):
    """{part: microseconds since `before` for each of n}; `more`: of processes that are not the stack's."""
    parts = {part: us - before[part] for part, us in spent().items()} | more
    return {part: round(us / n, 1) for part, us in sorted(parts.items())}


def of_children_us():
    """What the commands took that this program has run and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1_000_000
