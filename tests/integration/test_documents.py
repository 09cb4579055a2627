"""Documents from draft to withdrawal, and who sees them (ACCESS.md, rows document.*)."""
import datetime
import hashlib
import uuid

import pytest
from client import assert_problem
from meetings import bare, body as meeting_body, if_match, random_id

TEXT = "Điều 1. Học tập.\nĐiều 2. Làm theo."


def body(branch, **changes):
    return {"kind": "resolution", "number": f"{uuid.uuid4().hex[:12]}-NQ/ĐU", "title": "Nghị quyết về Đống Đa",
            "issued_on": "2026-11-01",
            "organization_id": branch["id"], "audience": {"organization_ids": [branch["id"]]},
            "classification": "internal", "text": TEXT, **changes}


def draft(api, login, use="secretary-10B", **changes):
    answer = api(use).post("/v1/documents", json=body(login("secretary-10B")["branch"], **changes))
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/documents/{answer.json()['id']}"
    return answer.json()


def publish(api, document, use="secretary-10B", **changes):
    answer = api(use).post(f"/v1/documents/{document['id']}/publish", json={"notify": "none", **changes})
    assert answer.status_code == 200, answer.text
    return answer.json()


def withdraw(api, document, use="secretary-10B", **changes):
    answer = api(use).post(path(document, "/withdraw"), json={"reason": "Sai số liệu", **changes})
    assert answer.status_code == 200, answer.text
    return answer.json()


def path(document, rest=""):
    return f"/v1/documents/{document['id']}{rest}"


def listed(client, **params):
    return [item["id"] for item in client.items("/v1/documents", **params)]


@pytest.fixture(scope="module")
def published(api, login):
    return publish(api, draft(api, login))


@pytest.fixture(scope="module")
def restricted(api, login, member_10b):
    branch = login("secretary-10B")["branch"]
    made = draft(api, login, classification="restricted",
                 audience={"organization_ids": [branch["id"]], "member_ids": [member_10b]})
    return publish(api, made)


@pytest.fixture(scope="module")
def member_10b(api):
    return api("member-10B").get("/v1/me").json()["id"]


# --- making

