"""Minutes (S9, P1, Y9): written as they come, seen by heads, published to the branch."""
import uuid

import pytest
from client import assert_problem
from meetings import begin, hold, random_id, schedule

GUESTS = [{"full_name": "Trần Văn Trên", "title": "Đảng ủy phường"}]


@pytest.fixture
def meeting(api, login, eventually):
    """Held a moment ago."""
    answer = hold(api("secretary-10B"), begin(api, login, eventually))
    assert answer.status_code == 200, answer.text
    return answer.json()


def path(meeting):
    return f"/v1/meetings/{meeting['id']}/minutes"


def put(api, meeting, use="secretary-10B", seen=None, headers=(), **said):
    sent = dict(headers) if seen is None else {"If-Match": seen, **dict(headers)}
    return api(use).put(path(meeting), json={"text": "Đồng chí bí thư khai mạc", **said}, headers=sent)


def written(api, meeting, **said):
    answer = put(api, meeting, **said)
    assert answer.status_code == 200, answer.text
    return answer


def now_of(api, meeting, use="member-10B"):
    return api(use).get(f"/v1/meetings/{meeting['id']}").json()


def conclude(meeting, *outcomes):
    return [{"agenda_item_id": item["id"], "text": "Nhất trí", "outcome": outcome}
            for item, outcome in zip(meeting["agenda"], outcomes)]


# --- as they are written

def test_minutes_of_a_meeting_that_is_not_held_are_refused(api, login):
    meeting = schedule(api, login)
    assert_problem(put(api, meeting), 409, "wrong_state")
    assert_problem(api("secretary-10B").get(path(meeting)), 404, "not_found")


def test_what_is_written_is_seen_by_heads_alone(api, meeting):
    first = written(api, meeting, guests=GUESTS)
    assert first.json() == {"text": "Đồng chí bí thư khai mạc", "conclusions": [], "guests": GUESTS,
                            "document_id": None, "published_at": None, "version": 1}
    seen = api("deputy-10B").get(path(meeting))
    assert (seen.json(), seen.headers["ETag"]) == (first.json(), first.headers["ETag"])
    assert_problem(api("member-10B").get(path(meeting)), 404, "not_found")
    assert_problem(api("city-officer").get(path(meeting)), 403, "not_allowed")
    assert_problem(api("member-4").get(path(meeting)), 404, "not_found")
    assert now_of(api, meeting) == meeting  # neither the meeting nor its pack says that there are some
    assert api("secretary-10B").get(f"/v1/meetings/{meeting['id']}/pack").json()["meeting"]["minutes"] is None


def test_two_secretaries_do_not_overwrite_each_other(api, meeting):
    first = written(api, meeting, text="Bí thư ghi")
    assert_problem(put(api, meeting, use="deputy-10B", text="Phó bí thư ghi"), 428, "if_match_missing")
    etag = first.headers["ETag"]
    second = put(api, meeting, use="deputy-10B", seen=etag, text="Phó bí thư ghi")
    assert (second.status_code, second.json()["version"]) == (200, 2)
    refused = put(api, meeting, seen=etag, text="Bí thư ghi tiếp")
    assert_problem(refused, 412, "version_conflict")
    assert refused.json()["current"] == second.json()
    assert api("secretary-10B").get(path(meeting)).json() == second.json()


def test_the_first_minutes_may_name_version_0(api, meeting):
    assert_problem(put(api, meeting, seen='"1"'), 412, "version_conflict")
    first = written(api, meeting, seen='"0"')
    assert_problem(put(api, meeting, seen='"0"'), 412, "version_conflict")
    assert written(api, meeting, seen=first.headers["ETag"]).json() == first.json()  # the same again changes nothing


def test_the_same_key_writes_once(api, meeting):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (written(api, meeting, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"


# --- published

def test_published_minutes_are_the_branchs_and_settle_its_topics(api, meeting, eventually):
    done = written(api, meeting, conclusions=conclude(meeting, "done", "carried_over"), publish=True).json()
    after = now_of(api, meeting)
    assert after["version"] == meeting["version"] + 1
    assert after["minutes"] == {key: done[key] for key in ("text", "conclusions", "document_id", "published_at")}
    assert [item["outcome"] for item in after["agenda"]] == ["done", "carried_over"]
    assert [item["id"] for item in after["agenda"]] == [item["id"] for item in meeting["agenda"]]
    assert api("member-10B").get(path(meeting)).json() == done
    heard = eventually(lambda: [item for item in api("member-10B").items("/v1/inbox")
                                if item["id"] == after["notification_id"]])
    assert (heard[0]["kind"], heard[0]["subject"]["id"]) == ("minutes_published", meeting["id"])
    header = now_of(api, meeting, "city-officer")
    assert (header["minutes"], header["agenda"], header["version"]) == (None, [], after["version"])


def test_what_is_published_is_corrected_and_stays_published(api, meeting):
    first = written(api, meeting, conclusions=conclude(meeting, "done"), publish=True)
    second = written(api, meeting, seen=first.headers["ETag"], text="Đã sửa", publish=False).json()
    assert (second["published_at"], second["version"]) == (first.json()["published_at"], 2)
    after = now_of(api, meeting)
    assert after["minutes"]["text"] == "Đã sửa"
    assert [item["outcome"] for item in after["agenda"]] == [None, None]
    assert after["version"] == meeting["version"] + 2


def test_minutes_of_a_reopened_meeting_stay_and_wait(api, meeting):
    first = written(api, meeting, publish=True)
    reopened = api("secretary-10B").post(f"/v1/meetings/{meeting['id']}/reopen", json={"reason": "Ghi nhầm"})
    assert reopened.json()["minutes"]["text"] == first.json()["text"]
    assert_problem(put(api, meeting, seen=first.headers["ETag"], text="B"), 409, "wrong_state")


# --- refused

def test_a_conclusion_is_on_one_topic_of_the_meeting(api, meeting):
    stranger = [{"agenda_item_id": random_id(), "text": "A"}]
    assert_problem(put(api, meeting, conclusions=stranger), 422, "invalid", "/conclusions/0/agenda_item_id")
    twice = conclude(meeting, "done") * 2
    assert_problem(put(api, meeting, conclusions=twice), 422, "invalid", "/conclusions/1/agenda_item_id")


@pytest.mark.parametrize("said, field", [
    ({"text": "x" * 20001}, "/text"),
    ({"text": "", "publish": True}, "/text"),
    ({"guests": [{"full_name": "", "title": "A"}]}, "/guests/0/full_name"),
    ({"guests": GUESTS * 51}, "/guests"),
    ({"document_id": random_id()}, "/document_id"),
])
def test_minutes_that_the_contract_forbids_name_their_field(api, meeting, said, field):
    assert_problem(put(api, meeting, **said), 422, "invalid", field)


@pytest.mark.parametrize("use, status", [("member-10B", 403), ("member-4", 404), ("city-officer", 403),
                                         ("city-admin", 404)])
def test_only_heads_write_minutes(api, meeting, use, status):
    assert put(api, meeting, use=use).status_code == status
