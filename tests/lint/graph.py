"""The graph of files and folders: who includes whom, and who calls whom; no circles, and only downward.

A node is a module: `x.c` and `x.h` of one folder are one; a header without a source of its name, as one that several
files implement, is one too. Calls are read from the object files of a build: who defines a symbol, and who uses it.
Taking a function's address is using it; calling through a pointer that was handed down is not. So a table of functions
stands above what it names.
"""
import functools
import json
import os
import re
import subprocess
from collections import defaultdict
from pathlib import Path, PurePath

from sources import PARTS, ROOT, Finding, having, search, without_comments

# Folders from top to bottom; those of one row stand beside each other and do not know each other.
COMMON = (("service",), ("loop",), ("contract", "http", "kafka", "pdf", "redis", "pg"), ("base",))
GATEWAY = ("", "routes", "write", "read", "stream", "edge", "json", "link")


class NotBuilt(Exception):
    pass


# --- modules and what they include ---


def sources():
    return [name for name in having(".c", ".h") if name.startswith(PARTS)]


def module(name):
    return str(PurePath(name).with_suffix(""))


def included_module(name, path):
    """What is not in the tree was generated from proto/."""
    for folder in (ROOT, (ROOT / name).parent):
        if (folder / path).is_file():
            return module(os.path.relpath(folder / path, ROOT))
    return "proto/" + path.removesuffix(".h").removesuffix(".def").removesuffix(".pb-c")


def include_edges():
    """(from, to, why)"""
    for name in sources():
        for line, match in search(r'^\s*#\s*include\s+"([^"]+)"', name, without_comments(name)):
            yield module(name), included_module(name, match[1]), f"{name}:{line} includes it"


# --- calls ---


def build_folder():
    for name in (os.environ.get("SOTAY_BUILD_DIR"), ROOT / "build", ROOT / "build-asan"):
        if name and (Path(name) / "compile_commands.json").is_file():
            return Path(name)
    raise NotBuilt("neither build/ nor build-asan/ is there, and calls are read from object files: run ninja first")