def test_a_draft_says_what_was_given(api, login):
    made = draft(api, login, targets=[{"text": "Kết nạp 3 đảng viên"}])
    assert made["state"] == "draft" and made["version"] == 1 and made["published_at"] is None
    assert made["media_type"] == "text/plain; charset=utf-8" and made["bytes"] == len(TEXT.encode())
    assert made["sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert made["extraction"] == "done" and made["pages"] is None
    assert made["organization"]["name"] == login("secretary-10B")["branch"]["name"]
    assert [target["text"] for target in made["targets"]] == ["Kết nạp 3 đảng viên"]
    assert made["visible_to"]["count"] > 0
    assert api("secretary-10B").get(path(made)).json() == made


def test_the_same_key_makes_one_document(api, login):
    key, said = str(uuid.uuid4()), body(login("secretary-10B")["branch"])
    first = api("secretary-10B").post("/v1/documents", json=said, key=key)
    again = api("secretary-10B").post("/v1/documents", json=said, key=key)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"


def numbered(api, login, number, **changes):
    return api("secretary-10B").post("/v1/documents",
                                     json=body(login("secretary-10B")["branch"], number=number, **changes))


def test_a_number_is_given_once(api, login):
    made = draft(api, login)
    for same in (made["number"], f" {made['number'].upper()} ", made["number"].lower()):
        assert_problem(numbered(api, login, same), 409, "number_taken")
    for free in ({"kind": "directive"}, {"issued_on": "2025-11-01"}):
        assert numbered(api, login, made["number"], **free).status_code == 201
    other = draft(api, login)
    answer = api("secretary-10B").patch(path(other), json={"number": made["number"]}, headers=if_match(other))
    assert_problem(answer, 409, "number_taken")


def test_a_discarded_drafts_number_is_free_at_once(api, login):
    made = draft(api, login)
    assert_problem(api("member-10B").delete(path(made)), 404, "not_found")
    assert api("deputy-10B").delete(path(made)).status_code == 204
    assert_problem(api("secretary-10B").get(path(made)), 404, "not_found")
    assert numbered(api, login, made["number"]).status_code == 201
    published = publish(api, draft(api, login))
    assert_problem(api("secretary-10B").delete(path(published)), 409, "wrong_state")


def test_a_withdrawn_number_is_free_for_what_takes_its_place(api, login):
    old = publish(api, draft(api, login))
    named = numbered(api, login, old["number"] + "a", replaces=[old["id"]])
    assert_problem(named, 422, "invalid", "/replaces/0")  # it is in force
    withdraw(api, old)
    assert_problem(numbered(api, login, old["number"]), 409, "number_taken")
    made = numbered(api, login, old["number"], replaces=[old["id"]])
    assert made.status_code == 201, made.text
    assert made.json()["replaces"] == [{"id": old["id"], "number": old["number"]}]
    assert api("member-10B").get(path(old)).json()["replaced_by"] is None  # a draft
    new = publish(api, made.json())
    assert api("member-10B").get(path(new)).json()["replaces"] == made.json()["replaces"]
    assert api("member-10B").get(path(old)).json()["replaced_by"] == new["id"]
    assert_problem(numbered(api, login, old["number"]), 409, "number_taken")
    assert_problem(numbered(api, login, old["number"], replaces=[random_id()]), 422, "invalid", "/replaces/0")


def test_a_number_is_given_up_to_nobody_else(api, login):
    """What is drafted under another number in its place leaves a withdrawn one its own, until it is renumbered."""
    old = publish(api, draft(api, login))
    withdraw(api, old)
    made = draft(api, login, replaces=[old["id"]])
    assert_problem(numbered(api, login, old["number"]), 409, "number_taken")
    for number in (old["number"].lower(), made["number"]):
        answer = api("secretary-10B").patch(path(made), json={"number": number}, headers=if_match(made))
        assert answer.status_code == 200, answer.text
        made = answer.json()
        assert_problem(numbered(api, login, old["number"]), 409, "number_taken")
    assert api("secretary-10B").delete(path(made)).status_code == 204
    assert numbered(api, login, old["number"], replaces=[old["id"]]).status_code == 201


@pytest.mark.parametrize("changes, field", [
    ({"text": None}, "/blob_sha256"),
    ({"audience": {}}, "/audience/organization_ids"),
    ({"classification": "restricted"}, "/audience/member_ids"),
    ({"audience": {"organization_ids": [str(uuid.uuid4())]}}, "/audience/organization_ids/0"),
    ({"audience": {"member_ids": [str(uuid.uuid4())]}}, "/audience/member_ids/0"),
    ({"kind": "event"}, "/event"),
    ({"figures": [{"label": "Thu", "value": 1.5, "unit": "tỷ", "period": "2026"}]}, "/figures"),
])
def test_what_cannot_be_is_named(api, login, changes, field):
    answer = api("secretary-10B").post("/v1/documents", json=body(login("secretary-10B")["branch"], **changes))
    assert_problem(answer, 422, "invalid", field)


def test_an_audience_is_never_wider_than_the_issuer(api, login):
    other = login("member-4")["branch"]
    answer = api("secretary-10B").post("/v1/documents", json=body(login("secretary-10B")["branch"],
                                                                  audience={"organization_ids": [other["id"]]}))
    assert_problem(answer, 422, "invalid", "/audience/organization_ids/0")


def test_a_hash_is_known_to_its_uploader_alone(api, login):
    raw = b"%PDF-1.4\n" + uuid.uuid4().bytes
    uploaded = api("secretary-10B").post("/v1/blobs", data=raw, headers={"Content-Type": "application/pdf"})
    assert uploaded.status_code == 201, uploaded.text
    sha256 = uploaded.json()["sha256"]
    made = draft(api, login, text=None, blob_sha256=sha256)
    assert made["media_type"] == "application/pdf" and made["extraction"] == "pending"
    answer = api("deputy-10B").post("/v1/documents",
                                    json=body(login("secretary-10B")["branch"], text=None, blob_sha256=sha256))
    assert_problem(answer, 422, "blob_unknown")
    both = api("secretary-10B").post("/v1/documents", json=body(login("secretary-10B")["branch"], blob_sha256=sha256))
    assert_problem(both, 422, "invalid", "/text")


@pytest.mark.parametrize("use, status", [("member-10B", 403), ("secretary-4", 404), ("member-4", 403),
                                         ("ward-officer", 201), ("deputy-10B", 201)])
def test_who_may_issue_in_the_name_of_10b(api, login, use, status):
    answer = api(use).post("/v1/documents", json=body(login("secretary-10B")["branch"]))
    assert answer.status_code == status, answer.text


def test_a_deputy_issues_nothing_restricted(api, login, member_10b):
    said = body(login("secretary-10B")["branch"], classification="restricted", audience={"member_ids": [member_10b]})
    assert_problem(api("deputy-10B").post("/v1/documents", json=said), 403, "not_allowed")


# --- changing

def test_a_draft_is_changed_whole(api, login):
    made = draft(api, login)
    answer = api("deputy-10B").patch(path(made), json={"title": "Tên khác", "text": "Mới", "issued_on": None},
                                     headers=if_match(made))
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["title"], changed["issued_on"], changed["version"]) == ("Tên khác", None, 2)
    assert changed["sha256"] == hashlib.sha256("Mới".encode()).hexdigest()
    assert_problem(api("deputy-10B").patch(path(made), json={"title": "A"}, headers=if_match(made)), 412,
                   "version_conflict")


