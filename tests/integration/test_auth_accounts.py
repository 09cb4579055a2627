"""How an account begins, and how its password changes. Members of a branch of their own, whom nobody has activated."""
import concurrent.futures
import sys
import uuid
from pathlib import Path

import pytest

import conftest
from client import Client, assert_problem, eventually

sys.path.append(str(Path(__file__).resolve().parents[1] / "lib"))
import postgres  # noqa: E402

PASSWORD, OTHER = conftest.PASSWORD, "mùa thu Hà Nội"


@pytest.fixture
def nobody(base_url):
    return Client(base_url)


@pytest.fixture
def branch(branch_of_ones_own):
    own = branch_of_ones_own("Chi bộ kích hoạt")
    own.member = own.add("Lê Thị Mới")
    own.save()
    return own


@pytest.fixture
def letter(branch, ctl):
    """What a member types from his letter."""
    return {"card_number": branch.member, "activation_code": ctl("activation-code", branch.member).strip(),
            "device_id": f"test-{uuid.uuid4()}"}


def activate(nobody, letter, **changes):
    return nobody.post("/v1/auth/activate", json={**letter, "password": PASSWORD, **changes})


@pytest.fixture
def me(base_url, account):
    return Client(base_url, account["access_token"])


def sign_in(nobody, card, password, device=None):
    return nobody.post("/v1/auth/login", json={"card_number": card, "password": password,
                                               "device_id": device or f"test-{uuid.uuid4()}"})


# --- activation


def test_a_letter_opens_the_first_session_and_counts_in_adoption(nobody, letter, branch, base_url, api):
    assert set(letter["activation_code"]) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    checked = nobody.post("/v1/auth/activate/check", json=letter)
    assert checked.status_code == 200, checked.text
    assert checked.json()["full_name"] == "Lê Thị Mới"
    assert checked.json()["branch"]["name"] == branch.name
    answer = activate(nobody, letter)
    assert answer.status_code == 200, answer.text
    assert answer.json()["member"]["card_number"] == branch.member
    me = Client(base_url, answer.json()["access_token"])
    assert me.get("/v1/me").json()["full_name"] == "Lê Thị Mới"
    assert [session["current"] for session in me.get("/v1/me/sessions").json()["items"]] == [True]
    dashboard = f"/v1/organizations/{answer.json()['member']['branch']['id']}/dashboard"
    eventually(lambda: api("city-admin").get(dashboard).json()["adoption"]["activated"] == 1)
    assert sign_in(nobody, branch.member, PASSWORD).status_code == 200


def test_what_keyboards_and_eyes_do_to_a_code_is_put_right(nobody, letter):
    typed = letter["activation_code"].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = activate(nobody, letter, activation_code=f" {typed} ", card_number=f" {letter['card_number']} ")
    assert answer.status_code == 200, answer.text


def test_a_letter_is_good_once(nobody, letter):
    assert activate(nobody, letter).status_code == 200
    assert_problem(activate(nobody, letter), 409, "already_activated")
    assert_problem(nobody.post("/v1/auth/activate/check", json=letter), 409, "already_activated")


def test_a_wrong_code_answers_as_an_unknown_card_and_burns_nothing(nobody, letter):
    wrong = activate(nobody, letter, activation_code="0000-0000-0000")
    unknown = activate(nobody, letter, card_number=f"X{uuid.uuid4().hex[:12]}")
    a, b = (assert_problem(each, 401, "activation_code_invalid") for each in (wrong, unknown))
    a.pop("correlation_id"), b.pop("correlation_id")
    assert a == b
    assert activate(nobody, letter).status_code == 200


def test_guessing_waits_but_the_letter_stays_good_elsewhere(nobody, letter):
    nobody.patient = False
    for _ in range(12):
        answer = activate(nobody, letter, activation_code="0000-0000-0000")
        if answer.status_code == 429:
            break
    assert_problem(answer, 429, "rate_limited")
    assert int(answer.headers["Retry-After"]) >= 1
    assert activate(nobody, letter, device_id=f"other-{uuid.uuid4()}").status_code == 200


def test_a_code_expires_after_sixty_days(nobody, branch, ctl, clock):
    clock(-61 * 86400)
    code = ctl("activation-code", branch.member).strip()
    clock(0)
    expired = {"card_number": branch.member, "activation_code": code}
    assert_problem(activate(nobody, expired), 409, "activation_code_expired")
    newer = {**expired, "activation_code": ctl("activation-code", branch.member).strip()}
    assert_problem(activate(nobody, expired), 401, "activation_code_invalid")
    assert activate(nobody, newer).status_code == 200


def test_a_live_code_stays_good_unless_a_new_one_is_asked_for(nobody, letter, ctl):
    with pytest.raises(AssertionError, match="still good"):
        ctl("activation-code", letter["card_number"])
    newer = ctl("activation-code", letter["card_number"], "--new").strip()
    assert_problem(activate(nobody, letter), 401, "activation_code_invalid")
    assert activate(nobody, letter, activation_code=newer).status_code == 200
    with pytest.raises(AssertionError, match="activated already"):
        ctl("activation-code", letter["card_number"])


@pytest.mark.parametrize("password, code", [("ngắn", "password_too_short"), ("matkhau123", "password_too_common"),
                                            ("CARD", "password_is_card_number")])
