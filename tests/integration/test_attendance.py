"""A meeting is held, and who was there is recorded (S1, S11, S32)."""
import pytest
from client import assert_problem
from meetings import begin, body, free_month, hold, hour, marks, now, random_id, schedule


@pytest.fixture
def secretary(api):
    return api("secretary-10B")


# --- held, and reopened

def test_a_meeting_is_held_once_its_hour_has_come(api, login, secretary, eventually):
    ahead = schedule(api, login)
    assert_problem(hold(secretary, ahead), 409, "wrong_state")
    meeting = begin(api, login, eventually)
    held = hold(secretary, meeting)
    assert held.status_code == 200, held.text
    assert (held.json()["state"], held.json()["held_at"]) == ("held", meeting["starts_at"])
    assert held.json()["version"] == meeting["version"] + 1
    assert api("member-10B").get(f"/v1/meetings/{meeting['id']}").json() == held.json()
    assert_problem(hold(secretary, meeting), 409, "wrong_state")
    assert_problem(secretary.post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "A"}), 409, "wrong_state")


@pytest.mark.parametrize("seconds, code", [(-60, "too_small"), (60, "in_the_future")])
def test_it_was_over_between_its_hour_and_now(api, login, secretary, eventually, seconds, code):
    meeting = begin(api, login, eventually)
    problem = assert_problem(hold(secretary, meeting, now(seconds)), 422, "invalid", "/ended_at")
    assert [error["code"] for error in problem["errors"]] == [code]


def test_members_do_not_hold_and_officers_above_do_not(api, login, eventually):
    meeting = begin(api, login, eventually)
    for use in ("member-10B", "ward-officer"):
        assert_problem(hold(api(use), meeting), 403, "not_allowed")
    assert_problem(hold(api("secretary-4"), meeting), 404, "not_found")


def test_what_was_held_is_reopened_with_a_reason_and_held_again(api, login, secretary, eventually):
    meeting = begin(api, login, eventually)
    assert hold(secretary, meeting).status_code == 200
    reopened = secretary.post(f"/v1/meetings/{meeting['id']}/reopen", json={"reason": "Ghi nhầm"})
    assert reopened.status_code == 200, reopened.text
    assert (reopened.json()["state"], reopened.json()["held_at"]) == ("scheduled", None)
    assert reopened.json()["change_note"] == "Ghi nhầm"
    assert hold(secretary, meeting).json()["version"] == meeting["version"] + 3


def test_what_was_cancelled_is_reopened_and_all_hear_of_it(api, login, secretary, eventually):
    meeting = schedule(api, login)
    path = f"/v1/meetings/{meeting['id']}"
    assert_problem(secretary.post(f"{path}/reopen", json={"reason": "A"}), 409, "wrong_state")
    secretary.post(f"{path}/cancel", json={"reason": "Bão"})
    reopened = secretary.post(f"{path}/reopen", json={"reason": "Bão đã tan"}).json()
    assert (reopened["state"], reopened["cancel_reason"]) == ("scheduled", None)

    def heard():
        items = api("member-10B").get("/v1/inbox", params={"limit": 100}).json()["items"]
        return next((item for item in items if item["id"] == reopened["notification_id"]), None)

    item = eventually(heard)
    assert (item["kind"], item["subject"]["id"]) == ("meeting_reopened", meeting["id"])
    assert "Bão đã tan" in item["body"]


def test_a_month_that_another_meeting_took_is_not_taken_back(login, secretary):
    branch = login("secretary-10B")["branch"]
    regular = body(branch, kind="regular", starts_at=hour(free_month(secretary, branch["id"])))
    first = secretary.post("/v1/meetings", json=regular).json()
    secretary.post(f"/v1/meetings/{first['id']}/cancel", json={"reason": "Bão"})
    second = secretary.post("/v1/meetings", json=regular).json()
    assert_problem(secretary.post(f"/v1/meetings/{first['id']}/reopen", json={"reason": "A"}), 409, "month_taken")
    secretary.post(f"/v1/meetings/{second['id']}/cancel", json={"reason": "Dọn dẹp"})


