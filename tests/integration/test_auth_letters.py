"""Activation letters: printed, read back from the paper, and activated with."""
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

import printed
from client import Client, assert_problem

PASSWORD = "hoa sữa đầu thu"
LONG = "Công Tằng Tôn Nữ Thụy Khương Thục Nghiêm Nguyễn Phước Quỳnh Như"


@pytest.fixture
def branch(branch_of_ones_own):
    own = branch_of_ones_own("Chi bộ in thư")
    own.secretary = own.add("Đỗ Nghĩa Ưỡng", position="secretary")
    own.mai, own.long = own.add("Lê Thị Mai"), own.add(LONG)
    own.save()
    return own


@pytest.fixture
def secretary(branch, base_url, token_of):
    return Client(base_url, token_of(branch.secretary))


@pytest.fixture
def path(secretary):
    return f"/v1/organizations/{secretary.get('/v1/me').json()['branch']['id']}/activation-letters"


@pytest.fixture
def id_of(secretary, path):
    members = path.replace("activation-letters", "members")
    return lambda name: next(each["id"] for each in secretary.items(members) if each["full_name"] == name)


@pytest.fixture
def codes(tmp_path):
    return lambda answer: printed.codes(answer.content, tmp_path)


def activate(base_url, letter):
    body = {**letter, "password": PASSWORD, "device_id": f"test-{uuid.uuid4()}"}
    return Client(base_url).post("/v1/auth/activate", json=body)


def test_the_audit_tells_whose_letter_was_printed(secretary, path, id_of, api):
    mai = id_of("Lê Thị Mai")
    assert secretary.post(path, json={}).status_code == 200
    told = api("city-admin").get("/v1/audit", params={"subject_id": mai}).json()["items"]
    assert [(each["action"], each["subject"]["id"]) for each in told] == [("letter_printed", mai)]


def test_a_letter_is_read_from_the_paper_and_opens_the_account(secretary, path, branch, base_url, codes):
    answer = secretary.post(path, json={})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "thu-kich-hoat.pdf" in answer.headers["Content-Disposition"]
    letters = codes(answer)
    assert {branch.mai, branch.long} <= set(letters)
    assert activate(base_url, letters[branch.mai]).json()["member"]["full_name"] == "Lê Thị Mai"
    assert activate(base_url, letters[branch.long]).json()["member"]["full_name"] == LONG


def test_what_is_printed_is_what_is_to_be_typed(secretary, path, branch, codes):
    answer = secretary.post(path, json={"per_page": 1})
    words, letters = printed.text(answer.content), codes(answer)
    assert printed.pages(answer.content) == len(letters)
    assert "Lê Thị Mai" in words and LONG in words and branch.name in words
    for letter in letters.values():
        assert letter["card_number"] in words and letter["activation_code"] in words


def test_four_letters_share_a_page_and_all_fonts_are_in_the_file(secretary, path, branch):
    for n in range(6):
        branch.add(f"Trần Văn Thứ {n}")
    branch.save()
    answer = secretary.post(path, json={})
    assert printed.pages(answer.content) == 2  # of eight: the secretary prints none for himself
    assert {embedded for _, embedded in printed.fonts(answer.content)} == {"yes"}


def test_a_live_code_stays_good_unless_its_member_is_named(secretary, path, id_of, branch, base_url, codes):
    first = codes(secretary.post(path, json={}))
    assert_problem(secretary.post(path, json={}), 409, "no_letters")
    again = codes(secretary.post(path, json={"member_ids": [id_of("Lê Thị Mai")]}))
    assert set(again) == {branch.mai}
    assert_problem(activate(base_url, first[branch.mai]), 401, "activation_code_invalid")
    assert activate(base_url, again[branch.mai]).status_code == 200
    assert activate(base_url, first[branch.long]).status_code == 200


