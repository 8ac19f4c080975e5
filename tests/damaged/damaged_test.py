#!/usr/bin/env python3
"""A corpus of damaged data directories, one for each kind of damage (kinds.py): what verify-consistency
must say of each, and what `engine run` must do with it. None is missed, none is a false alarm.

    tests/damaged/damaged_test.py                    all of them
    REFOLD_KIND='flip-.*-frame' ...                  those whose name matches; also prints what is said
    REFOLD_CORPUS=FOLDER ...                         makes the directories there, and keeps them
    REFOLD_LONG=1 ...                                and every byte of the marks, the seal and the smallest files
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, SOURCE, EngineProcess, Load, begin_log, processes  # noqa: E402
import kinds  # noqa: E402
import log_files  # noqa: E402

RECORDING = SOURCE / "fixtures/bitcoin/reorg.jsonl"
FLAGS = ["--state.flush_rows", "300", "--state.checkpoint_every", "250", "--state.checkpoints_kept", "2",
         "--log.segment_bytes", str(1 << 20)]
KEYS = 2
ONLY = os.environ.get("REFOLD_KIND", "")


def begin(folder):
    folder.mkdir()
    return begin_log(folder, KEYS, *FLAGS[-2:], parameters='wallet = "51"\nprobe = true\n')


def live(engine, end, segments=1, height=0):
    """One life: a recorded Bitcoin node is followed, probes fill so many segments, to a
    height at least, then it ends."""
    engine.start()
    engine.wait(lambda s: s["bitcoin"]["height"] == 24 and s["log"]["height"] >= height and
                len(log_files.segments(engine.data / "log")) >= segments, "for the recording and the probes")
    engine.kill() if end == "kill" else engine.stop()


def keep(engine, ages, name):
    shutil.copytree(engine.data, ages / name)


def make_ages(folder):
    """One history at four ages (born, young, killed, grown) and another node's."""
    ages = folder / "ages"
    ages.mkdir()
    genesis, keys = begin(folder / "one")
    with EngineProcess(folder / "one", "--bitcoin.playback", RECORDING, "--bitcoin.poll_ms", "10", *FLAGS) as engine, \
            Load(folder / "one", engine.port, genesis, keys):
        keep(engine, ages, "born")
        live(engine, "stop", height=300)
        keep(engine, ages, "young")
        live(engine, "kill", 2)
        keep(engine, ages, "killed")
        live(engine, "stop", 3)
        keep(engine, ages, "grown")
    genesis, keys = begin(folder / "two")
    with EngineProcess(folder / "two", "--bitcoin.playback", RECORDING, "--bitcoin.poll_ms", "10", *FLAGS) as engine, \
            Load(folder / "two", engine.port, genesis, keys):
        live(engine, "stop", height=300)
        keep(engine, ages, "other")
    return ages


class Skipped(Exception):
    pass


class Case:
    """A directory to damage, beside those that it can be mixed with."""

    def __init__(self, ages, data):
        self.ages, self.data, self.log = ages, data, data / "log"
        self.other = ages / "other"

    def of_other(self):
        return Case(self.ages, self.other)

    def age(self, name):
        return self.ages / name

    def read(self, path):
        return path.read_bytes()

    def take(self, age, name):
        """Puts a file or folder of another age in the place of this one's."""
        here, there = self.data / name, self.ages / age / name
        if here.is_dir():
            shutil.rmtree(here)
        (shutil.copytree if there.is_dir() else shutil.copy)(there, here)

    def skip(self, why):
        raise Skipped(why)