def test_meetings_held_are_counted_above(api, login, secretary, eventually):
    branch = login("secretary-10B")["branch"]

    def held():
        return secretary.get(f"/v1/organizations/{branch['id']}/dashboard").json()["meetings"]["held"]

    before = held()
    meeting = begin(api, login, eventually)
    hold(secretary, meeting)
    eventually(lambda: held() == before + 1)
    secretary.post(f"/v1/meetings/{meeting['id']}/reopen", json={"reason": "A"})
    eventually(lambda: held() == before)


# --- who was there

def attendance(who, meeting):
    return list(who.items(f"/v1/meetings/{meeting['id']}/attendance", limit=500))


def call_roll(who, meeting, **body):
    return who.post(f"/v1/meetings/{meeting['id']}/attendance", json={"entries": [], **body})


def counts(meeting):
    return {key: value for key, value in meeting["attendance"].items() if value}


@pytest.fixture
def lists(api):
    """lists("secretary-10B"): ids of the branch's members who are exempt, and of the others, as O/members has them."""

    def of(use):
        who = api(use)
        listed = list(who.items(f"/v1/organizations/{who.login['branch']['id']}/members", limit=500))
        exempt = [member["id"] for member in listed if member["exempt"]]
        return exempt, [member["id"] for member in listed if not member["exempt"] and member["status"] != "suspended"]

    return of


@pytest.mark.parametrize("use, base, exempt", [("secretary-10B", 102, 44), ("secretary-4", 35, 18),
                                               ("secretary-bai-thuy", 78, 39)])
def test_a_roll_call_is_one_call_and_the_exempt_never_exceed_the_base(api, login, lists, eventually, use, base, exempt):
    secretary, meeting = api(use), begin(api, login, eventually, use)
    freed, others = lists(use)
    shown = attendance(secretary, meeting)
    assert len(shown) == base + exempt and all(item["state"] is None for item in shown)
    assert {item["member"]["id"] for item in shown} == {*freed, *others}
    ill, late = others[0], others[1]
    called = call_roll(secretary, meeting, others="present", entries=[
        {"member_id": ill, "state": "excused", "reason": "Ốm"}, {"member_id": late, "state": "unexcused"},
        *({"member_id": member, "state": "present"} for member in freed[:3])])
    assert called.status_code == 200, called.text
    assert called.json()["attendance"] == {"base": base, "present": base - 2, "excused": 1, "unexcused": 1,
                                           "exempt": exempt, "exempt_present": 3, "unmarked": 0}
    assert called.json()["version"] == meeting["version"]
    said = {item["member"]["id"]: (item["state"], item["reason"]) for item in attendance(secretary, meeting)}
    assert (said[ill], said[late], said[freed[0]], said[freed[3]]) == (("excused", "Ốm"), ("unexcused", None),
                                                                       ("present", None), (None, None))
    everybody = call_roll(secretary, meeting, entries=[{"member_id": each, "state": "present"}
                                                       for each in (ill, late, *freed)])
    assert counts(everybody.json()) == {"base": base, "present": base, "exempt": exempt, "exempt_present": exempt}
    held = hold(secretary, meeting).json()
    assert counts(held) == counts(everybody.json())


