"""Inbox, unread counts and what became of pushes, through the gateway. Meetings are branch 4's, so that 10B's stay
those of their own tests."""
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
    there, nowhere = (api(OUTSIDER).put(f"/v1/inbox/{name}/read") for name in (item["id"], random_id()))
    assert_problem(there, 404, "not_found")
    assert bare(there) == bare(nowhere)


def test_a_changed_place_is_told_with_old_and_new(api, meeting, item):
    answer = api(SECRETARY).patch(f"/v1/meetings/{meeting['id']}", json={"place": "Trụ sở"}, headers=if_match(meeting))
    assert answer.status_code == 200, answer.text
    told = eventually(lambda: item_of(api, MEMBER, answer.json()["notification_id"]))
    assert told["kind"] == "meeting_changed" and f"{meeting['place']} → Trụ sở" in told["body"]


def test_an_item_follows_its_document_to_other_readers_and_another_title(api, login):
    branch = login(SECRETARY)["branch"]
    said = {"kind": "news", "title": "Tin cũ", "organization_id": branch["id"],
            "audience": {"organization_ids": [branch["id"]]}, "classification": "internal", "text": "Nội dung"}
    made = api(SECRETARY).post("/v1/documents", json=said)
    assert made.status_code == 201, made.text
    path = f"/v1/documents/{made.json()['id']}"
    published = api(SECRETARY).post(f"{path}/publish", json={"notify": "inbox"})
    assert published.status_code == 200, published.text
    notification = published.json()["notification_id"]
    assert "Tin cũ" in eventually(lambda: item_of(api, MEMBER, notification))["title"]
    narrowed = api(SECRETARY).patch(path, headers=if_match(published.json()),
                                    json={"title": "Tin mới",
                                          "audience": {"organization_ids": [branch["id"]], "roles": ["secretary"]}})
    assert narrowed.status_code == 200, narrowed.text
    assert eventually(lambda: item_of(api, MEMBER, notification) is None)
    assert "Tin mới" in item_of(api, SECRETARY, notification)["title"]


def comment(api, meeting, text, use=MEMBER):
    answer = api(use).post(f"/v1/meetings/{meeting['id']}/comments", headers={"Prefer": "wait=20"},
                           json={"text": text, "visibility": "secretary"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(api, use, meeting, kind):
    """Titles by id of what that member was told of the meeting, newest first."""
    return {each["id"]: each["title"] for each in api(use).items("/v1/inbox")
            if each["kind"] == kind and each["subject"]["id"] == meeting["id"]}


def delivery_of(api, notification):
    answer = api(SECRETARY).get(f"/v1/notifications/{notification}/delivery")
    assert answer.status_code == 200, answer.text
    return answer.json()


def settled(api, notification):
    delivery = delivery_of(api, notification)
    return delivery["settled_at"] and delivery


def pushed(ctl, notification):
    return [json.loads(line)["message"] for line in ctl("pushes", "--notification", notification).splitlines()]


def test_a_comment_reaches_the_heads_and_its_answer_the_author(api, meeting):
    said = comment(api, meeting, "Nên bắt đầu sớm hơn")
    assert eventually(lambda: told(api, SECRETARY, meeting, "comment_received"))
    assert not told(api, MEMBER, meeting, "comment_received")
    answer = api(SECRETARY).put(f"/v1/meetings/{meeting['id']}/comments/{said['id']}/answer", json={"text": "Đồng ý"})
    assert answer.status_code == 200, answer.text
    assert eventually(lambda: told(api, MEMBER, meeting, "comment_answered"))


def test_comments_gather_in_one_item_and_ring_once_until_it_is_read(api, ctl, meeting):
    for number in range(3):
        comment(api, meeting, f"Ý kiến thứ {number}")
    [(first, _)] = eventually(lambda: [row for row in told(api, SECRETARY, meeting, "comment_received").items()
                                       if "3 ý kiến" in row[1]])
    assert list(told(api, SECRETARY, meeting, "comment_received")) == [first]
    delivery = eventually(lambda: settled(api, first), 30)
    tokens = [message["token"] for message in pushed(ctl, first)]
    assert len(tokens) == len(set(tokens)) == delivery["delivered"] == delivery["devices"] > 0

    assert api(SECRETARY).put(f"/v1/inbox/{first}/read").status_code == 200
    comment(api, meeting, "Ý kiến sau đó")
    second = eventually(lambda: [id_ for id_ in told(api, SECRETARY, meeting, "comment_received") if id_ != first])[0]
    assert told(api, SECRETARY, meeting, "comment_received") == {second: "Có ý kiến góp ý mới",
                                                                 first: "Có 3 ý kiến góp ý mới"}
    later = delivery_of(api, second)
    assert later["recipients"] == delivery["recipients"]
    assert later["started_at"] is None, "phones are quiet for half an hour"
    assert item_of(api, SECRETARY, first)["read_at"] and not item_of(api, SECRETARY, second)["read_at"]


def test_what_the_secretary_enters_for_another_rings_nobody(api, meeting):
    member = api(MEMBER).get("/v1/me").json()
    answer = api(SECRETARY).post(f"/v1/meetings/{meeting['id']}/comments", headers={"Prefer": "wait=20"},
                                 json={"text": "Đọc qua điện thoại", "channel": "phone", "on_behalf_of": member["id"]})
    assert answer.status_code == 201, answer.text
    item = eventually(lambda: list(told(api, SECRETARY, meeting, "comment_received")))[0]
    delivery = delivery_of(api, item)
    assert delivery["recipients"] == delivery["devices"] == 0 and delivery["settled_at"] is None


def test_each_device_gets_one_generic_push_and_its_result_is_the_branchs_own_to_see(api, ctl, meeting, item):
    path = f"/v1/notifications/{item['id']}/delivery"
    delivery = eventually(lambda: settled(api, item["id"]), 30)
    messages = pushed(ctl, item["id"])
    assert delivery["recipients"] > 0
    assert len(messages) == len({message["token"]
                                 for message in messages}) == delivery["delivered"] == delivery["devices"] > 0
    assert all(meeting["place"] not in json.dumps(message, ensure_ascii=False) for message in messages)
    assert_problem(api(MEMBER).get(path), 404, "not_found")
    assert bare(api(OUTSIDER).get(path)) == bare(api(OUTSIDER).get(f"/v1/notifications/{random_id()}/delivery"))
