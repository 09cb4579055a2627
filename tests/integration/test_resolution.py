"""A meeting's resolution (S14): which document settles it, until when it is due, who hears that it is late."""
import datetime
import uuid

import pytest
from client import assert_problem
from meetings import LOCAL, begin, body, hold, now, random_id, schedule

DAY_S = 86400


@pytest.fixture
def meeting(api, login, eventually):
    """Held a moment ago; extraordinary, so that nothing is owed."""
    answer = hold(api("secretary-10B"), begin(api, login, eventually))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def regular(api, login, eventually):
    """A regular meeting of this month, of a branch that has none, held a moment ago: (login, meeting). It gives the
    month back."""
    for use in ("secretary-bai-thuy", "secretary-4", "secretary-10B"):
        asked = api(use).post("/v1/meetings", json=body(login(use)["branch"], kind="regular", starts_at=now(1.5)))
        if asked.status_code == 201:
            break
    assert asked.status_code == 201, asked.text
    path = f"/v1/meetings/{asked.json()['id']}"
    yield use, eventually(lambda: held(api(use), asked.json()))
    assert api(use).post(f"{path}/reopen", json={"reason": "Thử"}).status_code == 200
    assert api(use).post(f"{path}/cancel", json={"reason": "Thử"}).status_code == 200


def held(who, meeting):
    answer = hold(who, meeting)
    return answer.json() if answer.status_code == 200 else None


def issue(api, login, use="secretary-10B", publish=True, **changes):
    """A document of that login's branch, by default a resolution that is published."""
    branch = login(use)["branch"]["id"]
    said = {"kind": "resolution", "number": f"{uuid.uuid4().hex[:12]}-NQ/CB", "title": "Nghị quyết tháng này",
            "organization_id": branch, "audience": {"organization_ids": [branch]}, "classification": "internal",
            "text": "Điều 1. Làm theo.", **changes}
    made = api(use).post("/v1/documents", json=said)
    assert made.status_code == 201, made.text
    if publish:
        path = f"/v1/documents/{made.json()['id']}/publish"
        assert api(use).post(path, json={"notify": "none"}).status_code == 200
    return made.json()["id"]


def settle(api, meeting, document, use="secretary-10B"):
    return api(use).put(f"/v1/meetings/{meeting['id']}/resolution", json={"document_id": document})


def settled(api, meeting, document, use="secretary-10B"):
    """As soon as the meeting service has heard of the document."""
    answer = settle(api, meeting, document, use)
    assert answer.status_code == 200, answer.text
    return answer.json()


def last_second(meeting, days):
    """RFC 3339, UTC: of the local day so many days behind the meeting's."""
    day = datetime.datetime.fromisoformat(meeting["starts_at"]).astimezone(LOCAL).date() + datetime.timedelta(days)
    moment = datetime.datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LOCAL)
    return moment.astimezone(datetime.timezone.utc)


# --- which document

def test_a_resolution_settles_the_meeting_and_all_see_it(api, login, meeting):
    assert meeting["resolution"] is None
    document = issue(api, login)
    after = settled(api, meeting, document)
    assert (after["resolution"]["document_id"], after["resolution"]["overdue"]) == (document, False)
    assert after["resolution"]["published_at"]
    assert after["version"] == meeting["version"] + 1
    assert settled(api, meeting, document) == after  # PUT may be repeated
    assert api("member-10B").get(f"/v1/meetings/{meeting['id']}").json() == after
    assert api("city-officer").get(f"/v1/meetings/{meeting['id']}").json()["resolution"] == after["resolution"]


def test_another_resolution_takes_its_place_and_the_first_is_free_again(api, login, meeting):
    first, second = issue(api, login), issue(api, login)
    settled(api, meeting, first)
    assert settled(api, meeting, second)["resolution"]["document_id"] == second
    assert settled(api, meeting, first)["resolution"]["document_id"] == first


def test_a_resolution_settles_one_meeting(api, login, meeting, eventually):
    other = eventually(lambda: held(api("secretary-10B"), begin(api, login, eventually)))
    document = issue(api, login)
    settled(api, meeting, document)
    problem = assert_problem(settle(api, other, document), 422, "invalid", "/document_id")
    assert [error["code"] for error in problem["errors"]] == ["settles_another"]


@pytest.mark.parametrize("changes, code", [
    ({"kind": "directive"}, "not_its_resolution"),
    ({"publish": False}, "unknown_id"),
    ({"use": "secretary-4"}, "unknown_id"),
])
def test_what_is_no_resolution_of_the_branch_is_refused(api, login, meeting, changes, code):
    problem = assert_problem(settle(api, meeting, issue(api, login, **changes)), 422, "invalid", "/document_id")
    assert [error["code"] for error in problem["errors"]] == [code]


def test_a_resolution_from_before_the_meeting_is_refused(api, login, eventually):
    document = issue(api, login)
    later = eventually(lambda: held(api("secretary-10B"), begin(api, login, eventually)))
    problem = assert_problem(settle(api, later, document), 422, "invalid", "/document_id")
    assert [error["code"] for error in problem["errors"]] == ["not_its_resolution"]


def test_only_a_held_meeting_is_settled_and_only_by_heads(api, login, meeting):
    assert_problem(settle(api, schedule(api, login), random_id()), 409, "wrong_state")
    for use, status in (("member-10B", 403), ("city-officer", 403), ("member-4", 404)):
        assert settle(api, meeting, random_id(), use).status_code == status


# --- until when

def test_a_regular_meeting_owes_one_until_its_second_day_is_over(api, login, regular, clock, eventually):
    use, meeting = regular
    due_at = datetime.datetime.fromisoformat(meeting["resolution"]["due_at"])
    assert due_at == last_second(meeting, 2)
    assert (meeting["resolution"]["document_id"], meeting["resolution"]["overdue"]) == (None, False)

    def now_of():
        return api(use).get(f"/v1/meetings/{meeting['id']}").json()

    clock(3 * DAY_S + 60)
    late = eventually(lambda: (found := now_of())["resolution"]["overdue"] and found, 30)
    assert late["version"] == meeting["version"] + 1
    heard = eventually(lambda: [item for item in api(use).items("/v1/inbox")
                                if item["kind"] == "resolution_overdue" and item["subject"]["id"] == meeting["id"]])
    assert len(heard) == 1
    clock(0)
    after = settled(api, meeting, issue(api, login, use), use)
    assert (after["resolution"]["overdue"], after["resolution"]["due_at"]) == (False, meeting["resolution"]["due_at"])
