"""Proposals for a meeting's agenda (S6): made, withdrawn, accepted as a topic, left for the next draft, declined."""
import uuid

import pytest
from client import assert_problem
from meetings import random_id, schedule


@pytest.fixture
def meeting(api, login):
    return schedule(api, login)


def propose(api, use, meeting, headers=None, **changes):
    answer = api(use).post(f"/v1/meetings/{meeting['id']}/proposals", headers=headers,
                           json={"title": "Sửa nhà văn hóa", "reason": "Mái dột", **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


def decide(api, meeting, proposal, use="secretary-10B", **said):
    return api(use).put(f"/v1/meetings/{meeting['id']}/proposals/{proposal['id']}/decision", json=said)


def withdraw(api, use, meeting, proposal):
    return api(use).post(f"/v1/meetings/{meeting['id']}/proposals/{proposal['id']}/withdraw")


def listed(api, use, meeting):
    return {item["id"]: item for item in api(use).items(f"/v1/meetings/{meeting['id']}/proposals")}


def heard(api, use, kind, meeting):
    return [item for item in api(use).items("/v1/inbox")
            if item["kind"] == kind and item["subject"]["id"] == meeting["id"]]


def test_a_proposal_is_seen_and_counted_by_the_branch_at_once(api, meeting):
    made = propose(api, "member-10B", meeting)
    assert (made["state"], made["decision_reason"], made["agenda_item_id"]) == ("open", None, None)
    assert listed(api, "exempt-10B", meeting) == {made["id"]: made}
    after = api("member-10B").get(f"/v1/meetings/{meeting['id']}").json()
    assert (after["proposals"], after["version"]) == (1, meeting["version"])


def test_the_same_key_proposes_once(api, meeting):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (propose(api, "member-10B", meeting, headers=key) for _ in range(2))
    assert first == second
    assert len(listed(api, "member-10B", meeting)) == 1


def test_what_is_accepted_is_a_topic_of_the_agenda(api, meeting, eventually):
    made = propose(api, "member-10B", meeting)
    accepted = decide(api, meeting, made, decision="accepted", minutes=15)
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["state"] == "accepted"
    after = api("member-10B").get(f"/v1/meetings/{meeting['id']}").json()
    topic = after["agenda"][-1]
    assert after["version"] == meeting["version"] + 1
    assert (topic["id"], topic["title"], topic["minutes"]) == (accepted.json()["agenda_item_id"], made["title"], 15)
    assert topic["source"] == {"type": "proposal", "id": made["id"]}
    eventually(lambda: heard(api, "member-10B", "proposal_decided", meeting))


def test_the_secretary_hears_of_a_proposal(api, meeting, eventually):
    propose(api, "member-10B", meeting)
    assert eventually(lambda: heard(api, "secretary-10B", "proposal_received", meeting))


def test_what_waits_for_the_next_draft_may_still_be_accepted(api, meeting):
    made = propose(api, "member-10B", meeting)
    assert decide(api, meeting, made, decision="next").json()["state"] == "next"
    assert decide(api, meeting, made, decision="next").status_code == 200  # PUT may be repeated
    assert_problem(decide(api, meeting, made, decision="declined", reason="A"), 409, "wrong_state")
    assert decide(api, meeting, made, decision="accepted").json()["state"] == "accepted"
    assert_problem(decide(api, meeting, made, decision="next"), 409, "wrong_state")


def test_what_is_declined_says_why(api, meeting):
    made = propose(api, "member-10B", meeting)
    assert_problem(decide(api, meeting, made, decision="declined"), 422, "invalid", "/reason")
    declined = decide(api, meeting, made, decision="declined", reason="Đã sửa tháng trước").json()
    assert (declined["state"], declined["decision_reason"]) == ("declined", "Đã sửa tháng trước")
    assert listed(api, "exempt-10B", meeting)[made["id"]] == declined


def test_its_author_withdraws_what_is_open(api, meeting):
    made = propose(api, "member-10B", meeting)
    assert_problem(withdraw(api, "secretary-10B", meeting, made), 403, "not_allowed")
    assert withdraw(api, "member-10B", meeting, made).json()["state"] == "withdrawn"
    assert_problem(decide(api, meeting, made, decision="next"), 409, "wrong_state")
    assert_problem(withdraw(api, "member-10B", meeting, made), 409, "wrong_state")


def test_a_member_has_five_open_proposals_at_most(api, meeting):
    made = [propose(api, "member-10B", meeting) for _ in range(5)]
    answer = api("member-10B").post(f"/v1/meetings/{meeting['id']}/proposals", json={"title": "A", "reason": "B"})
    assert_problem(answer, 409, "limit_reached")
    assert withdraw(api, "member-10B", meeting, made[0]).status_code == 200
    propose(api, "member-10B", meeting)


def test_marks_say_who_may_propose_and_decide(api, meeting, eventually):
    def can(use):
        items = api(use).items("/v1/me/marks", subject_id=meeting["id"])
        return [word for item in items for word in item["can"]]

    assert "propose" in can("member-10B") and "decide_proposal" not in can("member-10B")
    assert {"propose", "decide_proposal"} <= set(can("secretary-10B"))


def test_a_proposal_that_is_not_there_is_not_decided(api, meeting):
    assert_problem(decide(api, meeting, {"id": random_id()}, decision="next"), 404, "not_found")


@pytest.mark.parametrize("use, status", [("member-4", 404), ("city-officer", 403), ("city-admin", 404)])
def test_only_the_branch_proposes(api, meeting, use, status):
    answer = api(use).post(f"/v1/meetings/{meeting['id']}/proposals", json={"title": "A", "reason": "B"})
    assert answer.status_code == status


@pytest.mark.parametrize("sent, field", [
    ({"title": "", "reason": "A"}, "/title"),
    ({"title": "A"}, "/reason"),
    ({"title": "A", "reason": "x" * 2001}, "/reason"),
])
def test_a_proposal_that_the_contract_forbids_names_its_field(api, meeting, sent, field):
    answer = api("member-10B").post(f"/v1/meetings/{meeting['id']}/proposals", json=sent)
    assert_problem(answer, 422, "invalid", field)