def test_the_content_of_a_published_document_stays(api, login):
    made = publish(api, draft(api, login))
    renamed = api("secretary-10B").patch(path(made), json={"title": "Tên đúng"}, headers=if_match(made))
    assert renamed.status_code == 200 and renamed.json()["title"] == "Tên đúng"
    answer = api("secretary-10B").patch(path(made), json={"text": "Khác"}, headers=if_match(renamed.json()))
    assert_problem(answer, 409, "wrong_state")


def test_a_published_file_is_put_right(api, login):
    made = publish(api, draft(api, login))
    assert made["version_no"] == 1
    first, = api("member-10B").get(path(made, "/versions")).json()["items"]
    assert (first["version_no"], first["reason"], first["sha256"]) == (1, None, made["sha256"])

    def correct(use="secretary-10B", **said):
        return api(use).post(path(made, "/versions"), json={"reason": "Nhầm bản", **said})

    assert_problem(correct("member-10B", text="A"), 403, "not_allowed")
    assert_problem(correct(text=TEXT), 422, "invalid", "/text")
    answer = correct(text="Bản đúng")
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == path(made)
    right = api("member-10B").get(path(made)).json()
    assert (right["version_no"], right["number"], right["published_at"]) == (2, made["number"], made["published_at"])
    assert right["sha256"] == hashlib.sha256("Bản đúng".encode()).hexdigest()
    for version, text in ((None, "Bản đúng"), (1, TEXT), (2, "Bản đúng")):
        content = api("member-10B").get(path(made, "/content"), params={"version": version})
        assert (content.status_code, content.content.decode()) == (200, text)
    assert_problem(api("member-10B").get(path(made, "/content"), params={"version": 3}), 404, "not_found")
    newest, oldest = api("member-10B").get(path(made, "/versions")).json()["items"]
    assert (newest["version_no"], newest["reason"]) == (2, "Nhầm bản") and oldest == first
    assert newest["author"]["id"] == api("secretary-10B").get("/v1/me").json()["id"]
    assert_problem(api("member-4").get(path(made, "/versions")), 404, "not_found")
    withdraw(api, made)
    assert_problem(api("member-10B").get(path(made, "/versions")), 410, "withdrawn")
    assert_problem(api("member-10B").get(path(made, "/content"), params={"version": 1}), 410, "withdrawn")


