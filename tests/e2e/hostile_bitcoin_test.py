#!/usr/bin/env python3
"""A real engine at a Bitcoin node that lies, breaks off, floods, drips, goes back and forth, and is on
another chain. Whatever the node says: nothing is minted on an outside ledger that honest blocks don't
confirm, the engine lives on in bounded memory, says in its status, metrics and log what is wrong, and
when the node is honest again all is as if nothing had been.

    REFOLD_SEED=N REFOLD_LONG=1 tests/e2e/hostile_bitcoin_test.py
"""
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, SOURCE, EngineProcess, begin_log, get, processes, program  # noqa: E402
from hostile_bitcoin import (GENESIS, Block, HostileBitcoin, drip, error, flood, http, instead_of,  # noqa: E402
                             mined, peg_in, result, shown)

SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 32))))
NOISE_SECONDS = 60 if os.environ.get("REFOLD_LONG") else 1.5
CONFIRMATIONS = 3
GROWTH_MIB = 128        # One reply of 64 MiB may be in memory, and some.
DEPOSIT = 70_000
LINES_AT_ONCE = 8       # One place writes ten log lines at once, then one a second; some come late.


class Engine(EngineProcess):
    def __init__(self, folder, node, ledger):
        cookie = folder / "cookie"
        cookie.write_text("user:password")
        super().__init__(folder, "--bitcoin-rpc", f"http://127.0.0.1:{node.port}", "--bitcoin-cookie", cookie,
                         "--bitcoin.poll_ms", "20", "--bitcoin.timeout_ms", "1000", "--ledger.url",
                         f"http://127.0.0.1:{ledger}", "--log.segment_bytes", "4MiB")
        self.node = node

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def faults(self):
        """By kind, as Prometheus is told."""
        return {kind: int(float(count)) for kind, count in
                re.findall(r'(?m)^refold_bitcoin_faults_total\{kind="(\w+)"\} (\S+)$', self.metrics())}

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def follow(self):
        """The node is honest: all that it has is folded, and nobody complains."""
        self.node.lie = None
        tip = self.node.tip
        return self.wait(lambda s: s["bitcoin"]["state"] == "following" and s["bitcoin"]["node_height"] == tip.height
                         and not {"RF-0711", "RF-0712", "RF-0714", "RF-0715"} & codes(s), "for the honest node")


def codes(status):
    return {finding["code"] for finding in status["findings"]}


def check_documented(engine):
    """Each metric, and each kind of fault, stands where metrics are listed."""
    page = (SOURCE / "engine/runtime/README-api.md").read_text()
    names = set(re.findall(r"(?m)^(refold_\w+)", engine.metrics())) | set(engine.faults())
    missing = [name for name in names if not re.search(rf"\b{name}\b", page)]
    if missing or len(names) < 40:
        sys.exit(f"of {len(names)} names of metrics and kinds these are nowhere: {missing}")


def entries(ledger):
    return get(ledger, "/v1/entries")["entries"]


def scenes(node, chance):
    """(what is done, the lie, the finding that it raises, how it is counted, and the block that there is)"""
    tip = node.tip
    false = peg_in(1, 1_000_000_000, b"\x66" * 20)
    lazy = mined(tip, [false], works=False)
    other = Block(GENESIS[:-12] + b"\0" * 12, 0, [])
    chain = [other]
    for _ in range(tip.height + 3):
        chain.append(mined(chain[-1]))
    others = {shown(block.hash): block for block in chain}
    slipped = node.add(mined(tip, note=b"slipped"))     # A block as it is announced ...
    changed = Block(slipped.header, slipped.height, slipped.transactions + [false])     # ... and as it is told.

    def about(block, header=None, body=None):
        def lie(method, parameters):
            if method == "getblockchaininfo":
                return node.info(block)
            if parameters[0] != shown(block.hash):
                return None
            return result((header or block.header).hex() if method == "getblockheader" else (body or block).encode().hex())
        return lie

    def another_chain(method, parameters):
        if method == "getblockchaininfo":
            return node.info(chain[-1])
        block = others[parameters[0]]
        return result((block.header if method == "getblockheader" else block.encode()).hex())

    honest = node.info(tip)
    ask = "getblockchaininfo"
    return [
        ("a header without work", about(lazy), "RF-0715", "bad_block"),
        ("another header than the one asked for", about(slipped, header=tip.header), "RF-0715", "malformed"),
        ("a chain from another first block", another_chain, "RF-0712", "other_chain"),
        ("another network", instead_of(ask, node.info(tip, chain="main")), "RF-0712", "wrong_network"),
        ("a height that its hash does not have", instead_of(ask, node.info(Block(tip.header, tip.height + 2, []))),
         "RF-0715", "wrong_height"),
        ("half an answer", instead_of(ask, lambda: iter([honest[:-20]])), "RF-0711", "unreachable"),
        ("half a JSON", instead_of(ask, http(honest.split(b"\r\n\r\n")[1][:-20])), "RF-0715", "malformed"),
        ("no JSON", instead_of(ask, http(b"<html>moved</html>")), "RF-0715", "malformed"),
        ("an answer without end", instead_of(ask, flood(200 << 20)), "RF-0715 RF-0711",
         "too_large timeout"),     # As fast as it comes.
        ("a terabyte, announced", instead_of(ask, b"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n{"),
         "RF-0715", "too_large"),
        ("a byte at a time", instead_of(ask, drip(honest, 0.05)), "RF-0711", "timeout"),
        ("a node that loads", instead_of(ask, error(-28, "Loading block index")), "RF-0711", "warming_up"),
        ("a stale tip", instead_of(ask, node.info(node.at_height(2))), "RF-0714", None),
        # Its header has work, and is followed; what is told to be in it is not.
        ("a deposit that is not under the header's root", about(changed), "RF-0715", "bad_block", slipped),
    ]


