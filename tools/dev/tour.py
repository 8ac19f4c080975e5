#!/usr/bin/env python3
"""Records README's tour anew: runs its commands in their order, on a regtest chain with peg-ins, and puts
what they print in place of what stands there. Blocks without output stay without.

    tools/dev/tour.py            writes README.md
    tools/dev/tour.py --print    prints it instead

The programs must be built, in build/release or where REFOLD_BUILD says.
"""
import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import processes
import regtest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build/release")).resolve() / "bin"
README = SOURCE / "README.md"
PEG_INS = 3     # Before the engine runs.
LATER = 3       # Blocks with a peg-in while it follows.
DEPOSIT = re.compile(r"\b[0-9a-f]{64}:\d+\b")


class Tour:
    """A folder in which the commands are given, and the chain that they follow."""

    def __init__(self, folder, chain):
        self.folder, self.chain, self.engine = folder, chain, None
        self.environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
        (folder / "data").parent.mkdir(exist_ok=True)

    def meant(self, command):
        """The command with this chain's wallet, address and ids for those of the README."""
        out = re.sub(r"--wallet \S+", f"--wallet {self.chain.peg_address}", command)
        out = re.sub(r"--bitcoin-rpc \S+", f"--bitcoin-rpc http://127.0.0.1:{self.chain.rpc.port}", out)
        out = re.sub(r"--bitcoin-cookie \S+", f"--bitcoin-cookie {self.chain.cookie}", out)
        return DEPOSIT.sub(self.deposit, out)

    def deposit(self, old):
        if self.engine is None:
            return old[0]
        shown = self.run("engine show peg.deposits --json")
        found = DEPOSIT.search(shown)
        return found[0] if found else sys.exit(f"no deposit in {shown}")

    def run(self, command):
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False)
        return done.stdout

    def start(self, command):
        """`engine run` goes on beside the tour; what it says until it stands at the node's tip."""
        said = self.folder / "run.log"
        with open(said, "wb") as log:
            self.engine = processes.start(shlex.split(command.replace("engine", str(BIN / "engine"), 1)),
                                          cwd=self.folder, stdout=log, stderr=subprocess.DEVNULL)
        self.follow()
        for _ in range(LATER):
            self.chain.some_peg_ins(1)
            self.chain.mine()
            self.follow()
        return said.read_text()

    def follow(self):
        """Until the engine stands where the node does."""
        self.run(f"engine wait bitcoin {self.chain.rpc('getblockcount')} --timeout 60s && sleep 2")

    def record(self, block):
        """A block of the README: commands and their output."""
        out = []
        for part in re.split(r"(?m)^(?=\$ )", block):
            command, _, had = part.partition("\n")
            if not command.startswith("$ ") or not had.strip():
                out.append(part)
                continue
            meant = self.meant(command[2:])
            if command.startswith("$ cat "):
                (self.folder / command.split()[-1]).write_text(had.strip() + "\n")
                out.append(part)
                continue
            said = self.start(meant) if command.startswith("$ engine run") else self.run(meant)
            shown = DEPOSIT.sub(lambda _: DEPOSIT.search(meant)[0], command) if DEPOSIT.search(command) else command
            out.append(shown + "\n" + self.as_typed(said).rstrip("\n") + "\n" * (2 if had.endswith("\n\n") else 1))
        return "".join(out)

    def as_typed(self, said):
        """This machine's addresses are nobody else's."""
        said = said.replace(f"127.0.0.1:{self.chain.rpc.port}", "127.0.0.1:18443")
        return said.replace(str(self.chain.cookie), "~/.bitcoin/regtest/.cookie").replace(f"{self.folder}/", "./")


def recorded(readme):
    with tempfile.TemporaryDirectory(prefix="refold-tour-") as name:
        folder = pathlib.Path(name)
        with regtest.Regtest(folder / "bitcoin") as chain:
            chain.prepare()
            for _ in range(PEG_INS):
                chain.some_peg_ins(1)
                chain.mine()
            chain.mine(105 - chain.rpc("getblockcount"))
            tour = Tour(folder, chain)
            try:
                begin, end = readme.index("## A tour"), readme.index("**Keep a copy.**")
                told = re.sub(r"(?ms)^```\n(\$ .*?)^```$", lambda m: f"```\n{tour.record(m[1])}```", readme[begin:end])
                return readme[:begin] + told + readme[end:]
            finally:
                if tour.engine:
                    tour.engine.terminate()
                    tour.engine.wait(timeout=60)


def main():
    parser = argparse.ArgumentParser(prog="tools/dev/tour.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", action="store_true", help="print it instead")
    options = parser.parse_args()
    processes.end_on_signals()
    text = recorded(README.read_text())
    if options.print:
        print(text)
    else:
        README.write_text(text)


if __name__ == "__main__":
    main()
