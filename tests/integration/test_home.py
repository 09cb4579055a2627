"""Home: all that a member opens the app for, in one call."""
import datetime

from meetings import hour, schedule
from test_tasks import add_task, day, edit


def home(api, use):
    answer = api(use).get("/v1/me/home")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_home_shows_the_next_meeting_with_its_mark_and_pack(api, login, eventually):
    made = schedule(api, login, starts_at=hour(1))
    shown = eventually(lambda: [found for found in [home(api, "member-10B")] if found["next_meeting"]])[0]
    soonest = shown["next_meeting"]
    assert soonest["starts_at"] <= made["starts_at"]
    assert shown["next_meeting_mark"]["subject"] == {"type": "meeting", "id": soonest["id"]}
    assert shown["next_meeting_mark"]["can"]
    assert shown["contact"] == soonest["contact"]
    pack = api("member-10B").get(f"/v1/meetings/{soonest['id']}/pack")
    assert [(each["meeting_id"], each["etag"]) for each in shown["packs"]] == [(soonest["id"], pack.headers["ETag"])]


def test_unread_is_that_of_the_inbox(api, eventually):
    """While others' tests are still told of, one may be a moment ahead."""
    eventually(lambda: home(api, "exempt-10B")["unread"] == api("exempt-10B").get("/v1/inbox").json()["unread"])


def test_there_are_three_things_to_do_at_most_those_due_first(api, login):
    member = api("member-10B").get("/v1/me").json()["id"]
    made = [add_task(api, login, assignee_id=member, due_on=day(0)) for _ in range(4)]
    todo = home(api, "member-10B")["todo"]
    assert len(todo) == 3
    assert [each["due_at"] for each in todo] == sorted(each["due_at"] for each in todo)
    assert {each["kind"] for each in todo} <= {"task", "read_pack"}
    assert {each["subject"]["id"] for each in todo if each["kind"] == "task"} <= {task["id"] for task in made}
    for task in made:
        edit(api, task, state="done")
    assert not [each for each in home(api, "member-10B")["todo"] if each["kind"] == "task"]
    assert datetime.datetime.fromisoformat(todo[0]["due_at"])