def test_publishing_happens_once(api, published):
    assert published["state"] == "published" and published["published_at"] and published["notification_id"]
    assert published["visible_to"]["label"].startswith(f"{published['visible_to']['count']} đảng viên ")
    assert_problem(api("secretary-10B").post(path(published, "/publish"), json={"notify": "none"}), 409, "wrong_state")


def soon(seconds=2.0):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_later_time_publishes_by_itself(api, login, eventually):
    at = soon()
    waiting = publish(api, draft(api, login), at=at)
    assert waiting["state"] == "draft" and moment(waiting["publish_at"]) == moment(at)
    out = eventually(lambda: [each for each in [api("secretary-10B").get(path(waiting)).json()]
                              if each["state"] == "published"], 15)[0]
    assert out["publish_at"] is None and moment(out["published_at"]) >= moment(at)


def moment(text):
    return datetime.datetime.fromisoformat(text)


def test_what_waits_can_be_stopped(api, login, eventually):
    """When the time has passed, one that was not stopped is out, and these are not."""
    at = soon(3)
    patched, withdrawn, anew, left = (publish(api, draft(api, login), at=at) for _ in range(4))
    answer = api("secretary-10B").patch(path(patched), json={"publish_at": at}, headers=if_match(patched))
    assert_problem(answer, 422, "invalid", "/publish_at")
    answer = api("secretary-10B").patch(path(patched), json={"publish_at": None}, headers=if_match(patched))
    assert answer.status_code == 200 and answer.json()["publish_at"] is None
    stopped = withdraw(api, withdrawn)
    assert (stopped["state"], stopped["publish_at"], stopped["withdrawn_reason"]) == ("draft", None, None)
    publish(api, anew, at=soon(3600))
    eventually(lambda: api("secretary-10B").get(path(left)).json()["state"] == "published", 15)
    states = [api("secretary-10B").get(path(each)).json()["state"] for each in (patched, withdrawn, anew)]
    assert states == ["draft"] * 3
    assert_problem(api("secretary-10B").post(path(stopped, "/withdraw"), json={"reason": "A"}), 409, "wrong_state")
    assert publish(api, stopped)["state"] == "published"


def test_what_is_in_force_takes_the_place_of_another(api, login):
    old, new, other = (publish(api, draft(api, login)) for _ in range(3))

    def replace(by):
        return api("secretary-10B").post(path(old, "/replace"), json={"by_document_id": by})

    for wrong in (random_id(), old["id"], draft(api, login)["id"]):
        assert_problem(replace(wrong), 422, "invalid", "/by_document_id")
    answer = replace(new["id"])
    assert answer.status_code == 200, answer.text
    assert (answer.json()["state"], answer.json()["replaced_by"]) == ("replaced", new["id"])
    assert api("member-10B").get(path(new)).json()["replaces"] == [{"id": old["id"], "number": old["number"]}]
    assert api("member-10B").get(path(old, "/content")).status_code == 200
    assert old["id"] not in listed(api("member-10B"), in_force="true", q=old["number"])
    assert_problem(replace(other["id"]), 409, "wrong_state")
    assert_problem(numbered(api, login, old["number"]), 409, "number_taken")


def test_what_is_restricted_takes_the_place_of_nothing_that_others_read(api, login, restricted):
    old = publish(api, draft(api, login))
    answer = api("secretary-10B").post(path(old, "/replace"), json={"by_document_id": restricted["id"]})
    assert_problem(answer, 422, "invalid", "/by_document_id")


def test_a_successor_that_is_hidden_is_named_no_more(api, login):
    old, new = (publish(api, draft(api, login)) for _ in range(2))
    answer = api("secretary-10B").post(path(old, "/replace"), json={"by_document_id": new["id"]})
    assert answer.json()["replaced_by"] == new["id"]
    assert api("member-10B").get(path(old)).json()["replaced_by"] == new["id"]
    withdraw(api, new, hide=True)
    assert api("member-10B").get(path(old)).json()["replaced_by"] is None


