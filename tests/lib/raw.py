"""What no client can do: statements on a service's database, a transaction that is left open, and any bytes on a topic
(a service's own outbox puts them there)."""
import os
import re
import subprocess
import uuid
from pathlib import Path

import stack

TOPICS = dict((name, int(number)) for number, name in re.findall(
    r'TOPIC\((\d+),\s*\w+,\s*"([\w.]+)"', (Path(stack.ROOT) / "proto/topics.def").read_text()))
ENV = {**os.environ, "PGPASSWORD": (stack.RUN / "secrets/postgres").read_text().strip()}
PSQL = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", f"{stack.SETTINGS['postgres_dir']}/socket", "-p",
        stack.SETTINGS["port.postgres"], "-U", "postgres"]


def sql(database, statement):
    """What the statement answers, as the cluster's owner. It may be long."""
    return subprocess.run([*PSQL, "-d", database], input=statement, capture_output=True, text=True, check=True, env=ENV,
                          timeout=60).stdout.strip()


class Open:
    """A session that has begun a transaction, run a statement in it, and goes away."""

    def __init__(self, database, statement):
        self.psql = subprocess.Popen([*PSQL, "-d", database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                     env=ENV)
        print(f"BEGIN; {statement}; SELECT 'holds';", file=self.psql.stdin, flush=True)
        while self.psql.stdout.readline().strip() != "holds":
            assert self.psql.poll() is None, "psql has ended"

    def end(self):
        self.psql.communicate("ROLLBACK;", timeout=30)


def field(number, value):
    """A field of a protobuf message: a number, or bytes."""
    def varint(n):
        return bytes([n & 127 | 128]) + varint(n >> 7) if n > 127 else bytes([n])
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def envelope(kind, aggregate, payload=b""):
    """Of a new message; returns its id, too."""
    message_id = uuid.uuid4()
    return message_id, b"".join([field(1, message_id.bytes), field(2, kind.encode()), field(3, 1),
                                 field(4, aggregate.bytes), field(12, payload)])


def put(service, topic, key, value):
    """The service's loop sends it within a second."""
    message = field(1, TOPICS[topic]) + field(2, key) + field(3, value)
    sql(service, f"INSERT INTO outbox_loose(announcement) VALUES (decode('{field(2, message).hex()}', 'hex'))")


def readiness(service):
    """Status and text of its /readyz; nothing while it does not run."""
    try:
        answer = stack.requests.get(f"http://127.0.0.1:{stack.operations_port(service)}/readyz", timeout=5,
                                    proxies={"http": None})
    except stack.requests.RequestException:
        return 0, ""
    return answer.status_code, answer.text.strip()


def metric(service, name):
    """Its value; `name` with its labels."""
    text = stack.requests.get(f"http://127.0.0.1:{stack.operations_port(service)}/metrics", timeout=5,
                              proxies={"http": None}).text
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)[1])


def dead_letters(service, *words):
    """The service's own command line."""
    binary = f"{stack.SETTINGS['build_dir']}/services/{service}/{service}"
    result = subprocess.run([binary, "--config", str(stack.RUN / f"etc/{service}.conf"), "dead-letters", *words],
                            capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout
