"""Web Push (S21): a browser is a device; what its worker is told is sealed for it alone, and opened here by another
implementation (http_ece)."""
import base64
import json
import os
import uuid

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client import Client, eventually
from meetings import body, hour

PATIENT = {"Prefer": "wait=20"}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bytes_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """What a browser keeps of a subscription, and what it hands out of it."""

    def __init__(self, service, name):
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.path = f"/webpush/{name}-{uuid.uuid4()}"
        self.endpoint = service + self.path

    def subscription(self):
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None,
                           "keys": {"p256dh": base64url(point), "auth": base64url(self.auth)}})

    def opened(self, message):
        text = http_ece.decrypt(bytes_of(message["body"]), private_key=self.key, auth_secret=self.auth,
                                version="aes128gcm")
        return json.loads(text)


@pytest.fixture
def browser(settings):
    """browser("dead"): a subscription at the simulator, whose name begins so."""
    return lambda name="x": Browser(f"http://127.0.0.1:{settings['port.simulator_h2']}", name)


@pytest.fixture
def people(branch_of_ones_own, base_url, token_of):
    branch = branch_of_ones_own("Chi bộ trình duyệt")
    cards = {"secretary": branch.add("Lê Thị Bí", position="secretary"), "member": branch.add("Lê Văn Viên")}
    branch.save()
    return {who: Client(base_url, token_of(card)) for who, card in cards.items()}


@pytest.fixture
def taken(ctl):
    """taken(browser): what its push service was given for it."""

    def look(browser):
        messages = [json.loads(line)["message"] for line in ctl("pushes").splitlines()]
        return [message for message in messages if message["token"] == browser.path]

    return look


def register(client, token):
    answer = client.put(f"/v1/me/devices/web-{uuid.uuid4()}", json={"provider": "webpush", "token": token},
                        headers=PATIENT)
    assert answer.status_code in (200, 201), answer.text


def meet(people, **changes):
    branch = people["secretary"].get("/v1/me").json()["branch"]
    answer = people["secretary"].post("/v1/meetings", json=body(branch, **changes), headers=PATIENT)
    assert answer.status_code == 201, answer.text
    return answer.json()


def settled(people, meeting):
    def look():
        answer = people["secretary"].get(f"/v1/notifications/{meeting['notification_id']}/delivery")
        assert answer.status_code == 200, answer.text
        return answer.json()["settled_at"] and answer.json()

    return eventually(look, 30)


def test_what_is_published_reaches_the_members_browser_sealed(people, browser, taken):
    his = browser()
    register(people["member"], his.subscription())
    meeting = meet(people)
    found = settled(people, meeting)
    assert (found["devices"], found["delivered"], found["dead"]) == (1, 1, 0), found
    message, = taken(his)
    notification = meeting["notification_id"]
    assert his.opened(message) == {"notification_id": notification, "kind": "meeting_scheduled", "tag": notification,
                                   "url": f"/app/hop/{meeting['id']}", "title": "Sổ tay",
                                   "body": "Sổ tay: có thông báo mới"}
    assert message["headers"]["topic"] == base64url(uuid.UUID(notification).bytes)
    assert message["headers"]["urgency"] == "normal" and 0 < int(message["headers"]["ttl"]) <= 24 * 3600


def test_a_subscription_that_has_ended_is_sent_to_no_more(people, browser, taken):
    register(people["member"], browser("dead").subscription())
    found = settled(people, meet(people))
    assert (found["devices"], found["delivered"], found["dead"]) == (1, 0, 1), found
    assert found["failures"] == [{"code": "SUBSCRIPTION_ENDED", "count": 1}]
    his = browser()
    register(people["member"], his.subscription())
    found = settled(people, meet(people, starts_at=hour(days=60)))
    assert (found["devices"], found["delivered"], found["dead"]) == (1, 1, 0), found
    assert len(taken(his)) == 1


def test_what_is_no_subscription_ends_the_device_and_holds_nobody(people, browser, taken):
    his = browser()
    register(people["member"], his.subscription())
    register(people["member"], "not a subscription")
    register(people["member"], json.dumps({**json.loads(his.subscription()), "endpoint": "http://10.0.0.1/x"}))
    found = settled(people, meet(people))
    assert (found["devices"], found["delivered"], found["dead"]) == (3, 1, 2), found
    assert found["failures"] == [{"code": "INVALID_SUBSCRIPTION", "count": 2}]
    assert len(taken(his)) == 1
