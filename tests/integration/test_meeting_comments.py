"""Comments and answers (S5): for the branch, for the secretary alone, phoned in."""
import pytest
from client import assert_problem
from meetings import random_id, schedule


@pytest.fixture(scope="module")
def meeting(api, login):
    return schedule(api, login)


def comment(api, use, meeting, **changes):
    answer = api(use).post(f"/v1/meetings/{meeting['id']}/comments", json={"text": "Tôi đồng ý", **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


def seen_by(api, use, meeting):
    return {item["id"] for item in api(use).items(f"/v1/meetings/{meeting['id']}/comments")}


def test_a_comment_is_read_by_the_branch_at_once(api, meeting):
    made = comment(api, "member-10B", meeting, agenda_item_id=meeting["agenda"][0]["id"])
    assert made["visibility"] == "branch"
    assert made["channel"] == "app"
    assert made["answer"] is None
    assert made["id"] in seen_by(api, "member-10B", meeting)
    assert made["id"] in seen_by(api, "exempt-10B", meeting)


def test_a_comment_counts_and_leaves_the_version(api, login):
    meeting = schedule(api, login)
    comment(api, "member-10B", meeting)
    after = api("member-10B").get(f"/v1/meetings/{meeting['id']}").json()
    assert (after["comments"], after["version"]) == (1, meeting["version"])


def test_a_comment_for_the_secretary_reaches_nobody_else(api, meeting):
    made = comment(api, "member-10B", meeting, visibility="secretary")
    assert made["id"] in seen_by(api, "member-10B", meeting)
    assert made["id"] in seen_by(api, "secretary-10B", meeting)
    assert made["id"] in seen_by(api, "deputy-10B", meeting)
    assert made["id"] not in seen_by(api, "exempt-10B", meeting)
    pack = api("secretary-10B").get(f"/v1/meetings/{meeting['id']}/pack").json()
    assert made["id"] not in {item["id"] for item in pack["comments"]}


def test_the_secretary_answers_and_may_answer_again(api, meeting):
    made = comment(api, "member-10B", meeting)
    path = f"/v1/meetings/{meeting['id']}/comments/{made['id']}/answer"
    answered = api("secretary-10B").put(path, json={"text": "Xin tiếp thu"})
    assert (answered.status_code, answered.json()["answer"]["text"]) == (200, "Xin tiếp thu")
    changed = api("secretary-10B").put(path, json={"text": "Sẽ đưa vào nghị quyết"})
    assert changed.json()["answer"]["text"] == "Sẽ đưa vào nghị quyết"


@pytest.mark.parametrize("use, status", [("member-10B", 403), ("member-4", 404), ("city-officer", 404)])
def test_others_do_not_answer(api, meeting, use, status):
    made = comment(api, "member-10B", meeting)
    path = f"/v1/meetings/{meeting['id']}/comments/{made['id']}/answer"
    assert api(use).put(path, json={"text": "A"}).status_code == status


def test_a_comment_that_is_not_there_is_not_answered(api, meeting):
    path = f"/v1/meetings/{meeting['id']}/comments/{random_id()}/answer"
    assert_problem(api("secretary-10B").put(path, json={"text": "A"}), 404, "not_found")


def test_the_secretary_enters_what_a_member_said_by_phone(api, meeting):
    member = api("member-10B").get("/v1/me").json()
    made = comment(api, "secretary-10B", meeting, on_behalf_of=member["id"], channel="phone")
    assert (made["author"]["id"], made["channel"]) == (member["id"], "phone")


def test_nobody_else_speaks_for_others(api, meeting):
    member = api("exempt-10B").get("/v1/me").json()
    answer = api("member-10B").post(f"/v1/meetings/{meeting['id']}/comments",
                                    json={"text": "A", "on_behalf_of": member["id"], "channel": "phone"})
    assert_problem(answer, 403, "not_allowed")


def test_the_secretary_does_not_speak_for_outsiders(api, meeting):
    outsider = api("member-4").get("/v1/me").json()
    answer = api("secretary-10B").post(f"/v1/meetings/{meeting['id']}/comments",
                                       json={"text": "A", "on_behalf_of": outsider["id"], "channel": "phone"})
    assert_problem(answer, 422, "invalid", "/on_behalf_of")


@pytest.mark.parametrize("use, status", [("member-4", 404), ("city-officer", 403), ("city-admin", 404)])
def test_only_the_branch_comments(api, meeting, use, status):
    assert api(use).post(f"/v1/meetings/{meeting['id']}/comments", json={"text": "A"}).status_code == status


@pytest.mark.parametrize("sent, field", [
    ({"text": ""}, "/text"),
    ({"text": "x" * 4001}, "/text"),
    ({"text": "A", "visibility": "city"}, "/visibility"),
    ({"text": "A", "agenda_item_id": "00000000-0000-4000-8000-000000000000"}, "/agenda_item_id"),
])
def test_a_comment_that_the_contract_forbids_names_its_field(api, meeting, sent, field):
    answer = api("member-10B").post(f"/v1/meetings/{meeting['id']}/comments", json=sent)
    assert_problem(answer, 422, "invalid", field)


def test_nobody_comments_on_a_cancelled_meeting(api, login):
    meeting = schedule(api, login)
    assert api("secretary-10B").post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "A"}).status_code == 200
    answer = api("member-10B").post(f"/v1/meetings/{meeting['id']}/comments", json={"text": "A"})
    assert_problem(answer, 409, "wrong_state")
