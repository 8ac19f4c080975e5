#!/usr/bin/env python3
"""Each peg-in is minted once, whatever happens: an outside ledger in a process of its own books what
a real engine tells it, while the chain reorganises, peg-ins are double-spent, engine and ledger are
killed with SIGKILL around effects and half-written entries, and node and ledger fail, stall and go away
just when effects are due. At the end the ledger's file, the engine's state, the Bitcoin node's outputs
and a replay must agree; the ledger's list of calls must show that nothing was put twice unseen.

    REFOLD_SEED=N REFOLD_KILLS=N REFOLD_SECONDS=N REFOLD_KEEP=FOLDER tests/e2e/ledger_test.py
"""
import collections
import contextlib
import hashlib
import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, SOURCE, EngineProcess, get, processes, program, second_opinion  # noqa: E402
from regtest import (MAGIC, PEG_IN, RpcError, Regtest, coins, free_ports,  # noqa: E402
                     sats, standard_principal)

SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 32))))
# Lives of the engine end after so many of them, or after so many seconds, but not before each scene
# was played once.
KILLS = int(os.environ.get("REFOLD_KILLS", "28"))
SECONDS = float(os.environ.get("REFOLD_SECONDS", "55"))
DEPTH_MAX = 6
CONFIRMATIONS = 2
COIN = 2_000_000
FEE = 1_000


class Engine(EngineProcess):
    """`engine run`, killed and started again; with or without a ledger to mint on."""

    def __init__(self, folder, node):
        self.node = node
        self.edges = ("--bitcoin-rpc", f"http://127.0.0.1:{node.rpc.port}",
                      "--bitcoin-cookie", str(node.cookie))
        super().__init__(folder, *self.edges, "--bitcoin.poll_ms", "100", "--log.segment_bytes",
                         str(1 << 20), "--state.flush_rows", "512", "--log-level", "debug")

    def init(self):
        return json.loads(program(
            BIN / "engine", "init", "--data", self.data, "--operator-key", self.folder / "operator.key",
            "--network", "regtest", "--confirmations", str(CONFIRMATIONS), "--wallet",
            self.node.peg_address, "--json"))["genesis"]

    def start_with(self, ledger):
        self.start(*(["--ledger.url", f"http://127.0.0.1:{ledger}"] if ledger else []))

    def kill(self):
        self.check_alive()
        super().kill()
        self.process = None

    def rows(self, table):
        """All rows of a table: {key: row}."""
        rows, start = {}, ""
        while start is not None:
            page = self.get(f"/v1/tables/{table}?limit=1000" + (f"&from={start}" if start else ""))
            rows.update((row["key"], row["row"]) for row in page["rows"])
            start = page["next"]
        return rows


class Ledger:
    """The outside ledger's process, and the file that it leaves."""

    def __init__(self, folder):
        self.file, self.port, self.process = folder / "ledger", free_ports(1)[0], None
        self.log = open(folder / "ledger.log", "ab")
        self.torn = self.kills_in_a_put = 0
        self.start()

    def start(self):
        self.process = processes.start(
            [sys.executable, SOURCE / "tests/support/ledger_server.py", "--file", self.file,
             "--port", self.port, "--seed", SEED], stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("port "):
            sys.exit("the ledger does not start: " + (self.file.parent / "ledger.log").read_text()[-500:])

    def behave(self, **how):
        """How it fails from now on; as a ledger should, when nothing is said."""
        wanted = {"fail_rate": 0, "drop_rate": 0, "look_fail_rate": 0, "stranger_rate": 0, "slow_ms": 0,
                  "hold": False, "stall": "", **how}
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/control",
                                    json.dumps(wanted).encode(), timeout=10):
            pass

    def is_stalled(self):
        return get(self.port, "/health")["stalled"]

    def booked(self):
        """{id: bytes} by the file alone: its whole lines; an id that stands there twice is an error."""
        out = {}
        for line in self.file.read_bytes().split(b"\n")[:-1]:
            entry = json.loads(line)
            if entry["id"] in out:
                sys.exit(f"the ledger's file has {entry['id']} twice")
            out[entry["id"]] = entry["bytes"]
        return out

    def count(self):
        return self.file.read_bytes().count(b"\n")

    def calls(self):
        """[(what, id, SHA-256 of the bytes)] of all its lives, in the order of their coming."""
        return [line.split() for line in pathlib.Path(f"{self.file}.calls").read_text().splitlines()]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.torn += not self.file.read_bytes().endswith(b"\n") and self.file.stat().st_size > 0


