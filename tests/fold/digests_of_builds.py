#!/usr/bin/env python3
"""The pure libraries give one digest whoever compiles them and however well.

Compiles them and digest_test.cpp with g++ and clang++, at -O0 and -O3, and runs each. It takes
minutes, so that only `tools/dev/test --long` calls it; the tiers run the same test in the builds
that they make anyway.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
WARNINGS = ["-w"]
BUILDS = [(compiler, level) for compiler in ("g++", "clang++") for level in ("-O0", "-O3")]


def sources():
    for folder in ("base", "hash", "crypto", "bitcoin", "sbtc", "core", "fold", "domain/*"):
        for file in sorted((SOURCE / "engine").glob(f"{folder}/*.cpp")):
            if file.name != "codec.cpp":
                yield file
    yield SOURCE / "tests/fold/digest_test.cpp"


def compile_one(compiler, level, file, folder):
    out = folder / f"{abs(hash(file))}.o"
    subprocess.run([compiler, level, "-std=c++20", *WARNINGS, f"-I{SOURCE}", "-c", file, "-o", out], check=True)
    return out


def build(compiler, level, folder):
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        objects = list(pool.map(lambda f: compile_one(compiler, level, f, folder), sources()))
    program = folder / "digest"
    subprocess.run([compiler, *objects, "-o", program, "-lgtest_main", "-lgtest", "-lcrypto", "-lisal",
                    "-lsecp256k1", "-lpthread"], check=True)
    return program


def main():
    bad = 0
    for compiler, level in BUILDS:
        with tempfile.TemporaryDirectory(prefix="refold-digest-") as folder:
            program = build(compiler, level, pathlib.Path(folder))
            done = subprocess.run([program], capture_output=True, text=True)
            print(f"{compiler} {level}: {'the same' if done.returncode == 0 else 'ANOTHER DIGEST'}", flush=True)
            if done.returncode != 0:
                bad += 1
                print(done.stdout)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
