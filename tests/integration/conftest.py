"""Fixtures over the running stack that SOTAY_RUN names (tests/run starts one; without it, that of deploy/local/up).

    def test_a_member_sees_the_own_branch(api, login):
        branch = login("member-10B")["branch"]
        assert api("member-10B").get(f"/v1/organizations/{branch['id']}").status_code == 200
"""
import datetime
import json
import os
import subprocess
import uuid
from pathlib import Path

import pytest

import client
import roster

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "hoa sữa đầu thu"  # of `account`
RUN = Path(os.environ.get("SOTAY_RUN", ROOT / ".run"))


@pytest.fixture(scope="session")
def settings():
    """What `up` recorded: port.<name>, build_dir, …"""
    return dict(line.split("=", 1) for line in (RUN / "settings").read_text().splitlines())


@pytest.fixture(scope="session")
def base_url(settings):
    return f"http://127.0.0.1:{settings['port.gateway']}"


@pytest.fixture(scope="session")
def login():
    """login(use): one of logins.json."""
    logins = {row["use"]: row for row in json.loads((RUN / "logins.json").read_text())}
    return logins.__getitem__


@pytest.fixture(scope="session")
def api(base_url, login):
    """api(use): a client signed in as that demo login, one session for the whole run; api(): nobody."""
    clients = {}

    def signed_in(use=None):
        if use not in clients:
            clients[use] = client.sign_in(base_url, login(use)) if use else client.Client(base_url)
        return clients[use]

    return signed_in


@pytest.fixture(scope="session")
def token_of(ctl):
    """token_of(card): an access token without a login, for the many who have no entry in logins.json."""
    return lambda card: ctl("token", card).strip()


@pytest.fixture(scope="session")
def ctl():
    """ctl("pushes"): what deploy/local/ctl prints."""

    def run(*arguments):
        result = subprocess.run([ROOT / "deploy/local/ctl", *arguments], capture_output=True, text=True, timeout=120,
                                env={**os.environ, "SOTAY_RUN": str(RUN)})
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


@pytest.fixture
def branch_of_ones_own(settings, tmp_path):
    """branch_of_ones_own("Chi bộ thử"): a roster.Branch that is not imported yet."""
    return lambda name: roster.Branch(settings, RUN, tmp_path, name=f"{name} {uuid.uuid4().hex[:8]}")


@pytest.fixture
def account(branch_of_ones_own, ctl, base_url):
    """A member of a branch of his own who has just activated his account: {card_number, …session}."""
    branch = branch_of_ones_own("Chi bộ kích hoạt")
    card = branch.add("Lê Thị Mới")
    branch.save()
    body = {"card_number": card, "activation_code": ctl("activation-code", card).strip(), "password": PASSWORD,
            "device_id": f"test-{uuid.uuid4()}"}
    answer = client.Client(base_url).post("/v1/auth/activate", json=body)
    assert answer.status_code == 200, answer.text
    return {"card_number": card, **answer.json()}


@pytest.fixture
def clock(ctl, account, base_url):
    """clock(-301): sets the demo clock so many seconds ahead, and returns once the gateway has looked at it."""
    me = client.Client(base_url, account["access_token"])

    def is_heard(ahead_s):
        body = {"provider": "sim", "token": f"sim-{uuid.uuid4()}"}
        made = me.put(f"/v1/me/devices/{uuid.uuid4()}", json=body, headers={"Prefer": "wait=20"}).json()
        ahead = datetime.datetime.fromisoformat(made["created_at"]) - datetime.datetime.now(datetime.timezone.utc)
        return abs(ahead.total_seconds() - ahead_s) < 60

    def set_ahead(ahead_s):
        ctl("clock", f"{ahead_s:+d}s")
        client.eventually(lambda: is_heard(ahead_s))

    yield set_ahead
    set_ahead(0)


@pytest.fixture
def failpoint(settings):
    """failpoint("meeting", "loop.commit.before", "kill"): armed in that process, switched off after the test."""
    armed = []

    def arm(service, name, action, after=1):
        url = f"http://127.0.0.1:{settings['port.' + service.replace('gateway', 'gateway_ops')]}/failpoints"
        answer = client.Client("").post(url, params={"name": name, "action": action, "after": after})
        assert answer.status_code in (200, 204), answer.text
        armed.append((url, name))

    yield arm
    for url, name in armed:
        try:
            client.Client("").post(url, params={"name": name, "action": "off"})
        except client.requests.ConnectionError:
            # Killed and not back yet: then nothing is armed any more.
            pass


@pytest.fixture(scope="session")
def eventually():
    return client.eventually
