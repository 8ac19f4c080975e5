#!/usr/bin/env python3
"""The Debian package, the systemd units, the man pages and the shell completion: built from the programs
of this build, looked at by the tools that will read them, and used from where they are unpacked.

What a machine lacks (systemd, groff, dpkg) is named, and only its own test is left out.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build/release"))
ENGINE = BUILD / "bin/engine"
PACKAGE = SOURCE / "tools/dev/package"
UNITS = ("refold.service", "refold-backup.service", "refold-backup.timer")
sys.path.insert(0, str(SOURCE / "tools/dev"))
import processes  # noqa: E402
from regtest import free_ports  # noqa: E402

EXPOSURE_MAX = 1.5      # Of systemd-analyze security: 0 is the best, 10 the worst.


def run(*words, **options):
    return processes.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def needs(*tools):
    missing = [tool for tool in tools if not shutil.which(tool)]
    return unittest.skipIf(missing, f"this machine has no {', '.join(missing)}")


class Folder(unittest.TestCase):
    def setUp(self):
        kept = tempfile.TemporaryDirectory(prefix="refold-package-")
        self.addCleanup(kept.cleanup)
        self.folder = pathlib.Path(kept.name)

    def good(self, *words, **options):
        done = run(*words, **options)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout


class Units(Folder):
    def units(self):
        """The units as they would stand on a machine that has the programs."""
        folder = self.folder / "units"
        folder.mkdir()
        for unit in UNITS:
            text = (PACKAGE / unit).read_text()
            (folder / unit).write_text(text.replace("/usr/bin/engine", str(ENGINE)))
        return folder

    @needs("systemd-analyze")
    def test_systemd_finds_nothing_wrong_with_them(self):
        folder = self.units()
        done = run("systemd-analyze", "verify", "--man=no", *[folder / u for u in UNITS])
        about_us = [line for line in (done.stdout + done.stderr).splitlines() if "refold" in line]
        # A machine that checks units may lack the user and the documents that the package brings.
        about_us = [line for line in about_us if "man " not in line]
        self.assertEqual(about_us, [])

    @needs("systemd-analyze")
    def test_the_services_are_exposed_to_little(self):
        folder = self.units()
        for unit in UNITS[:2]:
            done = run("systemd-analyze", "security", "--offline=true", "--no-pager", folder / unit)
            found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
            self.assertIsNotNone(found, done.stdout + done.stderr)
            print(f"{unit}: exposure {found[1]} of 10", flush=True)
            self.assertLessEqual(float(found[1]), EXPOSURE_MAX, done.stdout)

    def test_the_service_says_what_an_operator_relies_on(self):
        text = (PACKAGE / "refold.service").read_text()
        for line in ("Type=notify", "User=refold", "ProtectSystem=strict", "NoNewPrivileges=yes",
                     "PrivateTmp=yes", "MemoryDenyWriteExecute=yes", "LimitCORE=0", "Restart=on-failure",
                     "StateDirectory=refold", "RestartPreventExitStatus=64 78"):
            self.assertIn(line + "\n", text)
        self.assertRegex(text, r"(?m)^LoadCredential=sequencer\.key:")
        self.assertRegex(text, r"(?m)^SystemCallFilter=@system-service$")
        self.assertRegex(text, r"(?m)^RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX$")


class Notify(Folder):
    def test_the_engine_tells_its_manager_when_it_is_ready_and_when_it_stops(self):
        data, name = self.folder / "data", f"\0refold-test-{os.getpid()}"
        self.good(ENGINE, "init", "--data", data, "--operator-key", self.folder / "operator.key")
        credentials = self.folder / "credentials"
        credentials.mkdir(mode=0o700)
        (data / "keys/sequencer.key").rename(credentials / "sequencer.key")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(name)
            manager.settimeout(60)
            engine = processes.start(
                [ENGINE, "run", "--data", data, "--listen", f"127.0.0.1:{free_ports(1)[0]}"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, "NOTIFY_SOCKET": "@" + name[1:],
                     "REFOLD_DATA_SEQUENCER_KEY_FILE": str(credentials / "sequencer.key")})
            try:
                self.assertIn("READY=1", manager.recv(4096).decode().splitlines())
                engine.send_signal(signal.SIGTERM)
                self.assertIn("STOPPING=1", manager.recv(4096).decode().splitlines())
                self.assertEqual(engine.wait(60), 0)
            finally:
                engine.kill()
                engine.wait()

    def test_a_manager_that_is_not_there_stops_nobody(self):
        for name in ("/nowhere/at/all", "@nobody", "relative", "/" + "x" * 200):
            done = run(ENGINE, "run", "--data", self.folder / "none", env={**os.environ, "NOTIFY_SOCKET": name})
            self.assertEqual(done.returncode, 1)
            self.assertIn("RF-0303", done.stderr)


class Man(Folder):
    def setUp(self):
        super().setUp()
        self.pages = self.folder / "man"
        self.good(ENGINE, "man", "--output", self.pages)

    @needs("groff")
    def test_groff_has_no_warning_about_any_page(self):
        count = 0
        for page in sorted(self.pages.iterdir()):
            done = run("groff", "-man", "-Tutf8", "-ww", "-z", page)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)
            count += 1
        self.assertGreater(count, 15)

    @needs("man")
    def test_man_shows_them_without_a_warning(self):
        for name in ("engine.1", "engine-backup.1", "replay.1", "refold.toml.5"):
            done = run("man", "--warnings", "-l", self.pages / name,
                       env={**os.environ, "MANWIDTH": "100", "MANPAGER": "cat", "LC_ALL": "C.UTF-8"})
            if "has been minimized" in done.stdout + done.stderr:
                self.skipTest("this machine's man is a stub")
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    @needs("groff")
    def test_a_page_says_what_help_says(self):
        text = run("groff", "-man", "-Tascii", "-P-c", "-P-b", "-P-u", "-rLL=200n",
                   self.pages / "engine-restore.1").stdout
        flat = " ".join(text.split())
        for words in ("makes a data directory of a backup", "--from DIR", "EXIT STATUS",
                      "engine restore --from /mnt/backup/refold --data ./data"):
            self.assertIn(words, flat)


@needs("bash")
class Completion(Folder):
    SCRIPT = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
_refold "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]})) && printf '%s\\n' "${COMPREPLY[@]}"
exit 0
"""

    def setUp(self):
        super().setUp()
        self.script = self.folder / "completion"
        self.script.write_text(self.good(ENGINE, "completion", "bash"))

    def complete(self, *words):
        done = run("bash", "--norc", "-c", self.SCRIPT, "bash", self.script, *words, cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        return done.stdout.split()

    def test_it_is_loaded_for_all_three_programs(self):
        said = self.good("bash", "--norc", "-uc", 'source "$1" && complete -p engine replay verify-consistency',
                         "bash", self.script)
        self.assertEqual(said.count("-F _refold"), 3)

    def test_every_command_and_flag_is_offered(self):
        overview = self.good(ENGINE, "help")
        commands = re.findall(r"(?m)^  ([a-z]+(?: [a-z]+)?)(?: \[?[A-Z].*?)?   ", overview.split("beside them")[0])
        self.assertGreater(len(commands), 12)
        firsts = set(self.complete("engine", ""))
        for command in commands:
            words = command.split()
            self.assertIn(words[0], firsts)
            if len(words) == 2:
                self.assertIn(words[1], self.complete("engine", words[0], ""))
            offered = set(self.complete("engine", *words, "--"))
            help_text = self.good(ENGINE, *words, "--help")
            for flag in re.findall(r"(?m)^  (--[a-z-]+)(?: |$)", help_text.split("examples")[0]):
                self.assertIn(flag, offered, command)

    def test_words_codes_and_files_are_completed(self):
        (self.folder / "probe.json").touch()
        (self.folder / "place").mkdir()
        self.assertEqual(self.complete("engine", "ba"), ["backup"])
        self.assertEqual(self.complete("engine", "backup", "--ke"), ["--keep"])
        self.assertEqual(self.complete("engine", "run", "--log-level", "war"), ["warning"])
        self.assertEqual(self.complete("engine", "explain", "RF-032"),
                         [f"RF-032{i}" for i in range(5)])
        self.assertEqual(self.complete("engine", "submit", "pro"), ["probe.json"])
        self.assertEqual(self.complete("engine", "backup", "--to", "pl"), ["place"])
        self.assertEqual(self.complete("engine", "help", "config", "sh"), ["show"])
        self.assertEqual(self.complete("engine", "config", "che"), ["check"])
        self.assertIn("--from-height", self.complete("replay", "--fr"))
        self.assertIn("--layer", self.complete("verify-consistency", "--la"))
        self.assertEqual(self.complete("engine", "backup", "--keep", ""), [])


@needs("dpkg-deb", "dpkg-shlibdeps", "strip")
class Deb(Folder):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory(prefix="refold-deb-")
        cls.addClassCleanup(cls.kept.cleanup)
        cls.output = pathlib.Path(cls.kept.name)
        done = run(PACKAGE / "build-deb", "--build", BUILD, "--output", cls.output / "out")
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        cls.deb = pathlib.Path(done.stdout.splitlines()[-1])
        cls.root = cls.output / "root"
        subprocess.run(["dpkg-deb", "-x", cls.deb, cls.root], check=True)

    def test_it_holds_programs_service_pages_and_completion(self):
        listed = self.good("dpkg-deb", "-c", self.deb)
        rows = {line.split()[5]: line.split() for line in listed.splitlines()}
        for path, mode in (("./usr/bin/engine", "-rwxr-xr-x"), ("./usr/bin/replay", "-rwxr-xr-x"),
                           ("./usr/bin/verify-consistency", "-rwxr-xr-x"),
                           ("./etc/refold/refold.toml", "-rw-r--r--"),
                           ("./lib/systemd/system/refold.service", "-rw-r--r--"),
                           ("./usr/share/man/man1/engine-backup.1.gz", "-rw-r--r--"),
                           ("./usr/share/man/man5/refold.toml.5.gz", "-rw-r--r--"),
                           ("./usr/share/bash-completion/completions/engine", "-rw-r--r--"),
                           ("./usr/share/doc/refold/README.md", "-rw-r--r--")):
            self.assertIn(path, rows)
            self.assertEqual(rows[path][0], mode, path)
        self.assertEqual({row[1] for row in rows.values()}, {"root/root"})

    def test_its_control_file_names_what_the_programs_are_linked_with(self):
        field = lambda name: self.good("dpkg-deb", "-f", self.deb, name).strip()  # noqa: E731
        self.assertEqual(field("Package"), "refold")
        self.assertEqual("refold " + field("Version"), "refold " + self.good(ENGINE, "--version").split()[1])
        depends = field("Depends")
        for library in ("libc6", "librocksdb", "libssl", "libsecp256k1", "adduser"):
            self.assertIn(library, depends)
        conffiles = self.good("dpkg-deb", "-I", self.deb, "conffiles").split()
        self.assertEqual(conffiles, ["/etc/refold/refold.toml"])
        for script in ("postinst", "prerm", "postrm"):
            text = self.good("dpkg-deb", "-I", self.deb, script)
            self.good("sh", "-n", "-c", text)
            self.assertIn("set -e", text)

    def test_the_same_programs_give_the_same_bytes(self):
        again = run(PACKAGE / "build-deb", "--build", BUILD, "--output", self.folder)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertEqual(pathlib.Path(again.stdout.splitlines()[-1]).read_bytes(), self.deb.read_bytes())

    def test_its_checksums_are_those_of_its_files(self):
        control = self.folder / "control"
        self.good("dpkg-deb", "-e", self.deb, control)
        self.good("md5sum", "--check", "--quiet", control / "md5sums", cwd=self.root)

    def test_its_programs_run_from_where_they_are_unpacked(self):
        engine = self.root / "usr/bin/engine"
        self.assertEqual(self.good(engine, "--version"), self.good(ENGINE, "--version"))
        self.good(engine, "config", "check", self.root / "etc/refold/refold.toml")
        data = self.folder / "data"
        said = json.loads(self.good(engine, "init", "--data", data, "--operator-key",
                                    self.folder / "operator.key", "--json"))
        self.assertEqual(len(said["genesis"]), 64)
        self.good(self.root / "usr/bin/verify-consistency", "--data", data, "--layer", "log")
        self.good(self.root / "usr/bin/replay", "--from-height", "0", "--data", data)

    @needs("lintian")
    def test_lintian_finds_no_error(self):
        done = run("lintian", "--fail-on", "error", self.deb)
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    processes.end_on_signals(KeyboardInterrupt)
    unittest.main(verbosity=2)
