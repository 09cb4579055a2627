"""What was published stays: proto fields and the public API, against main and the last commit. Tags are said and
carried."""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from sources import ROOT, Finding, git, having, search, strings, text, without_comments

OPENAPI = "services/gateway/openapi.json"


def baselines():
    """What may already be on somebody's queue or telephone."""
    seen = {}
    for ref in ("origin/main", "main", "HEAD", "HEAD^"):
        try:
            seen.setdefault(git("rev-parse", "--verify", "--quiet", ref + "^{commit}").strip(), ref)
        except subprocess.CalledProcessError:
            continue
    return [(commit, ref) for commit, ref in seen.items()]


def descriptor_set(proto_root, output):
    names = sorted(str(path.relative_to(proto_root)) for path in Path(proto_root).glob("sotay/v1/*.proto"))
    if not names:
        return False
    command = ["protoc", f"-I{proto_root}", "-I/usr/include", "--include_imports", f"--descriptor_set_out={output}"]
    subprocess.run([*command, *names], check=True, cwd=proto_root)
    return True


def proto_of(commit, folder):
    command = ["git", "-C", ROOT, "archive", commit, "--", "proto"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as archive:
        subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, stderr=subprocess.DEVNULL, check=False)
    return Path(folder) / "proto"


def fields_are_never_renumbered():
    with tempfile.TemporaryDirectory() as folder:
        now = Path(folder) / "now.pb"
        descriptor_set(ROOT / "proto", now)
        for commit, ref in baselines():
            old = Path(folder) / commit
            old.mkdir()
            if not descriptor_set(proto_of(commit, old), old / "set.pb"):
                continue
            # Debian's python3: it has the protobuf module.
            command = ["/usr/bin/python3", ROOT / "proto/generate.py", "check", old / "set.pb", now]
            result = subprocess.run(command, capture_output=True, text=True)
            for line in result.stdout.splitlines() if result.returncode else []:
                yield Finding("proto/sotay/v1", 1, f"against {ref}: {line}")
            if result.returncode and not result.stdout:
                yield Finding("proto/generate.py", 1, result.stderr.strip().splitlines()[-1])


def printed_openapi():
    gateway = Path(os.environ.get("SOTAY_BUILD_DIR", ROOT / "build")) / "services/gateway/gateway"
    if not gateway.exists():
        return None, f"{gateway} is not built"
    result = subprocess.run([gateway, "openapi"], capture_output=True, text=True, timeout=60)
    if result.returncode:
        return None, f"`gateway openapi` failed: {result.stderr.strip()[-200:]}"
    return json.loads(result.stdout), None


def openapi_matches_its_copy():
    printed, problem = printed_openapi()
    if problem:
        yield Finding(OPENAPI, 1, problem)
    elif not (ROOT / OPENAPI).exists() or json.loads((ROOT / OPENAPI).read_text()) != printed:
        command = f"build/services/gateway/gateway openapi >{OPENAPI}"
        yield Finding(OPENAPI, 1, f"differs from what the gateway prints: {command}")


def operations(document):
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method in ("get", "put", "post", "patch", "delete"):
                yield f"{method.upper()} {path}", operation


def resolve(document, schema):
    while "$ref" in schema:
        target = document
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        schema = target
    return schema


def required_in_requests(document):
    for name, operation in operations(document):
        for parameter in operation.get("parameters", []):
            parameter = resolve(document, parameter)
            if parameter.get("required"):
                yield f"{name}: parameter {parameter['name']}"
        for media in operation.get("requestBody", {}).get("content", {}).values():
            for field in resolve(document, media.get("schema", {})).get("required", []):
                yield f"{name}: field {field}"


def properties(document):
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        for field, value in schema.get("properties", {}).items():
            yield f"{name}.{field}", json.dumps([value.get("type"), value.get("format"), value.get("$ref")])


# No client's: they went to a port of the operator's own (issue 12, "Closed doors"). Nothing else may go.
THE_OPERATORS = {"GET /metrics", "GET /readyz"}


def breaking_differences(old, new):
    now, fields = dict(operations(new)), dict(properties(new))
    known = dict(operations(old))
    yield from (f"{name} is gone" for name in known if name not in now and name not in THE_OPERATORS)
    for name, kind in properties(old):
        if fields.get(name) != kind:
            yield f"{name} is gone or has another type"
    before = set(required_in_requests(old))
    yield from (f"{what} is required now" for what in required_in_requests(new)
                if what not in before and what.split(":")[0] in known)


def nothing_breaks_clients():
    if not (ROOT / OPENAPI).exists():
        return
    new = json.loads((ROOT / OPENAPI).read_text())
    for commit, ref in baselines():
        try:
            old = json.loads(git("show", f"{commit}:{OPENAPI}"))
        except subprocess.CalledProcessError:
            continue
        for difference in breaking_differences(old, new):
            yield Finding(OPENAPI, 1, f"against {ref}: {difference}")


TAGS = "proto/tags.def"
ROUTE_TAGS = r'\.tags = \{((?:"[^"]*"|\{[^{}]*\}|[^"{}])*)\}'


