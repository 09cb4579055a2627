"""What documents say, where one cites it: of texts at once, of files when they have been read."""
import io
import sys
import uuid
import zipfile
from pathlib import Path

import pytest
from client import assert_problem, eventually
from meetings import random_id
from test_documents import draft, path, publish, withdraw

sys.path.append(str(Path(__file__).resolve().parents[1] / "lib"))
import pdf  # noqa: E402

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LEVELS = [("decimal", "Điều %1."), ("decimal", "%2."), ("lowerLetter", "%3)")]


def paragraph(text, level=None):
    numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>' if level is not None else ""
    return f"<w:p><w:pPr>{numbered}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(*paragraphs):
    levels = "".join(f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
                     f'<w:lvlText w:val="{text}"/></w:lvl>' for i, (kind, text) in enumerate(LEVELS))
    files = {"[Content_Types].xml": "<Types/>",
             "word/document.xml": f"<w:document {WORD}><w:body>{''.join(paragraphs)}</w:body></w:document>",
             "word/numbering.xml": f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
                                   '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.fixture(scope="module")
def text(api, login):
    lines = ["Căn cứ Điều lệ Đảng;", "Điều 1. Học tập", "1. Mỗi tháng một lần.", "2. Theo chuyên đề:",
             "a) đầu năm;", "b) giữa năm.", "Điều 2. Làm theo"]
    return publish(api, draft(api, login, text="\n".join(lines), issued_on="2026-03-15"))


def addresses(client, document):
    return [item["address"] for item in client.items(path(document, "/passages"))]


def test_a_text_is_divided_when_it_is_kept(api, text):
    assert text["extraction"] == "done"
    assert addresses(api("member-10B"), text) == ["mo-dau", "dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2",
                                                  "dieu-1.khoan-2.diem-a", "dieu-1.khoan-2.diem-b", "dieu-2"]


def test_headings_that_are_there_twice_and_once_more_are_kept_as_well(api, login):
    lines = ["Điều 1. A", "Điều 2. B", "Điều 2. C", "1. D", "2. E", "2. F", "Điều 2a. G", "Điều 2. H", "1. I", "2. K"]
    made = publish(api, draft(api, login, text="\n".join(lines)))
    found = addresses(api("member-10B"), made)
    assert len(found) == len(set(found)) == len(lines), found


def test_passages_come_in_pages(api, text):
    page = api("member-10B").get(path(text, "/passages"), params={"limit": 3}).json()
    assert len(page["items"]) == 3
    rest = api("member-10B").get(path(text, "/passages"), params={"cursor": page["next_cursor"]}).json()
    assert rest["items"][0]["address"] == "dieu-1.khoan-2" and rest["next_cursor"] is None


def test_a_clause_is_cited_and_has_all_that_belongs_to_it(api, login, text):
    branch = login("member-10B")["branch"]["name"]
    clause = api("member-10B").get(path(text, "/clauses/dieu-1.khoan-2")).json()
    assert clause["text"] == "2. Theo chuyên đề:\na) đầu năm;\nb) giữa năm."
    assert clause["citation"] == f"khoản 2 Điều 1, Nghị quyết số {text['number']} ngày 15/3/2026 của {branch}"
    assert clause["url"] == f"/app/van-ban/{text['id']}#dieu-1.khoan-2"
    assert clause["document"] == {"id": text["id"], "kind": "resolution", "number": text["number"],
                                  "title": text["title"]}
    assert clause["page"] is None


def test_what_is_not_there_or_not_seen_is_not_found(api, text):
    for use, where in (("member-10B", path(text, "/clauses/dieu-9")), ("member-10B", path(text, "/clauses/dieu")),
                       ("member-4", path(text, "/clauses/dieu-1")), ("member-4", path(text, "/passages")),
                       ("member-10B", f"/v1/documents/{random_id()}/passages")):
        assert_problem(api(use).get(where), 404, "not_found")


def test_a_file_is_read_and_its_document_says_so(api, login):
    raw = docx(paragraph(f"Số {uuid.uuid4()}"), paragraph("Phạm vi", 0), paragraph("Chi bộ.", 1),
               paragraph("Đảng viên:", 1), paragraph("chính thức;", 2), paragraph("dự bị.", 2),
               paragraph("Hiệu lực", 0))
    uploaded = api("secretary-10B").post("/v1/blobs", data=raw)
    assert uploaded.status_code == 201, uploaded.text
    made = publish(api, draft(api, login, text=None, blob_sha256=uploaded.json()["sha256"]))
    reader = api("member-10B")
    eventually(lambda: reader.get(path(made)).json()["extraction"] == "done", 20)
    assert addresses(reader, made) == ["mo-dau", "dieu-1", "dieu-1.khoan-1", "dieu-1.khoan-2", "dieu-1.khoan-2.diem-a",
                                       "dieu-1.khoan-2.diem-b", "dieu-2"]
    assert reader.get(path(made, "/clauses/dieu-1.khoan-2.diem-b")).json()["text"] == "b) dự bị."


def test_a_file_that_is_none_fails_and_stays_a_document(api, login):
    uploaded = api("secretary-10B").post("/v1/blobs", data=f"%PDF-1.7 {uuid.uuid4()}".encode())
    made = publish(api, draft(api, login, text=None, blob_sha256=uploaded.json()["sha256"]))
    reader = api("member-10B")
    eventually(lambda: reader.get(path(made)).json()["extraction"] == "failed", 20)
    assert reader.get(path(made)).json()["extraction_failure"].startswith("Tệp bị hỏng")
    assert addresses(reader, made) == []
    assert reader.get(path(made, "/content")).status_code == 200


def test_a_workbook_is_kept_and_says_what_can_be_read(api, login):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.xml", f"<workbook>{uuid.uuid4()}</workbook>")
    uploaded = api("secretary-10B").post("/v1/blobs", data=made.getvalue())
    assert uploaded.status_code == 201, uploaded.text
    sheet = draft(api, login, text=None, blob_sha256=uploaded.json()["sha256"])
    assert sheet["extraction_failure"] is None
    read = eventually(lambda: found if (found := api("secretary-10B").get(path(sheet)).json())["extraction"] == "failed"
                      else None, 20)
    assert "PDF" in read["extraction_failure"]


def test_a_long_file_says_how_far_it_was_read(api, login):
    pages = [[f"Điều {i // 2 + 1}. Phạm vi {uuid.uuid4().hex[:8]}"] if i % 2 == 0 else [] for i in range(40)]
    uploaded = api("secretary-10B").post("/v1/blobs", data=pdf.make(pages))
    assert uploaded.status_code == 201, uploaded.text
    made = publish(api, draft(api, login, text=None, blob_sha256=uploaded.json()["sha256"]))
    seen = []

    def is_read():
        document = api("member-10B").get(path(made)).json()
        seen.append(document["extraction_progress"])
        return document if document["extraction"] == "done" else None

    document = eventually(is_read, 120)
    told = [progress for progress in seen if progress]
    assert told and all(progress["total"] == 40 for progress in told)
    assert [progress["done"] for progress in told] == sorted(progress["done"] for progress in told)
    assert document["pages"] == 40 and document["extraction_progress"] is None
    assert addresses(api("member-10B"), made) == [f"dieu-{i}" for i in range(1, 21)]


# --- searching

def search(client, q, **params):
    answer = client.get("/v1/search", params={"q": q, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


NOTHING = {"items": [], "next_cursor": None, "total": 0, "suggestions": []}


def places(found):
    return [(item["document"]["id"], item["address"]) for item in found["items"]]


@pytest.fixture(scope="module")
def named(api, login):
    """A word that is nowhere else, and two documents that have it: a text and a file."""
    mark = f"ấn{uuid.uuid4().hex[:10]}"
    text = publish(api, draft(api, login, text=f"Điều 1. Chung\n1. Phát triển kinh tế tập thể {mark} ở cơ sở."))
    raw = docx(paragraph("Phạm vi", 0), paragraph(f"Kinh tế tập thể {mark}.", 1))
    uploaded = api("secretary-10B").post("/v1/blobs", data=raw)
    file = publish(api, draft(api, login, text=None, blob_sha256=uploaded.json()["sha256"], kind="directive"))
    eventually(lambda: api("member-10B").get(path(file)).json()["extraction"] == "done", 20)
    return mark, text, file


def test_a_passage_is_found_typed_without_accents(api, named):
    mark, text, file = named
    typed = f"phat trien kinh te tap the {mark.replace('ấ', 'a')}"
    found = eventually(lambda: search(api("member-10B"), typed))
    assert places(found) == [(text["id"], "dieu-1.khoan-1")] and found["total"] == 1
    item = found["items"][0]
    marked = [item["text"][r["start"]:r["end"]] for r in item["highlight"]]
    assert marked == [f"Phát triển kinh tế tập thể {mark}"]
    assert item["citation"].startswith(f"khoản 1 Điều 1, Nghị quyết số {text['number']}")


def test_a_search_has_filters_pages_and_phrases(api, named):
    mark, text, file = named
    member = api("member-10B")
    both = {(text["id"], "dieu-1.khoan-1"), (file["id"], "dieu-1.khoan-1")}
    assert set(places(search(member, f"kinh tế {mark}"))) == both
    assert places(search(member, mark, kind="directive")) == [(file["id"], "dieu-1.khoan-1")]
    assert places(search(member, mark, in_force="false")) == []
    assert set(places(search(member, f'"tập thể {mark}"'))) == both
    assert places(search(member, f'"{mark} tập thể"')) == []
    first = search(member, mark, limit=1)
    second = search(member, mark, limit=1, cursor=first["next_cursor"])
    assert {*places(first), *places(second)} == both and second["next_cursor"] is None and first["total"] == 2


def test_what_is_not_seen_is_neither_found_nor_counted(api, login, named):
    mark, text, file = named
    assert search(api("member-4"), mark) == NOTHING
    withdrawn = publish(api, draft(api, login, text=f"Điều 1. {mark}khác"))
    eventually(lambda: search(api("member-10B"), f"{mark}khác")["total"] == 1)
    answer = api("secretary-10B").post(path(withdrawn, "/withdraw"), json={"reason": "Nhầm"})
    assert answer.status_code == 200, answer.text
    eventually(lambda: search(api("member-10B"), f"{mark}khác")["total"] == 0)


def test_what_finds_nothing_is_told_what_was_meant_by_whoever_sees_it(api, login, named):
    mark, text, _file = named
    member = api("member-10B")
    publish(api, draft(api, login, classification="public", text="Điều 1. Triển khai"))  # a word that everybody reads
    asked = f"phat trein kinh te {mark}"
    found = eventually(lambda: search(member, asked)["suggestions"] and search(member, asked))
    assert found == {**NOTHING, "suggestions": [f"phat triển kinh te {mark}"]}
    assert places(search(member, found["suggestions"][0])) == [(text["id"], "dieu-1.khoan-1")]
    assert search(api("member-4"), asked) == NOTHING
    assert search(member, f"phat trein kinh tee {mark}") == NOTHING
    for filtered in ({"kind": "resolution"}, {"in_force": "true"}, {"from": "2000-01-01"}, {"to": "2100-01-01"},
                     {"organization_id": login("member-10B")["branch"]["id"]}):
        assert search(member, asked, **filtered) == NOTHING
    assert search(member, f"phát triên {mark}")["suggestions"] == [f"phát triển {mark}"]


def test_a_long_document_is_shown_and_hidden_whole(api, login):
    """Its passages are more than a commit changes: the rest follows by itself."""
    mark, member = f"ấn{uuid.uuid4().hex[:10]}", api("member-10B")
    long = publish(api, draft(api, login, text="\n".join(f"Điều {n}. Số {mark}" for n in range(1, 131))))
    eventually(lambda: search(member, mark)["total"] == 130, 20)
    withdraw(api, long)
    eventually(lambda: search(member, mark)["total"] == 0)


def test_a_question_that_asks_nothing_finds_nothing_and_a_long_one_is_refused(api):
    member = api("member-10B")
    for q in ("!?", "<>", "& | !"):
        assert search(member, q) == NOTHING
    search(member, "a")
    search(member, "<script>alert('x')</script> & | ! : * \\")
    assert_problem(member.get("/v1/search", params={"q": "từ " * 100}), 422, "invalid", "q")
    assert member.get("/v1/search", params={"q": "từ " * 1000}).status_code == 414
    assert_problem(member.get("/v1/search"), 422, "invalid", "/q")


# --- numbers

@pytest.fixture(scope="module")
def numbered(api, login):
    """One of the branch, one that only speaks of it, and the number's own words."""
    figures = str(uuid.uuid4().int % 10**9)
    made = publish(api, draft(api, login, text="Điều 1. Không nhắc đến số", number=f"0{figures}-NQ/ĐU"))
    publish(api, draft(api, login, text=f"Điều 1. Theo 0{figures}-NQ/ĐU", number=f"0{figures}-CT/ĐU", kind="directive"))
    return made, figures


def typed(figures):
    return [f"0{figures}-NQ/ĐU", f"0{figures} nq đu", f"nghi quyet 0{figures}", f"NQ {figures}",
            f"Nghị quyết số 0{figures}-NQ/ĐU"]


def test_a_number_is_found_in_any_usual_way_and_first(api, numbered):
    made, figures = numbered
    member = api("member-10B")
    for q in typed(figures):
        found = member.get("/v1/search", params={"q": q}).json()["items"]
        assert found and found[0]["document"]["id"] == made["id"], q
        assert member.get("/v1/documents", params={"q": q}).json()["items"][0]["id"] == made["id"], q


def test_a_number_is_found_by_nobody_who_does_not_see_its_document(api, numbered):
    _, figures = numbered
    for q in typed(figures):
        assert places(search(api("member-4"), q)) == [], q
        assert api("member-4").get("/v1/documents", params={"q": q}).json()["items"] == [], q
