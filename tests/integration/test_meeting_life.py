"""A meeting from its draft to its end (S1, S3, S13): what the secretary does, and what is refused."""
import datetime
import uuid

import pytest
from client import assert_problem
from meetings import begin, body, free_month, hour, if_match, schedule
from test_resolution import issue


@pytest.fixture
def secretary(api):
    return api("secretary-10B")


def test_a_published_meeting_is_registered_and_seen_by_the_branch(api, login):
    meeting = schedule(api, login)
    assert meeting["state"] == "scheduled"
    assert meeting["registered_at"] is not None
    assert meeting["version"] == 1
    assert api("member-10B").get(f"/v1/meetings/{meeting['id']}").json() == meeting


def test_what_the_author_gets_is_what_everybody_reads(api, login, secretary):
    meeting = schedule(api, login)
    assert secretary.get(f"/v1/meetings/{meeting['id']}").json() == meeting


def test_it_says_who_sees_it(api, login):
    seen_by = schedule(api, login)["visible_to"]
    assert seen_by["count"] == 146
    assert seen_by["label"].startswith("146 ")
    assert seen_by["names_of_readers_to"]


def test_an_agenda_over_90_minutes_is_warned_about_and_taken(api, login):
    meeting = schedule(api, login, agenda=[{"title": "Dài", "minutes": 120, "document_ids": []}])
    assert (meeting["agenda_minutes"], meeting["agenda_limit_minutes"]) == (120, 90)
    assert "Tổng thời gian 120 phút vượt giới hạn 90 phút" in [each["message"] for each in meeting["warnings"]]


def test_the_same_key_again_makes_nothing(login, secretary):
    key, sent = str(uuid.uuid4()), body(login("secretary-10B")["branch"])
    first = secretary.post("/v1/meetings", json=sent, key=key)
    again = secretary.post("/v1/meetings", json=sent, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_draft_is_published_and_only_once(api, login, secretary):
    draft = schedule(api, login, publish=False)
    assert (draft["state"], draft["registered_at"]) == ("draft", None)
    published = secretary.post(f"/v1/meetings/{draft['id']}/publish")
    assert (published.status_code, published.json()["state"], published.json()["version"]) == (200, "scheduled", 2)
    assert_problem(secretary.post(f"/v1/meetings/{draft['id']}/publish"), 409, "wrong_state")


def test_a_draft_is_deleted_and_a_published_meeting_is_not(api, login, secretary):
    draft, published = schedule(api, login, publish=False), schedule(api, login)
    assert secretary.delete(f"/v1/meetings/{draft['id']}").status_code == 204
    assert_problem(secretary.get(f"/v1/meetings/{draft['id']}"), 404, "not_found")
    assert_problem(secretary.delete(f"/v1/meetings/{published['id']}"), 409, "wrong_state")


def test_a_changed_hour_and_place_show_old_and_new(api, login, secretary):
    meeting = schedule(api, login)
    moved = secretary.patch(f"/v1/meetings/{meeting['id']}", json={"place": "Trụ sở phường"},
                            headers=if_match(meeting)).json()
    assert moved["place"] == "Trụ sở phường"
    assert "Nhà văn hóa Trung Liệt → Trụ sở phường" in moved["change_note"]
    assert moved["changed_at"] is not None
    assert moved["version"] == 2
    assert moved["notification_id"] != meeting["notification_id"]


def test_agenda_items_that_stay_keep_their_id(api, login, secretary):
    meeting = schedule(api, login)
    kept = meeting["agenda"][1]
    agenda = [{"id": kept["id"], "title": "Ý kiến khác", "minutes": 20, "document_ids": []},
              {"title": "Kết nạp", "minutes": 10, "document_ids": []}]
    edited = secretary.patch(f"/v1/meetings/{meeting['id']}", json={"agenda": agenda}, headers=if_match(meeting)).json()
    assert [item["title"] for item in edited["agenda"]] == ["Ý kiến khác", "Kết nạp"]
    assert edited["agenda"][0]["id"] == kept["id"]
    assert edited["place"] == meeting["place"]
    assert edited["changed_at"] is None


def test_an_old_version_does_not_overwrite(api, login, secretary):
    meeting = schedule(api, login)
    path = f"/v1/meetings/{meeting['id']}"
    assert secretary.patch(path, json={"place": "A"}, headers=if_match(meeting)).status_code == 200
    refused = secretary.patch(path, json={"place": "B"}, headers=if_match(meeting))
    assert_problem(refused, 412, "version_conflict")
    assert refused.json()["current"] == secretary.get(path).json()
    assert_problem(secretary.patch(path, json={"place": "B"}), 428, "if_match_missing")


def test_a_cancelled_meeting_says_why_and_is_edited_no_more(api, login, secretary):
    meeting = schedule(api, login)
    cancelled = secretary.post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "Bão số 9"}).json()
    assert (cancelled["state"], cancelled["cancel_reason"]) == ("cancelled", "Bão số 9")
    answer = secretary.patch(f"/v1/meetings/{meeting['id']}", json={"place": "A"}, headers=if_match(cancelled))
    assert_problem(answer, 409, "wrong_state")


