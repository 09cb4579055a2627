#!/usr/bin/env python3
"""Writes a plausible past into the demo city: what the branches below did in the last six months and have planned, each
request at its own hour through the real API (past_api.py). The seed is fixed, the days are relative to the day of the
first run.

A month of a branch: material is published, the regular meeting registered (now and then late), members comment and
propose, the secretary answers, the meeting is held, its roll called, minutes and a resolution published (now and then
late, the newest of some not yet). Next month's meeting of 10B is left to its secretary: a draft waits for him.
"""
import argparse
import calendar
import csv
import datetime
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import past_words as words
from past_api import Refused, people

SEED = "sotay-past"
MONTHS = 6
LOCAL = datetime.timezone(datetime.timedelta(hours=7))
# The branches of the acceptance cases, and neighbours, so that a ward's dashboard has something to compare.
NAMED = ("Chi bộ 10B Trung Liệt", "Chi bộ 4 Đội Cấn", "Chi bộ thôn Bãi Thụy", "Chi bộ Trung tâm Điều hành giao thông")
NEIGHBOURS = ("Chi bộ 1 Trung Liệt", "Chi bộ 2 Trung Liệt", "Chi bộ 3 Trung Liệt", "Chi bộ 5 Trung Liệt",
              "Chi bộ 1 Đội Cấn")
LEFT_TO_ITS_SECRETARY = NAMED[0]
SPEAKERS = 24  # members of a branch who write and read


class Branch:
    def __init__(self, name, meeting_day, rows):
        self.name, self.meeting_day = name, meeting_day
        self.cards = [row["card_number"] for row in rows]
        self.secretary = next(row["card_number"] for row in rows if row["position"] == "secretary")
        quiet = [row["card_number"] for row in rows if row["position"] == "" and row["status"] == "official"]
        self.speakers = random.Random(f"{SEED}/{name}").sample(quiet, min(SPEAKERS, len(quiet)))


def branches_of(city):
    with open(f"{city}/organizations.csv", encoding="utf-8", newline="") as file:
        found = {row["name"]: row for row in csv.DictReader(file) if row["name"] in NAMED + NEIGHBOURS}
    members = {row["code"]: [] for row in found.values()}
    with open(f"{city}/members.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["branch_code"] in members:
                members[row["branch_code"]].append(row)
    return [Branch(name, int(found[name]["meeting_day"] or 5), members[found[name]["code"]])
            for name in NAMED + NEIGHBOURS if name in found]


# --- days ---


def at(day, hour, minute=0):
    """Seconds since 1970 of a local hour."""
    return datetime.datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL).timestamp()


