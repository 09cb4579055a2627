"""Every list, search, count and push yields exactly what a request by id allows, to every actor, over the whole
world."""
import json
from collections import Counter

import pytest

import matrix
from world import BRANCH, CITY, FAR, PEOPLE, SIBLING, WARD, eventually, stack

ACTORS = [f"{role}@{code}" for role, code in PEOPLE]


@pytest.fixture(params=ACTORS)
def actor(request, world, answers):
    return world.by_name[request.param]


@pytest.fixture
def allowed(answers, actor):
    """allowed("GET /v1/meetings/{id}"): ids of the things that the actor was let to."""
    return lambda route: {each.thing.id for each in answers
                          if each.route == route and each.actor is actor and each.given == matrix.MAY}


def known(world, kind, listed):
    """Those of the world: other tests' things are not ours to judge."""
    return {item["id"] for item in listed} & {thing.id for thing in world.things[kind]}


def under(world, things, organization):
    return {thing.id for thing in things if organization in world.path(thing.organization)}


def test_members(world, actor, allowed):
    for organization in allowed("GET /v1/organizations/{id}/members"):
        listed = known(world, "member", actor.client.items(f"/v1/organizations/{organization}/members"))
        assert listed <= allowed("GET /v1/members/{id}")


def test_transfers(world, answers, actor):
    """A transfer is read in lists only; who may not settle one that he reads is told so."""
    seen = {each.thing.id for each in answers
            if each.route == "POST /v1/transfers/{id}/decline" and each.actor is actor and each.status != 404}
    assert known(world, "transfer", actor.client.items("/v1/transfers")) == seen


def test_meetings(world, actor, allowed):
    listed = known(world, "meeting", actor.client.items("/v1/meetings", q=world.mark))
    assert listed == allowed("GET /v1/meetings/{id}")


def test_meetings_of_a_subtree(world, actor, allowed):
    for organization in allowed("GET /v1/organizations/{id}"):
        listed = known(world, "meeting", actor.client.items(f"/v1/organizations/{organization}/meetings", q=world.mark))
        assert listed == allowed("GET /v1/meetings/{id}") & under(world, world.things["meeting"], organization)


def test_a_search_finds_words_only_where_they_may_be_read(world, actor, allowed):
    listed = known(world, "meeting", actor.client.items("/v1/meetings", q=world.agenda_mark))
    assert listed == allowed("GET /v1/meetings/{id}/comments")


def test_who_reads_no_comments_sees_the_header_only(answers, actor, allowed):
    whole = allowed("GET /v1/meetings/{id}/comments")
    for route in ("GET /v1/meetings/{id}", "GET /v1/meetings/{id}/pack"):
        for each in answers:
            if each.route == route and each.actor is actor and each.status == 200:
                body = each.answer.json().get("meeting", each.answer.json())
                hidden = [body[key] for key in ("participants", "contact", "visible_to", "comments", "agenda_minutes",
                                                "notification_id")]
                assert bool(body["agenda"]) == (each.thing.id in whole)
                assert each.thing.id in whole or hidden == [None] * len(hidden), each


def test_comments(world, actor, allowed):
    """Those for the secretary alone: his, his deputies' and their author's."""
    for meeting in [thing for thing in world.things["meeting"]
                    if thing.id in allowed("GET /v1/meetings/{id}/comments")]:
        leads = any(role in "DS" and organization == meeting.organization for role, organization in actor.hats)
        seen = {comment.id for comment in world.things["comment"] if comment.parent is meeting
                and (comment.classification == "branch" or leads or comment.owner is actor)}
        assert known(world, "comment", actor.client.items(f"/v1/meetings/{meeting.id}/comments")) == seen


def test_proposals(world, actor, allowed):
    for meeting in [thing for thing in world.things["meeting"]
                    if thing.id in allowed("GET /v1/meetings/{id}/proposals")]:
        made = {proposal.id for proposal in world.things["proposal"] if proposal.parent is meeting}
        assert known(world, "proposal", actor.client.items(f"/v1/meetings/{meeting.id}/proposals")) == made


@pytest.mark.parametrize("kind, path", [("task", "tasks"), ("template", "agenda-templates")])
def test_what_is_prepared(world, actor, allowed, kind, path):
    changed = {"task": "PATCH /v1/tasks/{id}", "template": "PATCH /v1/agenda-templates/{id}"}[kind]
    listed = set()
    for organization in allowed(f"GET /v1/organizations/{{id}}/{path}"):
        listed |= known(world, kind, actor.client.items(f"/v1/organizations/{organization}/{path}"))
    assert listed == allowed(changed)


def test_documents(world, actor, allowed):
    assert known(world, "document",
                 actor.client.items("/v1/documents", q=world.mark)) == allowed("GET /v1/documents/{id}")
    assert allowed("GET /v1/documents/{id}/content") == allowed("GET /v1/documents/{id}")
    for code in (BRANCH, WARD, CITY, FAR):
        listed = known(world, "document",
                       actor.client.items("/v1/documents", q=world.mark, organization_id=world.codes[code]))
        assert listed == allowed("GET /v1/documents/{id}") & under(world, world.things["document"], world.codes[code])


