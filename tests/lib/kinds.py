"""The kinds of writes that a load is made of, one or more for every service. A kind writes, and afterwards says what is
there: each acknowledged write once, and in the counts, inboxes and phones that follow from it as often as was
written."""
import itertools
import random
import tempfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import stack
import roster
from kind import COMMENTED, Kind, PROPOSED, ahead, answered_otherwise, location, out_of_order


class Comments(Kind):
    """meeting: by members, on their branch's meeting, where they stand in order."""
    share = 0.3

    def begin(self):
        self.branch_of = {}

    def one(self):
        branch, text = random.choice(self.branches), str(uuid.uuid4())
        self.branch_of[text] = branch
        self.writer.write(random.choice(branch.members), "POST", f"/v1/meetings/{branch.meeting['id']}/comments",
                          {"text": text}, text)

    def there(self):
        self.listed = {branch: list(branch.secretary.items(f"/v1/meetings/{branch.meeting['id']}/comments"))
                       for branch in self.branches}
        return Counter(item["text"] for items in self.listed.values() for item in items)

    def derived(self):
        wrong = answered_otherwise(self.writer.acknowledged, sum(self.listed.values(), []), "text")
        for items in self.listed.values():
            wrong |= out_of_order([item["text"] for item in items], self.writer.times)
        return wrong | self.wrong_counts()

    def wrong_counts(self):
        written = Counter(self.branch_of[text] for text in self.writer.acknowledged)
        wrong = {f"participation of {b.id}": [b.moved("comments"), n] for b, n in written.items()
                 if b.moved("comments") != n}
        return wrong | {f"inbox of {b.id}'s secretary": "no comment" for b in written
                        if not b.secretary_heard(COMMENTED)}


class Proposals(Kind):
    """meeting: by members, for their branch's meeting; each is left for the next draft, so that more may be made."""
    share = 0.03

    def begin(self):
        self.branch_of = {}

    def one(self):
        branch, title = random.choice(self.branches), str(uuid.uuid4())
        who, path = random.choice(branch.members), f"/v1/meetings/{branch.meeting['id']}/proposals"
        self.branch_of[title] = branch
        made = self.writer.write(who, "POST", path, {"title": title, "reason": "A"}, title)
        if made is not None:
            self.writer.write(branch.secretary, "PUT", f"{location(who, made)}/decision", {"decision": "next"},
                              f"{title} next")

    def there(self):
        found = [item for branch in self.branches
                 for item in branch.secretary.items(f"/v1/meetings/{branch.meeting['id']}/proposals")]
        return Counter(item["title"] for item in found) + Counter(f"{item['title']} next" for item in found
                                                                  if item["state"] == "next")

    def derived(self):
        written = Counter(self.branch_of[key] for key in self.writer.acknowledged if key in self.branch_of)
        return {f"inbox of {b.id}'s secretary": "no proposal" for b in written if not b.secretary_heard(PROPOSED)}


class Meetings(Kind):
    """meeting: drafts of secretaries, of whom nobody else hears."""
    share = 0.02

    def begin(self):
        self.round = uuid.uuid4().hex
        self.turn = itertools.count()

    def one(self):
        branch, place = random.choice(self.branches), f"{self.round} {next(self.turn)}"
        _, starts_at = stack.next_month(2)
        self.writer.write(branch.secretary, "POST", "/v1/meetings", {
            "organization_id": branch.id, "kind": "extraordinary", "starts_at": starts_at, "place": place,
            "agenda": []}, place)

    def there(self):
        """Of this round: the branch may have drafts of others'."""
        drafts = [item for branch in self.branches
                  for item in branch.secretary.items("/v1/meetings", organization_id=branch.id, state="draft")]
        self.listed = [item for item in drafts if item["place"].startswith(self.round)]
        return Counter(item["place"] for item in self.listed)

    def derived(self):
        return answered_otherwise(self.writer.acknowledged, self.listed, "place")


