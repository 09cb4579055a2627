"""What is printed of meetings (P1, Y3, Y6): minutes, invitations, the year's book; read back as whoever holds the paper
would read them."""
import datetime

import printed
import pytest
from client import assert_problem
from meetings import LOCAL, begin, hold, now, schedule

GUESTS = [{"full_name": "Trần Văn Trên", "title": "Đảng ủy phường"}]
COURSE = "Đồng chí bí thư khai mạc, nêu lý do cuộc họp và chương trình làm việc."


@pytest.fixture
def meeting(api, login, eventually):
    answer = hold(api("secretary-10B"), begin(api, login, eventually))
    assert answer.status_code == 200, answer.text
    return answer.json()


def write(api, meeting, publish, text=COURSE, seen=None):
    topics = [item["id"] for item in meeting["agenda"]]
    said = {"text": text, "guests": GUESTS, "publish": publish, "conclusions": [
        {"agenda_item_id": topics[0], "text": "Nhất trí thông qua", "outcome": "done"},
        {"agenda_item_id": topics[1], "text": "Để lại", "outcome": "carried_over"}]}
    answer = api("secretary-10B").put(f"/v1/meetings/{meeting['id']}/minutes", json=said,
                                      headers={"If-Match": seen} if seen else {})
    assert answer.status_code == 200, answer.text
    return answer


def paper(api, meeting, name, use="secretary-10B"):
    answer = api(use).get(f"/v1/meetings/{meeting['id']}/{name}.pdf")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.content


def test_minutes_are_printed_as_an_official_paper(api, login, meeting):
    first = write(api, meeting, publish=False)
    assert "Dự thảo" in printed.text(paper(api, meeting, "minutes"))
    assert_problem(api("member-10B").get(f"/v1/meetings/{meeting['id']}/minutes.pdf"), 404, "not_found")
    write(api, meeting, publish=True, seen=first.headers["ETag"])
    pdf = paper(api, meeting, "minutes", "member-10B")
    text = printed.text(pdf)
    branch = login("secretary-10B")["branch"]["name"]
    for words in ("ĐẢNG CỘNG SẢN VIỆT NAM", branch.upper(), "BIÊN BẢN", "Họp bất thường", meeting["place"],
                  "Trần Văn Trên, Đảng ủy phường", "Quán triệt nghị quyết", "Nhất trí thông qua",
                  "chuyển sang kỳ họp sau", COURSE, "THƯ KÝ", "CHỦ TRÌ"):
        assert words in text, words
    assert "Dự thảo" not in text
    assert printed.pages(pdf) == 1
    assert {embedded for _, embedded in printed.fonts(pdf)} == {"yes"}
    assert all("Tinos" in name for name, _ in printed.fonts(pdf))


def test_long_minutes_run_over_numbered_sheets(api, meeting):
    write(api, meeting, publish=True, text="\n".join(f"{i}. {COURSE}" for i in range(1, 200)))
    pdf = paper(api, meeting, "minutes")
    assert printed.pages(pdf) >= 5
    text = printed.text(pdf)
    assert f"199. {COURSE}" in text and "1. " + COURSE in text


