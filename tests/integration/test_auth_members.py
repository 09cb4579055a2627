"""Members over the years: they are added, corrected, excused, transferred; they leave and come back; a secretary hands
over. Each test has branches of its own."""
import datetime
import uuid

import pytest

from client import Client, assert_problem, eventually

WAIT = {"Prefer": "wait=20"}
# A second is the promise; a sanitized build on a busy machine gets three.
SOON_S = 3


@pytest.fixture
def signed_in(token_of, base_url):
    """signed_in(card): a client whose token every gateway knows already."""
    def sign_in(card):
        client = Client(base_url, token_of(card))
        client.me = eventually(lambda: client.get("/v1/me").json())
        return client
    return sign_in


@pytest.fixture
def make_branch(branch_of_ones_own, signed_in):
    """A branch with a secretary and a member, both signed in."""
    def make(name):
        branch = branch_of_ones_own(name)
        cards = branch.add("Nguyễn Văn Bí Thư", position="secretary", phone="+84600000111"), branch.add("Trần Thị Đảng")
        branch.save()
        branch.secretary, branch.member = (signed_in(card) for card in cards)
        branch.id = branch.member.me["branch"]["id"]
        return branch
    return make


@pytest.fixture
def branch(make_branch):
    return make_branch("Chi bộ đi")


@pytest.fixture
def other(make_branch):
    return make_branch("Chi bộ đến")


@pytest.fixture
def admin(api):
    return api("city-admin")


def read(client, member):
    answer = client.get(f"/v1/members/{member.me['id']}")
    assert answer.status_code == 200, answer.text
    return answer


def edit(client, member, version=None, **changes):
    etag = version or read(client, member).headers["ETag"]
    return client.patch(f"/v1/members/{member.me['id']}", json=changes, headers={"If-Match": etag, **WAIT})


# --- adding and correcting


def test_a_member_is_added_once(branch):
    body = {"card_number": f"T{uuid.uuid4().hex[:12]}", "full_name": "Đỗ Thị Mới", "branch_id": branch.id,
            "status": "probationary", "occupation": "enterprise", "phone": "+84600000222"}
    key = str(uuid.uuid4())
    made = branch.secretary.post("/v1/members", json=body, key=key, headers=WAIT)
    assert made.status_code == 201, made.text
    member = made.json()
    assert made.headers["Location"] == f"/v1/members/{member['id']}"
    assert (member["status"], member["occupation"], member["version"]) == ("probationary", "enterprise", 1)
    again = branch.secretary.post("/v1/members", json=body, key=key, headers=WAIT)
    assert (again.status_code, again.json()["id"]) == (201, member["id"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert_problem(branch.secretary.post("/v1/members", json=body, headers=WAIT), 409, "card_taken", "/card_number")
    eventually(lambda: branch.secretary.get(f"/v1/organizations/{branch.id}").json()["members"] == 3)


def test_what_is_corrected_and_who_sees_it(branch, admin):
    etag = read(admin, branch.member).headers["ETag"]
    path = f"/v1/members/{branch.member.me['id']}"
    assert_problem(admin.patch(path, json={"full_name": "A"}), 428, "if_match_missing")
    done = edit(admin, branch.member, etag, full_name="Trần Thị Đảng Viên", phone="+84600000333")
    assert done.status_code == 200, done.text
    assert (done.json()["full_name"], done.json()["phone"]) == ("Trần Thị Đảng Viên", "+84600000333")
    assert_problem(edit(admin, branch.member, etag, full_name="B"), 412, "version_conflict")
    same = edit(admin, branch.member, done.headers["ETag"], phone="+84600000333")
    assert same.json()["version"] == done.json()["version"]
    seen = branch.member.get(f"/v1/members/{branch.secretary.me['id']}").json()
    assert seen["full_name"] and seen["roles"]
    assert [seen[name] for name in ("phone", "status", "exempt", "card_number", "occupation")] == [None] * 5
    changed = branch.member.patch(path, json={"phone": None}, headers={"If-Match": done.headers["ETag"], **WAIT})
    assert changed.status_code == 200 and changed.json()["phone"] is None, changed.text


def test_the_history_tells_who_changed_what_and_why(branch):
    done = edit(branch.secretary, branch.member, exempt=True, reason="Tuổi cao sức yếu", effective_on="2020-01-01")
    assert_problem(done, 422, "invalid", "/effective_on")
    yesterday = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)).strftime("%Y-%m-%d")
    done = edit(branch.secretary, branch.member, exempt=True, reason="Tuổi cao sức yếu", effective_on=yesterday)
    assert done.status_code == 200, done.text
    path = f"/v1/members/{branch.member.me['id']}/history"
    entry = branch.secretary.get(path).json()["items"][0]
    assert (entry["actor"]["full_name"], entry["action"]) == ("Nguyễn Văn Bí Thư", "edited")
    assert entry["reason"] == "Tuổi cao sức yếu"
    assert {"field": "exempt", "old": "false", "new": "true"} in entry["changes"]
    assert {"field": "effective_on", "old": None, "new": yesterday} in entry["changes"]
    assert branch.member.get(path).json()["items"] == [entry]
    assert_problem(branch.member.get(f"/v1/members/{branch.secretary.me['id']}/history"), 403, "not_allowed")


