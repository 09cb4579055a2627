"""The small world of the access test: people of the demo city for each role at each place, and what they make through
the public API.

Everything is seen from branch 2 of ward Trung Liệt: it has a suspended member, and its ward's officers and committee
are of branch 10B."""
import base64
import csv
import datetime
import json
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import stack  # noqa: E402
import requests  # noqa: E402
import roster  # noqa: E402
from client import Client, eventually  # noqa: E402

BRANCH, SIBLING, FAR, WARD, DISTRICT, CITY = "HN-Q02-TL-2", "HN-Q02-TL-1", "HN-Q01-DC-4", "HN-Q02-TL", "HN-Q02", "HN"
FAR_WARD, FAR_DISTRICT = "HN-Q01-DC", "HN-Q01"
POSITIONS = {"": "M", "deputy_secretary": "D", "secretary": "S", "committee_member": "K", "officer": "O", "admin": "A"}
PEOPLE = [*((role, code) for code in (BRANCH, SIBLING, FAR) for role in "MDS"), ("U", BRANCH),
          *((role, code) for code in (WARD, DISTRICT, CITY, FAR_WARD) for role in "KO"), ("O", FAR_DISTRICT),
          ("A", CITY)]
IN_FLIGHT = threading.Semaphore(8)
# One dot.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==")


# --- people

class GatedSession(requests.Session):
    """However many actors there are, few requests are under way. Waiting for one's rate is outside."""

    def request(self, *args, **options):
        with IN_FLIGHT:
            return super().request(*args, **options)


@dataclass(eq=False)
class Actor:
    name: str  # S@HN-Q02-TL-2
    card: str
    client: Client
    me: dict = field(default_factory=dict)
    hats: list = field(default_factory=list)  # (role, id of an organisation)

    def learn(self):
        answer = self.client.get("/v1/me")
        assert answer.status_code == 200, answer.text
        self.me = answer.json()
        self.hats = [("U" if self.me["status"] == "suspended" else "M", self.me["branch"]["id"])]
        self.hats += [(POSITIONS[held["role"]], held["organization"]["id"]) for held in self.me["roles"]]


def card_of(roster, role, code):
    """The roster's first who holds the position there and no other; of members, one who holds none."""
    for row in roster:
        is_plain = not row["position"] and row["branch_code"] == code
        if role == "U" and is_plain and row["status"] == "suspended":
            return row["card_number"]
        if role == "M" and is_plain and row["status"] == "official":
            return row["card_number"]
        place = row["position_org_code"] or row["branch_code"]
        if row["position"] and POSITIONS[row["position"]] == role and place == code:
            return row["card_number"]
    raise LookupError(f"nobody is {role} of {code}")


def read_roster():
    with open(stack.RUN / "city/members.csv", encoding="utf-8") as file:
        roster = list(csv.DictReader(file))
    # The administrator is the city's own member and was there before the roster.
    _, _, card, name = (stack.RUN / "city/bootstrap.tsv").read_text(encoding="utf-8").strip().split("\t")
    administrator = {"card_number": card, "full_name": name, "branch_code": CITY, "status": "official",
                     "position": "admin", "position_org_code": CITY}
    return [*roster, administrator]


def session_of(token):
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sid"]


def client_with(token):
    made = Client(stack.BASE, token)
    made.session = GatedSession()
    made.session.trust_env = False
    # The same in every request: answers can be compared byte for byte.
    made.session.headers["X-Correlation-Id"] = "access"
    return made


# --- things

@dataclass(eq=False)
class Thing:
    """What a path or a body names."""
    world: "World"
    type: str
    id: str
    organization: str = None
    state: str = "-"
    kind: str = "-"
    classification: str = "-"
    owner: Actor = None
    audience: dict = None  # None: nobody is addressed
    make: object = None  # makes another one like it
    resource: dict = None
    parent: "Thing" = None  # a comment's meeting, what a notification is about
    documents: tuple = ()  # on a meeting's agenda
    participant: str = None  # one of a meeting's
    by: Actor = None  # whose act it was

    def places(self, actor, seen_from):
        if self.owner is actor:
            yield "self"
        if self.organization:
            yield self.world.place(seen_from, self.organization)
        if self.world.is_branch_of(self.organization, seen_from):
            yield "branch"

    def is_addressed_to(self, actor):
        if actor is None or self.audience is None:
            return False
        if actor.me["id"] in self.audience.get("member_ids", []):
            return True
        return self.classification != "restricted" and any(self.holds(role, organization)
                                                           for role, organization in actor.hats)

    def holds(self, role, organization):
        roles = [POSITIONS.get(word, "M") for word in self.audience.get("roles", [])]
        if roles and role not in roles and "M" not in roles:
            return False
        reach = self.world.path(organization) if self.audience.get("subtree") else [organization]
        return any(each in self.audience.get("organization_ids", []) for each in reach)


