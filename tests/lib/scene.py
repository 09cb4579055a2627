"""What the programs of tests/e2e share: steps that are told one a line, with their time, and counted."""
import time
import uuid
from datetime import datetime, timedelta, timezone

import stack

DAY_S = 86_400

passed = failed = 0


class Scene:
    """What one step leaves for the next."""


def step(title, run):
    global passed, failed
    start = time.monotonic()
    try:
        note = run() or ""
        passed += 1
        mark = "ok  "
    except Exception as error:  # noqa: BLE001 - every failure is a line of the report
        failed += 1
        mark, note = "FAIL", f"{type(error).__name__}: {error}"
    print(f"{mark} {(time.monotonic() - start) * 1000:8.1f} ms  {title}  {note}", flush=True)


def end():
    """The last line; what the program exits with."""
    print(f"{passed} passed, {failed} failed")
    return failed > 0


def ok(answer, status):
    assert answer.status_code == status, f"{answer.status_code} {answer.text[:400]}"
    return answer.json() if answer.content else None


def clock(who, seconds):
    """Sets how far the clock of the services is ahead, and returns once they have looked at it."""
    def is_heard():
        path = f"/v1/me/devices/{uuid.uuid4()}"
        device = ok(who.put(path, json={"provider": "sim", "token": path}, headers={"Prefer": "wait=20"}), 200)
        who.delete(path, headers={"Prefer": "wait=20"})
        since = datetime.fromisoformat(device["created_at"]) - datetime.now(timezone.utc)
        return abs(since - timedelta(seconds=seconds)) < timedelta(minutes=1)

    stack.ctl("clock", f"+{int(seconds)}s")
    stack.eventually(is_heard)
