#!/usr/bin/env python3
"""Kills the real engine with SIGKILL, again and again, under signed commands and Bitcoin blocks: at
random moments, and at chosen places inside a write, a sync, a flush, a change of segment, a checkpoint
and an opening. Another process remembers what was acknowledged. At the end all of it is in the log, at
its place and once, the state agrees with a clean replay, and each kind of kill has happened."""
import os
import pathlib
import random
import signal
import sys
import tempfile
import time

from under_load import Control, HarmedEngine, Load, Mining, begin, print_agreement, processes
from engine_process import second_opinion
from regtest import Regtest

KILLS = int(os.environ.get("REFOLD_KILLS", "200"))
SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 32))))
RATE_MIN = 1000
PHASES = ["none", "write", "sync", "flush", "segment", "checkpoint", "opening"]


class Killer(Control):
    """Tells the preloaded library where the engine is to end."""

    def __init__(self, path):
        super().__init__(path, 36)

    def arm(self, phase, countdown):
        self.put("<I", 4, countdown)
        self.put("<I", 0, PHASES.index(phase))

    def hits(self):
        return dict(zip(PHASES, self.get("<7I", 8)))


def check_death(engine):
    code = engine.process.wait()
    if code != -signal.SIGKILL:
        sys.exit(f"the engine ended by itself with {code}")


def one_life(engine, control, choose, phase):
    """Starts the engine, lets it be killed there or anywhere, returns how long it was up."""
    control.arm("none", 0)
    if phase == "opening":
        control.arm("opening", choose.randrange(1, 120))
    engine.start()
    if not engine.comes_up():
        check_death(engine)
        return 0.0
    begun = time.monotonic()
    time.sleep(choose.uniform(0.05, 0.4))
    if phase in ("none", "opening"):
        engine.kill()
        return time.monotonic() - begun
    control.arm(phase, choose.randrange(0, 3))
    end = time.monotonic() + (20 if phase == "segment" else 6)
    while time.monotonic() < end and not engine.is_dead():
        time.sleep(0.002)
    if not engine.is_dead():
        engine.kill()
        return time.monotonic() - begun
    check_death(engine)
    return time.monotonic() - begun


def main():
    if not os.environ.get("REFOLD_BITCOIND"):
        print("no Bitcoin node: REFOLD_BITCOIND is not set; tools/dev/test fetches one")
        sys.exit(77)
    print(f"REFOLD_SEED={SEED} REFOLD_KILLS={KILLS}", flush=True)
    processes.end_on_signals()
    choose = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="refold-crash-") as name:
        folder = pathlib.Path(name)
        with processes.told(folder / "load.log", folder / "engine.log"):
            with Regtest(folder / "bitcoin") as node:
                node.prepare()
                run(folder, node, choose)


def run(folder, node, choose):
    genesis, keys = begin(folder, node)
    control = Killer(folder / "crash_at")
    with HarmedEngine(folder, node, "crash_at.so", "REFOLD_CRASH_AT", control) as engine:
        with Load(folder, engine.port, genesis, keys) as load, Mining(node):
            up = kill(engine, control, load, choose)
            control.arm("none", 0)
            engine.start()
            assert engine.comes_up()
            load.end()
        engine.stop()
    finish(folder, load, control, up)


def kill(engine, control, load, choose):
    """All kills, and those after them for places that were missed; how long the engine was up."""
    up = 0.0
    for i in range(KILLS + 60):
        missing = [p for p in PHASES[1:] if control.hits()[p] == 0]
        if i >= KILLS and not missing:
            break
        places = missing if i >= KILLS else PHASES[1:]
        phase = "none" if i < KILLS and i % 4 == 0 else choose.choice(places)
        up += one_life(engine, control, choose, phase)
        load.check_alive()
        if (i + 1) % 25 == 0:
            print(f"{i + 1} kills, {up:.0f} s up, hits {control.hits()}", flush=True)
    return up


def finish(folder, load, control, up):
    print(load.check())
    count = load.acks.read_bytes().count(b"\n")
    rate = count / up
    print(f"{count} acknowledged in {up:.1f} s up: {rate:.0f} a second")
    print_agreement(folder)
    second_opinion(folder / "data")
    missing = [p for p in PHASES[1:] if control.hits()[p] == 0]
    if missing:
        sys.exit(f"no kill during: {', '.join(missing)}")
    if rate < RATE_MIN:
        sys.exit(f"{rate:.0f} acknowledged a second, at least {RATE_MIN} were wanted")
    print(f"kills at chosen places: {control.hits()}")


if __name__ == "__main__":
    main()
