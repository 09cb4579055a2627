"""A member's meetings in a calendar program: an address that nobody can guess, read by two parsers (RFC 5545)."""
import datetime

import icalendar
import pytest
import requests
import vobject

import meetings
from client import Client, assert_problem, eventually

ZONE = datetime.timedelta(hours=7)
GENERIC = {"Sinh hoạt chi bộ", "Họp cấp ủy"}


@pytest.fixture
def feed(api, base_url):
    """feed("member-10B"): the address of that login's calendar, ended afterwards."""
    made = []

    def of(use):
        answer = api(use).post("/v1/me/calendar-feed")
        assert answer.status_code == 201, answer.text
        made.append(use)
        return base_url + answer.json()["url"]

    yield of
    for use in made:
        assert api(use).delete("/v1/me/calendar-feed").status_code == 204


def read(url, **headers):
    answer = requests.get(url, headers=headers, timeout=10)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return answer


def events(url):
    """Id of a meeting → its event."""
    calendar = icalendar.Calendar.from_ical(read(url).content)
    return {str(event["UID"]).removesuffix("@sotay"): event for event in calendar.walk("VEVENT")}


def test_a_meeting_stands_in_the_calendar_of_two_parsers(api, login, feed):
    meeting = meetings.schedule(api, login, starts_at=meetings.hour(days=45, at=7))
    url = feed("member-10B")
    event = eventually(lambda: events(url).get(meeting["id"]))
    begins, ends = event["DTSTART"].dt, event["DTEND"].dt
    assert begins == datetime.datetime.fromisoformat(meeting["starts_at"]) and begins.utcoffset() == ZONE
    assert ends - begins == datetime.timedelta(minutes=90)
    assert event["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    other = [each for each in vobject.readOne(read(url).text).vevent_list
             if each.uid.value == f"{meeting['id']}@sotay"][0]
    assert other.dtstart.value == begins and other.summary.value in GENERIC


def test_it_says_hours_and_nothing_else(api, login, feed):
    meeting = meetings.schedule(api, login, place="Nhà riêng bí mật")
    url = feed("member-10B")
    eventually(lambda: meeting["id"] in events(url))
    text = read(url).text
    assert "bí mật" not in text and meeting["agenda"][0]["title"] not in text
    assert {str(event["SUMMARY"]) for event in events(url).values()} <= GENERIC


def test_a_draft_is_not_there_and_a_cancelled_meeting_says_so(api, login, feed):
    secretary, url = api("secretary-10B"), feed("secretary-10B")
    draft = meetings.schedule(api, login, publish=False)
    meeting = meetings.schedule(api, login)
    before = eventually(lambda: events(url).get(meeting["id"]))
    assert draft["id"] not in events(url)
    assert secretary.post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "Mưa bão"}).status_code == 200
    after = eventually(lambda: next(each for each in [events(url)[meeting["id"]]] if each["STATUS"] == "CANCELLED"))
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_an_officers_calendar_is_his_own(api, login, feed):
    meeting = meetings.schedule(api, login)
    member = feed("member-10B")
    eventually(lambda: meeting["id"] in events(member))
    assert api("city-officer").get(f"/v1/meetings/{meeting['id']}").status_code == 200
    assert meeting["id"] not in events(feed("city-officer"))


def test_a_new_address_ends_the_old_one(api, base_url, feed):
    first, second = feed("member-4"), feed("member-4")
    assert first != second and read(second).status_code == 200
    assert_problem(Client(base_url).get(first.removeprefix(base_url)), 404, "not_found")


def test_an_address_that_is_nobodys_is_not_found(base_url):
    for token in ("A" * 43, "A", "%20" * 43, "é" * 43):
        assert_problem(Client(base_url).get(f"/v1/calendars/{token}"), 404, "not_found")


def test_what_is_known_is_not_sent_again(feed):
    url = feed("member-4")
    etag = read(url).headers["ETag"]
    assert requests.get(url, headers={"If-None-Match": etag}, timeout=10).status_code == 304
