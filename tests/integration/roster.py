"""Roster files, imported by the command line or through the API. `Branch` is a branch of a test's own, under the city:
the demo's branches stay as they are."""
import csv
import io
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from client import eventually

ORGANIZATION = ["code", "parent_code", "level", "name", "meeting_day"]
MEMBER = ["card_number", "full_name", "date_of_birth", "gender", "joined_on", "branch_code", "status", "exempt",
          "position", "position_org_code", "phone"]
ROOT_CODE = "HN"


def text(header, rows):
    """A file of these rows."""
    file = io.StringIO()
    writer = csv.DictWriter(file, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def upload(admin, content):
    answer = admin.post("/v1/blobs", data=content.encode() if isinstance(content, str) else content,
                        headers={"Content-Type": "text/csv"})
    assert answer.status_code == 201, answer.text
    return answer.json()["sha256"]


def ask(admin, members, organizations=None, **body):
    """Uploads and imports: the operation, as it was answered."""
    if organizations is not None:
        body["organizations_sha256"] = upload(admin, organizations)
    answer = admin.post("/v1/roster-imports", json={"members_sha256": upload(admin, members), **body})
    assert answer.status_code == 202, answer.text
    return answer.json()


def settled(admin, operation, deadline_s=120):
    """The operation, once it is done."""
    def look():
        found = admin.get(f"/v1/operations/{operation['id']}").json()
        return found if found["state"] != "pending" else None
    return eventually(look, deadline_s)


def bring(admin, members, organizations=None, **body):
    """What an import through the API did."""
    done = settled(admin, ask(admin, members, organizations, **body))
    assert done["state"] == "succeeded", done
    return done["result"]


@dataclass
class Branch:
    """`save` imports what changed: the name, or rows of `members` by card."""
    settings: dict
    run: Path
    folder: Path
    code: str = field(default_factory=lambda: f"T-{uuid.uuid4().hex[:12]}")
    name: str = ""
    members: dict = field(default_factory=dict)

    def add(self, full_name, position="", phone=""):
        card = f"T{uuid.uuid4().hex[:12]}"
        self.members[card] = {"card_number": card, "full_name": full_name, "branch_code": self.code,
                              "status": "official", "exempt": "false", "position": position, "phone": phone}
        return card

    def save(self):
        organizations = [{"code": self.code, "parent_code": ROOT_CODE, "level": "branch", "name": self.name}]
        files = [self.write("organizations.csv", ORGANIZATION, organizations),
                 self.write("members.csv", MEMBER, self.members.values())]
        auth = Path(self.settings["build_dir"]) / "services/auth/auth"
        result = subprocess.run([auth, "--config", self.run / "etc/auth.conf", "import", *files], capture_output=True,
                                text=True, timeout=120)
        assert result.returncode == 0 and "rejected=0" in result.stdout, result.stdout + result.stderr

    def write(self, name, header, rows):
        with open(self.folder / name, "w", encoding="utf-8") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return self.folder / name
