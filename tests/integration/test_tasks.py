"""What the heads of a branch prepare: tasks, which belong to the branch whoever heads it, and agenda templates."""
import datetime
import uuid

import pytest
from client import assert_problem
from meetings import LOCAL, if_match, random_id, schedule


def day(days=10):
    return (datetime.datetime.now(LOCAL).date() + datetime.timedelta(days=days)).isoformat()


def path(login, name, use="secretary-10B"):
    return f"/v1/organizations/{login(use)['branch']['id']}/{name}"


def add_task(api, login, headers=None, use="secretary-10B", **changes):
    answer = api(use).post(path(login, "tasks", use), headers=headers,
                           json={"title": f"Sửa mái {uuid.uuid4()}", "due_on": day(), **changes})
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/tasks/{answer.json()['id']}"
    return answer.json()


def edit(api, task, use="secretary-10B", **changes):
    return api(use).patch(f"/v1/tasks/{task['id']}", json=changes, headers=if_match(task))


def tasks(api, login, use="secretary-10B", **filters):
    return list(api(use).items(path(login, "tasks"), **filters))


def add_template(api, login, use="secretary-10B", **changes):
    answer = api(use).post(path(login, "agenda-templates", use),
                           json={"title": f"Sinh hoạt {uuid.uuid4()}", "minutes": 20, "kinds": ["regular"], **changes})
    assert answer.status_code == 201, answer.text
    return answer.json()


def templates(api, login, use="secretary-10B"):
    return {item["id"]: item for item in api(use).items(path(login, "agenda-templates"))}


def test_a_task_is_seen_by_the_heads_at_once_and_done(api, login):
    member = api("member-10B").get("/v1/me").json()
    made = add_task(api, login, assignee_id=member["id"])
    assert (made["state"], made["version"], made["source"]) == ("open", 1, None)
    assert made["assignee"] == {"id": member["id"], "full_name": member["full_name"]}
    assert made in tasks(api, login, use="deputy-10B", state="open")
    done = edit(api, made, use="deputy-10B", state="done")
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["version"]) == ("done", 2)
    assert made["id"] not in [item["id"] for item in tasks(api, login, state="open")]
    assert done.json() in tasks(api, login, state="done")


def test_what_is_due_first_comes_first(api, login):
    late, soon = add_task(api, login, due_on=day(300)), add_task(api, login, due_on=day(299))
    ids = [item["id"] for item in tasks(api, login)]
    assert ids.index(soon["id"]) < ids.index(late["id"])
    one_by_one = [item["id"] for item in tasks(api, login, limit=1)]
    assert one_by_one == ids


def test_the_same_key_adds_one_task(api, login):
    key, title = {"Idempotency-Key": str(uuid.uuid4())}, str(uuid.uuid4())
    first, second = (add_task(api, login, headers=key, title=title, due_on=day(20)) for _ in range(2))
    assert first == second
    assert [item["title"] for item in tasks(api, login)].count(title) == 1


def test_a_patch_that_changes_nothing_raises_nothing(api, login):
    made = add_task(api, login)
    same = edit(api, made, title=made["title"], due_on=made["due_on"], state="open", assignee_id=None)
    assert same.status_code == 200 and same.json() == made


def test_a_stale_version_is_answered_with_what_is_there(api, login):
    made = add_task(api, login)
    dropped = edit(api, made, state="dropped").json()
    assert assert_problem(edit(api, made, title="A"), 412, "version_conflict")["current"] == dropped
    no_version = api("secretary-10B").patch(f"/v1/tasks/{made['id']}", json={"title": "A"})
    assert no_version.status_code == 428


def test_a_task_is_taken_from_one_and_given_to_another(api, login):
    member, other = (api(use).get("/v1/me").json()["id"] for use in ("member-10B", "exempt-10B"))
    made = add_task(api, login, assignee_id=member)
    given = edit(api, made, assignee_id=other).json()
    assert given["assignee"]["id"] == other
    assert edit(api, given, assignee_id=None).json()["assignee"] is None


