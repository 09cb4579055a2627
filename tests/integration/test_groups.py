"""GET|PUT O/groups (Y2): party groups of a branch. GET /v1/config (S21, S30): before anybody has signed in."""
import re

import pytest

from client import assert_problem

WAIT = {"Prefer": "wait=20"}


@pytest.fixture
def path(login):
    return f"/v1/organizations/{login('secretary-10B')['branch']['id']}/groups"


@pytest.fixture
def secretary(api, path):
    yield api("secretary-10B")
    assert api("secretary-10B").put(path, json={"items": []}, headers=WAIT).json()["items"] == []


def test_a_secretary_sets_the_groups_of_his_branch(api, login, secretary, path):
    people = secretary.get(path.replace("groups", "members"), params={"limit": 5}).json()["items"]
    head, *others = [person["id"] for person in people]
    said = [{"name": "Tổ 1", "head_id": head, "member_ids": [head, *others[:2]]},
            {"name": "Tổ 2", "head_id": others[2], "member_ids": others[2:]}]
    answer = secretary.put(path, json={"items": said}, headers=WAIT)
    assert answer.status_code == 200, answer.text
    groups = answer.json()["items"]
    assert [(each["name"], each["head_id"], sorted(each["member_ids"])) for each in groups] == [
        (each["name"], each["head_id"], sorted(each["member_ids"])) for each in said]
    assert secretary.get(path).json()["items"] == groups
    assert secretary.put(path, json={"items": groups}, headers=WAIT).json()["items"] == groups
    history = secretary.get(f"/v1/members/{head}/history").json()["items"]
    assert history[0]["changes"] == [{"field": "group", "old": None, "new": "Tổ 1"}]
    twice = [said[0], {**said[1], "member_ids": [*said[1]["member_ids"], head]}]
    assert_problem(secretary.put(path, json={"items": twice}, headers=WAIT), 422, "invalid", "/items/1/member_ids/2")
    assert_problem(api("member-10B").get(path), 403, "not_allowed")


def test_what_a_client_must_know_is_told_to_everybody(api):
    answer = api().get("/v1/config")
    assert answer.status_code == 200, answer.text
    key = answer.json().pop("vapid_public_key")
    assert re.fullmatch(r"B[0-9A-Za-z_-]{86}", key)  # an uncompressed point begins with 4
    assert answer.json() == {"vapid_public_key": key, "ballot_origin": None, "support_phone": None, "demo": True}
