"""What the levels above see: children side by side, months in a row, and how far each branch is with its meeting."""
import datetime

import pytest

from client import assert_problem, eventually
from meetings import LOCAL, hour, schedule
from test_meeting_life import free_month

WAIT = {"Prefer": "wait=20"}
SOON_S = 5
FAR = "2025-01"  # a month of which nobody has heard anything


@pytest.fixture(scope="module")
def ward(api):
    """The organisation above 10B."""
    return next(role["organization"]["id"] for role in api("ward-officer").get("/v1/me").json()["roles"]
                if role["role"] == "officer")


@pytest.fixture(scope="module")
def city(api):
    return api("member-10B").get("/v1/me").json()["organizations"][0]["id"]


def compliance(client, organization, **params):
    return list(client.items(f"/v1/organizations/{organization}/compliance", **params))


def row_of(client, organization, branch, **params):
    return next((row for row in compliance(client, organization, **params) if row["branch"]["id"] == branch["id"]),
                None)


def month_of(time):
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).astimezone(LOCAL).strftime("%Y-%m")


def day_of(time):
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).astimezone(LOCAL)


def test_a_branch_registers_and_the_ward_sees_it(api, login, ward):
    branch, officer = login("secretary-10B")["branch"], api("ward-officer")
    starts_at = hour(free_month(api("secretary-10B"), branch["id"]))
    month = month_of(starts_at)
    before = row_of(officer, ward, branch, month=month)
    assert before["starts_at"] is before["registered_at"] is before["on_time"] is before["reminded_at"] is None
    assert (before["held"], before["late"], before["resolution"]) == (False, False, "none")
    meeting = schedule(api, login, kind="regular", starts_at=starts_at)
    row = eventually(lambda: row_of(officer, ward, branch, month=month, state="registered"), SOON_S)
    assert row["starts_at"] == meeting["starts_at"] and row["registered_at"] == meeting["registered_at"]
    assert row["due_at"] == meeting["registration_due_at"] and row["on_time"] is meeting["registered_on_time"]
    assert row["branch"] == {**branch, "code": before["branch"]["code"]}
    assert row["path"][-1]["id"] == ward and len(row["path"]) == 3
    secretary = api("secretary-10B").get("/v1/me").json()
    assert row["secretary"]["id"] == secretary["id"] and row["secretary"]["full_name"] == secretary["full_name"]
    assert not row_of(officer, ward, branch, month=month, state="not_registered")
    answer = api("secretary-10B").post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "Hoãn"}, headers=WAIT)
    assert answer.status_code == 200
    eventually(lambda: row_of(officer, ward, branch, month=month, state="not_registered") == before, SOON_S)


def test_nobody_is_late_before_the_last_second_of_the_day(api, login, ward):
    officer, now = api("ward-officer"), datetime.datetime.now(LOCAL)
    rows = [row for months in range(-1, 3) for row in compliance(
        officer, ward, month=month_of(hour(months * 28)))]
    for row in rows:
        due = day_of(row["due_at"])
        assert (due.hour, due.minute, due.second) == (23, 59, 59)
        assert row["late"] == (due < now and row["on_time"] is not True)
    assert {row["late"] for row in rows} == {True, False}


def test_a_past_month_that_nobody_registered_is_red_everywhere(api, ward):
    rows = compliance(api("ward-officer"), ward, month=FAR)
    assert rows and all(row["late"] and row["due_at"] == "2024-12-20T16:59:59.000000Z" for row in rows)
    assert compliance(api("ward-officer"), ward, month=FAR, state="not_registered") == rows
    for state in ("registered", "not_held", "held", "resolution_overdue", "complete"):
        assert compliance(api("ward-officer"), ward, month=FAR, state=state) == []


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_follow_each_other_whatever_their_length(api, ward, city, limit):
    for organization in (ward, city):
        whole = [row["branch"]["code"] for row in compliance(api("city-officer"), organization, month=FAR)][:40]
        paged = []
        for row in api("city-officer").items(f"/v1/organizations/{organization}/compliance", month=FAR, limit=limit):
            paged.append(row["branch"]["code"])
            if len(paged) == len(whole):
                break
        assert paged == whole == sorted(set(whole))


