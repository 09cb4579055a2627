"""More kinds of writes (kinds.py): what readers and issuers do with documents once they are published."""
import itertools
import random
import threading
import uuid
from collections import Counter

from kind import Kind, ahead, answered_otherwise, location, out_of_order
from kinds import Pairs


class Acknowledgements(Pairs):
    """document: a paper that asks for it is acknowledged."""
    share = 0.05

    def write(self, who, paper, key):
        self.writer.write(who, "PUT", f"/v1/documents/{paper['id']}/acknowledgement", None, key)

    def read_by(self, branch, who):
        papers = {paper["id"] for paper in branch.papers}
        return [mark["subject"]["id"] for mark in who.items("/v1/me/marks", since=branch.since, limit=100)
                if mark["acknowledged_at"] and mark["subject"]["id"] in papers]


class Opinions(Kind):
    """document: what members say of a paper of their branch, where it stands in order."""
    share = 0.05

    def begin(self):
        self.round, self.turn = uuid.uuid4().hex, itertools.count()

    def one(self):
        branch, text = random.choice(self.branches), f"{self.round} {next(self.turn)}"
        self.writer.write(random.choice(branch.members), "POST", f"/v1/documents/{branch.papers[0]['id']}/comments",
                          {"text": text}, text)

    def there(self):
        self.listed = [list(branch.secretary.items(f"/v1/documents/{branch.papers[0]['id']}/comments"))
                       for branch in self.branches]
        return Counter(item["text"] for items in self.listed for item in items)

    def derived(self):
        wrong = answered_otherwise(self.writer.acknowledged, sum(self.listed, []), "text")
        for items in self.listed:
            wrong |= out_of_order([item["text"] for item in items], self.writer.times)
        return wrong


class Reactions(Kind):
    """document: what members think of a target of a document of their branch, each one thing at a time; of those who
    think something each is counted once."""
    share = 0.05
    VALUES = "too_high", "about_right", "too_low", "unclear"

    def begin(self):
        self.round, self.turn = uuid.uuid4().hex[:8], itertools.count()
        papers = {branch: branch.paper("none", targets=[{"text": "Kết nạp 3 đảng viên"}]) for branch in self.branches}
        self.paths = {branch: f"/v1/documents/{paper['id']}" for branch, paper in papers.items()}
        self.targets = {branch: paper["targets"][0]["id"] for branch, paper in papers.items()}

    def one(self):
        branch, turn = random.choice(self.branches), next(self.turn)
        who = random.choice(branch.members)
        self.writer.write(who, "PUT", f"{self.paths[branch]}/targets/{self.targets[branch]}/reaction",
                          {"value": self.VALUES[turn % 4]}, f"{self.round}/{who.login['card_number']}/{turn}")

    def reacted(self, branch, who):
        return who.get(f"{self.paths[branch]}/reactions").json()["items"][0]

    def there(self):
        """What nobody wrote would count as doubled."""
        self.mine = {who.login["card_number"]: self.reacted(branch, who)["mine"]
                     for branch in self.branches for who in branch.members}
        written = {key.split("/")[1] for key in self.writer.acknowledged}
        strange = Counter({card: 2 for card, mine in self.mine.items() if mine and card not in written})
        there = Counter({key: int(self.mine[key.split("/")[1]] is not None) for key in self.writer.acknowledged})
        return there + strange

    def derived(self):
        wrong = {}
        for branch in self.branches:
            counts = self.reacted(branch, branch.members[0])["counts"]
            found = Counter(filter(None, (self.mine[who.login["card_number"]] for who in branch.members)))
            wrong |= {f"reactions of {branch.id}": [counts, found]} if +Counter(counts) != found else {}
        return wrong


class Discards(Kind):
    """document: drafts of secretaries, each with its number, and discarded at once."""
    share = 0.02

    def begin(self):
        self.round, self.turn = uuid.uuid4().hex, itertools.count()

    def one(self):
        branch, title = random.choice(self.branches), f"{self.round} {next(self.turn)}"
        who = branch.secretary
        made = self.writer.write(who, "POST", "/v1/documents", {**branch.draft(title), "number": title[-20:]}, title)
        if made is not None:
            self.writer.write(who, "DELETE", location(who, made), None, f"{title} gone")

    def there(self):
        """What was discarded is there no more, and stands for both of its writes."""
        found = Counter(item["title"] for branch in self.branches
                        for item in branch.secretary.items("/v1/documents", q=self.round))
        gone = {key.removesuffix(" gone") for key in self.writer.acknowledged if key.endswith(" gone")}
        return found + Counter(key for title in gone if not found[title] for key in (title, f"{title} gone"))


class Successions(Kind):
    """document: published, then by turns replaced by one that takes its place, which counts as published on, or
    withdrawn, which does not."""
    share = 0.02

    def begin(self):
        self.round, self.turn, self.lock = uuid.uuid4().hex, itertools.count(), threading.Lock()
        self.successors = {branch: branch.paper("none")["id"] for branch in self.branches}

    def one(self):
        branch, turn = random.choice(self.branches), next(self.turn)
        who, title = branch.secretary, f"{self.round} {turn}"
        made = self.writer.write(who, "POST", "/v1/documents", branch.draft(title), title)
        path = made is not None and location(who, made)
        if path and self.writer.write(who, "POST", f"{path}/publish", {"notify": "none"}, f"{title} published"):
            self.end(branch, turn, path, title)

    def end(self, branch, turn, path, title):
        if turn % 2:
            self.writer.write(branch.secretary, "POST", f"{path}/withdraw", {"reason": title}, f"{title} withdrawn")
            return
        with self.lock:
            branch.issued += 1
        self.writer.write(branch.secretary, "POST", f"{path}/replace", {"by_document_id": self.successors[branch]},
                          f"{title} replaced")

    def there(self):
        """Whatever it is now, it was published before."""
        listed = [item for branch in self.branches for item in branch.secretary.items("/v1/documents", q=self.round)]
        ended = Counter(f"{item['title']} {item['state']}" for item in listed
                        if item["state"] in ("replaced", "withdrawn"))
        return ended + Counter(item["title"] for item in listed) + Counter(
            f"{item['title']} published" for item in listed if item["state"] != "draft")


