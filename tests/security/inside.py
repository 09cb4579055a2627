"""What only the machine's operator may ask (issue 12, 1)."""
import os
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import stack
from case import case
from client import Client, assert_problem
from queue_sender import NOT_AUTHORIZED, Queue, envelope


@case("readiness and metrics are answered on the operator's port, and not on the public one")
def operations():
    for name, base in zip(stack.GATEWAYS, stack.BASES):
        inside = Client(f"http://127.0.0.1:{stack.operations_port(name)}")
        assert inside.get("/readyz").text.startswith("ready")
        assert "# TYPE " in inside.get("/metrics").text
        assert Client(base).get("/healthz").text == "ok\n"
        for path in ("/readyz", "/metrics", "/failpoints"):
            assert_problem(Client(base).get(path), 404, "not_found")
        assert inside.get("/v1/config").status_code == 404, "and nothing else is answered there"


def queue(user=None):
    return Queue(stack.SETTINGS, user, stack.secret(f"kafka-{user}") if user else None)


@case("Kafka asks who one is, and believes no other password")
def strangers():
    for user, password in ((None, None), ("auth", "guess"), ("nobody", "nothing")):
        with Queue(stack.SETTINGS, user, password) as stranger:
            assert stranger.try_to_read("directory.members", within_ms=2000), user


@case("a service writes and reads only what is its own, of every topic")
def topics():
    """The one topic that makes administrators, and those with restricted texts, are among them."""
    table = [line.split('"') for line in (stack.ROOT / "proto/topics.def").read_text().replace(",\n", ",").splitlines()
             if line.startswith("TOPIC(")]
    rules = {row[1]: (row[3].split(), row[5].split()) for row in table}
    users = ["gateway", "auth", "meeting", "document", "notification", "analytics"]
    with ThreadPoolExecutor() as pool:
        tried = sum(pool.map(lambda user: try_topics(user, rules), users))
    assert len(rules) >= 13
    return f"{tried} tries"


def try_topics(user, rules):
    nothing, key, tried = envelope("Nothing", str(uuid.uuid4()), {}, str(uuid.uuid4())), str(uuid.uuid4()), 0
    with queue(user) as own:
        for topic, (writers, readers) in rules.items():
            if user not in writers:
                assert own.try_to_send(topic, key, nothing) == NOT_AUTHORIZED, f"{user} writes {topic}"
                tried += 1
            found = own.try_to_read(topic)
            assert found == (0 if user in readers else NOT_AUTHORIZED), f"{user} reads {topic}: {found}"
            tried += 1
    return tried


@case("what somebody has let a service do beside the table is taken away when the operator makes the topics")
def surplus():
    def found():
        with queue("meeting") as own:  # a client believes for a while what it was told
            return own.try_to_read("audit.events")

    assert found() == NOT_AUTHORIZED
    with queue("operator") as operator:
        operator.let_read("meeting", "audit.events")
    stack.eventually(lambda: found() == 0)
    gateway = Path(stack.SETTINGS["build_dir"]) / "services/gateway/gateway"
    subprocess.run([gateway, "--config", stack.RUN / "etc/operator.conf", "topics"], check=True, capture_output=True,
                   timeout=60)
    stack.eventually(lambda: found() == NOT_AUTHORIZED)


def redis(credentials, *words):
    user, _, password = credentials.partition(":")
    environment = {**os.environ, "REDISCLI_AUTH": password} if password else os.environ
    who = ["--user", user] if user else []
    return subprocess.run(["redis-cli", "-p", stack.SETTINGS["port.redis"], *who, *words], env=environment,
                          capture_output=True, text=True, timeout=10).stdout.strip()


@case("Redis asks who one is, and a process does with its own keys and channel what it must, and no more")
def keys():
    assert redis("", "get", "t:x").startswith("NOAUTH")
    meeting, gateway = stack.secret("redis-meeting"), stack.secret("redis-gateway")
    assert redis(meeting, "unlink", "t:nothing") == "0"
    for words in (("get", "t:nothing"), ("unlink", "c:nothing"), ("publish", "told:auth", "x"),
                  ("config", "get", "dir"), ("subscribe", "told:meeting"), ("flushall",), ("acl", "list")):
        assert redis(meeting, *words).startswith("NOPERM"), words
    for words in (("publish", "told:meeting", "x"), ("keys", "*"), ("set", "x", "1"), ("acl", "list")):
        assert redis(gateway, *words).startswith("NOPERM"), words
