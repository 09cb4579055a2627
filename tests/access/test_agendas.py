"""An agenda shows titles: whoever convenes may name what he may read; what he may not see is as unknown as a random
id."""
import uuid

import pytest

import matrix
from calls import PAST
from world import BRANCH, FAR, SIBLING, WARD

CONVENERS = [("S", BRANCH, "thematic"), ("D", BRANCH, "executive"), ("S", SIBLING, "thematic"), ("D", FAR, "thematic"),
             ("O", WARD, "executive")]


def convening(world, actor, code, kind, document):
    """Refused for its hour in any case."""
    agenda = [{"title": "A", "minutes": 30, "document_ids": [document]}]
    answer = actor.client.post("/v1/meetings", json={"organization_id": world.codes[code], "kind": kind,
                                                     "starts_at": PAST, "place": "A",
                                                     "agenda": agenda, "publish": True}, headers={"Prefer": "wait=20"})
    assert answer.status_code == 422, answer.text
    return answer


@pytest.mark.parametrize("role, code, kind", CONVENERS)
def test_an_agenda_names_what_its_convener_may_read(world, answers, role, code, kind):
    actor = world.who(role, code)
    unknown = convening(world, actor, code, kind, str(uuid.uuid4()))
    readable = {each.thing.id for each in answers
                if each.route == "GET /v1/documents/{id}" and each.actor is actor and each.given == matrix.MAY}
    for document in world.things["document"]:
        answer = convening(world, actor, code, kind, document.id)
        may_be_named = document.id in readable and document.state == "published"
        fields = {error["field"] for error in answer.json()["errors"]}
        assert fields == {"/starts_at"} if may_be_named else answer.content == unknown.content, document.resource


def test_what_an_agenda_names_stays_whoever_edits_it(world, answers):
    meeting, deputy = world.things["meeting"][0].make(), world.who("D", BRANCH)
    unseen = [document for document in meeting.documents
              if deputy.client.get(f"/v1/documents/{document.id}").status_code == 404]
    assert unseen
    agenda = [{"id": item["id"], "title": "B", "minutes": item["minutes"],
               "document_ids": [document["id"] for document in item["documents"]]}
              for item in meeting.resource["agenda"]]
    answer = deputy.client.patch(f"/v1/meetings/{meeting.id}", json={"agenda": agenda},
                                 headers={"If-Match": '"1"', "Prefer": "wait=20"})
    assert answer.status_code == 200, answer.text
    edited, before = ([item["documents"] for item in agenda]
                      for agenda in (answer.json()["agenda"], meeting.resource["agenda"]))
    assert edited == before
