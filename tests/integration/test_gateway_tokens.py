"""Tokens that auth did not sign, or not for this, or not for now (ACCESS.md, "Tokens")."""
import time

import pytest
from client import Client, assert_problem
from conftest import RUN
from gateway_help import claims_of, decode, encode, parts, sign_es256, sign_hs256, signing_input


@pytest.fixture
def token(api):
    return api("member-10B").token


def assert_refused(base_url, forged, code="token_invalid"):
    assert_problem(Client(base_url, forged).get("/v1/me"), 401, code)


def test_a_token_signed_hs256_with_our_public_key_is_refused(base_url, token):
    public_key = (RUN / "secrets/token-public.pem").read_bytes()
    assert_refused(base_url, sign_hs256(public_key, parts(token)[0], claims_of(token)))


def test_an_unsigned_token_is_refused(base_url, token):
    assert_refused(base_url, signing_input({**parts(token)[0], "alg": "none"}, claims_of(token)) + ".")


def test_our_own_signature_is_taken(base_url, token):
    fine = sign_es256(RUN / "secrets/token-private.pem", parts(token)[0], claims_of(token))
    assert Client(base_url, fine).get("/v1/me").status_code == 200


@pytest.mark.parametrize("changes",
                         [{"aud": "other"}, {"iss": "other"}, {"sub": "x"}, {"sid": None}, {"gen": -1}, {"exp": None}])
def test_a_token_for_something_else_is_refused(base_url, token, changes):
    assert_refused(base_url,
                   sign_es256(RUN / "secrets/token-private.pem", parts(token)[0], claims_of(token, **changes)))


@pytest.mark.parametrize("changes", [{"kid": "0" * 32}, {"kid": None}, {"typ": "other"}])
def test_a_token_of_another_key_or_type_is_refused(base_url, token, changes):
    assert_refused(base_url,
                   sign_es256(RUN / "secrets/token-private.pem", {**parts(token)[0], **changes}, claims_of(token)))


def test_a_token_past_its_time_says_so(base_url, token):
    old = sign_es256(RUN / "secrets/token-private.pem", parts(token)[0], claims_of(token, exp=int(time.time()) - 1))
    assert_refused(base_url, old, "token_expired")


def test_a_token_of_nobody_is_refused(base_url, token):
    nobody = claims_of(token, sub="00000000-0000-8000-8000-000000000000")
    assert_refused(base_url, sign_es256(RUN / "secrets/token-private.pem", parts(token)[0], nobody))


def test_a_changed_signature_is_refused(base_url, token):
    text, signature = token.rsplit(".", 1)
    raw = bytearray(decode(signature))
    raw[5] ^= 1
    assert_refused(base_url, f"{text}.{encode(bytes(raw))}")
