"""Runs each target of build-fuzz/ for so long, as many at once as there are processors: from its corpus and from what
earlier runs found new (.run/fuzz/). What fells it is left in tests/fuzz/findings/ and belongs, mended, into the corpus
of the target. Ends with `N targets, N executions, N findings`."""
import argparse
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUZZ, FINDINGS, GROWN = ROOT / "tests/fuzz", ROOT / "tests/fuzz/findings", ROOT / ".run/fuzz"
INPUT_MAX_BYTES, MEMORY_MB, ONE_INPUT_S, LAST_WORDS = 1 << 16, 2048, 25, 3000
EXECUTIONS, COVERED = re.compile(r"stat::number_of_executed_units: +(\d+)"), re.compile(r" cov: (\d+) ")


def targets():
    return sorted(path.stem.removeprefix("fuzz_") for path in FUZZ.glob("fuzz_*.c"))


def command(name, seconds, seed):
    return [ROOT / f"build-fuzz/tests/fuzz/fuzz_{name}", f"-max_total_time={seconds}", f"-seed={seed}",
            f"-max_len={INPUT_MAX_BYTES}", f"-rss_limit_mb={MEMORY_MB}", f"-timeout={ONE_INPUT_S}",
            "-print_final_stats=1", f"-artifact_prefix={FINDINGS / name}/", GROWN / name, FUZZ / "corpus" / name]


def run(name, seconds, seed):
    """Executions, and whether it fell."""
    for folder in (FINDINGS / name, GROWN / name):
        folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command(name, seconds, seed), cwd=FINDINGS / name, text=True, errors="replace",
                          capture_output=True, check=False)
    fell = done.returncode != 0
    executions = sum(map(int, EXECUTIONS.findall(done.stderr)))
    covered = (COVERED.findall(done.stderr) or ["?"])[-1]
    print(f"{'FAIL' if fell else 'ok  '} {name:14} {executions:10} executions, {covered:>5} edges, seed {seed}",
          flush=True)
    if fell:
        print(done.stderr[-LAST_WORDS:])
        (FINDINGS / name / f"finding.{seed}.log").write_text(done.stderr, encoding="utf-8")
    return executions, fell


def main():
    asked = argparse.ArgumentParser(prog="tests/fuzz/run", description=__doc__)
    asked.add_argument("--seconds", type=int, default=60, help="for each target")
    asked.add_argument("--seed", type=int, default=int(time.time()))
    asked.add_argument("--at-once", type=int, default=os.cpu_count())
    asked.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {' '.join(targets())}")
    asked = asked.parse_args()
    with ThreadPoolExecutor(asked.at_once) as pool:
        results = list(pool.map(lambda name: run(name, asked.seconds, asked.seed), asked.targets or targets()))
    executions, findings = (sum(column) for column in zip(*results))
    print(f"{len(results)} targets, {executions} executions, {findings} findings")
    return findings > 0


if __name__ == "__main__":
    sys.exit(main())
