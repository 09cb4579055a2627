"""The next meeting, drafted (N5): each line says where it comes from, and nothing publishes itself."""
import datetime
import uuid

import pytest
from client import assert_problem
from meetings import LOCAL, body, hour, schedule
from test_tasks import add_task, add_template, day, edit


def path(login, use="secretary-10B"):
    return f"/v1/organizations/{login(use)['branch']['id']}/meeting-draft"


def draft(api, login, use="secretary-10B", **asked):
    answer = api(use).get(path(login), params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def lines(made, kind):
    return {item["source"]["id"]: item for item in made["agenda"] if item["source"]["type"] == kind}


def month(ahead):
    today = datetime.datetime.now(LOCAL).date()
    months = today.year * 12 + today.month - 1 + ahead
    return f"{months // 12}-{months % 12 + 1:02}"


@pytest.fixture
def template(api, login):
    made = add_template(api, login, title=f"Sinh hoạt {uuid.uuid4()}", minutes=25)
    yield made
    api("secretary-10B").delete(f"/v1/agenda-templates/{made['id']}")


def test_a_draft_is_a_meeting_without_ids(api, login, template):
    made = draft(api, login)
    meeting = schedule(api, login)
    assert set(made) == set(meeting)
    assert (made["id"], made["state"], made["kind"], made["version"]) == (None, "draft", "regular", 0)
    assert made["organization"] == meeting["organization"] and made["contact"] == meeting["contact"]
    line = lines(made, "template")[template["id"]]
    assert set(line) == set(meeting["agenda"][0])
    assert (line["id"], line["title"], line["minutes"], line["documents"]) == (None, template["title"], 25, [])
    assert made["agenda_minutes"] == sum(item["minutes"] for item in made["agenda"])


def test_its_hour_is_that_of_the_branch(api, login):
    branch = login("secretary-10B")["branch"]["id"]
    rhythm = api("secretary-10B").get(f"/v1/organizations/{branch}").json()
    made = draft(api, login, month=month(6))
    at = datetime.datetime.fromisoformat(made["starts_at"]).astimezone(LOCAL)
    assert made["month"] == month(6)
    if rhythm["meeting_day"] and not any(warning["code"] == "day_moved" for warning in made["warnings"]):
        assert at.day == rhythm["meeting_day"]
    if rhythm["meeting_time"]:
        assert at.strftime("%H:%M") == rhythm["meeting_time"]
    if rhythm["meeting_place"]:
        assert made["place"] == rhythm["meeting_place"]


def test_open_tasks_that_are_due_by_then_are_lines(api, login):
    due, later, done = add_task(api, login, due_on=day(1)), add_task(api, login, due_on=day(390)), add_task(
        api, login, due_on=day(1))
    edit(api, done, state="done")
    found = lines(draft(api, login, month=month(3)), "task")
    assert found[due["id"]]["title"] == due["title"]
    assert later["id"] not in found and done["id"] not in found
    edit(api, due, state="done")
    edit(api, later, state="dropped")


def test_what_was_left_for_the_next_meeting_is_a_line_until_one_has_it(api, login):
    meeting = schedule(api, login)
    made = api("member-10B").post(f"/v1/meetings/{meeting['id']}/proposals",
                                  json={"title": f"Sửa mái {uuid.uuid4()}", "reason": "Dột"}).json()
    decided = api("secretary-10B").put(f"/v1/meetings/{meeting['id']}/proposals/{made['id']}/decision",
                                       json={"decision": "next"})
    assert decided.status_code == 200, decided.text
    line = lines(draft(api, login), "proposal")[made["id"]]
    assert line["title"] == made["title"]
    taken = schedule(api, login, agenda=[{"title": line["title"], "minutes": 5, "document_ids": [],
                                          "source": line["source"]}])
    assert taken["agenda"][0]["source"] == {"type": "proposal", "id": made["id"]}
    assert made["id"] not in lines(draft(api, login), "proposal")


def test_a_document_that_is_new_to_the_branch_is_a_line(api, login, eventually):
    def publish(**audience):
        made = api("secretary-10B").post("/v1/documents", json={
            "kind": "material", "title": f"Tài liệu {uuid.uuid4()}", "organization_id": branch, "text": "Nội dung",
            "audience": audience, "classification": "internal"}).json()
        answer = api("secretary-10B").post(f"/v1/documents/{made['id']}/publish", json={"notify": "none"})
        assert answer.status_code == 200, answer.text
        return made

    branch = login("secretary-10B")["branch"]["id"]
    for_heads = publish(organization_ids=[branch], roles=["secretary"])
    for_all = publish(organization_ids=[branch])
    eventually(lambda: for_all["id"] in lines(draft(api, login), "document"))
    found = lines(draft(api, login), "document")
    assert found[for_all["id"]]["documents"][0]["id"] == for_all["id"]
    assert for_heads["id"] not in found
    withdrawn = api("secretary-10B").post(f"/v1/documents/{for_all['id']}/withdraw", json={"reason": "Nhầm"})
    assert withdrawn.status_code == 200, withdrawn.text
    eventually(lambda: for_all["id"] not in lines(draft(api, login), "document"))


def test_the_draft_is_posted_as_it_is_and_then_the_next_month_is_drafted(api, login, template):
    made = draft(api, login)
    sent = body(login("secretary-10B")["branch"], kind="regular", starts_at=made["starts_at"],
                place=made["place"] or "Nhà văn hóa", publish=False, agenda=[
                    {"title": item["title"], "minutes": item["minutes"], "source": item["source"],
                     "document_ids": [document["id"] for document in item["documents"]]} for item in made["agenda"]])
    answer = api("secretary-10B").post("/v1/meetings", json=sent)
    assert answer.status_code == 201, answer.text
    meeting = answer.json()
    try:
        assert [item["source"] for item in meeting["agenda"]] == [item["source"] for item in made["agenda"]]
        assert draft(api, login)["month"] > made["month"]
        again = draft(api, login, month=made["month"])
        assert "month_taken" in [warning["code"] for warning in again["warnings"]]
    finally:
        assert api("secretary-10B").delete(f"/v1/meetings/{meeting['id']}").status_code == 204


def test_an_edit_keeps_where_a_topic_comes_from(api, login):
    source = {"type": "task", "id": add_task(api, login)["id"]}
    meeting = schedule(api, login, starts_at=hour(40), agenda=[
        {"title": "A", "minutes": 5, "document_ids": [], "source": source}])
    item = meeting["agenda"][0]
    answer = api("secretary-10B").patch(f"/v1/meetings/{meeting['id']}", headers={"If-Match": '"1"'}, json={
        "agenda": [{"id": item["id"], "title": "B", "minutes": 5, "document_ids": []}]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["agenda"][0]["source"] == source


@pytest.mark.parametrize("asked, code", [({"month": "2020-01"}, "in_the_past"), ({"month": "2199-01"}, "too_large")])
def test_a_month_that_cannot_be_drafted_is_refused(api, login, asked, code):
    problem = assert_problem(api("secretary-10B").get(path(login), params=asked), 422, "invalid", "/month")
    assert [error["code"] for error in problem["errors"]] == [code]


@pytest.mark.parametrize("use, status", [("deputy-10B", 200), ("member-10B", 403), ("ward-officer", 403),
                                         ("member-4", 404)])
def test_only_heads_see_it(api, login, use, status):
    assert api(use).get(path(login)).status_code == status
