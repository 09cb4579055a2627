"""How each route is called so that a permitted call leaves the world as it was: writes are refused for what comes after
role (409 state, 412 version, 422 a past hour or an unknown id), or are made on a thing of their own (`on_a_copy`)."""
import datetime
import uuid
from dataclasses import dataclass

PAST = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
WAIT = {"Prefer": "wait=20"}


@dataclass
class Call:
    """`passes` and what else depends on the thing: functions of it."""
    things: str  # which of World.things
    passes: object = 200
    json: object = None
    data: bytes = None
    headers: object = None
    on_a_copy: object = lambda thing: False
    as_another_session: bool = False


def of(value, thing):
    return value(thing) if callable(value) else value


def convene(thing):
    return {"organization_id": thing.id, "kind": thing.kind, "starts_at": PAST, "place": "A", "agenda": [],
            "publish": True}


def issue(thing):
    return {"organization_id": thing.id, "kind": "news", "title": "A", "text": "A",
            "classification": thing.classification,
            "audience": {"organization_ids": [str(uuid.uuid4())], "member_ids": [str(uuid.uuid4())]}}


def enrol(thing):
    return {"card_number": f"A{uuid.uuid4().hex[:12]}", "full_name": "A", "branch_id": thing.id, "status": "left"}


def transfer(thing):
    return {"member_id": thing.id, "to_branch_id": thing.organization, "kind": "permanent", "reason": "A"}


def device(thing):
    return {"provider": "sim", "token": f"access-{uuid.uuid4()}"}


def unless(state, otherwise):
    """A transition from `state` succeeds, from any other it is refused."""
    return {"on_a_copy": lambda thing: thing.state == state,
            "passes": lambda thing: otherwise if thing.state == state else 409}


NEW_DEVICE = "access-new"
ACTIVITY = {"items": [{"kind": "app_started", "at": PAST}]}
VERSION = {"If-Match": '"999999"', **WAIT}