def test_who_activated_or_left_gets_no_letter(secretary, path, id_of, branch, base_url, codes):
    mai, long = id_of("Lê Thị Mai"), id_of(LONG)
    letters = codes(secretary.post(path, json={}))
    assert activate(base_url, letters[branch.mai]).status_code == 200
    branch.members[branch.long]["status"] = "left"
    branch.save()
    assert_problem(secretary.post(path, json={"member_ids": [mai, long]}), 409, "no_letters")


def test_nobody_prints_a_letter_for_who_is_above_him(secretary, path, id_of, branch, api):
    branch.add("Phạm Cán Bộ")
    branch.members[list(branch.members)[-1]].update(position="officer", position_org_code="HN")
    branch.save()
    officer = id_of("Phạm Cán Bộ")
    refused = assert_problem(secretary.post(path, json={"member_ids": [officer]}), 422, "invalid", "/member_ids/0")
    assert refused["errors"][0]["code"] == "not_allowed"
    assert printed.text(secretary.post(path, json={}).content).find("Phạm Cán Bộ") < 0
    assert api("city-admin").post(path, json={"member_ids": [officer]}).status_code == 200


def test_who_is_not_of_the_organisation_is_a_field_at_fault(secretary, path, id_of, login, api):
    stranger = api("member-10B").get("/v1/me").json()["id"]
    body = {"member_ids": [id_of("Lê Thị Mai"), stranger, str(uuid.uuid4())]}
    problem = assert_problem(secretary.post(path, json=body), 422, "invalid", "/member_ids/1")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [
        ("/member_ids/1", "unknown_id"), ("/member_ids/2", "unknown_id")]


def test_more_letters_than_one_call_may_print_are_refused_with_the_limit(api, branch, path):
    for n in range(210):
        branch.add(f"Ngô Văn Đông {n}")
    branch.save()
    problem = assert_problem(api("city-admin").post(path, json={}), 422, "letters_too_many")
    assert "200" in problem["title"]


@pytest.mark.parametrize("per_page, code", [(0, "too_small"), (2, "unknown_choice"), (5, "too_large")])
def test_a_page_takes_one_letter_or_four(secretary, path, per_page, code):
    problem = assert_problem(secretary.post(path, json={"per_page": per_page}), 422, "invalid", "/per_page")
    assert problem["errors"][0]["code"] == code


def test_two_at_once_print_each_member_once(base_url, token_of, branch, path, codes, secretary):
    both = [secretary, Client(base_url, token_of(branch.secretary))]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda client: client.post(path, json={}), both))
    letters = [codes(answer) if answer.status_code == 200 else {} for answer in answers]
    assert not set(letters[0]) & set(letters[1])
    assert set(letters[0]) | set(letters[1]) >= {branch.mai, branch.long}


WAIT = {"Prefer": "wait=20"}


def edit(client, member_id, **changes):
    path = f"/v1/members/{member_id}"
    answer = client.patch(path, json=changes, headers={"If-Match": client.get(path).headers["ETag"], **WAIT})
    assert answer.status_code == 200, answer.text


def test_a_letter_ends_when_its_member_is_given_a_position(secretary, path, branch, api, base_url, codes, id_of):
    letters = codes(secretary.post(path, json={}))
    position = path.replace("activation-letters", f"positions/{id_of('Lê Thị Mai')}")
    assert api("city-admin").put(position, json={"role": "deputy_secretary"}, headers=WAIT).status_code == 200
    assert_problem(activate(base_url, letters[branch.mai]), 409, "activation_code_expired")
    assert activate(base_url, letters[branch.long]).status_code == 200


def test_a_suspended_secretary_prints_nothing(secretary, path, branch, api, base_url, token_of):
    me = secretary.get("/v1/me").json()["id"]
    edit(api("city-admin"), me, status="suspended", reason="Đang xem xét")
    assert_problem(Client(base_url, token_of(branch.secretary)).post(path, json={}), 403, "not_allowed")
