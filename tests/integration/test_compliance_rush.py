"""A compliance list that is paged through while its 500 branches register: none is lost, none comes twice."""
import itertools
import subprocess
import threading
import uuid
from pathlib import Path

import pytest

import roster
from client import Client, eventually
from conftest import RUN
from meetings import body, hour
from test_compliance import compliance, month_of

BRANCHES, AT_ONCE = 500, 8
WAIT = {"Prefer": "wait=20"}


@pytest.fixture
def place(settings, ctl, base_url, tmp_path):
    """Of a ward of its own: (the name of the ward, a client for each branch's secretary)."""
    code, name = f"T-{uuid.uuid4().hex[:8]}", f"Phường đông {uuid.uuid4().hex[:8]}"
    codes = [f"{code}-{n:03}" for n in range(BRANCHES)]
    organizations = [{"code": code, "parent_code": roster.ROOT_CODE, "level": "grassroots", "name": name}] + [
        {"code": each, "parent_code": code, "level": "branch", "name": f"Chi bộ {each}"} for each in codes]
    members = [{"card_number": f"T{uuid.uuid4().hex[:12]}", "full_name": "Lê Thị Bí", "branch_code": each,
                "status": "official", "exempt": "false", "position": "secretary"} for each in codes]
    files = []
    for file, header, rows in (("organizations.csv", roster.ORGANIZATION, organizations),
                               ("members.csv", roster.MEMBER, members)):
        files.append(tmp_path / file)
        files[-1].write_text(roster.text(header, rows), encoding="utf-8")
    auth = Path(settings["build_dir"]) / "services/auth/auth"
    result = subprocess.run([auth, "--config", RUN / "etc/auth.conf", "import", *files],
                            capture_output=True, text=True, timeout=120)
    assert result.returncode == 0 and "rejected=0" in result.stdout, result.stdout + result.stderr
    tokens = ctl("token", *(member["card_number"] for member in members)).split()
    return [Client(base_url, token) for token in tokens]


def register(secretaries, starts_at, refused):
    """Each takes the next one until none is left."""
    for secretary in secretaries:
        made = secretary.post("/v1/meetings", headers=WAIT, json=body(
            secretary.get("/v1/me").json()["branch"], kind="regular", starts_at=starts_at))
        if made.status_code != 201:
            refused.append(made.text)


class Shared:
    """One iterator for several threads."""

    def __init__(self, items):
        self.items, self.lock = iter(items), threading.Lock()

    def __iter__(self):
        while True:
            with self.lock:
                item = next(self.items, None)
            if item is None:
                return
            yield item


def test_a_list_that_is_read_while_500_branches_register_loses_none_and_doubles_none(api, place):
    ward = place[0].get("/v1/me").json()["organizations"][-2]["id"]
    starts_at, refused, walks = hour(45), [], 0
    month, officer = month_of(starts_at), api("city-officer")

    def walk(**params):
        return [row["branch"]["id"] for row in compliance(officer, ward, month=month, **params)]

    everybody = eventually(lambda: (lambda rows: len(rows) == BRANCHES and rows)(walk()), 60)
    shared = Shared(place)
    threads = [threading.Thread(target=register, args=(shared, starts_at, refused)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for state in itertools.cycle(("", "not_registered", "registered")):
        if not any(thread.is_alive() for thread in threads):
            break
        rows = walk(limit=100, **({"state": state} if state else {}))
        assert len(set(rows)) == len(rows) and set(rows) <= set(everybody), state
        assert state or rows == everybody
        walks += 1
    for thread in threads:
        thread.join()
    assert not refused and walks > 3, (refused[:3], walks)
    eventually(lambda: walk(state="registered") == everybody and not walk(state="not_registered"))
