"""What every kind of writes of a load (kinds.py) stands on: the branches that write, and how what was acknowledged is
compared with what is there."""
import uuid
from datetime import datetime, timedelta, timezone

import stack
from pace import Pace
from writer import Writer


# Of the ten that one member may ask for in a second: what a secretary of a load writes, of all kinds together. Others
# read and write in his name as well. Beyond it whoever comes is told to wait, and by chance one for long.
SECRETARY_PER_S = 5


def ahead(seconds):
    return (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


COMMENTED, PROPOSED = "comment_received", "proposal_received"


def location(who, made):
    """Of what was written; a write that was acknowledged late is found by its operation."""
    if made.status_code == 201:
        return made.headers["Location"]

    def found():
        operation = who.get(made.headers["Location"])
        assert operation.status_code == 200, operation.text
        return operation.json()["resource_url"]
    return stack.eventually(found, 60)


class Branch:
    """A branch of the city, and in each round a new meeting and new papers, unread in the inbox of every member."""

    def __init__(self, use, members, papers):
        self.secretary = stack.sign_in(use)
        self.secretary.pace = Pace(SECRETARY_PER_S)
        self.id, name = self.secretary.login["branch"]["id"], self.secretary.login["branch"]["name"]
        self.members = stack.clients(stack.cards(branch_name=name, limit=members))
        self.n_papers = papers

    def begin(self):
        self.since, self.issued = ahead(-5), 0
        self.month, starts_at = stack.next_month()
        self.this_month, _ = stack.next_month(0)
        self.before = self.counts()
        self.meeting = stack.schedule(self.secretary, starts_at)
        self.papers = [self.paper(requires_acknowledgement=True) for _ in range(self.n_papers)]
        stack.eventually(lambda: {paper["notification_id"]
                                  for paper in self.papers} <= set(self.inbox_until_papers(self.members[0])), 60)

    def paper(self, notify="inbox", **changes):
        """Published; `issued` counts them beside what the kinds of writes publish."""
        draft = self.secretary.post("/v1/documents", json={**self.draft(f"Tài liệu {uuid.uuid4()}"), **changes},
                                    headers={"Prefer": "wait=20"})
        assert draft.status_code == 201, draft.text
        paper = self.secretary.post(f"/v1/documents/{draft.json()['id']}/publish", json={"notify": notify},
                                    headers={"Prefer": "wait=20"})
        assert paper.status_code == 200, paper.text
        self.issued += 1
        return paper.json()

    def draft(self, title):
        audience = {"organization_ids": [self.id], "subtree": False, "roles": [], "member_ids": []}
        return {"kind": "material", "title": title, "organization_id": self.id, "audience": audience,
                "classification": "internal", "text": "Nội dung"}

    def counts(self):
        """Of the dashboard: comments in the meeting's month, documents in this one and, should it end meanwhile, the
        next."""
        months = [self.dashboard(month) for month in (self.this_month, self.month)]
        published, read = (sum(month["documents"][what] for month in months) for what in ("published", "read"))
        return {"comments": months[1]["participation"]["comments"], "published": published, "read": read}

    def dashboard(self, month):
        answer = self.secretary.get(f"/v1/organizations/{self.id}/dashboard", params={"month": month})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def moved(self, count):
        return self.counts()[count] - self.before[count]

    def inbox_until_papers(self, who):
        """Item id → item of this round: the papers are its oldest."""
        items, wanted = {}, {paper["notification_id"] for paper in self.papers}
        for item in who.items("/v1/inbox"):
            items[item["id"]] = item
            wanted.discard(item["id"])
            if not wanted:
                break
        return items

    def secretary_heard(self, kind):
        """Of the meeting; many facts may share an item: there is one at least."""
        return any(item["kind"] == kind and item["subject"]["id"] == self.meeting["id"]
                   for item in self.inbox_until_papers(self.secretary).values())


class Kind:
    """`there` counts each acknowledged key as often as it is found; `derived` names what follows from the writes and is
    not so (yet)."""

    def __init__(self, branches):
        self.branches = branches

    def begin(self):
        """Fresh ground; nothing is written yet."""

    def start(self):
        self.writer, self.wrong = Writer(), {}

    def derived(self):
        return {}


def answered_otherwise(acknowledged, items, field):
    """What was answered 201 is what is there, under the same id."""
    there = {item[field]: item["id"] for item in items}
    answered = {key: answer.json() for key, answer in acknowledged.items() if answer.status_code == 201}
    return {f"answer to {key}": [said["id"], said[field], there.get(key)] for key, said in answered.items()
            if (said["id"], said[field]) != (there.get(key), key)}


def out_of_order(keys, times):
    """Of keys as they are listed those that stand behind one that was sent after they had been acknowledged."""
    wrong, newest = {}, 0.0
    for key in keys:
        sent, acknowledged = times.get(key, (newest, newest))
        if acknowledged < newest:
            wrong[f"place of {key}"] = "behind one that was sent later"
        newest = max(newest, sent)
    return wrong
