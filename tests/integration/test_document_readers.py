"""Who has read and acknowledged a document, as those see it who may (S29)."""
import pytest
from client import assert_problem
from meetings import random_id
from test_acknowledgement import acknowledge
from test_documents import draft, path, publish, withdraw
from test_readers import item_of, me


@pytest.fixture
def paper(api, login):
    return publish(api, draft(api, login, requires_acknowledgement=True))


@pytest.fixture
def branch(login):
    return login("secretary-10B")["branch"]["id"]


def readers(api, document, use="secretary-10B", **asked):
    answer = api(use).get(path(document, "/readers"), params={"limit": 500, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(client, document, at):
    items = [{"kind": "read", "subject": {"type": "document", "id": document["id"]}, "at": at}]
    assert client.post("/v1/activity", json={"items": items}).status_code == 202


def test_its_head_sees_who_has_read_and_who_has_acknowledged(api, paper, branch, eventually):
    members = api("secretary-10B").get(f"/v1/organizations/{branch}").json()["members"]
    member, other = me(api, "member-10B"), me(api, "exempt-10B")
    fresh = readers(api, paper)
    assert (fresh["audience"], fresh["read"], fresh["names_visible"]) == (members, 0, True)
    assert len(fresh["items"]) == members and fresh["next_cursor"] is None
    read(api("member-10B"), paper, paper["published_at"])
    acknowledged = acknowledge(api, paper).json()["acknowledged_at"]
    page = eventually(lambda: [page for page in [readers(api, paper)] if page["read"] == 1])[0]
    assert item_of(page, member)["read_at"] == paper["published_at"]
    assert item_of(page, other)["acknowledged_at"] == acknowledged
    assert [item["acknowledged_at"] for item in page["items"]].count(None) == members - 1
    assert {item["told_at"] for item in page["items"]} == {None}
    assert [item["member"]["id"] for item in readers(api, paper, read="true")["items"]] == [member]
    assert len(readers(api, paper, read="false")["items"]) == members - 1


@pytest.fixture
def for_all(api):
    officer = api("city-officer")
    city = officer.get("/v1/me").json()["organizations"][0]["id"]
    made = officer.post("/v1/documents", json={
        "kind": "directive", "title": "Chỉ thị", "organization_id": city, "classification": "internal", "text": "A",
        "audience": {"organization_ids": [city], "subtree": True}})
    assert made.status_code == 201, made.text
    return officer.post(path(made.json(), "/publish"), json={"notify": "none"}).json()


def test_who_is_directly_above_sees_names_and_who_is_higher_numbers(api, for_all, branch):
    own, ward, city = (readers(api, for_all, use, organization_id=branch)
                       for use in ("secretary-10B", "ward-officer", "city-officer"))
    assert own["names_visible"] and ward["names_visible"] and not city["names_visible"]
    assert [item["member"] for item in ward["items"]] == [item["member"] for item in own["items"]]
    assert (city["items"], city["audience"]) == ([], own["audience"])
    assert readers(api, for_all, "city-officer")["audience"] > own["audience"]


def test_others_see_nothing_of_it(api, paper, for_all, branch):
    assert_problem(api("member-4").get(path(paper, "/readers")), 404, "not_found")
    assert_problem(api("member-10B").get(path(paper, "/readers")), 403, "not_allowed")
    assert_problem(api("secretary-10B").get(path(for_all, "/readers")), 403, "not_allowed")
    elsewhere = api("member-4").get("/v1/me").json()["branch"]["id"]
    for strange in (elsewhere, random_id()):
        answer = api("secretary-10B").get(path(for_all, "/readers"), params={"organization_id": strange})
        assert_problem(answer, 403, "not_allowed")


def test_of_what_is_restricted_no_answer_is_kept(api, login):
    named = [me(api, use) for use in ("member-10B", "deputy-10B")]
    made = publish(api, draft(api, login, classification="restricted", audience={"member_ids": named}))
    pages = [readers(api, made, "deputy-10B", read="true") for _ in range(2)]  # at once, by one who wrote nothing
    assert [(page["audience"], page["items"]) for page in pages] == [(2, [])] * 2
    assert pages[0]["as_of"] < pages[1]["as_of"]


def test_of_what_was_withdrawn_nothing_is_said(api, paper):
    withdraw(api, paper)
    assert_problem(api("secretary-10B").get(path(paper, "/readers")), 410, "withdrawn")


def test_names_come_page_by_page(api, paper):
    whole = readers(api, paper)
    listed = list(api("secretary-10B").items(path(paper, "/readers"), limit=40))
    assert [item["member"] for item in listed] == [item["member"] for item in whole["items"]]
    answer = api("secretary-10B").get(path(paper, "/readers"), params={"cursor": "AAAA"})
    assert_problem(answer, 422, "invalid", "/cursor")
