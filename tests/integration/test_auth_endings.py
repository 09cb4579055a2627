"""What ends with a membership, a grant or a session: access tokens, sessions, devices and their pushes."""
import json
import uuid

import pytest

from client import Client, assert_problem, eventually
from meetings import schedule

SECRETARY, MEMBER = "secretary-4", "member-4"
# A second is the promise; a sanitized build on a busy machine gets three. A token lives an hour.
SOON_S = 3


@pytest.fixture
def own_branch(branch_of_ones_own):
    branch = branch_of_ones_own("Chi bộ thử")
    branch.secretary = branch.add("Nguyễn Văn Bí Thư", position="secretary", phone="+84600000111")
    branch.member = branch.add("Trần Thị Đảng Viên")
    branch.save()
    return branch


@pytest.fixture
def signed_in(token_of, base_url):
    """signed_in(card): a client whose token every gateway knows already."""
    def sign_in(card):
        client = Client(base_url, token_of(card))
        eventually(lambda: client.get("/v1/me").status_code == 200)
        return client
    return sign_in


@pytest.mark.parametrize("change, comes_back", [({"status": "left"}, False), ({"status": "suspended"}, True),
                                                ({"position": "none"}, True)])
def test_older_access_tokens_end_with_a_membership_or_a_grant(own_branch, signed_in, change, comes_back):
    secretary, other = signed_in(own_branch.secretary), signed_in(own_branch.member)
    own_branch.members[own_branch.secretary].update({"position": "", **change})
    own_branch.save()
    code = "token_invalid" if comes_back else "session_ended"
    eventually(lambda: assert_problem(secretary.get("/v1/me"), 401, code), SOON_S)
    assert other.get("/v1/me").status_code == 200
    if comes_back:
        assert signed_in(own_branch.secretary).get("/v1/me").status_code == 200


def device(name):
    return f"/v1/me/devices/{name}", {"provider": "sim", "token": f"sim-{name}-{uuid.uuid4()}"}


def test_who_has_left_reads_and_registers_nothing(own_branch, signed_in):
    member = signed_in(own_branch.member)
    path, body = device("phone")
    assert member.put(path, json=body).status_code == 200
    own_branch.members[own_branch.member]["status"] = "left"
    own_branch.save()
    eventually(lambda: assert_problem(member.get("/v1/documents"), 401, "session_ended"), SOON_S)
    assert_problem(member.put(path, json=body), 401, "session_ended")
    assert_problem(member.get("/v1/me/devices"), 401, "session_ended")


@pytest.fixture
def sessions(base_url, login):
    """Two sessions of one member, each with a device of its own: (client, its answer to the login, device's name)."""
    def open_one(name):
        body = {"card_number": login(MEMBER)["card_number"], "password": login(MEMBER)["password"],
                "device_id": f"{name}-{uuid.uuid4()}"}
        session = Client(base_url).post("/v1/auth/login", json=body).json()
        client = Client(base_url, session["access_token"])
        path, device_body = device(body["device_id"])
        assert client.put(path, json=device_body).status_code == 200
        return client, session, body["device_id"], device_body["token"]
    return open_one("first"), open_one("second")


def names(client):
    return {each["id"] for each in client.get("/v1/me/devices").json()["items"]}


def log_out(sessions):
    assert sessions[0][0].post("/v1/auth/logout").status_code == 204


def delete_from_elsewhere(sessions):
    own = next(s for s in sessions[0][0].get("/v1/me/sessions").json()["items"] if s["current"])
    assert sessions[1][0].delete(f"/v1/me/sessions/{own['id']}").status_code == 204


def use_a_refresh_token_with_two_keys(sessions):
    client, session = sessions[0][:2]
    body = {"refresh_token": session["refresh_token"]}
    assert client.post("/v1/auth/refresh", json={**body, "key": "mine"}).status_code == 200
    assert client.post("/v1/auth/refresh", json={**body, "key": "another"}).status_code == 401


@pytest.mark.parametrize("end", [log_out, delete_from_elsewhere, use_a_refresh_token_with_two_keys])
def test_a_device_ends_with_the_session_that_registered_it(sessions, end):
    _, (other, _, other_name, _) = sessions
    ended = sessions[0][2]
    assert {ended, other_name} <= names(other)
    end(sessions)
    left = eventually(lambda: (found := names(other)) and ended not in found and found)
    assert other_name in left
    assert other.delete(f"/v1/me/devices/{other_name}").status_code == 204


def test_a_phone_that_is_signed_out_rings_no_more(api, login, ctl, sessions):
    (_, _, _, silent), (other, _, other_name, rings) = sessions
    log_out(sessions)
    notification = schedule(api, login, SECRETARY)["notification_id"]

    def settled():
        return api(SECRETARY).get(f"/v1/notifications/{notification}/delivery").json()["settled_at"]
    eventually(settled, 30)
    pushed = ctl("pushes", "--notification", notification).splitlines()
    tokens = [json.loads(line)["message"]["token"] for line in pushed]
    assert rings in tokens and silent not in tokens
    assert other.delete(f"/v1/me/devices/{other_name}").status_code == 204
