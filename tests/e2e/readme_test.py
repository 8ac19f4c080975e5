#!/usr/bin/env python3
"""What README.md tells people to type exists: its commands, their flags, the tables, and its links; and
the page of the configuration names the keys, kinds of values and codes that the programs have."""
import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BIN = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build/release")) / "bin"
README = (SOURCE / "README.md").read_text()
CONFIG = (SOURCE / "engine/runtime/config/README.md").read_text()


def run(*words):
    return subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)


def commands():
    """Every `$ command` of the README, as words."""
    return [line[2:].split() for line in README.splitlines() if line.startswith("$ ")]


class Readme(unittest.TestCase):
    def test_every_command_and_flag_exists(self):
        seen = set()
        for words in commands():
            if words[0] == "cat":
                continue
            program = [BIN / words[0]] + (words[1:2] if words[0] == "engine" else [])
            help_text = run(*program, "--help")
            self.assertEqual(help_text.returncode, 0, words)
            for flag in (w for w in words if w.startswith("--")):
                self.assertIn(flag, help_text.stdout, f"{words} has no {flag}")
            seen.add(" ".join([words[0]] + words[1:2] if words[0] == "engine" else words[:1]))
        wanted = {"engine " + c for c in ("init", "run", "status", "show", "log", "submit", "prove")}
        self.assertLessEqual(wanted | {"replay", "verify-consistency"}, seen)

    def test_every_link_and_folder_is_there(self):
        for page in ("README.md", "engine/runtime/config/README.md"):
            text = (SOURCE / page).read_text()
            for target in re.findall(r"\]\(([^)#:]+)\)", text):
                self.assertTrue(((SOURCE / page).parent / target).exists(), f"{page}: {target}")
        for folder in re.findall(r"^\| \[?`([a-z/]+/)`", README, re.M):
            self.assertTrue((SOURCE / folder).is_dir(), folder)
        for script in ("tools/dev/run", "tools/dev/test"):
            self.assertIn(script, README)
            self.assertTrue(os.access(SOURCE / script, os.X_OK), script)


class Configuration(unittest.TestCase):
    def keys(self):
        """{key: default or None} of `engine config default`."""
        section, out = "", {}
        for line in run(BIN / "engine", "config", "default").stdout.splitlines():
            if found := re.match(r"\[(\w+)\]", line):
                section = found[1]
            elif found := re.match(r"#?(\w+) = (.*)", line):
                out[f"{section}.{found[1]}"] = found[2].strip('"')
        return out

    def test_the_page_has_every_key_with_its_default(self):
        rows = {m[1]: m[2].strip().strip("`") for m in re.finditer(r"^\| `(\w+\.\w+)` \|[^|]*\|([^|]*)\|", CONFIG, re.M)}
        keys = self.keys()
        self.assertGreater(len(keys), 10)
        self.assertEqual(set(rows), set(keys))
        for key, standard in rows.items():
            if not standard.startswith("not set"):
                self.assertEqual(standard, keys[key], key)

    def test_the_page_has_every_code(self):
        kinds = (SOURCE / "engine/runtime/config/error_kinds.hpp").read_text()
        self.assertEqual(set(re.findall(r"RF-01\d\d", CONFIG)), set(re.findall(r'"(RF-01\d\d)"', kinds)))


if __name__ == "__main__":
    if not (BIN / "engine").exists():
        raise SystemExit("no engine in " + str(BIN) + ": build it first")
    unittest.main()
