"""What is uploaded and never used: how much of it anybody may hold, and for how long (issue 12, 6). On gateways whose
store is a folder of their own."""
import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import stack
from case import case, own_gateway
from client import Client, assert_problem

DAY_S = 24 * 3600


@contextmanager
def store():
    with tempfile.TemporaryDirectory(prefix="blobs.") as folder:
        yield Path(folder)


def pdf(length=1000):
    return b"%PDF-1.4\n" + os.urandom(length)


def send(who, raw):
    return who.post("/v1/blobs", data=raw)


def sent(who, raw):
    answer = send(who, raw)
    assert answer.status_code == 201, answer.text
    return answer.json()["sha256"]


def name_it(who, sha256):
    """In a command that its service refuses: it is named all the same."""
    far = stack.LOGINS["secretary-4"]["branch"]["id"]
    answer = who.post("/v1/documents", json={"kind": "material", "title": "Tài liệu", "organization_id": far,
                                             "audience": {"organization_ids": [far]}, "classification": "internal",
                                             "blob_sha256": sha256})
    assert answer.status_code in (403, 404), answer.text


@case("a member holds so many unused files and bytes and no more, whoever counts")
def limits():
    token = stack.sign_in("secretary-10B").token
    with store() as folder:
        settings = {"blob_dir": folder, "member_unused_files": 3, "member_unused_bytes": 100_000}
        with own_gateway(**settings) as gateway:
            who = Client(gateway.base, token)
            first = [sent(who, pdf()) for _ in range(3)][0]
            assert_problem(send(who, pdf()), 409, "uploads_unused")
        with own_gateway(**settings) as gateway:
            who = Client(gateway.base, token)
            assert_problem(send(who, pdf()), 409, "uploads_unused")
            name_it(who, first)
            before = sorted(os.listdir(folder))
            assert_problem(send(who, pdf(200_000)), 409, "uploads_unused")
            assert sorted(os.listdir(folder)) == before, "nothing of it is left"
            sent(who, pdf())
            assert_problem(send(who, pdf()), 409, "uploads_unused")


@case("a branch holds so many, too, whoever of its members sent them")
def branches():
    with store() as folder, own_gateway(blob_dir=folder, branch_unused_files=2) as gateway:
        for name in ("secretary-10B", "deputy-10B"):
            sent(Client(gateway.base, stack.sign_in(name).token), pdf())
        answer = send(Client(gateway.base, stack.sign_in("secretary-10B").token), pdf())
        assert_problem(answer, 409, "uploads_unused")
        sent(Client(gateway.base, stack.sign_in("secretary-4").token), pdf())


def make_old(path, seconds):
    at = time.time() - seconds
    os.utime(path, (at, at))


@case("at its start a gateway takes what broke off, and what nobody named in 45 days")
def sweeps():
    token = stack.sign_in("secretary-10B").token
    with store() as folder:
        with own_gateway(blob_dir=folder) as gateway:
            who = Client(gateway.base, token)
            young, old, named = [sent(who, pdf()) for _ in range(3)]
            name_it(who, named)
        (folder / "upload.broken").write_bytes(b"half")
        make_old(folder / "upload.broken", 2 * 3600)
        for path in folder.iterdir():
            if path.name.startswith((old, named)):
                make_old(path, 46 * DAY_S)
        with own_gateway(blob_dir=folder):
            left = {path.name.split(".")[0] for path in folder.iterdir()}
        assert left == {young, named}, left
