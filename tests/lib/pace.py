"""So many turns a second, in the order in which they are asked for."""
import threading
import time


class Pace:
    """Whoever takes the turns; what was missed is not made up for."""

    def __init__(self, per_s):
        self.gap_s, self.at, self.lock = 1 / per_s, time.monotonic(), threading.Lock()

    def wait(self):
        with self.lock:
            self.at = max(self.at + self.gap_s, time.monotonic())
            due = self.at
        time.sleep(max(0.0, due - time.monotonic()))