def test_children_are_their_own_dashboards(api, ward):
    officer = api("ward-officer")
    items = list(officer.items(f"/v1/organizations/{ward}/dashboard/children", limit=5))
    children = {child["id"] for child in officer.items(f"/v1/organizations/{ward}/children")}
    assert {item["organization"]["id"] for item in items} == children and len(items) == len(children)
    for item in items[:3]:
        own = officer.get(f"/v1/organizations/{item['organization']['id']}/dashboard").json()
        assert {**item, "as_of": None} == {**own, "as_of": None}
    by_name = [item["organization"]["name"] for item in items]
    assert by_name.index("Chi bộ 9 Trung Liệt") < by_name.index("Chi bộ 10B Trung Liệt")


@pytest.mark.parametrize("sort, figure", [("not_registered", "branches_not_registered"),
                                          ("not_held", "branches_not_held")])
def test_children_come_with_those_first_that_need_looking_at(api, city, sort, figure):
    items = api("city-admin").items(f"/v1/organizations/{city}/dashboard/children", sort=sort, month=FAR, limit=4)
    figures = [item["meetings"][figure] for item in items]
    assert figures == sorted(figures, reverse=True) and figures[0] > 0


def test_a_trend_has_a_row_for_each_month_and_no_percent_of_nothing(api, login):
    branch = login("secretary-10B")["branch"]
    path = f"/v1/organizations/{branch['id']}/trend"
    trend = api("secretary-10B").get(path).json()
    assert trend["organization"]["id"] == branch["id"] and len(trend["months"]) == 12
    assert trend["months"][-1]["month"] == datetime.datetime.now(LOCAL).strftime("%Y-%m")
    past = api("secretary-10B").get(path, params={"from": "2023-12", "to": "2025-11"}).json()["months"]
    assert [month["month"] for month in past[:2]] == ["2023-12", "2024-01"] and len(past) == 24
    assert past[0] == {"month": "2023-12", "registered": 0, "on_time": 0, "held": 0, "attendance_percent": None,
                       "resolutions_overdue": 0, "read_percent": None}


@pytest.mark.parametrize("params, code", [({"from": "2023-11", "to": "2025-11"}, "too_small"),
                                          ({"from": "2025-12", "to": "2025-11"}, "too_large")])
def test_a_trend_of_no_month_or_too_many_is_refused(api, login, params, code):
    answer = api("secretary-10B").get(f"/v1/organizations/{login('secretary-10B')['branch']['id']}/trend",
                                      params=params)
    assert_problem(answer, 422, "invalid", "/from")
    assert answer.json()["errors"][0]["code"] == code


def test_lists_refuse_a_state_a_sort_and_a_cursor_that_are_none(api, ward):
    officer = api("ward-officer")
    path = f"/v1/organizations/{ward}"
    for route, params, field in (("/compliance", {"state": "late"}, "state"),
                                 ("/compliance", {"cursor": "AA"}, "/cursor"),
                                 ("/dashboard/children", {"sort": "best"}, "sort"),
                                 ("/dashboard/children", {"cursor": "AA"}, "/cursor")):
        assert_problem(officer.get(path + route, params=params), 422, "invalid", field)


def test_an_administrator_has_counts_and_a_member_nothing(api, login, city):
    branch = login("member-10B")["branch"]["id"]
    assert_problem(api("city-admin").get(f"/v1/organizations/{city}/compliance"), 403, "not_allowed")
    for route in ("compliance", "trend", "dashboard/children"):
        assert_problem(api("member-10B").get(f"/v1/organizations/{branch}/{route}"), 403, "not_allowed")
        assert_problem(api("member-4").get(f"/v1/organizations/{branch}/{route}"), 404, "not_found")
