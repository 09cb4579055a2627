"""Dashboards follow within a second though they are cached for a minute; marks of readings come page by page."""
import datetime
import uuid

import pytest
from client import assert_problem, eventually
from meetings import random_id
from test_documents import draft, path, publish

SOON_S = 5  # far below the minute that a cached dashboard lives


def dashboard(api, login, use="secretary-10B"):
    answer = api(use).get(f"/v1/organizations/{login(use)['branch']['id']}/dashboard")
    assert answer.status_code == 200, answer.text
    return answer.json()


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(client, documents, at):
    items = [{"kind": "read", "subject": {"type": "document", "id": document}, "at": at} for document in documents]
    assert client.post("/v1/activity", json={"items": items}).status_code == 202


def test_a_published_document_has_the_branch_as_its_audience_until_it_is_withdrawn(api, login):
    before = dashboard(api, login)
    document = publish(api, draft(api, login))
    audience = before["documents"]["audience"] + before["members"]
    eventually(lambda: dashboard(api, login)["documents"]["audience"] == audience, SOON_S)
    read(api("member-10B"), [document["id"]], now())
    eventually(lambda: dashboard(api, login)["documents"]["read"] == before["documents"]["read"] + 1, SOON_S)
    assert api("secretary-10B").post(f"/v1/documents/{document['id']}/withdraw",
                                     json={"reason": "Nhầm"}).status_code == 200
    eventually(lambda: dashboard(api, login)["documents"]["audience"] == before["documents"]["audience"], SOON_S)


def test_a_document_for_the_secretary_has_an_audience_of_one(api, login):
    before = dashboard(api, login)["documents"]["audience"]
    audience = {"organization_ids": [login("secretary-10B")["branch"]["id"]], "roles": ["secretary"]}
    publish(api, draft(api, login, audience=audience))
    eventually(lambda: dashboard(api, login)["documents"]["audience"] == before + 1, SOON_S)


def test_a_reading_tells_nothing_of_a_document_that_its_reader_may_not_see(api, login):
    """He sees the count of his branch and his own marks: both answer what he sent, alike for what is hidden and for
    what is not there."""
    reader = "secretary-bai-thuy"  # nobody else's test reads in this branch
    member = api("member-10B").get("/v1/me").json()["id"]
    audience = {"organization_ids": [login("secretary-10B")["branch"]["id"]], "member_ids": [member]}
    hidden = [publish(api, draft(api, login))["id"],
              publish(api, draft(api, login, classification="restricted", audience=audience))["id"],
              draft(api, login)["id"], random_id()]
    answers, marks, at = [], [], now()
    for document in hidden:
        assert api(reader).get(path({"id": document})).status_code == 404
        before = dashboard(api, login, reader)["documents"]
        items = [{"kind": "read", "subject": {"type": "document", "id": document}, "at": at}]
        answer = api(reader).post("/v1/activity", json={"items": items})
        answers.append((answer.status_code, answer.content, sorted(answer.headers)))
        eventually(lambda: dashboard(api, login, reader)["documents"] == {**before, "read": before["read"] + 1}, SOON_S)
        [mark] = api(reader).get("/v1/me/marks", params={"subject_id": document}).json()["items"]
        assert mark.pop("subject") == {"type": "document", "id": document}
        marks.append(mark)
    assert all(answer == answers[-1] for answer in answers) and all(mark == marks[-1] for mark in marks)


def test_a_device_counts_in_a_dashboard_that_is_cached(api, login):
    secretary = "secretary-bai-thuy"  # nobody else's test changes who has a device in this branch
    devices = [device["id"] for device in api(secretary).get("/v1/me/devices").json()["items"]]

    def installed():
        return dashboard(api, login, secretary)["adoption"]["installed"]

    without = installed() - (1 if devices else 0)
    for device in devices:
        assert api(secretary).delete(f"/v1/me/devices/{device}").status_code == 204
    eventually(lambda: installed() == without, SOON_S)
    path = f"/v1/me/devices/{uuid.uuid4()}"
    assert api(secretary).put(path, json={"provider": "sim", "token": f"sim-{uuid.uuid4()}"}).status_code == 200
    eventually(lambda: installed() == without + 1, SOON_S)
    assert api(secretary).delete(path).status_code == 204
    eventually(lambda: installed() == without, SOON_S)


@pytest.fixture(scope="module")
def read_at_once(api):
    """Seven documents that the member of branch 4 read in the same microsecond."""
    documents, at = [str(uuid.uuid4()) for _ in range(7)], now()
    read(api("member-4"), documents, at)

    def is_read(document):
        return api("member-4").get("/v1/me/marks", params={"subject_id": document}).json()["items"]

    assert all(eventually(lambda document=document: is_read(document), SOON_S) for document in documents)
    return documents


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_marks_of_one_moment_are_neither_lost_nor_repeated_by_paging(api, read_at_once, limit):
    told = [mark["subject"]["id"] for mark in api("member-4").items("/v1/me/marks", limit=limit) if mark["read_at"]]
    assert sorted(id for id in told if id in read_at_once) == sorted(read_at_once)
    assert len(told) == len(set(told))


@pytest.mark.parametrize("cursor", ["AA", "____", "AAAAAAAAAAA", "A" * 200])
def test_a_cursor_of_marks_that_is_none_is_refused(api, cursor):
    assert_problem(api("member-4").get("/v1/me/marks", params={"cursor": cursor}), 422, "invalid", "/cursor")
