"""Branches that are reminded of what they have not done (S20, S27): by whom, of what, once in 72 h; and taken back."""
import datetime
import uuid

import pytest
from client import Client, assert_problem, eventually
from meetings import LOCAL, body, free_month, hour, now, random_id
from test_compliance import month_of, row_of

WAIT = {"Prefer": "wait=20"}


@pytest.fixture(scope="module")
def city(api):
    return api("member-10B").get("/v1/me").json()["organizations"][0]["id"]


@pytest.fixture
def branch(branch_of_ones_own, base_url, token_of):
    """A branch of this test's own under the city: (its id, the clients of its secretary and of a member)."""
    made = branch_of_ones_own("Chi bộ chậm")
    cards = [made.add("Lê Thị Bí", position="secretary"), made.add("Lê Văn Viên")]
    made.save()
    secretary, member = (Client(base_url, token_of(card)) for card in cards)
    return secretary.get("/v1/me").json()["branch"]["id"], secretary, member


@pytest.fixture
def month():
    """This one: every branch that has not registered it is late, and still may."""
    return datetime.datetime.now(LOCAL).strftime("%Y-%m")


def remind(who, organization, month, kind="not_registered", key=None, **said):
    return who.post(f"/v1/organizations/{organization}/reminders", json={"month": month, "kind": kind, **said},
                    headers=WAIT, key=key)


def reasons(answer):
    return {skipped["organization_id"]: skipped["reason"] for skipped in answer.json()["skipped"]}


def items(client):
    return [item for item in client.items("/v1/inbox") if item["kind"] == "reminder"]


def test_an_officer_reminds_a_branch_once(api, city, branch, month):
    place, secretary, member = branch
    officer, key = api("city-officer"), str(uuid.uuid4())
    sent = remind(officer, city, month, organization_ids=[place], key=key)
    assert sent.status_code == 201, sent.text
    said = sent.json()
    assert (said["branches"], said["recipients"], said["skipped"], said["skipped_total"]) == (1, 1, [], 0)
    item = eventually(lambda: items(secretary))[0]
    assert item["id"] == said["notification_id"] and item["subject"] == {"type": "organization", "id": city}
    year, number = month.split("-")
    assert f"{number}/{year}" in item["title"] and f"{number}/{year}" in item["body"]
    assert not items(member)
    # sent again it is the same; another one is left out
    repeated = remind(officer, city, month, organization_ids=[place], key=key)
    assert (repeated.status_code, repeated.json()) == (201, said)
    again = remind(officer, city, month, organization_ids=[place])
    assert again.status_code == 201 and reasons(again) == {place: "reminded"}
    assert (again.json()["notification_id"], again.json()["branches"], again.json()["recipients"]) == (None, 0, 0)
    assert len(items(secretary)) == 1
    # another thing is another reminder; a month that is over is none
    assert reasons(remind(officer, city, month, "not_held", organization_ids=[place])) == {place: "not_due"}
    assert_problem(remind(officer, city, "2020-01", organization_ids=[place]), 422, "invalid", "/month")


def test_compliance_says_when_it_was_reminded(api, city, branch, month):
    place, *_ = branch
    officer = api("city-officer")
    begun = datetime.datetime.now(datetime.timezone.utc)
    assert remind(officer, city, month, organization_ids=[place]).status_code == 201
    row = eventually(lambda: (lambda found: found["reminded_at"] and found)(
        row_of(officer, city, {"id": place}, month=month)))
    assert abs((datetime.datetime.fromisoformat(row["reminded_at"]) - begun).total_seconds()) < 60


