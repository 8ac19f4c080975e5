#!/usr/bin/env python3
"""Takes memory away from the real programs: the N-th allocation of a running engine finds none, and so many
after it, for seeded N from its first steps through opening, load, flush and checkpoint to its end, whoever in
it asks: our code, or a library of C++ or C. Each time the engine ends by itself, at once and by name; it never
hangs. At the end everything that it has acknowledged is in the log, and clean replays agree. Then replay and
verify-consistency are treated likewise: they end by name, too, and call nothing inconsistent that isn't.

REFOLD_NO_MEMORY: how many failures; without it as many as fit into 18 s, or 2,000 with REFOLD_LONG."""
import collections
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

from under_load import BIN, Control, HarmedEngine, Load, Mining, begin, preloaded, print_agreement, processes
from regtest import Regtest

LONG = bool(os.environ.get("REFOLD_LONG"))
FAILURES = int(os.environ.get("REFOLD_NO_MEMORY", "2000" if LONG else "1000000"))
SECONDS = float("inf") if LONG or "REFOLD_NO_MEMORY" in os.environ else 18
TOOL_RUNS = 200 if LONG else 20
SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 32))))
PATIENCE = 20        # Seconds: what takes longer hangs.
OPENING, RUNNING, STOPPING = "opening", "running", "stopping"
IN_A_ROW = (1, 1, 1, 8, 1000)
EXIT_CODE, NAME = 2, "error RF-0606: "


class Thief(Control):
    """Tells the preloaded library which allocations find no memory."""

    def __init__(self, path):
        super().__init__(path, 40)

    def arm(self, first, count):
        self.disarm()
        self.put("<QQQQ", 8, first, count, 0, 0)
        self.put("<Q", 0, 1)

    def disarm(self):
        self.put("<Q", 0, 0)

    def counted(self):
        return self.get("<Q", 24)[0]

    def has_struck(self):
        return self.get("<Q", 32)[0] > 0


class Theft:
    """One failure, or several in a row: when, and of which allocations from then on."""

    def __init__(self, choose, times, most):
        self.when = choose.choice(times)
        self.first = round(most[self.when] ** choose.random())
        self.count = choose.choice(IN_A_ROW)

    def __str__(self):
        return f"{self.when}, allocation {self.first}, {self.count} in a row"


def check_end(code, text, theft):
    """What met a failure says so, and nothing else."""
    if code == 0 and theft.when == STOPPING:
        return  # It was on its way out: another thread has been faster.
    if code != EXIT_CODE or NAME not in text:
        sys.exit(f"{theft}: it ended with {code} and said: {text[-2000:]}")


class Victim:
    """The engine that memory is taken from, again and again."""

    def __init__(self, engine, thief, load):
        self.engine, self.thief, self.load = engine, thief, load

    def said(self, since):
        with open(self.engine.log, "rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")

    def is_up(self):
        return self.engine.process is not None and not self.engine.is_dead()

    def start(self):
        self.thief.disarm()
        self.engine.start()
        if not self.engine.comes_up():
            sys.exit(f"a restart did not come up: {self.said(0)[-2000:]}")

    def meet(self, theft):
        """Does one of them; says whether the engine came so far."""
        if theft.when == OPENING and self.is_up():
            self.engine.kill()
        if theft.when != OPENING and not self.is_up():
            self.start()
        since = self.engine.log.stat().st_size
        self.thief.arm(theft.first, theft.count)
        getattr(self, theft.when)()
        self.thief.disarm()
        if not self.thief.has_struck():
            return False
        code = self.engine.ended(PATIENCE)
        check_end(code, self.said(since), theft)
        return True

    def opening(self):
        self.engine.start()
        self.engine.comes_up(PATIENCE)

    def running(self):
        end = time.monotonic() + 1.5
        while time.monotonic() < end and not self.thief.has_struck():
            time.sleep(0.002)

    def stopping(self):
        self.engine.signal(signal.SIGTERM)
        self.engine.ended(PATIENCE)


def most(victim):
    """How many allocations each part of a life has."""
    counts = {}
    for when in (OPENING, RUNNING, STOPPING):
        victim.thief.arm(1 << 62, 0)
        getattr(victim, when)()
        counts[when] = victim.thief.counted()
    print("allocations: " + ", ".join(f"{count} {when}" for when, count in counts.items()), flush=True)
    return counts


def steal(victim, choose):
    limits, begun, met = most(victim), time.monotonic(), collections.Counter()
    while met.total() < FAILURES and time.monotonic() - begun < SECONDS:
        theft = Theft(choose, (OPENING, RUNNING, RUNNING, RUNNING, STOPPING), limits)
        met[theft.when] += victim.meet(theft)
        victim.load.check_alive()
        if met.total() % 100 == 0:
            print(f"{time.monotonic() - begun:.0f} s: {dict(met)}", flush=True)
    print(f"{met.total()} failures in {time.monotonic() - begun:.0f} s, each ended the engine by its name: "
          + ", ".join(f"{count} {when}" for when, count in met.items()), flush=True)
    if len(met) < 3:
        sys.exit("a part of the engine's life met no failure")


def run_tool(words, thief):
    environment = preloaded("no_memory_at.so", "REFOLD_NO_MEMORY_AT", thief)
    return processes.run(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         timeout=120)


def steal_from_tools(folder, thief, choose):
    """Whoever checks a log that is sound never finds it otherwise."""
    tools = {"verify-consistency": [BIN / "verify-consistency", "--data", folder / "data"],
             "replay": [BIN / "replay", "--from-height", "0", "--data", folder / "data"]}
    met = collections.Counter()
    for name, words in tools.items():
        thief.arm(1 << 62, 0)
        sound = run_tool(words, thief)
        if sound.returncode != 0:
            sys.exit(f"{name} ended with {sound.returncode}: {sound.stdout}{sound.stderr}")
        limits = {name: thief.counted()}
        for _ in range(TOOL_RUNS // len(tools)):
            theft = Theft(choose, (name,), limits)
            thief.arm(theft.first, theft.count)
            done = run_tool(words, thief)
            if thief.has_struck():
                check_end(done.returncode, done.stderr, theft)
            met[name] += thief.has_struck()
    print(f"failures that ended the tools by their name: {dict(met)}")


def main():
    if not os.environ.get("REFOLD_BITCOIND"):
        print("no Bitcoin node: REFOLD_BITCOIND is not set; tools/dev/test fetches one")
        sys.exit(77)
    print(f"REFOLD_SEED={SEED}", flush=True)
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="refold-no-memory-") as name:
        folder = pathlib.Path(name)
        with processes.told(folder / "load.log", folder / "engine.log"):
            with Regtest(folder / "bitcoin") as node:
                node.prepare()
                run(folder, node, random.Random(SEED))


def run(folder, node, choose):
    genesis, keys = begin(folder, node)
    thief = Thief(folder / "no_memory_at")
    with HarmedEngine(folder, node, "no_memory_at.so", "REFOLD_NO_MEMORY_AT", thief,
                      "--bitcoin.zmq_url", node.zmq) as engine:
        with Load(folder, engine.port, genesis, keys) as load, Mining(node):
            victim = Victim(engine, thief, load)
            steal(victim, choose)
            if not victim.is_up():
                victim.start()
            load.end()
        engine.stop()
    print(load.check())
    print_agreement(folder)
    steal_from_tools(folder, thief, choose)


main()
