"""Checks by other people's tools: clang-format, clang-tidy, shellcheck, Python's compiler."""
import os
import re
import shutil
import subprocess
from pathlib import Path

from sources import ROOT, Finding, having, shell_scripts

REPORT = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+):(?:\d+:)? ?(?P<message>.*)$", re.M)


def clang_format():
    """The one that tests/requirements.txt pins; other versions lay out differently."""
    own = ROOT / ".run/venv/bin/clang-format"
    return str(own) if own.exists() else shutil.which("clang-format")


def c_files():
    return [name for name in having(".c", ".h") if name.startswith(("common/", "services/", "proto/", "tests/"))]


def findings(output, only=""):
    for match in REPORT.finditer(output):
        if only in match["message"]:
            path = os.path.relpath(ROOT / match["path"], ROOT)
            yield Finding(path, int(match["line"]), match["message"].strip())


def layout_is_clang_formats():
    if clang_format() is None:
        yield Finding(".clang-format", 1, "clang-format is not installed")
        return
    command = [clang_format(), "--dry-run", "-Werror", *c_files()]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    worst = {}
    for finding in findings(result.stderr, "clang-format"):
        message = "not as clang-format lays it out: tests/lint/run --fix"
        worst.setdefault(finding.path, finding._replace(message=message))
    yield from worst.values()


def scripts_pass_shellcheck():
    if shutil.which("shellcheck") is None:
        yield Finding("tests/packages.txt", 1, "shellcheck is not installed")
        return
    for script in shell_scripts():
        # Each script on its own, from its own folder: that is how `source=` comments are written.
        path = ROOT / script
        command = ["shellcheck", "-x", "-f", "gcc", "-S", "warning", path.name]
        result = subprocess.run(command, cwd=path.parent, capture_output=True, text=True)
        for match in REPORT.finditer(result.stdout):
            found = os.path.relpath(path.parent / match["path"], ROOT)
            yield Finding(found, int(match["line"]), match["message"].strip())


def python_compiles():
    for name in having(".py"):
        try:
            compile((ROOT / name).read_text(encoding="utf-8"), name, "exec")
        except SyntaxError as error:
            yield Finding(name, error.lineno or 1, error.msg)


def clang_tidy():
    """Slow, so only on request: tests/lint/run tidy."""
    build = Path(os.environ.get("SOTAY_BUILD_DIR", ROOT / "build"))
    sources = [name for name in having(".c") if name.startswith(("common/", "services/"))]
    result = subprocess.run(["clang-tidy", "-quiet", "-p", build, *sources], cwd=ROOT, capture_output=True, text=True)
    seen = set()
    for finding in findings(result.stdout):
        if re.match(r"(warning|error):", finding.message) and finding not in seen:
            seen.add(finding)
            yield finding


CHECKS = [
    ("the layout is clang-format's", layout_is_clang_formats),
    ("scripts pass shellcheck", scripts_pass_shellcheck),
    ("Python compiles", python_compiles),
]
TIDY = [("clang-tidy finds nothing", clang_tidy)]
