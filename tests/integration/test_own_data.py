"""What a member takes with him: one file of all that the services keep of him (P11)."""
import uuid

import pytest
from client import Client, assert_problem, eventually
from meetings import hour, random_id


@pytest.fixture
def people(branch_of_ones_own, base_url, token_of):
    branch = branch_of_ones_own("Chi bộ dữ liệu")
    secretary, member = branch.add("Phạm Bí Thư", position="secretary"), branch.add("Lê Thị Mai", phone="+84900000003")
    branch.save()
    return Client(base_url, token_of(secretary)), Client(base_url, token_of(member))


def export(me, key=None):
    """The URL of the file."""
    accepted = me.post("/v1/me/data-exports", key=key)
    assert accepted.status_code == 202, accepted.text
    operation = accepted.headers["Location"]
    assert accepted.json()["id"] == operation.rsplit("/", 1)[1]
    done = eventually(lambda: settled(me, operation))
    assert (done["state"], done["problem"]) == ("succeeded", None)
    assert done["result"] | {"id": "", "expires_at": ""} == {
        "id": "", "kind": "own_data", "format": "json", "state": "ready", "rows": None, "bytes": None, "expires_at": ""}
    assert done["resource_url"] == f"/v1/exports/{done['result']['id']}/content"
    return done["resource_url"]


def settled(me, operation):
    answer = me.get(operation).json()
    return answer["state"] != "pending" and answer


def meeting_of(secretary):
    branch = secretary.get("/v1/me").json()["branch"]["id"]
    body = {"organization_id": branch, "kind": "extraordinary", "starts_at": hour(), "place": "Nhà văn hóa",
            "agenda": [{"title": "Góp ý", "minutes": 30}], "publish": True}
    answer = secretary.post("/v1/meetings", json=body)
    assert answer.status_code == 201, answer.text
    return f"/v1/meetings/{answer.json()['id']}"


def paper_of(secretary):
    branch = secretary.get("/v1/me").json()["branch"]["id"]
    body = {"kind": "material", "title": "Tài liệu", "organization_id": branch, "classification": "internal",
            "text": "A", "audience": {"organization_ids": [branch]}}
    draft = secretary.post("/v1/documents", json=body)
    assert draft.status_code == 201, draft.text
    paper = draft.json()["id"]
    assert secretary.post(f"/v1/documents/{paper}/publish", json={"notify": "none"}).status_code == 200
    return paper


def test_the_file_holds_what_every_service_keeps(people):
    secretary, me = people
    meeting = eventually(lambda: meeting_of(secretary))
    for text in ("Tôi đồng ý", "Nên họp sớm hơn"):
        assert me.post(f"{meeting}/comments", json={"text": text, "visibility": "secretary"}).status_code == 201
    assert me.post(f"{meeting}/proposals", json={"title": "Điện đường", "reason": "Ngõ tối"}).status_code == 201
    assert me.put(f"{meeting}/absence", json={"reason": "Công tác"}).status_code == 200
    assert me.put("/v1/me/consents/statistics", json={"granted": True, "text_version": "1"}).status_code == 200
    assert secretary.get(f"/v1/members/{me.get('/v1/me').json()['id']}").status_code == 200
    paper = paper_of(secretary)
    read = {"kind": "read", "subject": {"type": "document", "id": paper}, "at": hour(days=0, at=0)}
    assert me.post("/v1/activity", json={"items": [read]}).status_code == 202
    path = export(me)

    def whole():
        data = me.get(path).json()
        assert data["marks"] and data["looks"] and data["inbox"]
        return data
    data = eventually(whole)
    assert data["profile"]["phone"] == "+84900000003" and data["profile"] == me.get("/v1/me").json()
    assert [each["subject"] for each in data["marks"]] == [read["subject"]] and data["marks"][0]["read_at"]
    assert [each["comment"]["text"] for each in data["comments"]] == ["Tôi đồng ý", "Nên họp sớm hơn"]
    assert {each["meeting_id"] for each in data["comments"]} == {meeting.rsplit("/", 1)[1]}
    assert [each["proposal"]["title"] for each in data["proposals"]] == ["Điện đường"]
    assert [(each["meeting_id"], each["state"], each["reason"]) for each in data["attendance"]] == [
        (meeting.rsplit("/", 1)[1], "excused", "Công tác")]
    assert {each["purpose"]: each["granted"] for each in data["consents"]}["statistics"]
    assert [each["actor"]["full_name"] for each in data["looks"]] == ["Phạm Bí Thư"]
    assert data["sessions"] and data["preferences"]["locale"] == "vi" and data["devices"] == []
    assert data["history"] == list(me.items(f"/v1/members/{data['profile']['id']}/history"))


