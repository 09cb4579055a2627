"""A repeat is known by what it means: the body as a message, the path as its ids (API.md, Conventions)."""
import json
import time
import unicodedata
import uuid

import pytest
from client import assert_problem
from gateway_help import new_key
from meetings import body, schedule

TEXT = "Tôi đồng ý, đề nghị bổ sung kinh phí"


@pytest.fixture(scope="module")
def meeting(api, login):
    return schedule(api, login)


def spaced(said):
    return json.dumps(said, ensure_ascii=False, indent=3)


def reordered(said):
    return json.dumps(dict(reversed(said.items())), ensure_ascii=False)


def escaped(said):
    return json.dumps(said, ensure_ascii=True).replace("/", "\\/")


def decomposed(said):
    return json.dumps({**said, "text": unicodedata.normalize("NFD", said["text"])}, ensure_ascii=False)


def capitals(said):
    return json.dumps({**said, "agenda_item_id": said["agenda_item_id"].upper()}, ensure_ascii=False)


def with_default_said(said):
    return json.dumps({**said, "visibility": "branch", "channel": "app"}, ensure_ascii=False)


def with_null_said(said):
    return json.dumps({**said, "on_behalf_of": None}, ensure_ascii=False)


def post(client, path, text, key):
    return client.post(path, data=text.encode(), key=key, headers={"Content-Type": "application/json"})


def comments_of(client, meeting):
    return client.get(f"/v1/meetings/{meeting['id']}").json()["comments"]


def assert_is_repeat(again, first):
    assert (again.status_code, again.headers["Location"]) == (201, first.headers["Location"]), again.text
    assert again.headers["Idempotency-Replayed"] == "true" and again.json() == first.json()


@pytest.mark.parametrize("written", [spaced, reordered, escaped, decomposed, capitals, with_default_said,
                                     with_null_said])
def test_the_same_meaning_in_other_bytes_is_a_repeat(api, meeting, written):
    member, key = api("member-10B"), new_key()
    path = f"/v1/meetings/{meeting['id']}/comments"
    said = {"text": TEXT + " http://a/b", "agenda_item_id": meeting["agenda"][0]["id"]}
    first = post(member, path, json.dumps(said, ensure_ascii=False), key)
    assert first.status_code == 201, first.text
    before = comments_of(member, meeting)
    assert_is_repeat(post(member, path, written(said), key), first)
    assert comments_of(member, meeting) == before


def test_a_path_is_the_ids_that_it_means(api, meeting):
    member, key = api("member-10B"), new_key()
    first = member.post(f"/v1/meetings/{meeting['id']}/comments", json={"text": TEXT}, key=key)
    assert first.status_code == 201, first.text
    before = comments_of(member, meeting)
    assert_is_repeat(member.post(f"/v1/meetings/{meeting['id'].upper()}/comments", json={"text": TEXT}, key=key), first)
    assert comments_of(member, meeting) == before


def test_another_meaning_is_another_body(api, meeting):
    member, key = api("member-10B"), new_key()
    path = f"/v1/meetings/{meeting['id']}/comments"
    assert member.post(path, json={"text": TEXT}, key=key).status_code == 201
    for other in ({"text": TEXT + "."}, {"text": TEXT, "visibility": "secretary"},
                  {"text": TEXT, "agenda_item_id": meeting["agenda"][0]["id"]}):
        assert_problem(member.post(path, json=other, key=key), 422, "idempotency_key_reused")


def test_a_key_is_its_own_in_every_place(api, login, meeting):
    """The same key under another path is another request."""
    member, key, other = api("member-10B"), new_key(), schedule(api, login)
    ids = {member.post(f"/v1/meetings/{place['id']}/comments", json={"text": TEXT}, key=key).json()["id"]
           for place in (meeting, other)}
    assert len(ids) == 2


def uuid_v7(milliseconds):
    random = uuid.uuid4().int
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | random & ~(0xffffffffffff << 80 | 0xf << 76)))


@pytest.mark.parametrize("milliseconds", [0, 1, int(time.time() * 1000), 2**48 - 1])
def test_ids_keep_the_time_that_the_key_says(api, meeting, milliseconds):
    """As it stands, however wrong it is: the same key gives the same id."""
    member, key = api("member-10B"), uuid_v7(milliseconds)
    path = f"/v1/meetings/{meeting['id']}/comments"
    first = member.post(path, json={"text": TEXT}, key=key)
    assert first.status_code == 201, first.text
    made = uuid.UUID(first.json()["id"])
    assert (made.int >> 80, made.version) == (milliseconds, 8)
    assert_is_repeat(member.post(path, json={"text": TEXT}, key=key), first)


def test_ids_of_new_things_keep_it_too(api, login):
    milliseconds = int(time.time() * 1000)
    answer = api("secretary-10B").post("/v1/meetings", json=body(login("secretary-10B")["branch"]),
                                       key=uuid_v7(milliseconds))
    assert answer.status_code == 201, answer.text
    for made in [answer.json(), *answer.json()["agenda"]]:
        assert uuid.UUID(made["id"]).int >> 80 == milliseconds
