#!/usr/bin/env python3
"""Runs the engine on a live Bitcoin chain. tools/dev/run calls it when the programs are built.

Ctrl-C ends what it started, and nothing else; so does whatever else ends this program. The data stays: the next run goes on with it.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import processes
import regtest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build/release")).resolve() / "bin"
CONFIRMATIONS = 3
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
NETWORKS = {"main": "mainnet", "testnet4": "testnet4", "signet": "signet", "regtest": "regtest"}


def say(text=""):
    print(text, flush=True)


def shown(path):
    """A path as a person would type it here."""
    try:
        return str(pathlib.Path(path).relative_to(pathlib.Path.cwd()))
    except ValueError:
        return str(path)


class Engine:
    """An engine with its data directory and configuration, below one folder."""

    def __init__(self, folder, chain):
        self.folder = folder
        self.data = folder / "engine"
        self.config = folder / "refold.toml"
        self.key = folder / "operator.key"
        self.chain = chain
        self.process = None
        self.listen = None

    def configure(self, network):
        """Writes the configuration. The port stays the same from run to run when it is free."""
        kept = self.folder / "listen"
        port = int(kept.read_text()) if kept.exists() else 7117
        if not regtest.Regtest._is_free(port):
            port = regtest.free_ports(1)[0]
        kept.write_text(str(port))
        self.listen = f"http://127.0.0.1:{port}"
        lines = ["[data]", f'directory = "{self.data}"', "", "[bitcoin]",
                 f'rpc_url = "http://{self.chain.rpc.host}:{self.chain.rpc.port}"', "poll_ms = 500"]
        if self.chain.cookie:
            lines.append(f'cookie_file = "{self.chain.cookie}"')
        elif self.chain.rpc.user:
            user, password = self.chain.rpc.user.split(":", 1)
            secret = self.folder / "rpc-password"
            secret.touch(mode=0o600)
            secret.write_text(password)
            lines += [f'rpc_user = "{user}"', f'rpc_password_file = "{secret}"']
        if self.chain.zmq:
            lines.append(f'zmq_url = "{self.chain.zmq}"')
        lines += ["", "[http]", f'listen = "127.0.0.1:{port}"', ""]
        self.config.write_text("\n".join(lines))
        self.network = network

    def init(self, anchor=None):
        """Makes the log, unless there is one."""
        if (self.data / "log").exists():
            return
        words = [BIN / "engine", "init", "--data", self.data, "--operator-key", self.key,
                 "--network", self.network, "--confirmations", str(CONFIRMATIONS), "--probe"]
        if self.chain.peg_address:
            words += ["--wallet", self.chain.peg_address]
        if anchor is not None:
            words += ["--anchor-height", str(anchor), "--config", self.config]
        processes.run(words, check=True)

    def start(self, log=None):
        """Starts `engine run`; what it writes goes to this terminal, or to a file."""
        out = open(log, "ab") if log else None
        self.process = processes.start(
            [BIN / "engine", "run", "--config", self.config], signal.SIGTERM,
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        if out:
            out.close()

    def wait_until(self, holds, what, seconds=120):
        """Waits until holds(status) is true."""
        deadline = time.monotonic() + seconds
        status = None
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"engine run ended with {self.process.returncode} while waiting {what}")
            status = self.status()
            if status is not None and holds(status):
                return status
            time.sleep(0.1)
        raise RuntimeError(f"waited {seconds} s {what}; the last status: {json.dumps(status)}")

    def get(self, path):
        """What the HTTP API answers, as text; nothing when it doesn't."""
        try:
            with urllib.request.urlopen(self.listen + path, timeout=5) as answer:
                return answer.read().decode()
        except (OSError, urllib.error.URLError):
            return None

    def status(self):
        text = self.get("/v1/status")
        return json.loads(text) if text else None

    def kill(self):
        """SIGKILL: nothing is written, nothing is flushed."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """SIGTERM, and waits until it has drained."""
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def where_to_look(engine):
    tool, config = shown(BIN), shown(engine.config)
    say(f"""
  status      {engine.listen}/v1/status     metrics  {engine.listen}/metrics
  stream      curl -N '{engine.listen}/v1/stream?after=genesis'
  status      {tool}/engine status --config {config}
  peg-ins     {tool}/engine show peg.deposits --config {config}
  as of 20    {tool}/engine show bitcoin.tip --at 20 --config {config}
  kill it     kill -9 {engine.process.pid}      (it is started again)
  replay      {tool}/replay --from-height 0 --config {config}
  verify      {tool}/verify-consistency --config {config}
