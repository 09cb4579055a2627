"""The roster import through the API: who may, what an operation says while it runs, what is refused, what is kept."""
import csv
import subprocess
import uuid
from pathlib import Path

import pytest

import roster
from client import Client, eventually
from conftest import RUN

HEADER = ",".join(roster.MEMBER)


@pytest.fixture
def admin(api):
    return api("city-admin")


@pytest.fixture
def code():
    return f"T-{uuid.uuid4().hex[:12]}"


def organizations(code, **changes):
    row = {"code": code, "parent_code": roster.ROOT_CODE, "level": "branch", "name": f"Chi bộ {code}", **changes}
    return roster.text(roster.ORGANIZATION, [row])


def member(code, **changes):
    return {"card_number": f"T{uuid.uuid4().hex[:12]}", "full_name": "Người Thử", "branch_code": code,
            "status": "official", "exempt": "false", **changes}


def members(*rows):
    return roster.text(roster.MEMBER, rows)


def test_an_operation_is_pending_until_the_import_is_done_and_then_holds_the_roster(admin, code):
    asked = roster.ask(admin, members(member(code)), organizations(code))
    assert asked["state"] == "pending" and asked["result"] is None and asked["created_at"], asked
    done = roster.settled(admin, asked)
    assert done["state"] == "succeeded" and done["settled_at"] and done["progress"] is None, done
    assert done["resource_url"] == f"/v1/roster-imports/{done['result']['id']}"
    found = admin.get(done["resource_url"]).json()
    assert found == done["result"]
    assert (found["state"], found["rows"], found["created"], found["rejected"]) == ("succeeded", 2, 2, 0), found


def test_the_same_key_gets_the_same_import_and_the_same_files_another_that_changes_nothing(admin, code):
    body = {"members_sha256": roster.upload(admin, members(member(code))),
            "organizations_sha256": roster.upload(admin, organizations(code))}
    key = str(uuid.uuid4())
    answers = [admin.post("/v1/roster-imports", json=body, key=key) for _ in range(2)]
    assert [each.status_code for each in answers] == [202, 202]
    done = [roster.settled(admin, each.json())["result"] for each in answers]
    assert done[0]["id"] == done[1]["id"] and done[0]["created"] == 2
    again = roster.settled(admin, admin.post("/v1/roster-imports", json=body).json())["result"]
    assert again["id"] != done[0]["id"]
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2), again


def test_a_wrong_header_rejects_the_import_and_names_each_column(admin):
    done = roster.settled(admin, roster.ask(admin, HEADER.replace("status", "trạng thái") + "\n"))
    assert done["state"] == "rejected" and done["result"] is None, done
    assert done["problem"]["code"] == "roster_header", done
    found = admin.get(done["resource_url"]).json()
    assert (found["state"], found["problem"]) == ("rejected", "roster_header")
    assert {(each["field"], each["code"]) for each in found["errors"]} == {
        ("status", "column_missing"), ("trạng thái", "column_unknown")}


def test_a_file_is_named_by_its_uploader_alone_and_is_text(admin, api):
    theirs = api("secretary-10B").post("/v1/blobs", data=members(member("T-x")).encode()).json()["sha256"]
    answer = admin.post("/v1/roster-imports", json={"members_sha256": theirs})
    assert (answer.status_code, answer.json()["code"]) == (422, "blob_unknown")
    pdf = roster.upload(admin, b"%PDF-1.4 no roster")
    answer = admin.post("/v1/roster-imports", json={"members_sha256": pdf}, headers={"Prefer": "wait=20"})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == "/members_sha256"


def test_cells_of_the_error_list_are_no_formulas(admin, code):
    asked = roster.ask(admin, HEADER.replace("status", "=1+1") + "\n")
    found = admin.get(roster.settled(admin, asked)["resource_url"]).json()
    answer = admin.get(found["errors_url"])
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    fields = [each["field"] for each in csv.DictReader(answer.content.decode("utf-8-sig").splitlines())]
    assert "'=1+1" in fields and "=1+1" not in fields, fields


def test_a_preview_alone_can_be_applied(admin, code):
    done = roster.bring(admin, members(member(code)), organizations(code))
    answer = admin.post(f"/v1/roster-imports/{done['id']}/apply", headers={"Prefer": "wait=20"})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


@pytest.fixture
def part(branch_of_part, token_of, base_url):
    """An administrator of a part of the city, with a branch of his own."""
    code, card = branch_of_part
    return code, Client(base_url, token_of(card))


