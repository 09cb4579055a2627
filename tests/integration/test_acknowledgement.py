"""Documents that ask to be acknowledged: who does it, what home asks for, and what is left of it afterwards."""
import uuid

import pytest
from client import assert_problem
from test_documents import draft, path, publish
from test_home import home


@pytest.fixture()
def asking(api, login, member_10b):
    """For one member by name, so that nobody else's home is touched."""
    return publish(api, draft(api, login, audience={"member_ids": [member_10b]}, requires_acknowledgement=True,
                              title=f"Xin xác nhận {uuid.uuid4()}"))


@pytest.fixture(scope="module")
def member_10b(api):
    return api("exempt-10B").get("/v1/me").json()["id"]


def acknowledge(api, document, use="exempt-10B", **changes):
    return api(use).put(path(document, "/acknowledgement"), **changes)


def mark(api, document, use="exempt-10B"):
    return api(use).get("/v1/me/marks", params={"subject_id": document["id"]}).json()["items"][0]


def asked(api, document, use="exempt-10B"):
    return [each for each in home(api, use)["todo"] if each["subject"]["id"] == document["id"]]


def test_home_asks_until_it_is_acknowledged(api, asking, eventually):
    todo = eventually(lambda: asked(api, asking))[0]
    assert (todo["kind"], todo["subject"]["type"], todo["due_at"]) == ("acknowledge", "document", None)
    assert asking["title"] in todo["title"]
    assert "acknowledge" in mark(api, asking)["can"] and mark(api, asking)["acknowledged_at"] is None
    answer = acknowledge(api, asking)
    assert answer.status_code == 200, answer.text
    assert answer.json()["acknowledged_at"] and answer.json()["subject"] == todo["subject"]
    assert mark(api, asking)["acknowledged_at"] == answer.json()["acknowledged_at"]
    eventually(lambda: not asked(api, asking))


def test_saying_it_again_changes_nothing(api, asking):
    key = str(uuid.uuid4())
    first, replayed = (acknowledge(api, asking, key=key) for _ in range(2))
    assert first.json() == replayed.json() and replayed.headers["Idempotency-Replayed"] == "true"
    assert acknowledge(api, asking).json() == first.json()
    document = api("exempt-10B").get(path(asking)).json()
    assert document["version"] == asking["version"]


def test_who_does_not_read_it_knows_nothing_of_it(api, asking):
    assert_problem(acknowledge(api, asking, "member-4"), 404, "not_found")


def test_the_author_may_and_is_not_asked(api, asking):
    assert not asked(api, asking, "secretary-10B")
    assert acknowledge(api, asking, "secretary-10B").status_code == 200


def test_what_does_not_ask_is_not_acknowledged(api, login):
    plain = publish(api, draft(api, login))
    assert_problem(acknowledge(api, plain), 409, "wrong_state")
    assert "acknowledge" not in mark(api, plain)["can"]


def test_what_was_withdrawn_is_not_acknowledged(api, asking):
    withdrawn = api("secretary-10B").post(path(asking, "/withdraw"), json={"reason": "Sai số liệu"})
    assert withdrawn.status_code == 200
    assert_problem(acknowledge(api, asking), 410, "withdrawn")


def test_a_member_takes_it_with_him(api, asking):
    at = acknowledge(api, asking).json()["acknowledged_at"]
    made = api("exempt-10B").post("/v1/me/data-exports")
    assert made.status_code == 202, made.text
    export = api("exempt-10B").get(made.headers["Location"]).json()
    data = api("exempt-10B").get(export["resource_url"]).json()
    own = [each for each in data["marks"] if each["subject"]["id"] == asking["id"] and each["acknowledged_at"]]
    assert [each["acknowledged_at"] for each in own] == [at]