class Documents(Kind):
    """document: drafted, then published at once, or by a timer, into inboxes or with a push."""
    share = 0.1

    def begin(self):
        self.round = uuid.uuid4().hex
        self.branch_of = {}
        self.turn = itertools.count()

    def one(self):
        branch, turn = random.choice(self.branches), next(self.turn)
        title = f"{self.round} {turn}"
        self.branch_of[title] = branch
        draft = self.writer.write(branch.secretary, "POST", "/v1/documents", branch.draft(title), title)
        if draft is not None:
            self.writer.write(branch.secretary, "POST", f"{location(branch.secretary, draft)}/publish", self.how(turn),
                              f"{title} published")

    def how(self, turn):
        body = {"notify": "push" if turn % 5 == 0 else "inbox"}
        return {**body, "at": ahead(1.5)} if turn % 5 == 1 else body

    def published(self, branch):
        return [item for item in branch.secretary.items("/v1/documents", q=self.round) if item["state"] == "published"]

    def there(self):
        drafts = Counter(item["title"] for branch in self.branches
                         for item in branch.secretary.items("/v1/documents", q=self.round))
        return drafts + Counter(f"{item['title']} published" for branch in self.branches
                                for item in self.published(branch))

    def derived(self):
        wrong = {}
        for branch in self.branches:
            published = self.published(branch)
            moved = branch.moved("published") - branch.issued
            wrong |= {} if moved == len(published) else {f"documents published of {branch.id}": [moved, len(published)]}
            wrong |= self.wrong_inbox(branch, published) | self.unsettled(branch, published)
        return wrong

    def wrong_inbox(self, branch, published):
        """Each is one item of a member's inbox."""
        found = Counter(item["subject"]["id"]
                        for item in branch.inbox_until_papers(random.choice(branch.members)).values())
        return {f"inbox items of {item['title']}": found[item["id"]] for item in published if found[item["id"]] != 1}

    def unsettled(self, branch, published):
        """Each push is recorded once for each device."""
        pushed = [item for item in published if int(item["title"].split()[1]) % 5 == 0]
        return {f"push of {item['title']}": delivery for item in pushed
                if not is_settled(delivery := self.delivery(branch, item))}

    def delivery(self, branch, item):
        answer = branch.secretary.get(f"/v1/notifications/{item['notification_id']}/delivery")
        return answer.json() if answer.status_code == 200 else {"status": answer.status_code}


def is_settled(delivery):
    if not delivery.get("settled_at"):
        return False
    return delivery["devices"] == delivery["delivered"] + delivery["dead"] + delivery["expired"] > 0


class Devices(Kind):
    """auth: registered, and every other one of a member removed again. What remains is what rings, once. A member has
    20 at most: half of that stay."""
    share = 0.15
    STAY = 10

    def begin(self):
        self.turn = itertools.count()
        for who in self.everyone():
            for device in self.devices_of(who):
                assert who.delete(f"/v1/me/devices/{device}", headers={"Prefer": "wait=20"}).status_code == 204

    def everyone(self):
        """But for the secretaries: nobody's phone rings for what he did himself."""
        return [who for branch in self.branches for who in branch.members
                if who.login["card_number"] != branch.secretary.login["card_number"]]

    def devices_of(self, who):
        answer = who.get("/v1/me/devices")
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"] if item["id"].startswith("load-")]

    def one(self):
        turn, everyone = next(self.turn), self.everyone()
        who, nth, device = everyone[turn % len(everyone)], turn // len(everyone), f"load-{uuid.uuid4()}"
        path, stays = f"/v1/me/devices/{device}", nth % 2 == 0 and nth < 2 * self.STAY
        if self.writer.write(who, "PUT", path, {"provider": "sim", "token": device}, device) is not None and not stays:
            self.writer.write(who, "DELETE", path, None, f"{device} removed")

    def removed(self):
        return {key.split()[0] for key in self.writer.acknowledged if key.endswith(" removed")}

    def there(self):
        there, removed = Counter(device for who in self.everyone() for device in self.devices_of(who)), self.removed()
        gone = Counter({f"{device} removed": 1 for device in removed if not there[device]})
        return there + gone + Counter({device: 1 for device in removed if not there[device]})

    def rung(self, branch):
        """How often a push to the branch that is sent now rings each device."""
        _, starts_at = stack.next_month()
        notification = stack.schedule(branch.secretary, starts_at, title="Chuông")["notification_id"]
        stack.eventually(lambda: is_settled(branch.secretary.get(f"/v1/notifications/{notification}/delivery").json()),
                         90)
        return Counter(line["message"]["token"] for line in stack.pushes(notification))

    def derived(self):
        rung = sum((self.rung(branch) for branch in self.branches), Counter())
        removed = self.removed()
        wanted = {key: int(key not in removed) for key in self.writer.acknowledged if not key.endswith(" removed")}
        return {f"phone {device} rang": [rung[device], n] for device, n in wanted.items() if rung[device] != n}