@pytest.fixture
def branch_of_part(settings, code, tmp_path):
    """Only the machine's operator makes administrators."""
    own, head = f"{code}-1", member(f"{code}-1", position="admin", position_org_code=code)
    (tmp_path / "organizations.csv").write_text(roster.text(roster.ORGANIZATION, [
        {"code": code, "parent_code": roster.ROOT_CODE, "level": "grassroots", "name": f"Đảng bộ {code}"},
        {"code": own, "parent_code": code, "level": "branch", "name": f"Chi bộ {own}"}]), encoding="utf-8")
    (tmp_path / "members.csv").write_text(members(head), encoding="utf-8")
    said = subprocess.run([Path(settings["build_dir"]) / "services/auth/auth", "--config", RUN / "etc/auth.conf",
                           "import", tmp_path / "organizations.csv", tmp_path / "members.csv"],
                          capture_output=True, text=True, timeout=120)
    assert "created=3" in said.stdout, said.stdout + said.stderr
    return own, head["card_number"]


def test_an_administrator_of_a_part_imports_into_it_alone_and_grants_nobody_his_rank(part, admin):
    code, head = part
    eventually(lambda: head.get("/v1/me").json()["roles"])
    elsewhere = member(roster.ROOT_CODE + "-Q02-TL-1")
    done = eventually(lambda: roster.bring(head, members(
        member(code), elsewhere, member(code, position="admin", position_org_code=code[:-2]))))
    assert done["created"] == 1, done
    assert [(each["line"], each["field"], each["code"]) for each in done["errors"]] == [
        (3, "branch_code", "not_allowed"), (4, "position", "not_allowed")], done
    path = f"/v1/roster-imports/{done['id']}"
    assert admin.get(path).status_code == head.get(path).status_code == 200
    others = roster.bring(admin, members(member(code)), dry_run=True)
    for method, rest in (("GET", ""), ("GET", "/errors.csv"), ("GET", "/absent.csv"), ("POST", "/apply")):
        answer = head.send(method, f"/v1/roster-imports/{others['id']}{rest}", headers={"Prefer": "wait=20"})
        assert answer.status_code == 404, (method, rest, answer.text)


def test_an_import_that_waits_says_how_far_it_is(admin, code):
    rows = [member(code) for _ in range(200)]
    asked = roster.ask(admin, members(*rows), organizations(code))

    def looked():
        found = admin.get(f"/v1/operations/{asked['id']}").json()
        assert found["state"] == "succeeded" or found["progress"]["done"] <= found["progress"]["total"], found
        return found if found["state"] == "succeeded" else None
    assert eventually(looked, 60)["result"]["created"] == 201


def test_what_an_import_changed_stands_in_the_history_of_each_and_positions_in_the_audit(admin, code):
    other = f"{code}-2"
    places = roster.text(roster.ORGANIZATION, [
        {"code": each, "parent_code": roster.ROOT_CODE, "level": "branch", "name": f"Chi bộ {each}"}
        for each in (code, other)])
    old, new, mover = (member(code, full_name=name) for name in ("Bí Thư Cũ", "Bí Thư Mới", "Người Đi"))
    roster.bring(admin, members({**old, "position": "secretary"}, new, mover), places)
    roster.bring(admin, members({**new, "position": "secretary"}, {**mover, "branch_code": other}))
    me = admin.get("/v1/me").json()["id"]
    told = {}
    for each in (old, new, mover):
        found, = admin.items(f"/v1/organizations/{me_root(admin)}/members", q=each["card_number"])
        history, = admin.items(f"/v1/members/{found['id']}/history")
        assert history["actor"]["id"] == me and history["reason"] == "Nhập danh sách đảng viên", history
        told[each["full_name"]] = (history["action"], [(change["field"], change["old"], change["new"])
                                                       for change in history["changes"]])
        actions = [row["action"] for row in admin.get("/v1/audit", params={"subject_id": found["id"]}).json()["items"]]
        assert actions == {"Bí Thư Cũ": ["position_ended", "position_given"], "Bí Thư Mới": ["position_given"],
                           "Người Đi": []}[each["full_name"]], actions
    office = f"secretary, Chi bộ {code}"
    assert told == {"Bí Thư Cũ": ("position", [("role", office, None)]),
                    "Bí Thư Mới": ("position", [("role", None, office)]),
                    "Người Đi": ("transferred", [("branch", f"Chi bộ {code}", f"Chi bộ {other}")])}, told


def me_root(admin):
    return admin.get("/v1/me").json()["organizations"][0]["id"]
