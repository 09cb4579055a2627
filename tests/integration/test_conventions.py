"""What every route keeps (API.md, Conventions)."""
import uuid

import jsonschema
import pytest
from client import Client, assert_problem


@pytest.fixture
def operator(settings):
    return Client(f"http://127.0.0.1:{settings['port.gateway_ops']}")


def test_health_answers_everybody_and_readiness_the_operator(api, operator):
    assert api().get("/healthz").status_code == 200
    assert operator.get("/healthz").status_code == 200
    assert operator.get("/readyz").status_code == 200
    for path in ("/readyz", "/metrics", "/failpoints"):
        assert_problem(api().get(path), 404, "not_found")


def test_metrics_are_prometheus_text(operator):
    answer = operator.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "# TYPE " in answer.text


def test_the_contract_is_openapi_3_1(api):
    document = api().get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "/v1/meetings/{id}" in document["paths"]


def test_without_a_token_nothing_is_answered(api):
    answer = api().get("/v1/me")
    assert_problem(answer, 401, "token_invalid")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "." * 2000])
def test_a_token_that_is_none_is_refused(base_url, token):
    answer = Client(base_url).get("/v1/me", headers={"Authorization": f"Bearer {token}".encode()})
    assert_problem(answer, 401, "token_invalid")


def test_an_unknown_path_is_not_found(api):
    assert_problem(api("member-10B").get("/v1/nothing-here"), 404, "not_found")


def test_an_unknown_method_names_the_known_ones(api):
    answer = api("member-10B").delete("/v1/me")
    assert_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_a_correlation_id_comes_back(api):
    answer = api("member-10B").get("/v1/me", headers={"X-Correlation-Id": "abc-123"})
    assert answer.headers["X-Correlation-Id"] == "abc-123"


@pytest.mark.parametrize("wrong", ["", "x" * 65, "a b", "a_b"])
def test_a_correlation_id_of_another_form_is_replaced(api, wrong):
    answer = api("member-10B").get("/v1/me", headers={"X-Correlation-Id": wrong})
    assert answer.headers["X-Correlation-Id"] not in ("", wrong)


def test_problems_speak_vietnamese_unless_english_is_asked_for(api):
    path = f"/v1/meetings/{uuid.uuid4()}"
    vietnamese = assert_problem(api("member-10B").get(path), 404, "not_found")
    english = assert_problem(api("member-10B").get(path, headers={"Accept-Language": "en"}), 404, "not_found")
    assert vietnamese["detail"] == "Không tìm thấy" and english["detail"] == "Not found"


def test_a_post_without_an_idempotency_key_is_refused(base_url, api):
    answer = api("secretary-10B").session.post(f"{base_url}/v1/meetings", json={}, headers={
        "Authorization": f"Bearer {api('secretary-10B').token}"}, timeout=30)
    assert_problem(answer, 400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["short", "x" * 65, "with\ttab-12345"])
def test_an_idempotency_key_of_another_form_is_refused(api, key):
    assert_problem(api("secretary-10B").post("/v1/meetings", json={}, key=key), 400, "idempotency_key_invalid")


@pytest.mark.parametrize("body", [b"{", b"", b"[1,]", b'{"a":1}{"b":2}', b"nonsense"])
def test_a_body_that_is_not_json_is_refused(api, body):
    answer = api("secretary-10B").post("/v1/meetings", data=body, headers={"Content-Type": "application/json"})
    assert_problem(answer, 400, "json_invalid")


def test_a_body_of_another_type_is_refused(api):
    answer = api("secretary-10B").post("/v1/meetings", data=b"a=1",
                                       headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert_problem(answer, 415, "media_type_unsupported")


def test_a_body_over_one_mebibyte_is_refused(api):
    answer = api("secretary-10B").post("/v1/meetings", data=b'{"place":"' + b"x" * (1 << 20) + b'"}',
                                       headers={"Content-Type": "application/json"})
    assert_problem(answer, 413, "body_too_large")


def test_an_unknown_field_is_named(api):
    answer = api("secretary-10B").post("/v1/meetings", json={"no_such_field": 1})
    assert_problem(answer, 422, "invalid", "/no_such_field")


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", ""])
def test_a_page_is_from_1_to_100_items(api, limit):
    assert_problem(api("member-10B").get("/v1/meetings", params={"limit": limit}), 422, "invalid")


def test_a_random_cursor_is_refused(api):
    assert_problem(api("member-10B").get("/v1/inbox", params={"cursor": "AAAA"}), 422, "invalid")


def test_every_answer_of_me_has_every_property(api, base_url):
    document = api().get("/openapi.json").json()
    answer = api("member-10B").get("/v1/me")
    assert answer.status_code == 200
    schema = document["paths"]["/v1/me"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())


def test_an_etag_saves_the_body(api):
    first = api("member-10B").get("/v1/me")
    again = api("member-10B").get("/v1/me", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""


def test_json_is_compressed_when_asked(api):
    document = api().get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert document.headers["Content-Encoding"] == "gzip"
    assert document.json()["openapi"]
