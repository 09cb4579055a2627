#!/usr/bin/env python3
"""Embeds the NNN_*.sql files of a schema/ folder in a binary: embed_sql.py OUT.c OUT.h OUT.d MODULE FOLDER

OUT.c defines `const struct pg_migration MODULE_migrations[]` in the order of their numbers and OUT.h their number as
the constant `MODULE_n_migrations`. OUT.d names the folder and its files, so that a new file is seen as well as a
changed one.
"""
import re
import sys
from pathlib import Path


def number_of(path):
    found = re.fullmatch(r"(\d{3})_\w+\.sql", path.name)
    if not found:
        sys.exit(f"{path}: a schema file is named NNN_what.sql")
    return int(found[1])


def literal(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(f'        "{line}\\n"' for line in escaped.splitlines()) or '        ""'


def source(module, header, files):
    texts = [(number, literal(path.read_text(encoding="utf-8"))) for number, path in files]
    rows = "".join(f'    {{"{module}", {number},\n{text}}},\n' for number, text in texts)
    # C knows no empty array: a module without files gets a row that n_migrations does not count.
    rows = rows or '    {"", 0, ""},\n'
    return f'#include "{header}"\n\nconst struct pg_migration {module}_migrations[] = {{\n{rows}}};\n'


def declaration(module, n):
    guard = f"SOTAY_{module.upper()}_MIGRATIONS_H"
    return (f'#ifndef {guard}\n#define {guard}\n\n#include "common/pg/pg.h"\n\n'
            f"extern const struct pg_migration {module}_migrations[];\n"
            f"enum {{ {module}_n_migrations = {n} }};\n\n#endif\n")


def dependencies(target, folder, files):
    return f"{target}: {' '.join(str(path) for path in [folder, *files])}\n"


def main():
    out_c, out_h, out_d, module, folder = sys.argv[1:]
    files = sorted((number_of(path), path) for path in Path(folder).glob("*.sql"))
    numbers = [number for number, _ in files]
    if numbers != list(range(1, len(files) + 1)):
        sys.exit(f"{module}: schema files must be numbered from 001 without a gap, not {numbers}")
    Path(out_c).write_text(source(module, Path(out_h).name, files), encoding="utf-8")
    Path(out_h).write_text(declaration(module, len(files)), encoding="utf-8")
    Path(out_d).write_text(dependencies(out_c, folder, [path for _, path in files]), encoding="utf-8")


main()
