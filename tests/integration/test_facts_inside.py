"""What answers of one service show of another's facts follows within a second: names, the secretary and his phone,
titles."""
import pytest

from client import Client, eventually
from meetings import body, if_match

# A second is the promise; a sanitized build on a busy machine gets three. Without a tag it would be a minute.
SOON_S = 3


@pytest.fixture
def own_branch(branch_of_ones_own):
    branch = branch_of_ones_own("Chi bộ cũ")
    branch.secretary = branch.add("Nguyễn Văn Cũ", position="secretary", phone="+84600000111")
    branch.member = branch.add("Trần Thị Cũ")
    branch.save()
    return branch


@pytest.fixture
def secretary(own_branch, token_of, base_url):
    client = Client(base_url, token_of(own_branch.secretary))
    eventually(lambda: client.get("/v1/me").status_code == 200)
    return client


@pytest.fixture
def member(own_branch, token_of, base_url):
    return Client(base_url, token_of(own_branch.member))


@pytest.fixture
def meeting(secretary, member):
    branch = secretary.get("/v1/me").json()["branch"]
    answer = eventually(lambda: (a := secretary.post("/v1/meetings", json=body(branch))).status_code == 201 and a)
    made = answer.json()
    said = member.post(f"/v1/meetings/{made['id']}/comments", json={"text": "Góp ý", "visibility": "branch"},
                       headers={"Prefer": "wait=20"})
    assert said.status_code == 201, said.text
    return made


def shown(client, meeting):
    """All that shows the branch's facts, as it is cached."""
    def one(path, **params):
        answer = client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()
    path = f"/v1/meetings/{meeting['id']}"
    comment = one(path + "/comments")["items"][0]
    listed = next(each for each in one("/v1/meetings")["items"] if each["id"] == meeting["id"])
    whole = one(path)
    return {"meeting": (whole["organization"]["name"], whole["contact"], whole["visible_to"]["count"]),
            "list": (listed["organization"]["name"], listed["contact"]), "author": comment["author"]["full_name"]}


def test_a_renamed_branch_and_another_secretary_show_in_meetings(own_branch, secretary, member, meeting):
    before = shown(member, meeting)
    assert before["meeting"][:2] == (own_branch.name, {"full_name": "Nguyễn Văn Cũ", "phone": "+84600000111"})
    own_branch.name += " đổi tên"
    own_branch.members[own_branch.secretary].update(full_name="Nguyễn Văn Mới", phone="+84600000222")
    own_branch.save()
    contact = {"full_name": "Nguyễn Văn Mới", "phone": "+84600000222"}

    def follows():
        now = shown(member, meeting)
        assert now["meeting"][:2] == now["list"] == (own_branch.name, contact)
        return True
    assert eventually(follows, SOON_S)


def test_a_renamed_author_shows_in_comments(own_branch, secretary, member, meeting):
    assert shown(secretary, meeting)["author"] == "Trần Thị Cũ"
    own_branch.members[own_branch.member]["full_name"] = "Trần Thị Mới"
    own_branch.save()
    assert eventually(lambda: shown(secretary, meeting)["author"] == "Trần Thị Mới", SOON_S)


def test_a_new_member_counts_among_those_who_see_a_meeting(own_branch, member, meeting):
    before = shown(member, meeting)["meeting"][2]
    own_branch.add("Lê Văn Thêm")
    own_branch.save()
    assert eventually(lambda: shown(member, meeting)["meeting"][2] == before + 1, SOON_S)


def test_a_renamed_branch_shows_in_its_documents_and_its_dashboard(own_branch, secretary, member, meeting):
    branch = secretary.get("/v1/me").json()["branch"]
    made = secretary.post("/v1/documents", headers={"Prefer": "wait=20"}, json={
        "kind": "news", "title": "Tin", "organization_id": branch["id"], "classification": "internal",
        "text": "Nội dung", "audience": {"organization_ids": [branch["id"]]}})
    assert made.status_code == 201, made.text
    path = f"/v1/documents/{made.json()['id']}"
    assert secretary.post(f"{path}/publish", json={"notify": "none"}).status_code == 200

    def names():
        dashboard = secretary.get(f"/v1/organizations/{branch['id']}/dashboard", params={"month": meeting["month"]})
        document = member.get(path)
        assert (dashboard.status_code, document.status_code) == (200, 200), dashboard.text + document.text
        listed = [each for each in member.get("/v1/documents").json()["items"] if each["id"] == made.json()["id"]]
        return [each["organization"]["name"] for each in (dashboard.json(), document.json(), *listed)]
    assert eventually(lambda: names() == [own_branch.name] * 3)
    own_branch.name += " đổi tên"
    own_branch.save()
    assert eventually(lambda: names() == [own_branch.name] * 3, SOON_S)


