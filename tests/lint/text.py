#!/usr/bin/env python3
"""Fails on what must not stand in a tree that is handed over.

    text.py ROOT

Unfinished work, paths and hosts of one machine, folders without a README, errors that don't say
what to do, tests that are switched off.
"""
import pathlib
import re
import subprocess
import sys

DOCUMENTED = ["schema", "engine", "adapters", "tests"]
TEXT = {".hpp", ".cpp", ".py", ".md", ".capnp", ".cmake", ".txt", ".json", ".toml", ".sh", ""}

PATTERNS = [  # (where, what, said). The patterns are spelt so that they don't find themselves.
    ("", re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b"), "unfinished work"),
    ("", re.compile(r"(?<![\w.])/(work/(main|shared|notes)|ro" r"ot/|ho" r"me/\w+/|fa" r"rm/)"), "a path of one machine"),
    ("tests/", re.compile(r"\bDISA" r"BLED_[A-Z]"), "a test that is switched off"),
    ("", re.compile(r"\bNOL" r"INT(NEXTLINE|BEGIN|END)?\b(?!(\([\w.,*-]+\))?: )"), "a lint silenced without a reason"),
]
NAMELESS_MIRROR = re.compile(r"https?://[^/\s\"']*(mirror|proxy|artifact)[^/\s\"']*", re.I)


def files(root):
    """Every text file that is, or would be, committed."""
    done = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"],
                          capture_output=True, text=True)
    names = done.stdout.splitlines() if done.returncode == 0 else [
        str(p.relative_to(root)) for p in root.glob("**/*") if p.is_file()]
    for name in sorted(names):
        path = root / name
        if path.suffix in TEXT and path.is_file() and not name.startswith("fixtures/"):
            yield name, path.read_text(errors="replace")


def errors_without_action(text):
    """Line numbers of structs that say what and why, and not what to do."""
    for match in re.finditer(r"struct (\w+)[^;{]*\n?\{(.*?)\n\};", text, re.S):
        members = set(re.findall(r"std::string (\w+)", match[2]))
        if {"what", "why"} <= members and not members & {"action", "advice", "hint"}:
            yield text.count("\n", 0, match.start()) + 1, f"{match[1]} does not say what to do: add `action`"
    for match in re.finditer(r"\.action = (\"\"|\{\})", text):
        yield text.count("\n", 0, match.start()) + 1, "an error with nothing to do"


def findings(root):
    for name, text in files(root):
        for number, line in enumerate(text.splitlines(), 1):
            for where, pattern, said in PATTERNS:
                if name.startswith(where) and pattern.search(line):
                    yield f"{name}:{number}: {said}: {line.strip()[:100]}"
            if NAMELESS_MIRROR.search(line):
                yield f"{name}:{number}: the host of a mirror: {line.strip()[:100]}"
        if name.endswith((".hpp", ".cpp")):
            for number, said in errors_without_action(text):
                yield f"{name}:{number}: {said}"
        if name.endswith(".hpp") and not text.startswith("#pragma once"):
            yield f"{name}:1: a header begins with #pragma once"
    for folder in DOCUMENTED:
        if (root / folder).is_dir() and not (root / folder / "README.md").exists():
            yield f"{folder}: no README.md"


if __name__ == "__main__":
    found = list(findings(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    sys.exit(1 if found else 0)
