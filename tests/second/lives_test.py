#!/usr/bin/env python3
"""Random lives of a whole node, as `random_life` makes them: the second opinion agrees with each of their
roots. A rule that is told wrongly is found with its event, its table and its key.

    REFOLD_SEED=N REFOLD_LIVES=N tests/second/lives_test.py
"""
import os
import pathlib
import random
import tempfile
import unittest

import ask
import rules_outbox
from log_reader import read_blocks
from wire import decode_event

SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 20))))
LIVES = int(os.environ.get("REFOLD_LIVES", "8"))
STEPS, LONG_STEPS, LONG_HEADERS = 200, 150, 2100

# Kinds of events and verdicts without which these lives would prove little.
KINDS = {"header_seen", "transaction_seen", "block_scanned", "effect_taken", "effect_settled", "effect_failed",
         "recipient_allowed", "operator_added", "source_declared", "attester_set", "attested", "probed"}
VERDICTS = {0x0201, 0x0202, 0x0203, 0x0205, 0x0208, 0x0209, 0x0504}


def make(folder, seed, steps, *more):
    path = pathlib.Path(folder) / f"{seed}.blocks"
    ask.run(ask.BIN / "random_life", seed, steps, path, *more)
    return path


class Lives(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="refold-lives-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def agree(self, path):
        try:
            opinion, _ = ask.look_at(path)
        except ask.Disagreement as found:
            self.fail(f"random_life {path.stem}: {found}\n{ask.narrow(path, found)}")
        print(f"random_life {path.stem}: {opinion.summary()}", flush=True)
        return opinion

    def test_every_life_agrees(self):
        kinds, verdicts, deep, states = set(), set(), 0, set()
        for seed in range(SEED, SEED + LIVES):
            path = make(self.folder, seed, STEPS)
            fold = self.agree(path).fold
            deep += fold.bitcoin.deep_reorg is not None
            states |= {d.state for d in fold.peg.deposits.values()}
            for block in read_blocks(path):
                verdicts |= {verdict for verdict, _ in block.results}
                for event in block.events:
                    _, (module, said), _ = decode_event(event)
                    kinds.add(said[0] if isinstance(said, tuple) else module)
        if LIVES >= 8:
            self.assertLessEqual(KINDS, kinds)
            self.assertLessEqual(VERDICTS, verdicts)
            self.assertTrue(deep and {1, 2} <= states, f"{deep} deep reorganisations, deposits {states}")

    def test_a_life_agrees_whose_beginning_is_forgotten(self):
        opinion = self.agree(make(self.folder, SEED, LONG_STEPS, LONG_HEADERS))
        self.assertGreater(opinion.fold.bitcoin.tip.kept_from, 0)

    def test_a_wrong_rule_is_found_with_event_table_and_key(self):
        def make_wrong(right):
            def effect_taken(self, at, event):
                right(self, at, {**event, "bytes": event["bytes"][:1]})
            return effect_taken
        for seed in range(1, 20):
            path = make(self.folder, seed, STEPS)
            with ask.planted(rules_outbox.Outbox, "effect_taken", make_wrong):
                found = ask.disagreement(path)
                if found is None:           # Nothing was taken in this life.
                    continue
                where = ask.narrow(path, found)
            self.assertRegex(where, r"^event \d+\.\d+, table outbox.effects, key [0-9a-f]{64}: the engine writes")
            return
        self.fail("no effect was taken in any life")


if __name__ == "__main__":
    print(f"REFOLD_SEED={SEED} REFOLD_LIVES={LIVES}", flush=True)
    unittest.main(verbosity=2)
