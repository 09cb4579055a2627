"""An account is had back by a letter, unless its member objects."""
import uuid

import pytest

import conftest
import printed
from client import Client, assert_problem, eventually, totp

PASSWORD, ANEW = conftest.PASSWORD, "mùa thu Hà Nội"
DAY = 86400


@pytest.fixture
def nobody(base_url):
    return Client(base_url)


@pytest.fixture
def branch(branch_of_ones_own):
    own = branch_of_ones_own("Chi bộ khôi phục")
    own.secretary, own.deputy = own.add("Phạm Bí Thư", position="secretary"), own.add("Lý Phó", "deputy_secretary")
    own.member = own.add("Lê Thị Mai")
    own.save()
    return own


@pytest.fixture
def secretary(branch, base_url, token_of):
    return Client(base_url, token_of(branch.secretary))


@pytest.fixture
def lost(nobody, branch, ctl):
    """The session of a member on the phone that he will lose."""
    def activate(card):
        body = {"card_number": card, "activation_code": ctl("activation-code", card).strip(), "password": PASSWORD,
                "device_id": "lost"}
        answer = nobody.post("/v1/auth/activate", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()
    return activate


@pytest.fixture
def session(lost, branch):
    return lost(branch.member)


@pytest.fixture
def phone(base_url, session):
    return Client(base_url, session["access_token"])


def ask(client, member, reason="Mất điện thoại"):
    return client.post(f"/v1/members/{member['id']}/recoveries", json={"reason": reason})


def letter(client, recovery):
    return client.get(f"/v1/members/{recovery['member_id']}/recoveries/{recovery['id']}/letter.pdf")


def activate(nobody, typed, **changes):
    body = {**typed, "password": ANEW, "device_id": f"test-{uuid.uuid4()}", **changes}
    return nobody.post("/v1/auth/activate", json=body)


@pytest.fixture
def read(tmp_path):
    def codes(answer):
        assert answer.status_code == 200, answer.text
        (typed,) = printed.codes(answer.content, tmp_path).values()
        return typed
    return codes


@pytest.fixture
def typed(secretary, session, phone, read):
    """What a member types from his letter who has no device left."""
    assert phone.post("/v1/auth/logout").status_code == 204
    recovery = ask(secretary, session["member"]).json()
    assert recovery["state"] == "ready" and recovery["ready_at"] == recovery["created_at"]
    return read(letter(secretary, recovery))


def test_who_has_no_device_left_gets_his_letter_at_once_and_signs_in_by_it(nobody, typed, session, base_url):
    checked = nobody.post("/v1/auth/activate/check", json=typed)
    assert checked.status_code == 200 and checked.json()["full_name"] == "Lê Thị Mai"
    answer = activate(nobody, typed)
    assert answer.status_code == 200, answer.text
    assert Client(base_url, answer.json()["access_token"]).get("/v1/me").json()["id"] == session["member"]["id"]
    card = session["member"]["card_number"]
    body = {"card_number": card, "device_id": str(uuid.uuid4())}
    assert_problem(nobody.post("/v1/auth/login", json={**body, "password": PASSWORD}), 401, "credentials_invalid")
    assert nobody.post("/v1/auth/login", json={**body, "password": ANEW}).status_code == 200


def test_a_letter_is_good_once_and_a_wrong_code_never(nobody, typed):
    assert_problem(activate(nobody, {**typed, "activation_code": "0000-0000-0000"}), 401, "activation_code_invalid")
    assert activate(nobody, typed).status_code == 200
    assert_problem(activate(nobody, typed), 401, "activation_code_invalid")


def test_who_got_no_answer_repeats_the_call_on_the_same_device(nobody, typed, base_url):
    """As after 503 outcome_unknown: the letter's code is used up, and the client has no session."""
    body = {"device_id": str(uuid.uuid4())}
    lost = activate(nobody, typed, **body).json()
    for other in ({"device_id": str(uuid.uuid4())}, {**body, "password": "mùa xuân Hà Nội"}):
        assert_problem(activate(nobody, typed, **other), 401, "activation_code_invalid")
    again = activate(nobody, typed, **body)
    assert again.status_code == 200, again.text
    me = Client(base_url, again.json()["access_token"])
    assert me.get("/v1/me").json()["id"] == lost["member"]["id"]
    assert_problem(nobody.post("/v1/auth/refresh", json={"refresh_token": lost["refresh_token"]}), 401, "session_ended")
    secret = me.post("/v1/me/totp", json={}).json()["uri"].split("secret=")[1].split("&")[0]
    assert me.put("/v1/me/totp", json={"otp": totp(secret)}).status_code == 200
    assert_problem(activate(nobody, typed, **body), 401, "activation_code_invalid")
    assert me.get("/v1/me").status_code == 200


def test_a_live_device_hears_of_it_and_the_letter_waits_a_day(secretary, phone, session, nobody, clock, read):
    recovery = ask(secretary, session["member"]).json()
    assert recovery["state"] == "waiting" and recovery["member_id"] == session["member"]["id"]
    assert_problem(letter(secretary, recovery), 409, "recovery_waiting")
    item = eventually(lambda: next(phone.items("/v1/inbox"), None))
    assert (item["kind"], item["title"]) == ("recovery_asked", "Có người xin cấp lại tài khoản của đồng chí")
    clock(DAY + 60)
    typed = read(letter(secretary, recovery))
    assert read(letter(secretary, recovery)) == typed  # a letter may be printed again
    answer = activate(nobody, typed)
    assert answer.status_code == 200, answer.text
    eventually(lambda: assert_problem(phone.get("/v1/me"), 401, "session_ended"), deadline_s=3)
    assert_problem(nobody.post("/v1/auth/refresh", json={"refresh_token": session["refresh_token"]}), 401,
                   "session_ended")
    assert_problem(letter(secretary, recovery), 409, "recovery_ended")


def test_who_objects_keeps_his_account(secretary, phone, session, clock):
    recovery = ask(secretary, session["member"]).json()
    objected = phone.post("/v1/me/recovery/objection")
    assert objected.status_code == 200, objected.text
    assert objected.json() == {**recovery, "state": "objected"}
    assert_problem(phone.post("/v1/me/recovery/objection"), 409, "no_recovery")
    clock(DAY + 60)
    assert_problem(letter(secretary, recovery), 409, "recovery_ended")
    assert ask(secretary, session["member"]).json()["id"] != recovery["id"]


def test_asked_for_again_it_is_the_same_until_it_has_ended(secretary, phone, session, clock):
    recovery = ask(secretary, session["member"]).json()
    again = ask(secretary, session["member"])
    assert again.status_code == 201 and again.json() == recovery
    clock(16 * DAY)
    assert_problem(letter(secretary, recovery), 409, "recovery_ended")
    assert ask(secretary, session["member"]).json()["id"] != recovery["id"]


def test_a_letter_ends_the_second_factor_of_the_lost_phone(nobody, secretary, phone, session, clock, read):
    secret = phone.post("/v1/me/totp", json={}).json()["uri"].split("secret=")[1].split("&")[0]
    assert phone.put("/v1/me/totp", json={"otp": totp(secret)}).status_code == 200
    recovery = ask(secretary, session["member"]).json()
    clock(DAY + 60)
    assert activate(nobody, read(letter(secretary, recovery))).status_code == 200
    body = {"card_number": session["member"]["card_number"], "password": ANEW, "device_id": str(uuid.uuid4())}
    assert nobody.post("/v1/auth/login", json=body).status_code == 200


def test_a_secretary_asks_for_nobody_who_holds_a_position_an_administrator_does(secretary, api, lost, branch):
    deputy = lost(branch.deputy)["member"]
    assert_problem(ask(secretary, deputy), 403, "not_allowed")
    assert ask(api("city-admin"), deputy).status_code == 201
    assert_problem(ask(secretary, secretary.get("/v1/me").json()), 403, "not_allowed")


def test_who_was_never_signed_in_needs_another_letter(secretary, branch):
    path = f"/v1/organizations/{secretary.get('/v1/me').json()['branch']['id']}/members"
    member = next(each for each in secretary.items(path) if each["full_name"] == "Lê Thị Mai")
    assert_problem(ask(secretary, member), 409, "not_activated")


def test_the_member_reads_who_asked_and_why(secretary, phone, session):
    assert ask(secretary, session["member"], "Mất máy ở chợ").status_code == 201
    look = next(phone.items("/v1/me/access-log"))
    assert (look["what"], look["reason"], look["actor"]["full_name"]) == ("recovery", "Mất máy ở chợ", "Phạm Bí Thư")


def test_another_members_recovery_is_not_found(secretary, session, lost, branch, phone):
    recovery = ask(secretary, session["member"]).json()
    other = secretary.get("/v1/me").json()["id"]
    assert letter(secretary, {**recovery, "id": str(uuid.uuid4())}).status_code == 404
    assert letter(secretary, {**recovery, "member_id": str(uuid.uuid4())}).status_code == 404
    assert letter(secretary, {**recovery, "member_id": other}).status_code == 403


def test_a_reason_is_needed(secretary, session):
    assert_problem(ask(secretary, session["member"], ""), 422, "invalid", "/reason")


def test_a_secretary_asks_for_nobody_whom_he_put_down_as_left(secretary, api, session):
    """He ended every session that could have objected."""
    path = f"/v1/members/{session['member']['id']}"
    for status in ({"status": "left", "left_reason": "moved"}, {"status": "official"}):
        answer = secretary.patch(path, json={**status, "reason": "Nhầm"}, headers={
            "If-Match": secretary.get(path).headers["ETag"], "Prefer": "wait=20"})
        assert answer.status_code == 200, answer.text
    assert_problem(ask(secretary, session["member"]), 403, "not_allowed")
    assert ask(api("city-admin"), session["member"]).status_code == 201