def test_a_dry_run_says_what_would_be_said_and_changes_nothing(api, city, branch, month):
    place, secretary, _ = branch
    officer = api("city-officer")
    for _ in range(2):
        tried = remind(officer, city, month, organization_ids=[place], dry_run=True)
        assert tried.status_code == 200, tried.text
        assert tried.json()["branches"] == tried.json()["recipients"] == 1 and tried.json()["skipped"] == []
    sent = remind(officer, city, month, organization_ids=[place])
    assert sent.json()["branches"] == 1
    item = eventually(lambda: items(secretary))[0]
    assert len(items(secretary)) == 1 and (item["title"], item["body"]) == (tried.json()["title"],
                                                                           tried.json()["body"])
    tried = remind(officer, city, month, organization_ids=[place], dry_run=True)
    assert reasons(tried) == {place: "reminded"} and tried.json()["skipped_total"] == 1


def test_what_is_recalled_while_it_is_held_may_be_said_again(api, city, branch, month):
    place, secretary, _ = branch
    officer = api("city-officer")
    notification = remind(officer, city, month, organization_ids=[place]).json()["notification_id"]
    assert eventually(lambda: items(secretary))
    held = officer.get(f"/v1/notifications/{notification}/delivery").json()["held_until"]
    assert held and datetime.datetime.fromisoformat(held) > datetime.datetime.now(datetime.timezone.utc)
    assert_problem(secretary.delete(f"/v1/notifications/{notification}", headers=WAIT), 404, "not_found")
    assert officer.delete(f"/v1/notifications/{notification}", headers=WAIT).status_code == 204
    eventually(lambda: not items(secretary))
    eventually(lambda: row_of(officer, city, {"id": place}, month=month)["reminded_at"] is None)
    again = remind(officer, city, month, organization_ids=[place])
    assert again.json()["branches"] == 1 and again.json()["notification_id"] != notification
    assert [item["id"] for item in eventually(lambda: items(secretary))] == [again.json()["notification_id"]]


def test_who_has_registered_or_is_not_late_yet_is_left_out(api, city, branch):
    place, secretary, _ = branch
    officer = api("city-officer")
    far = month_of(hour(free_month(secretary, place)))
    assert reasons(remind(officer, city, far, organization_ids=[place])) == {place: "not_due"}
    made = secretary.post("/v1/meetings", json=body({"id": place}, kind="regular", starts_at=hour(365)), headers=WAIT)
    assert made.status_code == 201, made.text
    taken = made.json()["month"]
    assert reasons(remind(officer, city, taken, organization_ids=[place])) == {place: "already_done"}
    assert reasons(remind(officer, city, taken, "not_held", organization_ids=[place])) == {place: "not_due"}
    assert reasons(remind(officer, city, taken, "resolution_overdue", organization_ids=[place])) == {place: "not_due"}


def test_what_was_not_held_is_said_from_the_day_behind_and_not_once_it_is(api, city, branch, clock):
    place, secretary, _ = branch
    made = secretary.post("/v1/meetings", json=body({"id": place}, kind="regular", starts_at=now(60)), headers=WAIT)
    assert made.status_code == 201, made.text
    ask = [api("city-officer"), city, made.json()["month"], "not_held"]
    assert reasons(remind(*ask, organization_ids=[place])) == {place: "not_due"}
    clock(86400 * 2)
    assert remind(*ask, organization_ids=[place], dry_run=True).json()["branches"] == 1
    held = secretary.post(f"/v1/meetings/{made.json()['id']}/hold", json={"ended_at": made.json()["starts_at"]},
                          headers=WAIT)
    assert held.status_code == 200, held.text
    assert reasons(remind(*ask, organization_ids=[place])) == {place: "already_done"}
    late = remind(*ask[:3], "resolution_overdue", organization_ids=[place])
    assert reasons(late) == {place: "not_due"}
    clock(86400 * 5)
    assert remind(*ask[:3], "resolution_overdue", organization_ids=[place]).json()["branches"] == 1


def test_a_branch_without_a_head_cannot_be_told(api, city, branch_of_ones_own, base_url, token_of, month):
    made = branch_of_ones_own("Chi bộ không đầu")
    member = made.add("Lê Văn Viên")
    made.save()
    place = Client(base_url, token_of(member)).get("/v1/me").json()["branch"]["id"]
    sent = remind(api("city-officer"), city, month, organization_ids=[place])
    assert reasons(sent) == {place: "no_secretary"} and sent.json()["recipients"] == 0


