"""Writes that are repeated until each is acknowledged, as a phone with a poor network does."""
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import stack
from stack import requests


class Writer:
    """The same key again after every silence, 429 or 5xx. 200, 201 and 204 are acknowledgements, and so is 202: at once
    where there is no operation, else once that has succeeded. What is never acknowledged or is refused stands in
    `refused`. `times`: when it was first sent, and when it was acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged, self.times, self.refused, self.longest_gap_s = {}, {}, [], 0.0
        self.last = time.monotonic()

    def heard(self):
        """The system said that it has taken a write: the time without that is what it was unavailable."""
        now = time.monotonic()
        with self.lock:
            self.longest_gap_s = max(self.longest_gap_s, now - self.last)
            self.last = now

    def refuse(self, key, status, text):
        with self.lock:
            self.refused.append((key, status, text))

    def acknowledge(self, key, answer, sent):
        with self.lock:
            self.acknowledged[key] = answer
            self.times[key] = sent, time.monotonic()
        return answer

    def longest_wait_s(self, since):
        """Of what was waited for from then on."""
        return max((end - max(start, since) for start, end in self.times.values() if end > since), default=0.0)

    def settled(self, who, operation_id, end):
        """succeeded, rejected, or None where it is not known in time."""
        pause_s = 0.2
        while time.monotonic() < end:
            try:
                state = who.get(f"/v1/operations/{operation_id}").json().get("state")
            except (requests.RequestException, ValueError):
                state = None
            if state in ("succeeded", "rejected"):
                return state
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, 2)
        return None

    def send(self, who, method, path, body, key, headers):
        """An answer that says more than "not now", or None."""
        if who.pace:
            who.pace.wait()
        try:
            answer = who.session.request(method, who.base_url + path, json=body, timeout=25, headers={
                "Authorization": f"Bearer {who.token}", "Idempotency-Key": key, **(headers or {})})
        except requests.RequestException:
            time.sleep(0.1)
            return None
        if answer.status_code in (429, 500, 502, 503):
            time.sleep(min(float(answer.headers.get("Retry-After", 0.2)), 1.0))
            return None
        return answer

    def write(self, who, method, path, body, key, deadline_s=120, headers=None):
        """The answer that acknowledges it; None: refused."""
        start = time.monotonic()
        end = start + deadline_s
        while time.monotonic() < end:
            answer = self.send(who, method, path, body, key, headers)
            if answer is None:
                continue
            if answer.status_code not in (200, 201, 202, 204):
                return self.refuse(key, answer.status_code, answer.text[:300])
            self.heard()
            waits = answer.status_code == 202 and answer.content
            if not waits or self.settled(who, answer.json()["id"], end) == "succeeded":
                return self.acknowledge(key, answer, start)
        return self.refuse(key, 0, "never acknowledged")


def comment(members, path, n):
    """n comments at a meeting's path; their texts, when all are acknowledged."""
    writer, texts = Writer(), [str(uuid.uuid4()) for _ in range(n)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: writer.write(members[i % len(members)], "POST", path, {"text": texts[i]}, texts[i]),
                      range(n)))
    assert not writer.refused, writer.refused[:3]
    return texts
