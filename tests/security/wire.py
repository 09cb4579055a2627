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


@case("what libmicrohttpd refuses itself is refused once, too")
def malformed():
    ways = {"a length with a sign": login("Content-Length: +2"), "two lengths in one": login("Content-Length: 2, 2"),
            "a length without end": login("Content-Length: " + "9" * 40)}
    for name, data in ways.items():
        found = answers(data + request())
        assert len(found) == 1 and found[0][0] in (400, 413), f"{name}: {[answer[:1] for answer in found]}"


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