class World:
    def __init__(self):
        # what finds these things among others'
        self.mark, self.agenda_mark = (f"{word} {uuid.uuid4().hex[:12]}" for word in ("Nơi", "Việc"))
        self.roster = read_roster()
        self.actors = self.find_people()
        self.by_name = {actor.name: actor for actor in self.actors}
        self.parents, self.codes = {}, {}
        self.learn_tree()
        self.things = {}
        self.make_everything()

    def find_people(self):
        chosen = [(f"{role}@{code}", card_of(self.roster, role, code)) for role, code in PEOPLE]
        tokens = stack.ctl("token", *(card for _, card in chosen)).split()
        actors = [Actor(name, card, client_with(token)) for (name, card), token in zip(chosen, tokens)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Actor.learn, actors))
        return actors

    def who(self, role, code):
        return self.by_name[f"{role}@{code}"]

    # The tree

    def learn_tree(self):
        for actor in self.actors:
            path = [organization["id"] for organization in actor.me["organizations"]]
            for parent, child in zip([None, *path], path):
                self.parents[child] = parent
        admin = self.who("A", CITY).client
        for identifier in self.parents:
            self.codes[admin.get(f"/v1/organizations/{identifier}").json()["code"]] = identifier

    def path(self, organization):
        """Itself first."""
        return [organization, *self.path(self.parents[organization])] if organization else []

    def place(self, seen_from, target):
        if seen_from == target:
            return "own"
        if target in self.path(seen_from):
            return "parent"
        if seen_from in self.path(target):
            return "child"
        return "sibling" if self.parents[seen_from] == self.parents[target] else "other"

    def is_branch_of(self, target, organization):
        branches = (self.codes[code] for code in (BRANCH, SIBLING, FAR))
        return target in branches and self.parents[target] == organization

    # What is in it

    def make_everything(self):
        self.things["organization"] = [Thing(self, "organization", self.codes[code], self.codes[code])
                                       for code in (BRANCH, SIBLING, FAR, WARD, DISTRICT, CITY, FAR_WARD)]
        self.things["host"] = [Thing(self, "host", self.codes[code], self.codes[code], kind=kind)
                               for code in (BRANCH, WARD) for kind in ("thematic", "executive")]
        self.things["issuer"] = [Thing(self, "issuer", self.codes[code], self.codes[code],
                                       classification=classification)
                                 for code in (BRANCH, WARD) for classification in ("internal", "restricted")]
        self.things["member"] = [self.member(role, code) for role, code in (("M", BRANCH), ("D", SIBLING), ("S", FAR))]
        self.things["post"] = [Thing(self, "post", self.who("M", BRANCH).me["id"], self.codes[BRANCH])]
        self.things["transfer"] = [self.declined_transfer()]
        self.things["roster"] = [self.previewed_roster()]
        self.things["document"] = self.make_documents()
        self.things["picture"] = self.make_pictures()
        self.things["meeting"] = self.make_meetings()
        self.things["comment"] = self.make_comments()
        self.things["proposal"] = self.make_proposals()
        self.things["task"] = [self.prepared("task", who, code) for who, code in self.preparers()]
        self.things["template"] = [self.prepared("template", who, code) for who, code in self.preparers()]
        self.things["notification"] = self.find_notifications()
        self.things["recovery"] = [self.recovery(code) for code in (BRANCH, SIBLING, FAR)]
        self.things["nothing"] = [Thing(self, "nothing", None)]
        self.things["nowhere"] = [Thing(self, "nowhere", str(uuid.uuid4()))]
        self.make_own()

    def post(self, who, path, body, status):
        answer = who.client.post(path, json=body, headers={"Prefer": "wait=20"})
        assert answer.status_code == status, f"{who.name} POST {path}: {answer.text}"
        return answer.json()

    # Members

    def member(self, role, code):
        who = self.who(role, code)
        return Thing(self, "member", who.me["id"], self.codes[code], owner=who)

    def declined_transfer(self):
        """Of somebody who is none of the actors, to the sibling, whose secretary has declined it."""
        acting = {actor.me["id"] for actor in self.actors}
        listed = self.who("S", BRANCH).client.items(f"/v1/organizations/{self.codes[BRANCH]}/members")
        member = next(each["id"] for each in listed if each["id"] not in acting and not each["roles"])
        asked = self.post(self.who("S", BRANCH), "/v1/transfers",
                          {"member_id": member, "to_branch_id": self.codes[SIBLING], "kind": "permanent",
                           "reason": self.mark}, 201)
        self.post(self.who("S", SIBLING), f"/v1/transfers/{asked['id']}/decline", {}, 200)
        return Thing(self, "transfer", asked["id"], self.codes[BRANCH])

    def previewed_roster(self):
        """Of a file without rows, so that nothing comes of taking it."""
        admin = self.who("A", CITY).client
        asked = roster.ask(admin, roster.text(roster.MEMBER, []), dry_run=True)
        done = roster.settled(admin, asked)
        assert done["state"] == "succeeded", done
        return Thing(self, "roster", done["result"]["id"], self.codes[CITY])

    # Documents

    def document(self, who, code, state, classification="internal", file=None, **audience):
        body = {"kind": "news", "title": f"{self.mark} {state}", "organization_id": self.codes[code],
                "audience": audience, "classification": classification, "text": None if file else self.mark,
                "targets": [{"text": self.mark}]}

        def make():
            if file:
                blob = who.client.post("/v1/blobs", data=file)
                assert blob.status_code == 201, f"{who.name}: {blob.text}"
                body["blob_sha256"] = blob.json()["sha256"]
            resource = self.post(who, "/v1/documents", body, 201)
            if state != "draft":
                resource = self.post(who, f"/v1/documents/{resource['id']}/publish", {"notify": "push"}, 200)
            if state == "withdrawn":
                resource = self.post(who, f"/v1/documents/{resource['id']}/withdraw", {"reason": "Thu"}, 200)
            return Thing(self, "document", resource["id"], self.codes[code], state, "-", classification, who, audience,
                         make, resource, by=who)
        return make()

    def make_documents(self):
        secretary, officer = self.who("S", BRANCH), self.who("O", WARD)
        branch, ward, city = self.codes[BRANCH], self.codes[WARD], self.codes[CITY]
        member, deputy = self.who("M", BRANCH).me["id"], self.who("D", BRANCH).me["id"]
        here = {"organization_ids": [branch]}
        return [
            self.document(secretary, BRANCH, "published", "public", **here),
            self.document(officer, WARD, "published", "public"),
            self.document(secretary, BRANCH, "published", **here),
            self.document(secretary, BRANCH, "published", **here, roles=["secretary", "deputy_secretary"]),
            self.document(secretary, BRANCH, "published", member_ids=[member]),
            self.document(secretary, BRANCH, "published", "restricted", member_ids=[member]),
            self.document(secretary, BRANCH, "withdrawn", **here),
            self.document(secretary, BRANCH, "withdrawn", "restricted", member_ids=[deputy]),
            self.document(secretary, BRANCH, "draft", "public", **here),
            self.document(self.who("D", BRANCH), BRANCH, "draft", **here),
            self.document(secretary, BRANCH, "draft", "restricted", member_ids=[deputy, member]),
            self.document(secretary, BRANCH, "draft", "restricted", **here, member_ids=[member]),
            self.document(officer, BRANCH, "published", **here),
            self.document(officer, BRANCH, "published", "restricted", member_ids=[self.who("U", BRANCH).me["id"]]),
            self.document(officer, WARD, "published", organization_ids=[ward], subtree=True),
            self.document(officer, WARD, "published", organization_ids=[ward], subtree=True, roles=["secretary"]),
            self.document(officer, WARD, "published", organization_ids=[ward]),
            self.document(officer, WARD, "draft", organization_ids=[ward], subtree=True),
            self.document(self.who("O", CITY), CITY, "published", organization_ids=[city], subtree=True,
                          roles=["officer", "committee_member"]),
        ]

    def make_pictures(self):
        """Documents of one page, which is a picture."""
        secretary, here = self.who("S", BRANCH), {"organization_ids": [self.codes[BRANCH]]}
        member = {"member_ids": [self.who("M", BRANCH).me["id"]]}
        return [
            self.document(secretary, BRANCH, "published", "public", PNG, **here),
            self.document(secretary, BRANCH, "published", "internal", PNG, **here),
            self.document(secretary, BRANCH, "published", "restricted", PNG, **member),
            self.document(secretary, BRANCH, "withdrawn", "internal", PNG, **here),
            self.document(secretary, BRANCH, "draft", "internal", PNG, **here),
            self.document(secretary, BRANCH, "draft", "restricted", PNG, **member),
        ]

    # Meetings

    def meeting(self, who, code, state, kind="thematic", documents=(), named=()):
        starts_at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=300)
        body = {"organization_id": self.codes[code], "kind": kind,
                "starts_at": starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"), "place": self.mark, "publish": state != "draft",
                "agenda": [{"title": self.agenda_mark, "minutes": 30,
                            "document_ids": [document.id for document in documents]}],
                "participant_ids": [actor.me["id"] for actor in named]}
        if named:
            kind = "named"  # of a thematic meeting to which these are asked and nobody else

        def make():
            # The meeting service hears of a document within a second.
            resource = eventually(lambda: self.post(who, "/v1/meetings", body, 201))
            if state == "cancelled":
                resource = self.post(who, f"/v1/meetings/{resource['id']}/cancel", {"reason": "Hoãn"}, 200)
            invited = [*named, self.who("K" if code == WARD else "S", code)][0].me["id"]
            return Thing(self, "meeting", resource["id"], self.codes[code], state, kind, make=make, resource=resource,
                         documents=documents, participant=invited, by=who,
                         audience={"member_ids": body["participant_ids"]} if named else None)
        return make()

    def make_meetings(self):
        secretary, officer = self.who("S", BRANCH), self.who("O", WARD)
        named = [thing for thing in self.things["document"] if thing.state == "published" and thing.owner is secretary]
        return [
            self.meeting(secretary, BRANCH, "scheduled", documents=named),
            self.meeting(secretary, BRANCH, "draft"),
            self.meeting(secretary, BRANCH, "cancelled"),
            self.meeting(secretary, BRANCH, "scheduled", "executive"),
            self.meeting(self.who("D", BRANCH), BRANCH, "draft", "executive"),
            self.meeting(officer, WARD, "scheduled", "executive"),
            self.meeting(officer, WARD, "draft", "executive"),
            self.meeting(self.who("S", FAR), FAR, "scheduled"),
            self.meeting(secretary, BRANCH, "scheduled", named=[self.who("M", BRANCH)]),
        ]

    def comment(self, who, meeting, visibility):
        resource = self.post(who, f"/v1/meetings/{meeting.id}/comments", {"text": "Ý kiến", "visibility": visibility},
                             201)
        return Thing(self, "comment", resource["id"], meeting.organization, meeting.state, meeting.kind, visibility,
                     who, parent=meeting)

    def make_comments(self):
        ordinary, executive, above = (self.things["meeting"][place] for place in (0, 3, 5))
        member, committee = self.who("M", BRANCH), self.who("K", WARD)
        return [self.comment(who, meeting, visibility) for visibility in ("branch", "secretary")
                for who, meeting in ((member, ordinary), (member, executive), (committee, above))]

    def proposal(self, who, meeting):
        resource = self.post(who, f"/v1/meetings/{meeting.id}/proposals", {"title": "Đề xuất", "reason": "A"}, 201)
        return Thing(self, "proposal", resource["id"], meeting.organization, meeting.state, meeting.kind, owner=who,
                     parent=meeting, make=lambda: self.proposal(who, meeting))

    def make_proposals(self):
        ordinary, executive, above = (self.things["meeting"][place] for place in (0, 3, 5))
        member, committee = self.who("M", BRANCH), self.who("K", WARD)
        return [self.proposal(who, meeting)
                for who, meeting in ((member, ordinary), (member, executive), (committee, above))]

    # What is prepared

    def preparers(self):
        return [(self.who("S", BRANCH), BRANCH), (self.who("O", WARD), WARD), (self.who("S", FAR), FAR)]

    def prepared(self, kind, who, code):
        path, body = {"task": ("tasks", {"due_on": "2099-12-31"}),
                      "template": ("agenda-templates", {"minutes": 10, "kinds": ["regular"]})}[kind]
        resource = self.post(who, f"/v1/organizations/{self.codes[code]}/{path}", {"title": self.mark, **body}, 201)
        return Thing(self, kind, resource["id"], self.codes[code], owner=who,
                     make=lambda: self.prepared(kind, who, code))

    # Notifications

    def find_notifications(self):
        """Of meetings and published documents."""
        return [Thing(self, "notification", subject.resource["notification_id"], subject.organization, parent=subject,
                      classification=subject.classification, audience=self.participants(subject) or subject.audience)
                for subject in self.things["meeting"] + self.things["document"]
                if subject.state in ("scheduled", "published")]

    @staticmethod
    def participants(subject):
        if subject.type != "meeting" or subject.kind == "named":
            return None
        committee = ["committee_member", "secretary", "deputy_secretary"] if subject.kind == "executive" else []
        return {"organization_ids": [subject.organization], "roles": committee}

    # Recoveries

    def recovery(self, code):
        """Of a member who holds no position and is nobody here."""
        secretary, known = self.who("S", code), [actor.me["id"] for actor in self.actors]
        member = next(each["id"] for each in secretary.client.items(f"/v1/organizations/{self.codes[code]}/members")
                      if not each["roles"] and each["activated"] and each["id"] not in known)
        resource = self.post(secretary, f"/v1/members/{member}/recoveries", {"reason": "Mất máy"}, 201)
        return Thing(self, "recovery", resource["id"], self.codes[code], resource["state"], resource=resource)

    # What is somebody's own

    def make_own(self):
        owner = self.who("M", BRANCH)
        self.things["session"] = [self.session(owner)]
        self.things["device"] = [self.device(owner)]
        answer = owner.client.post(f"/v1/meetings/{self.things['meeting'][2].id}/comments", json={"text": "A"},
                                   headers={"Prefer": "wait=0"})
        assert answer.status_code == 202, answer.text
        self.things["export"] = [self.export(owner.client.post("/v1/me/data-exports"), owner)]
        self.things["table"] = [self.table(self.who("S", BRANCH))]
        self.things["calendar"] = [self.calendar()]
        self.things["operation"] = [Thing(self, "operation", answer.json()["id"], owner=owner)]

    def calendar(self):
        """Of nobody who acts here: each of them makes and ends an address of his own."""
        acting = {actor.card for actor in self.actors}
        card = next(row["card_number"] for row in self.roster if row["card_number"] not in acting)
        answer = stack.clients([card])[0].post("/v1/me/calendar-feed")
        assert answer.status_code == 201, answer.text
        return Thing(self, "calendar", answer.json()["url"].split("/")[-1])

    def table(self, owner):
        branch = owner.client.get("/v1/me").json()["branch"]["id"]
        return self.export(owner.client.post("/v1/exports", json={
            "kind": "members", "organization_id": branch, "format": "csv"}), owner)

    def export(self, answer, owner):
        assert answer.status_code == 202, answer.text

        def settled():
            return owner.client.get(answer.headers["Location"]).json()["resource_url"]
        return Thing(self, "export", eventually(settled).split("/")[3], owner=owner)

    def session(self, owner):
        token = stack.ctl("token", owner.card).strip()
        return Thing(self, "session", session_of(token), owner=owner, make=lambda: self.session(owner))

    def device(self, owner):
        identifier = f"access-{uuid.uuid4().hex[:8]}"
        answer = owner.client.put(f"/v1/me/devices/{identifier}", json={"provider": "sim", "token": identifier},
                                  headers={"Prefer": "wait=20"})
        assert answer.status_code == 200, answer.text
        return Thing(self, "device", identifier, owner=owner, make=lambda: self.device(owner))