def test_one_regular_meeting_a_month_until_it_is_cancelled(login, secretary):
    branch = login("secretary-10B")["branch"]
    regular = body(branch, kind="regular", starts_at=hour(free_month(secretary, branch["id"])))
    first = secretary.post("/v1/meetings", json=regular)
    assert first.status_code == 201, first.text
    meeting = first.json()
    assert meeting["registration_due_at"] < meeting["starts_at"]
    assert meeting["registered_on_time"] is True
    assert_problem(secretary.post("/v1/meetings", json=regular), 409, "month_taken")
    assert secretary.post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "Bão"}).status_code == 200
    second = secretary.post("/v1/meetings", json=regular)
    assert second.status_code == 201
    assert secretary.post(f"/v1/meetings/{second.json()['id']}/cancel", json={"reason": "Dọn dẹp"}).status_code == 200


@pytest.mark.parametrize("changes, field, code", [
    ({"starts_at": "2020-01-01T00:00:00Z"}, "/starts_at", "in_the_past"),
    ({"starts_at": hour(420)}, "/starts_at", "too_large"),
    ({"agenda": [{"title": "A", "minutes": 1, "document_ids": [str(uuid.uuid4())]}]}, "/agenda/0/document_ids/0",
     "unknown_id"),
    ({"agenda": [{"title": " ", "minutes": 1, "document_ids": []}]}, "/agenda/0/title", "too_short"),
    ({"agenda": [{"title": "A", "minutes": -1, "document_ids": []}]}, "/agenda/0/minutes", "too_small"),
    ({"participant_ids": [str(uuid.uuid4())]}, "/participant_ids/0", "unknown_id"),
    ({"kind": "party"}, "/kind", "unknown_choice"),
    ({"place": ""}, "/place", "too_short"),
])
def test_what_the_contract_forbids_names_its_field(login, secretary, changes, field, code):
    answer = secretary.post("/v1/meetings", json=body(login("secretary-10B")["branch"], **changes))
    problem = assert_problem(answer, 422, "invalid", field)
    assert {"field": field, "code": code} in [{"field": e["field"], "code": e["code"]} for e in problem["errors"]]


# --- what is refused, warned of, or changes nothing (API.md, Manners)

def test_a_published_meeting_has_a_topic(api, login, secretary):
    answer = secretary.post("/v1/meetings", json=body(login("secretary-10B")["branch"], agenda=[]))
    assert_problem(answer, 422, "invalid", "/agenda")
    draft = schedule(api, login, agenda=[], publish=False)
    assert_problem(secretary.post(f"/v1/meetings/{draft['id']}/publish"), 422, "invalid", "/agenda")
    meeting = schedule(api, login)
    answer = secretary.patch(f"/v1/meetings/{meeting['id']}", json={"agenda": []}, headers=if_match(meeting))
    assert_problem(answer, 422, "invalid", "/agenda")


def test_a_patch_that_changes_nothing_raises_nothing(api, login, secretary):
    meeting = schedule(api, login)
    same = {"place": meeting["place"], "starts_at": meeting["starts_at"], "kind": meeting["kind"], "change_note": None,
            "agenda": [{"id": item["id"], "title": item["title"], "minutes": item["minutes"], "document_ids": []}
                       for item in meeting["agenda"]]}
    answer = secretary.patch(f"/v1/meetings/{meeting['id']}", json=same, headers=if_match(meeting))
    assert answer.status_code == 200, answer.text
    assert answer.json() == meeting


