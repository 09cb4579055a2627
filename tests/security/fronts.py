"""The examples of deploy/fronts, with Debian's nginx, HAProxy and Caddy (issue 12, 4): nothing is smuggled past them,
nobody gets another's answer, and limits are the clients' own."""
import collections
import functools
import hashlib
import os
import socket
import ssl
import subprocess
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import requests
import stack
from ambiguous import AMBIGUOUS, smuggled
from case import NO_RATES, Wire, case, open_connections, own_gateway, request
from client import Client, eventually
from wrk import free_port, process

EXAMPLES = stack.ROOT / "deploy/fronts"
ATTACKER, NEIGHBOUR, STRANGER = "127.0.0.41", "127.0.0.41", "127.0.0.42"
PATIENCE_S = 0.5  # with a front that waits for more of an attack
MIB = 1 << 20

# How each is started, and what of its example is this machine's: words that stand in it, and what takes their place.
FRONTS = {
    "nginx": (["nginx", "-c", "{file}", "-e", "stderr", "-g", "daemon off;"], "nginx.conf", {
        "/run/nginx.pid": "{folder}/pid", "/var/log/nginx/error.log": "stderr", "/var/log/nginx/access.log": "off",
        "worker_processes auto": "worker_processes 1", "worker_connections 16384": "worker_connections 512",
        "listen 443": "listen 127.0.0.1:{port}", "server 127.0.0.1:8080": "server 127.0.0.1:{gateway}",
        "/etc/sotay/tls": "{folder}/tls"}),
    "HAProxy": (["haproxy", "-db", "-f", "{file}"], "haproxy.cfg", {
        "maxconn 16384": "maxconn 200\n    nbthread 1", "bind :443": "bind 127.0.0.1:{port}",
        "server gateway 127.0.0.1:8081": "server gateway 127.0.0.1:{proxied}", "/etc/sotay/tls": "{folder}/tls"}),
    "Caddy": (["caddy", "run", "--adapter", "caddyfile", "--config", "{file}"], "Caddyfile", {
        "admin off": "admin off\n\tlog {{\n\t\toutput discard\n\t}}",
        "handbook.example.org {": ":{port} {{\n\tbind 127.0.0.1", "reverse_proxy 127.0.0.1:8080":
        "reverse_proxy 127.0.0.1:{gateway}", "/etc/sotay/tls": "{folder}/tls"}),
}


