"""What every file looks like: guards, first comments, length, nothing unfinished."""
import re
from pathlib import PurePath

from sources import Finding, files, having, search, text

CODE = (".c", ".h", ".pml", ".py", ".sh", ".sql", ".proto", ".ts", ".tsx", ".css")
GENERATED = ("web/package-lock.json",)


def include_guards():
    owners = {}
    for name in having(".h"):
        file = re.sub(r"\W", "_", PurePath(name).stem).upper()
        whole = rf"^#ifndef (SOTAY_(?:\w+_)?{file}_H)\n#define \1\n.*\n#endif\s*(/\*.*\*/)?\s*\Z"
        guard = re.search(whole, text(name), re.S | re.M)
        if not guard:
            yield Finding(name, 1, f"the include guard must be SOTAY_<folder>_{file}_H around the whole file")
        elif owners.setdefault(guard[1], name) != name:
            yield Finding(name, 1, f"{guard[1]} is the guard of {owners[guard[1]]} already")


def headers_begin_with_their_purpose():
    for name in having(".h"):
        if not text(name).startswith("/*"):
            yield Finding(name, 1, "a header begins with a comment: purpose, owner, thread rule")


def is_code(name):
    return name.endswith(CODE) or ("." not in PurePath(name).name and text(name).startswith("#!"))


def file_length():
    for name in files():
        limit = 150 if name.endswith("/main.c") else 500
        if is_code(name) and (lines := text(name).count("\n")) > limit:
            yield Finding(name, lines, f"{lines} lines, at most {limit}")


def line_length():
    """Characters, not bytes: a tab counts as one."""
    for name in files():
        if is_code(name) or name.endswith(".def"):
            for line, match in search(r"^.{121,}$", name, text(name)):
                yield Finding(name, line, f"{len(match[0])} columns, at most 120")


def nothing_unfinished():
    for name in files():
        if not is_code(name) or name.startswith("tests/lint/"):
            continue
        for line, match in search(r"\b(TODO|FIXME|XXX|HACK)\b|not implemented", name, text(name)):
            yield Finding(name, line, f"unfinished: {match[0]}")


def tidy_text():
    for name in files():
        if not is_code(name):
            continue
        for line, _ in search(r"[ \t]+$", name, text(name)):
            yield Finding(name, line, "blanks at the end of the line")
        if text(name) and not text(name).endswith("\n"):
            yield Finding(name, text(name).count("\n") + 1, "no newline at the end")


def lengths_are_array_lengths():
    for name in having(".c", ".h"):
        for line, match in search(r"\bsizeof (\w+) / sizeof", name, text(name)):
            yield Finding(name, line, f"{match[0]}: ARRAY_LENGTH({match[1]}) refuses a pointer")


def schema_names():
    for name in having(".sql"):
        if "/schema/" in name and not re.search(r"/schema/\d{3}_\w+\.sql$", name):
            yield Finding(name, 1, "a schema file is named NNN_what.sql")


def sources_are_built():
    """A file that no meson.build names is dead, or missing from somebody's binary."""
    for name in having(".c", ".sql"):
        folder = next((str(parent) for parent in PurePath(name).parents if f"{parent}/meson.build" in files()), None)
        if not folder or name.startswith("tests/"):
            continue
        # schema files are named by their folder
        named = PurePath(name).parent.name if name.endswith(".sql") else PurePath(name).relative_to(folder)
        if f"'{named}'" not in text(f"{folder}/meson.build"):
            yield Finding(name, 1, f"{folder}/meson.build does not name it")


CHECKS = [
    ("include guards are whole and unique", include_guards),
    ("headers begin with their purpose", headers_begin_with_their_purpose),
    ("files have at most 500 lines, main.c 150", file_length),
    ("lines have at most 120 columns", line_length),
    ("nothing is left unfinished", nothing_unfinished),
    ("text is tidy", tidy_text),
    ("a table's length is ARRAY_LENGTH", lengths_are_array_lengths),
    ("schema files are numbered", schema_names),
    ("every source is built", sources_are_built),
]