def test_a_task_says_which_meeting_gave_it(api, login):
    meeting = schedule(api, login)
    made = add_task(api, login, source={"type": "meeting", "id": meeting["id"]})
    assert made["source"] == {"type": "meeting", "id": meeting["id"]}


@pytest.mark.parametrize("changes, field", [
    ({"title": ""}, "/title"),
    ({"due_on": "2020-02-29"}, "/due_on"),
    ({"due_on": "2027-02-29"}, "/due_on"),
    ({"assignee_id": random_id()}, "/assignee_id"),
    ({"source": {"type": "meeting", "id": random_id()}}, "/source/id"),
    ({"source": {"type": "document", "id": random_id()}}, "/source/id"),
    ({"source": {"type": "meeting"}}, "/source/id"),
])
def test_a_task_that_cannot_be_names_its_field(api, login, changes, field):
    answer = api("secretary-10B").post(path(login, "tasks"), json={"title": "A", "due_on": day(), **changes})
    assert_problem(answer, 422, "invalid", field)


def test_nobody_of_another_branch_is_assigned_and_no_meeting_of_another_named(api, login):
    stranger, meeting = api("member-4").get("/v1/me").json()["id"], schedule(api, login, use="secretary-4")
    for changes, field in (({"assignee_id": stranger}, "/assignee_id"),
                           ({"source": {"type": "meeting", "id": meeting["id"]}}, "/source/id")):
        answer = api("secretary-10B").post(path(login, "tasks"), json={"title": "A", "due_on": day(), **changes})
        assert_problem(answer, 422, "invalid", field)


@pytest.mark.parametrize("name", ["tasks", "agenda-templates"])
@pytest.mark.parametrize("use, status", [("member-10B", 403), ("ward-officer", 403), ("member-4", 404)])
def test_only_heads_prepare(api, login, name, use, status):
    assert api(use).get(path(login, name)).status_code == status
    body = {"title": "A", "due_on": day()} if name == "tasks" else {"title": "A", "minutes": 1, "kinds": ["regular"]}
    assert api(use).post(path(login, name), json=body).status_code == status


def test_what_is_prepared_elsewhere_is_as_unknown_as_a_random_id(api, login):
    template = add_template(api, login)
    for made, where in ((add_task(api, login), "tasks"), (template, "agenda-templates")):
        for identifier in (made["id"], random_id()):
            answer = api("member-10B").patch(f"/v1/{where}/{identifier}", json={"title": "A"}, headers=if_match(made))
            assert_problem(answer, 404, "not_found")
    assert api("secretary-10B").delete(f"/v1/agenda-templates/{template['id']}").status_code == 204


def test_a_template_is_added_changed_and_deleted(api, login):
    made = add_template(api, login, kinds=["thematic", "regular"])
    assert (made["kinds"], made["version"]) == (["regular", "thematic"], 1)
    assert templates(api, login, use="deputy-10B")[made["id"]] == made
    answer = api("secretary-10B").patch(f"/v1/agenda-templates/{made['id']}", headers=if_match(made),
                                        json={"minutes": 30, "kinds": ["regular"]})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["minutes"], answer.json()["kinds"], answer.json()["version"]) == (30, ["regular"], 2)
    assert api("secretary-10B").delete(f"/v1/agenda-templates/{made['id']}").status_code == 204
    assert made["id"] not in templates(api, login)
    assert api("secretary-10B").delete(f"/v1/agenda-templates/{made['id']}").status_code == 404


@pytest.mark.parametrize("changes, field", [
    ({"kinds": []}, "/kinds"),
    ({"kinds": ["regular", "regular"]}, "/kinds/1"),
    ({"kinds": ["monthly"]}, "/kinds/0"),
    ({"minutes": 601}, "/minutes"),
])
def test_a_template_that_cannot_be_names_its_field(api, login, changes, field):
    answer = api("secretary-10B").post(path(login, "agenda-templates"),
                                       json={"title": "A", "minutes": 1, "kinds": ["regular"], **changes})
    assert_problem(answer, 422, "invalid", field)
