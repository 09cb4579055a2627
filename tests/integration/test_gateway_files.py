"""Blobs and receipts, and a document's file (API.md, blobs and D/content)."""
import hashlib
import io
import os
import zipfile

import pytest
from client import assert_problem


def pdf():
    return b"%PDF-1.4\n" + os.urandom(5000)


@pytest.fixture
def secretary(api):
    return api("secretary-10B")


def document_of(branch_id, **changes):
    return {"kind": "material", "title": "Tài liệu", "organization_id": branch_id,
            "audience": {"organization_ids": [branch_id]}, "classification": "internal", **changes}


@pytest.fixture
def published(secretary, login):
    """A published document of a PDF: its path and bytes."""
    raw, branch = pdf(), login("secretary-10B")["branch"]["id"]
    uploaded = secretary.post("/v1/blobs", data=raw)
    assert uploaded.status_code == 201, uploaded.text
    created = secretary.post("/v1/documents", json=document_of(branch, blob_sha256=uploaded.json()["sha256"]))
    assert created.status_code == 201, created.text
    path = created.headers["Location"]
    assert secretary.post(f"{path}/publish", json={"notify": "none"}).status_code == 200
    return path, raw


def test_an_upload_is_known_by_its_hash(secretary):
    raw = pdf()
    for _ in range(2):
        answer = secretary.post("/v1/blobs", data=raw)
        assert answer.status_code == 201, answer.text
        assert answer.json() == {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw),
                                 "media_type": "application/pdf"}


@pytest.mark.parametrize("raw, media_type", [(b"\x89PNG\r\n\x1a\n123", "image/png"), (b"\xff\xd8\xff123", "image/jpeg"),
                                             (b"II*\x00123", "image/tiff"),
                                             ("Nghị quyết số 1\n".encode(), "text/plain")])
def test_a_file_is_what_its_bytes_say(secretary, raw, media_type):
    answer = secretary.post("/v1/blobs", data=raw, headers={"Content-Type": "application/pdf"})
    assert answer.status_code == 201 and answer.json()["media_type"] == media_type


@pytest.mark.parametrize("raw", [b"MZ\x90\x00program", b"PK\x03\x04something", b"\x7fELF", bytes(range(256))])
def test_other_kinds_of_files_are_refused(secretary, raw):
    assert_problem(secretary.post("/v1/blobs", data=raw, headers={"Content-Type": "application/pdf"}), 415,
                   "media_type_unsupported")


def test_a_refusal_names_what_is_taken(secretary):
    error, = secretary.post("/v1/blobs", data=b"MZ\x90\x00program").json()["errors"]
    assert error["code"] == "file_kind" and ".docx" in error["message"] and "HEIC" in error["message"]


def office(*members):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in members:
            archive.writestr(member, "<x/>" * 50)
    return made.getvalue()


@pytest.mark.parametrize("members, kind", [
    (("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), "spreadsheetml.sheet"),
    (("xl/workbook.xml", "[Content_Types].xml"), "spreadsheetml.sheet"),
    (("[Content_Types].xml", "_rels/.rels", "ppt/presentation.xml"), "presentationml.presentation"),
    (("word/document.xml", "[Content_Types].xml"), "wordprocessingml.document")])
def test_an_office_file_is_what_it_holds(secretary, members, kind):
    answer = secretary.post("/v1/blobs", data=office(*members))
    assert answer.status_code == 201, answer.text
    assert answer.json()["media_type"] == f"application/vnd.openxmlformats-officedocument.{kind}"


def test_an_empty_file_is_refused(secretary):
    assert_problem(secretary.post("/v1/blobs", data=b""), 422, "invalid")


def test_a_member_uploads_nothing(api):
    assert_problem(api("member-10B").post("/v1/blobs", data=pdf()), 403, "not_allowed")


def test_a_hash_may_be_named_only_by_its_uploader(api, login, secretary):
    sha256 = secretary.post("/v1/blobs", data=pdf()).json()["sha256"]
    other = document_of(login("secretary-4")["branch"]["id"], blob_sha256=sha256)
    assert_problem(api("secretary-4").post("/v1/documents", json=other), 422, "blob_unknown")


def test_a_document_gives_its_bytes_back_as_a_safe_attachment(api, published):
    path, raw = published
    answer = api("member-10B").get(f"{path}/content")
    assert answer.status_code == 200 and answer.content == raw
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert api("member-10B").get(f"{path}/content",
                                 headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("wanted, first, last", [("bytes=0-9", 0, 9), ("bytes=100-", 100, None), ("bytes=-7", -7, None),
                                                 ("bytes=5000-999999", 5000, None)])
def test_a_part_of_a_file_is_given(api, published, wanted, first, last):
    path, raw = published
    answer = api("member-10B").get(f"{path}/content", headers={"Range": wanted})
    part = raw[first:] if last is None else raw[first:last + 1]
    start = first if first >= 0 else len(raw) + first
    assert answer.status_code == 206 and answer.content == part
    assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(part) - 1}/{len(raw)}"


def test_a_range_past_the_end_is_refused(api, published):
    path, raw = published
    answer = api("member-10B").get(f"{path}/content", headers={"Range": f"bytes={len(raw)}-"})
    assert_problem(answer, 416, "range_invalid")
    assert answer.headers["Content-Range"] == f"bytes */{len(raw)}"


def test_a_range_of_an_older_file_means_the_whole(api, published):
    path, raw = published
    answer = api("member-10B").get(f"{path}/content", headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert answer.status_code == 200 and answer.content == raw


def test_a_text_document_gives_its_text(api, login, secretary):
    created = secretary.post("/v1/documents",
                             json=document_of(login("secretary-10B")["branch"]["id"], text="Nội dung ngắn."))
    assert created.status_code == 201, created.text
    answer = secretary.get(f"{created.headers['Location']}/content")
    assert answer.status_code == 200 and answer.content.decode() == "Nội dung ngắn."
