"""What is on the queue is trusted no more than what comes to the edge, though only gateways should write there."""
import sys
import uuid
from pathlib import Path

import pytest
from client import eventually
from conftest import RUN
from meetings import schedule

sys.path.append(str(Path(__file__).resolve().parents[1] / "lib"))
from queue_sender import Queue, envelope  # noqa: E402

MEETING_ID, AGENDA_ITEM_ID, TEXT, VISIBILITY, ON_BEHALF_OF = 1, 2, 3, 4, 5
PLACE, AGENDA, NAMED_FIELDS = 4, 6, 15


@pytest.fixture(scope="module")
def queue(settings):
    password = (RUN / "secrets/kafka-operator").read_text(encoding="ascii").strip()
    with Queue(settings, "operator", password) as queue:
        yield queue


@pytest.fixture
def meeting(api, login):
    return schedule(api, login)


@pytest.fixture
def send(api, queue, meeting):
    """send("CommentOnMeeting", {…}, use="member-10B"): a command about the meeting, as that login."""

    def sent(kind, body, use="member-10B", **more):
        me = api(use).get("/v1/me").json()["id"]
        command = envelope(kind, meeting["id"], {MEETING_ID: uuid.UUID(meeting["id"]).bytes, **body}, me, **more)
        queue.send("meeting.commands", meeting["id"], command)

    return sent


@pytest.fixture
def texts(api, meeting, send):
    """texts(): of the meeting's comments, once what was sent before has been handled."""

    def read():
        send("CommentOnMeeting", {TEXT: "Sau cùng"})
        return eventually(lambda: [found for found in [[item["text"] for item in api("member-10B").items(
            f"/v1/meetings/{meeting['id']}/comments")]] if "Sau cùng" in found])[0]

    return read


@pytest.mark.parametrize("body", [
    {TEXT: "x" * 1_000_000}, {TEXT: ""}, {TEXT: "\x07"}, {TEXT: b"\xff\xfe"}, {TEXT: "x", VISIBILITY: 9},
    {TEXT: "x", AGENDA_ITEM_ID: b"short"}, {TEXT: "x", ON_BEHALF_OF: b""},
], ids=["a megabyte", "blank", "a bell", "no UTF-8", "an unknown choice", "no id", "an empty id"])
def test_a_comment_that_breaks_the_rules_of_its_fields_is_not_kept(api, meeting, send, texts, body):
    send("CommentOnMeeting", body)
    assert texts() == ["Sau cùng"]
    assert api("member-10B").get(f"/v1/meetings/{meeting['id']}/pack").status_code == 200


@pytest.mark.parametrize("offset_us", [9 * 10**18, -9 * 10**18, 2**63 - 1])
def test_a_clock_offset_without_bounds_is_not_kept(api, send, texts, offset_us):
    send("CommentOnMeeting", {TEXT: "Tương lai"}, clock_offset_us=offset_us)
    assert texts() == ["Sau cùng"]
    assert api("secretary-10B").get("/v1/inbox").status_code == 200


def test_an_agenda_without_bounds_and_a_patch_without_values_change_nothing(api, meeting, send, texts):
    item = b"\x12\x01x\x18\x01"  # title "x", one minute
    send("EditMeeting", {AGENDA: [item] * 5000, NAMED_FIELDS: AGENDA}, use="secretary-10B")
    send("EditMeeting", {NAMED_FIELDS: PLACE}, use="secretary-10B")
    assert texts() == ["Sau cùng"]
    after = api("secretary-10B").get(f"/v1/meetings/{meeting['id']}").json()
    assert {key: after[key] for key in ("agenda", "place", "version")} == {
        key: meeting[key] for key in ("agenda", "place", "version")}
