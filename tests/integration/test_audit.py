"""GET /v1/audit (P11): what was done to whom, by whom, in one chain; `ctl audit` verifies it."""
import datetime

from client import assert_problem
from meetings import LOCAL

WAIT = {"Prefer": "wait=20"}


def newest(admin, **parameters):
    answer = admin.get("/v1/audit", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def test_an_administrator_reads_what_was_done(api, login):
    admin, branch = api("city-admin"), login("secretary-10B")["branch"]["id"]
    path = f"/v1/organizations/{branch}/rules"
    for limit in (61, None):
        assert api("ward-officer").put(path, json={"agenda_limit_minutes": limit}, headers=WAIT).status_code == 200
    second, first = newest(admin, subject_id=branch, limit=2)
    assert [each["action"] for each in (first, second)] == ["rules_set"] * 2
    assert first["subject"] == {"type": "organization", "id": branch}
    assert first["actor"]["id"] == api("ward-officer").get("/v1/me").json()["id"]
    assert len(first["hash"]) == 64 and first["hash"] != second["hash"]
    today = datetime.datetime.now(LOCAL).date().isoformat()
    assert first in newest(admin, actor_id=first["actor"]["id"], **{"from": today, "to": today})
    assert newest(admin, to="2020-01-01") == []


def test_an_import_is_told_with_its_job(api, account):
    """By the command line: nobody's."""
    told = next(each for each in newest(api("city-admin"), limit=20) if each["action"] == "roster_imported")
    assert (told["actor"], told["subject"]["type"]) == (None, "import")


def test_each_row_names_the_hash_of_the_one_before(api):
    rows = newest(api("city-admin"), limit=100)
    assert [row["previous_hash"] for row in rows[:-1]] == [row["hash"] for row in rows[1:]]


def test_nobody_else_reads_it(api):
    for use in ("member-10B", "secretary-10B", "ward-officer"):
        assert_problem(api(use).get("/v1/audit"), 403, "not_allowed")


def test_the_chain_is_verified_by_a_command(ctl):
    rows, verdict = ctl("audit").splitlines()
    assert rows.split()[1] == "rows," and len(rows.split()[-1]) == 64
    assert verdict == "unbroken"
