"""A client of the public API as the tests use it, and polling with a deadline."""
import base64
import hmac
import struct
import time
import uuid

import requests


def totp(secret, at=None):
    """RFC 6238: SHA-1, 30 s, 6 digits."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start:start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def eventually(check, deadline_s=10.0):
    """What `check` returns as soon as it is true, no assertion fails and `next` finds what it looks for; after the
    deadline its last failure."""
    end = time.monotonic() + deadline_s
    pause_s = 0.01
    while True:
        try:
            result = check()
            if result:
                return result
            failure = AssertionError(f"still {result!r} after {deadline_s} s")
        except (AssertionError, StopIteration, requests.ConnectionError, requests.Timeout) as error:
            failure = error
        if time.monotonic() > end:
            raise failure
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, 0.25)


class Client:
    """Requests under one login. Paths start at /v1. Every POST gets an Idempotency-Key of its own, or `key`."""

    def __init__(self, base_url, token=None, login=None):
        self.base_url, self.token, self.login = base_url, token, login
        self.session = requests.Session()
        self.patient = True
        self.pace = None  # of who writes much (tests/lib/pace.py)
        # Loopback never goes through a proxy.
        self.session.trust_env = False

    def send(self, method, path, *, key=None, headers=None, **options):
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if key or method == "POST":
            sent.setdefault("Idempotency-Key", key or str(uuid.uuid4()))
        return self.once_allowed(lambda: self.session.request(method, self.base_url + path, headers=sent, timeout=30,
                                                              allow_redirects=False, **options))

    def once_allowed(self, request):
        """Tests share a few members: who is too fast for his rate waits, unless that is the test (`patient` False)."""
        end = time.monotonic() + 30
        while True:
            answer = request()
            if answer.status_code != 429 or not self.patient or time.monotonic() > end:
                return answer
            time.sleep(float(answer.headers.get("Retry-After", 1)))

    def get(self, path, **options):
        return self.send("GET", path, **options)

    def post(self, path, **options):
        return self.send("POST", path, **options)

    def put(self, path, **options):
        return self.send("PUT", path, **options)

    def patch(self, path, **options):
        return self.send("PATCH", path, **options)

    def delete(self, path, **options):
        return self.send("DELETE", path, **options)

    def items(self, path, **params):
        """All items of a list, page after page."""
        params = {"limit": 100, **params}
        while True:
            answer = self.get(path, params=params)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            yield from page["items"]
            if page["next_cursor"] is None:
                return
            params["cursor"] = page["next_cursor"]


def sign_in(base_url, login):
    """A client with a session of its own."""
    # A device of its own: a one-time code opens one session on each device.
    body = {"card_number": login["card_number"], "password": login["password"], "device_id": f"test-{uuid.uuid4()}"}
    if login["otp_secret"]:
        body["otp"] = totp(login["otp_secret"])
    answer = Client(base_url).post("/v1/auth/login", json=body)
    assert answer.status_code == 200, answer.text
    return Client(base_url, answer.json()["access_token"], login)


def assert_problem(answer, status, code, field=None):
    """`answer` is a problem document with this status and code, and names the field if one is given."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.headers
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["correlation_id"] == answer.headers["X-Correlation-Id"]
    if field is not None:
        assert field in [error["field"] for error in problem["errors"]], problem
    return problem
