#!/usr/bin/env python3
"""The second opinion agrees with every golden log, and notices every difference that is planted: in its
own rules, and in a log whose hashes are right."""
import pathlib
import tempfile
import unittest

import ask
import bip340
import capnp
import hashes
import rules_access
import rules_bitcoin
import rules_outbox
import rules_peg
import rules_probe
from log_reader import Damage, read_blocks

# What a rule would do if it were told wrongly.
WRONG_RULES = [
    (rules_peg.Peg, "_is_confirmed", lambda right: lambda self, block:
        self.bitcoin.confirmations(block) > self.parameters.confirmations),
    (rules_peg.Peg, "_reopened", lambda right: lambda self, row: row),
    (rules_peg.Peg, "minted", lambda right: lambda self: right(self) + 1),
    (rules_peg.Peg, "block_opened", lambda right: lambda self, at: None),
    (rules_bitcoin, "WatchedOutPoint", lambda right: lambda block, version: right(block, version + 1)),
    (rules_bitcoin.Bitcoin, "_switch_to", lambda right: lambda self, block: right(self, block)[:-1]),
    (rules_probe.Probe, "probed", lambda right: lambda self, at, event: right(
        self, at, {**event, "amount": event["amount"] ^ 1})),
    (rules_outbox.Outbox, "withdraw", lambda right: lambda self, key: None),
    (rules_access.Access, "record_command", lambda right: lambda self, at, who: None),
    (rules_access.Access, "record_observation", lambda right: lambda self, at, who: None),
]


def only(height, change):
    return lambda block: change(block) if block.header.height == height else block


class Golden(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="refold-second-")
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "forged.blocks"

    def forge(self, change, of=ask.GOLDEN[0]):
        ask.forged(of, self.file, change)
        return ask.disagreement(self.file)

    def test_every_golden_log_agrees_to_its_last_root(self):
        self.assertTrue(ask.GOLDEN)
        for path in ask.GOLDEN:
            opinion, whole = ask.look_at(path)
            print(f"{path.name}: {opinion.summary()}")
            self.assertTrue(whole and opinion.compared > 10)
            root = path.with_suffix(".root").read_text().strip()
            self.assertEqual(opinion.fold.root().hex(), root, path)

    def test_a_rule_that_is_told_wrongly_is_noticed(self):
        for owner, name, make in WRONG_RULES:
            with ask.planted(owner, name, make):
                found = [ask.disagreement(path) for path in ask.GOLDEN]
            self.assertTrue(any(found), f"nobody noticed {name}")

    def test_a_forged_log_without_a_difference_agrees(self):
        self.assertIsNone(self.forge(lambda block: block))

    def test_another_verdict_is_noticed_where_it_stands(self):
        found = self.forge(only(20, lambda b: b._replace(results=[(0, 0), (0x0201, 0), *b.results[2:]])))
        self.assertRegex(str(found), r"^20\.1: verdict and effects: recorded 0x0201 0, computed 0x0000 0")

    def test_another_number_of_effects_is_noticed(self):
        self.assertIsNotNone(self.forge(only(20, lambda b: b._replace(results=[(0, 1), *b.results[1:]]))))

    def test_another_root_is_noticed_at_its_height(self):
        def change(block):
            return block._replace(header=block.header._replace(known_root=bytes([1]) * 32))
        found = self.forge(only(40, change))
        self.assertRegex(str(found), r"^39: state root, recorded in block 40: recorded 0101")
        self.assertEqual(found.heights, (39, 39))

    def test_an_event_that_is_left_out_is_noticed(self):
        self.assertIsNotNone(self.forge(only(20, lambda b: b._replace(events=b.events[:1], results=b.results[:1]))))

    def test_an_event_told_twice_does_not_belong_into_the_log(self):
        found = self.forge(only(20, lambda b: b._replace(events=b.events + b.events[1:],
                                                         results=b.results + b.results[1:])))
        self.assertRegex(str(found), r"^20\.\d: does not belong into the log")

    def test_bytes_that_are_not_canonical_are_refused(self):
        def change(block):
            return block._replace(events=[block.events[0], block.events[1] + bytes(8)])
        self.assertRegex(str(self.forge(only(20, change))), "^20.1: .*NotCanonical")

    def test_any_byte_that_changes_in_a_block_is_damage(self):
        data = bytearray(ask.GOLDEN[0].read_bytes())
        for at in range(8, len(data), 997):
            data[at] ^= 1
            self.file.write_bytes(data)
            with self.assertRaises((Damage, ValueError, OverflowError)):
                list(read_blocks(self.file))
            data[at] ^= 1


class Parts(unittest.TestCase):
    """The published values on which everything rests."""

    def test_checksums_and_trees(self):
        self.assertEqual(hashes.crc32c(b"123456789"), 0xe3069283)
        self.assertEqual(hashes.log_merkle([]), bytes(32))
        self.assertEqual(hashes.state_root({}), bytes(32))

    def test_signatures(self):
        # BIP-340, test vectors 0 and 6.
        good = ("F9308A019258C31049344F85F89D5229B531C845836F99B08601F113BCE036F9", "00" * 32,
                "E907831F80848D1069A5371B402410364BDF1C5F8307B0084C55F1CE2DCA8215"
                "25F66A4A85EA8B71E482A74F382D2CE5EBEEE8FDB2172F477DF4900D310536C0")
        bad = ("DFF1D77F2A671C5F36183726DB2341BE58FEAE1DA2DECED843240F7B502BA659",
               "243F6A8885A308D313198A2E03707344A4093822299F31D0082EFA98EC4E6C89",
               "FFF97BD5755EEEA420453A14355235D382F6472F8568A18B2F057A1460297556"
               "3CC27944640AC607CD107AE10923D9EF7A73C643E166BE5EBEAFA34B1AC553E2")
        self.assertTrue(bip340.verify(*map(bytes.fromhex, good)))
        self.assertFalse(bip340.verify(*map(bytes.fromhex, bad)))

    def test_the_smallest_event(self):
        raw = bytes.fromhex("0000000001000000" "0100020000000000")
        self.assertEqual(capnp.decode(raw).data, raw[8:])
        for wrong in (raw + bytes(8), raw[:8], b"", bytes(16), raw[:4] + b"\2" + raw[5:] + bytes(8)):
            with self.assertRaises(capnp.NotCanonical):
                capnp.decode(wrong)


if __name__ == "__main__":
    unittest.main(verbosity=2)
