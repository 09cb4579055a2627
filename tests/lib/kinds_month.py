"""More kinds of writes (kinds.py): what a branch does from one meeting to the next."""
import itertools
import random
import threading
import uuid
from collections import Counter

import stack
from kind import Kind, ahead, answered_otherwise, location


class Tasks(Kind):
    """meeting: added by secretaries, of whom nobody else hears, and done at once: an organisation has 500 open ones at
    most."""
    share = 0.02

    def begin(self):
        self.round, self.turn = uuid.uuid4().hex, itertools.count()

    def one(self):
        branch, title = random.choice(self.branches), f"{self.round} {next(self.turn)}"
        who = branch.secretary
        made = self.writer.write(who, "POST", f"/v1/organizations/{branch.id}/tasks",
                                 {"title": title, "due_on": ahead(86400 * 30)[:10]}, title)
        if made is not None:
            self.writer.write(who, "PATCH", location(who, made), {"state": "done"}, f"{title} done",
                              headers={"If-Match": '"1"'})

    def there(self):
        self.listed = [item for branch in self.branches
                       for item in branch.secretary.items(f"/v1/organizations/{branch.id}/tasks")
                       if item["title"].startswith(self.round)]
        return Counter(item["title"] for item in self.listed) + Counter(f"{item['title']} done" for item in self.listed
                                                                        if item["state"] == "done")

    def derived(self):
        answered = {key: answer for key, answer in self.writer.acknowledged.items() if not key.endswith(" done")}
        return answered_otherwise(answered, self.listed, "title")


class Rolls(Kind):
    """meeting: the secretary says of members why they are not there, each time in other words, and it is counted."""
    share = 0.03

    def begin(self):
        self.round, self.turn = uuid.uuid4().hex[:8], itertools.count()
        self.meetings = {branch: stack.schedule(branch.secretary, ahead(1500), title="Điểm danh")["id"]
                         for branch in self.branches}
        self.branch_of = {item["id"]: branch for branch in self.branches for item in branch.secretary.items(
            f"/v1/organizations/{branch.id}/members", exempt="false") if item["status"] != "suspended"}

    def one(self):
        member, branch = random.choice(list(self.branch_of.items()))
        reason = f"{member}/{self.round}/{next(self.turn)}"
        self.writer.write(branch.secretary, "POST", f"/v1/meetings/{self.meetings[branch]}/attendance",
                          {"entries": [{"member_id": member, "state": "excused", "reason": reason}]}, reason)

    def there(self):
        self.said = {item["member"]["id"]: item["reason"] for branch in self.branches for item in
                     branch.secretary.items(f"/v1/meetings/{self.meetings[branch]}/attendance") if item["state"]}
        written = {key.split("/")[0] for key in self.writer.acknowledged}
        strange = Counter({member: 2 for member in self.said if member not in written})
        return Counter({key: int(key.split("/")[0] in self.said) for key in self.writer.acknowledged}) + strange

    def derived(self):
        wrong = {f"reason of {member}": reason for member, reason in self.said.items()
                 if reason not in self.writer.acknowledged}
        written = Counter(self.branch_of[member] for member in self.said)
        counted = {branch: branch.secretary.get(f"/v1/meetings/{self.meetings[branch]}").json()["attendance"]
                   for branch in written}
        return wrong | {f"excused of {b.id}": [counted[b], n] for b, n in written.items()
                        if counted[b]["excused"] != n}


class Told(Kind):
    """meeting: that somebody was told of his branch's meeting by a call; each once, and again when all were: what is
    said a second time changes nothing."""
    share = 0.03

    def begin(self):
        self.turn = itertools.count()
        self.to_call = {branch: itertools.cycle([item["id"] for item in branch.secretary.items(
            f"/v1/organizations/{branch.id}/members")]) for branch in self.branches}

    def one(self):
        branch = random.choice(self.branches)
        member = next(self.to_call[branch])
        path = f"/v1/meetings/{branch.meeting['id']}/readers/{member}"
        self.writer.write(branch.secretary, "PUT", path, {"told": True}, f"{member} told {next(self.turn)}")

    def there(self):
        """Whom nobody told would count as doubled."""
        listed = [item for branch in self.branches
                  for item in branch.secretary.items(f"/v1/meetings/{branch.meeting['id']}/readers")]
        found = Counter(item["member"]["id"] for item in listed if item["told_at"])
        written = {key.split()[0] for key in self.writer.acknowledged}
        strange = Counter({member: 2 for member in found if member not in written})
        return Counter({key: found[key.split()[0]] for key in self.writer.acknowledged}) + strange