class Members(Kind):
    """auth: added to their branch by its secretary, and counted."""
    share = 0.05

    def begin(self):
        self.round, self.turn = uuid.uuid4().hex, itertools.count()
        self.before, self.branch_of = {branch: self.counted(branch) for branch in self.branches}, {}

    def counted(self, branch):
        return branch.secretary.get(f"/v1/organizations/{branch.id}").json()["members"]

    def one(self):
        branch, name = random.choice(self.branches), f"{self.round} {next(self.turn)}"
        self.branch_of[name] = branch
        self.writer.write(branch.secretary, "POST", "/v1/members", {
            "card_number": f"L{uuid.uuid4().hex[:16]}", "full_name": name, "branch_id": branch.id}, name)

    def there(self):
        self.listed = [item for branch in self.branches
                       for item in branch.secretary.items(f"/v1/organizations/{branch.id}/members", q=self.round)]
        return Counter(item["full_name"] for item in self.listed)

    def derived(self):
        written = Counter(self.branch_of[name] for name in self.writer.acknowledged)
        moved = {branch: self.counted(branch) - self.before[branch] for branch in written}
        wrong = {f"members of {b.id}": [moved[b], n] for b, n in written.items() if moved[b] != n}
        return wrong | answered_otherwise(self.writer.acknowledged, self.listed, "full_name")


class Pairs(Kind):
    """A member and a paper, by chance: what is said a second time changes nothing."""

    def begin(self):
        self.turn = itertools.count()

    def one(self):
        branch = random.choice(self.branches)
        who, paper = random.choice(branch.members), random.choice(branch.papers)
        self.write(who, paper, f"{who.login['card_number']}/{paper['id']}/{next(self.turn)}")

    def pairs(self):
        """Those that were written."""
        return {key.rpartition("/")[0] for key in self.writer.acknowledged}

    def there(self):
        """What nobody wrote would count as doubled."""
        found = Counter(f"{who.login['card_number']}/{paper}" for branch in self.branches for who in branch.members
                        for paper in self.read_by(branch, who))
        pairs = self.pairs()
        strange = Counter({pair: 2 for pair in found if pair not in pairs})
        return Counter({key: found[key.rpartition("/")[0]] for key in self.writer.acknowledged}) + strange


class Readings(Pairs):
    """notification: an inbox item is marked read."""
    share = 0.15

    def write(self, who, paper, key):
        self.writer.write(who, "PUT", f"/v1/inbox/{paper['notification_id']}/read", None, key)

    def read_by(self, branch, who):
        papers = {paper["notification_id"]: paper["id"] for paper in branch.papers}
        return [papers[item["id"]] for item in branch.inbox_until_papers(who).values()
                if item["id"] in papers and item["read_at"]]


class Receipts(Pairs):
    """analytics: 202, and counted once."""
    share = 0.3

    def write(self, who, paper, key):
        items = [{"kind": "read", "subject": {"type": "document", "id": paper["id"]}, "at": ahead(0)}]
        self.writer.write(who, "POST", "/v1/activity", {"items": items}, key)

    def read_by(self, branch, who):
        answer = who.get("/v1/me/marks", params={"since": branch.since, "limit": 100})
        assert answer.status_code == 200, answer.text
        read = {mark["subject"]["id"] for mark in answer.json()["items"] if mark["read_at"]}
        return [paper["id"] for paper in branch.papers if paper["id"] in read]

    def derived(self):
        branch_of = {paper["id"]: branch for branch in self.branches for paper in branch.papers}
        written = Counter(branch_of[pair.split("/")[1]] for pair in self.pairs())
        return {f"documents read of {b.id}": [b.moved("read"), n] for b, n in written.items() if b.moved("read") != n}


class Rosters(Kind):
    """auth: an import adds a member to a branch of its own. Others hear of each, once."""
    share = 0.01

    def __init__(self, branches):
        super().__init__(branches)
        self.admin, self.lock = stack.sign_in("city-admin"), threading.Lock()
        self.folder = tempfile.TemporaryDirectory()

    def begin(self):
        self.own = roster.Branch(stack.SETTINGS, stack.RUN, Path(self.folder.name), name=f"Chi bộ {uuid.uuid4()}")
        self.own.save()
        root = self.admin.login["branch"]["id"]
        self.id, = (item["id"] for item in self.admin.items(f"/v1/organizations/{root}/children", q=self.own.name))

    def one(self):
        """One import at a time, as auth itself has it."""
        with self.lock:
            name = str(uuid.uuid4())
            self.own.add(name)
            members = roster.text(roster.MEMBER, self.own.members.values())
            sha256 = stack.eventually(lambda: roster.upload(self.admin, members), 60)
            self.writer.write(self.admin, "POST", "/v1/roster-imports", {"members_sha256": sha256}, name)

    def there(self):
        return Counter(item["full_name"] for item in self.admin.items(f"/v1/organizations/{self.id}/members"))

    def derived(self):
        """How many analytics has heard of."""
        heard = self.admin.get(f"/v1/organizations/{self.id}/dashboard").json()["members"]
        n = len(self.writer.acknowledged)
        return {} if heard == n else {f"members heard of {self.own.name}": [heard, n]}


KINDS = [Comments, Proposals, Meetings, Documents, Devices, Members, Readings, Receipts, Rosters]
