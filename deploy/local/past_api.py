"""Requests of a demo city's people at hours of the past: X-Demo-Clock (services/gateway/edge/demo_clock.h) sets the
clock of each. A key is made of what is written, so that a second run writes nothing twice."""
import http.client
import json
import subprocess
import time
import uuid

NAMESPACE = uuid.UUID("6f1c0a52-8d0e-4a57-9b51-5f1d4c1b0d5a")
DEADLINE_S = 90


class Refused(Exception):
    pass


class Person:
    """Somebody with a token; used by one thread at a time."""

    def __init__(self, port, card, token):
        self.port, self.card, self.token = port, card, token
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def write(self, method, path, body, at, key, headers=None):
        """At `at` (seconds since 1970); answers what the route does. Waits where it is told to, until the deadline."""
        sent = {"Idempotency-Key": str(uuid.uuid5(NAMESPACE, f"{self.card} {method} {path} {key}")),
                "Prefer": "wait=20", "Content-Type": "application/json", **(headers or {})}
        status, answer = self.patiently(method, path, body, at, sent)
        if status == 202 and answer:
            raise Refused(f"{method} {path}: not settled within 20 s")
        return answer

    def read(self, path, at=None):
        return self.patiently("GET", path, None, time.time() if at is None else at, {})[1]

    def patiently(self, method, path, body, at, headers):
        end = time.monotonic() + DEADLINE_S
        while True:
            status, answer, wait_s = self.once(method, path, body, at, headers)
            if status < 300:
                return status, answer
            if status not in (429, 503) or time.monotonic() + wait_s > end:
                raise Refused(f"{method} {path} at {time.strftime('%F %T', time.gmtime(at))}: {status} {answer}")
            time.sleep(wait_s)

    def once(self, method, path, body, at, headers):
        sent = {"Authorization": f"Bearer {self.token}", "X-Demo-Clock": str(int(at - time.time())), **headers}
        text = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, text, sent)
            answer = self.connection.getresponse()
            content = answer.read()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            return 503, None, 0.2
        wait_s = float(answer.headers.get("Retry-After", 0)) or 0.2
        return answer.status, json.loads(content) if content else None, wait_s


def people(ctl, port, cards):
    """A person for each card: `ctl` is the path of deploy/local/ctl, whose `token` signs them in."""
    cards = list(cards)
    tokens = []
    for start in range(0, len(cards), 500):
        tokens += subprocess.run([ctl, "token", *cards[start:start + 500]], check=True, capture_output=True,
                                 text=True).stdout.split()
    return {card: Person(port, card, token) for card, token in zip(cards, tokens)}
