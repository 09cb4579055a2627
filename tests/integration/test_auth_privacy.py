"""What members agreed to, and who was shown their data."""
import uuid

import pytest

import printed
from client import Client, assert_problem, eventually

WAIT = {"Prefer": "wait=20"}


@pytest.fixture
def branch(branch_of_ones_own):
    own = branch_of_ones_own("Chi bộ riêng tư")
    own.secretary = own.add("Phạm Bí Thư", position="secretary")
    own.member = own.add("Lê Thị Mai", phone="+84900000001")
    own.save()
    return own


@pytest.fixture
def me(branch, base_url, token_of):
    return Client(base_url, token_of(branch.member))


@pytest.fixture
def secretary(branch, base_url, token_of):
    return Client(base_url, token_of(branch.secretary))


# --- consents


def say(me, purpose="statistics", **changes):
    body = {"granted": True, "text_version": "2026-11", **changes}
    return me.put(f"/v1/me/consents/{purpose}", json=body, headers=WAIT)


def said(me):
    items = me.get("/v1/me/consents").json()["items"]
    return {each["purpose"]: (each["granted"], each["text_version"]) for each in items}


def test_nothing_is_agreed_to_until_it_was_said(me):
    assert said(me) == {purpose: (False, None) for purpose in ("processing", "notifications", "statistics")}


def test_a_consent_is_given_and_taken_back_with_the_text_that_was_shown(me):
    answer = say(me)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"purpose": "statistics", "granted": True, "text_version": "2026-11",
                             "at": answer.json()["at"]}
    assert said(me)["statistics"] == (True, "2026-11")
    assert say(me, granted=False, text_version="2026-12").status_code == 200
    assert said(me)["statistics"] == (False, "2026-12") and said(me)["processing"] == (False, None)


def test_the_same_again_keeps_the_time_of_the_first(me):
    first = say(me).json()
    assert say(me).json() == first
    key = str(uuid.uuid4())
    once = me.put("/v1/me/consents/processing", json={"granted": True, "text_version": "1"}, key=key, headers=WAIT)
    again = me.put("/v1/me/consents/processing", json={"granted": True, "text_version": "1"}, key=key, headers=WAIT)
    assert again.json() == once.json() and again.headers["Idempotency-Replayed"] == "true"


def test_an_unknown_purpose_is_not_found_and_a_text_is_needed(me):
    assert_problem(say(me, purpose="marketing"), 404, "not_found")
    assert_problem(me.put("/v1/me/consents/statistics", json={"granted": True}), 422, "invalid", "/text_version")


# --- looks


def looks(me):
    return [(each["what"], each["actor"]["full_name"], each["actor"]["role"], each["reason"])
            for each in me.items("/v1/me/access-log")]


def members_of(secretary):
    return f"/v1/organizations/{secretary.get('/v1/me').json()['branch']['id']}/members"


def test_a_member_reads_who_was_shown_his_phone(me, secretary, branch):
    assert looks(me) == []
    assert any(each["phone"] == "+84900000001" for each in secretary.items(members_of(secretary)))
    assert looks(me) == [("member_list", "Phạm Bí Thư", "secretary", None)]
    (look,) = me.items("/v1/me/access-log")
    assert look["actor"]["organization"]["name"] == branch.name
    assert looks(secretary) == []


def test_what_shows_nothing_private_is_no_look(me, base_url, token_of, branch):
    assert me.get(members_of(me)).status_code == 200
    secretary = Client(base_url, token_of(branch.secretary))
    assert looks(secretary) == []


def test_looks_of_one_hour_count_once_and_page_from_the_newest(me, secretary, tmp_path):
    path = members_of(secretary)
    eventually(lambda: list(secretary.items(path)) and list(secretary.items(path, q="Mai")))
    letters = secretary.post(path.replace("members", "activation-letters"), json={})
    assert "Lê Thị Mai" in printed.text(letters.content)
    assert [what for what, *_ in looks(me)] == ["activation_letter", "member_list"]
    paged = [each["what"] for each in me.items("/v1/me/access-log", limit=1)]
    assert paged == ["activation_letter", "member_list"]
    assert_problem(me.get("/v1/me/access-log", params={"cursor": "AAAA"}), 422, "invalid", "/cursor")
