#!/usr/bin/env python3
"""A real engine over a real Bitcoin node that is not always there: away when the engine starts, gone for
a while, back with another cookie and a longer chain; and branches that replace 1 to 6 blocks. One engine
lives through all of it, says how it stands, and ends with the peg-ins that the node's chain has.
"""
import os
import pathlib
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, EngineProcess, processes, program, second_opinion  # noqa: E402
from regtest import Regtest  # noqa: E402

CONFIRMATIONS = 2
DEPTH_MAX = 6


class Follow:
    def __init__(self, node, engine):
        self.node, self.engine, self.peg_ins = node, engine, []

    def peg_in(self):
        self.peg_ins.append(self.node.peg_in(50_000 + 1_000 * len(self.peg_ins)))

    def at_tip(self, what):
        tip = self.node.rpc("getbestblockhash")
        return self.engine.wait(lambda s: s["bitcoin"]["block"] == tip, f"to be at the tip {what}")

    def is_troubled(self, status):
        """It says that the node is away, and what to do."""
        return any(w["part"] == "bitcoin" and w["what"] and w["do"] for w in status["warnings"])

    def start_node(self):
        self.node.start()
        self.node.prepare()

    # What happens.

    def node_away_at_the_start(self):
        self.node.stop()
        self.engine.start()
        self.engine.wait(self.is_troubled, "to say that the node is away")
        self.start_node()
        healthy = self.at_tip("of a node that came later")
        if self.is_troubled(healthy):
            self.engine.wait(lambda s: not self.is_troubled(s), "to be content")

    def node_restarted(self):
        """With another cookie; its chain has grown before the engine sees it again."""
        before = self.node.cookie.read_text()
        self.node.stop()
        self.start_node()
        if self.node.cookie.read_text() == before:
            sys.exit("the node has the same cookie as before: this tests nothing")
        self.peg_in()
        self.node.mine(CONFIRMATIONS + 1)
        self.at_tip("of a node with another cookie")

    def node_away_for_a_while(self):
        """Long enough that the engine says so; requests and status are answered meanwhile."""
        self.node.stop()
        self.engine.wait(self.is_troubled, "to say that the node is away")
        self.engine.wait(lambda s: s["bitcoin"]["state"] == "waiting", "to wait for the node")
        self.start_node()
        self.peg_in()
        self.node.mine(1)
        self.at_tip("of a node that was away")

    def node_silent(self):
        """It takes connections and says nothing."""
        self.node.process.send_signal(signal.SIGSTOP)
        try:
            for _ in range(5):
                time.sleep(0.2)
                if self.engine.status() is None:
                    sys.exit("the engine is silent, too")
        finally:
            self.node.process.send_signal(signal.SIGCONT)
        self.node.mine(1)
        self.at_tip("of a node that stood still")

    def reorganized(self, depth):
        """What was credited in the blocks that go away is credited again later: it is mined again."""
        self.peg_in()
        self.node.mine(DEPTH_MAX)
        self.at_tip("before a reorganisation")
        self.node.reorganize(depth)
        status = self.at_tip(f"of a branch that replaces {depth} blocks")
        if status["bitcoin"]["height"] != self.node.rpc("getblockcount"):
            sys.exit(f"the engine stands at {status['bitcoin']['height']}")

    def wait_for_credits(self):
        """Every peg-in is in a block again."""
        self.node.mine(CONFIRMATIONS)
        self.at_tip("at the end")
        deposits = self.engine.get("/v1/tables/peg.deposits?limit=1000")["rows"]
        credited = {row["key"].split(":")[0] for row in deposits if row["row"]["state"] == "credited"}
        if credited != set(self.peg_ins):
            sys.exit(f"credited and not sent, or sent and not credited: {sorted(credited ^ set(self.peg_ins))}")


def main():
    if not os.environ.get("REFOLD_BITCOIND"):
        print("no Bitcoin node: REFOLD_BITCOIND is not set; tools/dev/test fetches one")
        sys.exit(77)
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="refold-follow-") as name:
        folder = pathlib.Path(name)
        with processes.told(folder / "engine.log"), Regtest(folder / "bitcoin") as node:
            node.prepare()
            node.mine(DEPTH_MAX)
            edges = ["--bitcoin-rpc", f"http://127.0.0.1:{node.rpc.port}", "--bitcoin-cookie", node.cookie]
            program(BIN / "engine", "init", "--data", folder / "data", "--operator-key",
                    folder / "operator.key", "--network", "regtest", "--confirmations", CONFIRMATIONS,
                    "--wallet", node.peg_address)
            with EngineProcess(folder, "--bitcoin.poll_ms", "100", *edges) as engine:
                test = Follow(node, engine)
                test.peg_in()
                node.mine(CONFIRMATIONS)
                test.node_away_at_the_start()
                for depth in range(1, DEPTH_MAX + 1):
                    test.reorganized(depth)
                test.node_restarted()
                test.node_away_for_a_while()
                test.node_silent()
                test.wait_for_credits()
                print(f"{len(test.peg_ins)} peg-ins credited at height {node.rpc('getblockcount')}")
                engine.stop()
            print(program(BIN / "verify-consistency", "--data", folder / "data", "--layer",
                          "log,fold,state,laws,chain", *edges).strip())
            second_opinion(folder / "data")


main()
