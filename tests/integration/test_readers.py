"""Who has read the notice of a meeting, who must be called, and who was (S29, S31, Y3)."""
import datetime
import uuid

import pytest
from client import assert_problem
from meetings import bare, if_match, random_id, schedule


@pytest.fixture
def meeting(api, login):
    return schedule(api, login)


def path(meeting, member=None):
    return f"/v1/meetings/{meeting['id']}/readers" + (f"/{member}" if member else "")


def me(api, use):
    return api(use).get("/v1/me").json()["id"]


def readers(api, meeting, use="secretary-10B", **asked):
    answer = api(use).get(path(meeting), params={"limit": 500, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(client, meeting):
    at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    items = [{"kind": "read", "subject": {"type": "meeting", "id": meeting["id"]}, "at": at}]
    assert client.post("/v1/activity", json={"items": items}).status_code == 202


def tell(api, meeting, member, told=True, use="secretary-10B", **options):
    return api(use).put(path(meeting, member), json={"told": told}, **options)


def item_of(page, member):
    return next((item for item in page["items"] if item["member"]["id"] == member), None)


def test_two_have_read_and_the_others_are_to_be_called(api, login, meeting, eventually):
    branch = api("secretary-10B").get(f"/v1/organizations/{login('secretary-10B')['branch']['id']}").json()
    two = {me(api, "member-10B"), me(api, "exempt-10B")}
    fresh = readers(api, meeting)
    assert (fresh["audience"], fresh["read"], fresh["names_visible"]) == (branch["members"], 0, True)
    assert len(fresh["items"]) == branch["members"] and fresh["next_cursor"] is None
    for use in ("member-10B", "exempt-10B"):
        read(api(use), meeting)
    page = eventually(lambda: [page for page in [readers(api, meeting)] if page["read"] == 2])[0]
    assert {item["member"]["id"] for item in page["items"] if item["read_at"]} == two
    assert {item["member"]["id"] for item in readers(api, meeting, read="true")["items"]} == two
    to_call = readers(api, meeting, read="false")
    assert (to_call["audience"], to_call["read"]) == (branch["members"], 2)
    assert len(to_call["items"]) == branch["members"] - 2
    assert not two & {item["member"]["id"] for item in to_call["items"]}


def test_who_was_called_stands_among_those_to_be_called_with_hour_and_caller(api, meeting):
    member = me(api, "member-10B")
    told = tell(api, meeting, member)
    assert told.status_code == 200, told.text
    secretary = api("secretary-10B").get("/v1/me").json()
    assert told.json()["told_by"] == {"id": secretary["id"], "full_name": secretary["full_name"]}
    assert told.json()["member"]["id"] == member and told.json()["told_at"]
    item = item_of(readers(api, meeting, read="false"), member)
    assert {key: item[key] for key in told.json()} == told.json()
    assert (item["read_at"], item["acknowledged_at"]) == (None, None)


def test_the_same_call_changes_nothing_and_is_taken_back(api, meeting):
    member = me(api, "member-10B")
    first = tell(api, meeting, member).json()
    assert tell(api, meeting, member, use="deputy-10B").json() == first
    back = tell(api, meeting, member, told=False)
    assert back.json() == {**first, "told_at": None, "told_by": None}
    assert tell(api, meeting, member, told=False).json() == back.json()
    assert item_of(readers(api, meeting), member)["told_at"] is None
    assert api("secretary-10B").get(f"/v1/meetings/{meeting['id']}").json()["version"] == meeting["version"]


def test_the_same_key_gives_the_same_answer(api, meeting):
    member, key = me(api, "member-10B"), str(uuid.uuid4())
    first, second = (tell(api, meeting, member, key=key) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert second.headers["Idempotency-Replayed"] == "true"
    assert_problem(tell(api, meeting, member, told=False, key=key), 422, "idempotency_key_reused")


def test_after_a_new_place_a_call_is_a_new_one(api, meeting):
    member = me(api, "member-10B")
    first = tell(api, meeting, member).json()
    moved = api("secretary-10B").patch(f"/v1/meetings/{meeting['id']}", json={"place": "Phòng mới"},
                                       headers=if_match(meeting))
    assert moved.status_code == 200, moved.text
    assert item_of(readers(api, meeting), member)["told_at"] == first["told_at"]
    assert tell(api, meeting, member).json()["told_at"] > first["told_at"]


def test_only_participants_are_told(api, meeting):
    stranger, nobody = (tell(api, meeting, member) for member in (me(api, "member-4"), random_id()))
    assert stranger.status_code == 404
    assert bare(stranger) == bare(nobody)
    assert_problem(tell(api, meeting, "x"), 404, "not_found")


def test_names_come_page_by_page_by_given_name(api, meeting):
    whole = readers(api, meeting)
    listed = list(api("secretary-10B").items(path(meeting), limit=40))
    assert [item["member"] for item in listed] == [item["member"] for item in whole["items"]]
    given = [item["member"]["full_name"].split()[-1] for item in listed]
    runs = [name for name, before in zip(given, [None, *given]) if name != before]
    assert len(runs) == len(set(runs)), "those of one given name stand together"
    assert_problem(api("secretary-10B").get(path(meeting), params={"cursor": "AAAA"}), 422, "invalid", "/cursor")
    assert_problem(api("secretary-10B").get(path(meeting), params={"limit": 501}), 422, "invalid")


def test_phones_are_for_the_head_and_each_is_a_look(api, meeting):
    member, looks = me(api, "member-10B"), api("member-10B").items("/v1/me/access-log")
    phone = api("member-10B").get("/v1/me").json()["phone"]
    assert phone and item_of(readers(api, meeting), member)["phone"] == phone
    assert any(look["what"] == "member_list" for look in looks)
    assert all(item["phone"] is None for item in readers(api, meeting, use="ward-officer")["items"])


def test_higher_levels_see_counts(api, meeting):
    ward, city = readers(api, meeting, use="ward-officer"), readers(api, meeting, use="city-officer")
    assert ward["names_visible"] and len(ward["items"]) == ward["audience"]
    assert not city["names_visible"] and city["items"] == [] and city["next_cursor"] is None
    assert (city["audience"], city["read"]) == (ward["audience"], ward["read"])


@pytest.mark.parametrize("use", ["member-10B", "exempt-10B"])
def test_members_see_nobody(api, meeting, use):
    assert_problem(api(use).get(path(meeting)), 403, "not_allowed")
    assert_problem(tell(api, meeting, me(api, use), use=use), 403, "not_allowed")


@pytest.mark.parametrize("use", ["member-4", "secretary-4", "city-admin"])
def test_to_outsiders_it_does_not_exist(api, meeting, use):
    there, nowhere = (api(use).get(path(named)) for named in (meeting, {"id": random_id()}))
    assert there.status_code == 404 and bare(there) == bare(nowhere)
    there, nowhere = (tell(api, named, random_id(), use=use) for named in (meeting, {"id": random_id()}))
    assert there.status_code == 404 and bare(there) == bare(nowhere)


def test_of_a_draft_nobody_is_told(api, login):
    draft = schedule(api, login, publish=False)
    assert readers(api, draft)["read"] == 0
    assert_problem(tell(api, draft, me(api, "member-10B")), 409, "wrong_state")
    assert api("member-10B").get(path(draft)).status_code == 404
    assert api("ward-officer").get(path(draft)).status_code == 404


def test_of_an_executive_meeting_the_committee_reads(api, login):
    executive = schedule(api, login, kind="executive")
    page = readers(api, executive)
    ids = {item["member"]["id"] for item in page["items"]}
    assert {me(api, "secretary-10B"), me(api, "deputy-10B")} <= ids and me(api, "member-10B") not in ids
    assert page["audience"] == len(ids)
    assert tell(api, executive, me(api, "member-10B")).status_code == 404
    assert tell(api, executive, me(api, "deputy-10B")).status_code == 200


def test_whoever_convenes_may_say_so_in_his_marks(api, meeting):
    def can(use):
        items = api(use).get("/v1/me/marks", params={"subject_id": meeting["id"]}).json()["items"]
        return {word for item in items for word in item["can"]}

    assert "tell" in can("secretary-10B") and "tell" not in can("member-10B")