def test_the_roll_is_printed_with_states_reasons_and_the_hours_of_check_in(api, login, eventually):
    secretary, member, exempt = (api(use) for use in ("secretary-10B", "member-10B", "exempt-10B"))
    meeting = begin(api, login, eventually)
    path = f"/v1/meetings/{meeting['id']}"
    code = secretary.get(f"{path}/check-in-code").json()["code"]
    assert member.post(f"{path}/check-in", json={"code": code, "at": now()}).status_code == 200
    me, freed = (who.get("/v1/me").json() for who in (member, exempt))
    names = [item["member"]["full_name"] for item in secretary.items(f"{path}/attendance", limit=500)]
    base = secretary.items(f"/v1/organizations/{me['branch']['id']}/members", exempt="false", limit=500)
    ill, away, *_ = [each for each in base if each["id"] != me["id"] and each["status"] == "official"]
    called = secretary.post(f"{path}/attendance", json={"others": "present", "entries": [
        {"member_id": ill["id"], "state": "excused", "reason": "Ốm nặng"},
        {"member_id": away["id"], "state": "unexcused"}, {"member_id": freed["id"], "state": "present"}]})
    assert called.status_code == 200, called.text
    counts = called.json()["attendance"]
    write(api, hold(secretary, meeting).json(), publish=False)
    pdf = paper(api, meeting, "attendance")
    text = printed.text(pdf)
    for words in ("DANH SÁCH ĐIỂM DANH", f"Có mặt: {counts['present']}/{counts['base']}", "vắng có lý do: 1",
                  "Vắng có lý do", "Ốm nặng", "Vắng không lý do", "Được miễn", "Được miễn, có mặt", "Điểm danh lúc ",
                  "KHÁCH MỜI", "Trần Văn Trên, Đảng ủy phường", "NGƯỜI ĐIỂM DANH", "CHỦ TRÌ", f" {len(names)} "):
        assert words in text, words
    assert all(name in text for name in names)
    assert text.count("Điểm danh lúc ") == 1 and text.count("Vắng không lý do") == 1
    assert printed.pages(pdf) >= 3
    assert {embedded for _, embedded in printed.fonts(pdf)} == {"yes"}


def test_the_roll_is_printed_by_heads_of_what_was_not_cancelled(api, login):
    meeting = schedule(api, login)
    assert "Chưa ghi nhận" in printed.text(paper(api, meeting, "attendance"))
    assert_problem(api("member-10B").get(f"/v1/meetings/{meeting['id']}/attendance.pdf"), 403, "not_allowed")
    assert_problem(api("ward-officer").get(f"/v1/meetings/{meeting['id']}/attendance.pdf"), 403, "not_allowed")
    assert_problem(api("member-4").get(f"/v1/meetings/{meeting['id']}/attendance.pdf"), 404, "not_found")
    api("secretary-10B").post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "Bão"})
    assert_problem(api("secretary-10B").get(f"/v1/meetings/{meeting['id']}/attendance.pdf"), 409, "wrong_state")


def test_an_invitation_is_printed_for_whoever_has_no_app(api, login):
    meeting = schedule(api, login)
    text = printed.text(paper(api, meeting, "invitation"))
    for words in ("GIẤY MỜI", "Kính gửi: Đồng chí", "19:00", meeting["place"], "1. Quán triệt nghị quyết (40 phút)"):
        assert words in text, words
    assert_problem(api("member-10B").get(f"/v1/meetings/{meeting['id']}/invitation.pdf"), 403, "not_allowed")
    assert_problem(api("member-4").get(f"/v1/meetings/{meeting['id']}/invitation.pdf"), 404, "not_found")
    api("secretary-10B").post(f"/v1/meetings/{meeting['id']}/cancel", json={"reason": "Bão"})
    assert_problem(api("secretary-10B").get(f"/v1/meetings/{meeting['id']}/invitation.pdf"), 409, "wrong_state")


def book(api, login, use="secretary-10B", days=1):
    today = datetime.datetime.now(LOCAL).date()
    branch = login("secretary-10B")["branch"]["id"]
    return api(use).get(f"/v1/organizations/{branch}/book.pdf",
                        params={"from": str(today - datetime.timedelta(days)), "to": str(today)})


def test_the_book_has_the_register_and_the_minutes_of_a_period(api, login, meeting):
    write(api, meeting, publish=True)
    answer = book(api, login)
    assert answer.status_code == 200, answer.text
    text = printed.text(answer.content)
    for words in ("SỔ SINH HOẠT", "SỔ ĐĂNG KÝ CÁC CUỘC HỌP", "Họp bất thường", COURSE):
        assert words in text, words
    assert printed.pages(answer.content) >= 2


@pytest.mark.parametrize("use, status", [("member-10B", 403), ("city-officer", 403), ("member-4", 404),
                                         ("city-admin", 200), ("deputy-10B", 200)])
def test_heads_and_administrators_keep_the_book(api, login, use, status):
    assert book(api, login, use).status_code == status


def test_a_book_is_of_a_year_at_most(api, login):
    assert_problem(book(api, login, days=366), 422, "invalid", "/to")