def test_a_roll_names_the_entry_that_cannot_be(api, login, lists, secretary, eventually):
    meeting, (freed, others) = begin(api, login, eventually), lists("secretary-10B")
    stranger = api("member-4").get("/v1/me").json()["id"]
    wrong = [{"member_id": each, "state": "present"} for each in (others[0], others[0], stranger, random_id())]
    wrong += [{"member_id": freed[0], "state": "excused"}, {"member_id": others[1], "state": "exempt"}]
    problem = assert_problem(call_roll(secretary, meeting, entries=wrong), 422, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [
        ("/entries/1/member_id", "duplicate"), ("/entries/2/member_id", "unknown_id"),
        ("/entries/3/member_id", "unknown_id"), ("/entries/4/state", "conflicts"), ("/entries/5/state", "conflicts")]
    assert secretary.get(f"/v1/meetings/{meeting['id']}").json()["attendance"] is None


def test_a_roll_is_called_from_half_an_hour_before_on(api, login, secretary):
    ahead, soon = schedule(api, login, starts_at=now(3600)), schedule(api, login, starts_at=now(1700))
    assert_problem(call_roll(secretary, ahead), 409, "wrong_state")
    assert counts(call_roll(secretary, soon).json())["base"] == 102


def test_the_list_comes_in_pages_in_the_order_of_members(api, login, secretary, eventually):
    meeting = begin(api, login, eventually)
    listed = [member["id"] for member in secretary.items(
        f"/v1/organizations/{secretary.login['branch']['id']}/members", limit=500) if member["status"] != "suspended"]
    paged = [item["member"]["id"] for item in secretary.items(f"/v1/meetings/{meeting['id']}/attendance", limit=37)]
    assert paged == listed


def test_members_see_only_what_was_said_of_themselves(api, login, secretary, eventually):
    meeting, member = begin(api, login, eventually), api("member-10B")
    path = f"/v1/meetings/{meeting['id']}/attendance"
    for use in ("member-10B", "ward-officer"):
        assert_problem(api(use).get(path), 403, "not_allowed")
    assert_problem(api("member-4").get(path), 404, "not_found")
    entry = {"member_id": member.get("/v1/me").json()["id"], "state": "excused", "reason": "Con ốm"}
    assert call_roll(secretary, meeting, entries=[entry]).status_code == 200
    mark = marks(member, meeting)
    assert (mark["attendance"], mark["absence_reason"]) == ("excused", "Con ốm")
    assert marks(api("exempt-10B"), meeting)["attendance"] is None


def test_a_roll_call_is_put_right_after_the_meeting_was_held(api, login, lists, secretary, eventually):
    meeting, (_, others) = begin(api, login, eventually), lists("secretary-10B")
    call_roll(secretary, meeting, others="unexcused")
    hold(secretary, meeting)
    branch = login("secretary-10B")["branch"]["id"]

    def present():
        return secretary.get(f"/v1/organizations/{branch}/dashboard").json()["attendance"]["present"]

    before = present()
    call_roll(secretary, meeting, entries=[{"member_id": others[0], "state": "present"}])
    eventually(lambda: present() == before + 1)
    key = random_id()
    again = [secretary.post(f"/v1/meetings/{meeting['id']}/attendance", json={"entries": [], "others": "present"},
                            key=key) for _ in range(2)]
    assert counts(again[1].json()) == counts(again[0].json()) == {"base": 102, "present": 102, "exempt": 44}
    eventually(lambda: present() == before + 102)
    secretary.post(f"/v1/meetings/{meeting['id']}/reopen", json={"reason": "Ghi nhầm"})
    eventually(lambda: present() == before)


# --- by members themselves

def test_an_absence_is_reported_with_a_reason_until_the_hour(api, login, secretary, eventually):
    meeting, member = schedule(api, login), api("member-10B")
    path = f"/v1/meetings/{meeting['id']}/absence"
    reported = member.put(path, json={"reason": "Công tác xa"})
    assert reported.status_code == 200, reported.text
    assert (reported.json()["state"], reported.json()["reason"]) == ("excused", "Công tác xa")
    assert member.put(path, json={"reason": "Công tác xa"}).json() == reported.json()
    assert marks(member, meeting)["absence_reason"] == "Công tác xa"

    def heard():
        items = secretary.get("/v1/inbox", params={"limit": 100}).json()["items"]
        return [item for item in items if item["subject"]["id"] == meeting["id"]
                and item["kind"] == "absence_reported"]

    eventually(heard)
    assert member.delete(path).status_code == 204
    assert marks(member, meeting)["attendance"] is None
    assert_problem(api("member-4").put(path, json={"reason": "A"}), 404, "not_found")
    begun = begin(api, login, eventually)
    assert_problem(member.put(f"/v1/meetings/{begun['id']}/absence", json={"reason": "A"}), 409, "wrong_state")


def test_whoever_is_there_checks_in_with_the_code_of_the_moment(api, login, secretary, eventually):
    meeting, member = begin(api, login, eventually), api("member-10B")
    path = f"/v1/meetings/{meeting['id']}"
    assert_problem(member.get(f"{path}/check-in-code"), 403, "not_allowed")

    def check_in(who, code, at=None):
        return who.post(f"{path}/check-in", json={"code": code, "at": at or now()})

    def shown():
        return secretary.get(f"{path}/check-in-code").json()

    assert shown()["code"] in shown()["url"]
    assert_problem(check_in(member, "00000000"), 409, "check_in_code_wrong")
    assert_problem(check_in(member, shown()["code"], now(-3600)), 409, "clock_wrong")
    assert_problem(check_in(api("member-4"), shown()["code"]), 404, "not_found")
    there = check_in(member, shown()["code"])
    assert there.status_code == 200, there.text
    assert counts(there.json()) == {"base": 102, "present": 1, "exempt": 44, "unmarked": 101}
    assert counts(check_in(member, shown()["code"]).json()) == counts(there.json())
    freed = check_in(api("exempt-10B"), shown()["code"].lower())
    assert counts(freed.json()) == {"base": 102, "present": 1, "exempt": 44, "exempt_present": 1, "unmarked": 101}
    assert marks(member, meeting)["attendance"] == "present"
    called = call_roll(secretary, meeting, others="unexcused")
    assert counts(called.json())["unexcused"] == 101
    hold(secretary, meeting)
    assert_problem(check_in(member, "00000000"), 409, "wrong_state")
    assert_problem(secretary.get(f"{path}/check-in-code"), 409, "wrong_state")


def test_a_code_of_another_meeting_is_none(api, login, secretary, eventually):
    one, other = begin(api, login, eventually), begin(api, login, eventually)
    code = secretary.get(f"/v1/meetings/{one['id']}/check-in-code").json()["code"]
    answer = api("member-10B").post(f"/v1/meetings/{other['id']}/check-in", json={"code": code, "at": now()})
    assert_problem(answer, 409, "check_in_code_wrong")


def test_to_a_meeting_with_named_participants_they_come_and_nobody_else(api, login, secretary, eventually):
    named, other = api("member-10B"), api("exempt-10B")
    ids = {use: api(use).get("/v1/me").json()["id"] for use in ("secretary-10B", "member-10B", "exempt-10B")}
    meeting = begin(api, login, eventually, kind="executive", participant_ids=[ids["member-10B"],
                                                                               ids["secretary-10B"]])
    path = f"/v1/meetings/{meeting['id']}"

    def check_in(who):
        code = secretary.get(f"{path}/check-in-code").json()["code"]
        return who.post(f"{path}/check-in", json={"code": code, "at": now()})

    assert "check_in" in marks(named, meeting)["can"] and "check_in" not in marks(other, meeting)["can"]
    assert_problem(check_in(other), 403, "not_allowed")
    assert counts(check_in(named).json()) == {"base": 2, "present": 1, "unmarked": 1}
    changed = secretary.patch(path, json={"participant_ids": [ids["secretary-10B"], ids["exempt-10B"]]},
                              headers={"If-Match": f'"{meeting["version"]}"'})
    assert changed.status_code == 200, changed.text
    assert counts(changed.json()) == {"base": 2, "unmarked": 2}
    assert counts(check_in(other).json()) == {"base": 2, "present": 1, "unmarked": 1}
    assert_problem(check_in(named), 403, "not_allowed")


def test_taking_back_an_absence_that_was_not_said_records_nothing(api, login, secretary):
    meeting = schedule(api, login)
    path = f"/v1/meetings/{meeting['id']}"
    assert api("member-10B").delete(f"{path}/absence").status_code == 204
    assert secretary.get(path).json()["attendance"] is None