def test_a_meeting_belongs_to_the_month_that_is_said_up_to_seven_days_off(api, login, secretary):
    branch, (year, month) = login("secretary-10B")["branch"], divmod(datetime.datetime.now().month + 2, 12)
    first = datetime.date(datetime.datetime.now().year + year, month + 1, 1)
    near, far = (f"{first - datetime.timedelta(days=days)}T12:00:00Z" for days in (3, 9))
    said = body(branch, starts_at=near, month=f"{first:%Y-%m}")
    made = secretary.post("/v1/meetings", json=said)
    assert (made.status_code, made.json()["month"]) == (201, f"{first:%Y-%m}")
    assert secretary.get(f"/v1/meetings/{made.json()['id']}").json()["month"] == f"{first:%Y-%m}"
    assert_problem(secretary.post("/v1/meetings", json={**said, "starts_at": far}), 422, "invalid", "/month")


def test_once_it_has_begun_it_changes_with_a_note_only_and_is_spoken_of_no_more(api, login, secretary, eventually):
    meeting = begin(api, login, eventually)
    path = f"/v1/meetings/{meeting['id']}"
    answer = secretary.patch(path, json={"place": "Trụ sở phường"}, headers=if_match(meeting))
    assert_problem(answer, 422, "invalid", "/change_note")
    noted = {"place": "Trụ sở phường", "change_note": "Mất điện"}
    assert secretary.patch(path, json=noted, headers=if_match(meeting)).json()["change_note"] == "Mất điện"
    assert_problem(api("member-10B").post(f"{path}/comments", json={"text": "Muộn"}), 409, "wrong_state")


def test_an_agenda_is_warned_about_and_taken(api, login):
    agenda = [{"title": title, "minutes": minutes, "document_ids": []}
              for title, minutes in (("A", 0), ("B", 5), ("B", 5))]
    warned = {warning["code"] for warning in schedule(api, login, agenda=agenda)["warnings"]}
    assert warned - {"near_another"} == {"topic_without_minutes", "title_repeated"}  # others' tests are near


def test_a_document_that_some_cannot_open_is_named_in_a_warning(api, login, secretary, eventually):
    me, branch = secretary.get("/v1/me").json()["id"], login("secretary-10B")["branch"]["id"]
    closed, shared = (issue(api, login, title=title, audience=audience) for title, audience in (
        ("Chỉ cho bí thư", {"organization_ids": [], "member_ids": [me]}), ("Cho cả chi bộ", {
            "organization_ids": [branch]})))
    agenda = [{"title": "Đọc", "minutes": 5, "document_ids": [closed, shared]}]
    sent = body(login("secretary-10B")["branch"], agenda=agenda)

    def asked():
        made = secretary.post("/v1/meetings", json=sent)
        return made.json() if made.status_code == 201 else None

    meeting = eventually(asked)
    named = [each["message"] for each in meeting["warnings"] if each["code"] == "document_not_for_all"]
    assert len(named) == 1 and "Chỉ cho bí thư" in named[0]
    assert secretary.get(f"/v1/meetings/{meeting['id']}").json()["warnings"] == meeting["warnings"]


def is_near(meeting):
    return "near_another" in [warning["code"] for warning in meeting["warnings"]]


def free_day(api, login):
    """A day on which the branch meets by no other test."""
    branch, taken = login("secretary-10B")["branch"]["id"], hour(30)[:10]
    for days in range(60, 90):
        listed = api("secretary-10B").get(f"/v1/organizations/{branch}/meetings",
                                          params={"from": hour(days)[:10], "to": hour(days)[:10]}).json()["items"]
        if hour(days)[:10] != taken and all(meeting["state"] == "cancelled" for meeting in listed):
            return days
    raise AssertionError("every day is taken")


def test_another_meeting_within_two_hours_is_warned_of_while_it_stands(api, login, secretary):
    day = free_day(api, login)
    first = schedule(api, login, starts_at=hour(day, 9))
    path = f"/v1/meetings/{first['id']}"
    assert not is_near(first)
    second = schedule(api, login, starts_at=hour(day, 11))
    third = schedule(api, login, starts_at=hour(day, 14))
    assert is_near(second) and not is_near(third)
    assert is_near(secretary.get(path).json())
    moved = secretary.patch(f"/v1/meetings/{third['id']}", json={"starts_at": hour(day, 12)}, headers=if_match(third))
    assert is_near(moved.json()) and moved.json() == secretary.get(f"/v1/meetings/{third['id']}").json()
    for meeting in (second, third):
        assert secretary.post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "Bão"}).status_code == 200
    assert secretary.get(path).json() == first
