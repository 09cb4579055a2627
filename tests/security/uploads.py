"""What is uploaded and not used counts, while it arrives, and goes. Each on a gateway of its own, with a folder of its
own, whose limits are small enough to be reached."""
import concurrent.futures
import os
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import stack
from case import NO_RATES, Wire, assert_refused, case, own_gateway, request
from client import Client, assert_problem, eventually
from wrk import user_of_gateways

KIB, MIB, DAY_S = 1 << 10, 1 << 20, 86400
NOW = {"Prefer": "wait=20", "X-Demo-Clock": "0"}  # whatever the gateway's clock says, which tells files' age
WHO = ["secretary-10B", "deputy-10B"]  # of one branch


@contextmanager
def folder():
    """A store of blobs, which gateways of a test share."""
    with tempfile.TemporaryDirectory(suffix=".blobs") as path:
        if who := user_of_gateways():
            os.chown(path, who["user"], who["group"])
        yield Path(path)


def clients(gateway, tokens):
    return [Client(gateway.base, token) for token in tokens]


def sign_in():
    return [stack.sign_in(use).token for use in WHO]


def held(blobs):
    return [path.name for path in blobs.glob("held/*/*")]


def upload(client, raw=None):
    return client.post("/v1/blobs", data=raw or f"tệp {os.urandom(8).hex()}".encode())


def head(token, *fields):
    return request("POST /v1/blobs HTTP/1.1", ["Host: x", f"Authorization: Bearer {token}", *fields])


def lend(blobs, sha256):
    """To the stack's services, which read what documents name: they know nothing of the test's store."""
    path = stack.RUN / "blobs" / sha256
    shutil.copy(blobs / sha256, path)
    if who := user_of_gateways():
        os.chown(path, who["user"], (stack.RUN / "blobs").stat().st_gid)
    path.chmod(0o640)


def draft(client, blobs, sha256, organization=None):
    """The answer, once the gateway has met its Kafka."""
    branch = organization or stack.LOGINS["secretary-10B"]["branch"]["id"]
    body = {"kind": "material", "title": "Tài liệu", "organization_id": branch, "blob_sha256": sha256,
            "audience": {"organization_ids": [branch]}, "classification": "internal"}
    if (blobs / sha256).exists():
        lend(blobs, sha256)

    def asked():
        answer = client.post("/v1/documents", headers=NOW, json=body)
        return [answer] if answer.status_code != 503 else None
    return eventually(asked, 30)[0]


@case("who holds too many unused files sends no more of them, until he uses one")
def files():
    with folder() as blobs, own_gateway(**NO_RATES, blob_dir=blobs, member_held_files=3) as gateway:
        secretary, deputy = clients(gateway, sign_in())
        kept = [upload(secretary).json()["sha256"] for _ in range(3)]
        assert_problem(upload(secretary), 409, "files_unused")
        with Wire(port=gateway.port) as wire:  # at the head: nothing of the body has come
            answer = wire.say(head(secretary.token, "Content-Length: 9", "Expect: 100-continue")).answer()
            problem = assert_refused(answer, 409, "files_unused")
        assert "3 tệp" in problem["detail"] and "45 ngày" in problem["detail"], problem
        assert upload(deputy).status_code == 201
        other = stack.LOGINS["secretary-4"]["branch"]["id"]
        refused = draft(secretary, blobs, kept[0], other)  # what names it is refused: it is not used
        assert refused.status_code in (403, 404), refused.text
        assert_problem(upload(secretary), 409, "files_unused")
        assert draft(secretary, blobs, kept[0]).status_code == 201
        assert upload(secretary).status_code == 201
        assert_problem(upload(secretary), 409, "files_unused")


@case("a branch may hold so much unused, whoever of it has uploaded it")
def organisation():
    with folder() as blobs, own_gateway(**NO_RATES, blob_dir=blobs, organization_held_files=3) as gateway:
        secretary, deputy = clients(gateway, sign_in())
        elsewhere = Client(gateway.base, stack.sign_in("secretary-4").token)
        assert [upload(who).status_code for who in (secretary, secretary, deputy)] == [201] * 3
        for who in (secretary, deputy):
            assert_problem(upload(who), 409, "organization_files_unused")
        assert upload(elsewhere).status_code == 201


