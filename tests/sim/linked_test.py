#!/usr/bin/env python3
"""The simulator runs what `engine run` runs: the same libraries, RocksDB included. Only the ports
are implemented anew, and the tables here say by whom.

What is linked is read from the build itself (build.ninja); who implements an interface, from the
sources that each program is made of.
"""
import os
import pathlib
import re
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).parents[2]))
BUILD = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build" / "release"))

# Linked by `engine` alone: what talks to the outside, and the commands.
OUTSIDE = {"engine_cli", "engine_backup", "adapter_system", "adapter_bitcoin", "adapter_http", "adapter_ledger",
           "ssl", "zmq"}
# Linked by the simulator alone: its machine, and the test framework.
MACHINE = {"sim_ports", "gmock", "gtest", "gtest_main", "rapidcheck"}
# The simulator's own objects beside its tests: a broken contract throws, for shrinking.
OBJECTS = {"check_throw.cpp.o"}

# Port -> (in the engine, in the simulator). Nobody in the simulator: it has no such edge.
PORTS = {
    "Disk": ({"PosixDisk"}, {"SimDisk"}),
    "File": ({"PosixFile"}, {"SimFile"}),
    "DiskLock": ({"FlockLock"}, {"SimLock"}),
    "Executor": ({"ThreadExecutor"}, {"SimExecutor"}),
    "Clock": ({"SystemClock"}, {"SimClock"}),
    "Random": ({"SystemRandom"}, {"SimRandom"}),
    "BitcoinIntake": ({"SequencerIntake"}, set()),
    "EffectExecutor": ({"LedgerExecutor"}, set()),
    "HttpExchange": ({"Exchange"}, set()),
    "HttpStream": ({"Stream"}, set()),
}

CLASS = re.compile(r"\b(?:class|struct)\s+(\w+)(?:\s+final)?\s*(?::\s*([^{};()]+?))?\s*\{")


def linked(ninja, target):
    """The libraries, by their short names, and the objects of a target of build.ninja."""
    rule = re.search(rf"^build {re.escape(target)}: \S+ ([^|\n]*)(?:\|[^\n]*)?\n((?:  .*\n)*)", ninja,
                     re.MULTILINE)
    if not rule:
        return None
    found = re.search(r"^  LINK_LIBRARIES = (.*)$", rule.group(2), re.MULTILINE)
    files = [word for word in found.group(1).split() if not word.startswith("-")]
    names = {re.sub(r"^lib|(-\d[\d.]*)?\.(a|so[\d.]*)$", "", pathlib.Path(f).name) for f in files}
    return names, {pathlib.Path(o).name for o in rule.group(1).split()}


def classes(text):
    """(name, bases, body) of each class."""
    text = re.sub(r"//[^\n]*", "", text)
    for match in CLASS.finditer(text):
        depth, at = 1, match.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
        bases = {re.sub(r".*::|\b(public|protected|private|virtual)\b|\s", "", base)
                 for base in (match.group(2) or "").split(",") if base.strip()}
        yield match.group(1), bases, text[match.end():at]


def interfaces(files):
    """Every class that is there to be derived from."""
    return {name for file in files for name, bases, body in classes(file.read_text())
            if not bases and re.search(r"\bvirtual ~", body)}


def implementations(files, wanted):
    """Interface -> the classes that are derived from it."""
    found = {}
    for file in files:
        for name, bases, _ in classes(file.read_text()):
            for base in bases & wanted:
                found.setdefault(base, set()).add(name)
    return found


def sources(*folders):
    return [f for folder in folders for f in sorted((SOURCE / folder).rglob("*.[ch]pp"))]


def with_includes(files):
    """The files and what they include from tests/."""
    seen, todo = set(), list(files)
    while todo:
        file = todo.pop()
        if file in seen or not file.exists():
            continue
        seen.add(file)
        todo += [SOURCE / name for name in re.findall(r'#include "(tests/[^"]+)"', file.read_text())]
    return sorted(seen)


class Linked(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ninja = (BUILD / "build.ninja").read_text()
        cls.engine, _ = linked(ninja, "bin/engine")
        cls.simulator, cls.objects = linked(ninja, "tests/tests_sim")

    def test_the_simulator_links_every_library_of_the_engine_but_its_edges(self):
        self.assertEqual(self.engine - self.simulator, OUTSIDE)
        for name in ("engine_runtime", "engine_log", "engine_store", "engine_fold", "rocksdb"):
            self.assertIn(name, self.engine & self.simulator)

    def test_the_simulator_adds_its_machine_and_nothing_else(self):
        self.assertEqual(self.simulator - self.engine, MACHINE)
        tests = {f.name + ".o" for f in (SOURCE / "tests/sim").glob("*_test.cpp")}
        self.assertEqual(self.objects, tests | OBJECTS)

    def test_only_ports_are_implemented_anew(self):
        every = interfaces(sources("engine"))
        simulated = implementations(with_includes(sources("tests/sim")), every)
        self.assertEqual(simulated, {port: sim for port, (_, sim) in PORTS.items() if sim})

    def test_every_port_is_listed_with_its_implementations(self):
        ports = interfaces(sources("engine/ports"))
        self.assertEqual(ports, set(PORTS))
        real = implementations(sources("engine", "adapters"), ports)
        self.assertEqual(real, {port: engine for port, (engine, _) in PORTS.items()})


class Planted(unittest.TestCase):
    """What these tests are for would be seen."""

    def test_a_second_log_in_a_library_of_its_own_is_found(self):
        ninja = ("build tests/tests_sim: LINK a/sim_test.cpp.o | x\n  FLAGS = -g\n"
                 "  LINK_LIBRARIES = tests/libfake_log.a  /usr/lib/librocksdb.so.7.8.3  -lm\n")
        self.assertEqual(linked(ninja, "tests/tests_sim"),
                         ({"fake_log", "rocksdb"}, {"sim_test.cpp.o"}))

    def test_a_second_log_in_the_simulators_sources_is_found(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "memory_log.hpp"
            file.write_text("// class Not : public log::Log {};\n"
                            "class MemoryLog final\n  : public log::Log, private Disk\n{\n};\n")
            every = interfaces(sources("engine"))
            self.assertIn("Log", every)
            self.assertEqual(implementations([file], every),
                             {"Log": {"MemoryLog"}, "Disk": {"MemoryLog"}})


if __name__ == "__main__":
    if not (BUILD / "build.ninja").exists():
        print(f"there is no build.ninja in {BUILD}: nothing says what is linked")
        sys.exit(77)
    unittest.main()
