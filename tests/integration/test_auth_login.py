"""Signing in and staying signed in: login, second factor, the refresh pair, sessions, forged tokens."""
import base64
import hashlib
import hmac
import json
import time
import uuid

import pytest

import client
from client import assert_problem, totp


@pytest.fixture
def nobody(base_url):
    return client.Client(base_url)


def sign_in(nobody, login, **more):
    body = {"card_number": login["card_number"], "password": login["password"], "device_id": f"test-{uuid.uuid4()}",
            **more}
    return nobody.post("/v1/auth/login", json=body)


def session_of(nobody, login, **more):
    answer = sign_in(nobody, login, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refresh(nobody, token, key=None):
    body = {"refresh_token": token} | ({"key": key} if key is not None else {})
    return nobody.post("/v1/auth/refresh", json=body)


def test_a_session_has_what_its_shape_says(nobody, login):
    session = session_of(nobody, login("secretary-10B"))
    assert set(session) == {"access_token", "token_type", "expires_in", "refresh_token", "member"}
    assert (session["token_type"], session["expires_in"]) == ("Bearer", 3600)
    member = session["member"]
    assert member["card_number"] == login("secretary-10B")["card_number"]
    assert [o["level"] for o in member["organizations"]] == ["city", "district", "grassroots", "branch"]
    assert member["organizations"][-1]["id"] == member["branch"]["id"]
    assert member["roles"] == login("secretary-10B")["roles"]


def test_an_unknown_card_answers_as_a_wrong_password_does(nobody, login):
    wrong = sign_in(nobody, login("member-4"), password="not it")
    unknown = sign_in(nobody, {"card_number": f"X{uuid.uuid4().hex[:12]}", "password": "not it"})
    a, b = assert_problem(wrong, 401, "credentials_invalid"), assert_problem(unknown, 401, "credentials_invalid")
    a.pop("correlation_id"), b.pop("correlation_id")
    assert a == b


def test_an_unknown_card_takes_as_long_as_a_wrong_password(nobody, login):
    def median_s(card):
        times = []
        for _ in range(7):
            start = time.monotonic()
            sign_in(nobody, {"card_number": card(), "password": "not it"})
            times.append(time.monotonic() - start)
        return sorted(times)[3]

    nobody.patient = False
    unknown = median_s(lambda: f"X{uuid.uuid4().hex[:12]}")
    assert unknown > 0.01, "no password was hashed"


def test_too_many_attempts_wait_but_other_devices_do_not(nobody, login):
    nobody.patient = False
    body = {"card_number": login("member-4")["card_number"], "password": "not it", "device_id": f"thief-{uuid.uuid4()}"}
    # Delays double: however slow the machine, it meets one of them soon.
    for _ in range(12):
        answer = nobody.post("/v1/auth/login", json=body)
        if answer.status_code == 429:
            break
    assert_problem(answer, 429, "rate_limited")
    assert int(answer.headers["Retry-After"]) >= 1
    assert sign_in(nobody, login("member-4")).status_code == 200


def test_officers_need_their_second_factor(nobody, login):
    officer = login("city-officer")
    assert_problem(sign_in(nobody, officer), 401, "otp_required")
    wrong = f"{(int(totp(officer['otp_secret'])) + 1) % 1_000_000:06d}"
    assert_problem(sign_in(nobody, officer, otp=wrong), 401, "otp_invalid")
    assert_problem(sign_in(nobody, officer, otp="AAAAA-AAAAA"), 401, "otp_invalid")
    assert sign_in(nobody, officer, otp=totp(officer["otp_secret"])).status_code == 200


def test_a_code_opens_one_session_on_a_device(nobody, login):
    officer, device = login("ward-officer"), f"test-{uuid.uuid4()}"
    code = totp(officer["otp_secret"])
    assert sign_in(nobody, officer, otp=code, device_id=device).status_code == 200
    assert_problem(sign_in(nobody, officer, otp=code, device_id=device), 401, "otp_invalid")


def test_the_same_pair_gets_the_same_successor_until_it_is_used(nobody, login):
    first = session_of(nobody, login("member-10B"))["refresh_token"]
    second = refresh(nobody, first, "pair").json()["refresh_token"]
    assert refresh(nobody, first, "pair").json()["refresh_token"] == second
    third = refresh(nobody, second, "next").json()["refresh_token"]
    assert third not in (first, second)
    assert_problem(refresh(nobody, first, "pair"), 401, "token_superseded")
    assert refresh(nobody, third, "after").status_code == 200, "a late double signs nobody out"


def test_the_same_token_with_another_key_ends_the_family(nobody, login, base_url, eventually):
    session = session_of(nobody, login("member-10B"))
    first = session["refresh_token"]
    second = refresh(nobody, first, "mine").json()["refresh_token"]
    assert_problem(refresh(nobody, first), 401, "session_ended")
    assert_problem(refresh(nobody, second, "mine"), 401, "session_ended")
    owner = client.Client(base_url, session["access_token"])
    eventually(lambda: owner.get("/v1/me").status_code == 401, deadline_s=3)


def test_an_ended_session_is_refused_everywhere(nobody, login, base_url, eventually):
    mine, other = (session_of(nobody, login("member-10B")) for _ in range(2))
    me = client.Client(base_url, mine["access_token"])
    sessions = me.get("/v1/me/sessions").json()["items"]
    assert [s["current"] for s in sessions].count(True) == 1
    claims = json.loads(base64.urlsafe_b64decode(other["access_token"].split(".")[1] + "=="))
    assert claims["sid"] in [s["id"] for s in sessions]
    for _ in range(2):
        assert me.delete(f"/v1/me/sessions/{claims['sid']}").status_code == 204
    assert claims["sid"] not in [s["id"] for s in me.get("/v1/me/sessions").json()["items"]]
    eventually(lambda: client.Client(base_url, other["access_token"]).get("/v1/me").status_code == 401, deadline_s=2)
    assert_problem(refresh(nobody, other["refresh_token"]), 401, "session_ended")
    assert me.get("/v1/me").status_code == 200


def test_nobody_ends_the_session_of_another(nobody, login, api):
    other = session_of(nobody, login("member-10B"))
    claims = json.loads(base64.urlsafe_b64decode(other["access_token"].split(".")[1] + "=="))
    assert_problem(api("member-4").delete(f"/v1/me/sessions/{claims['sid']}"), 404, "not_found")
    assert refresh(nobody, other["refresh_token"]).status_code == 200


def test_logout_ends_the_session(nobody, login, base_url, eventually):
    session = session_of(nobody, login("member-10B"))
    me = client.Client(base_url, session["access_token"])
    assert me.post("/v1/auth/logout").status_code == 204
    eventually(lambda: assert_problem(me.get("/v1/me"), 401, "session_ended"), deadline_s=2)
    assert_problem(me.post("/v1/auth/logout"), 401, "session_ended")
    assert_problem(refresh(nobody, session["refresh_token"]), 401, "session_ended")


@pytest.mark.parametrize("refreshed", [False, True])
def test_a_refresh_token_alone_signs_out_used_or_not(nobody, login, base_url, eventually, refreshed):
    session = session_of(nobody, login("member-10B"))
    me, token = client.Client(base_url, session["access_token"]), session["refresh_token"]
    if refreshed:
        assert refresh(nobody, token, "key").status_code == 200
    for _ in range(2):
        assert nobody.post("/v1/auth/logout", json={"refresh_token": token}).status_code == 204
    eventually(lambda: assert_problem(me.get("/v1/me"), 401, "session_ended"), deadline_s=2)
    assert_problem(refresh(nobody, token), 401, "session_ended")


def test_both_tokens_end_both_sessions(nobody, login, base_url, eventually):
    mine, other = (session_of(nobody, login("member-10B")) for _ in range(2))
    me = client.Client(base_url, mine["access_token"])
    assert me.post("/v1/auth/logout", json={"refresh_token": other["refresh_token"]}).status_code == 204
    for session in (mine, other):
        assert_problem(refresh(nobody, session["refresh_token"]), 401, "session_ended")
        eventually(lambda s=session: client.Client(base_url, s["access_token"]).get("/v1/me").status_code == 401)


def test_a_token_that_is_no_good_does_not_keep_the_other_from_signing_out(nobody, login, base_url):
    with_good_access, with_good_refresh = (session_of(nobody, login("member-10B")) for _ in range(2))
    me = client.Client(base_url, with_good_access["access_token"])
    assert me.post("/v1/auth/logout", json={"refresh_token": "junk"}).status_code == 204
    forged = client.Client(base_url, "forged")
    body = {"refresh_token": with_good_refresh["refresh_token"]}
    assert forged.post("/v1/auth/logout", json=body).status_code == 204
    for session in (with_good_access, with_good_refresh):
        assert_problem(refresh(nobody, session["refresh_token"]), 401, "session_ended")


def test_who_has_neither_token_signs_nobody_out(nobody, base_url):
    assert_problem(nobody.post("/v1/auth/logout"), 401, "token_invalid")
    assert_problem(nobody.post("/v1/auth/logout", json={}), 401, "token_invalid")
    assert_problem(nobody.post("/v1/auth/logout", json={"refresh_token": "junk"}), 401, "token_invalid")
    assert_problem(nobody.post("/v1/auth/logout", json={"refresh_token": ""}), 422, "invalid", "/refresh_token")
    assert_problem(client.Client(base_url, "forged").post("/v1/auth/logout"), 401, "token_invalid")


def test_what_is_no_refresh_token_of_ours_is_invalid(nobody):
    assert_problem(refresh(nobody, "junk"), 401, "token_invalid")


def test_a_session_names_its_device_and_its_last_use(nobody, login, base_url):
    device = f"named-{uuid.uuid4()}"
    session = session_of(nobody, login("member-10B"), device_id=device)
    me = client.Client(base_url, session["access_token"])
    body = {"provider": "sim", "token": f"sim-{device}", "app_version": "3.1"}
    assert me.put(f"/v1/me/devices/{device}", json=body).status_code == 200

    def current():
        return next(each for each in me.get("/v1/me/sessions").json()["items"] if each["current"])
    named = current()
    assert set(named) == {"id", "device", "created_at", "last_used_at", "current"}
    assert set(named["device"]) == {"id", "provider", "app_version", "created_at", "last_used_at"}
    assert (named["device"]["id"], named["device"]["app_version"]) == (device, "3.1")
    assert named["device"]["last_used_at"] and named["last_used_at"] == named["created_at"]
    assert refresh(nobody, session["refresh_token"]).status_code == 200
    assert client.eventually(lambda: (used := current()) and used["last_used_at"] > used["created_at"])
    listed = next(each for each in me.get("/v1/me/devices").json()["items"] if each["id"] == device)
    assert listed["last_used_at"] >= listed["created_at"]
    assert me.delete(f"/v1/me/devices/{device}").status_code == 204


def encode(part):
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def test_a_token_signed_hs256_with_our_public_key_is_forged(nobody, login, base_url):
    """TRAPS: libjwt 1.10 takes it for good."""
    import conftest
    header, claims, _ = session_of(nobody, login("member-10B"))["access_token"].split(".")
    header = json.loads(base64.urlsafe_b64decode(header + "=="))
    public = (conftest.RUN / "secrets/token-public.pem").read_bytes()
    signed = encode(json.dumps(header | {"alg": "HS256"}).encode()) + b"." + claims.encode()
    forged = signed + b"." + encode(hmac.digest(public, signed, hashlib.sha256))
    assert_problem(client.Client(base_url, forged.decode()).get("/v1/me"), 401, "token_invalid")
    unsigned = encode(json.dumps(header | {"alg": "none"}).encode()) + b"." + claims.encode() + b"."
    assert_problem(client.Client(base_url, unsigned.decode()).get("/v1/me"), 401, "token_invalid")
