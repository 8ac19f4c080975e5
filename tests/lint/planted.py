"""What the tests of the lints share: a scratch tree, and the compiler as the rules are compiled."""
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

LINT = pathlib.Path(__file__).resolve().parent
SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", LINT.parent.parent))
BUILD = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build" / "release"))


def library(name):
    """The archive of a library in the build folder."""
    return BUILD / "engine" / name / f"libengine_{name}.a"


def lint(script, *arguments):
    """Runs a lint; gives its exit code and what it printed."""
    done = subprocess.run([sys.executable, LINT / script, *map(str, arguments)],
                          capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def command_of(source):
    """How the build compiles a source of the tree: a list of words without input and output."""
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    words = next(shlex.split(c["command"]) for c in commands if c["file"] == str(SOURCE / source))
    words = words[words.index(next(w for w in words if w.endswith(("++", "g++-12", "clang++-14")))):]
    return words[:words.index("-o")]


class Scratch(unittest.TestCase):
    """A test with an empty folder of its own."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="refold-lint-")
        self.addCleanup(self._folder.cleanup)
        self.folder = pathlib.Path(self._folder.name)

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def compile(self, words, text, name="planted.cpp"):
        """Compiles text with a command; gives the exit code, the messages and the object."""
        source = self.write(name, text)
        output = source.with_suffix(".o")
        done = subprocess.run([*words, "-o", str(output), "-c", str(source)],
                              capture_output=True, text=True, env={**os.environ, "CCACHE_DISABLE": "1"})
        return done.returncode, done.stderr, output

    def archive(self, *objects):
        out = self.folder / "libplanted.a"
        out.unlink(missing_ok=True)
        subprocess.run(["ar", "rcs", out, *objects], check=True)
        return out
