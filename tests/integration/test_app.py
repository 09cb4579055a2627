"""The web app as the gateway serves it (WEB.md, Serving and Security)."""
import re

import pytest
from client import assert_problem

ASSET = re.compile(r'(?:src|href)="(/app/assets/[^"]+)"')


@pytest.fixture(scope="module")
def page(api):
    answer = api().get("/app/")
    assert answer.status_code == 200, answer.text
    return answer


def test_the_address_of_the_server_leads_to_the_app(api):
    for path in ("/", "/app"):
        answer = api().get(path)
        assert answer.status_code == 302 and answer.headers["Location"] == "/app/"


def test_the_first_page_is_asked_for_anew_each_time(api, page):
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"
    again = api().get("/app/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304 and not again.content


def test_an_address_of_the_app_is_its_first_page(api, page):
    for path in ("/app/hop/0190f3a2-0000-7000-8000-000000000001/y-kien", "/app/dang-nhap", "/app/nothing-of-ours"):
        answer = api().get(path)
        assert answer.status_code == 200 and answer.content == page.content


def test_assets_are_kept_for_ever_and_come_packed(api, page):
    assets = ASSET.findall(page.text)
    assert any(asset.endswith(".js") for asset in assets) and any(asset.endswith(".css") for asset in assets)
    for asset in assets:
        answer = api().get(asset, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200 and answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
        plain = api().get(asset, headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers and plain.content == answer.content


def test_the_worker_and_the_manifest_are_asked_for_anew_each_time(api):
    for path, media_type in (("/app/sw.js", "text/javascript"), ("/app/manifest.webmanifest", "application/manifest")):
        answer = api().get(path)
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-cache" and answer.headers["ETag"]
        assert answer.headers["Content-Type"].startswith(media_type)


@pytest.mark.parametrize("path", ["/app/assets/main-gone.js", "/app/nowhere.css", "/app/../sw.js", "/app/%2e%2e/sw.js",
                                  "/application"])
def test_what_is_not_there_is_never_a_page(api, path):
    assert_problem(api().get(path), 404, "not_found")


def test_the_app_is_only_read(api):
    for method in ("POST", "PUT", "DELETE"):
        answer = api().send(method, "/app/", data=b"x" if method == "POST" else None)
        assert_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "GET, HEAD"


def test_the_page_may_load_and_talk_to_nothing_but_us(page):
    policy = dict(part.strip().split(" ", 1) for part in page.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'" and policy["trusted-types"] == "sotay-sw"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bon\w+=|javascript:", page.text)