def test_the_file_holds_what_nothing_else_shows(people, api, base_url, token_of):
    """Positions, stays, the party group, and answers that were given and taken back. Whose position ends signs in
    anew."""
    secretary, me = people
    who = me.get("/v1/me").json()
    branch, wait = who["branch"], {"Prefer": "wait=20"}
    position = f"/v1/organizations/{branch['id']}/positions/{who['id']}"
    admin = api("city-admin")
    assert admin.put(position, json={"role": "committee_member"}, headers=wait).status_code == 200
    assert admin.delete(position, headers=wait).status_code == 204
    me = Client(base_url, token_of(who["card_number"]))
    groups = {"items": [{"name": "Tổ 1", "head_id": who["id"], "member_ids": [who["id"]]}]}
    done = secretary.put(f"/v1/organizations/{branch['id']}/groups", json=groups, headers=wait)
    assert done.status_code == 200, done.text
    for granted in (True, False):
        answer = me.put("/v1/me/consents/statistics", json={"granted": granted, "text_version": "1"}, headers=wait)
        assert answer.status_code == 200, answer.text
    record = me.get(export(me)).json()["record"]
    assert [(each["role"], each["organization"], each["to"] is not None) for each in record["positions"]] == [
        ("committee_member", branch, True)]
    assert [(each["branch"], each["status"], each["to"]) for each in record["branches"]] == [
        (branch, "official", None)]
    assert record["group"] == {"name": "Tổ 1", "is_head": True}
    assert [each["granted"] for each in record["answers"]] == [True, False]
    assert record["transfers"] == [] and record["recoveries"] == []


def test_lists_longer_than_a_page_are_whole(people):
    secretary, me = people
    meeting = eventually(lambda: meeting_of(secretary))
    said = [f"Ý kiến {i}" for i in range(120)]
    for text in said:
        answer = eventually(lambda: taken(me.post(f"{meeting}/comments", json={"text": text})), 20)
        assert answer.status_code == 201, answer.text
    assert [each["comment"]["text"] for each in me.get(export(me)).json()["comments"]] == said


def taken(answer):
    return answer.status_code != 429 and answer


def test_somebody_elses_file_is_as_unknown_as_one_that_never_was(people):
    secretary, me = people
    path = export(me)
    assert_problem(secretary.get(path), 404, "not_found")
    assert_problem(me.get(f"/v1/exports/{random_id()}/content"), 404, "not_found")
    assert_problem(me.get("/v1/exports/1/content"), 404, "not_found")


def test_a_repeat_gets_the_same_file(people):
    key = str(uuid.uuid4())
    _, me = people
    first, again = (me.post("/v1/me/data-exports", key=key) for _ in range(2))
    assert again.status_code == 202
    made = {eventually(lambda: settled(me, each.headers["Location"]))["resource_url"] for each in (first, again)}
    assert len(made) == 1
    eventually(lambda: me.post("/v1/me/data-exports", key=key).headers.get("Idempotency-Replayed") == "true")
    assert_problem(me.post("/v1/me/data-exports", json={"all": True}), 422, "invalid", "/all")
