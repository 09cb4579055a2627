"""Idempotency, Prefer and operations, If-Match (API.md, Conventions)."""
import concurrent.futures

import pytest
from client import assert_problem, eventually
from gateway_help import meeting_of, new_key


@pytest.fixture(scope="module")
def branch(login):
    return login("secretary-10B")["branch"]["id"]


@pytest.fixture(scope="module")
def meeting(api, branch):
    answer = api("secretary-10B").post("/v1/meetings", json=meeting_of(branch))
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_resource_is_where_location_says(api, meeting):
    answer = api("secretary-10B").get(f"/v1/meetings/{meeting['id']}")
    assert answer.json() == meeting


def test_the_same_key_creates_once_and_is_told_as_a_repeat(api, branch):
    key, body = new_key(), meeting_of(branch)
    first = api("secretary-10B").post("/v1/meetings", json=body, key=key)
    again = api("secretary-10B").post("/v1/meetings", json=body, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    assert again.headers["Location"] == first.headers["Location"] and again.json() == first.json()


def test_the_same_key_at_once_creates_once(api, branch):
    key, body = new_key(), meeting_of(branch)
    secretary = api("secretary-10B")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: secretary.post("/v1/meetings", json=body, key=key), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_repeat_shows_the_resource_as_it_is_now(api, branch):
    key, body = new_key(), meeting_of(branch)
    secretary = api("secretary-10B")
    first = secretary.post("/v1/meetings", json=body, key=key)
    changed = secretary.patch(first.headers["Location"], json={"place": "Nơi khác"},
                              headers={"If-Match": first.headers["ETag"]})
    assert changed.status_code == 200, changed.text
    assert secretary.post("/v1/meetings", json=body, key=key).json()["place"] == "Nơi khác"


def test_a_key_with_another_body_is_refused(api, branch):
    key = new_key()
    assert api("secretary-10B").post("/v1/meetings", json=meeting_of(branch), key=key).status_code == 201
    other = api("secretary-10B").post("/v1/meetings", json=meeting_of(branch, place="Nơi khác"), key=key)
    assert_problem(other, 422, "idempotency_key_reused")


def test_a_rejection_is_repeated_as_it_was(api, meeting):
    key = new_key()
    path = f"/v1/meetings/{meeting['id']}/publish"
    first = assert_problem(api("secretary-10B").post(path, key=key), 409, "wrong_state")
    again = api("secretary-10B").post(path, key=key)
    assert assert_problem(again, 409, "wrong_state")["title"] == first["title"]
    assert again.headers["Idempotency-Replayed"] == "true"


def test_without_patience_an_operation_settles(api, meeting):
    answer = api("member-10B").post(f"/v1/meetings/{meeting['id']}/comments", json={"text": "Góp ý"},
                                    headers={"Prefer": "wait=0"})
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"/v1/operations/{answer.json()['id']}"
    settled = eventually(lambda: [operation for operation in [api("member-10B").get(answer.headers["Location"]).json()]
                                  if operation["state"] != "pending"])[0]
    assert settled["state"] == "succeeded" and settled["problem"] is None
    assert settled["resource_url"].startswith(f"/v1/meetings/{meeting['id']}/comments/")
    assert settled["result"]["text"] == "Góp ý"


def test_a_rejected_operation_carries_its_problem(api, meeting):
    answer = api("secretary-10B").post(f"/v1/meetings/{meeting['id']}/publish", headers={"Prefer": "wait=0"})
    assert answer.status_code == 202
    location = answer.headers["Location"]
    settled = eventually(lambda: [operation for operation in [api("secretary-10B").get(location).json()]
                                  if operation["state"] != "pending"])[0]
    assert settled["state"] == "rejected" and settled["problem"]["code"] == "wrong_state"


def test_an_operation_is_only_its_actors(api, meeting):
    answer = api("member-10B").post(f"/v1/meetings/{meeting['id']}/comments", json={"text": "Góp ý"},
                                    headers={"Prefer": "wait=0"})
    assert_problem(api("secretary-10B").get(answer.headers["Location"]), 404, "not_found")
    assert_problem(api("member-10B").get(answer.headers["Location"][:-2] + "AA"), 404, "not_found")
    assert_problem(api("member-10B").get("/v1/operations/x"), 404, "not_found")


@pytest.mark.parametrize("prefer", ["wait=x", "wait=-1", "wait=999999999999999999999", "respond-async", "", ";;;"])
def test_a_preference_is_never_a_reason_to_refuse(api, meeting, prefer):
    answer = api("member-10B").post(f"/v1/meetings/{meeting['id']}/comments", json={"text": "Góp ý"},
                                    headers={"Prefer": prefer})
    assert answer.status_code == 201, answer.text


def test_a_patch_needs_the_version_it_changes(api, meeting):
    path = f"/v1/meetings/{meeting['id']}"
    assert_problem(api("secretary-10B").patch(path, json={"place": "X"}), 428, "if_match_missing")
    for other in ('"99-abc"', "nonsense", '"x"', 'W/"1"'):
        assert_problem(api("secretary-10B").patch(path, json={"place": "X"}, headers={"If-Match": other}), 412,
                       "version_conflict")


def test_the_least_role_is_asked_first_where_the_path_names_nothing(api):
    assert_problem(api("member-10B").post("/v1/meetings", json={"nonsense": 1}), 403, "not_allowed")


def test_the_shape_comes_before_what_is_visible(api):
    answer = api("member-4").post("/v1/meetings/00000000-0000-4000-8000-000000000000/comments", json={"text": 1})
    assert_problem(answer, 422, "invalid", "/text")
