"""What the security tests share: a case is a sentence and a function; sockets that say any bytes; what the gateway
holds."""
import json
import re
import socket
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in ("lib", "bench")]
import stack  # noqa: E402
from wrk import gateway_with  # noqa: E402

HOST, PORT = "127.0.0.1", int(stack.SETTINGS["port.gateway"])
CASES = []
NO_RATES = dict.fromkeys(["address_rate", "address_burst", "member_rate", "member_burst"], 1000000)


def case(title):
    """Puts the function among the cases that `run` goes through, in the order of the files."""
    def add(function):
        CASES.append((title, function))
        return function
    return add


class Wire:
    """A connection on which a test says what no client would."""

    def __init__(self, port=PORT, source="127.0.0.1", timeout=20, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.bind((source, 0))
        self.socket.connect((HOST, port))
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, data):
        self.socket.sendall(data)
        return self

    def answer(self):
        """Status, header fields in lower case, body; None where the connection ended without an answer."""
        data = self.rest
        while b"\r\n\r\n" not in data:
            more = self.receive()
            if not more:
                return None
            data += more
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        status, length = int(lines[0].split()[1]), int(fields.get("content-length", 0))
        if status == 100:
            self.rest = body
            return self.answer()
        while len(body) < length and (more := self.receive()):
            body += more
        self.rest = body[length:]
        return status, fields, body[:length]

    def receive(self, most=65536):
        try:
            return self.socket.recv(most)
        except (ConnectionError, TimeoutError):
            return b""


def request(line="GET /v1/config HTTP/1.1", fields=("Host: localhost",), body=b""):
    return "\r\n".join([line, *fields, "", ""]).encode("latin-1") + body


def assert_refused(answer, status, code):
    """A problem, wherever it was made."""
    assert answer, "no answer at all"
    got, fields, body = answer
    assert got == status, f"{got} {body[:200]}"
    assert fields.get("content-type") == "application/problem+json", fields
    assert fields.get("x-content-type-options") == "nosniff", fields
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (status, code), problem
    return problem


@contextmanager
def own_gateway(**settings):
    """A gateway beside the stack's that differs in these settings; it has a base, a port, an operator's address
    (ops) and a pid."""
    with gateway_with(**settings) as (base, process):
        yield SimpleNamespace(base=base, port=int(base.rsplit(":", 1)[1]), ops=process.ops,
                              pid=process.pid)


def resident_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def open_connections(port, states=("01",)):
    """Those to the port that are in these states on the gateway's side: 01 is established, 08 half closed by who
    asked."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return [row[2] for row in rows if row[1].endswith(f":{port:04X}") and row[3] in states]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def read_times_ms(client, path, n):
    """Of other members' reads. `{n}` in the path is another number each time: so no cache answers."""
    times = []
    for i in range(n):
        start = time.monotonic()
        status = client.get(path.format(n=1 + i % 100)).status_code
        assert status == 200, status
        times.append((time.monotonic() - start) * 1000)
    return times
