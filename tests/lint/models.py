"""ARCHITECTURE.md tells which function a step of a model is (tests/model): both must be there."""
import re

from sources import Finding, files, text

PAGE = "ARCHITECTURE.md"
NAMES = re.compile(r"`([\w./]+)`")
# A file, and the functions of it that are named in brackets behind it.
PLACE = re.compile(r"`([a-z][\w/]*\.[ch])`(?: \(([^)]*)\))?")


def rows():
    """(line number, step, code) of the table under "The models"."""
    inside = False
    for line, content in enumerate(text(PAGE).splitlines(), 1):
        inside = content == "## The models" or (inside and not content.startswith("## "))
        cells = content.split("|")
        if inside and len(cells) == 4 and "`" in cells[1]:
            yield line, cells[1].strip(), cells[2]


def missing_steps(step):
    model = f"tests/model/{step.partition(':')[0]}.pml"
    for name in NAMES.findall(step):
        if model not in files() or not re.search(rf"\b{name}\b", text(model)):
            yield f"{model} has no {name}"


def missing_functions(code):
    folder = ""
    for path, functions in PLACE.findall(code):
        folder = path.rpartition("/")[0] or folder
        path = path if "/" in path else f"{folder}/{path}"
        if path not in files():
            yield f"there is no {path}"
            continue
        for name in NAMES.findall(functions):
            if not re.search(rf"\b{name}\b", text(path)):
                yield f"{path} has no {name}"


def models_name_what_is_there():
    for line, step, code in rows():
        for message in (*missing_steps(step), *missing_functions(code)):
            yield Finding(PAGE, line, message)


CHECKS = [("what ARCHITECTURE.md says of the models is there", models_name_what_is_there)]
