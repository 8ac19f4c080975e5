#!/usr/bin/env python3
"""The chain that tools/dev/run makes is the chain that it says: checked against the node itself."""
import os
import pathlib
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tools/dev"))
import processes  # noqa: E402
import regtest  # noqa: E402


class Chain(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="refold-regtest-")
        cls.chain = regtest.Regtest(cls.folder.name)
        cls.chain.start()
        cls.chain.prepare()

    @classmethod
    def tearDownClass(cls):
        cls.chain.stop()
        cls.folder.cleanup()

    def test_a_peg_in_names_its_recipient_and_pays_the_peg_wallet(self):
        recipient = regtest.standard_principal(bytes(range(20)))
        txid = self.chain.peg_in(123_456, recipient)
        block = self.chain.mine()[0]
        outputs = self.chain.rpc("getrawtransaction", txid, True, block)["vout"]
        data = bytes.fromhex(outputs[0]["scriptPubKey"]["hex"])
        self.assertEqual(data, bytes([0x6a, 3 + len(recipient)]) + b"id<" + recipient)
        self.assertEqual(outputs[1]["scriptPubKey"]["hex"], self.chain.peg_script)
        self.assertEqual(regtest.sats(outputs[1]["value"]), 123_456)

    def test_a_longer_branch_replaces_the_last_blocks(self):
        self.chain.mine(3)
        height, old = self.chain.rpc("getblockcount"), self.chain.rpc("getbestblockhash")
        tip = self.chain.reorganize(2)
        self.assertEqual(self.chain.rpc("getblockcount"), height + 1)
        self.assertEqual(self.chain.rpc("getbestblockhash"), tip)
        self.assertEqual(self.chain.rpc("getblockheader", old)["confirmations"], -1)

    def test_a_node_that_is_started_again_has_its_chain_and_its_ports(self):
        before = self.chain.describe()
        self.chain.stop()
        self.chain.start()
        self.chain.prepare()
        self.assertEqual(self.chain.describe(), before)


if __name__ == "__main__":
    if not os.environ.get("REFOLD_BITCOIND"):
        print("no Bitcoin node: REFOLD_BITCOIND is not set; tools/dev/test fetches one")
        sys.exit(77)
    processes.end_on_signals(KeyboardInterrupt)
    unittest.main()
