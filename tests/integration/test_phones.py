"""Whose phones ring when: what members have chosen, their nights, what they did themselves, corrections, and what is
taken back while it is held. Each test has a branch of its own, whose phones nobody else lets ring."""
import datetime
import json
import uuid

import pytest

from client import Client, assert_problem, eventually
from meetings import LOCAL, bare, body, hour, if_match, random_id

PATIENT = {"Prefer": "wait=20"}


@pytest.fixture
def people(branch_of_ones_own, base_url, token_of):
    """The secretary, a deputy and a member of a branch, each with a phone: (client, token of the phone)."""
    branch = branch_of_ones_own("Chi bộ chuông")
    cards = {"secretary": branch.add("Lê Thị Bí", position="secretary"),
             "deputy": branch.add("Lê Văn Phó", position="deputy_secretary"), "member": branch.add("Lê Văn Viên")}
    branch.save()
    return {who: Client(base_url, token_of(card)) for who, card in cards.items()}


@pytest.fixture
def phones(people):
    """{who: token}"""
    tokens = {who: f"sim-{uuid.uuid4()}" for who in people}
    for who, client in people.items():
        answer = client.put(f"/v1/me/devices/{uuid.uuid4()}", json={"provider": "sim", "token": tokens[who]},
                            headers=PATIENT)
        assert answer.status_code in (200, 201), answer.text
    return tokens


@pytest.fixture
def rung(ctl, phones):
    """rung(notification): whose phones rang for it, sorted."""
    names = {token: who for who, token in phones.items()}

    def look(notification):
        lines = ctl("pushes", "--notification", notification).splitlines()
        return sorted(names[json.loads(line)["message"]["token"]] for line in lines)

    return look


def meet(people, **changes):
    branch = people["secretary"].get("/v1/me").json()["branch"]
    answer = people["secretary"].post("/v1/meetings", json=body(branch, **changes), headers=PATIENT)
    assert answer.status_code == 201, answer.text
    return answer.json()


def change(people, meeting, **changes):
    answer = people["secretary"].patch(f"/v1/meetings/{meeting['id']}", json=changes,
                                       headers={**if_match(meeting), **PATIENT})
    assert answer.status_code == 200, answer.text
    return answer.json()


def prefer(client, **changes):
    etag = client.get("/v1/me/preferences").headers["ETag"]
    answer = client.patch("/v1/me/preferences", json=changes, headers={"If-Match": etag, **PATIENT})
    assert answer.status_code == 200, answer.text


def delivery(people, notification):
    answer = people["secretary"].get(f"/v1/notifications/{notification}/delivery")
    assert answer.status_code == 200, answer.text
    return answer.json()


def settled(people, notification):
    found = delivery(people, notification)
    return found["settled_at"] and found


def inbox(client):
    return [item["id"] for item in client.items("/v1/inbox")]


def test_nobodys_phone_rings_for_what_he_did_himself(people, rung):
    meeting = meet(people)
    found = eventually(lambda: settled(people, meeting["notification_id"]), 30)
    assert rung(meeting["notification_id"]) == ["deputy", "member"]
    assert (found["recipients"], found["devices"], found["held_until"]) == (3, 2, None)
    assert meeting["notification_id"] in inbox(people["secretary"])


def test_what_a_member_does_not_want_to_ring_is_in_his_inbox_alone(people, rung):
    prefer(people["member"], push={"meetings": False})
    meeting = meet(people)
    eventually(lambda: settled(people, meeting["notification_id"]), 30)
    assert rung(meeting["notification_id"]) == ["deputy"]
    assert meeting["notification_id"] in inbox(people["member"])