class Held(Kind):
    """A meeting of each branch that was held, which its secretary writes to one write after the other."""
    share = 0.02

    def begin(self):
        self.round = uuid.uuid4().hex[:8]
        self.meetings = {branch: stack.schedule(branch.secretary, ahead(3)) for branch in self.branches}
        self.locks = {branch: threading.Lock() for branch in self.branches}
        self.turns = {branch: 0 for branch in self.branches}
        for branch in self.branches:
            stack.eventually(lambda b=branch: self.hold(b), 60)

    def path(self, branch, rest=""):
        return f"/v1/meetings/{self.meetings[branch]['id']}{rest}"

    def hold(self, branch):
        answer = branch.secretary.post(self.path(branch, "/hold"), headers={"Prefer": "wait=20"},
                                       json={"ended_at": self.meetings[branch]["starts_at"]})
        assert answer.status_code == 200, answer.text
        self.meetings[branch] = answer.json()
        return True

    def key(self, branch, turn):
        return f"{self.round}/{self.branches.index(branch)}/{turn}"

    def one(self):
        """The branch's next turn, when the one before it is over."""
        branch = random.choice(self.branches)
        with self.locks[branch]:
            if self.write(branch, self.turns[branch], self.key(branch, self.turns[branch])) is not None:
                self.turns[branch] += 1

    def there(self):
        """Each turn raises the version by one: of more than were acknowledged the last counts as doubled."""
        found = Counter()
        for branch in self.branches:
            turns, n = self.found(branch), self.turns[branch]
            found.update(self.key(branch, turn) for turn in range(min(turns, n)))
            found[self.key(branch, n - 1)] += turns - n if turns > n > 0 else 0
        return found


class Minutes(Held):
    """meeting: written by the secretary in ever other words, over the version that he has read."""

    def write(self, branch, turn, key):
        headers = {"If-Match": f'"{turn}"'} if turn else None
        return self.writer.write(branch.secretary, "PUT", self.path(branch, "/minutes"), {"text": key}, key,
                                 headers=headers)

    def found(self, branch):
        """How many turns there were."""
        return branch.secretary.get(self.path(branch, "/minutes")).json().get("version", 0)

    def derived(self):
        texts = {b: b.secretary.get(self.path(b, "/minutes")).json()["text"] for b, n in self.turns.items() if n}
        return {f"minutes of {b.id}": text for b, text in texts.items() if text != self.key(b, self.turns[b] - 1)}


class Resolutions(Held):
    """meeting: settled by one resolution of the branch and then by another, again and again."""

    def begin(self):
        super().begin()
        self.documents = {branch: [branch.paper("none", kind="resolution", number=f"{self.round}-{n}-NQ/CB")["id"]
                                   for n in range(2)] for branch in self.branches}

    def write(self, branch, turn, key):
        return self.writer.write(branch.secretary, "PUT", self.path(branch, "/resolution"),
                                 {"document_id": self.documents[branch][turn % 2]}, key)

    def found(self, branch):
        return branch.secretary.get(self.path(branch)).json()["version"] - self.meetings[branch]["version"]

    def derived(self):
        settled = {branch: branch.secretary.get(self.path(branch)).json()["resolution"] for branch in self.branches}
        return {f"resolution of {b.id}": settled[b] for b, n in self.turns.items()
                if n and settled[b]["document_id"] != self.documents[b][(n - 1) % 2]}


class Reminders(Kind):
    """meeting: of this month, by the branch's own secretary, more than once: the branch is reminded the first time, if
    it has not registered, and left out of the others for 72 hours."""
    share = 0.02

    def begin(self):
        self.round, self.turn = uuid.uuid4().hex[:8], itertools.count()
        self.month, _ = stack.next_month(0)
        self.before = [set(self.reminders_of(branch)) for branch in self.branches]

    def one(self):
        branch = random.choice(self.branches)
        self.writer.write(branch.secretary, "POST", f"/v1/organizations/{branch.id}/reminders",
                          {"month": self.month, "kind": "not_registered"},
                          f"{self.branches.index(branch)} {self.round} {next(self.turn)} remind")

    def there(self):
        """An answer that came late is asked for by its operation; who was left out stands for himself."""
        self.heard = [Counter(self.reminders_of(branch)) for branch in self.branches]
        self.said = {key: self.answer_to(key, answer) for key, answer in self.writer.acknowledged.items()}
        return Counter({key: self.heard[int(key.split()[0])][said["notification_id"]] if said["branches"] else 1
                        for key, said in self.said.items()})

    def reminders_of(self, branch):
        return [item["id"] for item in branch.inbox_until_papers(branch.secretary).values()
                if item["kind"] == "reminder"]

    def answer_to(self, key, answer):
        branch = self.branches[int(key.split()[0])]
        if answer.status_code == 201:
            return answer.json()
        return branch.secretary.get(f"/v1/operations/{answer.json()['id']}").json()["result"]

    def derived(self):
        reminded = Counter(key.split()[0] for key, said in self.said.items() if said["branches"])
        told = {said["notification_id"] for said in self.said.values() if said["branches"]}
        strange = {item: "nobody was answered so" for before, heard in zip(self.before, self.heard)
                   for item in heard if item not in told | before}
        return {f"branch {branch} was reminded": n for branch, n in reminded.items() if n > 1} | strange


MONTH = [Tasks, Rolls, Told, Minutes, Resolutions, Reminders]
