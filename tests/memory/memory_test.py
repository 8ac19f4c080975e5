#!/usr/bin/env python3
"""State larger than memory. A node, replays and a verification whose state is many times what
state.memory_bytes allows: the resident set stays flat, below what memory_plan makes of the bound and
a fixed part beside it; every root, lookup and scan is what a fold without a bound has.

    tests/memory/memory_test.py      the library at a bound of 4 MiB, the programs at 16, their least
    REFOLD_LONG=1 ...                all at 16 MiB, with a state of 300 MiB
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, EngineProcess, processes  # noqa: E402
from resident import LONG, MIB, Watch, problems, table  # noqa: E402

LIFE = BIN / "memory_life"
BOUND = (16 if LONG else 4) * MIB
PROGRAMS_BOUND = 16 * MIB           # The least that the configuration takes.
EVENTS = 2_000_000 if LONG else 120_000
LOAD_SECONDS = 60 if LONG else 3
TIMES = 16 if LONG else 4           # Without a bound the state takes at least so many bounds.
BESIDE = 64 * MIB                   # Libraries, threads, blocks on their way, what the heap holds back.
MARGIN = 10 * MIB
FLAGS = ["--state.memory_bytes", str(PROGRAMS_BOUND)]


def run(name, words):
    """Runs a program to its end, watched. What it wrote, and the watch."""
    begun = time.monotonic()
    child = processes.start(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    with Watch(child.pid) as watch:
        said = child.communicate(timeout=1500)[0]
    if child.returncode != 0:
        sys.exit(f"{name} ended with {child.returncode}: {said[-2000:]}")
    print(f"{name}: {time.monotonic() - begun:.1f} s", flush=True)
    return said, watch


def number(said, name):
    return int(re.search(rf"\b{name} (\d+)", said).group(1))


def write_key(path, byte):
    """A key file of one of the keys that tests/support/genesis.hpp has."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{byte:02x}" * 32 + "\n")
    path.chmod(0o600)
    return path


def life(folder):
    """The library in processes of its own."""
    data, watched, wrong = folder / "data", [], []
    live, watch = run("live", [LIFE, "live", data, str(BOUND), str(EVENTS)])
    watched.append(("node, in process", watch, BOUND, 1))
    replay, watch = run("replay", [LIFE, "replay", data, str(BOUND), folder / "replayed"])
    watched.append(("replay, every root", watch, BOUND, 1))
    both, _ = run("compare", [LIFE, "compare", data, str(BOUND), folder / "compared"])
    for said in (live, replay, both):
        print("\n".join(line for line in said.splitlines() if not line.startswith("at ")), flush=True)
    if number(both, "unbounded") < TIMES * BOUND:
        wrong.append(f"the state is not {TIMES} times the bound")
    if number(live, "bytes") > BOUND + BOUND // 8:
        wrong.append("the rows in memory exceed the bound")
    wrong += [f"nothing was compared: {what}" for what in
              ("roots", "present", "absent", "deleted", "disk", "scanned", "flushes") if number(both, what) == 0]
    return data, re.search(r"root ([0-9a-f]{64})", replay).group(1), number(both, "unbounded"), watched, wrong


def programs(folder, data, root):
    """The programs over the same log, which the node first folds from its beginning."""
    watched, wrong = [], []
    said, watch = run("replay", [BIN / "replay", "--data", data, "--every-root", "--json", *FLAGS])
    watched.append(("replay", watch, PROGRAMS_BOUND, 1))
    replayed = json.loads(said)
    if replayed["root"] != root:
        wrong.append(f"the replay's root is {replayed['root']}, with the other bound it was {root}")
    said, watch = run("verify-consistency", [BIN / "verify-consistency", "--data", data, "--json", *FLAGS])
    # The refolded state stays while the one on disk is read, row by row and for its root.
    watched.append(("verify-consistency", watch, PROGRAMS_BOUND, 2))

    shutil.rmtree(data / "state")
    write_key(data / "keys/sequencer.key", 5)
    operator = write_key(folder / "operator.key", 8)
    with EngineProcess(folder, *FLAGS) as engine:
        begun = time.monotonic()
        engine.start()
        with Watch(engine.process.pid) as watch:
            engine.wait(lambda status: True, "for the engine to fold the log", 600)
            opened = time.monotonic() - begun
            load = processes.start([BIN / "crash_load", "run", str(engine.port), replayed["genesis"], folder / "acks",
                                    operator], stdout=subprocess.DEVNULL)
            time.sleep(max(LOAD_SECONDS, opened))      # Half of its life at least, so that it shows.
            load.kill()
            load.wait()
            rows = engine.status()["state"]["memory_bytes"]
            accepted = len((folder / "acks").read_text().splitlines())
        print(f"engine run: folded in {opened:.1f} s, then {accepted} commands; rows take {rows / MIB:.1f} MiB",
              flush=True)
        engine.stop()
    watched.append(("engine run", watch, PROGRAMS_BOUND, 1))
    if rows > PROGRAMS_BOUND + PROGRAMS_BOUND // 8 or accepted == 0:
        wrong.append(f"engine run: rows take {rows}, {accepted} commands were accepted")
    return watched, wrong


def main():
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="refold-memory-") as name:
        folder = pathlib.Path(name)
        os.environ["TMPDIR"] = name
        data, root, unbounded, watched, wrong = life(folder)
        more, found = programs(folder, data, root)
    watched += more
    wrong += found
    table(watched)
    for name, watch, bound, states in watched:
        # What has not reached its bound by half of its life is still filling it. Of two states one comes late.
        flat = states == 1 and unbounded >= TIMES * bound
        wrong += problems(name, watch, bound, states, BESIDE, MARGIN, flat)
    if wrong:
        sys.exit("\n".join(wrong))


main()