# --- leaving


def test_who_died_is_signed_out_at_once_and_may_come_back(branch, signed_in):
    device = {"provider": "sim", "token": f"sim-{uuid.uuid4()}"}
    assert branch.member.put("/v1/me/devices/phone", json=device, headers=WAIT).status_code == 200
    assert_problem(edit(branch.secretary, branch.member, status="left", left_reason="died"), 422, "invalid", "/reason")
    left = edit(branch.secretary, branch.member, status="left", left_reason="died", reason="Từ trần")
    assert left.status_code == 200, left.text
    assert (left.json()["status"], left.json()["left_reason"]) == ("left", "died")
    eventually(lambda: assert_problem(branch.member.get("/v1/me"), 401, "session_ended"), SOON_S)
    back = edit(branch.secretary, branch.member, status="official", reason="Ghi nhầm người")
    assert back.status_code == 200 and back.json()["left_reason"] is None, back.text
    card = next(card for card, row in branch.members.items() if not row["position"])
    assert signed_in(card).get("/v1/me/devices").json()["items"] == []


# --- transfers


def ask(client, member, branch, **more):
    body = {"member_id": member.me["id"], "to_branch_id": branch.id, "kind": "permanent", "reason": "Chuyển nhà"}
    return client.post("/v1/transfers", json={**body, **more}, headers=WAIT)


def test_a_transfer_between_secretaries(branch, other):
    asked = ask(branch.secretary, branch.member, other)
    assert asked.status_code == 201 and asked.json()["state"] == "requested", asked.text
    assert_problem(ask(branch.secretary, branch.member, other), 409, "transfer_open")
    path = f"/v1/transfers/{asked.json()['id']}"
    assert_problem(branch.secretary.post(f"{path}/approve", headers=WAIT), 403, "not_allowed")
    assert [each["id"] for each in other.secretary.get("/v1/transfers").json()["items"]] == [asked.json()["id"]]
    done = other.secretary.post(f"{path}/approve", json={}, headers=WAIT)
    assert done.status_code == 200 and done.json()["state"] == "done", done.text
    # His session goes on; the old branch has lost him, the new one has him.
    eventually(lambda: branch.member.get("/v1/me").json()["branch"]["id"] == other.id, SOON_S)
    eventually(lambda: assert_problem(branch.member.get(f"/v1/organizations/{branch.id}"), 404, "not_found"), SOON_S)
    eventually(lambda: branch.member.get(f"/v1/organizations/{other.id}").status_code == 200, SOON_S)
    assert_problem(branch.secretary.get(f"/v1/members/{branch.member.me['id']}"), 404, "not_found")
    history = other.secretary.get(f"/v1/members/{branch.member.me['id']}/history").json()["items"]
    assert history[0]["action"] == "transferred"
    back = other.secretary.post(f"{path}/revert", json={"reason": "Nhầm"}, headers=WAIT)
    assert back.status_code == 200 and back.json()["state"] == "reverted", back.text
    eventually(lambda: branch.member.get("/v1/me").json()["branch"]["id"] == branch.id, SOON_S)


