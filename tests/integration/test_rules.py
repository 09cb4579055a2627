"""GET|PUT O/rules (S2, S20): what an officer sets holds below him from then on, and meetings follow."""
import datetime

import pytest

from client import assert_problem, eventually
from meetings import LOCAL, body, hour, schedule
from test_meeting_life import free_month

WAIT = {"Prefer": "wait=20"}
DEFAULTS = {"registration_day": 20, "agenda_limit_minutes": 90, "resolution_due_days": 2, "reminders": [
                {"kind": kind, "offset_hours": hours} for kind in ("not_registered", "resolution_overdue")
                for hours in (0, 72, 168)],
            "quiet_from": "21:00", "quiet_to": "07:00", "review": "year", "retention_days": 1825,
            "term_started_on": None}


@pytest.fixture
def branch(login):
    return login("secretary-10B")["branch"]


@pytest.fixture
def path(branch):
    return f"/v1/organizations/{branch['id']}/rules"


@pytest.fixture
def put(api, path):
    """Sets the branch's own rules; afterwards it has none but what holds above."""
    def send(**rules):
        return api("ward-officer").put(path, json=rules, headers=WAIT)

    yield send
    assert send().status_code == 200


def today(days=0):
    return (datetime.datetime.now(LOCAL).date() + datetime.timedelta(days=days)).isoformat()


def draft(secretary, branch, **changes):
    answer = secretary.post("/v1/meetings", json=body(branch, publish=False, **changes), headers=WAIT)
    assert answer.status_code == 201, answer.text
    meeting = answer.json()
    assert secretary.delete(f"/v1/meetings/{meeting['id']}", headers=WAIT).status_code == 204
    return meeting


def test_everybody_on_the_path_reads_the_defaults(api, login, path):
    for use in ("member-10B", "secretary-10B", "ward-officer"):
        rules = api(use).get(path).json()
        assert {key: rules[key] for key in DEFAULTS} == DEFAULTS
    assert_problem(api("member-4").get(path), 404, "not_found")


def test_a_meeting_follows_the_rules_of_its_time_and_keeps_them(api, login, branch, path, put):
    secretary = api("secretary-10B")
    before = schedule(api, login)
    reminders = [{"kind": "not_registered", "offset_hours": -48}]
    answer = put(agenda_limit_minutes=60, registration_day=15, reminders=reminders)
    assert answer.status_code == 200, answer.text
    rules = answer.json()
    assert (rules["agenda_limit_minutes"], rules["registration_day"], rules["resolution_due_days"]) == (60, 15, 2)
    assert (rules["inherited_from"], rules["effective_on"], rules["reminders"]) == (None, today(), reminders)
    assert api("member-10B").get(path).json() == rules
    eventually(lambda: draft(secretary, branch)["agenda_limit_minutes"] == 60, 5)
    days = free_month(secretary, branch["id"])
    regular = draft(secretary, branch, kind="regular", starts_at=hour(days))
    assert regular["registration_due_at"][8:19] == "15T16:59:59"
    assert "agenda_too_long" in [warning["code"] for warning in regular["warnings"]]
    assert secretary.get(f"/v1/meetings/{before['id']}").json() == before


def test_the_same_again_is_the_same_version_and_nothing_said_is_inherited(put):
    first = put(quiet_from="20:00", quiet_to="06:30").json()
    assert put(quiet_from="20:00", quiet_to="06:30").json() == first
    assert put().json() == {**first, "version": first["version"] + 1, "quiet_from": "21:00", "quiet_to": "07:00"}


def test_a_later_day_holds_from_that_day_on(api, path, put):
    now = put(retention_days=400).json()
    assert put(retention_days=500, effective_on=today(30)).json() == now
    then = api("ward-officer").get(path, params={"on": today(30)}).json()
    assert (then["retention_days"], then["effective_on"]) == (500, today(30))
    put(effective_on=today(30))


@pytest.mark.parametrize("said, field, code", [
    ({"registration_day": 29}, "/registration_day", "too_large"),
    ({"agenda_limit_minutes": 0}, "/agenda_limit_minutes", "too_small"),
    ({"resolution_due_days": 32}, "/resolution_due_days", "too_large"),
    ({"effective_on": "2026-01-01"}, "/effective_on", "in_the_past"),
    ({"quiet_from": "20:00"}, "/quiet_to", "required"),
    ({"term_started_on": "2999-01-01"}, "/term_started_on", "in_the_future"),
    ({"reminders": [{"kind": "not_held", "offset_hours": 1}] * 2}, "/reminders/1", "duplicate"),
    ({"reminders": None}, "/reminders", "wrong_type"),
])
def test_a_wrong_field_is_named(put, said, field, code):
    problem = assert_problem(put(**said), 422, "invalid")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
