"""Organisations over the years: rhythm, birth, split, end (S2, Y4), and what others hear of it."""
import uuid

import pytest

from client import Client, assert_problem, eventually
from meetings import body, if_match

WAIT = {"Prefer": "wait=20"}


@pytest.fixture(scope="module")
def admin(api):
    return api("city-admin")


@pytest.fixture(scope="module")
def root(login):
    return login("city-admin")["branch"]["id"]


def found(admin, parent, **changes):
    code = f"T-{uuid.uuid4().hex[:12]}"
    answer = admin.post("/v1/organizations", headers=WAIT,
                        json={"code": code, "name": f"Chi bộ {code}", "level": "branch", "parent_id": parent,
                              **changes})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"].endswith(answer.json()["id"])
    return answer.json()


def member(admin, branch, name):
    said = {"card_number": f"T{uuid.uuid4().hex[:12]}", "full_name": name, "branch_id": branch["id"]}
    answer = admin.post("/v1/members", headers=WAIT, json=said)
    assert answer.status_code == 201, answer.text
    return answer.json()


def path(organization):
    return f"/v1/organizations/{organization['id']}"


def patch(client, organization, **changes):
    return client.patch(path(organization), json=changes, headers={**if_match(organization), **WAIT})


def read(client, organization):
    answer = client.get(path(organization))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_patch_says_what_is_wrong_and_raises_the_version_once(admin, root):
    branch = found(admin, root, meeting_day=3, meeting_time="19:30", meeting_place="Nhà văn hoá")
    assert (branch["state"], branch["meeting_time"], branch["version"]) == ("active", "19:30", 1)
    problem = assert_problem(patch(admin, branch, meeting_day=29), 422, "invalid", "/meeting_day")
    assert problem["errors"][0]["message"] == "Ngày họp từ 1 đến 28"
    changed = patch(admin, branch, name="  Chi bộ đổi tên " + branch["code"], meeting_day=5, meeting_place=None).json()
    assert (changed["name"], changed["meeting_day"], changed["meeting_place"], changed["version"]) == (
        "Chi bộ đổi tên " + branch["code"], 5, None, 2)
    assert_problem(patch(admin, branch, meeting_day=6), 412, "version_conflict")
    assert patch(admin, changed, meeting_day=5).json()["version"] == 2
    assert_problem(patch(admin, changed, parent_id=branch["id"]), 422, "invalid", "/parent_id")


def test_a_code_is_used_once_and_a_name_once_below_a_parent(admin, root):
    branch = found(admin, root)
    again = {"code": branch["code"], "name": "Khác", "level": "branch", "parent_id": root}
    assert_problem(admin.post("/v1/organizations", json=again, headers=WAIT), 409, "code_taken")
    again = {"code": branch["code"] + "x", "name": branch["name"], "level": "branch", "parent_id": root}
    assert_problem(admin.post("/v1/organizations", json=again, headers=WAIT), 422, "invalid", "/name")


def test_counts_of_every_ancestor_follow_a_move_and_a_split_and_an_end(admin, root):
    ward, other = (found(admin, root, level="grassroots") for _ in range(2))
    branch = found(admin, ward["id"])
    people = [member(admin, branch, f"Người {i}") for i in range(3)]

    def counts(organization):
        seen = read(admin, organization)
        return seen["branches"], seen["members"]

    assert (counts(ward), counts(other)) == ((1, 3), (0, 0))
    assert patch(admin, read(admin, branch), parent_id=other["id"]).status_code == 200
    assert (counts(ward), counts(other)) == ((0, 0), (1, 3))
    said = {"name": "Chi bộ tách", "member_ids": [people[0]["id"], people[1]["id"]], "secretary_id": people[0]["id"]}
    strangers = {**said, "member_ids": [people[0]["id"], str(uuid.uuid4())]}
    assert_problem(admin.post(path(branch) + "/split", json=strangers, headers=WAIT), 422, "invalid", "/member_ids/1")
    half = admin.post(path(branch) + "/split", json=said, headers=WAIT)
    assert half.status_code == 201, half.text
    assert half.json()["contact"]["full_name"] == "Người 0"
    assert (counts(half.json()), counts(branch), counts(other)) == ((1, 2), (1, 1), (2, 3))
    assert_problem(admin.post(path(branch) + "/close", json={"reason": "Hết việc"}, headers=WAIT), 409,
                   "organization_has_members")
    end = {"reason": "Sáp nhập", "into_id": half.json()["id"]}
    merged = admin.post(path(branch) + "/close", json=end, headers=WAIT)
    assert merged.status_code == 200 and merged.json()["state"] == "merged", merged.text
    assert (counts(half.json()), counts(branch), counts(other)) == ((1, 3), (0, 0), (1, 3))
    assert {o["id"] for o in admin.items(path(other) + "/children")} == {half.json()["id"]}


def test_who_lived_in_a_merged_branch_lives_in_the_other_one_at_once(admin, root, account, base_url):
    own, target = account["member"]["branch"], found(admin, root)
    one = Client(base_url, account["access_token"])
    held = admin.put(f"{path(own)}/positions/{account['member']['id']}", json={"role": "secretary"}, headers=WAIT)
    assert held.status_code == 200, held.text
    assert eventually(lambda: one.post("/v1/meetings", json=body(own), headers=WAIT).status_code == 201)
    said = {"reason": "Sáp nhập", "into_id": target["id"]}
    merged = admin.post(path(own) + "/close", json=said, headers=WAIT)
    assert merged.status_code == 200, merged.text
    # A position that ended has ended the access tokens of before.
    tokens = one.post("/v1/auth/refresh", json={"refresh_token": account["refresh_token"]}, key=str(uuid.uuid4()))
    one = Client(base_url, tokens.json()["access_token"])
    assert one.get("/v1/me").json()["branch"]["id"] == target["id"]
    assert one.get("/v1/me").json()["roles"] == []
    assert eventually(lambda: one.get(path(own)).status_code == 404)
    assert eventually(lambda: one.post("/v1/meetings", json=body(own), headers=WAIT).status_code in (403, 404))
    again = admin.put(f"{path(own)}/positions/{account['member']['id']}", json={"role": "secretary"}, headers=WAIT)
    assert_problem(again, 409, "organization_closed")
    lost = {"card_number": f"T{uuid.uuid4().hex[:12]}", "full_name": "Người Lạc", "branch_id": own["id"]}
    assert_problem(admin.post("/v1/members", json=lost, headers=WAIT), 409, "organization_closed")
