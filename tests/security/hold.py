"""What a client may hold, and for how long: bodies, answers, connections (issue 12, 2). Each on a gateway of its own,
whose limits are small enough to be reached."""
import concurrent.futures
import http.client
import os
import resource
import select
import signal
import socket
import time
from contextlib import contextmanager

import stack
from case import (NO_RATES, Wire, assert_refused, case, open_connections, own_gateway, percentile, read_times_ms,
                  request, resident_mb)
from client import Client, eventually

MIB = 1 << 20


def post(path, length, *fields):
    return request(f"POST {path} HTTP/1.1", ["Host: x", "Content-Type: application/json", f"Content-Length: {length}",
                                             *fields])


def flood(gateway, sockets, head, part):
    """Each says the head and as much of the body as is taken; all are kept open."""
    wires = [Wire(port=gateway.port) for _ in range(sockets)]

    def fill(wire):
        try:
            wire.say(head).say(part)
        except OSError:
            return  # it was closed: that is an answer, too
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(fill, wires))
    return wires


def measured(gateway, sockets, head, part, most_mb):
    """Memory and another member's reads before, during and after."""
    reader = Client(gateway.base, stack.sign_in("member-4").token)
    before_mb, before_ms = resident_mb(gateway.pid), percentile(read_times_ms(reader, "/v1/me", 40), 0.99)
    wires = flood(gateway, sockets, head, part)
    during_mb = resident_mb(gateway.pid)
    during_ms = percentile(read_times_ms(reader, "/v1/me", 40), 0.99)
    for wire in wires:
        wire.socket.close()
    after_ms = percentile(read_times_ms(reader, "/v1/me", 40), 0.99)
    note = (f"{sockets} sockets: {before_mb:.0f} → {during_mb:.0f} → {resident_mb(gateway.pid):.0f} MB, "
            f"p99 {before_ms:.0f} → {during_ms:.0f} → {after_ms:.0f} ms")
    assert during_mb - before_mb < most_mb, note
    return note


@case("600 sockets without a token that send 1 MiB each hold nothing of it")
def anonymous_bodies():
    with own_gateway(**NO_RATES) as gateway:
        return measured(gateway, 600, post("/v1/meetings", MIB), b"x" * (MIB - 1), 40)


@case("nor do 600 that sign in with 1 MiB")
def sign_in_bodies():
    with own_gateway(**NO_RATES) as gateway:
        note = measured(gateway, 600, post("/v1/auth/login", 16 << 10), b"x" * ((16 << 10) - 1), 60)
        with Wire(port=gateway.port) as wire:
            assert_refused(wire.say(post("/v1/auth/login", MIB)).answer(), 413, "body_too_large")
        return note


@case("all bodies together have a budget, and beyond it 503")
def budget():
    token = stack.sign_in("secretary-10B").token
    with own_gateway(bodies_bytes=4 * MIB, **NO_RATES) as gateway:
        head = post("/v1/meetings", MIB, f"Authorization: Bearer {token}")
        wires = flood(gateway, 12, head, b"x" * (MIB - 1))
        answers = []
        for wire in wires:
            wire.say(b"x")
            answers.append(wire.answer())
        statuses = [answer[0] for answer in answers]
        assert 503 in statuses and 400 in statuses, statuses
        assert_refused(answers[statuses.index(503)], 503, "overloaded")
        for wire in wires:
            wire.socket.close()
        fine = Client(gateway.base, token).post("/v1/meetings", json={"x": "y" * 1000})
        assert fine.status_code == 422, "what was held is free again"
        return f"{statuses.count(503)} of 12 refused"


@case("who is refused at the head may still send his body, and reads why")
def refused_early():
    with own_gateway() as gateway:
        for fields, status in ((["Authorization: Bearer x"], 401), ([], 401)):
            with Wire(port=gateway.port) as wire:
                assert_refused(wire.say(post("/v1/meetings", 300_000, *fields)).say(b"x" * 300_000).answer(), status,
                               "token_invalid")
                assert wire.say(request()).answer()[0] == 200, "and the connection lives on"
        with Wire(port=gateway.port) as wire:
            assert_refused(wire.say(post("/v1/meetings", 5000, "Expect: 100-continue")).answer(), 401, "token_invalid")