def test_what_was_withdrawn_is_out_of_force(api, login):
    made = publish(api, draft(api, login, targets=[{"text": "Kết nạp 3 đảng viên"}]))
    assert made["withdrawn_reason"] is None
    assert withdraw(api, made)["state"] == "withdrawn"
    assert made["id"] not in listed(api("member-10B"), in_force="true", q=made["number"])
    assert made["id"] in listed(api("member-10B"), in_force="false", q=made["number"])
    left = api("member-10B").get(path(made)).json()
    assert (left["number"], left["title"], left["withdrawn_reason"], left["issued_on"], left["replaced_by"]) == (
        made["number"], made["title"], "Sai số liệu", made["issued_on"], None)
    assert left["targets"] == []
    assert (left["media_type"], left["bytes"], left["sha256"]) == ("", 0, 64 * "0")  # no client knows them as null
    assert not any(left["audience"].values())
    assert left["pages"] is left["version_no"] is left["event"] is None
    for use in ("member-10B", "secretary-10B"):
        assert_problem(api(use).get(path(made, "/content")), 410, "withdrawn")
    assert_problem(api("member-4").get(path(made, "/content")), 404, "not_found")


def test_what_reached_the_wrong_people_is_its_issuers_alone(api, login):
    made = publish(api, draft(api, login), notify="inbox")
    withdraw(api, made, hide=True)
    assert_problem(api("member-10B").get(path(made)), 404, "not_found")
    assert_problem(api("member-10B").get(path(made, "/content")), 404, "not_found")
    assert made["id"] not in listed(api("member-10B"), q=made["number"])
    assert api("member-10B").get("/v1/me/marks", params={"subject_id": made["id"]}).json()["items"] == []
    left = api("deputy-10B").get(path(made)).json()
    assert (left["state"], left["withdrawn_reason"]) == ("withdrawn", "Sai số liệu")
    assert_problem(api("deputy-10B").get(path(made, "/content")), 410, "withdrawn")


def test_what_is_out_of_force_is_hidden_late(api, login, eventually):
    withdrawn, replaced, other = (publish(api, draft(api, login), notify=how) for how in ("inbox", "none", "none"))
    withdraw(api, withdrawn)
    eventually(lambda: set(told(api, withdrawn)) == {"document_withdrawn"})
    answer = api("secretary-10B").post(path(replaced, "/replace"), json={"by_document_id": other["id"]})
    assert answer.status_code == 200, answer.text
    assert [each["id"] for each in api("member-10B").get(path(other)).json()["replaces"]] == [replaced["id"]]
    for made in (withdrawn, replaced):
        assert api("member-10B").get(path(made)).status_code == 200
        hidden = withdraw(api, made, hide=True, reason="Nhầm nơi nhận")
        assert (hidden["state"], hidden["withdrawn_reason"]) == ("withdrawn", "Nhầm nơi nhận")
        assert_problem(api("member-10B").get(path(made)), 404, "not_found")
        answer = api("secretary-10B").post(path(made, "/withdraw"), json={"reason": "A", "hide": True})
        assert_problem(answer, 409, "wrong_state")
    assert api("member-10B").get(path(other)).json()["replaces"] == []
    eventually(lambda: not told(api, withdrawn))  # nor why it had been withdrawn


def told(api, document, use="member-10B"):
    return {item["kind"]: item for item in api(use).items("/v1/inbox") if item["subject"]["id"] == document["id"]}


def test_those_who_were_told_are_told_why(api, login, eventually):
    loud, quiet, hidden = (publish(api, draft(api, login), notify=how) for how in ("inbox", "none", "inbox"))
    eventually(lambda: told(api, loud) and told(api, hidden))
    withdraw(api, quiet)
    withdraw(api, hidden, hide=True)
    withdrawn = withdraw(api, loud)
    eventually(lambda: set(told(api, loud)) == {"document_withdrawn"})
    item = told(api, loud)["document_withdrawn"]
    assert item["id"] == withdrawn["notification_id"]
    assert (item["body"], item["title"].startswith("Thu hồi: Nghị quyết")) == ("Lý do: Sai số liệu", True)
    eventually(lambda: not told(api, quiet) and not told(api, hidden))


# --- reading