@case("an upload that has announced its size counts with all of it from its head on")
def announced():
    with folder() as blobs, own_gateway(**NO_RATES, blob_dir=blobs, member_held_bytes=MIB) as gateway:
        secretary, _ = clients(gateway, sign_in())
        with Wire(port=gateway.port) as first, Wire(port=gateway.port) as second:
            for wire in (first, second):
                wire.say(head(secretary.token, f"Content-Length: {400 * KIB}") + b"a")
            eventually(lambda: len(held(blobs)) == 2)
            with Wire(port=gateway.port) as third:
                fields = [f"Content-Length: {400 * KIB}", "Expect: 100-continue"]
                answer = third.say(head(secretary.token, *fields)).answer()
                assert_refused(answer, 409, "files_unused")
            assert upload(secretary, b"a" * 100 * KIB).status_code == 201
        eventually(lambda: len(held(blobs)) == 1)  # who leaves in the middle leaves nothing
        assert upload(secretary, b"b" * 400 * KIB).status_code == 201


@case("an upload that does not say how long it is, is refused while it arrives, and nothing of it stays")
def chunked():
    with folder() as blobs, own_gateway(**NO_RATES, blob_dir=blobs, member_held_bytes=20 * MIB) as gateway:
        secretary, _ = clients(gateway, sign_in())
        def chunks(n):
            yield from (b"a" * MIB for _ in range(n))
        assert_problem(secretary.post("/v1/blobs", data=chunks(30)), 409, "files_unused")
        assert held(blobs) == [] and not list(blobs.glob("[0-9a-f]" * 64))
        assert secretary.post("/v1/blobs", data=chunks(4)).status_code == 201


@case("however many uploads begin at once, at two gateways on one folder, no more are taken than are allowed")
def at_once():
    settings = {**NO_RATES, "member_held_files": 5}
    with folder() as blobs, own_gateway(**settings, blob_dir=blobs) as one, \
            own_gateway(**settings, blob_dir=blobs) as two:
        token, _ = sign_in()
        ways = [Client(gateway.base, token) for gateway in (one, two) for _ in range(8)]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            statuses = [answer.status_code for answer in pool.map(upload, ways)]
        assert set(statuses) <= {201, 409} and statuses.count(201) <= 5, statuses
        # Of two that meet at the last place both may be refused: one after the other they take it.
        answers = [upload(way).status_code for way in ways[4:12]]
        assert statuses.count(201) + answers.count(201) == 5 and len(held(blobs)) == 5, (statuses, answers)
        return f"{statuses.count(201)} of {len(statuses)} at once"


@case("what a dead gateway was receiving goes when one starts; what another is receiving stays")
def leftovers():
    with folder() as blobs, own_gateway(**NO_RATES, blob_dir=blobs) as alive:
        token, _ = sign_in()
        raw = b"a" * 1000
        with Wire(port=alive.port) as kept:
            kept.say(head(token, "Content-Length: 1000") + raw[:500])
            eventually(lambda: len(held(blobs)) == 1)
            with own_gateway(**NO_RATES, blob_dir=blobs) as dying, Wire(port=dying.port) as lost:
                lost.say(head(token, "Content-Length: 2000") + raw)
                eventually(lambda: len(held(blobs)) == 2)
                os.kill(dying.pid, signal.SIGKILL)
            assert len(held(blobs)) == 2
            with own_gateway(**NO_RATES, blob_dir=blobs):
                eventually(lambda: len(held(blobs)) == 1)
            status, _, body = kept.say(raw[500:]).answer()
            assert status == 201, body


def metric(gateway, name):
    line, = [line for line in Client(gateway.ops).get("/metrics").text.splitlines() if line.startswith(f"{name} ")]
    return float(line.split()[1])


@contextmanager
def sweeping_gateway(period_s):
    """Yields it, its folder, and the file that sets its clock."""
    with folder() as blobs:
        clock = blobs.parent / f"{blobs.name}.clock"
        clock.write_text("0\n")
        try:
            with own_gateway(**NO_RATES, blob_dir=blobs, clock_file=clock, sweep_period_s=period_s) as gateway:
                yield gateway, blobs, clock
        finally:
            clock.unlink()