def test_who_does_not_want_to_be_rung_for_reminders_finds_them_in_his_inbox(api, ctl, city, branch, month, clock):
    place, secretary, _ = branch
    token = f"sim-{uuid.uuid4()}"
    assert secretary.put(f"/v1/me/devices/{uuid.uuid4()}", json={"provider": "sim", "token": token},
                         headers=WAIT).status_code in (200, 201)
    etag = secretary.get("/v1/me/preferences").headers["ETag"]
    assert secretary.patch("/v1/me/preferences", json={"push": {"reminders": False}},
                           headers={"If-Match": etag, **WAIT}).status_code == 200
    officer = api("city-officer")
    sent = remind(officer, city, month, organization_ids=[place]).json()["notification_id"]
    assert eventually(lambda: items(secretary))
    clock(120)
    path = f"/v1/notifications/{sent}/delivery"
    found = eventually(lambda: (lambda answer: answer["settled_at"] and answer)(officer.get(path).json()), 30)
    assert (found["recipients"], found["devices"]) == (1, 0)
    assert ctl("pushes", "--notification", sent).strip() == ""


def test_a_whole_city_is_tried_at_once_and_says_who_is_left_out(api, city, month):
    tried = remind(api("city-officer"), city, month, dry_run=True).json()
    assert tried["branches"] > 0 and tried["recipients"] >= tried["branches"]
    assert tried["skipped_total"] >= len(tried["skipped"]) and len(tried["skipped"]) <= 500
    assert {skipped["reason"] for skipped in tried["skipped"]} <= {"no_secretary", "reminded", "already_done"}


@pytest.mark.parametrize("dry_run", [False, True])
def test_who_may_not_remind_is_refused_as_on_every_route(api, city, login, month, dry_run):
    place = login("secretary-10B")["branch"]["id"]
    for use, organization, status in (("member-10B", place, 403), ("secretary-10B", city, 403),
                                      ("member-4", place, 404), ("city-admin", city, 403),
                                      ("city-officer", random_id(), 404)):
        answer = remind(api(use), organization, month, dry_run=dry_run)
        assert_problem(answer, status, "not_allowed" if status == 403 else "not_found")
    for wrong in (random_id(), city):
        answer = remind(api("city-officer"), city, month, organization_ids=[place, wrong], dry_run=dry_run)
        problem = assert_problem(answer, 422, "invalid", "/organization_ids/1")
        assert problem["errors"][0]["code"] == "unknown_id"
    assert_problem(remind(api("city-officer"), city, month, "late", dry_run=dry_run), 422, "invalid", "/kind")


# --- of a meeting that comes up ---


def coming_up(client, meeting):
    return [item for item in client.items("/v1/inbox")
            if item["kind"] == "meeting_comes_up" and item["subject"]["id"] == meeting["id"]]


def convene(secretary, place, **changes):
    made = secretary.post("/v1/meetings", json=body({"id": place}, **changes), headers=WAIT)
    assert made.status_code == 201, made.text
    return made.json()


def test_two_days_before_a_meeting_those_who_will_come_are_reminded_once(branch, clock):
    place, secretary, member = branch
    meeting = convene(secretary, place, starts_at=now(50 * 3600))
    moved = convene(secretary, place, starts_at=now(50 * 3600))
    cancelled = convene(secretary, place, starts_at=now(50 * 3600))
    near = convene(secretary, place, starts_at=now(47 * 3600))
    assert member.put(f"/v1/meetings/{meeting['id']}/absence", json={"reason": "Ốm"}, headers=WAIT).status_code == 200
    assert secretary.patch(f"/v1/meetings/{moved['id']}", json={"starts_at": now(60 * 3600)},
                           headers={"If-Match": f'"{moved["version"]}"', **WAIT}).status_code == 200
    assert secretary.post(f"/v1/meetings/{cancelled['id']}/cancel", json={"reason": "Hoãn"},
                          headers=WAIT).status_code == 200
    clock(3 * 3600)
    eventually(lambda: coming_up(secretary, meeting))
    for which in (moved, cancelled, near):
        assert not coming_up(secretary, which)
    clock(13 * 3600)
    eventually(lambda: coming_up(member, moved))
    assert [len(coming_up(secretary, which)) for which in (meeting, moved, cancelled, near)] == [1, 1, 0, 0]
    assert not coming_up(member, meeting)


