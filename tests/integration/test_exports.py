"""Lists as files (P10, S28): what is in them is what the lists show to whoever asked, in both formats."""
import csv
import datetime
import io

import openpyxl
import pytest
from client import Client, assert_problem, eventually
from meetings import LOCAL, hour, random_id, schedule
from test_compliance import compliance, month_of
from test_own_data import export as own_data

WAIT = {"Prefer": "wait=20"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOM = "\ufeff"


@pytest.fixture(scope="module")
def ward(api):
    """The organisation above 10B."""
    return next(role["organization"] for role in api("ward-officer").get("/v1/me").json()["roles"]
                if role["role"] == "officer")


@pytest.fixture
def branch(branch_of_ones_own):
    made = branch_of_ones_own("Chi bộ xuất tệp")
    made.people = {"secretary": made.add("Phạm Bí Thư", position="secretary"),
                   "deputy": made.add("Lê Phó", position="deputy_secretary"), "member": made.add("=1+1 Đặng"),
                   "other": made.add("Trần \"Út\", An")}
    made.save()
    return made


@pytest.fixture
def secretary(branch, base_url, token_of):
    """Of whom analytics has heard."""
    client = Client(base_url, token_of(branch.people["secretary"]))
    dashboard = f"/v1/organizations/{own_branch(client)['id']}/dashboard"
    eventually(lambda: client.get(dashboard).status_code == 200)
    return client


def own_branch(client):
    return client.get("/v1/me").json()["branch"]


def begin(client, kind, organization, form="csv", /, **filters):
    """Where its operation is."""
    body = {"kind": kind, "organization_id": organization, "format": form} | ({"filter": filters} if filters else {})
    answer = client.post("/v1/exports", json=body, headers=WAIT)
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"]


def settled(client, operation):
    answer = client.get(operation).json()
    assert answer["state"] != "pending" or answer["progress"] is None or answer["progress"]["done"] >= 0
    return answer["state"] != "pending" and answer


def made(client, *wanted, **filters):
    operation = begin(client, *wanted, **filters)
    done = eventually(lambda: settled(client, operation), 60)
    assert (done["state"], done["problem"], done["progress"]) == ("succeeded", None, None), done
    return done


def rows_of_csv(answer):
    text = answer.content.decode()
    assert text.startswith(BOM) and text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def rows_of_xlsx(answer):
    """Cells as the CSV says them."""
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True).active
    return [[text_of(cell) for cell in row] for row in sheet.iter_rows()]


def text_of(cell):
    assert cell.data_type != "f", cell.value
    if cell.value is None:
        return ""
    if isinstance(cell.value, datetime.datetime):
        is_month = "h" not in cell.number_format
        return cell.value.strftime("%Y-%m" if is_month else "%Y-%m-%d %H:%M")
    return str(cell.value)


READERS = {"csv": ("text/csv", rows_of_csv), "xlsx": (XLSX, rows_of_xlsx)}


