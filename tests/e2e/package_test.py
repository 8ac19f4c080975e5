#!/usr/bin/env python3
"""The Debian package, the systemd units, the man pages and the shell completion: built from the programs
of this build, looked at by the tools that will read them, used from where they are unpacked, and taken
through the life of an installed package below a directory.
"""
import atexit
import functools
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
TOOLS = ("bash", "dpkg-deb", "dpkg-shlibdeps", "groff", "readelf", "strip", "systemd-analyze", "systemd-sysusers",
         "systemd-tmpfiles", *(["fakeroot"] if os.geteuid() else []))


def run(*words, **options):
    return processes.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


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

    def test_systemd_finds_nothing_wrong_with_them(self):
        folder = self.units()
        done = run("systemd-analyze", "verify", "--man=no", *[folder / u for u in UNITS])
        about_us = [line for line in (done.stdout + done.stderr).splitlines() if "refold" in line]
        # A machine that checks units may lack the user and the documents that the package brings.
        about_us = [line for line in about_us if "man " not in line]
        self.assertEqual(about_us, [])

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

    def test_groff_has_no_warning_about_any_page(self):
        count = 0
        for page in sorted(self.pages.iterdir()):
            done = run("groff", "-k", "-t", "-mandoc", "-Tutf8", "-ww", "-z", page)
            self.assertEqual((done.returncode, done.stderr), (0, ""), page.name)
            count += 1
        self.assertGreater(count, 15)

    def test_each_is_named_where_indexes_look(self):
        for page in self.pages.iterdir():
            name = re.search(r'(?m)^\.SH "?NAME"?\n(\S+) \\?\\- \S', page.read_text())
            self.assertIsNotNone(name, page.name)
            self.assertEqual(name[1].replace("\\", ""), page.stem, page.name)

    def test_a_page_says_what_help_says(self):
        text = run("groff", "-man", "-Tascii", "-P-c", "-P-b", "-P-u", "-rLL=200n",
                   self.pages / "engine-restore.1").stdout
        flat = " ".join(text.split())
        for words in ("makes a data directory of a backup", "--from DIR", "EXIT STATUS",
                      "engine restore --from /mnt/backup/refold --data ./data"):
            self.assertIn(words, flat)


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


@functools.cache
def built_package():
    """The package, and a directory that it is unpacked in; both are gone at the end."""
    kept = tempfile.TemporaryDirectory(prefix="refold-deb-")
    atexit.register(kept.cleanup)
    done = run(PACKAGE / "build-deb", "--build", BUILD, "--output", pathlib.Path(kept.name) / "out")
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    deb, root = pathlib.Path(done.stdout.splitlines()[-1]), pathlib.Path(kept.name) / "root"
    processes.run(["dpkg-deb", "-x", deb, root], check=True)
    return deb, root


class Packaged(Folder):
    @classmethod
    def setUpClass(cls):
        cls.deb, cls.root = built_package()


class Deb(Packaged):
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
                           ("./usr/lib/sysusers.d/refold.conf", "-rw-r--r--"),
                           ("./usr/lib/tmpfiles.d/refold.conf", "-rw-r--r--"),
                           ("./usr/share/doc/refold/README.md", "-rw-r--r--")):
            self.assertIn(path, rows)
            self.assertEqual(rows[path][0], mode, path)
        self.assertEqual({row[1] for row in rows.values()}, {"root/root"})

    def test_its_control_file_names_what_the_programs_are_linked_with(self):
        field = lambda name: self.good("dpkg-deb", "-f", self.deb, name).strip()  # noqa: E731
        self.assertEqual(field("Package"), "refold")
        self.assertEqual("refold " + field("Version"), "refold " + self.good(ENGINE, "--version").split()[1])
        depends = field("Depends")
        for library in ("libc6", "librocksdb", "libssl", "libsecp256k1", "systemd"):
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

    def test_its_programs_are_hardened_and_stripped(self):
        for program in sorted((self.root / "usr/bin").iterdir()):
            shown = self.good("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--sections",
                              program)
            self.assertRegex(shown, r"Type: +DYN \(Position-Independent Executable", program.name)
            self.assertRegex(shown, r"GNU_RELRO", program.name)
            self.assertRegex(shown, r"FLAGS.*(BIND_)?NOW", program.name)
            self.assertRegex(shown, r"GNU_STACK .* RW +0x", program.name)
            self.assertNotRegex(shown, r"\((RPATH|RUNPATH)\)|\.symtab|\.debug_info", program.name)
            self.assertTrue((self.root / f"usr/share/man/man1/{program.name}.1.gz").exists(), program.name)

    def test_nothing_in_it_has_more_rights_or_another_place_than_it_should(self):
        for path in self.root.rglob("*"):
            if not path.is_symlink():
                self.assertEqual(path.stat().st_mode & 0o7022, 0, path)
        places = {"/".join(path.relative_to(self.root).parts[:2]) for path in self.root.rglob("*") if path.is_file()}
        self.assertEqual(places, {"etc/refold", "lib/systemd", "usr/bin", "usr/lib", "usr/share"})