def test_passages_found(world, actor, allowed):
    found = {item["document"]["id"] for item in actor.client.items("/v1/search", q=f'"{world.mark}"')}
    out = {thing.id for thing in world.things["document"] if thing.state == "published"}
    assert found & {thing.id for thing in world.things["document"]} == allowed("GET /v1/documents/{id}") & out


def test_packs(world, answers, actor, allowed):
    whole, readable = allowed("GET /v1/meetings/{id}/comments"), allowed("GET /v1/documents/{id}")
    for each in answers:
        if each.route != "GET /v1/meetings/{id}/pack" or each.actor is not actor or each.status != 200:
            continue
        pack, is_whole = each.answer.json(), each.thing.id in whole
        # A pack lies on a phone: of what is restricted it has the id that the agenda names, and no more.
        on_agenda = {document.id for document in each.thing.documents
                     if is_whole and document.classification != "restricted"}
        shared = {comment.id for comment in world.things["comment"]
                  if comment.parent is each.thing and comment.classification == "branch"}
        assert {document["id"] for document in pack["documents"]} == on_agenda & readable
        assert {comment["id"] for comment in pack["comments"]} == (shared if is_whole else set())


def test_marks(world, actor, allowed):
    visible = allowed("GET /v1/meetings/{id}") | allowed("GET /v1/documents/{id}")
    for thing in world.things["meeting"] + world.things["document"]:
        answer = actor.client.get("/v1/me/marks", params={"subject_id": thing.id})
        assert answer.status_code == 200, answer.text
        marks = {mark["subject"]["id"]: mark["can"] for mark in answer.json()["items"]}
        assert set(marks) == visible & {thing.id}


def test_inbox(world, actor, allowed):
    listed = eventually(lambda: known(world, "notification",
                                      actor.client.items("/v1/inbox")) == allowed("PUT /v1/inbox/{id}/read"))
    assert listed


def test_what_is_in_the_inbox_can_be_opened(world, actor, allowed):
    visible = allowed("GET /v1/meetings/{id}") | allowed("GET /v1/documents/{id}")
    items = [thing for thing in world.things["notification"] if thing.id in allowed("PUT /v1/inbox/{id}/read")]
    assert {item.parent.id for item in items} <= visible


def test_children(world, actor, allowed):
    visible = allowed("GET /v1/organizations/{id}")
    for parent in visible:
        listed = known(world, "organization", actor.client.items(f"/v1/organizations/{parent}/children"))
        assert listed == {child for child in visible if world.parents[child] == parent}


def test_dashboards_of_children(world, actor, allowed):
    visible = allowed("GET /v1/organizations/{id}/dashboard")
    for parent in allowed("GET /v1/organizations/{id}/dashboard/children"):
        listed = [item["organization"] for item in
                  actor.client.items(f"/v1/organizations/{parent}/dashboard/children", limit=100)]
        assert known(world, "organization", listed) == {child for child in visible if world.parents[child] == parent}


def test_compliance(world, actor, allowed):
    """Of the branches below; the city's are thousands: not for a test of every actor."""
    visible = allowed("GET /v1/organizations/{id}/compliance")
    branches = {world.codes[code] for code in (BRANCH, SIBLING, FAR)}
    for organization in visible - {world.codes[CITY]}:
        listed = [item["branch"] for item in
                  actor.client.items(f"/v1/organizations/{organization}/compliance", limit=100)]
        assert known(world, "organization", listed) == {
            branch for branch in visible & branches if organization in world.path(branch)}


def test_members(world, actor, allowed):
    """As the roster has them; without status and phone where the filter is not allowed."""
    for organization in allowed("GET /v1/organizations/{id}/members"):
        code = next(code for code, identifier in world.codes.items() if identifier == organization)
        subtree = any(role in "OA" and organization in allowed_below(world, held) for role, held in actor.hats)
        if subtree and code not in (BRANCH, WARD, FAR):
            continue  # thousands of names: not for a test of every actor
        items = list(actor.client.items(f"/v1/organizations/{organization}/members", limit=500))
        expected = Counter(row["full_name"] for row in world.roster if row["branch_code"] == code
                           or (subtree and row["branch_code"].startswith(code + "-")))
        assert Counter(item["full_name"] for item in items) == expected
        private = organization in allowed("GET /v1/organizations/{id}/members?exempt=true")
        assert {item["status"] is not None for item in items} <= {private}


def allowed_below(world, organization):
    return {each for each in world.parents if organization in world.path(each)}


def test_pushes(world, answers):
    """A demo device's token names its member. Nobody is rung for what he did himself."""
    actors = {actor.me["id"]: actor for actor in world.actors}
    with_device = {identifier for identifier, actor in actors.items()
                   if "demo-phone" in {device["id"] for device in actor.client.get("/v1/me/devices").json()["items"]}}
    for notification in world.things["notification"]:
        addressed = {identifier for identifier in with_device if notification.is_addressed_to(actors[identifier])}
        addressed -= {notification.parent.by.me["id"]}
        eventually(lambda: pushed_to(notification) & with_device == addressed, 30)


def pushed_to(notification):
    lines = stack.ctl("pushes", "--notification", notification.id).splitlines()
    return {json.loads(line)["message"]["token"].removeprefix("sim-") for line in lines}
