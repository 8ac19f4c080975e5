#!/usr/bin/env python3
"""Kills the real engine with SIGKILL, again and again, under signed commands and Bitcoin blocks: at
random moments, and at chosen places inside a write, a sync, a flush, a change of segment, a checkpoint
and an opening. Another process remembers what was acknowledged. At the end all of it is in the log, at
its place and once, the state agrees with a clean replay, and each kind of kill has happened."""
import json
import mmap
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, Load, begin_log, processes, program, second_opinion  # noqa: E402
from regtest import Regtest, free_ports  # noqa: E402

KILLS = int(os.environ.get("REFOLD_KILLS", "200"))
SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 32))))
RATE_MIN = 1000
OPERATORS = 8
PHASES = ["none", "write", "sync", "flush", "segment", "checkpoint", "opening"]


class Control:
    """Tells the preloaded library where the engine is to end."""

    def __init__(self, path):
        self.path = path
        path.write_bytes(bytes(36))
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 36)

    def arm(self, phase, countdown):
        self.map[4:8] = struct.pack("<I", countdown)
        self.map[0:4] = struct.pack("<I", PHASES.index(phase))

    def hits(self):
        counts = struct.unpack("<7I", self.map[8:36])
        return dict(zip(PHASES, counts))


class Engine:
    def __init__(self, folder, port, node, control):
        self.folder, self.port, self.control = folder, port, control
        self.words = [BIN / "engine", "run", "--data", folder / "data",
                      "--http.listen", f"127.0.0.1:{port}",
                      "--bitcoin-rpc", f"http://127.0.0.1:{node.rpc.port}",
                      "--bitcoin-cookie", node.cookie, "--bitcoin.poll_ms", "200",
                      "--log.segment_bytes", str(1 << 20), "--state.flush_rows", "4096",
                      "--state.checkpoint_every", "150", "--state.checkpoints_kept", "2"]
        self.log = open(folder / "engine.log", "ab")
        self.process = None

    def start(self):
        environment = dict(os.environ, LD_PRELOAD=str(BIN / "crash_at.so"),
                           REFOLD_CRASH_AT=str(self.control.path))
        self.process = processes.start(self.words, env=environment, stdout=self.log,
                                       stderr=self.log)

    def is_dead(self):
        return self.process.poll() is not None

    def wait_ready(self, seconds=30):
        """True when it answers, False when it was killed while it opened."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.is_dead():
                return False
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=1):
                    return True
            except OSError:
                time.sleep(0.01)
        sys.exit("the engine does not come up")

    def end(self):
        self.process.kill()
        self.process.wait()

    def check_death(self):
        code = self.process.wait()
        if code != -signal.SIGKILL:
            sys.exit(f"the engine ended by itself with {code}")


def mine(node, stop):
    while not stop.wait(1.0):
        try:
            node.mine(1)
        except (OSError, RuntimeError) as error:
            print(f"mining: {error}")


def one_life(engine, control, choose, phase):
    """Starts the engine, lets it be killed there or anywhere, returns how long it was up."""
    control.arm("none", 0)
    if phase == "opening":
        control.arm("opening", choose.randrange(1, 120))
    engine.start()
    if not engine.wait_ready():
        engine.check_death()
        return 0.0
    begun = time.monotonic()
    time.sleep(choose.uniform(0.05, 0.4))
    if phase in ("none", "opening"):
        engine.end()
        return time.monotonic() - begun
    control.arm(phase, choose.randrange(0, 3))
    end = time.monotonic() + (20 if phase == "segment" else 6)
    while time.monotonic() < end and not engine.is_dead():
        time.sleep(0.002)
    if not engine.is_dead():
        engine.end()
        return time.monotonic() - begun
    engine.check_death()
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
    genesis, keys = begin_log(
        folder, OPERATORS, parameters=f'wallet = "{node.peg_address}"\nconfirmations = 2\nprobe = true\n')
    port = free_ports(1)[0]
    control = Control(folder / "crash_at")
    engine = Engine(folder, port, node, control)
    load = Load(folder, port, genesis, keys)
    stop = threading.Event()
    miner = threading.Thread(target=mine, args=(node, stop), daemon=True)
    miner.start()
    try:
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
        control.arm("none", 0)
        engine.start()
        assert engine.wait_ready()
        load.end()
    finally:
        stop.set()
        miner.join()
        load.kill()
        if engine.process and not engine.is_dead():
            engine.process.send_signal(signal.SIGTERM)
            end_within(engine.process, 60)
    finish(folder, load, control, up)


def end_within(process, seconds):
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        sys.exit(f"the engine did not end within {seconds} s of SIGTERM")


def finish(folder, load, control, up):
    print(load.check())
    count = load.acks.read_bytes().count(b"\n")
    rate = count / up
    print(f"{count} acknowledged in {up:.1f} s up: {rate:.0f} a second")
    replayed = json.loads(program(BIN / "replay", "--from-height", "0", "--every-root", "--laws",
                                  "--data", folder / "data", "--json"))
    print(f"replay: root {replayed['root'][:16]} of height {replayed['root_height']}, "
          f"{replayed['roots_equal']} recorded roots equal")
    print(program(BIN / "verify-consistency", "--data", folder / "data"))
    second_opinion(folder / "data")
    missing = [p for p in PHASES[1:] if control.hits()[p] == 0]
    if missing:
        sys.exit(f"no kill during: {', '.join(missing)}")
    if rate < RATE_MIN:
        sys.exit(f"{rate:.0f} acknowledged a second, at least {RATE_MIN} were wanted")
    print(f"kills at chosen places: {control.hits()}")


main()