CALLS = {
    "POST /v1/auth/login": Call("nothing", 422, json={}),
    "POST /v1/auth/refresh": Call("nothing", 422, json={}),
    "POST /v1/auth/activate": Call("nothing", 422, json={}),
    "POST /v1/auth/activate/check": Call("nothing", 422, json={}),
    "PUT /v1/me/password": Call("nothing", 422, json={}),
    "POST /v1/auth/link": Call("nothing", 422, json={}), "POST /v1/me/link-codes": Call("nothing", 201),
    "POST /v1/me/totp": Call("nothing", 422, json={"otp": ""}), "PUT /v1/me/totp": Call("nothing", 422, json={}),
    "DELETE /v1/me/totp": Call("nothing", 422, json={}),
    "POST /v1/auth/logout": Call("nothing", 204, as_another_session=True),
    "POST /v1/me/calendar-feed": Call("nothing", 201), "DELETE /v1/me/calendar-feed": Call("nothing", 204),
    "GET /v1/calendars/{feed_token}": Call("calendar"),
    "GET /v1/config": Call("nothing"),
    "GET /openapi.json": Call("nothing"), "GET /docs": Call("nothing"), "GET /healthz": Call("nothing"),
    "GET /v1/me": Call("nothing"), "GET /v1/me/sessions": Call("nothing"),
    "GET /v1/me/devices": Call("nothing"), "GET /v1/me/marks": Call("nothing"),
    "GET /v1/me/catch-up": Call("nothing"),
    "GET /v1/me/home": Call("nothing"),
    "DELETE /v1/me/sessions/{id}": Call("session", 204, headers=WAIT, on_a_copy=lambda thing: True),
    "PUT /v1/me/devices/{device_id}": Call("nothing", json=device, headers=WAIT),
    "DELETE /v1/me/devices/{device_id}": Call("device", 204, headers=WAIT, on_a_copy=lambda thing: True),
    "GET /v1/operations/{id}": Call("operation"),
    # it would have no end; what is refused to whom is refused before
    "GET /v1/stream": Call("nothing", 406, headers={"Accept": "application/json"}),
    "POST /v1/activity": Call("nothing", 202, json=ACTIVITY),
    "GET /v1/organizations/{id}": Call("organization"), "GET /v1/organizations/{id}/children": Call("organization"),
    "GET /v1/organizations/{id}/meetings": Call("organization"),
    "PATCH /v1/organizations/{id}": Call("organization", 412, json={"meeting_place": "A"}, headers=VERSION),
    "POST /v1/organizations": Call("nothing", 422, headers=WAIT, json={"code": "A", "name": "A", "level": "branch",
                                                                       "parent_id": str(uuid.uuid4())}),
    "POST /v1/organizations/{id}/split": Call("organization", 422, headers=WAIT,
                                              json={"name": "A", "member_ids": [str(uuid.uuid4())],
                                                    "secretary_id": str(uuid.uuid4())}),
    "POST /v1/organizations/{id}/close": Call("organization", 422, headers=WAIT,
                                              json=lambda thing: {"reason": "A", "into_id": thing.id}),
    "GET /v1/organizations/{id}/groups": Call("organization"),
    "PUT /v1/organizations/{id}/groups": Call("organization", 422, headers=WAIT, json={"items": [
        {"name": "A", "head_id": str(uuid.uuid4()), "member_ids": []}]}),
    "GET /v1/organizations/{id}/rules": Call("organization"),
    "PUT /v1/organizations/{id}/rules": Call("organization", 422, json={"effective_on": "2026-01-01"}, headers=WAIT),
    "GET /v1/organizations/{id}/members": Call("organization"),
    "GET /v1/organizations/{id}/members?exempt=true": Call("organization"),
    "GET /v1/members/{id}": Call("member"), "GET /v1/members/{id}/history": Call("member"),
    "PATCH /v1/members/{id}": Call("member", 412, json={"exempt": True, "reason": "A"}, headers=VERSION),
    "POST /v1/members": Call("organization", 422, json=enrol, headers=WAIT),
    "POST /v1/members/{id}/merge": Call("member", 422, headers=WAIT,
                                        json=lambda thing: {"duplicate_id": thing.id, "reason": "A"}),
    "PUT /v1/organizations/{id}/positions/{member_id}": Call("post", 422, json={"role": "officer"}, headers=WAIT),
    "DELETE /v1/organizations/{id}/positions/{member_id}": Call("post", 204, headers=WAIT),
    "POST /v1/roster-imports": Call("nothing", 422, json={"members_sha256": "0" * 64}, headers=WAIT),
    "GET /v1/roster-imports/{id}": Call("roster"), "GET /v1/roster-imports/{id}/errors.csv": Call("roster"),
    "GET /v1/roster-imports/{id}/absent.csv": Call("roster"),
    "POST /v1/roster-imports/{id}/apply": Call("roster", 202, headers=WAIT),
    "GET /v1/transfers": Call("nothing"),
    "POST /v1/transfers": Call("member", 422, json=transfer, headers=WAIT),
    "POST /v1/transfers/{id}/approve": Call("transfer", 409, headers=WAIT),
    "POST /v1/transfers/{id}/decline": Call("transfer", 409, headers=WAIT),
    "POST /v1/transfers/{id}/revert": Call("transfer", 409, headers=WAIT),
    "GET /v1/me/preferences": Call("nothing"), "GET /v1/me/consents": Call("nothing"),
    "PATCH /v1/me/preferences": Call("nothing", 412, json={"digest": "off"}, headers=VERSION),
    "PUT /v1/me/consents/{purpose}": Call("nothing", 422, json={}), "GET /v1/me/access-log": Call("nothing"),
    "POST /v1/me/data-exports": Call("nothing", 202), "GET /v1/exports/{id}/content": Call("export"),
    "POST /v1/exports": Call("organization", 422, headers=WAIT,
                             json=lambda thing: {"kind": "members", "organization_id": thing.id, "format": "csv",
                                                 "filter": {"month": "2026-01"}}),
    "DELETE /v1/exports/{id}": Call("table", 204, headers=WAIT),
    "POST /v1/me/recovery/objection": Call("nothing", 409),
    "POST /v1/members/{id}/recoveries": Call("recovery", 201, json={"reason": "A"}),
    "GET /v1/members/{id}/recoveries/{recovery_id}/letter.pdf": Call(
        "recovery", lambda thing: 200 if thing.state == "ready" else 409),
    "POST /v1/organizations/{id}/activation-letters": Call("organization", 422,
                                                           json={"member_ids": [str(uuid.uuid4())]}),
    "GET /v1/organizations/{id}/dashboard": Call("organization"), "GET /v1/meetings": Call("nothing"),
    "GET /v1/organizations/{id}/dashboard/children": Call("organization"),
    "GET /v1/organizations/{id}/trend": Call("organization"),
    "GET /v1/organizations/{id}/compliance": Call("organization"),
    # nobody is late with a month that far away
    "POST /v1/organizations/{id}/reminders": Call("organization", 201, headers=WAIT,
                                                  json={"month": "2099-12", "kind": "not_registered"}),
    "POST /v1/meetings": Call("host", 422, json=convene, headers=WAIT),
    "GET /v1/meetings/{id}": Call("meeting"), "GET /v1/meetings/{id}/pack": Call("meeting"),
    "GET /v1/meetings/{id}/comments": Call("meeting"),
    "PATCH /v1/meetings/{id}": Call("meeting", lambda thing: 409 if thing.state == "cancelled" else 412,
                                    json={"place": "A"}, headers=VERSION),
    "DELETE /v1/meetings/{id}": Call("meeting", headers=WAIT, **unless("draft", 204)),
    "POST /v1/meetings/{id}/publish": Call("meeting", headers=WAIT, **unless("draft", 200)),
    "POST /v1/meetings/{id}/cancel": Call("meeting", json={"reason": "A"}, headers=WAIT, **unless("scheduled", 200)),
    "POST /v1/meetings/{id}/hold": Call("meeting", 409, json={"ended_at": PAST}, headers=WAIT),
    "POST /v1/meetings/{id}/reopen": Call("meeting", json={"reason": "A"}, headers=WAIT, **unless("cancelled", 200)),
    "GET /v1/meetings/{id}/attendance": Call("meeting"),
    "POST /v1/meetings/{id}/attendance": Call("meeting", 409, json={"entries": []}, headers=WAIT),
    "PUT /v1/meetings/{id}/absence": Call("meeting", headers=WAIT, json={"reason": "A"}, **unless("scheduled", 200)),
    "DELETE /v1/meetings/{id}/absence": Call("meeting", headers=WAIT, **unless("scheduled", 204)),
    "GET /v1/meetings/{id}/check-in-code": Call("meeting", 409),
    "POST /v1/meetings/{id}/check-in": Call("meeting", 409, json={"code": "A", "at": PAST}, headers=WAIT),
    "POST /v1/meetings/{id}/comments": Call("meeting", json={"text": "A"}, headers=WAIT, **unless("scheduled", 201)),
    "PUT /v1/meetings/{id}/comments/{comment_id}/answer": Call("comment", json={"text": "A"}, headers=WAIT),
    "GET /v1/meetings/{id}/minutes": Call("nowhere", 404),
    "GET /v1/meetings/{id}/minutes.pdf": Call("nowhere", 404),
    "GET /v1/meetings/{id}/attendance.pdf": Call("meeting", lambda thing: 200 if thing.state == "scheduled" else 409),
    "GET /v1/meetings/{id}/invitation.pdf": Call("meeting", lambda thing: 200 if thing.state == "scheduled" else 409),
    "GET /v1/organizations/{id}/book.pdf?from=2026-01-01&to=2026-01-31": Call("organization"),
    "PUT /v1/meetings/{id}/minutes": Call("meeting", 409, json={"text": "A"}, headers=WAIT),
    "PUT /v1/meetings/{id}/resolution": Call("meeting", 409, headers=WAIT, json={"document_id": str(uuid.uuid4())}),
    "GET /v1/organizations/{id}/tasks": Call("organization"),
    "GET /v1/organizations/{id}/meeting-draft": Call("organization"),
    "POST /v1/organizations/{id}/tasks": Call("organization", 422, json={"title": "A", "due_on": "2000-01-01"},
                                              headers=WAIT),
    "PATCH /v1/tasks/{id}": Call("task", 412, json={"title": "A"}, headers=VERSION),
    "GET /v1/organizations/{id}/agenda-templates": Call("organization"),
    "POST /v1/organizations/{id}/agenda-templates": Call("organization", 422, headers=WAIT,
                                                         json={"title": "A", "minutes": 1, "kinds": []}),
    "PATCH /v1/agenda-templates/{id}": Call("template", 412, json={"title": "A"}, headers=VERSION),
    "DELETE /v1/agenda-templates/{id}": Call("template", 204, headers=WAIT, on_a_copy=lambda thing: True),
    "GET /v1/meetings/{id}/readers": Call("meeting"),
    "PUT /v1/meetings/{id}/readers/{member_id}": Call(
        "meeting", lambda thing: 409 if thing.state in ("draft", "held") else 200, json={"told": False}, headers=WAIT),
    "GET /v1/meetings/{id}/proposals": Call("meeting"),
    "POST /v1/meetings/{id}/proposals": Call("meeting", json={"title": "A", "reason": "A"}, headers=WAIT,
                                             **unless("scheduled", 201)),
    "POST /v1/meetings/{id}/proposals/{proposal_id}/withdraw": Call("proposal", headers=WAIT,
                                                                    on_a_copy=lambda thing: True),
    "PUT /v1/meetings/{id}/proposals/{proposal_id}/decision": Call("proposal", headers=WAIT, json={"decision": "next"},
                                                                   on_a_copy=lambda thing: True),
    "POST /v1/blobs": Call("nothing", 201, data=b"A", headers={"Content-Type": "text/plain"}),
    "GET /v1/documents": Call("nothing"), "GET /v1/search?q=A": Call("nothing"),
    "POST /v1/documents": Call("issuer", 422, json=issue, headers=WAIT),
    "GET /v1/documents/{id}": Call("document"),
    "GET /v1/documents/{id}/content": Call("document", lambda thing: 410 if thing.state == "withdrawn" else 200),
    "GET /v1/documents/{id}/pages/{n}": Call("picture", lambda thing: 410 if thing.state == "withdrawn" else 200),
    "GET /v1/documents/{id}/comments": Call("document"),
    "GET /v1/documents/{id}/history": Call("document"),
    "GET /v1/documents/{id}/readers": Call("document", lambda thing: 410 if thing.state == "withdrawn" else 200),
    "GET /v1/documents/{id}/reactions": Call("document", lambda thing: 410 if thing.state == "withdrawn" else 200),
    "PUT /v1/documents/{id}/targets/{target_id}/reaction": Call(
        "document", lambda thing: {"published": 200, "withdrawn": 410}.get(thing.state, 409), headers=WAIT,
        json={"value": "about_right"}),
    "POST /v1/documents/{id}/comments": Call(
        "document", lambda thing: {"published": 201, "withdrawn": 410}.get(thing.state, 409), headers=WAIT,
        json={"text": "A"}, on_a_copy=lambda thing: thing.state == "published"),
    "GET /v1/documents/{id}/passages": Call("document", lambda thing: 410 if thing.state == "withdrawn" else 200),
    "GET /v1/documents/{id}/clauses/{address}": Call("document",
                                                     lambda thing: 410 if thing.state == "withdrawn" else 200),
    "PATCH /v1/documents/{id}": Call("document", lambda thing: 409 if thing.state == "withdrawn" else 412,
                                     json={"title": "A"}, headers=VERSION),
    "DELETE /v1/documents/{id}": Call("document", headers=WAIT, **unless("draft", 204)),
    "POST /v1/documents/{id}/publish": Call("document", json={"notify": "none"}, headers=WAIT, **unless("draft", 200)),
    "POST /v1/documents/{id}/withdraw": Call("document", json={"reason": "A"}, headers=WAIT,
                                             **unless("published", 200)),
    "GET /v1/documents/{id}/versions": Call("document", lambda thing: 410 if thing.state == "withdrawn" else 200),
    "POST /v1/documents/{id}/versions": Call(
        "document", lambda thing: 422 if thing.state == "published" else 409, headers=WAIT, json={"reason": "A"}),
    "POST /v1/documents/{id}/replace": Call(
        "document", lambda thing: 422 if thing.state == "published" else 409, headers=WAIT,
        json={"by_document_id": str(uuid.uuid4())}),
    "PUT /v1/documents/{id}/acknowledgement": Call(
        "document", lambda thing: 410 if thing.state == "withdrawn" else 409, headers=WAIT),
    "GET /v1/audit": Call("nothing"), "GET /v1/inbox": Call("nothing"),
    "PUT /v1/inbox/{id}/read": Call("notification", headers=WAIT),
    "POST /v1/inbox/read": Call("notification", json=lambda thing: {"up_to_id": thing.id}, headers=WAIT),
    "GET /v1/notifications/{id}/delivery": Call("notification"),
    "DELETE /v1/notifications/{id}": Call("notification", 409, headers=WAIT),
}


def path_of(route, thing):
    names = {"id": thing.id, "device_id": thing.id or NEW_DEVICE, "purpose": "statistics", "address": "mo-dau", "n": 1,
             "target_id": str(uuid.uuid4())}
    if thing.type == "document" and thing.resource["targets"]:  # a withdrawn one says none
        names["target_id"] = thing.resource["targets"][0]["id"]
    if thing.type == "comment":
        names = {"id": thing.parent.id, "comment_id": thing.id}
    if thing.type == "meeting":
        names["member_id"] = thing.participant
    if thing.type == "post":
        names = {"id": thing.organization, "member_id": thing.id}
    if thing.type == "proposal":
        names = {"id": thing.parent.id, "proposal_id": thing.id}
    if thing.type == "recovery":
        names = {"id": thing.resource["member_id"], "recovery_id": thing.id}
    names["feed_token"] = thing.id
    return route.split(" ")[1].format(**names)


def send(client, route, thing, **changes):
    call = CALLS[route]
    said = {"json": of(call.json, thing), "data": call.data, "headers": call.headers, **changes}
    return client.send(route.split(" ")[0], path_of(route, thing), **said)