""")


def first_chain(chain, count):
    """Peg-ins in blocks of their own, and enough blocks above them that they count."""
    for _ in range(count):
        chain.some_peg_ins(1)
        chain.mine()
    chain.mine(CONFIRMATIONS)


def next_block(chain, number, dice):
    """One block, most with peg-ins; now and then a branch that replaces the last ones."""
    if number % 12 == 11:
        depth = 1 + dice.randrange(2)
        chain.reorganize(depth)
        return f"a branch replaced the last {depth} blocks"
    count = dice.randrange(3)
    chain.some_peg_ins(count)
    chain.mine()
    return f"{count} peg-ins"


def watch(engine, chain, every):
    """Mines on until it is interrupted. An engine that is killed is started again."""
    dice, number, due = random.Random(), 0, time.monotonic() + every
    while True:
        time.sleep(0.2)
        if engine.process.poll() is not None:
            code = engine.process.returncode
            if code >= 0:
                raise RuntimeError(f"engine run ended by itself with exit code {code}")
            say(f"run: engine run was ended by signal {-code}; starting it again")
            engine.start()
        if chain.peg_address and time.monotonic() >= due:
            what = next_block(chain, number, dice)
            say(f"run: Bitcoin block {chain.rpc('getblockcount')}: {what}")
            number, due = number + 1, time.monotonic() + every


def at_tip(chain):
    """Whether a status says that the engine stands where the node does."""
    tip = chain.rpc("getbestblockhash")
    return lambda status: tip in json.dumps(status)


def check(words, expected=0):
    """Runs a program; its output is ours. True when it ended as expected."""
    say(f"\n$ {' '.join(shown(w) if isinstance(w, pathlib.Path) else str(w) for w in words)}")
    code = processes.run(words).returncode
    if code != expected:
        say(f"run: exit code {code}, expected {expected}")
    return code == expected


def once(engine, chain, log):
    """Follow, fork, kill, start again, drain, replay, verify. True when all of it went well."""
    engine.wait_until(at_tip(chain), "for the engine to reach the tip")
    say(f"run: at the tip, height {chain.rpc('getblockcount')}")
    dice = random.Random(7)
    for number in range(8, 14):
        say(f"run: {next_block(chain, number, dice)}")
    engine.wait_until(at_tip(chain), "for the engine to follow the branch")
    say("run: killing the engine")
    engine.kill()
    next_block(chain, 1, dice)
    engine.start(log)
    engine.wait_until(at_tip(chain), "for the engine to come back")
    say("run: it came back and stands at the tip")
    good = check([BIN / "engine", "status", "--config", engine.config])
    good &= check([BIN / "engine", "show", "peg.deposits", "--config", engine.config])
    say("run: stopping the engine")
    code = engine.stop()
    if code != 0:
        say(f"run: engine run ended with {code} when asked to stop")
    good &= code == 0
    good &= check([BIN / "engine", "show", "bitcoin.tip", "--at", "5", "--config", engine.config])
    good &= check([BIN / "replay", "--from-height", "0", "--config", engine.config])
    good &= check([BIN / "verify-consistency", "--config", engine.config])
    return good


def interrupted(_signal, _frame):
    """Once is enough: nothing shall cut short how engine and node are ended."""
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(prog="tools/dev/run", description=__doc__)
    parser.add_argument("--data", help="where chain and engine keep their data (build/live)")
    parser.add_argument("--fresh", action="store_true", help="remove that data first")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between blocks (5)")
    parser.add_argument("--peg-ins", type=int, default=6, help="peg-ins before the engine starts (6)")
    parser.add_argument("--once", action="store_true",
                        help="without a person: follow, kill, start again, replay, verify, end; exit code 0 when all agrees")
    options = parser.parse_args()
    for each in STOP_SIGNALS:
        signal.signal(each, interrupted)

    url = os.environ.get("REFOLD_BITCOIN_RPC")
    own = SOURCE / ("build/live-given" if url else "build/live")
    folder = pathlib.Path(options.data or own).resolve()
    if options.fresh and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "engine.log" if options.once else None

    engine, good = None, True
    with regtest.Regtest(folder / "bitcoin", url=url, ending=signal.SIGTERM) as chain:
        try:
            network = NETWORKS.get(chain.rpc("getblockchaininfo")["chain"])
            say(f"run: Bitcoin node at {chain.rpc.host}:{chain.rpc.port}, {network}"
                + ("" if url else f", log {shown(folder / 'bitcoin/regtest/debug.log')}"))
            anchor = None
            if network == "regtest":
                chain.prepare()
                first_chain(chain, options.peg_ins)
                say(f"run: chain of {chain.rpc('getblockcount')} blocks, peg wallet {chain.peg_address}")
            else:
                anchor = max(0, chain.rpc("getblockcount") - 10)
                say("run: not regtest: nothing is mined, and there is no peg wallet")
            engine = Engine(folder, chain)
            engine.configure(network)
            engine.init(anchor)
            engine.start(log)
            if options.once:
                good = once(engine, chain, log)
            else:
                where_to_look(engine)
                watch(engine, chain, options.every)
        except KeyboardInterrupt:
            say("\nrun: stopping")
            good = not options.once
        except (RuntimeError, subprocess.CalledProcessError) as error:
            say(f"run: {error}" + (f"; see {shown(log)}" if log else ""))
            good = False
        finally:
            if engine:
                engine.stop()
    say(f"run: everything agrees; the data is in {shown(folder)}" if options.once and good
        else f"run: the data is in {shown(folder)}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
