"""Calls every route as every actor about every thing, each actor in a thread of his own, and keeps the answers."""
import copy
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import matrix
from calls import CALLS, NEW_DEVICE, of, send
from world import client_with, stack


@dataclass
class Asked:
    route: str
    actor: object  # None: nobody
    thing: object
    expected: str
    answer: object
    absent: object = None  # of a 404: what a random id answers

    @property
    def status(self):
        return self.answer.status_code

    @property
    def given(self):
        """2xx: permitted, whatever state or version says to it."""
        passes = of(CALLS[self.route].passes, self.thing)
        known = {passes: matrix.MAY, 401: matrix.NOBODY, 403: matrix.REFUSED, 404: matrix.UNSEEN}
        return known.get(self.status, str(self.status))

    def __str__(self):
        who = self.actor.name if self.actor else "nobody"
        thing = self.thing
        what = " ".join(str(word) for word in (thing.type, thing.state, thing.kind, thing.classification)
                        if word != "-")
        where = next((code for code, identifier in thing.world.codes.items() if identifier == thing.organization), "")
        return f"{who}, {what} {where}: expected {self.expected}, got {self.status} {self.answer.text[:200]}"


class Copies:
    """A permitted call that would change the world is made on a copy: one for each row of the matrix, role, place."""

    def __init__(self):
        self.made, self.lock = set(), threading.Lock()

    def take(self, row, route, actor, thing):
        permitting = {(role, place) for role, organization in actor.hats for place in thing.places(actor, organization)
                      if row.cells[role].get(place) == matrix.MAY}
        key = (row.line, route, frozenset(permitting))
        with self.lock:
            if key in self.made:
                return None
            self.made.add(key)
        return thing.make()


def stranger(thing):
    """One like it that does not exist."""
    other = copy.copy(thing)
    other.id = str(uuid.uuid4())
    return other


def ask(actor, client, route, thing, copies):
    row = matrix.row_of(route, actor, thing)
    expected = matrix.outcome_of(row, actor, thing)
    asked_about = thing
    if actor and expected == matrix.MAY and CALLS[route].on_a_copy(thing):
        asked_about = copies.take(row, route, actor, thing)
    if asked_about is None:
        return None
    return Asked(route, actor, thing, expected, send(client, route, asked_about))


def ask_as(world, actor, copies):
    token = stack.ctl("token", actor.card).strip() if actor else None
    other = client_with(token)
    asked = []
    for route in matrix.ROUTES:
        call = CALLS[route]
        client = other if call.as_another_session or not actor else actor.client
        things = world.things[call.things] if actor else world.things[call.things][:1]
        of_route = [each for each in (ask(actor, client, route, thing, copies) for thing in things) if each]
        compare_with_nothing(client, [each for each in of_route if each.status == 404])
        asked += of_route
    if actor:
        actor.client.delete(f"/v1/me/devices/{NEW_DEVICE}")
    return asked


def compare_with_nothing(client, unseen):
    absent = send(client, unseen[0].route, stranger(unseen[0].thing)) if unseen else None
    for each in unseen:
        each.absent = absent


def bytes_of(answer):
    """Correlation ids are the same in all requests of these sessions."""
    return answer.status_code, {name: value for name, value in answer.headers.items() if name != "Date"}, answer.content


def ask_everything(world):
    copies = Copies()
    with ThreadPoolExecutor(len(world.actors) + 1) as pool:
        return [each for asked in pool.map(lambda actor: ask_as(world, actor, copies), [None, *world.actors])
                for each in asked]
