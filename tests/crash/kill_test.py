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

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BIN = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build/release")) / "bin"
sys.path.insert(0, str(SOURCE / "tools/dev"))
sys.path.insert(0, str(SOURCE / "tests/support"))
import processes  # noqa: E402
from engine_process import second_opinion  # noqa: E402
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


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def program(*words):
    done = processes.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{pathlib.Path(words[0]).name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def init(folder, node):
    keys = [folder / f"operator-{i}.key" for i in range(OPERATORS)]
    publics = []
    for i, key in enumerate(keys, 1):
        key.write_text(f"{i:064x}\n")
        key.chmod(0o600)
        publics.append(program(BIN / "crash_load", "public", key).strip())
    genesis = folder / "genesis.toml"
    genesis.write_text(f"""network = "regtest"
operators = {json.dumps(publics)}
wallet = "{node.peg_address}"
confirmations = 2
probe = true
""")
    out = program(BIN / "engine", "init", "--data", folder / "data", "--genesis", genesis, "--json")
    return json.loads(out)["genesis"], keys


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
    genesis, keys = init(folder, node)
    port = free_ports(1)[0]
    control = Control(folder / "crash_at")
    engine = Engine(folder, port, node, control)
    acks = folder / "acks"
    load = processes.start([BIN / "crash_load", "run", port, genesis, acks, *keys],
                           stdout=subprocess.DEVNULL, stderr=open(folder / "load.log", "ab"))
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
            if load.poll() is not None:
                sys.exit("the load ended: an answer made no sense")
            if (i + 1) % 25 == 0:
                print(f"{i + 1} kills, {up:.0f} s up, hits {control.hits()}", flush=True)
        control.arm("none", 0)
        engine.start()
        assert engine.wait_ready()
        load.send_signal(signal.SIGTERM)
        load.wait()
    finally:
        stop.set()
        miner.join()
        if load.poll() is None:
            load.kill()
            load.wait()
        if engine.process and not engine.is_dead():
            engine.process.send_signal(signal.SIGTERM)
            end_within(engine.process, 60)
    finish(folder, acks, control, up)


def end_within(process, seconds):
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        sys.exit(f"the engine did not end within {seconds} s of SIGTERM")


def finish(folder, acks, control, up):
    print(program(BIN / "crash_load", "check", folder / "data", acks).strip())
    count = sum(1 for _ in open(acks))
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
