"""The running stack as the programs of tests/e2e, tests/fault and tests/bench use it: SOTAY_RUN names it, else it is
the one of deploy/local/up. It may be one of deploy/docker/up: its settings name the ctl that steers it. Import this
first: it moves to the tests' own Python where the packages are missing."""
import csv
import itertools
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import own_python  # noqa: F401
import requests

ROOT = Path(__file__).resolve().parents[2]
RUN = Path(os.environ.get("SOTAY_RUN", ROOT / ".run"))
sys.path.insert(0, str(ROOT / "tests/integration"))
import client  # noqa: E402
from client import Client, eventually  # noqa: E402,F401

SHORT = os.environ.get("SOTAY_SHORT") == "1"
SETTINGS = dict(line.split("=", 1) for line in (RUN / "settings").read_text().splitlines())
CTL = ROOT / SETTINGS.get("ctl", "deploy/local/ctl")
INSTANCES = int(SETTINGS.get("instances", 1))
LOGINS = {row["use"]: row for row in json.loads((RUN / "logins.json").read_text())}


def instances(*names):
    """As `up --instances` runs them: of two the second is NAME-2."""
    return [instance for name in names for instance in [name, f"{name}-2"][:INSTANCES]]


SERVICES = instances("auth", "meeting", "document", "notification", "analytics")
GATEWAYS = instances("gateway")
SERVERS = ["kafka", "postgres", "redis"]
BASES = [f"http://127.0.0.1:{SETTINGS['port.' + gateway]}" for gateway in GATEWAYS]
BASE = BASES[0]


def secret(name):
    return (RUN / "secrets" / name).read_text(encoding="ascii").strip()


def ctl(*arguments):
    result = subprocess.run([CTL, *arguments], capture_output=True, text=True, timeout=180,
                            env={**os.environ, "SOTAY_RUN": str(RUN)})
    if result.returncode:
        raise RuntimeError(f"ctl {' '.join(arguments)}: {result.stderr.strip()}")
    return result.stdout


def supervisor(*words):
    """supervisor("stop", "services:simulator"): what it starts and stops comes back by itself only after a crash."""
    subprocess.run(["supervisorctl", "-c", RUN / "supervisord.conf", *words], check=True, capture_output=True,
                   timeout=180)


def cards(branch_code=None, branch_name=None, limit=None):
    """Card numbers of a branch's members, as the generated roster has them."""
    with open(RUN / "city/organizations.csv", encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file) if branch_name and row["name"] == branch_name}
    codes |= {branch_code} if branch_code else set()
    with open(RUN / "city/members.csv", encoding="utf-8") as file:
        found = [row["card_number"] for row in csv.DictReader(file) if row["branch_code"] in codes]
    return found[:limit]


def sign_in(use):
    return client.sign_in(BASE, LOGINS[use])


def clients(card_numbers):
    """A client for each card, of one gateway after the other; tokens are from ctl: no password, no limit of logins."""
    tokens = ctl("token", *card_numbers).split()
    return [Client(base, token, {"card_number": card})
            for card, token, base in zip(card_numbers, tokens, itertools.cycle(BASES))]


def next_month(months=1):
    """YYYY-MM, and an hour in it: the 15th, 19:30 local time, as RFC 3339 in UTC."""
    now = time.gmtime(time.time() + 7 * 3600)
    month = now.tm_year * 12 + now.tm_mon - 1 + months
    return f"{month // 12}-{month % 12 + 1:02d}", f"{month // 12}-{month % 12 + 1:02d}-15T12:30:00Z"


def schedule(secretary, starts_at, kind="extraordinary", title="Chuyên đề"):
    """A published meeting of the secretary's branch; repeated with the same key until it is there."""
    body = {"organization_id": secretary.login["branch"]["id"], "kind": kind, "starts_at": starts_at,
            "place": "Nhà văn hóa", "publish": True, "agenda": [{"title": title, "minutes": 30, "document_ids": []}]}
    key = str(uuid.uuid4())

    def scheduled():
        answer = secretary.post("/v1/meetings", json=body, key=key, headers={"Prefer": "wait=20"})
        assert answer.status_code == 201, answer.text
        return answer.json()
    return eventually(scheduled, 90)


def comments(secretary, meeting_id):
    return [item["text"] for item in secretary.items(f"/v1/meetings/{meeting_id}/comments")]


def pid_of(name):
    """Of the process that runs, or as soon as its supervisor has it back."""
    def found():
        try:
            return int(ctl("pid", name))
        except RuntimeError:
            return None
    return eventually(found, 60)


def kill(name):
    """kill -9 of the process that runs now; its supervisor starts it again."""
    pid = pid_of(name)
    os.kill(pid, 9)
    return pid


def operations_port(name):
    """Where a part says whether it is ready, and what it measures."""
    return SETTINGS["port." + name.replace("gateway", "gateway_ops")]


def ask_failpoints(service, method, **parameters):
    """Asks again while the process is on its way back."""
    address = f"http://127.0.0.1:{operations_port(service)}/failpoints"
    answer = eventually(lambda: [Client("").session.request(method, address, params=parameters, timeout=10)], 60)[0]
    assert answer.status_code == 200, f"{service} {method} {parameters}: {answer.status_code}"
    return answer.text


def arm(service, failpoint, action):
    """Of a test build; action: kill, hang, fail, off."""
    ask_failpoints(service, "POST", name=failpoint, action=action)


def failpoints(service):
    """What its binary says: name → armed and not reached yet."""
    return {line.split()[0]: line.endswith(" armed") for line in ask_failpoints(service, "GET").splitlines()}


def is_ready(name):
    if name in SERVERS:
        return any(line.split()[0] == name and line.endswith(" ready") and "not ready" not in line
                   for line in status().splitlines())
    return Client("").session.get(f"http://127.0.0.1:{operations_port(name)}/readyz", timeout=5).status_code == 200


def status():
    return subprocess.run([CTL, "status"], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "SOTAY_RUN": str(RUN)}).stdout


def pushes(notification):
    """What the simulator took of it."""
    return [json.loads(line) for line in ctl("pushes", "--notification", notification).splitlines() if line]