def play(engine, ledger, scene, is_logged):
    says, lie, any_of, kinds, *real = scene
    before, log = engine.faults(), len(engine.log.read_bytes())
    allowed = {engine.status()["bitcoin"]["block"], *(shown(block.hash) for block in real)}
    engine.node.lie = lie
    status = engine.wait(lambda s: set(any_of.split()) & codes(s), f"for {any_of} when there is {says}", 30)
    if status["bitcoin"]["block"] not in allowed:
        sys.exit(f"{says}: the tip has moved: {status['bitcoin']}")
    if len(codes(status)) != len(status["findings"]):
        sys.exit(f"{says}: a code is told more than once: {status['findings']}")
    if kinds and not any(engine.faults()[kind] > before[kind] for kind in kinds.split()):
        sys.exit(f"{says}: not counted as {kinds}: {engine.faults()}")
    engine.wait(lambda _: not is_logged or b"the node cannot be followed" in engine.log.read_bytes()[log:],
                f"for a line in the log when there is {says}", 10)
    engine.node.tip = real[0] if real else engine.node.tip
    engine.follow()
    if entries(ledger):
        sys.exit(f"{says}: something was minted: {entries(ledger)}")


def flap(engine, ledger):
    """Two branches in turn, each with the deposit in its last block: it is never confirmed."""
    node, deposit = engine.node, peg_in(2, DEPOSIT, b"\x77" * 20)
    fork = node.tip
    one = node.mine(transactions=[deposit])
    two = node.mine(transactions=[deposit], on=fork, note=b"two")
    for turn in range(12):
        node.tip = [one, two][turn % 2]
        engine.wait(lambda s: s["bitcoin"]["node_height"] == node.tip.height, "for a tip", 5)
        time.sleep(0.05)
    engine.wait(lambda s: "RF-0716" in codes(s), "for RF-0716")
    if engine.status()["bitcoin"]["tip_returns"] < 3 or entries(ledger):
        sys.exit(f"after flapping: {engine.status()['bitcoin']} {entries(ledger)}")
    return deposit


def noise(engine, chance):
    """Replies that chance has changed."""
    node = engine.node

    def lie(method, parameters):
        head, _, body = node.honest(method, parameters).partition(b"\r\n\r\n")
        changed = bytearray(body)
        for _ in range(chance.randrange(1, 4)):
            at = chance.randrange(len(changed) or 1)
            if chance.random() < 0.3:
                del changed[at:at + chance.randrange(1, 40)]
            elif changed:
                changed[at] = chance.randrange(256)
        return http(bytes(changed)) if chance.random() < 0.95 else head + b"\r\n\r\n" + bytes(changed)
    calls, end = node.calls, time.monotonic() + NOISE_SECONDS
    while time.monotonic() < end:
        node.lie = lie
        time.sleep(0.15)
        node.lie = None         # So that the pauses between attempts stay short.
        time.sleep(0.05)
        engine.check_alive()
    engine.follow()
    return node.calls - calls


def test(folder, node, ledger):
    chance = random.Random(SEED)
    begin_log(folder, 1, parameters=f'wallet = "51"\nconfirmations = {CONFIRMATIONS}\n')
    node.mine(6)
    with Engine(folder, node, ledger) as engine:
        engine.start()
        engine.follow()
        check_documented(engine)
        before = engine.resident_mib()
        played = scenes(node, chance)
        for number, scene in enumerate(played):
            play(engine, ledger, scene, is_logged=number < LINES_AT_ONCE)
        flap(engine, ledger)
        calls = noise(engine, chance)
        if entries(ledger):
            sys.exit(f"minted before it was confirmed: {entries(ledger)}")
        node.mine(CONFIRMATIONS)
        engine.follow()
        engine.wait(lambda s: s["effects"]["settled"] == 1, "for the one honest mint")
        grown = engine.resident_mib() - before
        if grown > GROWTH_MIB:
            sys.exit(f"resident memory grew by {grown:.0f} MiB")
        if not engine.status()["healthy"]:
            sys.exit(f"not healthy again: {engine.status()['findings']}")
        minted = engine.get("/v1/tables/peg.totals")["rows"][0]["row"]["minted"]
        faults = {kind: count for kind, count in engine.faults().items() if count}
        engine.stop()
    if len(entries(ledger)) != 1:
        sys.exit(f"booked: {entries(ledger)}")
    if minted != DEPOSIT:
        sys.exit(f"minted: {minted}")
    print(program(BIN / "verify-consistency", "--data", folder / "data").strip())
    print(f"seed {SEED}: {len(played)} ways to lie, flapping, {calls} calls amid noise; memory grew by {grown:.0f} MiB; "
          f"one mint; faults {faults}")


def main():
    print(f"REFOLD_SEED={SEED}", flush=True)
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="refold-hostile-") as name:
        folder = pathlib.Path(name)
        books = processes.start([sys.executable, SOURCE / "tests/support/ledger_server.py", "--file",
                                 folder / "ledger"], stdout=subprocess.PIPE, text=True)
        try:
            port = int(books.stdout.readline().split()[1])
            with processes.told(folder / "engine.log"), HostileBitcoin() as node:
                test(folder, node, port)
        finally:
            books.kill()
            books.wait()


main()