def first_pass_of(gateway, clock, days):
    """Sets the clock. The first pass after more than a day removes nothing."""
    clock.write_text(f"{int(days * DAY_S)}\n")
    last = lambda: metric(gateway, "sotay_blob_sweep_last_timestamp_seconds")  # noqa: E731
    eventually(lambda: last() > time.time() + days * DAY_S - 60, 60)
    return last()


def second_pass_of(gateway, clock, days):
    first = first_pass_of(gateway, clock, days)
    eventually(lambda: metric(gateway, "sotay_blob_sweep_last_timestamp_seconds") > first, 60)


@case("after 45 days what nobody uses has gone, and what is used has not; not while a service is away")
def swept():
    with sweeping_gateway(period_s=3) as (gateway, blobs, clock):
        return sweep(gateway, blobs, clock)


def named_by_all(secretary, gateway, blobs):
    """Files that are named by what is published, by its version before, and by an import."""
    admin = Client(gateway.base, stack.sign_in("city-admin").token)
    files = [upload(who).json()["sha256"] for who in (secretary, secretary, admin)]
    made = draft(secretary, blobs, files[0]).headers["Location"]
    for each in files[1:]:
        lend(blobs, each)
    asked = [secretary.post(f"{made}/publish", json={"notify": "none"}, headers=NOW),
             secretary.post(f"{made}/versions", json={"blob_sha256": files[1], "reason": "Nhầm tệp"}, headers=NOW),
             admin.post("/v1/roster-imports", json={"members_sha256": files[2], "dry_run": True}, headers=NOW)]
    assert [answer.status_code for answer in asked] == [200, 201, 202], asked
    eventually(lambda: held(blobs) == [], 30)
    return files


def sweep(gateway, blobs, clock):
    secretary, deputy = clients(gateway, sign_in())
    named = named_by_all(secretary, gateway, blobs)
    raw, both = f"dùng {os.urandom(8).hex()}".encode(), f"của cả hai {os.urandom(8).hex()}".encode()
    used, unused = (upload(secretary, each).json()["sha256"] for each in (raw, both))
    assert upload(deputy, both).json()["sha256"] == unused
    made = draft(secretary, blobs, used)
    assert made.status_code == 201, made.text
    second_pass_of(gateway, clock, 44.5)
    stack.supervisor("stop", "services:document")
    try:
        before = metric(gateway, "sotay_blob_sweeps_failed_total")
        clock.write_text(f"{int(45.2 * DAY_S)}\n")
        eventually(lambda: metric(gateway, "sotay_blob_sweeps_failed_total") > before + 2, 60)
        assert (blobs / unused).exists() and (blobs / used).exists()
    finally:
        stack.supervisor("start", "services:document")
    eventually(lambda: not list(blobs.glob(f"{unused}*")), 120)  # and its receipts
    eventually(lambda: metric(gateway, "sotay_blobs_swept_total") == 1)
    assert held(blobs) == [] and all((blobs / each).exists() for each in (used, *named))
    content = eventually(lambda: [secretary.get(f"{made.headers['Location']}/content")], 30)[0]
    assert (content.status_code, content.content) == (200, raw), content.text
    assert_problem(draft(secretary, blobs, unused), 422, "blob_unknown")
    # Its draft is discarded: it is unused from then on, and stays for 45 days less the one by which rows keep it young.
    assert secretary.delete(made.headers["Location"], headers=NOW).status_code == 204
    second_pass_of(gateway, clock, 45.2 + 43)
    assert (blobs / used).exists() and held(blobs)
    first_pass_of(gateway, clock, 45.2 + 46)
    assert (blobs / used).exists()
    eventually(lambda: not (blobs / used).exists(), 60)
    assert all((blobs / each).exists() for each in named)


@case("an upload and the sweep at the same moment: the file is there for who has uploaded it")
def meeting_the_sweep():
    with sweeping_gateway(period_s=1) as (gateway, blobs, clock):
        secretary, deputy = clients(gateway, sign_in())
        for day in range(1, 6):
            raw = f"vòng {day} {os.urandom(8).hex()}".encode()
            upload(secretary, raw)
            first_pass_of(gateway, clock, 46 * day)
            sha256 = [upload(deputy, raw).json()["sha256"] for _ in range(20)][0]
            assert (blobs / sha256).read_bytes() == raw
            made = draft(deputy, blobs, sha256)
            assert made.status_code == 201, made.text
