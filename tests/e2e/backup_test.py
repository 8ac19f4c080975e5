#!/usr/bin/env python3
"""Backups of a real engine under load: taken beside it, killed with SIGKILL anywhere, checked, restored.
What is restored must be the log up to a durable block, replay to its roots, hold every request that was
acknowledged before the backup began, and go on only after a declaration.

    REFOLD_SEED=N REFOLD_KILLS=N tests/e2e/backup_test.py
"""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, EngineProcess, Load, begin_log, processes, program  # noqa: E402

SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 32))))
KILLS = min(int(os.environ.get("REFOLD_KILLS", "24")), 200)


def backup(folder, *flags):
    return json.loads(program(BIN / "engine", "backup", "--data", folder / "data", "--to", folder / "backup",
                              "--json", *flags))


def check(folder):
    done = processes.run([BIN / "engine", "backup", "--check", folder / "backup", "--json"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"the backup is damaged: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def restore(folder, name):
    """A data directory of the backup, with a copy of the key that is in no backup."""
    said = json.loads(program(BIN / "engine", "restore", "--from", folder / "backup", "--data", folder / name,
                              "--json"))
    (folder / name / "keys").mkdir(mode=0o700)
    shutil.copy2(folder / "data/keys/sequencer.key", folder / name / "keys/sequencer.key")
    return said


def killed_backups(folder, load, dice):
    """SIGKILL at a time that the seed gives: what was a backup before is one after."""
    began, killed = check(folder)["height"], 0
    for _ in range(KILLS):
        load.wait_for_more(50)
        child = processes.start([BIN / "engine", "backup", "--data", folder / "data", "--to", folder / "backup"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.choice([0.001, 0.003, 0.01, 0.02, 0.04]) * dice.random() * 2)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
        height = check(folder)["height"]
        if height < began:
            sys.exit(f"the backup went back from {began} to {height}")
        began = height
    print(f"{killed} of {KILLS} backups were killed; the one before was whole each time", flush=True)


def killed_restores(folder, dice):
    """SIGKILL while a directory is made: the same call, repeated, makes it."""
    killed = 0
    for number in range(6):
        target = folder / f"killed-{number}"
        words = [BIN / "engine", "restore", "--from", folder / "backup", "--data", target]
        child = processes.start(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.005 + dice.random() * 0.04)
        child.send_signal(signal.SIGKILL)
        was_killed = child.wait() == -signal.SIGKILL
        killed += was_killed
        if was_killed and not (target / "log" / f"{0:020}.seg").exists():
            done = processes.run([BIN / "replay", "--from-height", "0", "--data", target],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if done.returncode == 0:
                sys.exit("half a restored log replays as if it were whole")
            program(*words)
        program(BIN / "verify-consistency", "--data", target, "--layer", "log,fold")
        shutil.rmtree(target)
    print(f"{killed} of 6 restores were killed, and ended by the next call", flush=True)


def refuses(code, *words):
    done = processes.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0 or code not in done.stderr:
        sys.exit(f"{words} was not refused with {code}: {done.returncode} {done.stdout}{done.stderr}")


def refusals(folder):
    engine, data = BIN / "engine", folder / "data"
    refuses("RF-0324", engine, "backup", "--data", data, "--to", data / "backup")
    refuses("RF-0324", engine, "backup", "--data", data, "--to", folder)
    refuses("RF-0320", engine, "backup", "--check", folder / "nowhere")
    refuses("RF-0205", engine, "restore", "--data", folder / "new")
    refuses("RF-0324", engine, "restore", "--from", folder / "backup", "--data", data)
    other = folder / "other"
    program(engine, "init", "--data", other, "--operator-key", folder / "other.key")
    refuses("RF-0322", engine, "backup", "--data", other, "--to", folder / "backup")


def damage(folder):
    """A flipped bit is found by the check, and by a restore."""
    part = next((folder / "backup/log").glob("*.part"))
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    done = processes.run([BIN / "engine", "backup", "--check", folder / "backup"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 1 or part.name not in done.stdout or "DAMAGED" not in done.stdout:
        sys.exit(f"a flipped bit was not found: {done.returncode} {done.stdout}")
    refuses("RF-0321", BIN / "engine", "restore", "--from", folder / "backup", "--data", folder / "damaged")
    content[len(content) // 2] ^= 1
    part.write_bytes(content)


def status_of_backups(folder, engine):
    """The node says when there is none, when it is another log's, and is silent when it is young."""
    def findings():
        return {f["code"]: f for f in engine.get("/v1/status")["findings"]}
    engine.start("--backup.directory", folder / "backup")
    engine.wait(lambda _: True, "for the engine to come up")
    said = findings()
    if {"RF-0741", "RF-0742", "RF-0743"} & set(said):
        sys.exit(f"a young backup is complained about: {said}")
    engine.stop()
    engine.start("--backup.directory", folder / "none")
    engine.wait(lambda _: True, "for the engine to come up")
    said = findings()
    if said.get("RF-0741", {}).get("severity") != "warning" or not engine.get("/v1/status")["healthy"]:
        sys.exit(f"nobody says that there is no backup: {said}")
    (engine.data / "keys/sequencer.key").chmod(0o644)
    time.sleep(5.5)
    engine.get("/v1/status")
    end = time.monotonic() + 20
    while "RF-0731" not in findings():
        if time.monotonic() > end:
            sys.exit("nobody says that others can read the key")
        time.sleep(0.1)
    done = processes.run([BIN / "engine", "status", "--node", f"http://127.0.0.1:{engine.port}"],
                         stdout=subprocess.PIPE, text=True)
    if done.returncode != 1 or "NOT HEALTHY, 1 error" not in done.stdout or "RF-0731" not in done.stdout:
        sys.exit(f"engine status ends with {done.returncode}: {done.stdout}")
    (engine.data / "keys/sequencer.key").chmod(0o600)
    engine.stop()


def main():
    print(f"REFOLD_SEED={SEED}", flush=True)
    processes.end_on_signals()
    dice = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="refold-backup-") as name:
        folder = pathlib.Path(name)
        with processes.told(folder / "load.log", folder / "engine.log"):
            genesis, keys = begin_log(folder, 4, "--log.segment_bytes", "1MiB")
            flags = ("--log.segment_bytes", "1MiB", "--state.flush_rows", "4096", "--log-level", "warning")
            with EngineProcess(folder, *flags) as engine:
                engine.start()
                engine.wait(lambda _: True, "for the engine to come up")
                load = Load(folder, engine.port, genesis, keys)
                try:
                    load.wait_for_more(3000)
                    program(BIN / "engine", "checkpoint", "--node", f"http://127.0.0.1:{engine.port}")
                    first = backup(folder, "--verify")
                    load.wait_for_more(1500)
                    second = backup(folder)
                    if second["copied_files"] >= second["kept_files"] + second["copied_files"] \
                            or second["height"] <= first["height"]:
                        sys.exit(f"the second backup copied all: {second}")
                    killed_backups(folder, load, dice)
                    shutil.copy2(folder / "acks", folder / "acks-before")
                    last = backup(folder, "--verify")
                finally:
                    load.kill()
                engine.kill()
                print(f"backed up to height {last['height']}: {last['copied_bytes']} bytes copied, "
                      f"{last['kept_bytes']} there already", flush=True)

                said = restore(folder, "new")
                print(program(BIN / "verify-consistency", "--data", folder / "new").strip(), flush=True)
                replayed = json.loads(program(BIN / "replay", "--from-height", "0", "--every-root", "--data",
                                              folder / "new", "--json"))
                original = json.loads(program(BIN / "replay", "--from-height", "0", "--to-height",
                                              str(said["height"]), "--data", folder / "data", "--json"))
                if replayed["root"] != original["root"]:
                    sys.exit(f"other roots: {replayed} {original}")
                print(program(BIN / "crash_load", "check", folder / "new", folder / "acks-before").strip())
                killed_restores(folder, dice)
                refusals(folder)
                damage(folder)
                status_of_backups(folder, engine)
            go_on(folder, keys, said["height"])


def go_on(folder, keys, height):
    """The restored log takes nothing until it is declared that nobody has more."""
    work = folder / "again"
    work.mkdir()
    (folder / "new").rename(work / "data")
    with EngineProcess(work, "--log.segment_bytes", "1MiB") as engine:
        engine.start()
        status = engine.wait(lambda _: True, "for the restored engine to come up")
        codes = [f["code"] for f in status["findings"] if f["severity"] == "error"]
        if codes != ["RF-0704"] or status["healthy"]:
            sys.exit(f"a restored log waits, and the findings are {codes}")
        engine.stop()
        program(BIN / "engine", "restored", "--no-other-copy", str(height), "--data", work / "data")
        engine.start()
        engine.wait(lambda s: s["healthy"], "for the engine to be healthy after the declaration")
        probe = work / "probe.json"
        probe.write_text(json.dumps({"probe.probed": {"id": "f" * 64, "account": 1, "amount": 5}}))
        said = json.loads(program(BIN / "engine", "submit", probe, "--key", keys[0], "--node",
                                  f"http://127.0.0.1:{engine.port}", "--json"))
        if int(said["place"].split(".")[0]) <= height:
            sys.exit(f"the request stands at {said['place']}, and the log ended at {height}")
        engine.stop()
    program(BIN / "replay", "--from-height", "0", "--every-root", "--data", work / "data", "--json")
    print("the restored log went on after the declaration, and replays", flush=True)


main()
