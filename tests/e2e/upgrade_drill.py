#!/usr/bin/env python3
"""The upgrade drill: the previous build, this build and the previous build again over one data directory,
with requests in each life and a SIGKILL in every other one. After each life both builds must replay the
log to the same root, the one that the node had, and find it consistent; nothing that was acknowledged is
lost. That is what makes an upgrade safe to try, and safe to take back.

    REFOLD_PREVIOUS_COMMIT=REV  the previous version; default: HEAD~20. Built once, from what git has of it,
                                under REFOLD_CACHE (default: ~/.cache/refold)
    REFOLD_PREVIOUS_BUILD=DIR   or a build of it that is there: DIR/bin/engine ...

`tools/dev/test --long` runs it; by itself it is no test, for it builds another version first. What the
ordinary run has instead: tests/runtime/golden_test.cpp goes on with logs that were written by the first
builds, and newer_test.cpp refuses what a later one wrote.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, SOURCE, EngineProcess, Load, begin_log, processes, program  # noqa: E402

REQUESTS = 400


def built_from(commit):
    """The programs of a commit, built once for all drills."""
    cache = pathlib.Path(os.environ.get("REFOLD_CACHE", pathlib.Path.home() / ".cache/refold"))
    done = subprocess.run(["git", "-C", SOURCE, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"],
                          stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"there is no commit {commit} here: name another one with REFOLD_PREVIOUS_COMMIT, or a build "
                 "with REFOLD_PREVIOUS_BUILD")
    name = done.stdout.strip()
    tree, build = cache / name / "source", cache / name / "build"
    if (build / "whole").exists():
        return build
    tree.mkdir(parents=True, exist_ok=True)
    archive = subprocess.Popen(["git", "-C", SOURCE, "archive", name], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", tree], stdin=archive.stdout, check=True)
    if archive.wait() != 0:
        sys.exit(f"git archive {name} failed")
    print(f"building {name[:12]}, once", flush=True)
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if pathlib.Path("/usr/bin/ccache").exists() else []
    for words in (["cmake", "-S", tree, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=RelWithDebInfo", *launcher],
                  ["cmake", "--build", build, "--target", "engine", "replay", "verify-consistency"]):
        done = processes.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(f"{words} failed:\n{done.stdout[-4000:]}")
    (build / "whole").touch()
    return build


def previous_bin():
    named = os.environ.get("REFOLD_PREVIOUS_BUILD")
    if named:
        if not (pathlib.Path(named) / "bin/engine").exists():
            sys.exit(f"REFOLD_PREVIOUS_BUILD={named} holds no bin/engine")
        return pathlib.Path(named) / "bin"
    return built_from(os.environ.get("REFOLD_PREVIOUS_COMMIT", "HEAD~20")) / "bin"


class Engine(EngineProcess):
    """The engine of either build over the same directory."""

    def start_of(self, programs):
        with open(self.log, "ab") as log:
            self.process = processes.start(
                [programs / "engine", "run", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
                 "--log.segment_bytes", "1MiB", "--state.flush_rows", "512"], stdout=log, stderr=log)


def replayed(programs, data):
    return json.loads(program(programs / "replay", "--from-height", "0", "--every-root", "--data", data, "--json"))


def judge(name, builds, data, root):
    """Both builds make the same of the log: what the node had."""
    said = {which: replayed(programs, data) for which, programs in builds.items()}
    roots = {which: one["root"] for which, one in said.items()}
    if len(set(roots.values())) != 1:
        sys.exit(f"{name}: the builds replay to different roots: {roots}")
    if root is not None and root not in roots.values():
        sys.exit(f"{name}: the node had root {root}, and a replay gives {roots}")
    for which, programs in builds.items():
        done = processes.run([programs / "verify-consistency", "--data", data], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(f"{name}: the {which} build's verify-consistency ends with {done.returncode}:\n{done.stdout}")
    return roots["this"]


def settled(status):
    return status["state"]["sealed_height"] == status["log"]["height"] == status["state"]["root_height"]


def live(engine, load, number, which, builds):
    """One life of one of the builds; then both judge the log."""
    load.process.send_signal(signal.SIGCONT)
    engine.start_of(builds[which])
    begun = time.monotonic()
    engine.wait(lambda _: True, f"for the {which} build to come up")
    seconds, root = time.monotonic() - begun, None
    load.wait_for_more(REQUESTS)
    if number % 2:
        engine.kill()
    load.process.send_signal(signal.SIGSTOP)        # So that the log has a newest block.
    if not number % 2:
        root = engine.wait(settled, "for the newest block to be sealed")["state"]["root"]
        engine.stop()
    root = judge(f"life {number + 1}, the {which} build", builds, engine.data, root)
    print(f"life {number + 1}: the {which} build, ready in {seconds:.1f} s, "
          f"{'killed' if number % 2 else 'stopped'}; both replay to {root[:16]}..", flush=True)


def main():
    processes.end_on_signals()
    previous = previous_bin()
    builds = {"previous": previous, "this": BIN}
    with tempfile.TemporaryDirectory(prefix="refold-upgrade-") as name:
        folder = pathlib.Path(name)
        with processes.told(folder / "load.log", folder / "engine.log"), Engine(folder) as engine:
            genesis, keys = begin_log(folder, 3, programs=previous)
            with Load(folder, engine.port, genesis, keys) as load:
                for number, which in enumerate(("previous", "this", "previous", "this", "previous")):
                    live(engine, load, number, which, builds)
            print(load.check())


main()
