"""HTTP that can be read in one way only (issue 12, 4)."""
import stack
from case import Wire, assert_refused, case, request
from client import Client, assert_problem

HOST = "Host: x"


def answers(data):
    """All that the gateway says to it before it closes or falls silent."""
    with Wire() as wire:
        wire.say(data)
        found = []
        while answer := wire.answer():
            found.append(answer)
        return found


def login(*fields, body=b"{}"):
    return request("POST /v1/auth/login HTTP/1.1", [HOST, *fields], body)


def chunked(body):
    return login("Content-Type: application/json", "Transfer-Encoding: chunked", body=body)


AMBIGUOUS = {
    "two Content-Length": login("Content-Length: 2", "Content-Length: 2"),
    "two that differ": login("Content-Length: 2", "Content-Length: 40"),
    "Content-Length and Transfer-Encoding": login("Content-Length: 5", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
    "two Transfer-Encoding": login("Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=b"0\r\n\r\n"),
    "a coding that is not chunked": login("Transfer-Encoding: xchunked", body=b"x"),
    "two Host": request(fields=[HOST, "Host: y"]),
    "no Host": request(fields=["Accept: */*"]),
    "two Authorization": request(fields=[HOST, "Authorization: Bearer a", "Authorization: Bearer b"]),
    "a space before the colon": request(fields=[HOST, "X-Y : 1"]),
    "a space before the colon of a length": login("Content-Length : 2"),
    "a space in the target": request("GET /v1/con fig HTTP/1.1", [HOST]),
    "a folded length": login("Content-Length:\r\n 2", body=b"{}"),
    "a folded field behind a length": login("Content-Length: 2", "X: 1\r\n  y", body=b"{}"),
    "a folded field": request(fields=[HOST, "X: a\r\n b"]),
    "a field before the first name": b"GET /v1/config HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n",
    "bare LF everywhere": b"GET /v1/config HTTP/1.1\nHost: x\n\n",
    "bare LF behind the request line": b"GET /v1/config HTTP/1.1\nHost: x\r\n\r\n",
    "bare LF behind a field": b"GET /v1/config HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
    "bare LF at the end": b"GET /v1/config HTTP/1.1\r\nHost: x\r\n\n",
    "bare CR": b"GET /v1/config HTTP/1.1\r\nHost: x\rA: b\r\n\r\n",
    "NUL in the method": b"GE\0T /v1/config HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in the target": b"GET /v1/con\0fig HTTP/1.1\r\nHost: x\r\n\r\n",
    "NUL in a field": b"GET /v1/config HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
    "NUL in a field's name": b"GET /v1/config HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n",
    "a chunk extension": chunked(b"2;a=b\r\n{}\r\n0\r\n\r\n"),
    "a chunk that ends with bare LF": chunked(b"2\n{}\n0\n\n"),
    "a chunk's length with 0x": chunked(b"0x2\r\n{}\r\n0\r\n\r\n"),
    "a chunk's length with a sign": chunked(b"-2\r\n{}\r\n0\r\n\r\n"),
    "a chunk that is longer than it says": chunked(b"2\r\n{}X\r\n0\r\n\r\n"),
    "a length with a sign": login("Content-Length: +2"),
    "two lengths in one": login("Content-Length: 2, 2"),
    "a length that is empty": login("Content-Length: "),
    "a field without a name": request(fields=[HOST, ": x"]),
    "a field without a colon": request(fields=[HOST, "x"]),
    "no version": b"GET /v1/config\r\nHost: x\r\n\r\n",
    "another version": request("GET /v1/config HTTP/2.0", [HOST]),
    "a space before the method": b" GET /v1/config HTTP/1.1\r\nHost: x\r\n\r\n",
    "tabs in the request line": b"GET\t/v1/config\tHTTP/1.1\r\nHost: x\r\n\r\n",
    "a proxy's header from who is none": b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + request(),
}


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
