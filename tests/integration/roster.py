"""A branch of a test's own, under the city, brought in and changed by the roster import: the demo's branches stay as
they are."""
import csv
import subprocess
import uuid
from dataclasses import dataclass, field
from pathlib import Path

ORGANIZATION = ["code", "parent_code", "level", "name", "meeting_day"]
MEMBER = ["card_number", "full_name", "date_of_birth", "gender", "joined_on", "branch_code", "status", "exempt",
          "position", "position_org_code", "phone"]
ROOT_CODE = "HN"


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