def make_certificate(folder):
    key, certificate, both = (Path(folder) / f"tls.{end}" for end in ("key", "crt", "pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    return certificate


@contextmanager
def front(name, gateway):
    """The program with its example; it has a port, the port behind it, and what clients trust."""
    command, example, words = FRONTS[name]
    text, port = (EXAMPLES / example).read_text(encoding="utf-8"), free_port()
    with tempfile.TemporaryDirectory(prefix="sotay-front-") as folder:
        places = {"folder": folder, "port": port, "gateway": gateway.port, "proxied": gateway.proxied,
                  "file": f"{folder}/{example}"}
        for word, instead in words.items():
            assert word in text, f"{example} does not say {word}"
            text = text.replace(word, instead.format(**places))
        Path(places["file"]).write_text(text, encoding="utf-8")
        certificate = make_certificate(folder)
        own = dict.fromkeys(["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"], folder)
        with process([word.format(**places) for word in command], port, {**os.environ, **own}):
            trust = ssl.create_default_context(cafile=certificate)
            yield SimpleNamespace(port=port, behind=gateway.proxied if name == "HAProxy" else gateway.port, trust=trust,
                                  base=f"https://127.0.0.1:{port}", certificate=str(certificate))


@contextmanager
def gateway_for_fronts(**settings):
    proxied = free_port()
    with own_gateway(trusted_proxies="127.0.0.1", proxied_listen=f"127.0.0.1:{proxied}", **settings) as gateway:
        gateway.proxied = proxied
        yield gateway


class Phone(Wire):
    """What says any bytes through TLS, from an address of its own."""

    def __init__(self, at, source):
        super().__init__(port=at.port, source=source)
        self.socket = at.trust.wrap_socket(self.socket, server_hostname="127.0.0.1")

    def receive(self, most=65536):
        try:
            return self.socket.recv(most)
        except OSError:
            return b""

    def heard(self, patience_s):
        """What comes within so long; that a socket can be read says nothing: it may be TLS's own."""
        self.socket.settimeout(patience_s)
        return self.receive()

    def ask(self, path, *fields):
        return self.say(request(f"GET {path} HTTP/1.1", ["Host: 127.0.0.1", *fields])).answer()


def ask(at, source, path, *fields):
    with Phone(at, source) as phone:
        return phone.ask(path, *fields)


# --- nothing is smuggled ---

class Innocents:
    """Two who ask behind each attack, one from the attacker's address and one from elsewhere, each on a connection of
    his own to the front: each gets his own."""

    def __init__(self, at, gateway, token):
        self.neighbour, self.stranger = Phone(at, NEIGHBOUR), Phone(at, STRANGER)
        self.bearer = f"Authorization: Bearer {token}"
        self.config = Client(gateway.base).get("/v1/config").content
        self.me = Client(gateway.base, token).get("/v1/me").content
        self.words = set()

    def get_their_own(self, attack):
        for phone, path, fields, right in ((self.neighbour, "/v1/me", [self.bearer], self.me),
                                           (self.stranger, "/v1/config", [], self.config)):
            word = f"innocent-{uuid.uuid4().hex}"
            self.words.add(word)
            answer = phone.ask(path, f"X-Correlation-Id: {word}", *fields)
            assert answer, f"{attack}: {path} was not answered"
            status, said, body = answer
            assert (status, said.get("x-correlation-id")) == (200, word), f"{attack}: {path}: {status} {said} {body!r}"
            assert body == right, f"{attack}: {path}: {body!r}"

    def are_in(self, heard):
        return self.me in heard or any(word.encode() in heard for word in self.words)


def attacks():
    """Each way with a hidden request that only begins, which could swallow somebody else's, and where it is hidden
    well also with a whole one, whose answer somebody else could get."""
    whole = request("GET /v1/nothing HTTP/1.1", ["Host: x", "X-Correlation-Id: smuggled"])
    begun = whole[:-2] + b"X-Swallow: "
    for name, data in AMBIGUOUS.items():
        yield name, data + begun
    for hidden in (whole, begun):
        yield from smuggled(hidden).items()


def nothing_is_smuggled(at, gateway, token):
    innocents, statuses = Innocents(at, gateway, token), collections.Counter()
    for attack, data in attacks():
        with Phone(at, ATTACKER) as attacker:
            try:
                attacker.say(data)
            except OSError:
                pass  # it was hung up on while it spoke
            heard = attacker.heard(PATIENCE_S)
            innocents.get_their_own(attack)
            heard += attacker.heard(0.001)
        assert not innocents.are_in(heard), f"{attack}: the attacker got {heard!r}"
        statuses[heard[9:12].decode() if heard.startswith(b"HTTP/1.1 ") else "none"] += 1
    return statuses


def connections_are_kept(at):
    """Else nothing could be smuggled, and the test would try nothing."""
    kept = None
    for _ in range(5):
        assert ask(at, NEIGHBOUR, "/v1/config")[0] == 200
        now = set(open_connections(at.behind))
        assert now and (kept is None or kept & now), f"another connection for each request: {kept} {now}"
        kept = now


def token_of(use):
    return stack.ctl("token", stack.LOGINS[use]["card_number"]).strip()


def fronted(name):
    token = token_of("member-4")
    with gateway_for_fronts(**NO_RATES) as gateway, front(name, gateway) as at:
        connections_are_kept(at)
        statuses = nothing_is_smuggled(at, gateway, token)
    return f"{statuses.total()} ways: " + ", ".join(f"{status} × {n}" for status, n in statuses.most_common())


# --- limits are the clients' own ---

def limited(name):
    with gateway_for_fronts(address_rate=1, address_burst=10) as gateway, front(name, gateway) as at:
        lies = [(f"X-Forwarded-For: 198.51.100.{i}", f"Forwarded: for=198.51.100.{i}",
                 "Connection: close, X-Forwarded-For, Forwarded") for i in range(15)]
        seen = [ask(at, ATTACKER, "/v1/config", *lie)[0] for lie in lies]
        assert 429 in seen, f"he is believed: {seen}"
        seen = [ask(at, STRANGER, "/v1/config")[0] for _ in range(5)]
        assert set(seen) == {200}, f"he pays for another: {seen}"
        never_without_tls_again(at)


def never_without_tls_again(at):
    for path in ("/v1/config", "/v1/none"):
        _, said, _ = ask(at, STRANGER, path)
        assert said.get("strict-transport-security", "").startswith("max-age="), said


# --- what is long ---

def upload(at, token):
    """Larger than a proxy's usual limit of 1 MiB."""
    raw = b"%PDF-1.4\n" + os.urandom(2 * MIB)
    answer = requests.post(f"{at.base}/v1/blobs", data=raw, headers={"Authorization": f"Bearer {token}"},
                           verify=at.certificate, timeout=60)
    assert answer.status_code == 201 and answer.json()["sha256"] == hashlib.sha256(raw).hexdigest(), answer.text


def refuse_too_much(at, token):
    head = ["Host: 127.0.0.1", f"Content-Length: {300 * MIB}", f"Authorization: Bearer {token}"]
    with Phone(at, ATTACKER) as phone:
        answer = phone.say(request("POST /v1/blobs HTTP/1.1", head)).answer()
    assert answer and answer[0] == 413, answer


def streamed(at, token):
    """The first words come while the answer goes on; and who leaves is left."""
    before = len(open_connections(at.behind))
    with Phone(at, STRANGER) as phone:
        phone.say(request("GET /v1/stream HTTP/1.1", ["Host: 127.0.0.1", f"Authorization: Bearer {token}"]))
        heard = b""
        while b"retry: 3000" not in heard:
            more = phone.receive()
            assert more, f"it ended, or said nothing for 20 s: {heard!r}"
            heard += more
        assert heard.startswith(b"HTTP/1.1 200"), heard
        phone.socket.shutdown(socket.SHUT_RDWR)
    eventually(lambda: len(open_connections(at.behind, ("01", "08"))) <= before, 10)


def long_ones(name):
    token = token_of("secretary-10B")
    with gateway_for_fronts(**NO_RATES) as gateway, front(name, gateway) as at:
        upload(at, token)
        if name != "Caddy":  # which counts while it reads
            refuse_too_much(at, token)
        streamed(at, token)


for front_name in FRONTS:
    case(f"behind {front_name} nothing is smuggled, and nobody gets another's answer")(
        functools.partial(fronted, front_name))
    case(f"behind {front_name} limits are the client's own, whatever he says of himself")(
        functools.partial(limited, front_name))
    case(f"through {front_name} uploads pass, a stream is told at once, and who leaves it is let go of")(
        functools.partial(long_ones, front_name))