class Chain:
    """The node's chain, and every peg-in that was sent. Each spends a coin of its own that is deep, so
    that any of them can be dropped for good on any branch."""

    def __init__(self, node, dice):
        self.node, self.dice = node, dice
        self.peg_ins = {}     # txid -> (coin, amount, hash of the recipient)
        self.dropped = set()
        self.spends = 0
        self.coins = []
        self.depths = []

    def prepare(self, count=400):
        rpc = self.node.rpc
        self.node.mine(20)
        known = rpc("listdescriptors", wallet="funds")["descriptors"]
        descriptor = next(d["desc"] for d in known if d["desc"].startswith("wpkh") and not d["internal"])
        addresses = rpc("deriveaddresses", descriptor, [0, count - 1])
        for i in range(0, count, 200):
            rpc("sendmany", "", {a: coins(COIN) for a in addresses[i:i + 200]}, wallet="funds")
        self.node.mine(DEPTH_MAX + 4)
        wanted = set(addresses)
        self.coins = [{"txid": c["txid"], "vout": c["vout"]}
                      for c in rpc("listunspent", wallet="funds")
                      # Coinbases can be paid to these addresses, too: 50 coins, the rest of them a fee.
                      if c.get("address") in wanted and sats(c["amount"]) == COIN]
        self.base = rpc("getblockcount")
        # Where what is double-spent goes to, and the change.
        self.away = rpc("getnewaddress", "away", "bech32", wallet="funds")

    def signed(self, wallet, inputs, outputs):
        raw = self.node.rpc("createrawtransaction", inputs, outputs)
        done = self.node.rpc("signrawtransactionwithwallet", raw, wallet=wallet)
        assert done["complete"], done
        return done["hex"]

    def peg_in(self):
        coin, who = self.coins.pop(), self.dice.randbytes(20)
        amount = self.dice.randrange(10_000, COIN - 50_000)
        raw = self.signed("funds", [coin], [
            {"data": (MAGIC + PEG_IN + standard_principal(who)).hex()},
            {self.node.peg_address: coins(amount)}, {self.away: coins(COIN - amount - FEE)}])
        txid = self.node.rpc("sendrawtransaction", raw)
        self.peg_ins[txid] = (coin, amount, who)

    def spend(self):
        """The peg wallet spends one of its outputs, so that outputs also leave."""
        rpc = self.node.rpc
        mine = [c for c in rpc("listunspent", 1, wallet="peg") if c.get("address") == self.node.peg_address
                and sats(c["amount"]) > 3 * FEE]
        if not mine:
            return
        coin = self.dice.choice(mine)
        try:
            rpc("sendrawtransaction", self.signed(
                "peg", [{"txid": coin["txid"], "vout": coin["vout"]}],
                [{self.away: coins(sats(coin["amount"]) - FEE)}]))
            self.spends += 1
        except RpcError as error:
            print(f"not spent: {error}")

    def mine(self, blocks=1):
        return self.node.mine(blocks)

    def block(self, miner, transactions):
        return self.node.rpc("generateblock", miner, transactions)["hash"]

    def reorganize(self, depth):
        """Another branch from `depth` blocks below the tip, one block longer: of what it disconnects a
        part is double-spent, a part is mined again on it, and the rest waits for a later block."""
        rpc = self.node.rpc
        height = rpc("getblockcount")
        depth = min(depth, height - self.base)
        if depth < 1:
            return
        lost = []
        for h in range(height - depth + 1, height + 1):
            lost += rpc("getblock", rpc("getblockhash", h))["tx"]
        lost = [t for t in lost if t in self.peg_ins]
        rpc("invalidateblock", rpc("getblockhash", height - depth + 1))
        miner = rpc("getnewaddress", "branch", "bech32", wallet="funds")
        # A peg-in whose payment is spent again stays, or its spender would be dropped unseen.
        waiting = set(rpc("getrawmempool"))
        spent_again = {i["txid"] for t in waiting for i in rpc("getrawtransaction", t, True)["vin"]
                       if i["txid"] in self.peg_ins}
        self.dice.shuffle(lost)
        drop = [t for t in lost if t not in spent_again][:max(1, len(lost) // 3)]
        again = [t for t in lost if t not in drop and t in waiting][:len(lost) // 3]
        doubles = []
        for txid in drop:
            coin = self.peg_ins[txid][0]
            doubles.append(self.signed("funds", [coin], [{self.away: coins(COIN - 2 * FEE)}]))
            self.dropped.add(txid)
        self.block(miner, doubles)
        for i in range(depth):
            self.block(miner, again if i == 0 else [])
        self.depths.append(depth)

    def depth_of(self, txid):
        """Confirmations on the best chain."""
        try:
            return self.node.rpc("getrawtransaction", txid, True).get("confirmations", 0)
        except RpcError:
            return 0


class Test:
    def __init__(self, folder, node):
        self.dice = random.Random(SEED)
        self.folder, self.node = folder, node
        self.chain, self.ledger = Chain(node, self.dice), Ledger(folder)
        self.engine = Engine(folder, node)
        self.tally = collections.Counter()
        # What can happen to effects that are due. Each is one life of the engine, which ends by SIGKILL.
        self.scenes = [
            self.booking, self.ledger_away, self.no_ledger, self.answers_dropped, self.ledger_killed,
            self.withdrawn_in_the_queue, self.puts_fail, self.coming_up, self.ledger_killed,
            self.all_of_it, self.ledger_away, self.ledger_killed]

    # What happens.

    def step(self, number):
        """What happens to the chain in a life."""
        self.chain.reorganize(1 + number % DEPTH_MAX)
        if self.dice.random() < 0.3:
            self.chain.spend()
        self.become_due(self.dice.randrange(2, 6))

    def become_due(self, count):
        """So many peg-ins, and blocks until they count: each is an effect now."""
        for _ in range(count):
            self.chain.peg_in()
        self.chain.mine(CONFIRMATIONS)

    def at_tip(self):
        tip = self.node.rpc("getbestblockhash")
        self.engine.wait(lambda s: s["bitcoin"]["block"] == tip, f"for the tip {tip}")

    def node_trouble(self, number):
        """Now and then the node goes away, or stands still."""
        if number % 7 == 3:
            self.node.stop()
            time.sleep(self.dice.uniform(0.3, 1.5))
            self.node.start()         # With another cookie.
            for wallet in ("funds", "peg"):
                self.node._open_wallet(wallet)
            self.tally["node restarted"] += 1
        if number % 7 == 6:
            self.node.process.send_signal(signal.SIGSTOP)
            try:
                time.sleep(self.dice.uniform(0.3, 1.5))
            finally:
                self.node.process.send_signal(signal.SIGCONT)
            self.tally["node stalled"] += 1

    # The scenes.

    def booking(self, number):
        """The engine ends within milliseconds of an entry."""
        self.ledger.behave(slow_ms=self.dice.choice([0, 5, 20]))
        self.step(number)
        self.wait_for_entry()

    def ledger_away(self, number):
        """Nobody is there when effects become due; then somebody is, or the engine ends before that."""
        self.ledger.kill()
        self.step(number)
        self.at_tip()
        self.wait_for_trouble()
        if self.dice.random() < 0.5:
            self.kill_engine()
        self.ledger.start()
        if self.engine.process:
            self.wait_for_entry()

    def no_ledger(self, number):
        """What is credited stays pending; what a branch then drops is withdrawn."""
        self.step(number)
        self.at_tip()
        self.chain.reorganize(self.dice.randrange(CONFIRMATIONS, DEPTH_MAX + 1))
        self.at_tip()

    def answers_dropped(self, number):
        """It books and says nothing, and can't be asked; later it hardly can."""
        self.ledger.behave(drop_rate=1, look_fail_rate=1)
        self.step(number)
        self.wait_for_call("dropped")
        self.wait_for_call("look-failed")
        self.ledger.behave(drop_rate=0.5, look_fail_rate=0.3, stranger_rate=0.2)
        self.wait_for_entry()
        time.sleep(self.dice.uniform(0.0, 0.8))

    def puts_fail(self, number):
        """It books nothing, then somebody answers in its place, then it books now and then."""
        self.ledger.behave(fail_rate=1)
        self.step(number)
        self.wait_for_call("failed")
        self.ledger.behave(stranger_rate=1)
        self.wait_for_call("stranger")
        self.ledger.behave(fail_rate=0.3, look_fail_rate=0.3, stranger_rate=0.3)
        self.wait_for_entry()

    def all_of_it(self, number):
        self.ledger.behave(fail_rate=0.3, drop_rate=0.3, look_fail_rate=0.3, slow_ms=5)
        self.step(number)
        self.wait_for_entry()
        time.sleep(self.dice.uniform(0.0, 1.0))

    def ledger_killed(self, number):
        """The ledger ends in the middle of a line, with a line that nobody has synced, or with an
        entry that nobody has answered. Now and then the engine ends first."""
        place = ["half", "written", "synced"][self.ledger.kills_in_a_put % 3]
        self.ledger.kills_in_a_put += 1
        self.ledger.behave(stall=place)
        self.step(number)
        self.until(self.ledger.is_stalled, f"for the ledger to stall, {place}")
        engine_first = self.dice.random() < 0.3
        if engine_first:
            self.kill_engine()
        self.ledger.kill()
        if not engine_first:
            self.check_settled_is_booked()
        self.ledger.start()
        if not engine_first:
            self.wait_for_entry()

    def withdrawn_in_the_queue(self, number):
        """A put takes so long that effects are withdrawn which the engine was about to take."""
        self.ledger.behave(hold=True)
        puts = len(self.ledger.calls())
        self.step(number)
        self.until(lambda: len(self.ledger.calls()) > puts, "for a put")
        self.become_due(6)
        self.at_tip()
        before = self.count_withdrawn()
        self.chain.reorganize(CONFIRMATIONS)
        self.at_tip()
        self.tally["effects withdrawn in the queue"] += self.count_withdrawn() - before
        self.ledger.behave()
        self.wait_for_entry()
        time.sleep(self.dice.uniform(0.0, 0.5))

    def coming_up(self, _number):
        """The engine ends while it opens; life() does that."""

    # What scenes wait for, each for a bounded time.

    def until(self, holds, what, seconds=40):
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                sys.exit(f"waited {seconds} s {what}")
            self.engine.check_alive()
            time.sleep(0.005)

    def wait_for_entry(self):
        """Until the ledger books the next entry, if it does, and some milliseconds more."""
        before, end = self.ledger.count(), time.monotonic() + 2
        while self.ledger.count() == before and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(self.dice.choice([0, 0, 0.001, 0.003, 0.01, 0.03]))
        self.tally["killed around an entry"] += self.ledger.count() != before

    def wait_for_call(self, kind):
        """Until the ledger has one more of a kind. That none comes is told at the end: there the
        books say why."""
        def count():
            return sum(what == kind for what, _, _ in self.ledger.calls())
        before, end = count(), time.monotonic() + 10
        while count() == before and time.monotonic() < end:
            self.engine.check_alive()
            time.sleep(0.01)

    def wait_for_trouble(self):
        """Until the engine says that an effect has failed, if one does."""
        end = time.monotonic() + 3
        while time.monotonic() < end:
            status = self.engine.status()
            if status and status["effects"]["in_trouble"]:
                self.tally["effects in trouble"] += 1
                return
            time.sleep(0.02)

    def count_withdrawn(self):
        return sum(r["state"] == "withdrawn" for r in self.engine.rows("outbox.effects").values())

    def check_settled_is_booked(self):
        """What the engine calls settled is in the file, now."""
        effects = self.engine.rows("outbox.effects")
        lost = {k for k, r in effects.items() if r["state"] == "settled"} - set(self.ledger.booked())
        if lost:
            sys.exit(f"settled by the engine, not in the file of the ledger that was killed: {sorted(lost)}")

    def kill_engine(self):
        self.engine.kill()
        self.tally["engine killed"] += 1

    def life(self, number):
        """One life of the engine."""
        scene = self.scenes[number % len(self.scenes)]
        self.tally[f"`{scene.__name__.replace('_', ' ')}`"] += 1
        self.engine.start_with(None if scene == self.no_ledger else self.ledger.port)
        if scene == self.coming_up:
            time.sleep(self.dice.uniform(0.0, 0.2))
        else:
            self.engine.wait(lambda _: True, "for the engine to come up")
            self.node_trouble(number)
            scene(number)
        if self.engine.process:
            self.kill_engine()
        self.ledger.behave()

    def run(self):
        self.node.prepare()
        self.chain.prepare(max(400, 8 * KILLS))
        self.genesis = self.engine.init()
        end, number = time.monotonic() + SECONDS, 0
        while number < len(self.scenes) or (
                number < KILLS and time.monotonic() < end and len(self.chain.coins) > 40):
            self.life(number)
            number += 1
        return self.settle()

    # What must be true at the end.

    def settle(self):
        """Everything works again; waits until nothing is left to do."""
        self.ledger.behave()
        self.engine.start_with(self.ledger.port)
        self.chain.mine(CONFIRMATIONS + 1)
        self.at_tip()
        for _ in range(10):
            before = self.engine.wait(
                lambda s: s["state"]["root_height"] == s["state"]["sealed_height"] == s["log"]["height"]
                and not self.engine.rows("outbox.open"), "for quiet", seconds=60)
            time.sleep(0.5)
            status = self.engine.status()
            if status and status["log"]["height"] == before["log"]["height"]:
                return status
        sys.exit("the log grows although nothing happens")

    def check(self, status):
        faults = []
        effects = {k: r for k, r in self.engine.rows("outbox.effects").items() if r["kind"] == "mint"}
        deposits = self.engine.rows("peg.deposits")
        entries, calls = self.ledger.booked(), self.ledger.calls()
        listed = {e["id"]: e["bytes"] for e in get(self.ledger.port, "/v1/entries")["entries"]}
        if listed != entries:
            faults.append("what the ledger says is not what stands in its file")
        faults += self.check_ledger(effects, entries)
        faults += self.check_calls(effects, calls)
        faults += self.check_deposits(effects, deposits, entries)
        faults += self.check_wallet()
        states = collections.Counter(row["state"] for row in effects.values())
        said = collections.Counter(what for what, _, _ in calls)
        print(f"{len(self.chain.peg_ins)} peg-ins, {len(self.chain.dropped)} double-spent, "
              f"{self.chain.spends} outputs spent; reorganisations of depth {sorted(self.chain.depths)}")
        print("lives: " + ", ".join(f"{n} {what}" for what, n in self.tally.items()))
        print(f"ledger: {len(entries)} entries, {self.ledger.torn} times a torn line; calls: "
              + ", ".join(f"{n} {what}" for what, n in said.items()))
        print(f"effects {dict(states)}; log height {status['log']['height']}", flush=True)
        faults += [f"effect {key} is parked: {row['reason']}" for key, row in effects.items()
                   if row["state"] == "parked"]
        faults += [f"no effect was {s}: the test has tested nothing"
                   for s in ("settled", "withdrawn") if not states[s]]
        faults += [f"no call was {s}: the test has tested nothing"
                   for s in ("failed", "dropped", "look-failed", "stranger") if not said[s]]
        faults += [f"{t}: it never happened, the test has tested nothing"
                   for t in ("effects withdrawn in the queue", "killed around an entry") if not self.tally[t]]
        if not self.ledger.torn:
            faults.append("the ledger never left a torn line: the test has tested nothing")
        self.engine.stop()
        return faults + self.check_replay(status)

    def check_ledger(self, effects, entries):
        faults = []
        settled = {k for k, r in effects.items() if r["state"] == "settled"}
        for key in sorted(settled ^ set(entries)):
            state = effects.get(key, {}).get("state", "unknown to the engine")
            faults.append(f"effect {key} is {state}, the ledger has {'an' if key in entries else 'no'} entry")
        for key in sorted(settled & set(entries)):
            row = effects[key]
            if not entries[key] == row["taken"] == row["payload"]:
                faults.append(f"effect {key}: the ledger's bytes are not those that were recorded")
        return faults

    def check_calls(self, effects, calls):
        """Nothing is put that was not taken, nor with other bytes, nor again without a look-up that
        was answered. (The first put after an effect was taken needs none.)"""
        faults, puts, looks = [], collections.Counter(), collections.Counter()
        for what, key, digest in calls:
            if what == "look":
                looks[key] += 1
            if what != "put":
                continue
            puts[key] += 1
            taken = effects.get(key, {}).get("taken", "")
            if not taken:
                faults.append(f"effect {key} was put and never taken")
            elif hashlib.sha256(bytes.fromhex(taken)).hexdigest() != digest:
                faults.append(f"effect {key} was put with other bytes than were recorded")
        faults += [f"effect {key} was put {n} times, and only {looks[key]} look-ups were answered"
                   for key, n in puts.items() if n > looks[key] + 1]
        return faults

    def check_deposits(self, effects, deposits, entries):
        """By the chain's word alone: what is on the best branch is credited and minted once, the rest
        is minted at most once and then booked as a shortfall."""
        faults, minted = [], {}
        for key, body in entries.items():
            minted.setdefault(bytes.fromhex(body)[:32][::-1].hex(), []).append(key)
        for txid, (_, amount, who) in self.chain.peg_ins.items():
            row, mints = deposits.get(f"{txid}:1"), minted.pop(txid, [])
            is_there = self.chain.depth_of(txid) >= CONFIRMATIONS
            wanted = {"credited"} if is_there else {"shortfall"} if mints else {None}
            state = row and row["state"]
            if state not in wanted:
                faults.append(f"peg-in {txid} is {state}, not {wanted}")
            if len(mints) != (state in ("credited", "shortfall")):
                faults.append(f"peg-in {txid} is {state} and minted {len(mints)} times")
            if is_there == (txid in self.chain.dropped):
                faults.append(f"peg-in {txid}: the test's own books are wrong")
            body = bytes.fromhex(txid)[::-1] + struct.pack(">I", 1) + b"\x1a" + who + bytes(4) + \
                struct.pack(">Q", amount)
            if any(entries[m] != body.hex() for m in mints):
                faults.append(f"peg-in {txid}: the mint is {entries[mints[0]]}, not {body.hex()}")
        faults += [f"minted for nobody's peg-in {txid}" for txid in minted]
        total = self.engine.rows("peg.totals")[""]
        on_ledger = sum(int.from_bytes(bytes.fromhex(b)[-8:], "big") for b in entries.values())
        if not on_ledger == total["minted"] == total["confirmed"] + total["shortfall"]:
            faults.append(f"the ledger has {on_ledger} sats, the totals are {total}")
        return faults

    def check_wallet(self):
        ours = {k: r["value_sats"] for k, r in self.engine.rows("peg.utxos").items()}
        scan = self.node.rpc("scantxoutset", "start", [f"raw({self.node.peg_script})"])
        nodes = {f"{u['txid']}:{u['vout']}": sats(u["amount"]) for u in scan["unspents"]}
        return [f"output {k}: {ours.get(k)} sats here, {nodes.get(k)} by the node"
                for k in sorted(set(ours) | set(nodes)) if ours.get(k) != nodes.get(k)]

    def check_replay(self, status):
        faults = []
        replay = processes.run([BIN / "replay", "--from-height", "0", "--full", "--every-root", "--laws",
                                 "--data", self.engine.data, "--json"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        answer = json.loads(replay.stdout or "{}")
        if replay.returncode != 0 or answer.get("root") != status["state"]["root"]:
            faults.append(f"replay ended with {replay.returncode}, root {answer.get('root')}; "
                          f"the node had {status['state']['root']}: {replay.stderr[-1000:]}")
        verify = processes.run([BIN / "verify-consistency", "--data", self.engine.data, "--layer",
                                 "log,fold,state,laws,chain", "--listen", f"127.0.0.1:{self.engine.port}",
                                 *self.engine.edges],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        print(verify.stdout.strip())
        if verify.returncode != 0:
            faults.append(f"verify-consistency ended with {verify.returncode}: {verify.stdout}")
        return faults

    def end(self):
        for process in (self.engine.process, self.ledger.process):
            if process and process.poll() is None:
                process.kill()
                process.wait()


def main():
    if not os.environ.get("REFOLD_BITCOIND"):
        print("no Bitcoin node: REFOLD_BITCOIND is not set; tools/dev/test fetches one")
        sys.exit(77)
    print(f"REFOLD_SEED={SEED} REFOLD_KILLS={KILLS} REFOLD_SECONDS={SECONDS}", flush=True)
    processes.end_on_signals()
    with contextlib.ExitStack() as stack:
        keep = os.environ.get("REFOLD_KEEP")
        folder = pathlib.Path(keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="refold-ledger-")))
        folder.mkdir(parents=True, exist_ok=True)
        stack.enter_context(processes.told(folder / "ledger.log", folder / "engine.log"))
        node = stack.enter_context(Regtest(folder / "bitcoin", seed=SEED))
        test = Test(folder, node)
        stack.callback(test.end)
        faults = test.check(test.run())
        if faults:
            sys.exit(f"{len(faults)} faults, REFOLD_SEED={SEED}\n" + "\n".join(faults))
        test.end()
        second_opinion(test.engine.data)
    print("ledger, engine, Bitcoin node, replay and a second fold agree")


main()