def known_tags():
    """name -> (text, line)."""
    return {match[1]: (match[2], line) for line, match in search(r'^TAG\((\w+),\s*"(\w+)"', TAGS, text(TAGS))}


def carried_tags(names):
    """(name, path, line) of each tag that a route's answers carry."""
    for name in having(".def", under="services/gateway/routes/"):
        for line, match in search(ROUTE_TAGS, name, without_comments(name)):
            for tag in re.finditer(r'TAG_(\w+)|"(\w+)[":]', match[1]):
                yield tag[1] or names.get(tag[2], tag[2]), name, line


def said_tags():
    """(name, path, line) of each tag that a service says is stale."""
    for name in having(".c", under="services/"):
        if not name.startswith("services/gateway/"):
            for line, match in search(r"\bTAG_(\w+)", name, without_comments(name)):
                yield match[1], name, line


def tags_are_said_and_carried():
    tags = known_tags()
    names = {word: name for name, (word, _) in tags.items()}
    carried = list(carried_tags(names))
    said = list(said_tags())
    for name, path, line in carried + said:
        if name not in tags:
            yield Finding(path, line, f"{TAGS} knows no tag {name}")
    for name, (_, line) in tags.items():
        if name not in {name for name, *_ in carried}:
            yield Finding(TAGS, line, f"no route carries {name}")
        if name not in {name for name, *_ in said}:
            yield Finding(TAGS, line, f"no service says that {name} is stale")


TOPICS = "proto/topics.def"
READS = r"\.topic = TOPIC_(\w+)|\w+\[\] = \{TOPIC_(\w+)\}"
WRITES = r"(?:loop_event|loop_outbox_event|kafka_produce)\([^;]*?TOPIC_(\w+)|\{TOPIC_(\w+), \w+_records\}"
SHARED = "services/directory/"


def named_topics(pattern):
    """(service, topic): what services' sources say; what the shared folder says is said by who includes the header."""
    for name in having(".c", ".h", under="services/"):
        found = {next(filter(None, match.groups())) for match in re.finditer(pattern, text(name))}
        services = [name.split("/")[1]]
        if found and name.startswith(SHARED):
            header = name.replace(".c", ".h")
            services = {other.split("/")[1] for other in having(".c", under="services/")
                        if not other.startswith(SHARED) and f'"{header}"' in text(other)}
        yield from ((service, topic) for service in services for topic in found)


def topics_are_used_as_their_table_says():
    """Brokers refuse what the table does not grant, and what it grants for nothing is a door."""
    rows = re.findall(r'TOPIC\(\d+, *(\w+), *"[^"]+", *\d+, *"([^"]+)",\s*"([^"]+)"\)', text(TOPICS))
    granted = {"write": {(user, name) for name, users, _ in rows for user in users.split()},
               "read": {(user, name) for name, _, users in rows for user in users.split()}}
    own = {(name.split("_")[0].lower(), name) for name, *_ in rows if name.endswith("_COMMANDS")}
    commands = own | {("gateway", name) for _, name in own}
    used = {"write": set(named_topics(WRITES)) | commands, "read": set(named_topics(READS))}
    for verb, pairs in used.items():
        for user, name in pairs - granted[verb]:
            yield Finding(TOPICS, 1, f"{user} {verb}s {name}, and the table does not say so")
        for user, name in granted[verb] - pairs:
            yield Finding(TOPICS, 1, f"{user} may {verb} {name}, and does not")


ENUM_COLUMNS = ("channel|classification|kind|level|notify|participants|provider|role|state|status|subject_type|"
                "visibility")
NUMBERED = rf"\b(?:{ENUM_COLUMNS})\s*(?:=|<>|<|>|<=|>=|(?:NOT )?IN \()\s*[(]?\d"


def enums_are_named_in_sql():
    """`m.state <> 3` goes out of step with the .proto; `m.state <> " SQL_MEETING_STATE_CANCELLED` cannot."""
    for name in having(".c", ".h", under="services/"):
        for line, content in strings(name):
            if match := re.search(NUMBERED, content):
                yield Finding(name, line, f"`{match[0]}`: a number of an enum is SQL_… of contract_numbers.h")


def redis_keys_are_named():
    """A key that is spelled out is not the one of redis.def any more when that changes."""
    prefixes = [match[1] for _, match in search(r'^\w+\(\w+, "([^"]+)"\)', "proto/redis.def", text("proto/redis.def"))]
    for name in having(".c", ".h"):
        if not name.startswith(("common/", "services/")):
            continue
        for line, content in strings(name):
            if content.startswith(tuple(prefixes)):
                yield Finding(name, line, f'"{content}": keys and channels are those of redis_keys.h')


CHECKS = [
    ("every tag is said by a service and carried by a route", tags_are_said_and_carried),
    ("proto fields are never renumbered or reused", fields_are_never_renumbered),
    ("openapi.json is what the gateway serves", openapi_matches_its_copy),
    ("openapi.json breaks no client", nothing_breaks_clients),
]
NAMED = [
    ("enums are named in SQL", enums_are_named_in_sql),
    ("Redis keys are named", redis_keys_are_named),
    ("topics are written and read by whom their table names", topics_are_used_as_their_table_says),
]
