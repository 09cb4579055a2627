"""How large functions and folders are: printed, for a second look, not judged."""
import re
import statistics
from collections import Counter
from pathlib import PurePath

from sources import having, text, without_strings

# A definition starts in column 0 and its body ends with a brace in column 0.
FUNCTION = re.compile(r"^(?!typedef|struct \w+ \{|enum |union |#)\w[^;{}=]*?(\w+)\([^;{}]*\)\s*\{\n.*?^\}", re.S | re.M)


def functions():
    """(lines, name, path, first line) of every function of the product and its simulator."""
    for name in having(".c"):
        if not name.startswith(("common/", "services/", "deploy/")):
            continue
        code = without_strings(name)
        for match in FUNCTION.finditer(code):
            yield match[0].count("\n") + 1, match[1], name, code.count("\n", 0, match.start()) + 1


def folder_lines():
    """{folder: lines of its own files}"""
    lines = Counter()
    for name in having(".c", ".h"):
        if name.startswith(("common/", "services/", "deploy/")):
            lines[str(PurePath(name).parent)] += text(name).count("\n")
    return lines


def show():
    found = sorted(functions(), reverse=True)
    lengths = [length for length, *_ in found]
    if len(lengths) > 1:
        p90 = statistics.quantiles(lengths, n=10)[-1]
        print(f"functions: {len(lengths)}, median {statistics.median(lengths):.0f} lines, p90 {p90:.0f}")
    for length, function, name, line in [row for row in found if row[0] > 60]:
        print(f"{name}:{line}: {function} has {length} lines: worth a second look")
    lines = folder_lines()
    for folder in sorted(lines):
        print(f"lines: {lines[folder]:6} {folder}")
    print(f"lines: {lines.total():6} together")