@case("a reader who takes 8 bytes a second is let go of")
def slow_reader():
    with own_gateway(deadline_ms=1000) as gateway, Wire(port=gateway.port, receive_buffer=2048) as wire:
        wire.say(request("GET /openapi.json HTTP/1.1") * 12)
        begun = time.monotonic()
        while open_connections(gateway.port):
            assert time.monotonic() - begun < 120, "it is listened to for ever"
            wire.receive(8)
            time.sleep(1)  # that is how fast he is
        assert Client(gateway.base).get("/healthz").status_code == 200
        return f"after {time.monotonic() - begun:.0f} s"


def waiting_write(gateway, who):
    """A write that nobody answers while its service stands still."""
    wire, body = Wire(port=gateway.port), b'{"quiet_from":null}'
    return wire.say(request("PATCH /v1/me/preferences HTTP/1.1",
                            ["Host: x", f"Authorization: Bearer {who.token}", "Content-Type: application/json",
                             "If-Match: *", "Prefer: wait=20", f"Content-Length: {len(body)}"], body))


@contextmanager
def standing_still(service):
    pid = stack.pid_of(service)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@case("who leaves in the middle of a body, or while his answer waits, gives his place back at once")
def leavers():
    who = stack.sign_in("member-4")
    with own_gateway(deadline_ms=60000, idle_s=600, **NO_RATES) as gateway, standing_still("notification"):
        half = [Wire(port=gateway.port).say(post("/v1/auth/login", 100) + b"{") for _ in range(20)]
        waiting = [waiting_write(gateway, who) for _ in range(5)]
        assert len(open_connections(gateway.port)) == 25
        for wire in half[:10]:
            wire.socket.shutdown(socket.SHUT_WR)
        for wire in [*half[10:], *waiting[:4]]:
            wire.socket.close()
        begun = time.monotonic()
        eventually(lambda: len(open_connections(gateway.port, ("01", "08"))) == 1, 10)
        seconds = time.monotonic() - begun
        with Wire(port=gateway.port) as newcomer:
            assert newcomer.say(request()).answer()[0] == 200
        assert not select.select([waiting[4].socket], [], [], 0)[0], "who stays goes on waiting"
    answer = waiting[4].answer()
    assert answer and answer[0] < 500, answer
    return f"24 of 25 in {seconds * 1000:.0f} ms"


@case("when connections run out the idle ones of the address with the most go first")
def connections():
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    with own_gateway(connections=256, connections_per_address=256) as gateway:
        kept = [http.client.HTTPConnection("127.0.0.1", gateway.port, source_address=("127.0.0.9", 0))
                for _ in range(3)]
        for connection in kept:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        idle = []
        for i in range(600):
            try:
                idle.append(Wire(port=gateway.port, source=f"127.0.0.{2 + i % 2}", timeout=5))
            except OSError:
                pass
        begun = time.monotonic()
        assert Client(gateway.base).get("/healthz").status_code == 200, "a newcomer is let in"
        seconds = time.monotonic() - begun
        for connection in kept:
            connection.request("GET", "/healthz")
            assert connection.getresponse().read() == b"ok\n", "and nobody went who has few"
        for wire in idle:
            wire.socket.close()
        return f"600 idle ones from two addresses, 256 at once: {seconds * 1000:.0f} ms"


@case("paths and methods that there are not count against the rate")
def junk():
    with own_gateway(address_rate=1, address_burst=20, member_rate=1, member_burst=20) as gateway:
        token = stack.sign_in("member-4").token
        for who in (Client(gateway.base), Client(gateway.base, token)):
            who.patient = False
            seen = [who.get("/v1/nothing").status_code for _ in range(30)]
            assert 429 in seen and 404 in seen, seen
        other = Client(gateway.base, stack.sign_in("member-10B").token)
        other.patient = False
        seen = [other.delete("/v1/me").status_code for _ in range(30)]
        assert 429 in seen and 405 in seen, seen
        assert Client(gateway.base).get("/v1/config").status_code == 200, "what is no junk has a bucket of its own"
