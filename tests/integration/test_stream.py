"""GET /v1/stream: what a session may see is told as it happens, and nothing else (rule 8, ACCESS)."""
import json
import socket
import threading
import time
import uuid

import pytest
import requests

from client import Client, assert_problem, eventually
from meetings import body, hour, if_match

PATIENT = {"Prefer": "wait=20"}


class Stream:
    """What one stream was told, read by a thread of its own until it ends."""

    def __init__(self, client, last_id=None):
        headers = {"Authorization": f"Bearer {client.token}", **({"Last-Event-ID": last_id} if last_id else {})}
        session = requests.Session()
        session.trust_env = False
        self.answer = session.get(client.base_url + "/v1/stream", headers=headers, stream=True, timeout=(10, 60))
        self.events, self.last_id, self.ended = [], last_id, False
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        event = {}
        try:
            for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
                name, _, value = line.partition(": ")
                if line == "" and "data" in event:
                    self.events.append((event["event"], json.loads(event["data"])))
                if line == "":
                    event = {}
                elif name == "id":
                    self.last_id = value
                elif name:
                    event[name] = value
        except (requests.RequestException, AttributeError, ValueError):
            pass  # closed
        self.ended = True

    def told(self, kind):
        return [data for event, data in self.events if event == kind]

    def changes_of(self, thing):
        return [data["version"] for data in self.told("changed") if data["id"] == thing]

    def close(self):
        """At once: to close the answer would wait for its next line."""
        try:
            self.answer.raw.connection.sock.shutdown(socket.SHUT_RDWR)
        except (AttributeError, OSError):
            pass  # it has ended
        self.thread.join(5)


@pytest.fixture
def listen():
    opened = []

    def start(client, last_id=None):
        opened.append(Stream(client, last_id))
        assert opened[-1].answer.status_code == 200, opened[-1].answer.text
        assert opened[-1].answer.headers["Content-Type"] == "text/event-stream"
        return opened[-1]

    yield start
    for stream in opened:
        stream.close()


@pytest.fixture
def people(branch_of_ones_own, base_url, token_of):
    """The secretary and a member of a branch, and somebody of another."""
    branch, other = branch_of_ones_own("Chi bộ nghe"), branch_of_ones_own("Chi bộ ngoài")
    cards = {"secretary": branch.add("Lê Thị Bí", position="secretary"), "member": branch.add("Lê Văn Viên"),
             "stranger": other.add("Lê Văn Ngoài")}
    branch.save()
    other.save()
    return {who: Client(base_url, token_of(card)) for who, card in cards.items()}


def meet(people, **changes):
    branch = people["secretary"].get("/v1/me").json()["branch"]
    answer = people["secretary"].post("/v1/meetings", json=body(branch, **changes), headers=PATIENT)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_member_hears_of_a_meeting_and_its_change_within_a_second_and_a_stranger_of_neither(people, listen):
    member, stranger = listen(people["member"]), listen(people["stranger"])
    meeting = meet(people)
    eventually(lambda: member.changes_of(meeting["id"]))
    began = time.monotonic()
    changed = people["secretary"].patch(f"/v1/meetings/{meeting['id']}", json={"place": "Nhà văn hóa số 2"},
                                        headers={**if_match(meeting), **PATIENT}).json()
    eventually(lambda: changed["version"] in member.changes_of(meeting["id"]))
    assert time.monotonic() - began < 5  # the machine of the tests is slow; the bench says how fast it is
    eventually(lambda: any(told["unread"] > 0 for told in member.told("inbox")), 20)
    other = meet(people, starts_at=hour(days=90))
    eventually(lambda: member.changes_of(other["id"]))
    assert not stranger.told("changed")


def test_a_draft_is_told_to_its_secretary_alone(people, listen):
    member, secretary = listen(people["member"]), listen(people["secretary"])
    draft = meet(people, publish=False)
    eventually(lambda: secretary.changes_of(draft["id"]))
    published = meet(people, starts_at=hour(days=60))
    eventually(lambda: member.changes_of(published["id"]))
    assert not member.changes_of(draft["id"])


def test_who_comes_again_is_told_what_he_missed(people, listen):
    first = listen(people["member"])
    meeting = meet(people)
    eventually(lambda: first.changes_of(meeting["id"]))
    first.close()
    missed = meet(people, starts_at=hour(days=60))
    again = listen(people["member"], first.last_id)
    eventually(lambda: again.changes_of(missed["id"]) or again.told("resync"))
    assert again.changes_of(missed["id"])
    eventually(lambda: again.told("inbox"))
    elsewhere = listen(people["member"], "0123456789abcdef-7")
    eventually(lambda: elsewhere.told("resync"))


def test_a_stream_ends_with_its_session(account, base_url, listen):
    me = Client(base_url, account["access_token"])
    stream = listen(me)
    answer = me.post("/v1/auth/logout", json={"refresh_token": account["refresh_token"]})
    assert answer.status_code == 204, answer.text
    eventually(lambda: stream.ended, 15)
    assert_problem(me.get("/v1/stream"), 401, "session_ended")


def test_a_ninth_stream_of_one_member_ends_his_first(people, listen):
    streams = [listen(people["member"]) for _ in range(9)]
    eventually(lambda: streams[0].ended)
    assert not any(stream.ended for stream in streams[1:])


def test_a_command_that_is_still_on_its_way_is_told_when_it_has_settled(people, listen):
    stream = listen(people["secretary"])
    branch = people["secretary"].get("/v1/me").json()["branch"]
    answer = people["secretary"].post("/v1/meetings", json=body(branch), headers={"Prefer": "respond-async"})
    if answer.status_code == 202:
        operation = answer.json()["id"]
        eventually(lambda: {"id": operation, "state": "succeeded"} in stream.told("operation"))
    else:
        assert answer.status_code == 201, answer.text  # it was faster than the answer


def test_nobody_listens_without_a_token(base_url):
    assert_problem(Client(base_url).get("/v1/stream"), 401, "token_invalid")
    assert_problem(Client(base_url, str(uuid.uuid4())).get("/v1/stream"), 401, "token_invalid")
