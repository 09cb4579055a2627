"""What the tests of meetings share: bodies, and hours that do not get into each other's way."""
import datetime
import uuid

LOCAL = datetime.timezone(datetime.timedelta(hours=7))


def hour(days=30, at=19):
    """RFC 3339, UTC, of `at` o'clock local in `days` days."""
    day = datetime.datetime.now(LOCAL).date() + datetime.timedelta(days=days)
    moment = datetime.datetime(day.year, day.month, day.day, at, tzinfo=LOCAL)
    return moment.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def now(seconds=0):
    """RFC 3339, UTC, so many seconds ahead."""
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def body(branch, **changes):
    """Of POST /v1/meetings; extraordinary, so that no month is taken."""
    return {
        "organization_id": branch["id"],
        "kind": "extraordinary",
        "starts_at": hour(),
        "place": "Nhà văn hóa Trung Liệt",
        "agenda": [{"title": "Quán triệt nghị quyết", "minutes": 40, "document_ids": []},
                   {"title": "Ý kiến đảng viên", "minutes": 30, "document_ids": []}],
        "publish": True,
        **changes,
    }


def schedule(api, login, use="secretary-10B", **changes):
    """A new meeting of that login's branch."""
    answer = api(use).post("/v1/meetings", json=body(login(use)["branch"], **changes))
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/v1/meetings/{answer.json()['id']}"
    return answer.json()


def begin(api, login, eventually, use="secretary-10B", **changes):
    """A meeting whose hour has come."""
    meeting = schedule(api, login, use, starts_at=now(1.5), **changes)
    eventually(lambda: "hold" in marks(api(use), meeting)["can"])
    return meeting


def marks(who, meeting):
    answer = who.get("/v1/me/marks", params={"subject_id": meeting["id"]})
    assert answer.status_code == 200, answer.text
    return next(mark for mark in answer.json()["items"] if mark["subject"]["type"] == "meeting")


def hold(who, meeting, ended_at=None):
    return who.post(f"/v1/meetings/{meeting['id']}/hold", json={"ended_at": ended_at or meeting["starts_at"]})


def free_month(secretary, organization):
    """A day in a month in which the branch has no regular meeting, far enough from what other tests and people use."""
    for days in range(390, 60, -30):
        listed = secretary.get(f"/v1/organizations/{organization}/meetings",
                               params={"kind": "regular", "month": hour(days)[:7], "limit": 100}).json()["items"]
        if all(meeting["state"] == "cancelled" for meeting in listed):
            return days
    raise AssertionError("every month is taken")


def if_match(meeting):
    return {"If-Match": f'"{meeting["version"]}"'}


def bare(answer):
    """Status, headers and body without what differs between any two answers."""
    problem = {key: value for key, value in answer.json().items() if key != "correlation_id"}
    headers = {key: value for key, value in answer.headers.items() if key not in ("Date", "X-Correlation-Id")}
    return answer.status_code, headers, problem


def random_id():
    return str(uuid.uuid4())
