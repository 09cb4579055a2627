"""A document's pages as pictures (API.md, GET D/pages/{n})."""
import struct
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from client import assert_problem, eventually
from meetings import random_id
from test_documents import TEXT, draft, path, publish, withdraw

WIDTH = 1200


def pdf(pages=2, content=b"0 0 300 400 re f", more=b""):
    """Without a table of its objects, which readers make anew; no two are the same."""
    kids = b" ".join(b"%d 0 R" % (10 + page) for page in range(pages))
    leaves = b"".join(b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R>>endobj\n" % (10 + page)
                      for page in range(pages))
    return (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[" + kids + b"]/Count " + str(pages).encode() + b">>endobj\n"
            b"3 0 obj<</Length " + str(len(content)).encode() + b">>stream\n" + content + b"\nendstream endobj\n" +
            leaves + b"trailer<</Root 1 0 R" + more + b">>\n%" + uuid.uuid4().hex.encode() + b"\n")


def png(width, height):
    """White."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"tEXt", b"id\0" + uuid.uuid4().hex.encode()) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def of_file(api, login, raw, **changes):
    blob = api("secretary-10B").post("/v1/blobs", data=raw)
    assert blob.status_code == 201, blob.text
    return draft(api, login, text=None, blob_sha256=blob.json()["sha256"], **changes)


def size(answer):
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\x89PNG\r\n\x1a\n") and answer.content.endswith(b"IEND\xaeB`\x82")
    return struct.unpack(">II", answer.content[16:24])


def page(client, document, number=1, **options):
    """Who is told that others are before him asks again."""
    answers = []

    def answered():
        answers.append(client.get(path(document, f"/pages/{number}"), **options))
        return answers[-1].status_code != 503
    eventually(answered, 30)
    return answers[-1]


@pytest.fixture(scope="module")
def published(api, login):
    return publish(api, of_file(api, login, pdf()))


def test_a_page_is_a_picture_as_wide_as_a_screen(api, published):
    answer = page(api("member-10B"), published)
    width, height = size(answer)
    assert abs(width - WIDTH) <= 1 and abs(height - WIDTH * 842 / 595) <= 2
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_who_has_the_picture_is_not_sent_it_again(api, published):
    first = page(api("member-10B"), published)
    again = page(api("member-10B"), published, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""
    other = page(api("member-10B"), published, 2)
    assert other.headers["ETag"] != first.headers["ETag"]


@pytest.mark.parametrize("number", ["3", "100000", "100001", "0", "-1", "x", "1.5"])
def test_there_are_no_more_pages_than_the_file_has(api, published, number):
    assert_problem(page(api("member-10B"), published, number), 404, "not_found")


def test_many_readers_of_a_page_get_the_same(api, login):
    document = publish(api, of_file(api, login, pdf(1)))
    readers = [api("member-10B"), api("secretary-10B")]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda reader: page(reader, document), readers * 8))
    assert {answer.status_code for answer in answers} == {200} and len({answer.content for answer in answers}) == 1


def test_a_picture_is_a_page_of_its_own(api, login):
    document = publish(api, of_file(api, login, png(2400, 1200)))
    assert size(page(api("member-10B"), document)) == (WIDTH, WIDTH // 2)
    assert_problem(page(api("member-10B"), document, 2), 404, "not_found")


def test_a_draft_is_looked_at_by_who_made_it(api, login):
    document = of_file(api, login, png(30, 20))
    assert size(page(api("secretary-10B"), document)) == (30, 20)
    absent = {"id": random_id()}
    assert_problem(page(api("member-10B"), document), 404, "not_found")
    assert_problem(page(api("member-10B"), absent), 404, "not_found")


def test_nobody_keeps_a_copy_of_what_is_restricted(api, login):
    member = api("member-10B").get("/v1/me").json()["id"]
    document = publish(api, of_file(api, login, png(30, 20), classification="restricted",
                                    audience={"member_ids": [member]}))
    for _ in range(2):  # each time it is drawn
        answer = page(api("member-10B"), document)
        assert size(answer) == (30, 20) and answer.headers["Cache-Control"] == "no-store"


def test_what_was_withdrawn_shows_no_page(api, login):
    document = publish(api, of_file(api, login, png(30, 20)))
    assert page(api("member-10B"), document).status_code == 200
    withdraw(api, document)
    assert_problem(page(api("member-10B"), document), 410, "withdrawn")


def test_a_file_that_was_put_right_shows_the_new_page(api, login):
    document = publish(api, of_file(api, login, png(30, 20)))
    old = page(api("member-10B"), document)
    blob = api("secretary-10B").post("/v1/blobs", data=png(40, 20)).json()["sha256"]
    answer = api("secretary-10B").post(path(document, "/versions"), json={"blob_sha256": blob, "reason": "Nhầm tệp"})
    assert answer.status_code in (200, 201), answer.text
    new = page(api("member-10B"), document, headers={"If-None-Match": old.headers["ETag"]})
    assert size(new) == (40, 20)


LOCKED = b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % ((b"0123456789abcdef" * 4,) * 2)


@pytest.mark.parametrize("raw", [pdf(1, more=LOCKED), b"%PDF-1.4\nnothing", png(400, 300)[:-200], png(9000, 9000)],
                         ids=["locked", "broken", "cut", "81 megapixels"])
def test_what_cannot_be_drawn_is_told_as_such(api, login, raw):
    document = of_file(api, login, raw)
    for _ in range(2):
        assert_problem(page(api("secretary-10B"), document), 404, "no_pages")


def test_a_text_has_no_pages(api, login):
    assert_problem(page(api("secretary-10B"), draft(api, login, text=TEXT)), 404, "no_pages")
