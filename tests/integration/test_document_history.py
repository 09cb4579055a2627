"""Who changed what of a document, when and why."""
import datetime

from client import assert_problem
from meetings import if_match
from test_documents import draft, path, publish, withdraw


def history(api, document, use="secretary-10B"):
    return api(use).get(path(document, "/history")).json()["items"]


def test_its_history_says_who_changed_what_and_why(api, login):
    made = draft(api, login, title="Nghị quyết cũ")
    edited = api("deputy-10B").patch(path(made), json={"title": "Nghị quyết mới", "requires_acknowledgement": True},
                                     headers=if_match(made))
    assert edited.status_code == 200, edited.text
    published = publish(api, made)
    put_right = api("secretary-10B").post(path(made, "/versions"), json={"text": "Đúng", "reason": "Nhầm tệp"})
    assert put_right.status_code == 201, put_right.text
    withdraw(api, made)
    entries = history(api, made)
    assert [entry["action"] for entry in entries] == ["withdrawn", "corrected", "published", "edited", "created"]
    assert [entry["reason"] for entry in entries] == ["Sai số liệu", "Nhầm tệp", None, None, None]
    deputy = api("deputy-10B").get("/v1/me").json()
    assert entries[3]["actor"] == {"id": deputy["id"], "full_name": deputy["full_name"]}
    assert entries[3]["changes"] == [{"field": "title", "old": "Nghị quyết cũ", "new": "Nghị quyết mới"},
                                     {"field": "requires_acknowledgement", "old": "false", "new": "true"}]
    assert entries[1]["changes"] == [{"field": "sha256", "old": published["sha256"], "new": put_right.json()["sha256"]}]
    assert entries[2]["changes"] == entries[4]["changes"] == []
    of_reader = history(api, made, "member-10B")
    assert of_reader == [{**entry, "changes": []} for entry in entries[:3]]
    pages = list(api("secretary-10B").items(path(made, "/history"), limit=2))
    assert pages == entries
    assert_problem(api("member-4").get(path(made, "/history")), 404, "not_found")
    answer = api("secretary-10B").get(path(made, "/history"), params={"cursor": "AAAA"})
    assert_problem(answer, 422, "invalid", "/cursor")


def test_what_the_clock_published_has_no_actor(api, login, eventually):
    made = draft(api, login)
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
    publish(api, made, at=at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    newest = eventually(lambda: [entry for entry in history(api, made)[:1] if entry["action"] == "published"])[0]
    assert newest["actor"] is None
    assert [change["field"] for change in newest["changes"]] == ["publish_at"]


def test_what_changes_nothing_raises_nothing(api, login):
    made = draft(api, login, requires_acknowledgement=True, targets=[{"text": "Kết nạp 3 đảng viên"}])
    same = {key: made[key] for key in ("kind", "number", "title", "issued_on", "classification",
                                       "requires_acknowledgement")}
    same |= {"audience": {"organization_ids": made["audience"]["organization_ids"]},
             "targets": [{"text": target["text"]} for target in made["targets"]]}
    answer = api("secretary-10B").patch(path(made), json=same, headers=if_match(made))
    assert (answer.status_code, answer.json()) == (200, made), answer.text
    assert answer.headers["ETag"] == api("secretary-10B").get(path(made)).headers["ETag"]
    assert [entry["action"] for entry in history(api, made)] == ["created"]
