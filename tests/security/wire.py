"""HTTP that can be read in one way only (issue 12, 4)."""
import stack
from ambiguous import AMBIGUOUS, HOST, chunked, login
from case import Wire, assert_refused, case, request
from client import Client, assert_problem


def answers(data):
    """All that the gateway says to it before it closes or falls silent."""
    with Wire() as wire:
        wire.say(data)
        found = []
        while answer := wire.answer():
            found.append(answer)
        return found


@case("what can be read in two ways is refused once, and the connection ends")
def ambiguous():
    for name, data in AMBIGUOUS.items():
        found = answers(data + request())
        assert len(found) == 1, f"{name}: {[answer[:1] for answer in found]}"
        try:
            assert_refused(found[0], 400, "header_invalid")
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
    return f"{len(AMBIGUOUS)} ways"


@case("what is too large to be read is refused once, and says so")
def too_large():
    ways = {"a length without end": (login("Content-Length: " + "9" * 40), 413, "body_too_large"),
            "a chunk without end": (chunked(b"f" * 17 + b"\r\n"), 413, "body_too_large"),
            "a target": (request(f"GET /v1/config?{'x' * 20000} HTTP/1.1", [HOST]), 414, "uri_too_long"),
            "a field": (request(fields=[HOST, "A: " + "x" * 20000]), 431, "headers_too_large"),
            "many fields": (request(fields=[HOST, *(f"A{i}: b" for i in range(800))]), 431, "headers_too_large")}
    for name, (data, status, code) in ways.items():
        found = answers(data + request())
        assert len(found) == 1, f"{name}: {[answer[:1] for answer in found]}"
        try:
            assert_refused(found[0], status, code)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
    return f"{len(ways)} ways"


@case("no answer is taken for another kind than it is")
def nosniff():
    member, nobody = stack.sign_in("member-10B"), Client(stack.BASE)
    answers_of = [member.get("/v1/me"), member.get("/v1/me"), member.get("/v1/me/sessions"), member.get("/v1/nothing"),
                  nobody.get("/v1/me"), nobody.get("/v1/config"), nobody.get("/openapi.json"), nobody.get("/healthz"),
                  nobody.get("/"),
                  nobody.delete("/v1/me"), nobody.post("/v1/auth/login", json={}), member.get("/v1/inbox?x=1")]
    for answer in answers_of:
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", f"{answer.url} {answer.status_code}"


@case("458 parameters get an answer, and so do more")
def parameters():
    for n in (458, 1000):
        names = "&".join(str(i) for i in range(n))
        found = answers(request(f"GET /v1/config?{names} HTTP/1.1", [HOST, "Connection: close"]))
        assert len(found) == 1 and found[0][0] == 200, f"{n}: {[answer[:1] for answer in found]}"
    secretary = stack.sign_in("secretary-10B")
    assert_problem(secretary.get("/v1/meetings?" + "&".join(f"p{i}=1" for i in range(458))), 422, "invalid")
    assert secretary.get("/v1/meetings?limit=1").json()["items"] is not None, "and what is meant is read"


@case("a packed body is not opened")
def packed():
    who = stack.sign_in("secretary-10B")
    for coding, status in (("gzip", 415), ("br", 415), ("identity", 422), ("Identity", 422)):
        answer = who.post("/v1/meetings", json={}, headers={"Content-Encoding": coding})
        assert answer.status_code == status, f"{coding}: {answer.text}"
    assert_problem(Client(stack.BASE).post("/v1/auth/login", json={}, headers={"Content-Encoding": "gzip"}), 415,
                   "media_type_unsupported")


@case("a target in absolute form is served")
def absolute():
    found = answers(request("GET http://elsewhere/v1/config?x HTTP/1.1", [HOST, "Connection: close"]))
    assert [answer[0] for answer in found] == [200], found