def verify(data):
    done = processes.run([BIN / "verify-consistency", "--data", data, "--json"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = {"exit_code": done.returncode, "layers": [], "error": done.stderr + done.stdout}
    return done.returncode, report


def findings(report):
    return [(layer["layer"], d) for layer in report["layers"] for d in layer["differences"]]


def told(report):
    if "error" in report:
        return report["error"].strip()
    lines = [f"{layer['layer']}: {layer['verdict']}, {layer['looked_at']}" for layer in report["layers"]]
    lines += [f"  {layer} {d['where']}: {d['what']} | {d['stored']} | {d['computed']} | {d['cause']}"
              for layer, d in findings(report)]
    return "\n".join(lines)


def check_verify(kind, data):
    """What is wrong with what verify says; nothing if it is right."""
    code, report = verify(data)
    wanted = {"ok": 0, "later": 2}.get(kind.verify, 1)
    if code != wanted:
        return f"verify-consistency ended with {code} instead of {wanted}:\n{told(report)}", report
    if kind.verify == "later":
        said = any(re.search(kind.place, layer["looked_at"]) for layer in report["layers"])
        return ("" if said else f"nothing of /{kind.place}/:\n{told(report)}"), report
    if kind.verify != "ok" and not any(layer == kind.verify and re.search(kind.place, d["where"])
                                       for layer, d in findings(report)):
        return f"nothing of layer {kind.verify} at /{kind.place}/:\n{told(report)}", report
    return "", report


def run_engine(data, log):
    """Starts the engine over a directory. None if it comes up and ends in order; else what it wrote."""
    with open(log, "wb") as out:
        process = processes.start([BIN / "engine", "run", "--data", data, "--listen", "127.0.0.1:0", *FLAGS],
                                  stdout=out, stderr=out)
    end = time.monotonic() + 60
    try:
        while process.poll() is None and time.monotonic() < end and b"running " not in log.read_bytes():
            time.sleep(0.01)
        if process.poll() is None:
            time.sleep(0.15)        # It roots what isn't, and would meet what it can't read.
            process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
    finally:
        process.kill()
    said = log.read_text(errors="replace")
    if code == 0:
        return None
    if code < 0:
        return f"ended by {signal.Signals(-code).name}: {said}"
    return said


def root_of(data):
    """The root of a fold of the log from nothing, and of which height."""
    said = processes.run([BIN / "replay", "--data", data, "--from-height", "0", "--full", "--json"],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return json.loads(said.stdout) if said.returncode == 0 else {"error": said.stderr}


def check_run(kind, data, log, before):
    said = run_engine(data, log)
    how = kind.run
    if how == "named":
        how = "same" if said is None else "RF-06"
    if how in ("starts", "same"):
        if said is not None:
            return f"engine run did not start:\n{said}"
        after = verify(data)[1]
        wrong = {layer for layer, _ in findings(after)}
        if how == "starts" and (wrong or after["exit_code"] != 0):
            return f"after engine run:\n{told(after)}"
        if how == "same" and kind.verify not in wrong:
            return f"engine run made {kind.name} disappear:\n{told(after)}"
        return ""
    if said is None:
        return f"engine run started over it; before:\n{told(before)}"
    if how not in said or "ended by" in said[:10]:
        return f"engine run did not say {how}:\n{said}"
    return ""


def one(kind, ages, folder):
    """Makes, damages, verifies and runs one. What is wrong with the answers; None if it was skipped."""
    at = folder / kind.name
    shutil.copytree(ages / (kind.old or "grown"), at / "data")
    case = Case(ages, at / "data")
    try:
        kind.do(case)
    except Skipped as why:
        return None, str(why)
    wrong, report = check_verify(kind, case.data)
    kept = at if "REFOLD_CORPUS" in os.environ else None
    if kept:
        shutil.copytree(case.data, at / "as-damaged")
        (at / "verify.json").write_text(json.dumps(report, indent=1))
    ran = check_run(kind, case.data, at / "run.log", report)
    said = told(report) + "\n" + (at / "run.log").read_text(errors="replace")[-1500:]
    if not kept:
        shutil.rmtree(at)
    return "\n".join(part for part in (wrong, ran) if part), said


def main():
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="refold-damaged-") as name:
        folder = pathlib.Path(name)
        begun = time.monotonic()
        ages = make_ages(folder)
        print(f"ages made in {time.monotonic() - begun:.1f} s", flush=True)
        corpus = pathlib.Path(os.environ.get("REFOLD_CORPUS", folder / "corpus"))
        corpus.mkdir(parents=True)
        chosen = kinds.matching(ONLY)
        failed, skipped = [], []
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answers = pool.map(lambda kind: one(kind, ages, corpus), chosen)
            for kind, (wrong, said) in zip(chosen, answers):
                if wrong is None:
                    skipped.append(kind.name)
                elif wrong:
                    failed.append(kind.name)
                    print(f"--- {kind.name}\n{wrong}", flush=True)
                if ONLY and wrong is not None:
                    print(f"--- {kind.name}: verify {kind.verify}, run {kind.run}\n{said}", flush=True)
        alarms = sum(1 for kind in chosen if kind.verify == "ok")
        print(f"{len(chosen) - len(failed) - len(skipped)} kinds as they should be, {alarms} of them without an "
              f"alarm; {len(skipped)} skipped {skipped}; {len(failed)} wrong {failed}")
        print(f"{time.monotonic() - begun:.1f} s")
        # A kind that this history had no place for has not been looked at: that is no success.
        if failed or skipped:
            sys.exit(1)


if __name__ == "__main__":
    main()
