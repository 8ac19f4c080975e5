#!/usr/bin/env python3
"""Builds and tests in tiers, each with a budget. tools/dev/test calls it."""
import argparse
import dataclasses
import datetime
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree

import processes

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILDS = pathlib.Path(os.environ.get("REFOLD_BUILDS", SOURCE / "build"))
JOBS = str(len(os.sched_getaffinity(0)))
LAST_LINES = 60  # How much of a failed step is shown.

NOT_FETCHED = 3  # get-bitcoind: the packages can't be had.


@dataclasses.dataclass(frozen=True)
class Tier:
    name: str
    minutes: int  # Its budget, on 2 cores, from an empty machine.
    preset: str
    about: str
    targets: tuple = ()  # What to build; nothing: everything.
    runs: tuple = ()     # (labels, jobs) of each run of ctest, in order.


TIERS = [
    Tier("release", 35, "release", "everything, optimized, and every test",
         (), (("unit|store|log|runtime|simulated", JOBS), ("e2e|crash", JOBS))),
    Tier("asan", 15, "asan", "unit, property, log and store tests under ASan and UBSan",
         ("tests-unit", "tests-log", "tests-store"), (("unit|store|log", JOBS),)),
    Tier("tsan", 8, "tsan", "runtime tests under TSan",
         ("tests-runtime",), (("runtime", JOBS),)),
    Tier("clang", 5, "clang", "the pure libraries and their tests with clang",
         (), (("unit", JOBS),)),
    Tier("fuzz", 4, "fuzz", "the fuzz targets, some seconds each",
         ("fuzzers",), (("fuzz", JOBS),)),
    Tier("lint", 5, "release", "layers, symbols, guard, layout, text, clang-tidy",
         ("engine_base", "engine_hash", "engine_crypto", "engine_bitcoin", "engine_sbtc", "engine_wire",
          "engine_fold"),
         (("lint", JOBS),)),
]
TOTAL_MINUTES = 72


@dataclasses.dataclass
class Result:
    passed: int = 0
    failed: list = dataclasses.field(default_factory=list)   # Names.
    skipped: list = dataclasses.field(default_factory=list)  # (name, reason).
    seconds: float = 0.0


class OutOfTime(Exception):
    """A tier has used up its budget."""


def say(text=""):
    print(text, flush=True)


