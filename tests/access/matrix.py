"""matrix.csv, read and asked: what an actor may do with a thing."""
import csv
import re
from dataclasses import dataclass
from pathlib import Path

ROLES = "UMDSKOA"
ATTRIBUTES = ("state", "kind", "addressed", "classification")
MAY, REFUSED, UNSEEN, NOBODY = "2xx", "403", "404", "401"
RANK = [UNSEEN, REFUSED, MAY]


@dataclass(frozen=True)
class Row:
    line: int
    action: str
    routes: tuple
    attributes: tuple  # one cell for each of ATTRIBUTES
    cells: dict  # role → {place: outcome}
    least: str

    @property
    def is_public(self):
        return self.least == "public"

    def matches(self, route, values):
        return route in self.routes and all(admits(cell, value) for cell, value in zip(self.attributes, values))


def admits(cell, value):
    if cell == "*":
        return True
    return value != cell[1:] if cell.startswith("!") else value == cell


def read_cell(text):
    """`own (parent)` → {"own": "2xx", "parent": "403"}"""
    places = {}
    for refused, allowed in re.findall(r"\(([^)]*)\)|([^\s()]+)", text):
        for place in (refused or allowed).split():
            places[place] = REFUSED if refused else MAY
    return places


def read(path=Path(__file__).with_name("matrix.csv")):
    lines = [(number, line) for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
             if not line.startswith("#")]
    header, *rest = lines
    names = next(csv.reader([header[1]]))
    rows = []
    for number, line in rest:
        fields = dict(zip(names, next(csv.reader([line])), strict=True))
        rows.append(Row(number, fields["action"], tuple(fields["route"].split("; ")),
                        tuple(fields[name] for name in ATTRIBUTES),
                        {role: read_cell(fields[role]) for role in ROLES}, fields["least"]))
    return rows


ROWS = read()
PUBLIC = {route for row in ROWS if row.is_public for route in row.routes}
ROUTES = list(dict.fromkeys(route for row in ROWS for route in row.routes))


def row_of(route, actor, thing):
    values = (thing.state, thing.kind, "yes" if thing.is_addressed_to(actor) else "no", thing.classification)
    rows = [row for row in ROWS if row.matches(route, values)]
    assert len(rows) == 1, f"{route} {values}: matrix.csv has {len(rows)} rows"
    return rows[0]


def outcome_of(row, actor, thing):
    """The best of what the actor's roles give."""
    if actor is None:
        return MAY if row.is_public else NOBODY
    if row.least and not row.is_public and not any(role in row.least.split() for role, _ in actor.hats):
        return REFUSED
    outcomes = [UNSEEN]
    for role, organization in actor.hats:
        cell = row.cells[role]
        outcomes += [cell[place] for place in ("*", *thing.places(actor, organization)) if place in cell]
    return max(outcomes, key=RANK.index)


def expected(route, actor, thing):
    return outcome_of(row_of(route, actor, thing), actor, thing)
