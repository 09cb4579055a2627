"""Rolls of odd meetings: somebody left between, nobody is of the base, the code of a moment ago, no secretary."""
import pytest
from client import Client, assert_problem, eventually
from meetings import body, hold, marks, now
from test_attendance import attendance, call_roll, counts

WAIT = {"Prefer": "wait=20"}


@pytest.fixture
def found(branch_of_ones_own, base_url, token_of):
    """found(exempt="true"): the secretary of a new branch of three, and its two members."""
    def make(**changes):
        made = branch_of_ones_own("Chi bộ nhỏ")
        cards = [made.add("Lê Thị Bí", position="secretary"), made.add("Lê Văn Ái"), made.add("Lê Văn Út")]
        for row in made.members.values():
            row.update(changes)
        made.save()
        return [Client(base_url, token_of(card)) for card in cards]

    return make


def id_of(who):
    return who.get("/v1/me").json()["id"]


def begun(secretary):
    """A meeting of his branch whose hour has come."""
    answer = secretary.post("/v1/meetings", headers=WAIT, json=body(
        secretary.get("/v1/me").json()["branch"], kind="regular", starts_at=now(1.5)))
    assert answer.status_code == 201, answer.text
    eventually(lambda: "hold" in marks(secretary, answer.json())["can"])
    return answer.json()


def test_whoever_left_between_is_on_the_roll_of_what_was_before(found):
    secretary, gone, _ = found()
    left, meeting = id_of(gone), begun(secretary)
    etag = secretary.get(f"/v1/members/{left}").headers["ETag"]
    answer = secretary.patch(f"/v1/members/{left}", headers={"If-Match": etag, **WAIT}, json={
        "status": "left", "left_reason": "moved", "reason": "Chuyển công tác"})
    assert answer.status_code == 200, answer.text
    called = call_roll(secretary, meeting, others="unexcused", entries=[{"member_id": left, "state": "present"}])
    assert counts(called.json()) == {"base": 3, "present": 1, "unexcused": 2}
    assert counts(hold(secretary, meeting).json()) == counts(called.json())
    assert left in [item["member"]["id"] for item in attendance(secretary, meeting)]
    # of the next meeting he is nobody
    later = secretary.post("/v1/meetings", headers=WAIT, json=body(
        secretary.get("/v1/me").json()["branch"], starts_at=now(600))).json()
    answer = call_roll(secretary, later, entries=[{"member_id": left, "state": "present"}])
    problem = assert_problem(answer, 422, "invalid", "/entries/0/member_id")
    assert [error["code"] for error in problem["errors"]] == ["unknown_id"]
    assert counts(call_roll(secretary, later, others="present").json()) == {"base": 2, "present": 2}


def test_a_branch_of_the_exempt_alone_meets_with_a_base_of_zero(found):
    secretary, member, _ = found(exempt="true")
    branch, meeting = secretary.get("/v1/me").json()["branch"]["id"], begun(secretary)
    organization = secretary.get(f"/v1/organizations/{branch}").json()
    assert (organization["members"], organization["exempt"], organization["attendance_base"]) == (3, 3, 0)
    called = call_roll(secretary, meeting, others="present", entries=[{"member_id": id_of(member), "state": "present"}])
    assert called.status_code == 200, called.text
    assert called.json()["attendance"] == {"base": 0, "present": 0, "excused": 0, "unexcused": 0, "exempt": 3,
                                           "exempt_present": 1, "unmarked": 0}
    held = hold(secretary, meeting)
    assert held.status_code == 200 and held.json()["attendance"] == called.json()["attendance"], held.text
    paper = secretary.get(f"/v1/meetings/{meeting['id']}/attendance.pdf")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF-")
    month = {"month": held.json()["month"]}
    path = f"/v1/organizations/{branch}"
    seen = eventually(lambda: (lambda shown: shown["meetings"]["held"] and shown)(
        secretary.get(f"{path}/dashboard", params=month).json()))
    assert (seen["attendance"]["base"], seen["attendance"]["present"]) == (0, 0)
    trend = secretary.get(f"{path}/trend", params={"from": month["month"], "to": month["month"]}).json()["months"]
    assert (trend[0]["held"], trend[0]["attendance_percent"]) == (1, None)


def test_a_code_that_was_sent_home_is_too_old_and_its_holder_is_told_so(found, clock):
    secretary, member, _ = found()
    meeting = begun(secretary)
    path = f"/v1/meetings/{meeting['id']}"
    code = secretary.get(f"{path}/check-in-code").json()["code"]
    clock(120)
    for at, refusal in ((now(120), "check_in_code_expired"), (now(-600), "clock_wrong")):
        late = member.post(f"{path}/check-in", json={"code": code, "at": at}, headers=WAIT)
        assert_problem(late, 409, refusal)
    assert marks(member, meeting)["attendance"] is None


def test_a_branch_without_a_secretary_is_met_by_nobody_and_seen_by_all_above(api, found, branch_of_ones_own, base_url,
                                                                             token_of):
    made = branch_of_ones_own("Chi bộ không bí thư")
    deputy, member = (made.add("Lê Thị Phó", position="deputy_secretary"), made.add("Lê Văn Ái"))
    made.save()
    deputy, member = Client(base_url, token_of(deputy)), Client(base_url, token_of(member))
    meeting = begun(deputy)
    assert meeting["contact"] is None
    asked = member.put(f"/v1/meetings/{meeting['id']}/absence", json={"reason": "Ốm"}, headers=WAIT)
    assert_problem(asked, 409, "wrong_state")
    assert counts(call_roll(deputy, meeting, others="present").json()) == {"base": 2, "present": 2}
    assert hold(deputy, meeting).status_code == 200
    for who in (deputy, member):
        home = who.get("/v1/me/home")
        assert home.status_code == 200 and home.json()["contact"] is None, home.text
    assert deputy.get(f"/v1/meetings/{meeting['id']}/minutes.pdf").status_code == 404
    city = member.get("/v1/me").json()["organizations"][0]["id"]
    row = eventually(lambda: next(row for row in api("city-officer").items(
        f"/v1/organizations/{city}/compliance", month=meeting["month"], state="held")
        if row["branch"]["id"] == meeting["organization"]["id"]))
    assert row["held"] and row["secretary"] is None
