"""Many open streams (GET /v1/stream): what they cost the gateway while nothing happens, and how soon all of a branch
hear of something. Each stream is a socket that is read when something comes; a hall of them is one thread."""
import selectors
import socket
import statistics
import time
import urllib.parse

import city
import cpu
import wrk
from city import stack

STREAMS = 10000
OF_MEMBER = 4  # below HUB_OF_MEMBER_MOST, beyond which the oldest ends
OPENING_AT_ONCE = 200
DEADLINE_S = 60
IDLE_S = 10
LIMIT_MB = 200  # of all processes of ours, with the whole city (DESIGN, bench memory)


class Hall:
    """Streams that are open. `told`: socket -> when it was first told of what is waited for."""

    def __init__(self, base):
        at = urllib.parse.urlsplit(base)
        self.address, self.host = (at.hostname, at.port), at.netloc
        self.selector, self.token_of, self.opening, self.broken = selectors.DefaultSelector(), {}, set(), 0
        self.word, self.told = None, {}

    def open(self, token):
        opened = socket.create_connection(self.address, 10)
        opened.setblocking(False)
        opened.send(f"GET /v1/stream HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        self.token_of[opened] = token
        self.opening.add(opened)
        self.selector.register(opened, selectors.EVENT_READ)

    def open_all(self, tokens):
        for token in tokens:
            self.open(token)
            self.read_until(lambda: len(self.opening) < OPENING_AT_ONCE)
        self.read_until(lambda: not self.opening)
        assert not self.broken, f"{self.broken} of {len(tokens)} streams did not open or ended"

    def read_until(self, is_enough, deadline_s=DEADLINE_S):
        end = time.monotonic() + deadline_s
        while not is_enough():
            assert time.monotonic() < end, f"after {deadline_s} s {len(self.opening)} streams have no answer"
            self.read(0.1)

    def read(self, timeout_s):
        for key, _ in self.selector.select(timeout_s):
            text = self.receive(key.fileobj)
            if key.fileobj in self.opening:
                self.opening.discard(key.fileobj)
                self.broken += not text.startswith(b"HTTP/1.1 200")
            if self.word and self.word in text:
                self.told.setdefault(key.fileobj, time.monotonic())

    def receive(self, stream):
        """What came; nothing: it has ended."""
        try:
            text = stream.recv(65536)
        except OSError:
            text = b""
        if not text:
            self.selector.unregister(stream)
            self.broken += stream not in self.opening
        return text

    def listen_for(self, word):
        self.word, self.told = word.encode(), {}

    def told_all(self, streams):
        """When each of these heard of it: after all have."""
        self.read_until(lambda: self.told.keys() >= streams)
        return [self.told[stream] for stream in streams]

    def close(self):
        for stream in self.token_of:
            stream.close()
        self.selector.close()


def pss_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return next(int(row.split()[1]) for row in file if row.startswith("Pss:")) / 1024


def members():
    """(a meeting, its branch's tokens, tokens of others), enough for STREAMS of OF_MEMBER each."""
    meeting, branch = city.one_branch()
    others = [card for _, cards in city.branches()[1:] for card in cards]
    return meeting, branch, city.tokens(others[:STREAMS // OF_MEMBER + 1 - len(branch)])


def news_ms(hall, meeting, branch):
    """p50 and the last: from before a comment is sent until streams of its branch's members have heard of it."""
    streams = {stream for stream, token in hall.token_of.items() if token in set(branch)}
    hall.listen_for(meeting)
    begin = time.monotonic()
    answer = stack.Client(stack.BASE, branch[0]).post(f"/v1/meetings/{meeting}/comments", json={"text": "Nhất trí"})
    assert answer.status_code == 201, answer.text
    found_s = [at - begin for at in hall.told_all(streams)]
    return {"streams": len(streams), "p50_ms": round(statistics.median(found_s) * 1000, 1),
            "last_ms": round(max(found_s) * 1000, 1)}


def measure():
    """(MB of PSS that the streams take, what else is worth knowing)"""
    meeting, branch, others = members()
    tokens = ((branch + others) * OF_MEMBER)[:STREAMS]
    with wrk.gateway_with(connections=2 * STREAMS, connections_per_address=2 * STREAMS, streams=STREAMS) as (base, own):
        hall = Hall(base)
        try:
            before_mb = pss_mb(own.pid)
            hall.open_all(tokens)
            before_us = cpu.spent_us(own.pid)
            end = time.monotonic() + IDLE_S
            hall.read_until(lambda: time.monotonic() >= end, 2 * IDLE_S)
            idle_us = (cpu.spent_us(own.pid) - before_us) / IDLE_S
            taken_mb = pss_mb(own.pid) - before_mb
            found = [news_ms(hall, meeting, branch) for _ in range(3)]
            assert not hall.broken, f"{hall.broken} streams ended"
        finally:
            hall.close()
    return taken_mb, {"kib_a_stream": round(taken_mb * 1024 / STREAMS, 2), "gateway_mb_before": round(before_mb, 1),
                      "idle_cpu_ms_per_s": round(idle_us / 1000, 1), "news": found}