# --- what days remind of ---


def morning(month, day):
    """Seconds from now to eight o'clock of that day."""
    year, number = map(int, month.split("-"))
    at = datetime.datetime(year, number, day, 8, tzinfo=LOCAL)
    return int((at - datetime.datetime.now(datetime.timezone.utc)).total_seconds())


def titles_of(month):
    year, number = map(int, month.split("-"))
    before = datetime.date(year, number, 1) - datetime.timedelta(days=1)
    last = f"ngày 20/{before.month:02}/{before.year}"
    return [f"Đã có dự thảo chương trình họp chi bộ tháng {month[5:]}/{month[:4]}, đăng ký chậm nhất {last}",
            f"Hạn cuối đăng ký họp chi bộ tháng {month[5:]}/{month[:4]}: {last}",
            f"Đã quá hạn đăng ký họp chi bộ tháng {month[5:]}/{month[:4]}"]


def unheard_month(api):
    """A month of which no day has spoken here, as each speaks once whatever the clock does; and the one before."""
    today = datetime.datetime.now(LOCAL)
    heard = {item["title"] for use in ("secretary-10B", "secretary-4", "secretary-bai-thuy")
             for item in items(api(use))}
    for first in range(today.year * 12 + today.month + 1, today.year * 12 + today.month + 12):
        before, month = (f"{each // 12}-{each % 12 + 1:02}" for each in (first, first + 1))
        if not heard & set(titles_of(month)):
            return before, month
    raise AssertionError("the days of a year have spoken")


def test_days_remind_of_registration_until_it_is_done(api, branch, clock, ctl):
    place, secretary, member = branch
    before, month = unheard_month(api)
    titles = titles_of(month)

    def said():
        return [item["title"] for item in reversed(items(secretary)) if item["title"] in titles]

    clock(morning(before, 15))
    ctl("restart", "meeting")  # whose clock may have been further before: today's is said whatever became of that
    for n, day in enumerate((20, 23, 27), 1):
        eventually(lambda n=n: said() == titles[:1] + titles[1:2] * (n > 1) + titles[2:] * max(0, n - 2), 30)
        clock(morning(before, day))
    eventually(lambda: said() == [*titles, titles[2]], 30)
    assert not items(member)


def test_days_remind_as_an_organisations_own_rules_say(api, branch, branch_of_ones_own, base_url, token_of, clock, ctl):
    place, secretary, _ = branch
    made = branch_of_ones_own("Chi bộ thường")
    card = made.add("Lê Thị Thường", position="secretary")
    made.save()
    usual = Client(base_url, token_of(card))
    before, month = unheard_month(api)
    due = titles_of(month)[1]
    rules = {"reminders": [{"kind": "not_registered", "offset_hours": -48}]}
    answer = api("city-officer").put(f"/v1/organizations/{place}/rules", json=rules, headers=WAIT)
    assert answer.status_code == 200 and answer.json()["reminders"] == rules["reminders"], answer.text

    def said(who):
        return [item["title"] for item in items(who) if item["title"] in titles_of(month)]

    clock(morning(before, 18))
    ctl("restart", "meeting")
    eventually(lambda: said(secretary) == [due], 30)
    assert said(usual) == []
    clock(morning(before, 20))
    eventually(lambda: said(usual) == [due], 30)
    assert said(secretary) == [due]
