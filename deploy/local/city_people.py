"""Invented people of the demo city: Vietnamese name statistics, plausible dates, phones of a range that nobody has."""
from dataclasses import dataclass
from datetime import date, timedelta

# The city is as of this day, whenever it is generated: the same seed gives the same files.
TODAY = date(2026, 1, 1)

# Shares in percent of the commonest family names.
FAMILY = {
    "Nguyễn": 38.4, "Trần": 11.0, "Lê": 9.5, "Phạm": 7.1, "Hoàng": 5.1, "Phan": 4.5, "Vũ": 3.9, "Đặng": 2.1, "Bùi": 2.0,
    "Đỗ": 1.4, "Hồ": 1.3, "Ngô": 1.3, "Dương": 1.0, "Đinh": 0.9, "Đào": 0.9, "Trịnh": 0.9, "Đoàn": 0.9, "Mai": 0.8,
    "Lương": 0.8, "Tạ": 0.7, "Cao": 0.7, "Hà": 0.7, "Lưu": 0.6, "Chu": 0.6, "Tô": 0.5, "Lý": 0.5, "Kiều": 0.5,
    "Nghiêm": 0.5, "Khuất": 0.4, "Phùng": 0.5,
}
MIDDLE = {
    "female": {"Thị": 48, "Thu": 6, "Ngọc": 6, "Thanh": 6, "Hồng": 5, "Minh": 5, "Kim": 5, "Phương": 5, "Bích": 4,
               "Thùy": 4, "Mai": 3, "Diệu": 3},
    "male": {"Văn": 34, "Đức": 9, "Minh": 7, "Quang": 7, "Hữu": 6, "Xuân": 6, "Ngọc": 5, "Đình": 6, "Công": 5,
             "Thanh": 5, "Bá": 3, "Trọng": 3, "Quốc": 4},
}
GIVEN = {
    "female": "Lan Hương Hoa Hằng Hà Thủy Nga Mai Thảo Trang Linh Hạnh Yến Liên Phượng Loan Oanh Nhung Dung Huyền Vân "
              "Tâm Thoa Hòa Bình Ngân Quyên Chi Anh Xuân Hiền Tuyết Cúc Đào Lý Sen Thơm Nguyệt",
    "male": "Hùng Dũng Cường Tuấn Minh Hải Sơn Long Thắng Thành Nam Hưng Quân Tùng Trung Kiên Đức Anh Bình Hòa Khánh "
            "Phúc Lâm Tiến Toàn Việt Vinh Phong Huy Khoa Chiến Thịnh Lợi Quý Tâm An Tài Nghĩa",
}
FEMALE_SHARE = 0.43
PHONE_SHARE = 0.93


@dataclass
class Member:
    card: str
    name: str
    born: date
    gender: str
    joined: date
    branch: str
    status: str
    phone: str
    exempt: bool = False
    position: str = ""
    position_org: str = ""
    occupation: str = ""

    def row(self):
        return (self.card, self.name, self.born, self.gender, self.joined, self.branch, self.status,
                "true" if self.exempt else "false", self.position, self.position_org, self.phone, self.occupation)


HEADER = ("card_number", "full_name", "date_of_birth", "gender", "joined_on", "branch_code", "status", "exempt",
          "position", "position_org_code", "phone", "occupation")


def names(rng, genders):
    family = rng.choices(list(FAMILY), FAMILY.values(), k=len(genders))
    for first, gender in zip(family, genders):
        middle = rng.choices(list(MIDDLE[gender]), MIDDLE[gender].values())[0]
        yield f"{first} {middle} {rng.choice(GIVEN_LISTS[gender])}"


GIVEN_LISTS = {gender: text.split() for gender, text in GIVEN.items()}


def born(rng, residential):
    """A street's branch is old, an enterprise's is of working age."""
    if residential:
        age = min(max(rng.gauss(57, 15), 19.5), 97)
    else:
        age = min(max(rng.gauss(40, 9), 19.5), 61)
    return TODAY - timedelta(days=int(age * 365.25))


def joined(rng, birthday):
    """Nobody joins before 18; most do between 22 and 32."""
    adult = birthday + timedelta(days=int(18.01 * 365.25))
    day = birthday + timedelta(days=int(rng.triangular(18.1, 50, 26) * 365.25))
    if day < TODAY:
        return day
    return adult + timedelta(days=rng.randrange((TODAY - adult).days))


def phone(number):
    """+84 60… is assigned to no operator: no demo number rings anywhere."""
    return f"+8460{number:07d}"


def make_members(rng, cards, branch, residential, everyone_has_phone=False, may_be_suspended=True):
    """One member for each card, without exemption and position."""
    genders = ["female" if rng.random() < FEMALE_SHARE else "male" for _ in cards]
    for card, gender, name in zip(cards, genders, names(rng, genders)):
        birthday = born(rng, residential)
        joining = joined(rng, birthday)
        status = "probationary" if (TODAY - joining).days < 365 else "official"
        if may_be_suspended and rng.random() < 0.002:
            status = "suspended"
        has_phone = everyone_has_phone or rng.random() < PHONE_SHARE
        yield Member(f"01{card:06d}", name, birthday, gender, joining, branch, status, phone(card) if has_phone else "")


def occupation(rng, member, residential):
    age = (TODAY - member.born).days / 365.25
    if age < 23:
        return "student"
    if age > (61 if residential else 62):
        return "military_retired" if member.gender == "male" and rng.random() < 0.3 else "retired"
    if not residential:
        return "enterprise" if rng.random() < 0.7 else "public"
    return rng.choices(("public", "other", "agriculture"), (60, 25, 15))[0]


def give_occupations(rng, members, residential, in_enterprises):
    """What each does; exactly so many of a street's branch work in enterprises (None: an eighth of those of an age)."""
    for member in members:
        member.occupation = occupation(rng, member, residential)
    if not residential:
        return
    working = [member for member in members if member.occupation in ("public", "other", "agriculture")]
    n = len(working) // 8 if in_enterprises is None else in_enterprises
    for member in rng.sample(working, n):
        member.occupation = "enterprise"
