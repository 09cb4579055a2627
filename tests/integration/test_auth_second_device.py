"""Signing in a second device by a code, and the second factor: enrolled, confirmed, used, replaced, removed."""
import re
import uuid

import pytest

from client import Client, assert_problem, totp
from conftest import PASSWORD


@pytest.fixture
def nobody(base_url):
    return Client(base_url)


@pytest.fixture
def me(base_url, account):
    return Client(base_url, account["access_token"])


def sign_in(nobody, account, **more):
    return nobody.post("/v1/auth/login", json={"card_number": account["card_number"], "password": PASSWORD,
                                               "device_id": f"test-{uuid.uuid4()}", **more})


# --- link codes


def new_code(me):
    answer = me.post("/v1/me/link-codes")
    assert answer.status_code == 201, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()


def link(nobody, code, device=None):
    return nobody.post("/v1/auth/link", json={"code": code, "device_id": device or f"test-{uuid.uuid4()}"})


def test_a_code_signs_in_a_second_device_once(nobody, me, account):
    made = new_code(me)
    assert set(made) == {"code", "url", "expires_in"} and made["expires_in"] == 300
    assert made["url"].startswith("/app/") and made["url"].endswith(made["code"].replace("-", ""))
    answer = link(nobody, f" {made['code'].lower()} ")
    assert answer.status_code == 200, answer.text
    assert answer.json()["member"]["card_number"] == account["card_number"]
    assert len(me.get("/v1/me/sessions").json()["items"]) == 2
    assert_problem(link(nobody, made["code"]), 401, "link_code_invalid")


def test_a_code_is_made_anew_whatever_key_comes_with_the_request(nobody, me):
    first, second = (me.post("/v1/me/link-codes", key="the-same-key").json()["code"] for _ in range(2))
    assert first != second
    assert_problem(link(nobody, first), 401, "link_code_invalid")
    assert link(nobody, second).status_code == 200


def test_a_code_ends_with_the_session_that_asked_for_it(nobody, me):
    code = new_code(me)["code"]
    assert me.post("/v1/auth/logout").status_code == 204
    assert_problem(link(nobody, code), 401, "link_code_invalid")


def test_a_code_expires_after_five_minutes(nobody, me, clock):
    clock(-301)
    code = new_code(me)["code"]
    clock(0)
    assert_problem(link(nobody, code), 401, "link_code_invalid")


def test_guessing_a_link_waits(nobody):
    nobody.patient = False
    device = f"thief-{uuid.uuid4()}"
    for _ in range(12):
        answer = link(nobody, "0000-0000-0000", device)
        if answer.status_code == 429:
            break
    assert_problem(answer, 429, "rate_limited")
    assert_problem(nobody.post("/v1/auth/link", json={}), 422, "invalid", "/code")


# --- the second factor


def enrol(me, **body):
    answer = me.post("/v1/me/totp", json=body)
    assert answer.status_code == 200, answer.text
    uri = answer.json()["uri"]
    assert uri.startswith("otpauth://totp/")
    return re.search(r"secret=([A-Z2-7]+)", uri)[1]


def confirm(me, secret):
    answer = me.put("/v1/me/totp", json={"otp": totp(secret)})
    assert answer.status_code == 200, answer.text
    return answer.json()["recovery_codes"]


def wrong(secret):
    return f"{(int(totp(secret)) + 1) % 1_000_000:06d}"


def test_a_secret_counts_once_it_is_confirmed(nobody, me, account):
    secret = enrol(me)
    assert sign_in(nobody, account).status_code == 200
    problem = assert_problem(me.put("/v1/me/totp", json={"otp": wrong(secret)}), 422, "invalid", "/otp")
    assert problem["errors"][0]["code"] == "otp_invalid"
    assert len(set(confirm(me, secret))) == 10
    assert_problem(sign_in(nobody, account), 401, "otp_required")
    typed = totp(secret)
    assert sign_in(nobody, account, otp=f" {typed[:3]} {typed[3:]} ").status_code == 200