def test_a_documents_new_title_shows_in_agendas_and_lists_of_meetings(own_branch, secretary, member):
    branch = secretary.get("/v1/me").json()["branch"]
    document = eventually(lambda: (a := secretary.post("/v1/documents", json={
        "kind": "material", "title": "Tên cũ", "organization_id": branch["id"], "classification": "internal",
        "text": "Nội dung", "audience": {"organization_ids": [branch["id"]]}})).status_code == 201 and a).json()
    document = secretary.post(f"/v1/documents/{document['id']}/publish", json={"notify": "none"}).json()
    agenda = [{"title": "Tài liệu", "minutes": 10, "document_ids": [document["id"]]}]
    convened = body(branch, agenda=agenda)
    meeting = eventually(lambda: (a := secretary.post("/v1/meetings", json=convened)).status_code == 201 and a).json()

    def titles():
        whole = member.get(f"/v1/meetings/{meeting['id']}").json()
        listed = next(each for each in member.get("/v1/meetings").json()["items"] if each["id"] == meeting["id"])
        return [each["agenda"][0]["documents"][0]["title"] for each in (whole, listed)]
    assert titles() == ["Tên cũ"] * 2
    changed = secretary.patch(f"/v1/documents/{document['id']}", json={"title": "Tên mới"}, headers=if_match(document))
    assert changed.status_code == 200, changed.text
    assert eventually(lambda: titles() == ["Tên mới"] * 2, SOON_S)


def published(secretary, branch, title):
    """A paper for the branch."""
    made = eventually(lambda: (a := secretary.post("/v1/documents", json={
        "kind": "material", "title": title, "organization_id": branch["id"], "classification": "internal",
        "text": "Nội dung", "audience": {"organization_ids": [branch["id"]]}})).status_code == 201 and a).json()
    answer = secretary.post(f"/v1/documents/{made['id']}/publish", json={"notify": "none"})
    assert answer.status_code == 200, answer.text
    return made["id"]


def test_a_documents_state_shows_in_agendas_lists_and_packs(secretary, member):
    branch = secretary.get("/v1/me").json()["branch"]
    old, next_one, wrong, leaked = (published(secretary, branch, title)
                                    for title in ("Cũ", "Mới", "Sai", "Nhầm người nhận"))
    agenda = [{"title": "Tài liệu", "minutes": 10, "document_ids": [old, next_one, wrong, leaked]}]
    convened = body(branch, agenda=agenda)
    answer = eventually(lambda: (a := secretary.post("/v1/meetings", json=convened)).status_code == 201 and a)
    path = f"/v1/meetings/{answer.json()['id']}"

    def states(meeting):
        return [each["state"] for item in meeting["agenda"] for each in item["documents"]]

    def shown():
        """To a member, as it is cached for many."""
        listed = next(each for each in member.get("/v1/meetings").json()["items"] if each["id"] == answer.json()["id"])
        whole, pack = member.get(path).json(), member.get(path + "/pack")
        return pack.headers["ETag"], [states(each) for each in (whole, listed, pack.json()["meeting"])]
    assert states(answer.json()) == ["published"] * 4
    etag, before = shown()
    assert before == [["published"] * 4] * 3
    for document, action, said in ((old, "replace", {"by_document_id": next_one}),
                                   (wrong, "withdraw", {"reason": "Sai"}),
                                   (leaked, "withdraw", {"reason": "Nhầm người nhận", "hide": True})):
        acted = secretary.post(f"/v1/documents/{document}/{action}", json=said)
        assert acted.status_code == 200, acted.text
    # What is hidden is to everybody else as what is restricted: its id, and no more.
    after = ["replaced", "published", "withdrawn", None]
    assert eventually(lambda: shown()[1] == [after] * 3, SOON_S)
    assert shown()[0] != etag
    titles = [each["title"] for each in member.get(path).json()["agenda"][0]["documents"]]
    assert titles == ["Cũ", "Mới", "Sai", ""]
