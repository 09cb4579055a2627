"""Throttles punish the guilty (issue 12, 3)."""
import concurrent.futures
import http.client
import json
import os
import socket
import struct
import threading
import time
import uuid

import stack
from case import NO_RATES, Wire, case, own_gateway, percentile, read_times_ms, request
from client import Client, eventually
from wrk import free_port


def statuses(gateway, path, n, method="GET", **fields):
    who = Client(gateway.base)
    who.patient = False
    body = {"json": {}} if method == "POST" else {}
    return [who.send(method, path, headers=fields, **body).status_code for _ in range(n)]


@case("behind a trusted proxy everybody has his own rate, and nobody else is believed")
def proxies():
    slow = {"address_rate": 1, "address_burst": 10}
    with own_gateway(**slow, trusted_proxies="127.0.0.0/8") as gateway:
        assert 429 in statuses(gateway, "/v1/config", 15, **{"X-Forwarded-For": "198.51.100.1"})
        assert 429 not in statuses(gateway, "/v1/config", 5, **{"X-Forwarded-For": "198.51.100.2"})
        assert 429 in statuses(gateway, "/v1/config", 5, **{"X-Forwarded-For": "198.51.100.3, 198.51.100.1"})
        assert 429 in statuses(gateway, "/v1/config", 15, Forwarded="for=198.51.100.9"), "that field nobody wrote"
    with own_gateway(**slow, trusted_proxies="127.0.0.1", proxy_field="Forwarded") as gateway:
        assert 429 in statuses(gateway, "/v1/config", 15, Forwarded="for=198.51.100.1;proto=https")
        assert 429 not in statuses(gateway, "/v1/config", 5, Forwarded='for="[2001:db8::1]:80"')
    with own_gateway(**slow) as gateway:
        seen = [status for i in range(15) for status in
                statuses(gateway, "/v1/config", 1, **{"X-Forwarded-For": f"198.51.100.{i}"})]
        assert 429 in seen, "without a setting it counts for nothing"


def proxied_statuses(port, client, n):
    """Of a connection each, that a proxy opens for this client."""
    addresses = socket.inet_aton(client) + socket.inet_aton("127.0.0.1") + struct.pack(">HH", 4711, 80)
    header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack(">H", len(addresses)) + addresses
    seen = []
    for _ in range(n):
        with Wire(port=port) as wire:
            try:
                answer = wire.say(header + request()).answer()
            except OSError:
                answer = None  # hung up on while it spoke
            seen.append(answer and answer[0])
    return seen


@case("who is trusted opens connections for others by PROXY protocol, on an address of its own, and nobody else")
def proxied():
    port = free_port()
    settings = {"address_rate": 1, "address_burst": 10, "proxied_listen": f"127.0.0.1:{port}"}
    with own_gateway(**settings, trusted_proxies="127.0.0.0/8"):
        assert 429 in proxied_statuses(port, "198.51.100.1", 15)
        assert set(proxied_statuses(port, "198.51.100.2", 5)) == {200}
        with Wire(port=port) as wire:
            assert wire.say(request()).answer() is None, "no header, no answer"
    with own_gateway(**settings, trusted_proxies="192.0.2.0/24"):
        assert set(proxied_statuses(port, "198.51.100.3", 3)) == {None}


@case("health, sign-in, refresh and junk have buckets of their own")
def buckets():
    with own_gateway(address_rate=1, address_burst=10) as gateway:
        assert 429 in statuses(gateway, "/v1/nothing", 15)
        assert 429 in statuses(gateway, "/v1/auth/login", 15, "POST")
        assert 429 not in statuses(gateway, "/v1/auth/refresh", 5, "POST")
        assert 429 not in statuses(gateway, "/healthz", 5)
        assert 429 not in statuses(gateway, "/v1/config", 5)


def sign_in_from(gateway, source, card_number, password, device_id):
    """From an address of its own, so that the one of other tests stays innocent."""
    body = json.dumps({"card_number": card_number, "password": password, "device_id": device_id})
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60, source_address=(source, 0))
    connection.request("POST", "/v1/auth/login", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def guess(gateway, source, until, seen):
    """Wrong passwords of other cards, one after the other."""
    while not until.is_set():
        status = sign_in_from(gateway, source, f"X{uuid.uuid4().hex[:12]}", "not it", f"thief-{uuid.uuid4()}")
        seen.append(status)


@case("a known device with the right password gets in within seconds while others guess from its address")
def known_device():
    login, source = stack.LOGINS["member-4"], f"127.1.{os.getpid() % 250}.{int(time.time()) % 250 + 1}"
    credentials = (login["card_number"], login["password"], f"known-{uuid.uuid4()}")
    seen, until = [], threading.Event()
    with own_gateway(**NO_RATES) as gateway, concurrent.futures.ThreadPoolExecutor(12) as pool:
        assert sign_in_from(gateway, source, *credentials) == 200, "from now on it is known"
        thieves = [pool.submit(guess, gateway, source, until, seen) for _ in range(12)]
        try:
            eventually(lambda: 429 in seen, 240)
            assert set(seen) <= {401, 429}, sorted(set(seen))
            assert seen.count(401) >= 288, f"only {seen.count(401)}: an address may be wrong 300 times, twelve at once"
            begun = time.monotonic()
            eventually(lambda: sign_in_from(gateway, source, *credentials) == 200, 10)
            seconds = time.monotonic() - begun
        finally:
            until.set()
        [thief.result() for thief in thieves]
        assert sign_in_from(gateway, source, credentials[0], credentials[1], f"new-{uuid.uuid4()}") == 429, "a new one"
    return f"{seconds * 1000:.0f} ms, after {seen.count(401)} wrong ones"


@case("many who sign in at once do not stop what others read")
def reads_go_on():
    login, until, seen = stack.LOGINS["member-4"], threading.Event(), []
    with own_gateway(**NO_RATES) as gateway, concurrent.futures.ThreadPoolExecutor(32) as pool:
        reader = Client(gateway.base, stack.sign_in("member-4").token)
        path = f"/v1/organizations/{login['branch']['id']}/children?limit={{n}}"
        before = percentile(read_times_ms(reader, path, 40), 0.5)
        [pool.submit(guess, gateway, f"127.2.{os.getpid() % 250}.{i + 1}", until, seen) for i in range(32)]
        try:
            eventually(lambda: len(seen) >= 32, 60)
            during = percentile(read_times_ms(reader, path, 40), 0.5)
        finally:
            until.set()
    assert during < 500, f"{before:.0f} → {during:.0f} ms"
    return f"32 at once: p50 {before:.0f} → {during:.0f} ms"