class Corrections(Kind):
    """document: one of each branch is put right again and again, each time by another text; it takes 100 files at
    most, so that then the branch rests."""
    share = 0.02

    def begin(self):
        self.round = uuid.uuid4().hex
        self.turns = {branch: iter(range(90)) for branch in self.branches}
        self.paths = {branch: f"/v1/documents/{branch.paper('none')['id']}/versions" for branch in self.branches}

    def one(self):
        branch = random.choice(self.branches)
        turn = next(self.turns[branch], None)
        if turn is not None:
            text = f"{self.round} {self.branches.index(branch)} {turn}"
            self.writer.write(branch.secretary, "POST", self.paths[branch], {"text": text, "reason": text}, text)

    def there(self):
        return Counter(item["reason"] for branch, path in self.paths.items()
                       for item in branch.secretary.get(path).json()["items"] if item["reason"])


class Edits(Kind):
    """document: drafts of secretaries, each given another title, of which every third is to be published on a later
    day, and every sixth no more."""
    share = 0.02

    def begin(self):
        self.round, self.turn = uuid.uuid4().hex, itertools.count()

    def one(self):
        branch, turn = random.choice(self.branches), next(self.turn)
        who, title = branch.secretary, f"{self.round} {turn}"
        made = self.writer.write(who, "POST", "/v1/documents", branch.draft(title), title)
        path = made is not None and location(who, made)
        if path and self.edit(who, path, 1, {"title": f"{title} edited"}, f"{title} edited") and turn % 3 == 0:
            self.wait(who, path, turn, title)

    def edit(self, who, path, version, changes, key):
        return self.writer.write(who, "PATCH", path, changes, key, headers={"If-Match": f'"{version}"'})

    def wait(self, who, path, turn, title):
        later = self.writer.write(who, "POST", f"{path}/publish", {"notify": "none", "at": ahead(86400)},
                                  f"{title} waits")
        if later and turn % 6 == 0:
            self.edit(who, path, 3, {"publish_at": None}, f"{title} waits no more")

    def listed(self):
        return [item for branch in self.branches for item in branch.secretary.items("/v1/documents", q=self.round)]

    def there(self):
        """Each raises the version by one, whatever it changes; what is listed stands for the write that made it."""
        found = Counter()
        for item in self.listed():
            title = item["title"].removesuffix(" edited")
            found += Counter([title, *[item["title"]] * (item["title"] != title)])
            found += Counter({f"{title} waits": item["version"] >= 3, f"{title} waits no more": item["version"] >= 4})
        return found

    def derived(self):
        """One that went too far was written twice; only who waits says when."""
        return {f"state of {item['title']}": [item["state"], item["version"], item["publish_at"]]
                for item in self.listed()
                if item["state"] != "draft" or item["version"] > 4
                or bool(item["publish_at"]) != (item["version"] == 3)}


class Clauses(Kind):
    """document: articles of one of each branch, whose place another takes, one after the other; then the branch
    rests."""
    share = 0.02
    ARTICLES = 90

    def begin(self):
        self.round = uuid.uuid4().hex
        text = "\n".join(f"Điều {n}. Nội dung" for n in range(1, self.ARTICLES + 1))
        self.turns = {branch: iter(range(1, self.ARTICLES + 1)) for branch in self.branches}
        self.papers = {branch: branch.paper("none", text=text) for branch in self.branches}
        self.successors = {branch: branch.paper("none")["id"] for branch in self.branches}

    def one(self):
        branch = random.choice(self.branches)
        turn = next(self.turns[branch], None)
        if turn is not None:
            self.writer.write(branch.secretary, "POST", f"/v1/documents/{self.papers[branch]['id']}/replace",
                              {"by_document_id": self.successors[branch], "clauses": [{"address": f"dieu-{turn}"}]},
                              f"{self.round} {self.branches.index(branch)} dieu-{turn}")

    def there(self):
        """Of each article by whom; one that somebody else replaced would count as doubled."""
        return Counter({f"{self.round} {i} {passage['address']}":
                        1 if passage["replaced_by"]["document_id"] == self.successors[branch] else 2
                        for i, branch in enumerate(self.branches)
                        for passage in branch.secretary.items(f"/v1/documents/{self.papers[branch]['id']}/passages")
                        if passage["replaced_by"]})

    def derived(self):
        """Each raised the version once."""
        written = Counter(int(key.split()[1]) for key in self.writer.acknowledged)
        versions = {branch: branch.secretary.get(f"/v1/documents/{paper['id']}").json()["version"] - paper["version"]
                    for branch, paper in self.papers.items()}
        return {f"clauses of {branch.id}": [versions[branch], written[i]] for i, branch in enumerate(self.branches)
                if versions[branch] != written[i]}


DOCUMENTS = [Acknowledgements, Opinions, Reactions, Discards, Successions, Corrections, Edits, Clauses]
