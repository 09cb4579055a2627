"""How old is what people read, while something goes wrong? A secretary writes a number into his meeting again and again,
members of his branch read it, and each read is judged by what had been answered more than a second before it began."""
import threading
import time
import uuid

import stack
from stack import requests

READERS, WRITE_EVERY_S, READ_EVERY_S, BOUND_S = 6, 0.25, 0.12, 1.0


class Freshness:
    def __init__(self, read_base=stack.BASE, write_base=stack.BASE, readers=READERS):
        self.secretary = stack.sign_in("secretary-10B")
        cards = stack.cards(branch_name=self.secretary.login["branch"]["name"], limit=readers + 1)
        self.members = stack.clients([card for card in cards if card != self.secretary.login["card_number"]])[:readers]
        self.path = f"/v1/meetings/{stack.schedule(self.secretary, stack.next_month()[1])['id']}"
        self.read_base, self.write_base = read_base, write_base
        self.answered = []      # when write number i was answered
        self.reads, self.problems, self.ages = 0, [], []
        self.unanswered, self.refused, self.longest_s = 0, [], 0.0
        self.lock, self.ending = threading.Lock(), threading.Event()

    # --- writing ---

    def patch(self, etag, number, key):
        return self.secretary.session.patch(self.write_base + self.path, json={"place": f"Phòng {number}"}, timeout=25,
                                            headers={"Authorization": f"Bearer {self.secretary.token}",
                                                     "Idempotency-Key": key, "If-Match": etag})

    def write_one(self, etag, number):
        """Repeats until it is answered; the new ETag."""
        key, start = str(uuid.uuid4()), time.monotonic()
        while not self.ending.is_set():
            try:
                answer = self.patch(etag, number, key)
            except requests.RequestException:
                continue
            if answer.status_code == 200:
                self.answered.append(time.monotonic())
                self.longest_s = max(self.longest_s, time.monotonic() - start)
                return answer.headers["ETag"]
            self.unanswered += answer.status_code == 202
            if answer.status_code not in (202, 429, 503):
                self.refused.append(f"{answer.status_code} {answer.text[:200]}")
                return None
            self.ending.wait(0.1)
        return None

    def write(self):
        etag, number = self.secretary.get(self.path).headers["ETag"], 0
        while etag and not self.ending.wait(WRITE_EVERY_S):
            etag = self.write_one(etag, number)
            number += 1

    # --- reading ---

    def judge(self, start, place):
        """What he read, against the writes that had been answered when he asked."""
        number = int(place.split()[1]) if place.startswith("Phòng ") else -1
        newer = self.answered[number + 1:number + 2]
        with self.lock:
            self.reads += 1
            if newer and start - newer[0] > BOUND_S:
                self.ages.append(round(start - newer[0], 2))

    def read(self, member):
        while not self.ending.wait(READ_EVERY_S):
            start = time.monotonic()
            try:
                answer = member.session.get(self.read_base + self.path, timeout=25,
                                            headers={"Authorization": f"Bearer {member.token}"})
            except requests.RequestException:
                continue
            if answer.status_code == 200 and "Cache-Status" not in answer.headers:
                self.judge(start, answer.json()["place"])
            elif answer.status_code not in (200, 429, 503):
                self.problems.append(f"{answer.status_code} {answer.text[:200]}")

    # --- both ---

    def run(self, fault):
        """Reads and writes while `fault` runs, and a moment before and after."""
        threads = [threading.Thread(target=self.write)]
        threads += [threading.Thread(target=self.read, args=(member,)) for member in self.members]
        for thread in threads:
            thread.start()
        try:
            self.until_written(4)
            fault()
            self.until_written(len(self.answered) + 8)
        finally:
            self.ending.set()
            for thread in threads:
                thread.join()

    def until_written(self, n):
        stack.eventually(lambda: len(self.answered) >= n, 60)

    def line(self):
        return {"reads": self.reads, "stale_beyond_1s": len(self.ages), "oldest_s": max(self.ages, default=0),
                "writes": len(self.answered), "unanswered_in_time": self.unanswered,
                "longest_write_s": round(self.longest_s, 2), "problems": len(self.problems) + len(self.refused)}

    def is_good(self):
        return not self.ages and not self.problems and not self.refused and self.reads > 0
