"""Who sees and does what with meetings (ACCESS.md, rows meeting.*)."""
import pytest
from client import assert_problem
from meetings import bare, body, if_match, random_id, schedule

HEADER = {"id", "organization", "kind", "state", "month", "starts_at", "place", "registered_at", "registration_due_at",
          "registered_on_time", "held_at", "resolution", "version"}


@pytest.fixture(scope="module")
def meeting(api, login):
    return schedule(api, login)


@pytest.fixture(scope="module")
def draft(api, login):
    return schedule(api, login, publish=False)


@pytest.mark.parametrize("use", ["secretary-10B", "deputy-10B", "member-10B", "exempt-10B"])
def test_the_branch_reads_it_whole(api, meeting, use):
    assert api(use).get(f"/v1/meetings/{meeting['id']}").json() == meeting


def test_officers_above_see_the_header_and_no_more(api, meeting):
    seen = api("city-officer").get(f"/v1/meetings/{meeting['id']}").json()
    assert {key: seen[key] for key in HEADER} == {key: meeting[key] for key in HEADER}
    assert all(value in (None, []) for key, value in seen.items() if key not in HEADER), seen


@pytest.mark.parametrize("use", ["member-4", "secretary-4", "secretary-bai-thuy", "city-admin"])
@pytest.mark.parametrize("rest", ["", "/pack", "/comments"])
def test_to_outsiders_it_does_not_exist(api, meeting, use, rest):
    hidden = api(use).get(f"/v1/meetings/{meeting['id']}{rest}")
    absent = api(use).get(f"/v1/meetings/{random_id()}{rest}")
    assert hidden.status_code == 404
    assert bare(hidden) == bare(absent)


@pytest.mark.parametrize("use", ["member-10B", "city-officer", "secretary-4"])
def test_drafts_are_known_to_their_heads_alone(api, draft, use):
    assert_problem(api(use).get(f"/v1/meetings/{draft['id']}"), 404, "not_found")


def test_the_deputy_sees_the_draft(api, draft):
    assert api("deputy-10B").get(f"/v1/meetings/{draft['id']}").status_code == 200


@pytest.mark.parametrize("use, status",
                         [("member-10B", 403), ("city-officer", 403), ("secretary-4", 404), ("member-4", 404)])
def test_who_may_not_change_it_is_told_what_he_may_know(api, meeting, use, status):
    path = f"/v1/meetings/{meeting['id']}"
    assert api(use).patch(path, json={"place": "A"}, headers=if_match(meeting)).status_code == status
    assert api(use).post(path + "/cancel", json={"reason": "A"}).status_code == status


@pytest.mark.parametrize("use, status", [("member-10B", 403), ("secretary-4", 404), ("city-officer", 403)])
def test_who_may_not_convene_makes_no_meeting(api, login, use, status):
    assert api(use).post("/v1/meetings", json=body(login("secretary-10B")["branch"])).status_code == status


@pytest.mark.parametrize("use, is_seen", [("member-10B", True), ("city-officer", True), ("member-4", False)])
def test_lists_hold_what_a_get_by_id_allows(api, meeting, use, is_seen):
    params = {"month": meeting["month"], "kind": "extraordinary"}
    listed = {item["id"] for item in api(use).items("/v1/meetings", **params)}
    assert (meeting["id"] in listed) is is_seen
    for identifier in sorted(listed)[:5]:
        assert api(use).get(f"/v1/meetings/{identifier}").status_code == 200


def test_drafts_are_in_no_list_but_the_heads(api, draft):
    params = {"state": "draft", "month": draft["month"]}
    assert draft["id"] in {item["id"] for item in api("secretary-10B").items("/v1/meetings", **params)}
    for use in ("member-10B", "city-officer"):
        assert draft["id"] not in {item["id"] for item in api(use).items("/v1/meetings", **params)}


def test_a_search_without_accents_finds_the_place(api, meeting):
    found = {item["id"] for item in api("member-10B").items("/v1/meetings", q="trung liet", month=meeting["month"])}
    assert meeting["id"] in found


def test_a_search_does_not_tell_officers_what_the_agenda_says(api, meeting):
    found = {item["id"] for item in api("city-officer").items("/v1/meetings", q="quan triet", month=meeting["month"])}
    assert meeting["id"] not in found


def test_the_list_of_an_unknown_organisation_is_not_found(api, login):
    other = login("secretary-4")["branch"]["id"]
    assert_problem(api("member-10B").get(f"/v1/organizations/{other}/meetings"), 404, "not_found")


def test_marks_say_what_each_may_do(api, meeting):
    def can(use):
        marks = api(use).get("/v1/me/marks", params={"subject_id": meeting["id"]}).json()["items"]
        return {action for mark in marks if mark["subject"]["type"] == "meeting" for action in mark["can"]}

    assert can("member-10B") == {"comment", "propose", "report_absence"}
    assert {"edit", "cancel", "comment", "answer"} <= can("secretary-10B")
    assert can("city-officer") == set()


@pytest.fixture(scope="module")
def executive(api):
    """Convened by the ward's officer for its committee."""
    ward = next(row["organization"] for row in api("ward-officer").get("/v1/me").json()["roles"]
                if row["role"] == "officer")
    answer = api("ward-officer").post("/v1/meetings", json=body(ward, kind="executive"))
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("use, status",
                         [("ward-officer", 200), ("ward-committee", 200), ("city-officer", 200), ("secretary-10B", 404),
                                         ("member-10B", 404), ("member-4", 404)])
def test_an_executive_meeting_is_its_committees(api, executive, use, status):
    assert api(use).get(f"/v1/meetings/{executive['id']}").status_code == status


@pytest.mark.parametrize("use, status",
                         [("ward-committee", 201), ("ward-officer", 403), ("city-officer", 403), ("member-10B", 404)])
def test_the_committee_comments_on_it(api, executive, use, status):
    assert api(use).post(f"/v1/meetings/{executive['id']}/comments", json={"text": "A"}).status_code == status


def test_officers_convene_executive_meetings_only(api, executive):
    ward = executive["organization"]
    assert_problem(api("ward-officer").post("/v1/meetings", json=body(ward, kind="thematic")), 403, "not_allowed")
    answer = api("ward-officer").patch(f"/v1/meetings/{executive['id']}", json={"kind": "thematic"},
                                       headers=if_match(executive))
    assert_problem(answer, 403, "not_allowed")
