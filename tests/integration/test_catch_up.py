"""What a member missed: he was exempt, or away (S10)."""
import pytest
from client import Client, assert_problem
from meetings import begin, body, hold, now, schedule
from test_resolution import issue

LISTS = ("meetings", "documents", "answers", "resolutions")
WAIT = {"Prefer": "wait=20"}


def catch_up(who, since=None):
    answer = who.get("/v1/me/catch-up", params={"since": since} if since else None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(answer):
    return {name: [item["id"] for item in answer[name]] for name in LISTS}


def answered(secretary, who, meeting, **changes):
    path = f"/v1/meetings/{meeting['id']}/comments"
    made = who.post(path, json={"text": "Tôi đồng ý", **changes}).json()
    answer = secretary.put(f"{path}/{made['id']}/answer", json={"text": "Đã ghi nhận"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_an_exempt_member_finds_what_met_was_published_and_was_answered(api, login, eventually):
    secretary, exempt, since = api("secretary-10B"), api("exempt-10B"), now()
    meeting, ahead = begin(api, login, eventually), schedule(api, login)
    assert hold(secretary, meeting).status_code == 200
    answer = answered(secretary, exempt, ahead, visibility="secretary")
    answered(secretary, api("member-10B"), ahead)
    paper, resolution = issue(api, login, kind="material", number=None), issue(api, login)
    found = eventually(lambda: caught(exempt, since, resolution))
    assert found["since"][:19] == since[:19]
    assert meeting["id"] in ids(found)["meetings"] and ahead["id"] not in ids(found)["meetings"]
    assert found["answers"][0] == answer and len(found["answers"]) == 1
    assert paper in ids(found)["documents"] and resolution not in ids(found)["documents"]
    shown = exempt.get(f"/v1/documents/{resolution}").json()
    assert [each for each in found["resolutions"] if each["id"] == resolution] == [shown]


def caught(who, since, resolution):
    found = catch_up(who, since)
    return found if resolution in ids(found)["resolutions"] else None


def test_nothing_of_before_and_newest_first(api, login, eventually):
    exempt = api("exempt-10B")
    first, second = (hold(api("secretary-10B"), begin(api, login, eventually)).json() for _ in range(2))
    found = ids(catch_up(exempt, first["starts_at"]))["meetings"]
    assert [each for each in found if each in (first["id"], second["id"])] == [second["id"], first["id"]]
    assert first["id"] not in ids(catch_up(exempt, second["starts_at"]))["meetings"]
    later = ids(catch_up(exempt, now(3600)))  # nothing, unless another test has been ahead of the clock
    assert not {first["id"], second["id"]} & {each for name in LISTS for each in later[name]}


def test_drafts_and_what_was_cancelled_did_not_take_place(api, login, eventually):
    secretary, since = api("secretary-10B"), now()
    draft = schedule(api, login, publish=False, starts_at=now(1.5))
    gone = begin(api, login, eventually)
    secretary.post(f"/v1/meetings/{gone['id']}/cancel", json={"reason": "Bão"})
    meeting = begin(api, login, eventually)
    assert not {draft["id"], gone["id"]} & set(ids(catch_up(secretary, since))["meetings"])
    assert meeting["id"] in ids(catch_up(secretary, since))["meetings"]
    assert secretary.delete(f"/v1/meetings/{draft['id']}").status_code == 204


@pytest.mark.parametrize("since, status", [(-3600 * 24 * 364, 200), (-3600 * 24 * 368, 422)])
def test_it_goes_a_year_back_at_most(api, since, status):
    answer = api("exempt-10B").get("/v1/me/catch-up", params={"since": now(since)})
    assert answer.status_code == status
    if status == 422:
        assert_problem(answer, 422, "invalid", "/since")
    assert_problem(api("exempt-10B").get("/v1/me/catch-up?since=hom-qua"), 422, "invalid", "since")


def test_without_a_moment_it_is_of_thirty_days(api):
    assert now(-3600 * 24 * 30 - 60) < catch_up(api("member-10B"))["since"] < now(-3600 * 24 * 30 + 60)


def test_officers_above_find_meetings_of_their_own_organisation_only(api, login, eventually):
    since, below = now(), begin(api, login, eventually)
    assert below["id"] not in ids(catch_up(api("city-officer"), since))["meetings"]


def test_who_was_transferred_finds_what_he_may_read_now(api, branch_of_ones_own, token_of, base_url, eventually):
    admin, since = api("city-admin"), now()
    old, new = (branch_of_ones_own(name) for name in ("Chi bộ đi", "Chi bộ đến"))
    cards = [branch.add("Nguyễn Văn Bí Thư", position="secretary") for branch in (old, new)]
    card = old.add("Trần Thị Đảng")
    old.save()
    new.save()
    member, *secretaries = (Client(base_url, token_of(each)) for each in (card, *cards))
    me, (here, there) = eventually(lambda: member.get("/v1/me").json()), [
        eventually(lambda who=who: who.get("/v1/me").json())["branch"] for who in secretaries]
    met = [eventually(lambda: meeting_of(*each)) for each in zip(secretaries, (here, there))]
    answered(secretaries[0], member, met[0])
    assert len(catch_up(member, since)["answers"]) == 1
    done = admin.post("/v1/transfers", headers=WAIT, json={
        "member_id": me["id"], "to_branch_id": there["id"], "kind": "permanent", "reason": "Chuyển nhà"})
    assert done.status_code == 201, done.text
    eventually(lambda: member.get(f"/v1/meetings/{met[1]['id']}").status_code == 200)
    assert catch_up(member, since)["answers"] == []
    eventually(lambda: ids(catch_up(member, since))["meetings"] == [met[1]["id"]])
    assert member.get(f"/v1/meetings/{met[0]['id']}").status_code == 404


def meeting_of(secretary, branch):
    """Begins in a moment."""
    made = secretary.post("/v1/meetings", json=body(branch, starts_at=now(6)), headers=WAIT)
    return made.json() if made.status_code == 201 else None