def test_a_bad_password_is_named_and_uses_no_code_up(nobody, letter, password, code):
    problem = assert_problem(activate(nobody, letter, password=password.replace("CARD", letter["card_number"])), 422,
                             "invalid", "/password")
    assert problem["errors"][0]["code"] == code and "ật khẩu" in problem["errors"][0]["message"]
    assert activate(nobody, letter).status_code == 200


def test_a_field_at_fault_is_named(nobody, letter):
    for field in ("card_number", "activation_code", "password"):
        body = {**letter, "password": PASSWORD}
        del body[field]
        assert_problem(nobody.post("/v1/auth/activate", json=body), 422, "invalid", f"/{field}")


# --- password


def change(me, current=PASSWORD, new=OTHER):
    return me.put("/v1/me/password", json={"current": current, "new": new})


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(nobody, account, me, base_url):
    card = account["card_number"]
    other = sign_in(nobody, card, PASSWORD).json()
    elsewhere = Client(base_url, other["access_token"])
    body = {"provider": "sim", "token": f"sim-{uuid.uuid4()}"}
    assert elsewhere.put("/v1/me/devices/elsewhere", json=body).status_code == 200
    assert me.put("/v1/me/devices/here", json={**body, "token": f"sim-{uuid.uuid4()}"}).status_code == 200
    assert change(me).status_code == 204
    assert [session["current"] for session in me.get("/v1/me/sessions").json()["items"]] == [True]
    assert [device["id"] for device in me.get("/v1/me/devices").json()["items"]] == ["here"]
    eventually(lambda: assert_problem(elsewhere.get("/v1/me"), 401, "session_ended"), deadline_s=3)
    assert_problem(nobody.post("/v1/auth/refresh", json={"refresh_token": other["refresh_token"]}), 401,
                   "session_ended")
    assert nobody.post("/v1/auth/refresh", json={"refresh_token": account["refresh_token"]}).status_code == 200
    assert_problem(sign_in(nobody, card, PASSWORD), 401, "credentials_invalid")
    assert sign_in(nobody, card, OTHER).status_code == 200


def test_a_wrong_current_password_changes_nothing_and_waits(account, me, nobody):
    problem = assert_problem(change(me, current="not it"), 422, "invalid", "/current")
    assert problem["errors"][0]["code"] == "password_wrong"
    me.patient = False
    for _ in range(12):
        answer = change(me, current="not it")
        if answer.status_code == 429:
            break
    assert_problem(answer, 429, "rate_limited")
    assert sign_in(nobody, account["card_number"], PASSWORD).status_code == 200


@pytest.mark.parametrize("new, code", [("ngắn", "password_too_short"), ("12345678", "password_too_common"),
                                       (PASSWORD, "password_unchanged"), ("CARD", "password_is_card_number")])
def test_a_bad_new_password_is_named(account, me, new, code):
    problem = assert_problem(change(me, new=new.replace("CARD", account["card_number"])), 422, "invalid", "/new")
    assert problem["errors"][0]["code"] == code


def test_a_session_that_ended_changes_no_password(me):
    assert me.post("/v1/auth/logout").status_code == 204
    assert_problem(change(me), 401, "session_ended")


# --- what was proved before another change


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'auth' AND wait_event_type = 'Lock'"


@pytest.fixture
def one_after_another(account):
    """Makes calls that have proved what they prove and then wait for the account, in this order; their answers."""
    def run(*calls):
        lock = (f"SELECT FROM account a JOIN member m ON m.id = a.member_id"
                f" WHERE m.card_number = '{account['card_number']}' FOR UPDATE OF a")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            with postgres.holding("auth", lock):
                waiting = []
                for call in calls:
                    waiting.append(pool.submit(call))
                    eventually(lambda: int(postgres.sql("auth", WAITING)) == len(waiting))
            return [each.result() for each in waiting]
    return run


def test_of_two_new_passwords_the_second_was_proved_by_one_that_is_gone(nobody, account, me, base_url,
                                                                        one_after_another):
    thief = Client(base_url, sign_in(nobody, account["card_number"], PASSWORD).json()["access_token"])
    mine, his = one_after_another(lambda: change(me), lambda: change(thief, new="của kẻ trộm"))
    assert mine.status_code == 204, mine.text
    assert_problem(his, 401, "session_ended")
    assert sign_in(nobody, account["card_number"], OTHER).status_code == 200


def test_one_session_proves_two_changes_by_one_password_only_once(nobody, account, me, one_after_another):
    first, second = one_after_another(lambda: change(me), lambda: change(me, new="một mật khẩu khác"))
    assert first.status_code == 204, first.text
    problem = assert_problem(second, 422, "invalid", "/current")
    assert problem["errors"][0]["code"] == "password_wrong"
    assert sign_in(nobody, account["card_number"], OTHER).status_code == 200


def test_a_sign_in_by_the_old_password_does_not_outlive_it(nobody, account, me, one_after_another):
    changed, late = one_after_another(lambda: change(me), lambda: sign_in(nobody, account["card_number"], PASSWORD))
    assert changed.status_code == 204, changed.text
    assert_problem(late, 401, "credentials_invalid")


def test_a_link_of_before_signs_nobody_in_after_a_new_password(nobody, me):
    code = me.post("/v1/me/link-codes").json()["code"]
    assert change(me).status_code == 204
    assert_problem(nobody.post("/v1/auth/link", json={"code": code}), 401, "link_code_invalid")