def objects():
    """{object: source} of all that was compiled from the tree's own files."""
    build, found = build_folder(), {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        source = os.path.relpath(Path(command["directory"], command["file"]), ROOT)
        if source.startswith(PARTS) and (ROOT / source).is_file():
            found[str(Path(command["directory"], command["output"]))] = source
    missing = set(name for name in sources() if name.endswith(".c")) - set(found.values())
    if missing:
        raise NotBuilt(f"{build.name}/ does not know {min(missing)}: run ninja first")
    for file, source in found.items():
        if not Path(file).is_file() or Path(file).stat().st_mtime < (ROOT / source).stat().st_mtime:
            raise NotBuilt(f"{build.name}/ is older than {source}: run ninja first")
    return found


def symbols(files):
    """(object, symbol, whether it is defined there)"""
    output = subprocess.run(["nm", "-A", "-P", "-g", *files], capture_output=True, text=True, check=True).stdout
    for line in output.splitlines():
        file, symbol, kind = re.match(r"(.+): (\S+) (\w)", line).groups()
        yield file, symbol, kind not in "Uwv"


def owner(source):
    """The program or library that a file belongs to: services/meeting, common, …"""
    folders = source.split("/")
    return "/".join(folders[:2]) if folders[0] == "services" else folders[0]


def choose_definition(user, definers):
    """Services may use one name for different functions: their own comes first, then what all share."""
    for place in (owner(user), "services/directory", "common", "proto"):
        if chosen := [definer for definer in definers if owner(definer) == place]:
            return chosen
    return []


def call_edges():
    """(from, to, why)"""
    files = objects()
    defined, used = defaultdict(set), set()
    for file, symbol, is_defined in symbols(files):
        if is_defined:
            defined[symbol].add(files[file])
        else:
            used.add((files[file], symbol))
    for user, symbol in sorted(used):
        for definer in choose_definition(user, defined[symbol]):
            yield module(user), module(definer), f"{user} uses {symbol}"


# --- the graph ---


@functools.cache
def edges():
    """{from: {to: [why]}}"""
    graph = defaultdict(lambda: defaultdict(list))
    for source, target, why in [*include_edges(), *call_edges()]:
        if source != target:
            graph[source][target].append(why)
    return graph


def folder(name):
    return str(PurePath(name).parent)


@functools.cache
def folder_edges():
    graph = defaultdict(lambda: defaultdict(list))
    for source, targets in edges().items():
        for target, whys in targets.items():
            if folder(source) != folder(target):
                graph[folder(source)][folder(target)] += whys
    return graph


def circles(graph):
    """The strongly connected components of more than one node (Tarjan), each sorted."""
    number, lowest, stack, found = {}, {}, [], []

    def visit(node):
        number[node] = lowest[node] = len(number)
        stack.append(node)
        for target in graph.get(node, ()):
            if target not in number:
                visit(target)
                lowest[node] = min(lowest[node], lowest[target])
            elif target in stack:
                lowest[node] = min(lowest[node], number[target])
        if lowest[node] == number[node]:
            at = stack.index(node)
            component = sorted(stack[at:])
            del stack[at:]
            if len(component) > 1:
                found.append(component)

    for node in sorted(graph):
        if node not in number:
            visit(node)
    return sorted(found)


def tell(source, target, whys):
    more = f" and {len(whys) - 3} more" if len(whys) > 3 else ""
    return f"    {source} -> {target}: {'; '.join(whys[:3])}{more}"


def circle_findings(graph, what):
    for circle in circles(graph):
        arrows = [tell(source, target, graph[source][target])
                  for source in circle for target in sorted(graph[source]) if target in circle]
        yield Finding(circle[0], 1, f"a circle of {len(circle)} {what}:\n" + "\n".join(arrows))


def built(check):
    """Without a build there is one finding: that it is missing."""
    @functools.wraps(check)
    def checked():
        try:
            yield from check()
        except NotBuilt as reason:
            yield Finding("tests/lint/graph.py", 1, str(reason))
    return checked


@built
def no_circles_of_files():
    yield from circle_findings(edges(), "files")


@built
def no_circles_of_folders():
    yield from circle_findings(folder_edges(), "folders")


# --- layers ---


def height(name):
    """Of a folder, comparable with any other's: a folder sees only what is lower. None: the table does not have it."""
    top, _, rest = name.partition("/")
    if top == "proto":
        return (0, 0)
    if top == "deploy":
        return (1, 1)
    if top == "common":
        return next(((1, -i) for i, row in enumerate(COMMON) if rest in row), None)
    service, _, inner = rest.partition("/")
    if service == "directory":
        return (2, 0)
    if service == "gateway":
        return (3, -GATEWAY.index(inner)) if inner in GATEWAY else None
    return (3, 0 if inner else 1)


def are_aggregates(source, target):
    """Beside each other in one service: any order that has no circle."""
    are_inner = source.count("/") == target.count("/") == 2
    return are_inner and owner(source) == owner(target) != "services/gateway"


def is_downward(source, target):
    if source.startswith("proto") and target.startswith("proto") or are_aggregates(source, target):
        return True
    programs = ("services/", "deploy/")
    apart = source.startswith(programs) and target.startswith(programs) and \
        owner(target) not in (owner(source), "services/directory")
    return not apart and height(target) < height(source)


@built
def edges_lead_downward():
    graph = folder_edges()
    unknown = [name for name in sorted({folder(source) for source in sources()}) if height(name) is None]
    for name in unknown:
        yield Finding(name, 1, "the layers in tests/lint/graph.py do not name this folder")
    for source in sorted(graph):
        for target, whys in sorted(graph[source].items()):
            if source not in unknown and target not in unknown and not is_downward(source, target):
                yield Finding(source, 1, f"{target} does not stand below it:\n{tell(source, target, whys)}")


def show():
    try:
        print(f"circles: {len(circles(edges()))} between files, {len(circles(folder_edges()))} between folders")
    except NotBuilt as reason:
        print(f"circles: unknown, {reason}")


CHECKS = [
    ("files include and call each other in no circle", no_circles_of_files),
    ("folders include and call each other in no circle", no_circles_of_folders),
    ("includes and calls lead downward", edges_lead_downward),
]
