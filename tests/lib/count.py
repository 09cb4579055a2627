#!/usr/bin/env python3
"""Turns what a test runner left behind into one line `N passed, N failed`, after the failures.

count.py meson LOG.json    meson's log: every cmocka case counts, other programs count once
count.py junit LOG.xml     pytest's log: what is skipped counts as failed
count.py text LOG          a log that ends with such a line itself; without one it counts as one failure
"""
import json
import re
import sys
from xml.etree import ElementTree

WHY_CHARACTERS = 400
SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed$", re.M)


def count_program(run):
    """A crash or a leak after the last case is a failure too."""
    started, passed = run["stdout"].count("[ RUN      ]"), run["stdout"].count("[       OK ]")
    failed = max(started - passed, 0)
    if run["result"] != "OK":
        failed = max(failed, 1)
    elif started == 0:
        passed = 1
    return passed, failed


def count_meson(path):
    passed = failed = 0
    with open(path, encoding="utf-8") as log:
        for run in map(json.loads, log):
            good, bad = count_program(run)
            passed, failed = passed + good, failed + bad
            if bad:
                print(f"--- {run['name']}: {run['result']}\n{run['stdout']}{run.get('stderr', '')}")
                print(f"FAIL {run['name']}: {run['result']}")
    return passed, failed


def what_failed(case):
    return next((found for tag in ("failure", "error", "skipped") if (found := case.find(tag)) is not None), None)


def count_junit(path):
    cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    bad = [(case, found) for case in cases if (found := what_failed(case)) is not None]
    for case, found in bad:
        why = " ".join((found.get("message") or found.text or "").split())
        print(f"FAIL {case.get('classname')} {case.get('name')}: {why[:WHY_CHARACTERS]}")
    return len(cases) - len(bad), len(bad)


def count_text(path):
    with open(path, encoding="utf-8", errors="replace") as log:
        found = SUMMARY.findall(log.read())
    return tuple(map(int, found[-1])) if found else (0, 1)


def main(kind, path):
    try:
        passed, failed = {"meson": count_meson, "junit": count_junit, "text": count_text}[kind](path)
    except (OSError, ValueError, ElementTree.ParseError) as error:
        print(f"{path}: {error}")
        passed, failed = 0, 1
    # No test at all is no success.
    print(f"{passed} passed, {failed or int(passed == 0)} failed")


main(*sys.argv[1:])
