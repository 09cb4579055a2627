#!/usr/bin/env python3
"""Generates the demo city: organizations.csv and members.csv as the roster import reads them, bootstrap.tsv (root code,
root name, administrator's card, administrator's name) and logins.csv (use, card_number, otp_secret).

The seed is fixed: a size always gives the same files, and the acceptance branches are the same people in every size.
"""
import argparse
import base64
import csv
import os
import random
from dataclasses import dataclass

import city_people as people

SEED = "sotay"
ROOT_CODE, ROOT_NAME = "HN", "Đảng bộ thành phố Hà Nội"
ADMIN_CARD, ADMIN_NAME = "01000000", "Nguyễn Thị Hoài Thu"
SIZES = {"demo": (300, 8_400), "full": (17_000, 475_000)}  # branches, members with the administrator

URBAN = ["Ba Đình", "Đống Đa", "Hoàn Kiếm", "Hai Bà Trưng", "Tây Hồ", "Cầu Giấy", "Thanh Xuân", "Hoàng Mai",
         "Long Biên", "Hà Đông", "Bắc Từ Liêm", "Nam Từ Liêm"]
RURAL = ["Đông Anh", "Gia Lâm", "Thanh Trì", "Hoài Đức", "Đan Phượng", "Sóc Sơn", "Mê Linh", "Ba Vì", "Phúc Thọ",
         "Thạch Thất", "Quốc Oai", "Chương Mỹ", "Thanh Oai", "Thường Tín", "Phú Xuyên", "Ứng Hòa", "Mỹ Đức"]
BLOCKS = ["Khối Doanh nghiệp", "Khối Các cơ quan", "Khối Trường học", "Khối Công nghiệp", "Khối Du lịch"]
FIRST = "Yên Phú Minh Đông Tân Hòa Thanh Xuân Đại Kim Ngọc Vĩnh Trung Liên Văn Quang Hồng Cổ Bình An Nam Thụy".split()
SECOND = "Sơn Hòa Thịnh Khai Mỹ Phong Lâm Hưng Trung Xá Khê Viên Lộc Nghĩa Quang Phú Đức Hải Châu Thành An".split()


@dataclass
class Organization:
    code: str
    parent: str
    level: str
    name: str
    meeting_day: int = 0
    residential: bool = True

    def row(self):
        return self.code, self.parent, self.level, self.name, self.meeting_day or ""


@dataclass
class Branch(Organization):
    members: int = 0
    exempt: int | None = None  # None: a share by age
    enterprises: int | None = None  # members who work in enterprises; None: a share
    all_have_phones: bool = False
    acceptance: bool = False


def rng_for(*what):
    return random.Random("/".join((SEED, *what)))


