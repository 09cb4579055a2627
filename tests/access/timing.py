"""Whether the time of an answer tells what is unseen from what is not there: both are asked for in turn, in random
order, and their times are compared by rank (Mann and Whitney's U). Among hundreds of pairs chance alone makes one
improbable; so one that is, is measured again, and told only when that says the same."""
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist, median

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))
from asking import stranger  # noqa: E402
from calls import send  # noqa: E402
from world import client_with, stack  # noqa: E402
from wrk import gateway_without_rates  # noqa: E402

WARM_UP, IMPROBABLE, AT_ONCE = 10, 0.001, 2


@dataclass
class Pair:
    route: str
    actor: object
    unseen: object
    absent: object

    def __str__(self):
        thing = self.unseen
        words = (thing.type, thing.state, thing.kind, thing.classification)
        return f"{self.route} as {self.actor.name}, {' '.join(str(word) for word in words if word != '-')}"


def pairs_of(answers):
    """One for each route and kind of thing."""
    found = {}
    for each in answers:
        if each.status == 404 and each.actor:
            thing = each.thing
            key = (each.route, thing.type, thing.state, thing.kind, thing.classification)
            found.setdefault(key, Pair(each.route, each.actor, thing, stranger(thing)))
    return list(found.values())


def time_us(client, route, thing):
    answer = send(client, route, thing)
    assert answer.status_code == 404, f"{route}: {answer.status_code} {answer.text[:200]}"
    return answer.elapsed.total_seconds() * 1e6


def measure(client, pair, rounds):
    """Times in µs of the unseen and of the absent."""
    times = ([], [])
    for turn in range(WARM_UP + rounds):
        for which in random.sample((0, 1), 2):
            took = time_us(client, pair.route, (pair.unseen, pair.absent)[which])
            if turn >= WARM_UP:
                times[which].append(took)
    return times


def probability(one, other):
    """Two-sided, that samples of the same come out as different as these; and which is the slower. Ties, of clocks that
    count µs, are too few to matter."""
    ranked = sorted([(took, 0) for took in one] + [(took, 1) for took in other])
    rank_sum = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(one), len(other)
    mean, deviation = n * (n + m + 1) / 2, (n * m * (n + m + 1) / 12) ** 0.5
    z = (rank_sum - mean) / deviation
    return 2 * NormalDist().cdf(-abs(z)), z > 0


def differs(base, pair, rounds):
    """A line about it when it does."""
    client = client_with(stack.ctl("token", pair.actor.card).strip())
    client.base_url = base
    first, first_slower = probability(*measure(client, pair, rounds))
    if first >= IMPROBABLE:
        return None
    times = measure(client, pair, 4 * rounds)
    second, second_slower = probability(*times)
    if second >= IMPROBABLE or first_slower != second_slower:
        return None
    unseen_us, absent_us = map(median, times)
    return f"{pair}: {unseen_us:.0f} µs, of a random id {absent_us:.0f} µs, p {first:.1g} and {second:.1g}"


def compare(answers, rounds):
    """Prints what differs; returns how many."""
    pairs = pairs_of(answers)
    with gateway_without_rates() as base, ThreadPoolExecutor(AT_ONCE) as pool:
        told = [each for each in pool.map(lambda pair: differs(base, pair, rounds), pairs) if each]
    for each in told:
        print(f"FAIL {each}")
    print(f"{len(pairs)} pairs timed, {rounds} rounds each: {len(told)} differ with p < {IMPROBABLE} twice")
    return len(told)