class Installed(Packaged):
    """The package in a system of its own below a directory, with its scripts. The service manager alone is
    another one: a file keeps what it was told."""

    def setUp(self):
        super().setUp()
        self.system, self.told = self.folder / "system", self.folder / "told"
        (self.system / "var/lib/dpkg/updates").mkdir(parents=True)
        (self.system / "var/lib/dpkg/info").mkdir()
        (self.system / "var/lib/dpkg/status").touch()
        (self.system / "run/systemd/system").mkdir(parents=True)
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "systemctl").write_text(f'#!/bin/sh\necho "$*" >>{self.told}\n')
        (bin_folder / "systemctl").chmod(0o755)
        self.environment = {**os.environ, "PATH": f"{bin_folder}:/usr/local/sbin:/usr/sbin:/sbin:{os.environ['PATH']}"}
        self.faked = ["fakeroot", "-i", self.folder / "owners", "-s", self.folder / "owners"] if os.geteuid() else []
        (self.folder / "owners").touch()
        self.data = self.system / "var/lib/refold"
        self.settings = self.system / "etc/refold/refold.toml"

    def dpkg(self, *words):
        return self.good(*self.faked, "dpkg", f"--root={self.system}", "--log=/dev/null", "--force-script-chrootless",
                         "--force-depends", *words, env=self.environment, stdin=subprocess.DEVNULL)

    def state(self):
        done = run("dpkg-query", f"--admindir={self.system}/var/lib/dpkg", "-W", "-f",
                   "${db:Status-Abbrev}${Version}", "refold")
        return done.stdout.strip() if done.returncode == 0 else None

    def calls(self):
        said = self.told.read_text().splitlines() if self.told.exists() else []
        self.told.unlink(missing_ok=True)
        return said

    def owner(self, path):
        return self.good(*self.faked, "stat", "-c", "%u:%g %a", path).strip()

    def user(self):
        lines = (self.system / "etc/passwd").read_text().splitlines()
        return next(line.split(":") for line in lines if line.startswith("refold:"))

    def repacked(self, version, change=lambda tree: None):
        """The same package as another version."""
        tree, package = self.folder / version, self.folder / f"refold_{version}.deb"
        self.good("dpkg-deb", "-R", self.deb, tree)
        control = tree / "DEBIAN/control"
        control.write_text(re.sub(r"(?m)^Version: .*", f"Version: {version}", control.read_text()))
        change(tree)
        self.good("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, package)
        return package

    def use(self):
        """What an operator leaves: a log, a key, a changed configuration."""
        (self.data / "keys").mkdir(mode=0o700)
        (self.data / "keys/sequencer.key").write_text("secret\n")
        (self.data / "keys/sequencer.key").chmod(0o600)
        (self.data / "log").mkdir(mode=0o700)
        (self.data / "log/00000000000000000000.seg").write_bytes(b"money")
        with open(self.settings, "a") as file:
            file.write("# of the operator\n")

    def check_kept(self):
        self.assertEqual((self.data / "keys/sequencer.key").read_text(), "secret\n")
        self.assertEqual((self.data / "keys/sequencer.key").stat().st_mode & 0o777, 0o600)
        self.assertEqual((self.data / "log/00000000000000000000.seg").read_bytes(), b"money")

    def test_it_is_installed_with_a_user_and_a_directory_of_its_own(self):
        self.dpkg("-i", self.deb)
        version = self.good("dpkg-deb", "-f", self.deb, "Version").strip()
        self.assertEqual(self.state(), f"ii {version}")
        _, _, uid, gid, _, home, shell = self.user()
        self.assertEqual((home, shell), ("/var/lib/refold", "/usr/sbin/nologin"))
        self.assertLess(int(uid), 1000)
        self.assertEqual(self.owner(self.data), f"{uid}:{gid} 700")
        self.assertEqual(self.owner(self.system / "usr/bin/engine"), "0:0 755")
        self.assertEqual(self.owner(self.settings), "0:0 644")
        self.assertEqual(self.calls(), ["daemon-reload"])       # It is not started: there is no log yet.
        self.assertEqual(self.good("dpkg", f"--root={self.system}", "-V", "refold"), "")
        listed = self.good("dpkg", f"--root={self.system}", "-L", "refold").splitlines()
        self.assertIn("/usr/bin/verify-consistency", listed)
        self.assertIn("/lib/systemd/system/refold.service", listed)
        self.good(self.system / "usr/bin/engine", "config", "check", self.settings)

    def test_an_upgrade_and_the_way_back_keep_what_is_the_operators(self):
        self.dpkg("-i", self.deb)
        user = self.user()
        self.use()
        kept = self.settings.read_text()
        self.calls()
        before = self.state().split()[1]
        self.assertIn(f"the running node is of version {before}",
                      self.dpkg("-i", self.repacked("99.1")))
        self.assertEqual(self.state(), "ii 99.1")
        self.assertEqual(self.calls(), ["daemon-reload"] * 2 + ["is-active --quiet refold.service"])

        def other_default(tree):
            with open(tree / "etc/refold/refold.toml", "a") as file:
                file.write("# of a later version\n")
        self.dpkg("--force-confold", "-i", self.repacked("99.2", other_default))
        self.assertEqual(self.settings.read_text(), kept)
        self.assertIn("# of a later version", self.settings.with_name("refold.toml.dpkg-dist").read_text())
        self.dpkg("--force-confold", "--force-downgrade", "-i", self.deb)
        self.assertEqual(self.state(), f"ii {before}")
        self.assertEqual(self.settings.read_text(), kept)
        self.assertEqual(self.user(), user)
        self.check_kept()

    def test_removed_and_purged_it_leaves_the_data_directory(self):
        self.dpkg("-i", self.deb)
        owner = self.owner(self.data)
        self.use()
        self.calls()
        self.dpkg("-r", "refold")
        self.assertEqual(self.calls(), ["disable --now refold-backup.timer refold.service", "daemon-reload"])
        self.assertTrue(self.state().startswith("rc"))
        self.assertFalse((self.system / "usr/bin/engine").exists())
        self.assertFalse((self.system / "lib/systemd/system/refold.service").exists())
        self.assertIn("# of the operator", self.settings.read_text())
        self.check_kept()
        self.assertIn("/var/lib/refold stays", self.dpkg("-P", "refold"))
        self.assertIn(self.state(), (None, "un"))
        self.assertFalse(self.settings.exists())
        self.check_kept()
        self.assertEqual(self.owner(self.data), owner)
        left = [str(p.relative_to(self.system)) for p in self.system.rglob("*") if p.is_file()]
        self.assertEqual([p for p in left if not p.startswith(("var/lib/dpkg", "var/lib/refold", "etc/"))], [])

        self.dpkg("-i", self.deb)       # And again, over what is there.
        self.check_kept()
        self.assertEqual(self.owner(self.data), owner)


if __name__ == "__main__":
    processes.end_on_signals(KeyboardInterrupt)
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        print(f"this machine has no {', '.join(missing)}: tools/dev/setup installs them")
        sys.exit(77)
    unittest.main(verbosity=2)
