#!/usr/bin/env python3
"""Runs clang-tidy over the libraries whose every line must be clean, several files at a time.

    tidy.py [FILE...]      without files: engine/{base,hash,crypto,bitcoin,sbtc,core,domain,fold,codec}
    tidy.py --runtime      engine/runtime

Takes the commands from REFOLD_BUILD/compile_commands.json, without the flags that clang can't take.
The static analyzer and two slow checks, which take most of the time, run when REFOLD_LONG is set.
A file that was clean, and has not changed since, nor a header of ours that it includes, is not
looked at again.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BUILD = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build" / "release"))
CHECKED = ["base", "hash", "crypto", "bitcoin", "sbtc", "core", "domain", "fold", "codec"]
OPTIONS = ["--quiet", "--warnings-as-errors=*"]
if not os.environ.get("REFOLD_LONG"):
    OPTIONS.append("--checks=-clang-analyzer-*,-bugprone-reserved-identifier,-bugprone-stringview-nullptr")
# What clang can't take, and -Werror: .clang-tidy says what is an error here.
GCC_ONLY = re.compile(r"\s-(Werror|mgeneral-regs-only|Wno-(array-bounds|restrict|stringop-\w+|tsan|maybe-uninitialized)"
                      r"|Winvalid-pch|include \S+/cmake_pch\.hxx)(?=\s)")


def commands():
    """The compile commands, by file, as clang can read them."""
    out = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        if "-DREFOLD_COPY_" in entry["command"]:  # A test compiles it a second time.
            continue
        text = GCC_ONLY.sub("", entry["command"]).replace("/usr/bin/ccache ", "")
        text = re.sub(r"-include (\S+/guard\.hpp)", r"-include \1", text)
        out[entry["file"]] = {**entry, "command": text}
    return out


def fingerprint(file, seen=None):
    """A hash of a file and of all that it includes from this tree."""
    seen = set() if seen is None else seen
    digest = hashlib.sha256(file.read_bytes())
    for header in sorted(re.findall(r'^#include "(.+)"', file.read_text(), re.M)):
        below = SOURCE / header
        if below not in seen and below.exists():
            seen.add(below)
            digest.update(fingerprint(below, seen).encode())
    return digest.hexdigest()


def tidy(database, file):
    """What clang-tidy says about one file; empty when it is clean."""
    done = subprocess.run(["clang-tidy", *OPTIONS, "-p", database, str(file)],
                          capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def main(arguments):
    known = commands()
    checked = ["runtime"] if arguments == ["--runtime"] else CHECKED
    if arguments == ["--runtime"]:
        arguments = []
    files = [pathlib.Path(a).resolve() for a in arguments] or sorted(
        pathlib.Path(f) for f in known
        if any(f.startswith(f"{SOURCE}/engine/{layer}/") for layer in checked))
    settings = (SOURCE / ".clang-tidy").read_bytes() + repr(OPTIONS).encode() + pathlib.Path(__file__).read_bytes()
    cache = BUILD / "tidy"
    cache.mkdir(exist_ok=True)

    marks = {}
    for file in files:
        text = fingerprint(file) + known[str(file)]["command"]
        marks[file] = cache / hashlib.sha256(text.encode() + settings).hexdigest()
    todo = [file for file in files if not marks[file].exists()]

    bad = 0
    with tempfile.TemporaryDirectory(prefix="refold-tidy-") as database:
        pathlib.Path(database, "compile_commands.json").write_text(json.dumps(list(known.values())))
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for file, said in zip(todo, pool.map(lambda f: tidy(database, f), todo)):
                if said:
                    bad += 1
                    print(said)
                else:
                    marks[file].touch()
    print(f"clang-tidy: {len(files)} files, {len(todo)} looked at, {bad} with findings")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
