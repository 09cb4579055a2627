"""GET /v1/stream: what a session may see is told as it happens, and nothing else (rule 8, ACCESS)."""
import json
import os
import socket
import subprocess
import threading
import time
import uuid

import pytest
import requests

import test_documents
from client import Client, assert_problem, eventually
from conftest import RUN
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
def branch(branch_of_ones_own):
    branch = branch_of_ones_own("Chi bộ nghe")
    branch.cards = {"secretary": branch.add("Lê Thị Bí", position="secretary"), "member": branch.add("Lê Văn Viên"),
                    "colleague": branch.add("Lê Thị Đồng")}
    branch.save()
    return branch


@pytest.fixture
def people(branch, branch_of_ones_own, base_url, token_of):
    """The secretary and two members of a branch, and somebody of another."""
    other = branch_of_ones_own("Chi bộ ngoài")
    cards = {**branch.cards, "stranger": other.add("Lê Văn Ngoài")}
    other.save()
    return {who: Client(base_url, token_of(card)) for who, card in cards.items()}


@pytest.fixture
def gap(settings):
    """gap(): a service begins to count anew, so that the gateway may have missed something."""
    def begin_anew():
        told = b"\x0a\x10" + uuid.uuid4().bytes + b"\x10\x01"  # Told: an epoch of its own, number 1
        user, password = (RUN / "secrets/redis-analytics").read_text().strip().split(":")
        subprocess.run(["redis-cli", "-p", settings["port.redis"], "--user", user, "-x", "publish", "told:analytics"],
                       input=told, check=True, capture_output=True, env={**os.environ, "REDISCLI_AUTH": password})
    return begin_anew


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


def test_who_was_away_while_something_may_have_been_missed_begins_anew(people, listen, gap):
    stays, goes = listen(people["secretary"]), listen(people["member"])
    meeting = meet(people)
    eventually(lambda: goes.changes_of(meeting["id"]) and stays.changes_of(meeting["id"]))
    goes.close()
    gap()
    eventually(lambda: stays.told("resync"))
    comes_again = listen(people["member"], goes.last_id)
    eventually(lambda: comes_again.told("resync"))
    # Who has begun anew is where everybody is.
    later = meet(people, starts_at=hour(days=60))
    eventually(lambda: stays.changes_of(later["id"]))
    stays.close()
    missed = meet(people, starts_at=hour(days=90))
    again = listen(people["secretary"], stays.last_id)
    eventually(lambda: again.changes_of(missed["id"]))
    assert not again.told("resync")


def draft(people, **changes):
    branch = people["secretary"].get("/v1/me").json()["branch"]
    made = people["secretary"].post("/v1/documents", json=test_documents.body(branch, **changes), headers=PATIENT)
    assert made.status_code == 201, made.text
    return made.json()


def issue(people, **changes):
    path = f"/v1/documents/{draft(people, **changes)['id']}/publish"
    answer = people["secretary"].post(path, json={"notify": "none"}, headers=PATIENT)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_is_restricted_is_told_to_the_named_alone(people, listen):
    streams = {who: listen(people[who]) for who in ("member", "colleague", "stranger")}
    named = people["member"].get("/v1/me").json()["id"]
    branch = people["secretary"].get("/v1/me").json()["branch"]["id"]
    restricted = issue(people, classification="restricted",
                       audience={"organization_ids": [branch], "member_ids": [named]})
    eventually(lambda: restricted["version"] in streams["member"].changes_of(restricted["id"]))
    internal, public = issue(people), issue(people, classification="public")
    eventually(lambda: all(streams[who].changes_of(internal["id"]) for who in ("member", "colleague")))
    eventually(lambda: all(stream.changes_of(public["id"]) for stream in streams.values()))
    assert not streams["colleague"].changes_of(restricted["id"])
    assert [change["id"] for change in streams["stranger"].told("changed")
            if change["id"] in (restricted["id"], internal["id"])] == []


def test_a_documents_draft_and_what_is_hidden_are_its_issuers_alone(people, listen):
    member, secretary = listen(people["member"]), listen(people["secretary"])
    wrong = issue(people)
    eventually(lambda: wrong["version"] in member.changes_of(wrong["id"]))
    answer = people["secretary"].post(f"/v1/documents/{wrong['id']}/withdraw", headers=PATIENT,
                                      json={"reason": "Gửi nhầm", "hide": True})
    assert answer.status_code == 200, answer.text
    hidden = answer.json()["version"]
    eventually(lambda: hidden in secretary.changes_of(wrong["id"]))
    own = draft(people)
    eventually(lambda: secretary.changes_of(own["id"]))
    right = issue(people)
    eventually(lambda: right["version"] in member.changes_of(right["id"]))
    assert hidden not in member.changes_of(wrong["id"]) and not member.changes_of(own["id"])


def test_what_the_city_issues_for_all_is_told_in_every_branch(people, api, listen):
    streams = [listen(people["member"]), listen(people["stranger"])]
    officer = api("city-officer")
    city = officer.get("/v1/me").json()["organizations"][0]
    made = officer.post("/v1/documents", headers=PATIENT,
                        json=test_documents.body(city, audience={"organization_ids": [city["id"]], "subtree": True}))
    assert made.status_code == 201, made.text
    document = test_documents.publish(lambda _: officer, made.json())
    eventually(lambda: all(document["version"] in stream.changes_of(document["id"]) for stream in streams))


def test_figures_are_told_to_who_may_see_them(people, listen):
    member, secretary = listen(people["member"]), listen(people["secretary"])
    branch = people["secretary"].get("/v1/me").json()["branch"]["id"]
    meet(people)
    eventually(lambda: secretary.changes_of(branch))  # both are told at once
    assert not member.changes_of(branch)


def test_whose_rights_are_taken_hears_nothing_more(people, branch, listen):
    secretary, member = listen(people["secretary"]), listen(people["member"])
    eventually(lambda: people["secretary"].get("/v1/me").status_code == 200)
    branch.members[branch.cards["secretary"]]["position"] = "none"
    branch.save()
    eventually(lambda: secretary.ended, 3)  # a second is the promise; the machine of the tests is slow
    assert_problem(people["secretary"].get("/v1/stream"), 401, "token_invalid")
    assert not member.ended


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


def operation(answer):
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def test_a_command_that_was_on_its_way_is_told_when_it_has_settled(people, listen):
    now = {"Prefer": "wait=0"}
    secretary, meeting = people["secretary"], meet(people)
    stream, other = listen(secretary), listen(people["member"])
    path, changes = f"/v1/meetings/{meeting['id']}", {"place": "Nhà văn hóa số 2"}
    done = operation(secretary.patch(path, json=changes, headers={**if_match(meeting), **now}))
    eventually(lambda: {"id": done, "state": "succeeded"} in stream.told("operation"))
    refused = operation(secretary.patch(path, json=changes, headers={**if_match(meeting), **now}))  # of an old version
    eventually(lambda: {"id": refused, "state": "rejected"} in stream.told("operation"))
    assert not other.told("operation")
    stream.close()
    again = listen(secretary, stream.last_id)
    eventually(lambda: {"id": done, "state": "succeeded"} in again.told("operation"))


def test_nobody_listens_without_a_token(base_url):
    assert_problem(Client(base_url).get("/v1/stream"), 401, "token_invalid")
    assert_problem(Client(base_url, str(uuid.uuid4())).get("/v1/stream"), 401, "token_invalid")