def test_the_content_of_a_text(api, published):
    answer = api("member-10B").get(path(published, "/content"))
    assert answer.status_code == 200 and answer.content == TEXT.encode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith("-NQ-DU.txt")
    part = api("member-10B").get(path(published, "/content"), headers={"Range": "bytes=0-4"})
    assert part.status_code == 206 and part.content == TEXT.encode()[:5]


def test_a_list_finds_titles_without_accents(api, published):
    assert published["id"] in listed(api("member-10B"), q="nghi quyet ve dong da")
    assert published["id"] in listed(api("member-10B"), q=published["number"].lower(), kind="resolution")
    assert published["id"] not in listed(api("member-10B"), kind="news")


def test_pages_follow_each_other(api, login):
    title = f"Trang {uuid.uuid4().hex}"
    made = [draft(api, login, title=title)["id"] for _ in range(5)]
    assert listed(api("secretary-10B"), q=title, limit=2) == made[::-1]


@pytest.mark.parametrize("use", ["secretary-10B", "deputy-10B", "member-10B", "exempt-10B"])
def test_the_branch_reads_what_is_for_it(api, published, use):
    assert api(use).get(path(published)).json() == published


@pytest.mark.parametrize("use", ["member-4", "secretary-4", "secretary-bai-thuy", "city-admin", "city-officer"])
@pytest.mark.parametrize("rest", ["", "/content"])
def test_to_whom_it_is_not_addressed_it_does_not_exist(api, published, use, rest):
    hidden, absent = api(use).get(path(published, rest)), api(use).get(f"/v1/documents/{random_id()}{rest}")
    assert hidden.status_code == 404 and bare(hidden) == bare(absent)
    assert published["id"] not in listed(api(use), q=published["number"])


@pytest.mark.parametrize("use", ["member-10B", "secretary-4", "city-admin"])
def test_drafts_are_known_to_who_keeps_them(api, login, use):
    made = draft(api, login)
    assert_problem(api(use).get(path(made)), 404, "not_found")
    assert_problem(api(use).post(path(made, "/publish"), json={"notify": "none"}), 404, "not_found")


def test_what_is_public_is_everyones(api, login):
    made = publish(api, draft(api, login, classification="public"))
    assert api("member-4").get(path(made)).status_code == 200
    assert_problem(api("member-4").post(path(made, "/withdraw"), json={"reason": "A"}), 403, "not_allowed")
    assert_problem(api().get(path(made)), 401, "token_invalid")


def test_what_is_restricted_is_for_the_named(api, restricted):
    for use, status in [("secretary-10B", 200), ("member-10B", 200), ("deputy-10B", 404), ("exempt-10B", 404),
                        ("ward-officer", 404)]:
        answer = api(use).get(path(restricted))
        assert answer.status_code == status, use
        assert api(use).get(path(restricted, "/content")).status_code == status, use
        assert (restricted["id"] in listed(api(use), q=restricted["number"])) == (status == 200), use


def test_a_pack_holds_what_its_reader_sees(api, login, published, eventually):
    branch = login("secretary-10B")["branch"]
    agenda = [{"title": "Quán triệt", "minutes": 30, "document_ids": [published["id"]]}]

    def convened():
        answer = api("secretary-10B").post("/v1/meetings", json=meeting_body(branch, agenda=agenda))
        assert answer.status_code == 201, answer.text  # the meeting service hears of the document within a second
        return answer.json()

    meeting = eventually(convened)
    pack = api("member-10B").get(f"/v1/meetings/{meeting['id']}/pack").json()
    assert [document["id"] for document in pack["documents"]] == [published["id"]]


def test_marks_say_what_i_may_do(api, published):
    def can(use):
        return api(use).get("/v1/me/marks", params={"subject_id": published["id"]}).json()["items"][0]["can"]

    assert set(can("secretary-10B")) == {"read", "edit", "withdraw", "hide", "replace", "correct", "comment"}
    assert can("member-10B") == ["read", "comment"]
    assert api("member-4").get("/v1/me/marks", params={"subject_id": published["id"]}).json()["items"] == []