def run(words, deadline, log, environment=None):
    """Runs a command with its output in a file; gives its exit code. Ends it, and all that it
    started, when the deadline comes."""
    with open(log, "wb") as out:
        process = subprocess.Popen(words, cwd=SOURCE, stdout=out, stderr=subprocess.STDOUT,
                                   env={**os.environ, **(environment or {})}, start_new_session=True)
        try:
            return process.wait(timeout=max(1.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise OutOfTime from None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def show_end(log):
    lines = log.read_text(errors="replace").splitlines()
    errors = [line for line in lines if re.search(r"(^FAILED:|error:|Error )", line)]
    for line in errors[:LAST_LINES // 2] or lines[-LAST_LINES:]:
        say(f"    {line}")
    say(f"    (all of it: {log})")


def step(name, words, deadline, log, environment=None):
    """One step of a tier, with its time; true when it went well."""
    begun = time.monotonic()
    code = run(words, deadline, log, environment)
    say(f"  {name}: {'done' if code == 0 else f'exit {code}'} in {time.monotonic() - begun:.0f} s")
    return code == 0


def reason_of(case):
    """Why a test was skipped: the sentence that it printed."""
    text = case.findtext("system-out") or ""
    match = re.search(r"Skipped\n(.+)", text)
    if match:
        return match[1].strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"


def read_junit(file, result):
    for case in xml.etree.ElementTree.parse(file).getroot().iter("testcase"):
        name, status = case.get("name"), case.get("status")
        if status == "run":
            result.passed += 1
        elif status in ("notrun", "disabled"):
            output = case.findtext("system-out") or ""
            unbuilt = name.endswith("_NOT_BUILT") or "Unable to find executable" in output
            if unbuilt:
                result.failed.append(f"{name} (not built)")
            else:
                result.skipped.append((name, reason_of(case)))
        else:
            result.failed.append(name)
            say(f"  FAILED {name}")
            for line in (case.findtext("system-out") or "").splitlines()[-LAST_LINES:]:
                say(f"    {line}")


def test_environment(options):
    """What tests are told by the environment, beside what CMake sets."""
    environment = {"ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1",
                   "UBSAN_OPTIONS": "print_stacktrace=1",
                   "TSAN_OPTIONS": f"suppressions={SOURCE}/tests/tsan.supp:halt_on_error=1"}
    if options.long:
        environment["REFOLD_LONG"] = "1"
        environment["REFOLD_KILLS"] = os.environ.get("REFOLD_KILLS", "1000")
        environment["REFOLD_SECONDS"] = os.environ.get("REFOLD_SECONDS", "600")
        environment.setdefault("RC_PARAMS", os.environ.get("RC_PARAMS", "max_success=2000"))
    return environment


def find_bitcoind():
    """Path of a Bitcoin node for tests, or nothing and the reason."""
    done = subprocess.run([SOURCE / "tools/dev/get-bitcoind"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return done.stdout.strip(), None
    said = done.stderr.strip().splitlines()
    kind = "can't be fetched" if done.returncode == NOT_FETCHED else "doesn't start"
    return None, f"the Bitcoin node {kind}: {said[-2] if len(said) > 1 else ' '.join(said)}"


def run_tier(tier, options, environment):
    result = Result()
    build = BUILDS / tier.preset
    build.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    deadline = begun + tier.minutes * 60
    say(f"\n{tier.name}: {tier.about} (budget {tier.minutes} min)")
    try:
        for name, words in (
                ("configure", ["cmake", "--preset", tier.preset, "-B", build]),
                ("build", ["cmake", "--build", build, *(["--target", *tier.targets] if tier.targets else [])])):
            log = build / f"{tier.name}-{name}.log"
            if not step(name, words, deadline, log, environment):
                show_end(log)
                result.failed.append(f"{tier.name}: {name}")
                return result
        for number, (labels, jobs) in enumerate(tier.runs):
            log, junit = build / f"{tier.name}-test-{number}.log", build / f"{tier.name}-{number}.xml"
            junit.unlink(missing_ok=True)
            words = ["ctest", "--test-dir", build, "-L", f"^({labels})$", "-j", jobs,
                     "--output-junit", junit, "--test-output-size-passed", "20000",
                     "--test-output-size-failed", "200000", "--no-tests=ignore"]
            if options.only:
                words += ["-R", options.only]
            step(f"tests ({labels.replace('|', ', ')})", words, deadline, log, environment)
            if junit.exists():
                read_junit(junit, result)
            elif "No tests were found" not in log.read_text(errors="replace"):
                show_end(log)
                result.failed.append(f"{tier.name}: ctest gave no result")
    except OutOfTime:
        say(f"  OUT OF TIME: stopped at its budget of {tier.minutes} min; logs are in {build}")
        result.failed.append(f"{tier.name}: more than its budget of {tier.minutes} min")
    finally:
        result.seconds = time.monotonic() - begun
    return result


# What --long has beside the tiers: a program each, which ends with 0 when all is well.
LONG_STEPS = [
    (Tier("digests", 60, "release", "one digest from g++ and clang, -O0 and -O3"), "tests/fold/digests_of_builds.py"),
    (Tier("upgrade", 60, "release", "an earlier build, this build, the earlier build: equal roots"),
     "tests/e2e/upgrade_drill.py"),
]


def run_step_of_long(tier, script):
    result = Result()
    say(f"\n{tier.name}: {tier.about}")
    begun = time.monotonic()
    log = BUILDS / f"{tier.name}.log"
    try:
        if step("compile and run", [sys.executable, SOURCE / script], begun + tier.minutes * 60, log,
                {"REFOLD_BUILD": str(BUILDS / tier.preset)}):
            result.passed += 1
        else:
            show_end(log)
            result.failed.append(tier.name)
    except OutOfTime:
        result.failed.append(f"{tier.name}: more than its budget of {tier.minutes} min")
    result.seconds = time.monotonic() - begun
    return tier, result


def report(results, bitcoind_missing):
    say("\ntier      passed  failed  skipped     time   budget")
    for tier, result in results:
        say(f"{tier.name:<8} {result.passed:>7} {len(result.failed):>7} {len(result.skipped):>8}"
            f" {result.seconds / 60:>6.1f} m {tier.minutes:>6} m")
    seconds = sum(r.seconds for _, r in results)
    say(f"all tiers {seconds / 60:.1f} min, budget {TOTAL_MINUTES} min")
    skipped = [(tier.name, *entry) for tier, r in results for entry in r.skipped]
    if bitcoind_missing:
        say(f"\nskipped: the end-to-end tests: {bitcoind_missing}")
    by_reason = {}
    for tier, name, reason in skipped:
        by_reason.setdefault(reason, []).append(f"{tier}:{name}")
    for reason, names in by_reason.items():
        shown = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
        say(f"skipped: {shown}: {reason}")
    if not skipped and not bitcoind_missing:
        say("skipped: nothing")
    failed = [name for _, r in results for name in r.failed]
    for name in failed:
        say(f"failed: {name}")
    return sum(r.passed for _, r in results), len(failed)


def keep_long(results, passed, failed):
    """Adds what a long run gave to tests/long.md."""
    commit = subprocess.run(["git", "-C", SOURCE, "describe", "--always", "--dirty", "--abbrev=12"],
                            capture_output=True, text=True).stdout.strip() or "unknown"
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    tiers = ", ".join(f"{t.name} {r.seconds / 60:.1f} min" for t, r in results)
    with open(SOURCE / "tests/long.md", "a") as out:
        out.write(f"| {date} | `{commit}` | `tools/dev/test {' '.join(sys.argv[1:])}` |"
                  f" {passed} passed, {failed} failed | {tiers} |\n")


def main():
    parser = argparse.ArgumentParser(prog="tools/dev/test", description=__doc__)
    parser.add_argument("--tier", action="append", choices=[t.name for t in TIERS],
                        help="run this tier alone (may be given again)")
    parser.add_argument("--only", metavar="REGEX", help="run tests whose name matches")
    parser.add_argument("--long", action="store_true",
                        help="the longer forms, without budgets; adds a line to tests/long.md")
    options = parser.parse_args()
    processes.end_on_signals()
    tiers = [t for t in TIERS if not options.tier or t.name in options.tier]
    if options.long:
        tiers = [dataclasses.replace(t, minutes=t.minutes * 20) for t in tiers]

    environment = test_environment(options)
    bitcoind, missing = find_bitcoind() if any(t.name == "release" for t in tiers) else (None, None)
    if bitcoind:
        environment["REFOLD_BITCOIND"] = bitcoind

    say(f"tiers: {', '.join(f'{t.name} {t.minutes} min' for t in tiers)}; {JOBS} jobs")
    if "RC_PARAMS" in os.environ:
        say(f"RC_PARAMS={os.environ['RC_PARAMS']}")
    results = []
    for tier in tiers:
        results.append((tier, run_tier(tier, options, environment)))
    if options.long and not options.tier:
        results += [run_step_of_long(tier, script) for tier, script in LONG_STEPS]
    passed, failed = report(results, missing)
    if options.long:
        keep_long(results, passed, failed)
    say(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
