"""What clients say: cursors, paths, texts, names, tokens, ids (issue 12, 5)."""
import base64
import time
import uuid

import stack
from case import case
from client import Client, assert_problem
from gateway_help import claims_of, meeting_of, parts, sign_es256

ID = bytes(16)
# Of a time and an id, of a name and an id, and neither.
CURSORS = [b"\0", ID, ID + b"\xff\xfe", ID + b"a\xe1\xbb", ID + b"\xed\xa0\x80", ID + b"a\0b", b"\xff" * 24,
           b"\xff" * 7, bytes(300), bytes(24)[:23] + b"\x80", b"\xfe" * 2000]


def encode(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def lists(names):
    """Paths of all lists that take a cursor, from the contract, with the things of `names` in them."""
    contract = Client(stack.BASE).get("/openapi.json").json()
    for path, methods in contract["paths"].items():
        if "cursor" in [parameter["name"] for parameter in methods.get("get", {}).get("parameters", [])]:
            kind = path.split("/")[2]
            yield path.replace("{id}", names[kind]) if "{id}" in path else path


@case("a cursor of bytes that are not ours is refused by every list, and is no fault of ours")
def cursors():
    secretary, admin = stack.sign_in("secretary-10B"), stack.sign_in("city-admin")
    me, branch, tried = secretary.get("/v1/me").json(), secretary.login["branch"]["id"], 0
    meeting = secretary.post("/v1/meetings", json=meeting_of(branch)).json()["id"]
    paper = secretary.post("/v1/documents", headers={"Prefer": "wait=20"}, json={
        "kind": "news", "title": "Tin", "organization_id": branch, "classification": "internal", "text": "Điều 1. Họp",
        "audience": {"organization_ids": [branch]}}).json()["id"]
    names = {"organizations": branch, "members": me["id"], "meetings": meeting, "documents": paper}
    for path in lists(names):
        for raw in CURSORS:
            who = admin if path == "/v1/audit" else secretary
            answer = who.get(path, params={"cursor": encode(raw), **({"q": "nghị"} if "search" in path else {})})
            tried += 1
            assert answer.status_code in (200, 422), f"{path} {raw[:20]!r}: {answer.status_code} {answer.text[:200]}"
            if answer.status_code == 200:  # the bytes of a place that there could be
                assert len(raw) in (16, 24), f"{path} {raw[:20]!r} is a place"
            else:
                assert {error["field"] for error in answer.json()["errors"]} <= {"/cursor", "cursor"}, answer.text
    for path in (f"/v1/organizations/{branch}/children", f"/v1/organizations/{branch}/members"):
        assert_problem(secretary.get(path, params={"cursor": encode(ID + b"\xff\xfe")}), 422, "invalid", "/cursor")
    return f"{tried} tried"


@case("CR and LF in any segment of a path find nothing")
def path_segments():
    member = stack.sign_in("member-10B")
    contract, tried = Client(stack.BASE).get("/openapi.json").json(), 0
    for path, methods in contract["paths"].items():
        for method in methods:
            if "{" not in path:
                continue
            for bad in ("a%0d%0ab", "%00", "%ff", "%e2%80%ae", "a%20b"):
                filled = "/".join(bad if part.startswith("{") else part for part in path.split("/"))
                body = {"json": {}} if method in ("post", "put", "patch") else {}
                answer = member.send(method.upper(), filled, headers={"If-Match": "*"}, **body)
                tried += 1
                assert answer.status_code in (403, 404, 410, 415, 422), f"{method} {filled}: {answer.status_code}"
    return f"{tried} tried"


@case("a device whose id is no word cannot sign in or be kept")
def device_ids():
    login = stack.LOGINS["member-10B"]
    member = stack.sign_in("member-10B")
    for bad in ("a\r\nb", "a b", "a/b", "đ", "a\x00b", "\u202e"):
        body = {"card_number": login["card_number"], "password": login["password"], "device_id": bad}
        assert_problem(Client(stack.BASE).post("/v1/auth/login", json=body), 422, "invalid", "/device_id")
    answer = member.put("/v1/me/devices/a%0d%0ab", json={"provider": "fcm", "token": "t"})
    assert answer.status_code == 404, answer.text


@case("a text that turns others around, shows nothing or is an accent without a letter is refused")
def texts():
    secretary = stack.sign_in("secretary-10B")
    branch = secretary.login["branch"]["id"]
    for bad in ("An\u202enib", "\u2066a", "a\u2069", "a\u200eb", "\u061ca", "\u3164", "\u115f\u1160", "\uffa0x",
                "\u2800", "\u0301", " \u0301a", "\u200d\u0323", "\u20dd"):
        answer = secretary.post("/v1/meetings", json=meeting_of(branch, place=bad))
        assert_problem(answer, 422, "invalid", "/place")
    for good in ("Nha\u0300 va\u0306n ho\u0301a", "Nhà ❤\ufe0f 👨\u200d👩\u200d👧", "1\ufe0f\u20e3"):
        answer = secretary.post("/v1/meetings", json=meeting_of(branch, place=good, publish=False))
        assert answer.status_code == 201, answer.text


@case("an unknown name is said back, but not all of it")
def unknown_names():
    secretary = stack.sign_in("secretary-10B")
    branch = secretary.login["branch"]["id"]
    for name in ("x" * 100_000, "đ" * 1000, "a/~" * 100):
        answer = secretary.post("/v1/meetings", json={**meeting_of(branch), name: 1})
        problem = assert_problem(answer, 422, "invalid")
        field = [error["field"] for error in problem["errors"] if error["code"] == "unknown_field"][0]
        shown = field[1:].replace("~1", "/").replace("~0", "~")
        assert shown == name[:64], field[:100]
    problem = assert_problem(secretary.get("/v1/meetings", params={"y" * 3000: "1"}), 422, "invalid")
    assert problem["errors"][0]["field"] == "y" * 64, problem
    assert_problem(secretary.get("/v1/meetings?%ff%fe=1"), 422, "invalid")


@case("a token that is not good yet, or asks for what we do not know, is refused")
def tokens():
    token = stack.sign_in("member-10B").token
    key = stack.RUN / "secrets/token-private.pem"

    def asked(head, **claims):
        forged = sign_es256(key, {**parts(token)[0], **head}, claims_of(token, **claims))
        return Client(stack.BASE, forged).get("/v1/me")
    for bad in (time.time() + 3600, "tomorrow", None, True):
        assert_problem(asked({}, nbf=bad), 401, "token_invalid")
    for critical in (["b64"], ["exp"], [], "b64"):
        assert_problem(asked({"crit": critical}), 401, "token_invalid")
    assert_problem(asked({"crit": ["b64"], "b64": False}), 401, "token_invalid")
    assert asked({}, nbf=int(time.time()) - 5).status_code == 200
    assert asked({"x": 1}).status_code == 200, "what is not critical may be there"


@case("a token of a length that base64 cannot have is refused, and the gateway lives on")
def token_lengths():
    whole = stack.sign_in("member-10B").token
    head, claims, signature = whole.split(".")
    for bad in ("a.a.a", f"{head}.{claims}.{signature}AAA", f"{head}.{claims}AAAAA.{signature}",
                f"{head[:-1]}.{claims}.{signature}", "e30.e30.AAAAA", "e30=.e30.AA", "..", f"{head}.{claims}",
                f"{whole}.", f"{whole}.AA", "e30.e30.A A"):
        for part in range(1, 5):  # a length modulo four each
            assert_problem(Client(stack.BASE, bad + "A" * part).get("/v1/me"), 401, "token_invalid")
    assert Client(stack.BASE, whole).get("/v1/me").status_code == 200


@case("an id in capitals is the same id, in a path, a query, a body and a key")
def capitals():
    secretary, member = stack.sign_in("secretary-10B"), stack.sign_in("member-10B")
    branch = secretary.login["branch"]["id"]
    assert member.get(f"/v1/organizations/{branch.upper()}").json() == member.get(f"/v1/organizations/{branch}").json()
    key = str(uuid.uuid4())
    body = meeting_of(branch, publish=False)
    first = secretary.post("/v1/meetings", json=body, key=key)
    assert first.status_code == 201, first.text
    again = secretary.post("/v1/meetings", json={**body, "organization_id": branch.upper()}, key=key.upper())
    assert again.status_code == 201 and again.json()["id"] == first.json()["id"], again.text
    assert again.headers.get("Idempotency-Replayed") == "true"
    meeting = first.json()["id"]
    assert secretary.get(f"/v1/meetings/{meeting.upper()}").json() == secretary.get(f"/v1/meetings/{meeting}").json()
    for name in ("organization_id",):
        lower = secretary.get("/v1/meetings", params={name: branch}).json()
        assert secretary.get("/v1/meetings", params={name: branch.upper()}).json() == lower
