"""What readers say of documents."""
import uuid

import pytest
from client import assert_problem
from meetings import random_id
from test_documents import draft, path, publish, withdraw


@pytest.fixture()
def published(api, login):
    return publish(api, draft(api, login))


def comment(api, document, use="member-10B", text="Nên nêu rõ thời hạn", **changes):
    return api(use).post(path(document, "/comments"), json={"text": text}, **changes)


def texts(api, document, use="member-10B", **params):
    return [item["text"] for item in api(use).items(path(document, "/comments"), **params)]


def test_readers_say_what_all_readers_see(api, published):
    assert texts(api, published) == []
    made = comment(api, published)
    assert made.status_code == 201, made.text
    said = made.json()
    assert made.headers["Location"] == path(published, f"/comments/{said['id']}")
    me = api("member-10B").get("/v1/me").json()
    assert (said["author"], said["agenda_item_id"], said["answer"]) == (
        {"id": me["id"], "full_name": me["full_name"]}, None, None)
    assert list(api("secretary-10B").items(path(published, "/comments"))) == [said]
    assert api("member-10B").get(path(published)).json()["version"] == published["version"]


def test_they_stand_in_order_and_in_pages(api, published):
    said = [f"{n}" for n in range(5)]
    for text in said:
        assert comment(api, published, text=text).status_code == 201
    assert texts(api, published, limit=2) == texts(api, published) == said


def test_the_same_key_says_it_once(api, published):
    key = str(uuid.uuid4())
    first, again = (comment(api, published, key=key) for _ in range(2))
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"
    assert len(texts(api, published)) == 1


def test_who_does_not_read_it_neither_says_nor_sees_anything(api, published):
    assert_problem(comment(api, published, "member-4"), 404, "not_found")
    assert_problem(api("member-4").get(path(published, "/comments")), 404, "not_found")
    assert_problem(api("member-10B").get(f"/v1/documents/{random_id()}/comments"), 404, "not_found")


def test_drafts_and_what_was_withdrawn_take_no_comments(api, login, published):
    assert_problem(comment(api, draft(api, login), "secretary-10B"), 409, "wrong_state")
    assert comment(api, published).status_code == 201
    withdraw(api, published)
    assert_problem(comment(api, published), 410, "withdrawn")
    assert len(texts(api, published)) == 1


def test_what_is_said_of_a_restricted_document_stays_among_its_readers(api, login):
    member = api("member-10B").get("/v1/me").json()["id"]
    made = publish(api, draft(api, login, classification="restricted", audience={"member_ids": [member]}))
    answer = comment(api, made)
    assert answer.status_code == 201 and answer.json()["text"] == texts(api, made)[0]
    assert_problem(api("deputy-10B").get(path(made, "/comments")), 404, "not_found")


def test_a_member_takes_them_with_him(api, published):
    said = comment(api, published, "exempt-10B").json()
    made = api("exempt-10B").post("/v1/me/data-exports")
    data = api("exempt-10B").get(api("exempt-10B").get(made.headers["Location"]).json()["resource_url"]).json()
    assert {"document_id": published["id"], "comment": said} in data["document_comments"]
