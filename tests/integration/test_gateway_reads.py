"""The cache as clients see it (DESIGN, rule 8): authors read their writes, others soon; ETag, gzip, what is unseen."""
import uuid

import pytest
from client import assert_problem, eventually
from gateway_help import meeting_of


@pytest.fixture
def meeting(api, login):
    answer = api("secretary-10B").post("/v1/meetings", json=meeting_of(login("secretary-10B")["branch"]["id"]))
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_author_reads_his_write(api, meeting):
    secretary, path = api("secretary-10B"), f"/v1/meetings/{meeting['id']}"
    etag = secretary.get(path).headers["ETag"]
    for number in range(5):
        answer = secretary.patch(path, json={"place": f"Phòng {number}"}, headers={"If-Match": etag})
        assert answer.status_code == 200, answer.text
        read = secretary.get(path)
        assert read.json()["place"] == f"Phòng {number}" and read.headers["ETag"] == answer.headers["ETag"]
        assert [item["place"] for item in secretary.items("/v1/meetings")
                if item["id"] == meeting["id"]] == [f"Phòng {number}"]
        etag = read.headers["ETag"]


def test_the_answer_to_a_write_makes_any_gateway_answer_its_session_afresh(api, meeting):
    secretary, path = api("secretary-10B"), f"/v1/meetings/{meeting['id']}"
    etag = secretary.get(path).headers["ETag"]
    answer = secretary.patch(path, json={"place": "Phòng tươi"}, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    name, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert name == "sotay-fresh=1" and {"Max-Age=2", "Path=/", "HttpOnly"} <= set(attributes)
    assert "Set-Cookie" not in secretary.get(path).headers


def test_others_read_it_within_a_second(api, meeting):
    path = f"/v1/meetings/{meeting['id']}"
    before = api("member-10B").get(path)
    api("secretary-10B").patch(path, json={"place": "Phòng mới"}, headers={"If-Match": before.headers["ETag"]})
    eventually(lambda: api("member-10B").get(path).json()["place"] == "Phòng mới", deadline_s=1)


def test_a_comment_changes_the_body_and_not_the_version(api, meeting):
    path = f"/v1/meetings/{meeting['id']}"
    before = api("member-10B").get(path)
    assert api("member-10B").post(f"{path}/comments", json={"text": "Góp ý"}).status_code == 201
    after = api("member-10B").get(path)
    assert after.json()["comments"] == before.json()["comments"] + 1
    assert after.json()["version"] == before.json()["version"] and after.headers["ETag"] != before.headers["ETag"]


def test_an_etag_that_is_still_true_saves_the_body(api, meeting):
    path = f"/v1/meetings/{meeting['id']}"
    etag = api("member-10B").get(path).headers["ETag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = api("member-10B").get(path, headers={"If-None-Match": known})
        assert answer.status_code == 304 and answer.content == b"" and answer.headers["ETag"] == etag


def test_a_large_answer_is_compressed_when_asked(api, meeting):
    path = f"/v1/meetings/{meeting['id']}/comments"
    for number in range(8):
        api("member-10B").post(path, json={"text": f"Góp ý số {number} " + "x" * 200})
    gzip = {"Accept-Encoding": "gzip"}
    compressed = eventually(lambda: [answer for answer in [api("member-10B").get(path, headers=gzip)]
                                     if answer.headers.get("Content-Encoding") == "gzip"])[0]
    plain = api("member-10B").get(path, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers and plain.json() == compressed.json()
    assert plain.headers["ETag"] == compressed.headers["ETag"]


def test_what_is_invisible_answers_like_a_random_id(api, meeting):
    hidden, random = (api("member-4").get(f"/v1/meetings/{which}") for which in (meeting["id"], uuid.uuid4()))
    for answer in (hidden, random):
        assert_problem(answer, 404, "not_found")
    different = {"Date", "X-Correlation-Id"}
    assert {name: value for name, value in hidden.headers.items() if name not in different} == \
           {name: value for name, value in random.headers.items() if name not in different}
    assert {**hidden.json(), "correlation_id": None} == {**random.json(), "correlation_id": None}


def test_an_id_that_is_none_is_not_found(api):
    for wrong in ("x", "%00", "%zz", str(uuid.uuid4()) + "0"):
        assert_problem(api("member-10B").get(f"/v1/meetings/{wrong}"), 404, "not_found")


@pytest.mark.parametrize("query", ["nothing=1", "limit=1&limit=2", "month=2026-13", "from=yesterday", "kind=none",
                                   "q=%ff", "organization_id=x"])
def test_an_unknown_or_bad_parameter_is_named(api, query):
    answer = assert_problem(api("member-10B").get(f"/v1/meetings?{query}"), 422, "invalid")
    assert answer["errors"], answer
