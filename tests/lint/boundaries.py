"""Who may include whom, and where JSON, SQL and the names of services may stand (STYLE, Boundaries)."""
import re
from fnmatch import fnmatch

from sources import PARTS, SERVICES, Finding, having, search, strings, text, without_comments, without_strings

DEFS = r"(?:errors|topics|tags)\.def|redis_keys\.h"
CONTRACT = rf"sotay/v1/\w+\.pb-c\.h|contract_rules\.h|contract_numbers\.h|counters\.(?:def|h)|{DEFS}"
SQL_WORDS = ("SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|CREATE|ALTER|DROP|TRUNCATE|COPY|LOCK TABLE|MERGE INTO|LISTEN|"
             "NOTIFY")
SQL = rf"^\s*({SQL_WORDS})\s"
# pg_migrate.c owns the one table that must exist before any schema/ file can be recorded; pg_queue.c asks PostgreSQL
# about itself: who holds a lock.
SQL_FILES = ("services/*/store.[ch]", "services/*/*_store.[ch]", "common/loop/loop_store*.c",
             "common/pg/pg_migrate.c", "common/pg/pg_queue.c")
JSON_FILES = ("services/gateway/*", "services/notification/provider*", "deploy/simulator/*")
SQL_VERB = r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|VALUES)\b"
PRINTED = r"%[-0-9.*]*(l|z|h)*[sdiux]"
TABLE = r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)"
WRAPPED = r"librdkafka/[^>]+|libpq-fe\.h|hiredis/[^>]+|microhttpd\.h"


def allowed_includes(name):
    folder = name.split("/")
    if name.startswith("services/directory/"):
        return rf"common/|services/directory/|(?:{CONTRACT})$"
    if name.startswith("services/"):
        return rf"common/|services/directory/|services/{folder[1]}/|(?:{CONTRACT})$"
    if name.startswith("deploy/simulator/"):
        return r"common/|deploy/simulator/"
    if name.startswith("common/contract/"):
        return rf"common/|sotay/v1/\w+\.pb-c\.h$|(?:{CONTRACT})$"
    if name.startswith("common/"):
        return rf"common/|sotay/v1/envelope\.pb-c\.h$|(?:{DEFS})$"
    return r"contract_rules\.h$|sotay/v1/"


def includes():
    for name in having(".c", ".h"):
        if not name.startswith(PARTS):
            continue
        for line, match in search(r'^\s*#\s*include\s+"([^"]+)"', name, without_comments(name)):
            if not re.match(allowed_includes(name), match[1]):
                yield Finding(name, line, f'may not include "{match[1]}"')


def json_only_at_the_edge():
    for name in having(".c", ".h"):
        if not name.startswith(PARTS) or any(fnmatch(name, p) for p in JSON_FILES):
            continue
        for line, match in search(r"#\s*include\s+<(jansson|cjson|json-c|yyjson)[^>]*>", name, without_comments(name)):
            yield Finding(name, line, f"JSON ({match[1]}) exists only in the gateway and the push providers")


def sql_only_in_stores():
    for name in having(".c", ".h"):
        if not name.startswith(PARTS):
            continue
        for line, content in strings(name):
            if not re.match(SQL, content):
                continue
            if not any(fnmatch(name, pattern) for pattern in SQL_FILES):
                yield Finding(name, line, "SQL exists only in *_store.c, common/loop/loop_store.c and schema/")


def sql_is_parameterized():
    """A statement is a constant: nothing is printed into it."""
    for name in having(".c"):
        if not any(fnmatch(name, pattern) for pattern in SQL_FILES):
            continue
        for line, content in strings(name):
            if re.search(rf"{SQL_VERB}.*{PRINTED}", content):
                yield Finding(name, line, "SQL is parameterized ($1), never printed")


def tables_of_services():
    own = {match[1] for name in having(".sql", under="common/") for _, match in search(TABLE, name, text(name))}
    for name in having(".sql", under="services/"):
        for _, match in search(TABLE, name, text(name)):
            if match[1] not in own:
                yield match[1]


def common_knows_no_service():
    # The gateway owns no topic and no table, and the envelope itself says which one waits.
    owners = [service for service in SERVICES if service != "gateway"]
    words = rf"(?<![A-Za-z])({'|'.join(owners)})(?![A-Za-z])|TOPIC_({'|'.join(owners).upper()})_"
    tables = rf"\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+({'|'.join(sorted(set(tables_of_services()))) or '(?!)'})\b"
    for name in having(".c", ".h", under="common/"):
        for line, match in search(words, name, without_comments(name)):
            yield Finding(name, line, f"common/ names no service or topic of one: {match[0]}")
        for line, match in search(tables, name, without_comments(name)):
            yield Finding(name, line, f"common/ names no table of a service: {match[1]}")


def wrapped_handles():
    """A handle of Kafka, PostgreSQL or Redis is wrapped once, in common/."""
    for name in having(".c", ".h", under="services/"):
        for line, match in search(rf"#\s*include\s+<({WRAPPED})>", name, without_comments(name)):
            yield Finding(name, line, f"{match[1]} is wrapped in common/")


def safe_calls():
    banned = r"\b(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|atoi|atol|atoll|atof|gets|strtok|alloca)\s*\("
    for name in having(".c", ".h"):
        for line, match in search(banned, name, without_strings(name)):
            yield Finding(name, line, f"{match[1]} is unbounded or hides errors")


def common_never_exits():
    for name in having(".c", ".h", under="common/"):
        for line, match in search(r"\b(_?exit|quick_exit)\s*\(", name, without_strings(name)):
            yield Finding(name, line, f"common/ never ends a process ({match[1]}): only main does")


CHECKS = [
    ("each folder includes only what is below it", includes),
    ("JSON stays at the outer edges", json_only_at_the_edge),
    ("SQL stays in the stores", sql_only_in_stores),
    ("SQL is parameterized", sql_is_parameterized),
    ("common names no service, topic or table of one", common_knows_no_service),
    ("handles are wrapped once", wrapped_handles),
    ("no unbounded string calls", safe_calls),
    ("common never ends the process", common_never_exits),
]