@pytest.mark.parametrize("what, status, code, field", [
    ({}, 422, "invalid", "/to_branch_id"),
    ({"to_branch_id": str(uuid.uuid4())}, 422, "invalid", "/to_branch_id"),
    ({"kind": "temporary"}, 422, "invalid", "/until"),
    ({"member_id": str(uuid.uuid4())}, 404, "not_found", None)])
def test_a_transfer_that_cannot_be(admin, branch, what, status, code, field):
    assert_problem(ask(admin, branch.member, branch, **what), status, code, field)


def test_a_temporary_transfer_ends_with_its_last_day(admin, branch, other, clock, signed_in):
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=7))).date()
    done = ask(admin, branch.member, other, kind="temporary", until=str(today))
    assert done.status_code == 201 and done.json()["state"] == "done", done.text
    assert read(admin, branch.member).json()["branch"]["id"] == other.id
    clock(86400)
    eventually(lambda: read(admin, branch.member).json()["branch"]["id"] == branch.id, 20)
    ended = next(each for each in admin.items("/v1/transfers") if each["id"] == done.json()["id"])
    assert (ended["state"], ended["ended_at"] is not None) == ("done", True)


# --- positions, doubles


def position(client, branch, member, **body):
    return client.put(f"/v1/organizations/{branch.id}/positions/{member.me['id']}", json=body, headers=WAIT)


def test_a_secretary_hands_over_in_one_step(admin, branch):
    starts_at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=300)
    draft = {"organization_id": branch.id, "kind": "thematic", "starts_at": starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
             "place": "A", "agenda": [], "publish": False}
    made = branch.secretary.post("/v1/meetings", json=draft, headers=WAIT)
    assert made.status_code == 201, made.text
    assert_problem(position(admin, branch, branch.member, role="secretary"), 409, "position_taken")
    assert_problem(position(branch.secretary, branch, branch.member, role="deputy_secretary"), 403, "not_allowed")
    done = position(admin, branch, branch.member, role="secretary", replaces_member_id=branch.secretary.me["id"])
    assert done.status_code == 200, done.text
    assert [role["role"] for role in done.json()["roles"]] == ["secretary"]
    # The draft is the branch's: who leads it goes on with it.
    path = f"/v1/meetings/{made.json()['id']}"
    eventually(lambda: branch.member.get(path).status_code == 200, SOON_S)
    eventually(lambda: branch.secretary.get(path).status_code in (401, 404), SOON_S)
    contact = eventually(lambda: branch.member.get(f"/v1/organizations/{branch.id}").json()["contact"], SOON_S)
    assert contact["full_name"] == "Trần Thị Đảng"
    ended = admin.delete(f"/v1/organizations/{branch.id}/positions/{branch.member.me['id']}", headers=WAIT)
    assert ended.status_code == 204, ended.text
    assert read(admin, branch.member).json()["roles"] == []


def test_a_double_is_merged(admin, branch, other):
    body = {"duplicate_id": other.member.me["id"], "reason": "Nhập hai lần"}
    merged = admin.post(f"/v1/members/{branch.member.me['id']}/merge", json=body, headers=WAIT)
    assert merged.status_code == 200, merged.text
    assert read(admin, other.member).json()["left_reason"] == "merged"
    eventually(lambda: assert_problem(other.member.get("/v1/me"), 401, "session_ended"), SOON_S)
    again = admin.post(f"/v1/members/{branch.member.me['id']}/merge", json=body, headers=WAIT)
    assert_problem(again, 409, "wrong_state")
