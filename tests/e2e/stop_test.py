#!/usr/bin/env python3
"""How a running engine ends. Told to by one signal, in the middle of load, it answers all that it has
accepted, ends with 0, and leaves a directory that the next start has nothing to do with. Told to by two,
it ends at once, with another code, and nothing that was acknowledged is lost. The same while it opens.

    REFOLD_SEED=N tests/e2e/stop_test.py
"""
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, EngineProcess, Load, begin_log, processes, program, second_opinion  # noqa: E402

SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 32))))
OPERATORS = 8
CLEAN_STOPS = 4
LIVES_MAX = 40     # To meet an engine that still drains when the second signal comes.


def check_all_answered(load):
    """An answer may take a moment from the socket to the list."""
    for attempt in range(20):
        done = processes.run([BIN / "crash_load", "answered", load.data, load.acks],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode == 0:
            return done.stdout.strip()
        time.sleep(0.1)
    sys.exit(f"the engine drained, but: {done.stderr}{done.stdout}")


def listeners(port):
    """Two who follow the stream: one never reads. Nobody waits for them."""
    out = []
    for _ in range(2):
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        connection.sendall(b"GET /v1/stream?after=genesis HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        out.append(connection)
    out[0].recv(4096)
    return out


def check_clean(engine):
    """The mark is there, and the state stands where the log ends: there is nothing to fold again."""
    if not (engine.data / "clean-stop").exists():
        sys.exit("the engine ended with 0 and left no mark of a clean stop")
    layers = json.loads(program(BIN / "verify-consistency", "--data", engine.data, "--layer", "log,state",
                                "--json"))
    said = {layer["layer"]: layer["looked_at"] for layer in layers["layers"]}
    blocks, height = int(said["log"].split()[0].replace(",", "")), int(said["state"].split()[-1].replace(",", ""))
    if height != blocks - 1:
        sys.exit(f"after a clean stop the state stands at {height}, the log ends at {blocks - 1}")
    return height


def clean_stops(engine, load):
    """One signal."""
    log_begin = 0
    for number in range(CLEAN_STOPS):
        engine.start()
        engine.wait(lambda _: True, "for the engine to come up")
        if (engine.data / "clean-stop").exists():
            sys.exit("a running engine keeps the mark of a clean stop")
        load.wait_for_more(500)
        streams = listeners(engine.port)
        engine.signal([signal.SIGTERM, signal.SIGINT][number % 2])
        begun = time.monotonic()
        code = engine.ended()
        seconds = time.monotonic() - begun
        for stream in streams:
            stream.close()
        if code != 0:
            sys.exit(f"the engine ended with {code} when it was told to end")
        answered, height = check_all_answered(load), check_clean(engine)
        said = engine.log.read_text(errors="replace")[log_begin:]
        if "cut short" in said:
            sys.exit("the start after a clean stop found a write that was cut short")
        log_begin += len(said)
        print(f"stopped in {seconds:.2f} s at height {height}: {answered}", flush=True)


def stops_at_once(engine, load, dice):
    """A second signal while the engine drains; each of the two kinds."""
    wanted, at_once = {signal.SIGTERM, signal.SIGINT}, 0
    for _ in range(LIVES_MAX):
        if not wanted:
            break
        engine.start()
        engine.wait(lambda _: True, "for the engine to come up")
        load.wait_for_more(200)
        second = min(wanted)
        engine.signal(signal.SIGTERM)
        time.sleep(dice.choice([0.0005, 0.001, 0.002, 0.005]))
        engine.signal(second)
        code = engine.ended(20)
        load.check()
        if code == 0:              # It was faster.
            continue
        if code != 1:
            sys.exit(f"the engine ended with {code} at the second signal")
        wanted.discard(second)
        at_once += 1
        if "ended at once by a second signal" not in engine.log.read_text(errors="replace"):
            sys.exit("the engine ended at once and did not say why")
    if wanted:
        sys.exit(f"in {LIVES_MAX} lives the engine was always faster than the second signal")
    print(f"ended at once {at_once} times: {load.check()}", flush=True)


def stops_while_opening(engine, load, dice):
    """One signal or two while the engine comes up. Before it hears signals, one ends it as any process."""
    codes = []
    for number in range(12):
        engine.start()
        time.sleep(dice.uniform(0.0, 0.15))
        engine.signal(signal.SIGTERM)
        if number % 2:
            time.sleep(dice.choice([0.0, 0.001, 0.01]))
            engine.signal(signal.SIGINT)
        codes.append(engine.ended())
        if codes[-1] not in ([0, -signal.SIGTERM] if number % 2 == 0
                             else [0, 1, -signal.SIGTERM, -signal.SIGINT]):
            sys.exit(f"the engine ended with {codes[-1]} when it was told to end while it opened")
    print(f"told to end while it opened, it ended with {codes}: {load.check()}", flush=True)


def main():
    print(f"REFOLD_SEED={SEED}", flush=True)
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="refold-stop-") as name:
        folder = pathlib.Path(name)
        with processes.told(folder / "load.log", folder / "engine.log"):
            genesis, keys = begin_log(folder, OPERATORS)
            with EngineProcess(folder, "--state.flush_rows", "1048576") as engine, \
                    Load(folder, engine.port, genesis, keys) as load:
                clean_stops(engine, load)
                stops_at_once(engine, load, random.Random(SEED))
                stops_while_opening(engine, load, random.Random(SEED))
                engine.start()
                engine.wait(lambda _: True, "for the engine to come up after all that")
                load.wait_for_more(100)
                engine.stop()
                check_all_answered(load)
            program(BIN / "replay", "--from-height", "0", "--every-root", "--data", folder / "data", "--json")
            print(program(BIN / "verify-consistency", "--data", folder / "data").strip())
            second_opinion(folder / "data")


main()
