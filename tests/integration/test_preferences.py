"""How a member wants to be notified."""
import pytest

from client import Client, assert_problem

DEFAULT = {"digest": "off", "quiet_from": None, "quiet_to": None, "locale": "vi",
           "push": {"meetings": True, "documents": True, "surveys": True, "reminders": True}}


@pytest.fixture
def me(base_url, account):
    return Client(base_url, account["access_token"])


def edit(me, etag=None, **changes):
    etag = etag or me.get("/v1/me/preferences").headers["ETag"]
    return me.patch("/v1/me/preferences", json=changes, headers={"If-Match": etag, "Prefer": "wait=20"})


def test_who_said_nothing_is_told_of_all_in_vietnamese(me):
    assert me.get("/v1/me/preferences").json() == DEFAULT


def test_what_is_named_changes_and_the_rest_stays(me):
    answer = edit(me, push={"surveys": False}, locale="en", quiet_from="20:30")
    assert answer.status_code == 200, answer.text
    expected = {**DEFAULT, "locale": "en", "quiet_from": "20:30", "push": {**DEFAULT["push"], "surveys": False}}
    assert answer.json() == expected
    assert edit(me, digest="daily").json() == {**expected, "digest": "daily"}
    assert edit(me, quiet_from=None).json() == {**expected, "digest": "daily", "quiet_from": None}
    assert me.get("/v1/me/preferences").json() == {**expected, "digest": "daily", "quiet_from": None}


@pytest.mark.parametrize("changes, field", [
    ({"quiet_from": "21:01"}, "/quiet_from"), ({"quiet_from": "06:00"}, "/quiet_from"),
    ({"quiet_to": "06:59"}, "/quiet_to"), ({"quiet_to": "21:00"}, "/quiet_to"),
    ({"quiet_from": "12:00", "quiet_to": "12:00"}, "/quiet_to")])
def test_quiet_hours_are_never_shorter_than_those_for_all_nor_a_whole_day(me, changes, field):
    problem = assert_problem(edit(me, **changes), 422, "invalid", field)
    assert problem["errors"][0]["code"] == "quiet_too_short" and "21:00" in problem["errors"][0]["message"]
    assert me.get("/v1/me/preferences").json() == DEFAULT


@pytest.mark.parametrize("changes", [{"quiet_from": "21:00", "quiet_to": "07:00"},
                                     {"quiet_from": "19:00", "quiet_to": "08:30"}, {"quiet_to": "20:00"}])
def test_quiet_hours_may_be_longer(me, changes):
    assert edit(me, **changes).status_code == 200


def test_of_two_who_saw_the_same_only_one_changes_it(me):
    etag = me.get("/v1/me/preferences").headers["ETag"]
    assert edit(me, etag, digest="daily").status_code == 200
    assert_problem(edit(me, etag, locale="en"), 412, "version_conflict")
    assert_problem(me.patch("/v1/me/preferences", json={"locale": "en"}), 428, "if_match_missing")


def test_what_changes_nothing_raises_nothing(me):
    etag = me.get("/v1/me/preferences").headers["ETag"]
    assert edit(me, etag, digest="off").status_code == 200
    assert me.get("/v1/me/preferences").headers["ETag"] == etag


@pytest.mark.parametrize("changes, field", [
    ({"digest": "weekly"}, "/digest"), ({"locale": "fr"}, "/locale"), ({"push": {"all": True}}, "/push/all"),
    ({"quiet_to": "25:00"}, "/quiet_to")])
def test_a_field_at_fault_is_named(me, changes, field):
    assert_problem(edit(me, **changes), 422, "invalid", field)
