"""wrk, as the benchmarks use it, and the processes that they start."""
import json
import os
import pwd
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import city
import cpu
from city import stack

HERE = Path(__file__).resolve().parent
BUILD = Path(stack.SETTINGS["build_dir"])  # of the services that are measured
PEERS = stack.ROOT / "build/tests/bench"  # ours, whatever is measured
DRAIN_FACTOR = 2  # what was sent must be answered within twice the run


def wrk(url, connections, threads, seconds, script, *arguments):
    """What the script prints, and what wrk itself took."""
    command = ["wrk", f"-c{connections}", f"-t{threads}", f"-d{seconds}s", "--timeout", "30s", "-s", HERE / script, url,
               "--", *map(str, arguments)]
    before_us = cpu.of_children_us()
    answer = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    lines = [line for line in answer.stdout.splitlines() if line.startswith("{")]
    assert lines, f"wrk: {answer.stdout} {answer.stderr}"
    return {**json.loads(lines[-1]), "wrk_us": cpu.of_children_us() - before_us}


def latency(url, lines_file, seconds, connections, threads=2):
    """What wrk saw of reads; an error of any kind ends the benchmark. Each thread begins with the first line."""
    found = wrk(url, connections, threads, seconds, "reads.lua", lines_file)
    assert not found["refused"] and not found["broken"], found
    return found


def reads(url, lines_file, seconds, connections=64):
    """Requests a second."""
    found = latency(url, lines_file, seconds, connections)
    return found["answers"] / found["seconds"]


def writes(url, lines_file, seconds, connections, kind):
    """What wrk saw of writes of a kind (writes.lua); everything sent is answered, whatever the answer."""
    word = f"b{time.time_ns():x}"
    found = wrk(url, connections, 1, DRAIN_FACTOR * seconds, "writes.lua", lines_file, seconds, word, kind)
    assert found["answered"] == found["sent"], f"not drained within twice the run: {found}"
    assert not found["broken"], found
    return found


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextmanager
def process(command, port, environment=None, **who):
    """Runs it while the block does, from when its port answers."""
    started = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               text=True, env=environment, **who)
    try:
        end = time.monotonic() + 30
        while True:
            assert started.poll() is None and time.monotonic() < end, f"{command[0]} does not run"
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield started
    finally:
        started.terminate()
        started.communicate(timeout=60)


@contextmanager
def gateway_without_rates():
    """Another gateway, whose only difference is how many requests a second one member may send. Yields its address."""
    with gateway_with(member_rate=1000000, member_burst=1000000) as (base, _):
        yield base


def user_of_gateways():
    """As whom the stack's run, for Popen: another user's files in their store would be in their way."""
    owner = pwd.getpwuid((stack.RUN / "blobs").stat().st_uid)
    if os.geteuid() != 0 or owner.pw_uid == 0:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": os.getgrouplist(owner.pw_name, owner.pw_gid)}


@contextmanager
def gateway_with(**settings):
    """Another gateway beside the stack's, which differs in these settings. Yields its address and its process, which
    knows its operator's address as `ops`."""
    port, ops_port = free_port(), free_port()
    own = {"listen": f"127.0.0.1:{port}", "ops_listen": f"127.0.0.1:{ops_port}", **settings}
    lines = [line for line in (stack.RUN / "etc/gateway.conf").read_text().splitlines()
             if line.split(" = ")[0] not in own]
    with lines_in_file([*lines, *(f"{key} = {value}" for key, value in own.items())]) as config:
        os.chmod(config, 0o644)  # the gateway's user reads it; it names secrets, and holds none
        with process([BUILD / "services/gateway/gateway", "--config", config], port, **user_of_gateways()) as started:
            base = f"http://127.0.0.1:{port}"
            ready = f"http://127.0.0.1:{ops_port}"
            stack.eventually(lambda: stack.Client(ready).get("/readyz").status_code == 200, 30)
            started.ops = ready
            yield base, started


@contextmanager
def lines_in_file(lines):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".bench") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        yield file.name


@contextmanager
def bare_reply(answer):
    """A bare libmicrohttpd that sends what `answer` was. Yields its address."""
    set_by_server = {"date", "connection", "content-length", "keep-alive"}
    headers = [f"{name}: {value}" for name, value in answer.headers.items() if name.lower() not in set_by_server]
    port = free_port()
    with tempfile.NamedTemporaryFile("wb") as file:
        file.write("\n".join([*headers, "", ""]).encode() + answer.content)
        file.flush()
        with process([PEERS / "bare_mhd", port, 2, file.name], port):
            yield f"http://127.0.0.1:{port}"