def rfc3339(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def month_of(today, distance):
    months = today.year * 12 + today.month - 1 + distance
    return months // 12, months % 12 + 1


def day_in(year, month, day):
    return datetime.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def first_day(today):
    """Before anything that this writes: when the city's people must already be who they are."""
    return day_in(*month_of(today, -MONTHS - 1), 1)


# --- a month of a branch ---


class Month:
    """One regular meeting, from its material to its resolution. Steps whose hour has not come are left out."""

    def __init__(self, branch, place, folk, today, distance):
        self.branch, self.place, self.folk, self.today = branch, place, folk, today
        self.rng = random.Random(f"{SEED}/{branch.name}/{distance}")
        self.year, self.month = month_of(today, distance)
        self.key = f"{branch.name}/{self.year}-{self.month}"
        self.secretary = folk[branch.secretary]
        self.starts = at(day_in(self.year, self.month, branch.meeting_day), 19, 30)
        self.now = time.time() - 60

    def write(self, person, method, path, body, when, what, **more):
        return person.write(method, path, body, when, f"{self.key}/{what}", **more)

    def run(self):
        before = day_in(*month_of(datetime.date(self.year, self.month, 1), -1), 1)
        is_late = self.rng.random() < 0.12
        registered = at(before.replace(day=self.rng.randint(22, 25) if is_late else self.rng.randint(9, 19)), 20, 15)
        if registered >= min(self.now, self.starts):
            return
        material = self.document("material", words.material(self.rng, self.month), registered - 3600)
        meeting = self.register(material, registered)
        self.talk(meeting, registered)
        if self.starts + 2 * 3600 < self.now:
            self.hold(meeting)
        self.read(material, min(self.starts, self.now))

    def document(self, kind, title, when):
        body = {"kind": kind, "title": title, "organization_id": self.branch.id, "classification": "internal",
                "audience": {"organization_ids": [self.branch.id], "subtree": True, "roles": [], "member_ids": []},
                "text": words.text(title)}
        document = self.write(self.secretary, "POST", "/v1/documents", body, when, f"{kind}")
        self.write(self.secretary, "POST", f"/v1/documents/{document['id']}/publish", {"notify": "inbox"}, when + 60,
                   f"{kind}/publish")
        return document["id"]

    def register(self, material, when):
        topics = words.topics(self.rng, self.month)
        agenda = [{"title": title, "minutes": minutes, "document_ids": [material] if index == 0 else []}
                  for index, (title, minutes) in enumerate(topics)]
        body = {"organization_id": self.branch.id, "kind": "regular", "starts_at": rfc3339(self.starts),
                "place": self.place, "publish": True, "agenda": agenda}
        meeting = self.write(self.secretary, "POST", "/v1/meetings", body, when, "meeting")
        # A second run is answered with the meeting as it became, with what members proposed.
        meeting["agenda"] = meeting["agenda"][:len(agenda)]
        return meeting

    def talk(self, meeting, registered):
        path = f"/v1/meetings/{meeting['id']}"
        end = min(self.starts, self.now) - 3600
        for index, card in enumerate(self.rng.sample(self.branch.speakers, min(3, len(self.branch.speakers)))):
            said = registered + (index + 1) * 36_000
            if said >= end:
                return
            topic = meeting["agenda"][index % len(meeting["agenda"])]["id"]
            comment = self.write(self.folk[card], "POST", f"{path}/comments",
                                 {"agenda_item_id": topic, "text": words.comment(self.rng)}, said, f"comment/{index}")
            if index < 2 and said + 7_200 < end:
                self.write(self.secretary, "PUT", f"{path}/comments/{comment['id']}/answer",
                           {"text": words.answer(self.rng)}, said + 7_200, f"answer/{index}")
        if self.rng.random() < 0.5 and registered + 120_000 < end:
            self.propose(path, registered + 120_000)

    def propose(self, path, when):
        title, reason = words.proposal(self.rng)
        proposal = self.write(self.folk[self.branch.speakers[0]], "POST", f"{path}/proposals",
                              {"title": title, "reason": reason}, when, "proposal")
        decision = self.rng.choice(("accepted", "next", "declined"))
        self.write(self.secretary, "PUT", f"{path}/proposals/{proposal['id']}/decision",
                   {"decision": decision, "reason": words.DECISIONS[decision]}, when + 3_600, "decision")

    def hold(self, meeting):
        path = f"/v1/meetings/{meeting['id']}"
        ended = self.starts + self.rng.randint(60, 110) * 60
        self.write(self.secretary, "POST", f"{path}/hold", {"ended_at": rfc3339(ended)}, ended + 300, "hold")
        self.call_roll(path, ended + 900)
        if ended + 86_400 < self.now:
            self.conclude(meeting, path, ended + 50_400)

    def call_roll(self, path, when):
        """Nine of ten of those who count come; of the exempt, one in six."""
        entries = []
        for member in self.branch.members:
            drawn = self.rng.random()
            if member["exempt"]:
                if drawn < 0.17:
                    entries.append({"member_id": member["id"], "state": "present"})
            elif drawn < 0.07:
                entries.append({"member_id": member["id"], "state": "excused", "reason": words.reason(self.rng)})
            elif drawn < 0.1:
                entries.append({"member_id": member["id"], "state": "unexcused"})
        self.write(self.secretary, "POST", f"{path}/attendance", {"entries": entries, "others": "present"}, when,
                   "roll")

    def conclude(self, meeting, path, when):
        conclusions = [{"agenda_item_id": item["id"], "text": words.conclusion(self.rng),
                        "outcome": "carried_over" if self.rng.random() < 0.12 else "done"}
                       for item in meeting["agenda"]]
        self.write(self.secretary, "PUT", f"{path}/minutes",
                   {"text": words.minutes(self.rng, len(meeting["agenda"])), "conclusions": conclusions, "guests": [],
                    "publish": True}, when, "minutes", headers={"If-Match": '"0"'})
        days = self.rng.choices((1, 2, 4, 6), (55, 30, 10, 5))[0]
        published = at(datetime.datetime.fromtimestamp(self.starts, LOCAL).date() + datetime.timedelta(days), 17)
        if published < self.now:
            resolution = self.document("resolution", words.resolution(self.month, self.year), published - 600)
            self.write(self.secretary, "PUT", f"{path}/resolution", {"document_id": resolution}, published, "settled")
            self.read(resolution, min(published + 86_400, self.now))

    def read(self, document, when):
        for card in self.branch.speakers:
            if self.rng.random() < 0.7:
                body = {"items": [{"kind": "read", "subject": {"type": "document", "id": document},
                                   "at": rfc3339(when - 60)}]}
                self.write(self.folk[card], "POST", "/v1/activity", body, when, f"read/{document}")


def live(branch, folk, today):
    secretary = folk[branch.secretary]
    branch.id = secretary.read("/v1/me")["branch"]["id"]
    branch.members = secretary.read(f"/v1/organizations/{branch.id}/members?limit=500")["items"]
    place = words.place(random.Random(f"{SEED}/place/{branch.name}"), branch.name)
    for distance in range(-MONTHS, 2):
        if distance == 1 and branch.name == LEFT_TO_ITS_SECRETARY:
            continue
        Month(branch, place, folk, today, distance).run()


def write_past(args):
    today = datetime.date.fromisoformat(args.today)
    branches = branches_of(args.city)
    folk = people(args.ctl, args.port, {card for branch in branches for card in [branch.secretary, *branch.speakers]})
    with ThreadPoolExecutor(len(branches)) as pool:
        list(pool.map(lambda branch: live(branch, folk, today), branches))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--today", required=True, help="YYYY-MM-DD, the day of the first run")
    parser.add_argument("--begins", action="store_true", help="print how many seconds ago the past begins, and end")
    parser.add_argument("--city", help="folder of the generated city")
    parser.add_argument("--port", type=int, help="the gateway's")
    parser.add_argument("--ctl", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "ctl"))
    args = parser.parse_args()
    if args.begins:
        print(int(time.time() - at(first_day(datetime.date.fromisoformat(args.today)), 0)))
        return
    try:
        write_past(args)
    except Refused as error:
        sys.exit(f"the past could not be written: {error}")


if __name__ == "__main__":
    main()