def table(client, kind, organization, form, /, **filters):
    """What is in the file: headings, rows."""
    done = made(client, kind, organization, form, **filters)
    answer = client.get(done["resource_url"])
    assert answer.status_code == 200, answer.text
    media_type, read = READERS[form]
    assert answer.headers["Content-Type"].startswith(media_type)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["Content-Disposition"].endswith(f".{form}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert done["result"]["bytes"] == len(answer.content)
    headings, *rows = read(answer)
    assert done["result"]["rows"] == len(rows)
    return headings, rows


def local(time):
    if time is None:
        return ""
    return datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")


def yes(value):
    return "" if value is None else "Có" if value else "Không"


def defused(text, form):
    return f"'{text}" if form == "csv" and text[:1] in tuple("=+-@\t\r") and text else text


@pytest.mark.parametrize("form", READERS)
def test_compliance_is_the_list_of_the_month(api, ward, form):
    officer, month = api("ward-officer"), month_of(hour(28))

    def same():
        rows = compliance(officer, ward["id"], month=month)
        headings, got = table(officer, "compliance", ward["id"], form, month=month)
        words = {"none": "", "due": "Chưa đến hạn", "overdue": "Quá hạn", "published": "Đã ban hành"}
        expected = [[row["branch"]["code"], row["branch"]["name"], " / ".join(org["name"] for org in row["path"]),
                     (row["secretary"] or {}).get("full_name", ""),
                     defused((row["secretary"] or {}).get("phone") or "", form), local(row["due_at"]),
                     local(row["registered_at"]), yes(row["on_time"]), yes(row["late"]), local(row["starts_at"]),
                     yes(row["held"]), words[row["resolution"]], local(row["reminded_at"])] for row in rows]
        assert headings[:2] == ["Mã chi bộ", "Chi bộ"] and len(headings) == len(expected[0])
        assert got == expected
        return True
    eventually(same, 60)  # other tests may change the month meanwhile


def test_compliance_of_a_state_is_those_alone(api, ward):
    officer = api("ward-officer")
    _, late = table(officer, "compliance", ward["id"], "csv", month="2025-01", state="not_registered")
    assert len(late) == len(compliance(officer, ward["id"], month="2025-01")) and {row[8] for row in late} == {"Có"}
    _, none = table(officer, "compliance", ward["id"], "csv", month="2025-01", state="held")
    assert none == []


def meeting_row(meeting, form):
    kinds = {"regular": "Thường kỳ", "thematic": "Chuyên đề", "extraordinary": "Bất thường", "executive": "Cấp ủy"}
    states = {"draft": "Bản nháp", "scheduled": "Đã lên lịch", "held": "Đã họp", "cancelled": "Đã hủy"}
    levels = {"city": "Thành phố", "district": "Cấp huyện", "grassroots": "Cơ sở", "branch": "Chi bộ"}
    roll, resolution = meeting["attendance"] or {}, meeting["resolution"] or {}
    return [meeting["organization"]["name"], levels[meeting["organization"]["level"]], kinds[meeting["kind"]],
            states[meeting["state"]], meeting["month"], local(meeting["starts_at"]), defused(meeting["place"], form),
            local(meeting["registered_at"]), yes(meeting["registered_on_time"]), local(meeting["held_at"]),
            *[str(roll[word]) if roll else "" for word in ("base", "present", "excused", "unexcused")],
            local(resolution.get("due_at")), local(resolution.get("published_at")), meeting["cancel_reason"] or ""]


@pytest.mark.parametrize("form", READERS)
def test_a_secretarys_register_is_his_list_with_drafts_and_runs_no_formula(branch, secretary, form):
    organization = own_branch(secretary)["id"]
    for place, publish in (("=HYPERLINK(\"http://x\")", True), ("@Nhà \"văn\" hóa, tầng 2", False)):
        body = {"organization_id": organization, "kind": "thematic", "starts_at": hour(), "place": place,
                "agenda": [{"title": "Góp ý", "minutes": 30}], "publish": publish}
        assert eventually(lambda: secretary.post("/v1/meetings", json=body, headers=WAIT)).status_code == 201
    listed = list(secretary.items(f"/v1/organizations/{organization}/meetings"))
    assert {meeting["state"] for meeting in listed} == {"draft", "scheduled"}
    headings, rows = table(secretary, "meetings", organization, form)
    assert headings[0] == "Tổ chức" and rows == [meeting_row(meeting, form) for meeting in listed]
    _, drafts = table(secretary, "meetings", organization, form, state="draft", kind="thematic")
    assert drafts == [meeting_row(meeting, form) for meeting in listed if meeting["state"] == "draft"]


def test_an_officers_register_of_months_is_the_subtrees_headers(api, login, ward):
    officer = api("ward-officer")
    meeting = schedule(api, login, kind="extraordinary", starts_at=hour(40))
    month = month_of(meeting["starts_at"])
    year, number = map(int, month.split("-"))
    last = datetime.date(year + number // 12, number % 12 + 1, 1) - datetime.timedelta(days=1)

    def same():
        listed = list(officer.items(f"/v1/organizations/{ward['id']}/meetings", **{
            "from": f"{month}-01", "to": last.isoformat()}))
        assert meeting["id"] in [item["id"] for item in listed]
        _, rows = table(officer, "meetings", ward["id"], "csv", **{"from": month, "to": month})
        assert rows == [meeting_row(item, "csv") for item in listed]
        return True
    eventually(same, 60)


def member_row(member, form):
    words = {"secretary": "Bí thư", "deputy_secretary": "Phó bí thư", "committee_member": "Cấp ủy viên",
             "officer": "Cán bộ", "admin": "Quản trị"}
    statuses = {"official": "Chính thức", "probationary": "Dự bị", "suspended": "Đình chỉ sinh hoạt",
                "left": "Không còn sinh hoạt", None: ""}
    return [defused(member["full_name"], form), member["branch"]["name"],
            "; ".join(f"{words[role['role']]} ({role['organization']['name']})" for role in member["roles"]),
            statuses[member["status"]], yes(member["exempt"]), yes(member["activated"])]


@pytest.mark.parametrize("form", READERS)
def test_a_roster_is_what_its_list_shows_to_each(api, ward, secretary, form):
    organization = own_branch(secretary)["id"]
    listed = list(secretary.items(f"/v1/organizations/{organization}/members", limit=500))
    headings, rows = table(secretary, "members", organization, form)
    assert len(rows) == 4 and rows == [member_row(member, form) for member in listed]
    assert not any("iện thoại" in heading for heading in headings)
    _, official = table(secretary, "members", organization, form, status="official")
    assert official == rows
    assert table(secretary, "members", organization, form, status="suspended")[1] == []
    officer = api("ward-officer")

    def same():
        listed = list(officer.items(f"/v1/organizations/{ward['id']}/members", limit=500))
        _, rows = table(officer, "members", ward["id"], form)
        assert len(rows) > 100 and rows == [member_row(member, form) for member in listed]
        assert {(row[3], row[4], row[5]) for row in rows} == {("", "", "")}
        return True
    eventually(same, 60)


def test_looking_at_a_rosters_statuses_is_noted(branch, secretary, base_url, token_of):
    made(secretary, "members", own_branch(secretary)["id"])
    member = Client(base_url, token_of(branch.people["member"]))
    eventually(lambda: [look for look in member.items("/v1/me/access-log") if look["what"] == "member_list"])


def test_who_may_not_have_a_list_is_told_so(api, branch, secretary, base_url, token_of, ward):
    organization = own_branch(secretary)["id"]

    def refused(client, organization, status, code, field=None, /, *, table="members", **filters):
        body = {"kind": table, "organization_id": organization, "format": "csv", "filter": filters}
        assert_problem(client.post("/v1/exports", json=body, headers=WAIT), status, code, field)
    for person in ("deputy", "member"):
        refused(Client(base_url, token_of(branch.people[person])), organization, 403, "not_allowed")
    refused(secretary, ward["id"], 404, "not_found")
    refused(secretary, random_id(), 404, "not_found")
    refused(api("ward-officer"), ward["id"], 403, "not_allowed", status="official")
    refused(secretary, organization, 422, "invalid", "/filter/month", month="2026-01")
    refused(secretary, organization, 422, "invalid", "/filter/status", table="meetings", status="official")
    refused(secretary, organization, 422, "invalid", "/filter/from", table="compliance", **{"from": "2026-01"})
    refused(secretary, organization, 422, "invalid", "/filter/state", table="compliance", state="draft")
    refused(secretary, organization, 422, "invalid", "/filter/state", table="meetings", state="complete")
    refused(secretary, organization, 422, "invalid", "/filter/to", table="meetings",
            **{"from": "2026-02", "to": "2026-01"})
    refused(secretary, organization, 422, "invalid", "/filter/month", table="meetings", month="2026-01", to="2026-02")
    refused(secretary, organization, 422, "invalid", "/filter/q", q="a")


def test_a_file_is_its_makers_alone_until_it_is_dropped(branch, secretary, base_url, token_of):
    url = made(secretary, "members", own_branch(secretary)["id"])["resource_url"]
    path = url.removesuffix("/content")
    stranger = Client(base_url, token_of(branch.people["deputy"]))
    assert_problem(stranger.get(url), 404, "not_found")
    assert_problem(stranger.delete(path, headers=WAIT), 404, "not_found")
    assert_problem(secretary.get(f"/v1/exports/{random_id()}/content"), 404, "not_found")
    assert secretary.get(url).status_code == 200
    assert secretary.delete(path, headers=WAIT).status_code == 204
    assert_problem(secretary.get(url), 404, "not_found")
    assert secretary.delete(path, headers=WAIT).status_code == 204  # it may be said again


def test_one_at_a_time_and_a_stopped_one_says_so(branch, secretary):
    organization = own_branch(secretary)["id"]
    secretary.patient = False
    accepted = [secretary.post("/v1/exports", json={
        "kind": "members", "organization_id": organization, "format": "xlsx"}, headers={"Prefer": "wait=0"})
        for _ in range(3)]
    assert all(answer.status_code == 202 for answer in accepted)
    outcomes = [eventually(lambda: settled(secretary, answer.headers["Location"]), 30) for answer in accepted]
    assert {outcome["state"] for outcome in outcomes} <= {"succeeded", "rejected"}
    assert all(outcome["problem"]["code"] == "too_many_pending" for outcome in outcomes if outcome["problem"])
    assert any(outcome["state"] == "succeeded" for outcome in outcomes)
    operation = begin(secretary, "members", organization)
    path = eventually(lambda: secretary.get(operation).json()["resource_url"]).removesuffix("/content")
    assert secretary.delete(path, headers=WAIT).status_code == 204
    done = eventually(lambda: settled(secretary, operation))
    assert (done["state"], done["problem"]["code"], done["result"]) == ("rejected", "export_stopped", None)
    eventually(lambda: begin(secretary, "members", organization))  # and the next may begin


def test_a_repeat_is_the_same_export(secretary):
    organization, key = own_branch(secretary)["id"], random_id()
    body = {"kind": "members", "organization_id": organization, "format": "csv"}
    first = eventually(lambda: settled(secretary, secretary.post(
        "/v1/exports", json=body, key=key).headers["Location"]))
    again = settled(secretary, secretary.post("/v1/exports", json=body, key=key).headers["Location"])
    assert again["result"] == first["result"]


def test_whoever_lost_his_place_gets_no_file_of_it(api, branch, secretary, base_url, token_of):
    organization = own_branch(secretary)
    url = made(secretary, "members", organization["id"])["resource_url"]
    member = secretary.get("/v1/me").json()["id"]
    assert secretary.get(url).status_code == 200
    answer = api("city-admin").delete(f"/v1/organizations/{organization['id']}/positions/{member}", headers=WAIT)
    assert answer.status_code in (200, 204), answer.text
    eventually(lambda: assert_problem(Client(base_url, token_of(branch.people["secretary"])).get(url), 403,
                                      "not_allowed"))


def test_ones_own_data_is_still_fetched_there(secretary):
    answer = secretary.get(own_data(secretary))
    assert answer.status_code == 200 and answer.json()["profile"]["full_name"] == "Phạm Bí Thư"
