"""Of what is restricted only its id is anywhere but with those it names, and nobody keeps a copy (issue 12, 7)."""
import uuid

import stack
from case import case
from client import eventually
from gateway_help import meeting_of


def restricted(secretary, branch, *readers):
    """A document of the branch for these alone, and words that stand nowhere else."""
    mark = uuid.uuid4().hex[:12]
    body = {"kind": "news", "title": f"Tin {mark}", "number": f"{mark}/MAT", "organization_id": branch,
            "classification": "restricted", "text": f"Điều 1. Việc {mark}",
            "audience": {"member_ids": [reader.get("/v1/me").json()["id"] for reader in readers]}}
    answer = secretary.post("/v1/documents", headers={"Prefer": "wait=20"}, json=body)
    assert answer.status_code == 201, answer.text
    document = answer.json()["id"]
    answer = secretary.post(f"/v1/documents/{document}/publish", headers={"Prefer": "wait=20"},
                            json={"notify": "inbox"})
    assert answer.status_code == 200, answer.text
    return document, mark


def seen(who, path):
    """Once his services have heard of it."""
    def answered():
        answer = who.get(path)
        return [answer] if answer.status_code == 200 else None
    return eventually(answered)[0]


@case("nobody keeps a copy of what is restricted, not even who may read it")
def copies():
    secretary, member = stack.sign_in("secretary-10B"), stack.sign_in("member-10B")
    document, mark = restricted(secretary, secretary.login["branch"]["id"], secretary, member)
    paths = [f"/v1/documents/{document}", f"/v1/documents/{document}/content", f"/v1/documents/{document}/comments",
             f"/v1/documents/{document}/passages", f"/v1/documents/{document}/versions", "/v1/documents",
             f"/v1/search?q={mark}"]
    for path in paths:
        seen(member, path)
        for fields in ({}, {"If-None-Match": "*"}):
            answer = member.get(path, headers=fields)
            assert answer.status_code in (200, 304), f"{path} {answer.status_code}: {answer.text}"
            assert answer.headers["Cache-Control"] == "no-store", f"{path}: {answer.headers['Cache-Control']}"
    return f"{len(paths)} paths"


@case("a pack and an agenda say no more of a restricted document than its id")
def packs():
    secretary, member = stack.sign_in("secretary-10B"), stack.sign_in("member-10B")
    branch = secretary.login["branch"]["id"]
    document, mark = restricted(secretary, branch, secretary)
    meeting = meeting_of(branch)
    meeting["agenda"] = [{"title": "A", "minutes": 30, "document_ids": [document]}]
    made = eventually(lambda: [each for each in [secretary.post("/v1/meetings", json=meeting)]
                               if each.status_code == 201], 20)[0].json()["id"]
    for who in (secretary, member):
        for path in (f"/v1/meetings/{made}", f"/v1/meetings/{made}/pack", "/v1/me/home", "/v1/inbox", "/v1/me/marks"):
            text = seen(who, path).text
            assert mark not in text, f"{path}: {text[:300]}"
        named = who.get(f"/v1/meetings/{made}").json()["agenda"][0]["documents"]
        assert named == [{"id": document, "title": "", "state": None}], named
    for rest in ("", "/content", "/comments"):
        path = f"/v1/documents/{document}{rest}"
        unseen, random = member.get(path), member.get(path.replace(document, str(uuid.uuid4())))
        assert (unseen.status_code, unseen.json()["code"]) == (404, random.json()["code"]), unseen.text
    assert member.get("/v1/me/marks", params={"subject_id": document}).json()["items"] == []
    assert mark not in member.get("/v1/search", params={"q": mark}).text


@case("who may not see a subject learns nothing of its deliveries and its marks")
def deliveries():
    secretary, member, stranger = [stack.sign_in(name) for name in ("secretary-10B", "member-10B", "member-4")]
    document, _ = restricted(secretary, secretary.login["branch"]["id"], member)
    told = eventually(lambda: [item for item in member.get("/v1/inbox").json()["items"]
                               if (item.get("subject") or {}).get("id") == document], 20)[0]
    assert "MAT" not in str(told), told
    unseen, none = (stranger.get(f"/v1/notifications/{each}/delivery") for each in (told["id"], uuid.uuid4()))
    assert unseen.status_code == none.status_code == 404 and unseen.json()["code"] == none.json()["code"], unseen.text
    assert stranger.get("/v1/me/marks", params={"subject_id": document}).json()["items"] == []
