"""Organisations, members and devices: who sees what (ACCESS.md: organization.read, member.list, member.contact)."""
import unicodedata
import uuid

import pytest

from client import assert_problem, eventually
from meetings import hour


@pytest.fixture(scope="module")
def branch(login):
    return lambda use: f"/v1/organizations/{login(use)['branch']['id']}"


@pytest.fixture(scope="module")
def held(login):
    """The organisation of the first role of a demo login."""
    return lambda use: f"/v1/organizations/{login(use)['roles'][0]['organization']['id']}"


def test_branch_10b_has_146_members_of_whom_44_are_exempt(api, branch):
    organization = api("member-10B").get(branch("member-10B")).json()
    assert (organization["members"], organization["exempt"], organization["attendance_base"],
            organization["branches"]) == (146, 44, 102, 1)
    assert organization["contact"]["full_name"]


def test_city_post_has_26_branches_and_738_members_who_all_have_it_installed(api, held):
    officer = api("city-officer")
    post = next(o for o in officer.items(held("city-officer") + "/children")
                if o["name"] == "Đảng bộ Bưu điện Thành phố")
    assert (post["branches"], post["members"]) == (26, 738)

    def installed():
        answer = officer.get(f"/v1/organizations/{post['id']}/dashboard", params={"month": hour(0, at=12)[:7]})
        assert answer.status_code == 200, answer.text
        return answer.json()["adoption"]["installed"]
    assert eventually(lambda: installed() == post["members"], 30)


@pytest.mark.parametrize("use, place, status", [
    ("member-10B", "member-10B", 200), ("member-10B", "member-4", 404), ("secretary-10B", "member-4", 404),
    ("ward-officer", "member-10B", 200), ("ward-officer", "member-4", 404),
    ("city-officer", "member-4", 200), ("city-admin", "secretary-bai-thuy", 200),
])
def test_an_organisation_is_seen_from_its_own_path_and_from_above(api, branch, use, place, status):
    assert api(use).get(branch(place)).status_code == status


def test_an_invisible_organisation_answers_as_a_random_id(api, branch):
    def refusal(path):
        answer = api("member-10B").get(path)
        body = assert_problem(answer, 404, "not_found")
        body.pop("correlation_id")
        return body

    assert refusal(branch("member-4")) == refusal(f"/v1/organizations/{uuid.uuid4()}")


def test_children_are_those_one_may_get(api, held, branch, login):
    ward = held("ward-officer")
    seen_by_officer = {o["id"] for o in api("ward-officer").items(ward + "/children")}
    assert len(seen_by_officer) == 12
    assert {o["id"] for o in api("member-10B").items(ward + "/children")} == {login("member-10B")["branch"]["id"]}


def test_a_list_pages_without_gaps(api, held):
    path = held("ward-officer") + "/children"
    whole = [o["id"] for o in api("ward-officer").items(path)]
    assert [o["id"] for o in api("ward-officer").items(path, limit=5)] == whole
    assert_problem(api("ward-officer").get(path, params={"cursor": "AAAA"}), 422, "invalid", "/cursor")


def test_members_see_names_and_roles_only(api, branch):
    items = list(api("member-10B").items(branch("member-10B") + "/members", limit=500))
    assert len(items) == 146
    assert {(i["status"], i["exempt"], i["phone"], i["activated"]) for i in items} == {(None, None, None, None)}
    assert [r["role"] for i in items for r in i["roles"]
            if r["organization"]["id"] == i["branch"]["id"]].count("secretary") == 1


def test_the_secretary_sees_status_and_phones_and_may_filter(api, branch):
    path = branch("secretary-10B") + "/members"
    items = list(api("secretary-10B").items(path, limit=500))
    assert len(items) == 146 and all(i["status"] for i in items) and any(i["phone"] for i in items)
    assert len(list(api("secretary-10B").items(path, limit=500, exempt="true"))) == 44
    assert_problem(api("member-10B").get(path, params={"exempt": "true"}), 403, "not_allowed")


def test_names_are_found_without_accents(api, branch):
    path = branch("secretary-10B") + "/members"
    someone = api("secretary-10B").get(path).json()["items"][0]["full_name"]
    plain = "".join(c for c in unicodedata.normalize("NFD", someone)
                    if not unicodedata.combining(c)).replace("Đ", "D").replace("đ", "d")
    found = [i["full_name"] for i in api("secretary-10B").items(path, q=plain.lower())]
    assert someone in found


def test_a_member_may_not_list_the_ward(api, held):
    assert_problem(api("member-10B").get(held("ward-officer") + "/members"), 403, "not_allowed")


def test_an_officer_lists_the_subtree_by_name(api, held, branch):
    items = list(api("ward-officer").items(held("ward-officer") + "/members", limit=500))
    assert len(items) > 146 and all(i["phone"] is None for i in items)


def test_a_device_can_be_put_again_moved_and_removed(api):
    device, token = f"test-{uuid.uuid4()}", f"sim-{uuid.uuid4()}"
    mine, path = api("member-10B"), "/v1/me/devices"
    body = {"provider": "sim", "token": token, "app_version": "1.2.3"}
    for _ in range(2):
        answer = mine.put(f"{path}/{device}", json=body)
        assert (answer.status_code, answer.json()["id"], answer.json()["app_version"]) == (200, device, "1.2.3")
    assert device in [d["id"] for d in mine.get(path).json()["items"]]
    assert api("member-4").put(f"{path}/{device}-4", json=body).status_code == 200
    assert device not in [d["id"] for d in mine.get(path).json()["items"]], "the token moved to another member's device"
    assert api("member-4").delete(f"{path}/{device}-4").status_code == 204
    assert_problem(api("member-4").delete(f"{path}/{device}-4"), 404, "not_found")


def test_members_are_listed_by_given_name_and_found_with_accents_and_without(api, branch_of_ones_own):
    made = branch_of_ones_own("Chi bộ tên")
    for name in ("Trần Thị Ước", "Lê Đan", "Bùi Dương", "Đỗ Hà", "An Hạ", "Nguyễn Thị Hà"):
        card = made.add(name)
    made.save()
    admin = api("city-admin")
    own = next(each["id"] for each in admin.items(f"/v1/organizations/{root(admin)}/children", q=made.code))

    def names(**what):
        return [each["full_name"] for each in admin.items(f"/v1/organizations/{own}/members", limit=2, **what)]
    assert names() == ["Bùi Dương", "Lê Đan", "Đỗ Hà", "Nguyễn Thị Hà", "An Hạ", "Trần Thị Ước"]
    assert names(q="ha") == ["Đỗ Hà", "Nguyễn Thị Hà", "An Hạ"]
    assert names(q=" hà ") == ["Đỗ Hà", "Nguyễn Thị Hà"]
    assert names(q="thị  hà") == ["Nguyễn Thị Hà"]
    assert names(q=card) == ["Nguyễn Thị Hà"]
    assert names(q="%") == []
    of_city = admin.get(f"/v1/organizations/{root(admin)}/members", params={"q": card}).json()["items"]
    assert [each["full_name"] for each in of_city] == ["Nguyễn Thị Hà"]


def root(client):
    return client.get("/v1/me").json()["organizations"][0]["id"]
