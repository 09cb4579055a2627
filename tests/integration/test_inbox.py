"""Inbox, unread counts and what became of pushes, through the gateway. Meetings are branch 4's, so that 10B's stay those of their own tests."""
import json

import pytest

from client import assert_problem, eventually
from meetings import bare, if_match, random_id, schedule

SECRETARY, MEMBER, OUTSIDER = "secretary-4", "member-4", "member-10B"


def item_of(api, use, notification):
    """The item in that member's inbox; None while it is not there."""
    return next((item for item in api(use).items("/v1/inbox") if item["id"] == notification), None)


def unread(api, use):
    answer = api(use).get("/v1/inbox", params={"limit": 1})
    assert answer.status_code == 200, answer.text
    return answer.json()["unread"]


@pytest.fixture
def meeting(api, login):
    return schedule(api, login, SECRETARY)


@pytest.fixture
def item(api, meeting):
    return eventually(lambda: item_of(api, MEMBER, meeting["notification_id"]))


def test_a_published_meeting_is_in_the_branchs_inboxes_and_in_no_other(api, meeting, item):
    assert item["kind"] == "meeting_scheduled"
    assert item["subject"] == {"type": "meeting", "id": meeting["id"]}
    assert item["title"].startswith("Họp bất thường ") and meeting["place"] in item["body"]
    assert item["read_at"] is None
    assert eventually(lambda: item_of(api, SECRETARY, item["id"]))
    assert item_of(api, OUTSIDER, item["id"]) is None


def test_reading_an_item_is_counted_once(api, item):
    before = unread(api, MEMBER)
    for _ in range(2):
        answer = api(MEMBER).put(f"/v1/inbox/{item['id']}/read")
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"unread": before - 1}
    assert unread(api, MEMBER) == before - 1
    assert item_of(api, MEMBER, item["id"])["read_at"] is not None
    assert item["id"] not in [each["id"] for each in api(MEMBER).items("/v1/inbox", unread="true")]


def test_reading_up_to_an_item_leaves_newer_ones_unread(api, login, item):
    newer = schedule(api, login, SECRETARY)["notification_id"]
    assert eventually(lambda: item_of(api, MEMBER, newer))
    answer = api(MEMBER).post("/v1/inbox/read", json={"up_to_id": item["id"]})
    assert answer.status_code == 200, answer.text
    left = [each["id"] for each in api(MEMBER).items("/v1/inbox", unread="true")]
    assert newer in left and item["id"] not in left
    assert answer.json()["unread"] == len(left)


def test_anothers_item_is_as_unknown_as_a_random_one(api, item):
    there, nowhere = api(OUTSIDER).put(f"/v1/inbox/{item['id']}/read"), api(OUTSIDER).put(f"/v1/inbox/{random_id()}/read")
    assert_problem(there, 404, "not_found")
    assert bare(there) == bare(nowhere)


def test_a_changed_place_is_told_with_old_and_new(api, meeting, item):
    answer = api(SECRETARY).patch(f"/v1/meetings/{meeting['id']}", json={"place": "Trụ sở"}, headers=if_match(meeting))
    assert answer.status_code == 200, answer.text
    told = eventually(lambda: item_of(api, MEMBER, answer.json()["notification_id"]))
    assert told["kind"] == "meeting_changed" and f"{meeting['place']} → Trụ sở" in told["body"]


def test_a_comment_reaches_the_heads_and_its_answer_the_author(api, meeting, item):
    comment = api(MEMBER).post(f"/v1/meetings/{meeting['id']}/comments", headers={"Prefer": "wait=20"},
                               json={"text": "Nên bắt đầu sớm hơn", "visibility": "secretary"})
    assert comment.status_code == 201, comment.text

    def newest(use, kind):
        return next((each for each in api(use).items("/v1/inbox") if each["kind"] == kind and each["subject"]["id"] == meeting["id"]), None)
    assert eventually(lambda: newest(SECRETARY, "comment_received"))
    assert newest(MEMBER, "comment_received") is None
    answer = api(SECRETARY).put(f"/v1/meetings/{meeting['id']}/comments/{comment.json()['id']}/answer", json={"text": "Đồng ý"})
    assert answer.status_code == 200, answer.text
    assert eventually(lambda: newest(MEMBER, "comment_answered"))


def test_each_device_gets_one_generic_push_and_its_result_is_the_branchs_own_to_see(api, ctl, meeting, item):
    path = f"/v1/notifications/{item['id']}/delivery"

    def settled():
        answer = api(SECRETARY).get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()["settled_at"] and answer.json()
    delivery = eventually(settled, 30)
    lines = [json.loads(line) for line in ctl("pushes", "--notification", item["id"]).splitlines()]
    tokens = {line["message"]["token"] for line in lines}
    assert delivery["recipients"] > 0
    assert len(lines) == len(tokens) == delivery["delivered"] == delivery["devices"] > 0
    assert all(meeting["place"] not in json.dumps(line, ensure_ascii=False) for line in lines)
    assert_problem(api(MEMBER).get(path), 404, "not_found")
    assert bare(api(OUTSIDER).get(path)) == bare(api(OUTSIDER).get(f"/v1/notifications/{random_id()}/delivery"))