class City:
    """The tree, parents before children, and its people. Acceptance branches come first: their cards never change."""

    def __init__(self, size):
        self.branch_count, self.member_count = SIZES[size]
        self.organizations = []
        self.branches = []
        self.members = {}
        self.logins = []
        self.next_card = 1

    def add(self, parent, suffix, level, name, residential=True):
        org = Organization(f"{parent}-{suffix}", parent, level, name, residential=residential)
        self.organizations.append(org)
        return org

    def add_branch(self, parent, suffix, name, **more):
        code = f"{parent.code}-{suffix}"
        more.setdefault("meeting_day", rng_for("day", code).randint(1, 28))
        branch = Branch(code, parent.code, "branch", name, residential=parent.residential, **more)
        self.organizations.append(branch)
        self.branches.append(branch)
        return branch

    # The tree

    def grow(self):
        districts = self.plant_districts()
        by_name = {org.name: org for org in districts}
        self.plant_acceptance(by_name)
        self.plant_neighbours()
        self.plant_others(districts if self.branch_count > 1_000 else self.used(districts))
        unused = {org.code for org in districts} - {org.code for org in self.used(districts)}
        self.organizations = [org for org in self.organizations if org.code not in unused]
        self.settle_sizes()

    def used(self, districts):
        """A small city is a few districts, not many empty ones."""
        parents = {org.parent for org in self.organizations}
        return [org for org in districts if org.code in parents]

    def plant_districts(self):
        rows = [("Q", "quận", URBAN, True), ("H", "huyện", RURAL, True), ("K", "", BLOCKS, False)]
        return [
            self.add(ROOT_CODE, f"{letter}{number:02d}", "district", " ".join(f"Đảng bộ {kind} {name}".split()),
                     residential)
            for letter, kind, names, residential in rows
            for number, name in enumerate(names, 1)
        ]

    def plant_acceptance(self, district):
        """The named branches of the acceptance cases, with exactly their numbers."""
        def grassroots(parent, suffix, name, residential=True):
            return self.add(parent, suffix, "grassroots", name, residential)

        def exact(parent, suffix, name, members, exempt, **more):
            return self.add_branch(parent, suffix, name, members=members, exempt=exempt, acceptance=True, **more)

        trung_liet = grassroots(district["Đảng bộ quận Đống Đa"].code, "TL", "Đảng bộ phường Trung Liệt")
        exact(trung_liet, "10B", "Chi bộ 10B Trung Liệt", 146, 44, meeting_day=4, enterprises=14)
        doi_can = grassroots(district["Đảng bộ quận Ba Đình"].code, "DC", "Đảng bộ phường Đội Cấn")
        exact(doi_can, "4", "Chi bộ 4 Đội Cấn", 53, 18)
        thuy_an = grassroots(district["Đảng bộ huyện Hoài Đức"].code, "TA", "Đảng bộ xã Thụy An")
        exact(thuy_an, "BT", "Chi bộ thôn Bãi Thụy", 117, 39, meeting_day=3, enterprises=7)
        # Directly under the city: levels may be skipped.
        post = grassroots(ROOT_CODE, "BD", "Đảng bộ Bưu điện Thành phố", residential=False)
        for number in range(1, 27):
            exact(post, f"{number:02d}", f"Chi bộ Bưu cục {number}", 29 if number <= 10 else 28, 1,
                  all_have_phones=True)
        exact(district["Đảng bộ Khối Các cơ quan"], "GT", "Chi bộ Trung tâm Điều hành giao thông", 26, 0)
        association = grassroots(district["Đảng bộ Khối Doanh nghiệp"].code, "SME",
                                 "Đảng bộ Hiệp hội Doanh nghiệp nhỏ và vừa", False)
        for number in range(1, 10):
            exact(association, str(number), f"Chi bộ {number} Hiệp hội Doanh nghiệp nhỏ và vừa", 18 + number, 0)
        self.trung_liet, self.doi_can, self.thuy_an, self.association = trung_liet, doi_can, thuy_an, association

    def plant_neighbours(self):
        """A ward with one branch would make poor dashboards: the named ones get siblings."""
        for number in range(1, 12):
            self.add_branch(self.trung_liet, str(number), f"Chi bộ {number} Trung Liệt")
            if number != 4:
                self.add_branch(self.doi_can, str(number), f"Chi bộ {number} Đội Cấn")
            if number <= 6:
                self.add_branch(self.thuy_an, str(number), f"Chi bộ {number} Thụy An")

    def plant_others(self, districts):
        rng = rng_for("tree", str(self.branch_count))
        places = {org.code: rng.sample([f"{a} {b}" for a in FIRST for b in SECOND if a != b], 300) for org in districts}
        number = 0
        while len(self.branches) < self.branch_count:
            number += 1
            district = districts[number % len(districts)]
            wanted = min(rng.randint(5, 12), self.branch_count - len(self.branches))
            self.plant_grassroots(rng, district, number, places[district.code].pop(), wanted)

    def plant_grassroots(self, rng, district, number, place, wanted):
        if wanted == 1 or rng.random() < 0.05:
            self.add_branch(district, f"{number:04d}", f"Chi bộ Trường {place}")
            return
        residential = district.residential and rng.random() < 0.65
        kind = ("phường" if "-Q" in district.code else "xã") if residential else rng.choice(
            ["Công ty cổ phần", "Công ty", "Trường Cao đẳng", "Bệnh viện", "Xí nghiệp"])
        parent = self.add(district.code, f"{number:04d}", "grassroots", f"Đảng bộ {kind} {place}", residential)
        for index in range(1, wanted + 1):
            self.add_branch(parent, f"{index:02d}", f"Chi bộ {index} {place}")

    def settle_sizes(self):
        """Draws the sizes of unnamed branches and brings their sum to exactly the city's members."""
        rng = rng_for("sizes", str(self.branch_count))
        others = [branch for branch in self.branches if not branch.acceptance]
        left = self.member_count - 1 - sum(branch.members for branch in self.branches)
        mean = left / len(others)
        for branch in others:
            branch.members = min(max(int(rng.gammavariate(3, mean / 3)), 5), 150)
        step = 1 if sum(branch.members for branch in others) < left else -1
        while (difference := left - sum(branch.members for branch in others)) != 0:
            for branch in rng.sample(others, min(abs(difference), len(others))):
                branch.members = max(branch.members + step, 5)

    # The people

    def settle(self):
        for branch in sorted(self.branches, key=lambda branch: not branch.acceptance):
            self.members[branch.code] = self.settle_branch(branch)
        self.fill_committees()
        self.choose_logins()

    def settle_branch(self, branch):
        rng = rng_for("people", branch.code)
        cards = range(self.next_card, self.next_card + branch.members)
        self.next_card += branch.members
        members = list(people.make_members(rng, cards, branch.code, branch.residential, branch.all_have_phones,
                                           not branch.acceptance))
        share = 0.24 if branch.residential else 0.01
        exempt = branch.exempt if branch.exempt is not None else int(branch.members * share)
        # Age decides, health now and then.
        by_age = sorted(members, key=lambda m: (m.status != "official", m.born.toordinal() + rng.gauss(0, 1500)))
        for member in by_age[:exempt]:
            member.exempt = True
        self.elect(rng, [m for m in members if not m.exempt and m.status == "official"] or members)
        people.give_occupations(rng_for("occupation", branch.code), members, branch.residential, branch.enterprises)
        return members

    @staticmethod
    def elect(rng, candidates):
        chosen = rng.sample(candidates, min(2, len(candidates)))
        for member, position in zip(chosen, ("secretary", "deputy_secretary")):
            member.position = position

    def fill_committees(self):
        """Committees and officers above the branches come from the branches below them."""
        below = self.branches_below()
        for org in [org for org in self.organizations if org.level != "branch"]:
            rng = rng_for("committee", org.code)
            pool = self.pool(below.get(org.code, []))
            officers, committee = (3, 7) if org.level == "district" else (2, 9 if org is self.association else 5)
            self.appoint(rng, pool, org.code, officers, committee)
        transport = next(b for b in self.branches if b.name == "Chi bộ Trung tâm Điều hành giao thông")
        self.appoint(rng_for("committee", ROOT_CODE), self.plain(transport), ROOT_CODE, 5, 11)

    def plain(self, branch):
        return [m for m in self.members[branch.code] if not m.position and not m.exempt and m.status == "official"]

    def pool(self, branches):
        """Enough of the members below: the first branches that give sixty candidates."""
        found = []
        for branch in branches:
            found += self.plain(branch)
            if len(found) >= 60:
                break
        return found

    def branches_below(self):
        below = {}
        for branch in self.branches:
            parent = branch.parent
            while parent != ROOT_CODE:
                below.setdefault(parent, []).append(branch)
                parent = parent.rpartition("-")[0]
        return below

    @staticmethod
    def appoint(rng, pool, code, officers, committee):
        chosen = rng.sample(pool, min(officers + committee, len(pool)))
        for index, member in enumerate(chosen):
            member.position = "officer" if index < officers else "committee_member"
            member.position_org = code

    def holder(self, position, org_code):
        for members in self.members.values():
            for member in members:
                if member.position == position and (member.position_org or member.branch) == org_code:
                    return member.card
        raise LookupError(f"nobody is {position} of {org_code}")

    def someone(self, branch_code, exempt=False):
        return next(m.card for m in self.members[branch_code]
                    if not m.position and m.exempt == exempt and m.status == "official")

    def choose_logins(self):
        tl, dc, bt = f"{self.trung_liet.code}-10B", f"{self.doi_can.code}-4", f"{self.thuy_an.code}-BT"
        self.logins = [
            ("city-admin", ADMIN_CARD, True),
            ("city-officer", self.holder("officer", ROOT_CODE), True),
            ("district-officer", self.holder("officer", self.trung_liet.parent), True),
            ("ward-officer", self.holder("officer", self.trung_liet.code), True),
            ("ward-committee", self.holder("committee_member", self.trung_liet.code), False),
            ("sme-committee", self.holder("committee_member", self.association.code), False),
            ("secretary-10B", self.holder("secretary", tl), False),
            ("deputy-10B", self.holder("deputy_secretary", tl), False),
            ("member-10B", self.someone(tl), False),
            ("exempt-10B", self.someone(tl, exempt=True), False),
            ("secretary-4", self.holder("secretary", dc), False),
            ("member-4", self.someone(dc), False),
            ("secretary-bai-thuy", self.holder("secretary", bt), False),
        ]

    # The files

    def write(self, folder):
        os.makedirs(folder, exist_ok=True)
        rows = (org.row() for org in self.organizations)
        write_csv(folder, "organizations.csv", ("code", "parent_code", "level", "name", "meeting_day"), rows)
        write_csv(folder, "members.csv", people.HEADER, (m.row() for b in self.branches for m in self.members[b.code]))
        logins = ((use, card, otp_secret(use) if totp else "") for use, card, totp in self.logins)
        write_csv(folder, "logins.csv", ("use", "card_number", "otp_secret"), logins)
        with open(os.path.join(folder, "bootstrap.tsv"), "w", encoding="utf-8") as out:
            out.write("\t".join((ROOT_CODE, ROOT_NAME, ADMIN_CARD, ADMIN_NAME)) + "\n")


def otp_secret(use):
    """Not secret at all: a demo build's, so that a login is the same on every machine."""
    return base64.b32encode(rng_for("otp", use).randbytes(20)).decode()


def write_csv(folder, name, header, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="demo")
    parser.add_argument("--out", required=True, help="folder for the files")
    args = parser.parse_args()
    city = City(args.size)
    city.grow()
    city.settle()
    city.write(args.out)


if __name__ == "__main__":
    main()