def night_about(now):
    """Quiet hours that hold this moment, as a member may choose them; and when they end."""
    minute = now.hour * 60 + now.minute
    begin, end = 21 * 60, 7 * 60
    if end <= minute < 14 * 60:
        end = minute + 30
    elif minute < begin and minute >= end:
        begin = minute - 30
    until = now.replace(hour=end // 60, minute=end % 60, second=0, microsecond=0)
    return f"{begin // 60:02}:{begin % 60:02}", f"{end // 60:02}:{end % 60:02}", \
        until if until > now else until + datetime.timedelta(days=1)


def test_what_waited_for_a_members_morning_rings_once(people, phones, rung, clock, ctl):
    now = datetime.datetime.now(LOCAL)
    quiet_from, quiet_to, morning = night_about(now)
    prefer(people["member"], quiet_from=quiet_from, quiet_to=quiet_to)
    told = [meet(people, starts_at=hour(days=60 + 5 * nth))["notification_id"] for nth in range(3)]
    for notification in told:
        found = eventually(lambda notification=notification: delivery(people, notification)["retrying"] == 1 and
                           delivery(people, notification), 30)
        assert found["delivered"] == 1 and found["failures"] == [] and not found["settled_at"]
        assert rung(notification) == ["deputy"]
    assert set(told) <= set(inbox(people["member"]))
    clock(int((morning - now).total_seconds()) + 13 * 60)
    for notification in told:
        assert eventually(lambda notification=notification: settled(people, notification), 30)["delivered"] == 2
    rings = [json.loads(line)["message"]["token"] for line in ctl("pushes").splitlines()]
    assert rings.count(phones["member"]) == 1


def test_corrections_within_ten_minutes_ring_once(people, rung):
    meeting = meet(people)
    first = change(people, meeting, place="Nhà văn hóa số 2")
    second = change(people, first, place="Nhà văn hóa số 3")
    eventually(lambda: settled(people, first["notification_id"]), 30)
    assert rung(first["notification_id"]) == ["deputy", "member"]
    assert not delivery(people, second["notification_id"])["started_at"]
    assert eventually(lambda: second["notification_id"] in inbox(people["member"]))


# --- urgent ---


def asleep(client):
    """It is quiet for that member now, and he does not want to hear of meetings or documents."""
    quiet_from, quiet_to, _ = night_about(datetime.datetime.now(LOCAL))
    prefer(client, quiet_from=quiet_from, quiet_to=quiet_to, push={"meetings": False, "documents": False})


def in_hours(hours):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def audited(api, subject_id):
    rows = api("city-admin").get("/v1/audit", params={"subject_id": subject_id}).json()["items"]
    return [(row["action"], row["subject"]["type"], row["actor"]["id"]) for row in rows]


def test_for_a_meeting_within_a_day_the_secretary_rings_at_any_hour(api, people, rung):
    asleep(people["member"])
    meeting = meet(people, starts_at=in_hours(23), urgent=True)
    eventually(lambda: settled(people, meeting["notification_id"]), 30)
    assert rung(meeting["notification_id"]) == ["deputy", "member"]
    secretary = people["secretary"].get("/v1/me").json()["id"]
    assert eventually(lambda: audited(api, meeting["id"])) == [("sent_as_urgent", "meeting", secretary)]


def test_urgent_is_refused_for_later_meetings_and_to_deputies(api, people):
    branch = people["secretary"].get("/v1/me").json()["branch"]
    for who, starts_at in (("secretary", in_hours(25)), ("deputy", in_hours(23))):
        said = body(branch, starts_at=starts_at, urgent=True)
        refused = people[who].post("/v1/meetings", json=said, headers=PATIENT)
        problem = assert_problem(refused, 422, "invalid", "/urgent")
        assert problem["errors"][0]["code"] == "urgent_not_allowed"
    draft = meet(people, starts_at=in_hours(25), publish=False)
    refused = people["secretary"].post(f"/v1/meetings/{draft['id']}/publish", json={"urgent": True}, headers=PATIENT)
    assert_problem(refused, 422, "invalid", "/urgent")
    published = people["secretary"].post(f"/v1/meetings/{draft['id']}/publish", json={"urgent": False},
                                         headers=PATIENT)
    assert published.status_code == 200, published.text
    near = meet(people, starts_at=in_hours(23), publish=False, urgent=True)  # a draft rings nobody
    sent = meet(people, starts_at=in_hours(22), urgent=True)
    assert eventually(lambda: audited(api, sent["id"])), "the audit has heard of what came later"
    assert audited(api, draft["id"]) == audited(api, near["id"]) == []


def test_an_officers_document_may_be_urgent_and_a_secretarys_not(api, login, people, rung):
    asleep(people["member"])
    branch, city = people["secretary"].get("/v1/me").json()["branch"], login("city-officer")["roles"][0]["organization"]
    for client, issuer, status in ((people["secretary"], branch, 422), (api("city-officer"), city, 200)):
        made = client.post("/v1/documents", headers=PATIENT, json={
            "kind": "news", "title": f"Tin {random_id()}", "organization_id": issuer["id"],
            "classification": "internal", "audience": {"organization_ids": [branch["id"]]}, "text": "Nội dung"})
        assert made.status_code == 201, made.text
        answer = client.post(f"/v1/documents/{made.json()['id']}/publish", json={"notify": "push", "urgent": True},
                             headers=PATIENT)
        assert answer.status_code == status, answer.text
    assert eventually(lambda: rung(answer.json()["notification_id"]) == ["deputy", "member", "secretary"], 30)
    officer = api("city-officer").get("/v1/me").json()["id"]
    assert eventually(lambda: audited(api, answer.json()["id"])) == [("sent_as_urgent", "document", officer)]


# --- recall ---


@pytest.fixture
def mass(api, login):
    """A document for all of the city: the notification of its publication."""
    city = next(role["organization"] for role in login("city-officer")["roles"])
    made = api("city-officer").post("/v1/documents", headers=PATIENT, json={
        "kind": "news", "title": f"Tin {random_id()}", "organization_id": city["id"], "classification": "internal",
        "audience": {"organization_ids": [city["id"]], "subtree": True}, "text": "Nội dung"})
    assert made.status_code == 201, made.text
    published = api("city-officer").post(f"/v1/documents/{made.json()['id']}/publish", json={"notify": "push"},
                                         headers=PATIENT)
    assert published.status_code == 200, published.text
    return published.json()["notification_id"]


def test_a_push_to_very_many_is_held_and_taken_back_in_time(api, people, mass, ctl):
    found = eventually(lambda: api("city-officer").get(f"/v1/notifications/{mass}/delivery").json())
    assert found["held_until"] and found["recipients"] > 1000 and not found["started_at"]
    path = f"/v1/notifications/{mass}"
    assert eventually(lambda: mass in inbox(people["member"]))
    nowhere = people["secretary"].delete(f"/v1/notifications/{random_id()}")
    assert bare(people["secretary"].delete(path)) == bare(nowhere)
    key = random_id()
    for _ in range(2):
        answer = api("city-officer").delete(path, key=key, headers=PATIENT)
        assert answer.status_code == 204, answer.text
    assert_problem(api("city-officer").delete(path, headers=PATIENT), 409, "wrong_state")
    assert eventually(lambda: mass not in inbox(people["member"]))
    after = api("city-officer").get(f"/v1/notifications/{mass}/delivery").json()
    assert after["held_until"] is None and after["settled_at"] and after["devices"] == 0
    assert ctl("pushes", "--notification", mass) == ""


def test_what_was_not_held_is_not_taken_back(people):
    meeting = meet(people)
    path = f"/v1/notifications/{meeting['notification_id']}"
    assert eventually(lambda: people["secretary"].delete(path, headers=PATIENT).status_code == 409)
    assert_problem(people["deputy"].delete(path, headers=PATIENT), 403, "not_allowed")
    assert people["member"].delete(path, headers=PATIENT).status_code == 404
