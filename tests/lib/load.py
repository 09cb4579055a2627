"""A steady load of all kinds of writes, and the judgement on it afterwards."""
import json
import threading
import time
from collections import Counter

import stack
from kind import Branch
from kinds import KINDS
from kinds_documents import DOCUMENTS
from kinds_month import MONTH
from pace import Pace


FLOWS_WITHIN_S = 180  # of each kind so many on a busy machine; what stands still for good is told all the same


class Load:
    def __init__(self, uses, members, papers, per_s, writers, flow_s=2):
        self.branches = [Branch(use, members, papers) for use in uses]
        self.kinds = [kind(self.branches) for kind in [*KINDS, *MONTH, *DOCUMENTS]]
        self.per_s, self.writers, self.flow_s = per_s, writers, flow_s

    def run(self, during):
        """Writes of every kind are acknowledged before, during and after `during`; each is settled at the end."""
        for part in self.branches + self.kinds:
            part.begin()
        for kind in self.kinds:
            kind.start()
        self.stop, start = threading.Event(), time.monotonic()
        threads = [threading.Thread(target=self.work, args=(kind, pace)) for kind in self.kinds
                   for pace in [Pace(self.per_s * kind.share)] for _ in range(max(2, round(self.writers * kind.share)))]
        for thread in threads:
            thread.start()
        try:
            self.flow()
            during()
            self.flow()
        finally:
            self.stop.set()
            for thread in threads:
                thread.join()
            self.seconds = time.monotonic() - start

    def work(self, kind, pace):
        while not self.stop.is_set():
            pace.wait()
            try:
                kind.one()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and others go on
                kind.writer.refuse(type(kind).__name__, 0, repr(error))

    def flow(self):
        """flow_s seconds' worth more of each kind."""
        enough = [(kind, len(kind.writer.acknowledged) + self.flow_s * self.per_s * kind.share) for kind in self.kinds]

        def flowed():
            behind = {type(kind).__name__: (len(kind.writer.acknowledged), n) for kind, n in enough
                      if len(kind.writer.acknowledged) < n}
            assert not behind, f"too slow: {behind}, refused: {[kind.writer.refused[:1] for kind in self.kinds]}"
            return True
        stack.eventually(flowed, FLOWS_WITHIN_S)

    def longest_wait_s(self, since):
        return max(kind.writer.longest_wait_s(since) for kind in self.kinds)

    def judge(self, deadline_s=90):
        """What became of it, as a line of a report, worst kinds first; projections and pushes are given time."""
        lines = {type(kind).__name__.lower(): judge_kind(kind, deadline_s) for kind in self.kinds}
        lines = dict(sorted(lines.items(), key=lambda line: is_well(line[1])))
        total = {name: sum(line[name] for line in lines.values()) for name in ("acked", "lost", "doubled", "refused")}
        wrong = {what: found for kind in self.kinds for what, found in kind.wrong.items()}
        refused = [refused for kind in self.kinds for refused in kind.writer.refused]
        return {**total, "wrong": len(wrong), "unavailable_s": max(line["unavailable_s"] for line in lines.values()),
                "acked_per_s": round(total["acked"] / self.seconds), "of": lines}, [*wrong.items(), *refused]


def judge_kind(kind, deadline_s):
    lost_doubled = Counter()

    def compare():
        there, written = kind.there(), kind.writer.acknowledged
        lost_doubled["lost"] = sum(there[key] == 0 for key in written)
        unwritten = [key for key in there if key not in written]
        lost_doubled["doubled"] = sum(there[key] > 1 for key in [*written, *unwritten])
        assert not +lost_doubled, dict(lost_doubled)
        kind.wrong = kind.derived()
        assert not kind.wrong, kind.wrong
        return True
    try:
        stack.eventually(compare, deadline_s)
    except (AssertionError, KeyError, ValueError) as error:
        kind.wrong = kind.wrong or {type(kind).__name__: str(error)[:300]}
    return {"acked": len(kind.writer.acknowledged), "lost": lost_doubled["lost"], "doubled": lost_doubled["doubled"],
            "refused": len(kind.writer.refused), "wrong": len(kind.wrong),
            "unavailable_s": round(kind.writer.longest_gap_s, 2)}


def together(things, n):
    """In their order, n at a time."""
    return [things[i:i + n] for i in range(0, len(things), n)]


def attempted(labels, check):
    """What check() says; an exception is a line of the report and a failure."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001
        print(json.dumps({**labels, "error": f"{type(error).__name__}: {error}"}), flush=True)
        return False


def is_well(line):
    return line["acked"] > 0 and not any(line.get(what) for what in ("lost", "doubled", "wrong", "refused"))


def is_good(line):
    return is_well(line) and all(of["acked"] > 0 for of in line["of"].values())
