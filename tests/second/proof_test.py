#!/usr/bin/env python3
"""A real engine over a recorded chain: what `engine prove` writes is proved to check_proof.py, of rows that
are there and that are not, and of events; with any member or byte changed it is not. The log that the engine
leaves agrees with the second opinion."""
import collections
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import ask
import check_proof
from engine_process import BIN, SOURCE, EngineProcess, processes, program

RECORDING = SOURCE / "fixtures/bitcoin/reorg.jsonl"
PROBE = {"id": "07" * 32, "account": 5, "amount": 21}


class Proofs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="refold-proof-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.data, cls.key = cls.folder / "data", cls.folder / "operator.key"
        made = json.loads(program(
            BIN / "engine", "init", "--data", cls.data, "--operator-key", cls.key, "--network", "regtest",
            "--wallet", "51", "--confirmations", "2", "--probe", "--json"))
        cls.trust = made["genesis"], made["sequencer"]
        cls.operator = made["operators"][0]
        cls.engine = cls.enterClassContext(EngineProcess(
            cls.folder, "--bitcoin.playback", RECORDING, "--bitcoin.poll_ms", "10"))
        cls.engine.start()
        cls.engine.wait(lambda s: s["bitcoin"]["height"] == 24, "for the end of the recording")
        cls.submit("probe.probed", PROBE)
        cls.submit("peg.recipient_allowed", {"recipient": check_proof.c32(26, bytes(20)), "until": 0})
        cls.rows = {table: cls.prove(table, *cls.some_key(table)) for table in check_proof.TABLES}
        cls.absent = cls.prove("access.operators", "01" * 32)
        cls.engine.stop()
        cls.blocks = list(ask.raw_blocks(cls.data))
        cls.event = cls.prove_event(5, 1)
        cls.headers = [block[:200].hex() for block in cls.blocks[6:]]

    @classmethod
    def submit(cls, kind, event):
        file = cls.folder / "event.json"
        file.write_text(json.dumps({kind: event}))
        program(BIN / "engine", "submit", "--data", cls.data, "--node", cls.node(), "--key", cls.key, file)

    @classmethod
    def node(cls):
        return f"http://127.0.0.1:{cls.engine.port}"

    @classmethod
    def some_key(cls, table):
        """The key of a row that is there, if one is."""
        answer = cls.engine.get(f"/v1/tables/{table}?limit=1")
        return [answer["rows"][0]["key"]] if answer.get("rows") else [""]

    @classmethod
    def prove(cls, table, key):
        done = processes.run([BIN / "engine", "prove", table, key, "--data", cls.data, "--node", cls.node(), "--json"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    @classmethod
    def prove_event(cls, height, index):
        return json.loads(program(BIN / "engine", "prove", "--event", f"{height}.{index}", "--data", cls.data, "--json"))

    def holds(self, proof, headers=()):
        try:
            return check_proof.check(proof, self.trust, headers)
        except (check_proof.Refused, check_proof.Unclear):
            return None

    def test_rows_are_proved_in_every_table_that_has_any(self):
        there = {table for table, proof in self.rows.items() if proof and proof["present"]}
        self.assertLessEqual({"access.operators", "bitcoin.headers", "bitcoin.watches", "bitcoin.tip", "peg.utxos",
                              "peg.allowed", "probe.accounts", "probe.totals"}, there)
        for table in sorted(there):
            self.assertTrue(check_proof.check(self.rows[table], self.trust)["present"], table)
        print(f"rows of {len(there)} tables are proved", flush=True)

    def test_the_row_is_the_one_that_the_engine_shows(self):
        self.assertEqual(check_proof.check(self.rows["probe.accounts"], self.trust)["row"],
                         {"count": 1, "amount": PROBE["amount"]})

    def test_absence_is_proved(self):
        self.assertFalse(check_proof.check(self.absent, self.trust)["present"])

    def test_an_event_is_proved_with_the_headers_up_to_the_seal(self):
        self.assertEqual(check_proof.check(self.event, self.trust, self.headers)["place"], "5.1")
        with self.assertRaises(check_proof.Unclear):
            check_proof.check(self.event, self.trust, self.headers[:-1])
        with self.assertRaises(check_proof.Refused):
            check_proof.check(self.event, self.trust, self.headers[:1] + self.headers[:1] + self.headers[2:])

    def test_another_log_or_sequencer_is_refused(self):
        for trust in ((self.trust[0], self.operator), (self.trust[1], self.trust[1])):
            for proof in (self.absent, {**self.absent, "genesis": trust[0], "sequencer": trust[1]}):
                with self.assertRaises(check_proof.Refused):
                    check_proof.check(proof, trust)

    def test_no_member_can_be_another(self):
        for proof in (self.rows["access.operators"], self.rows["peg.allowed"], self.rows["bitcoin.tip"], self.absent,
                      self.event):
            for name in proof:
                for other in self.others(proof[name]):
                    changed = {**copy.deepcopy(proof), name: other}
                    self.assertIsNone(self.holds(changed, self.headers), f"{name}: {other!r:.80}")
                self.assertIsNone(self.holds({n: v for n, v in proof.items() if n != name}, self.headers), name)

    @staticmethod
    def others(value):
        """Values that are near."""
        if isinstance(value, bool) or value is None:
            return [not value, 0, "", {}]
        if isinstance(value, int):
            return [value + 1, value - 1, str(value), -1, None]
        if isinstance(value, dict):
            return [None, {}, *({**value, name: None} for name in value)]
        if isinstance(value, list):
            return [value + value[:1], value[:-1], [v[::-1] for v in value], None]
        flipped = value[:-1] + ("1" if value[-1:] == "0" else "0")
        return [flipped, value + "00", value[2:], value.upper() + "A", None, 7] if value else ["00", None, "x"]

    def test_no_byte_of_proof_and_seal_can_be_another(self):
        for proof in (self.rows["probe.totals"], self.absent):
            for name in ("proof", "seal"):
                raw = bytes.fromhex(proof[name])
                for at in range(0, len(raw), 1 if name == "proof" else 7):
                    other = raw[:at] + bytes([raw[at] ^ 1 << at % 8]) + raw[at + 1:]
                    self.assertIsNone(self.holds({**proof, name: other.hex()}), f"{name}, byte {at}")

    def own_word(self, proof, headers):
        """The exit code that check_proof.py would end with."""
        try:
            check_proof.check(proof, self.trust, headers)
        except check_proof.Refused:
            return 1
        except check_proof.Unclear:
            return 2
        return 0

    def engines_word(self, proof, headers, *trust):
        """That of `engine prove --check`, which shares no code with it."""
        file, lines = self.folder / "checked.json", self.folder / "checked.headers"
        file.write_text(json.dumps(proof))
        lines.write_text("\n".join(headers))
        return processes.run(
            [BIN / "engine", "prove", "--check", file, "--headers", lines,
             *(trust or ("--genesis", self.trust[0], "--sequencer", self.trust[1]))],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def test_the_engines_checker_agrees_on_good_and_damaged_proofs(self):
        codes = collections.Counter()
        for proof in (self.rows["peg.allowed"], self.rows["probe.accounts"], self.absent, self.event):
            cases = [(proof, self.headers), (proof, self.headers[:-1]), (proof, [h[::-1] for h in self.headers])]
            for name in proof:
                cases.append(({n: v for n, v in proof.items() if n != name}, self.headers))
                cases += [({**proof, name: other}, self.headers) for other in self.others(proof[name])]
            for case, headers in cases:
                wanted = self.own_word(case, headers)
                self.assertEqual(self.engines_word(case, headers), wanted, str(case)[:2000])
                codes[wanted] += 1
        self.assertTrue(all(codes[code] for code in (0, 1, 2)), codes)
        print(f"both checkers agree on {codes.total()} proofs: {codes[0]} hold, {codes[1]} don't, {codes[2]} "
              "can't be told", flush=True)

    def test_the_engines_checker_believes_a_log_or_what_it_is_told(self):
        self.assertEqual(self.engines_word(self.absent, [], "--data", self.data), 0)
        self.assertEqual(self.engines_word(self.absent, [], "--data", self.folder / "nowhere"), 2)
        self.assertEqual(self.engines_word(self.absent, [], "--genesis", self.trust[0], "--sequencer", self.operator), 1)

    def test_exit_codes(self):
        file, headers = self.folder / "proof.json", self.folder / "headers"
        headers.write_text("\n".join(self.headers))
        words = [sys.executable, SOURCE / "tests/second/check_proof.py", "--genesis", self.trust[0], "--sequencer",
                 self.trust[1]]

        def code(proof, *more):
            file.write_text(proof if isinstance(proof, str) else json.dumps(proof))
            return processes.run([*words, *more, file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        self.assertEqual(code(self.absent), 0)
        self.assertEqual(code(self.event, "--headers", headers), 0)
        self.assertEqual(code({**self.absent, "height": 1}), 1)
        self.assertEqual(code(self.event), 2)
        self.assertEqual(code("no proof"), 2)

    def test_the_log_agrees_with_the_second_opinion(self):
        opinion, whole = ask.look_at(self.data)
        print(f"the engine's log: {opinion.summary()}", flush=True)
        self.assertTrue(whole and opinion.compared and opinion.left_out == 0)
        self.assertEqual(len(opinion.fold.probe.seen), 1)


if __name__ == "__main__":
    processes.end_on_signals()
    unittest.main(verbosity=2)
