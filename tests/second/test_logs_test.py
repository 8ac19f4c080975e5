#!/usr/bin/env python3
"""Agrees with the logs that the tests of a node have made. `ctest` keeps them in test-logs below the build
(tests/support/keep_log.hpp); where there are none, some of the tests are run for it here.

    REFOLD_SECONDS=N tests/second/test_logs_test.py
"""
import os
import subprocess
import sys
import time

import ask

KEPT = ask.BUILD / "test-logs"
SECONDS = float(os.environ.get("REFOLD_SECONDS", "100"))  # For all of them together.
SECONDS_EACH = 20


def make_logs():
    print("no logs are kept: running the tests that make them", flush=True)
    KEPT.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "REFOLD_KEEP_LOGS": str(KEPT), "REFOLD_SIM_SEEDS": "4"}
    for area in ("runtime", "sim"):
        program = ask.BUILD / "tests" / f"tests_{area}"
        if not program.exists():
            print(f"{program} is not built")
            sys.exit(77)
        ask.run(program, "--gtest_brief=1", env=environment, cwd=program.parent, stdout=subprocess.DEVNULL)


def main():
    if not list(KEPT.glob("*.blocks")):
        make_logs()
    logs = sorted(KEPT.glob("*.blocks"), key=lambda path: path.stat().st_size)
    end, looked, whole, roots, events, faults = time.monotonic() + SECONDS, 0, 0, 0, 0, []
    for path in logs:
        left = end - time.monotonic()
        if left <= 0:
            break
        try:
            opinion, is_whole = ask.look_at(path, min(SECONDS_EACH, left), check_signatures=False)
        except ask.Disagreement as found:
            faults.append(f"{path.name}: {found}\n    {ask.narrow(path, found)}")
            continue
        looked, whole = looked + 1, whole + is_whole
        roots, events = roots + opinion.compared, events + opinion.events
    print(f"{looked} of {len(logs)} logs, {whole} of them to the end: {events} events and {roots} recorded roots agree")
    if faults or not looked:
        sys.exit("\n".join(faults) or "no log to look at")


main()
