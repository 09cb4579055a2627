"""Single clauses of a document in force, whose place others take (S19, N4)."""
import uuid

import pytest
from client import assert_problem
from meetings import random_id
from test_documents import draft, path, publish

TEXT = "Điều 1. Phạm vi\n1. Chi bộ.\n2. Đảng viên.\nĐiều 2. Hiệu lực"


@pytest.fixture()
def two(api, login):
    return [publish(api, draft(api, login, text=TEXT)) for _ in range(2)]


def replace(api, document, by, *clauses, use="secretary-10B", **options):
    said = {"by_document_id": by["id"], "clauses": list(clauses)}
    return api(use).post(path(document, "/replace"), json=said, **options)


def replaced(api, document):
    items = api("member-10B").get(path(document, "/passages")).json()["items"]
    return {item["address"]: item["replaced_by"] for item in items if item["replaced_by"]}


def test_a_clause_says_what_takes_its_place(api, two):
    old, new = two
    answer = replace(api, old, new, {"address": "dieu-1.khoan-2", "by_address": "dieu-2"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["replaced_by"]) == ("published", None)
    assert answer.json()["version"] == old["version"] + 1
    by = {"document_id": new["id"], "address": "dieu-2"}
    assert replaced(api, old) == {"dieu-1.khoan-2": by}
    clause = api("member-10B").get(path(old, "/clauses/dieu-1.khoan-2")).json()
    assert clause["replaced_by"] == by
    newest = api("member-10B").get(path(old, "/history")).json()["items"][0]
    assert (newest["action"], newest["changes"]) == ("replaced", [
        {"field": "clauses", "old": None, "new": "dieu-1.khoan-2"}])
    again = replace(api, old, new, {"address": "dieu-1.khoan-2", "by_address": "dieu-2"})
    assert (again.status_code, again.json()["version"]) == (200, answer.json()["version"])


def test_an_article_is_replaced_with_all_that_is_in_it(api, two):
    old, new = two
    assert replace(api, old, new, {"address": "dieu-1"}).status_code == 200
    by = {"document_id": new["id"], "address": None}
    assert replaced(api, old) == {address: by for address in ("dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2")}


def test_a_search_says_so_too(api, login):
    mark = f"ấn{uuid.uuid4().hex[:10]}"
    old, new = (publish(api, draft(api, login, text=f"Điều 1. Số {mark}{end}")) for end in ("", "khác"))
    assert replace(api, old, new, {"address": "dieu-1", "by_address": "dieu-1"}).status_code == 200
    found = api("member-10B").get("/v1/search", params={"q": mark}).json()["items"]
    assert [item["replaced_by"] for item in found] == [{"document_id": new["id"], "address": "dieu-1"}]


def test_its_address_stays_replaced_when_the_file_is_put_right(api, two):
    old, new = two
    assert replace(api, old, new, {"address": "dieu-2"}).status_code == 200
    right = api("secretary-10B").post(path(old, "/versions"), json={"text": f"{TEXT} ngay", "reason": "Thiếu chữ"})
    assert right.status_code == 201, right.text
    assert set(replaced(api, old)) == {"dieu-2"}


def test_what_is_not_there_replaces_nothing(api, two):
    old, new = two
    wrong = replace(api, old, new, {"address": "dieu-1"}, {"address": "dieu-9", "by_address": "dieu-8"})
    assert_problem(wrong, 422, "invalid", "/clauses/1/address")
    assert {error["field"] for error in wrong.json()["errors"]} == {"/clauses/1/address", "/clauses/1/by_address"}
    assert replaced(api, old) == {}
    assert_problem(replace(api, old, {"id": random_id()}, {"address": "dieu-1"}), 422, "invalid", "/by_document_id")
    assert_problem(replace(api, old, new, {"address": "dieu-1"}, use="member-10B"), 403, "not_allowed")


def test_a_clause_is_replaced_once_in_a_command(api, two):
    old, new = two
    twice = replace(api, old, new, {"address": "dieu-1"}, {"address": "dieu-1", "by_address": "dieu-2"})
    assert_problem(twice, 422, "invalid", "/clauses/1/address")
    assert twice.json()["errors"][0]["code"] == "duplicate"


def test_what_was_hidden_is_named_no_more(api, two):
    old, new = two
    assert replace(api, old, new, {"address": "dieu-1.khoan-1"}).status_code == 200
    assert set(replaced(api, old)) == {"dieu-1.khoan-1"}
    hidden = api("secretary-10B").post(path(new, "/withdraw"), json={"reason": "Nhầm nơi nhận", "hide": True})
    assert hidden.status_code == 200, hidden.text
    assert replaced(api, old) == {}
