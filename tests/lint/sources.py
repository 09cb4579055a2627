"""The repository as the checks see it: which files, and C without its comments and strings."""
import functools
import re
import subprocess
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Where the product's C stands; the simulator is a stand-in for somebody else's.
PARTS = ("common/", "services/", "proto/", "deploy/simulator/")
SERVICES = ("gateway", "auth", "meeting", "document", "notification", "analytics")
Finding = namedtuple("Finding", "path line message")

TOKEN = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def git(*arguments):
    return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=True).stdout


@functools.cache
def files():
    """Tracked files and those not yet added, without what is ignored."""
    names = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted({name for name in names if name and (ROOT / name).is_file() and not (ROOT / name).is_symlink()})


def having(*suffixes, under=""):
    return [name for name in files() if name.endswith(suffixes) and name.startswith(under)]


@functools.cache
def text(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def blank(found):
    return re.sub(r"[^\n]", " ", found)


@functools.cache
def without_comments(name):
    return TOKEN.sub(lambda m: blank(m[0]) if m[0][0] == "/" else m[0], text(name))


@functools.cache
def without_strings(name):
    """Includes keep their paths: they are no strings."""
    def is_path(match):
        return match[0][0] != "/" and line_at(name, match.start()).startswith("#include")

    return TOKEN.sub(lambda match: match[0] if is_path(match) else blank(match[0]), text(name))


def line_at(name, offset):
    whole = text(name)
    return whole[whole.rfind("\n", 0, offset) + 1:offset].lstrip()


def strings(name):
    """(line number, content) of each string literal."""
    for match in TOKEN.finditer(text(name)):
        if match[0][0] == '"' and not line_at(name, match.start()).startswith("#include"):
            yield text(name).count("\n", 0, match.start()) + 1, match[0][1:-1]


def search(pattern, name, content):
    """(line number, match) of each place."""
    for match in re.finditer(pattern, content, re.M):
        yield content.count("\n", 0, match.start()) + 1, match


def shell_scripts():
    return [name for name in files() if name.endswith(".sh") or
            ("." not in Path(name).name and re.match(r"#!.*\b(ba)?sh\b", text(name)[:80]))]