def test_a_secret_that_comes_into_use_ends_what_was_opened_without(nobody, me, account, base_url):
    other = Client(base_url, sign_in(nobody, account).json()["access_token"])
    code = new_code(me)["code"]
    confirm(me, enrol(me))
    assert_problem(link(nobody, code), 401, "link_code_invalid")
    assert [session["current"] for session in me.get("/v1/me/sessions").json()["items"]] == [True]
    assert_problem(other.put("/v1/me/password", json={"current": PASSWORD, "new": "mùa thu Hà Nội"}), 401,
                   "session_ended")


def test_a_confirmation_whose_reply_was_lost_is_sent_again(nobody, me, account):
    assert_problem(me.put("/v1/me/totp", json={"otp": "123456"}), 409, "wrong_state")
    secret = enrol(me)
    lost, shown = confirm(me, secret), confirm(me, secret)
    assert not set(lost) & set(shown) and len(set(shown)) == 10
    assert_problem(me.put("/v1/me/totp", json={"otp": wrong(secret)}), 422, "invalid", "/otp")
    assert_problem(sign_in(nobody, account, otp=lost[0]), 401, "otp_invalid")
    assert sign_in(nobody, account, otp=shown[0]).status_code == 200


def test_a_recovery_code_works_once_in_place_of_a_one_time_code(nobody, me, account):
    codes = confirm(me, enrol(me))
    assert sign_in(nobody, account, otp=codes[0].lower().replace("-", " ")).status_code == 200
    assert_problem(sign_in(nobody, account, otp=codes[0]), 401, "otp_invalid")
    assert sign_in(nobody, account, otp=codes[1]).status_code == 200


def test_a_new_phone_needs_a_code_of_the_old_or_a_recovery_code(nobody, me, account):
    first = enrol(me)
    codes = confirm(me, first)
    assert_problem(me.post("/v1/me/totp", json={}), 422, "invalid", "/otp")
    assert_problem(me.post("/v1/me/totp", json={"otp": wrong(first)}), 422, "invalid", "/otp")
    second = enrol(me, otp=codes[0])
    assert sign_in(nobody, account, otp=totp(first)).status_code == 200
    newer = confirm(me, second)
    assert_problem(sign_in(nobody, account, otp=wrong(second)), 401, "otp_invalid")
    assert_problem(sign_in(nobody, account, otp=codes[1]), 401, "otp_invalid")
    assert sign_in(nobody, account, otp=newer[0]).status_code == 200


def test_it_is_removed_by_a_code_of_it(nobody, me, account):
    assert_problem(me.delete("/v1/me/totp", json={"otp": "123456"}), 409, "wrong_state")
    secret = enrol(me)
    confirm(me, secret)
    assert_problem(me.delete("/v1/me/totp", json={"otp": wrong(secret)}), 422, "invalid", "/otp")
    assert_problem(me.delete("/v1/me/totp", json={}), 422, "invalid", "/otp")
    assert me.delete("/v1/me/totp", json={"otp": totp(secret)}).status_code == 204
    assert sign_in(nobody, account).status_code == 200


@pytest.mark.parametrize("use", ["city-officer", "city-admin"])
def test_officers_and_administrators_keep_theirs(api, login, use):
    assert_problem(api(use).delete("/v1/me/totp", json={"otp": totp(login(use)["otp_secret"])}), 403, "not_allowed")


def test_guessing_a_code_waits(me):
    secret = enrol(me)
    me.patient = False
    for _ in range(12):
        answer = me.put("/v1/me/totp", json={"otp": wrong(secret)})
        if answer.status_code == 429:
            break
    assert_problem(answer, 429, "rate_limited")


def test_confirming_what_one_was_shown_clears_no_guesses_at_the_password(me):
    secret = enrol(me)
    me.patient = False
    for _ in range(12):
        answer = me.put("/v1/me/password", json={"current": "not it", "new": "mùa thu Hà Nội"})
        if answer.status_code == 429:
            break
    assert_problem(answer, 429, "rate_limited")
    confirm(me, secret)
    assert_problem(me.put("/v1/me/password", json={"current": "not it", "new": "mùa thu Hà Nội"}), 429, "rate_limited")
