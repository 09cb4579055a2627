"""Who writes and reads in the benchmarks: members of many branches, each with a token, and one published meeting in
each branch."""
import csv
import functools
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import stack  # noqa: E402
from postgres import PG_ENV, PG_HOST, PG_TARGET, PSQL, sql  # noqa: E402,F401

MEMBERS_OF_A_BRANCH = 12  # 3,000 writers: below 10 requests/s each
BRANCHES = 256


def roster():
    """branch code -> (card of its secretary, cards of all)"""
    branches = {}
    with open(stack.RUN / "city/members.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            branch = branches.setdefault(row["branch_code"], [None, []])
            if row["status"] == "official":
                branch[1].append(row["card_number"])
            if row["position"] == "secretary":
                branch[0] = row["card_number"]
    return {code: tuple(branch) for code, branch in branches.items() if branch[0]}


def branches():
    """The same choice in every run."""
    found = sorted(roster().items(), key=lambda item: (-len(item[1][1]), item[0]))[:BRANCHES]
    return [(secretary, cards) for _code, (secretary, cards) in found]


def tokens(cards):
    """A token for each card, in order."""
    found = []
    for at in range(0, len(cards), 500):
        found += stack.ctl("token", *cards[at:at + 500]).split()
    assert len(found) == len(cards), "a member has no token"
    return found


def publish(card, token):
    """An extraordinary meeting of the secretary's own branch, three topics on its agenda. Returns its id."""
    secretary = stack.Client(stack.BASE, token, {"card_number": card})
    branch = secretary.get("/v1/me").json()["branch"]["id"]
    topics = [{"title": f"Chuyên đề {i}: học tập và làm theo", "minutes": 20, "document_ids": []} for i in range(1, 4)]
    body = {"organization_id": branch, "kind": "extraordinary", "starts_at": stack.next_month()[1],
            "place": "Nhà văn hóa", "publish": True, "agenda": topics}
    answer = secretary.post("/v1/meetings", json=body, headers={"Prefer": "wait=20"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def one_branch():
    """(meeting, tokens of all members of the largest branch)"""
    secretary, cards = branches()[0]
    return publish(secretary, tokens([secretary])[0]), tokens(cards)


@functools.cache
def many_branches():
    """[(meeting, token)]: neighbours in the list belong to different branches."""
    chosen = branches()
    secretaries = tokens([secretary for secretary, _ in chosen])
    with ThreadPoolExecutor(8) as pool:
        meetings = list(pool.map(publish, [secretary for secretary, _ in chosen], secretaries))
    rows = [(meeting, card) for rank in range(MEMBERS_OF_A_BRANCH) for meeting, (_, cards) in zip(meetings, chosen)
            for card in cards[rank:rank + 1]]
    return list(zip([meeting for meeting, _ in rows], tokens([card for _, card in rows])))
