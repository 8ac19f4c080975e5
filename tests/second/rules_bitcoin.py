"""The Bitcoin chain. Tables 0x02xx.

Kept are the headers, the transactions, the scans and the watched outputs. The best chain is walked
down from its tip, and the indexes of the tables are made from these, whenever somebody asks.

The watch list is made at genesis and no event changes it, so there is nothing to rescan:
bitcoin.rescan has no row in any log.
"""
import collections

import btc
from hashes import sha256d
from rows import OutPoint, Present, b32, flag, items, record, sized, u8, u32
from rules_access import Reject, StaysOutside, refuse_if

KEPT = 2016
FORGOTTEN_PER_STEP = 4
SCRIPT, PREFIX = range(2)

Parameters = record("Parameters", network=u8, window=u32, anchor=b32, anchor_height=u32)
Tip = record("Tip", block=b32, height=u32, work=b32, kept_from=u32)
DeepReorg = record("DeepReorg", count=u32, block=b32, height=u32, fork=u32, old_tip=u32, followed=flag)
KnownHeader = record("KnownHeader", previous=b32, height=u32, time=u32, bits=u32, work=b32, period_start=u32,
                     period_bits=u32, last_times=items(u32))
HeightKey = record("HeightKey", height=u32, block=b32)
BestBlock = record("BestBlock", block=b32)
Place = record("Place", height=u32, block=b32, index=u32)
KnownTransaction = record("KnownTransaction", txid=b32, owners=items(u8), watch_version=u32, bytes=sized)
TxidKey = record("TxidKey", txid=b32, place=Place)
SpendKey = record("SpendKey", outpoint=OutPoint, place=Place)
Scan = record("Scan", watch_version=u32)
WatchState = record("WatchState", version=u32, owners=items(u8))
WatchKey = record("WatchKey", kind=u8, pattern=sized, owner=u8)
Watch = record("Watch", start=u32, version=u32)
Addition = record("Addition", owner=u8, start=u32)
OutPointKey = record("OutPointKey", outpoint=OutPoint, owner=u8)
WatchedOutPoint = record("WatchedOutPoint", block=b32, version=u32)

# What happened to the best chain: blocks and transactions in the order in which they went and came.
Change = collections.namedtuple("Change", "kind block height transaction", defaults=[None])


class Bitcoin:
    def __init__(self, genesis):
        anchor = genesis["anchor"]
        header, block = btc.read_header(anchor["header"]), sha256d(anchor["header"])
        self.network, self.window = genesis["network"], genesis["window"]
        self.anchor, self.anchor_height = block, anchor["height"]
        self.tip = Tip(block, anchor["height"], anchor["work"], 0)
        self.deep_reorg = None
        self.headers = {block: KnownHeader(
            header.previous, anchor["height"], header.time, header.bits, anchor["work"],
            anchor["period_start"], anchor["period_bits"], tuple(anchor["last_times"]))}
        self.transactions = {}      # Place -> KnownTransaction
        self.scans = {}             # block -> watch version
        self.watches = {}           # WatchKey -> Watch
        self.outpoints = {}         # OutPointKey -> WatchedOutPoint

    def watch(self, owner, kind, pattern):
        """Only at genesis: see above."""
        start = self.anchor_height + 1
        if WatchKey(kind, pattern, owner) not in self.watches:
            self.watches[WatchKey(kind, pattern, owner)] = Watch(start, len(self.watches) + 1)

    def rows(self):
        yield 0x0201, b"", Parameters(self.network, self.window, self.anchor, self.anchor_height)
        yield 0x0202, b"", self.tip
        if self.deep_reorg:
            yield 0x0203, b"", self.deep_reorg
        for block, row in self.headers.items():
            yield 0x0204, block, row
            yield 0x0205, HeightKey.encode((row.height, block)), Present()
        for height, block in self.best_chain().items():
            yield 0x0206, u32.encode(height), BestBlock(block)
        for place, row in self.transactions.items():
            yield 0x0207, Place.encode(place), row
            yield 0x0208, TxidKey.encode((row.txid, place)), Present()
            for outpoint in set(btc.read_transaction(row.bytes).inputs):
                yield 0x0209, SpendKey.encode((outpoint, place)), Present()
        for block, version in self.scans.items():
            yield 0x020a, block, Scan(version)
        if self.watches:
            yield 0x020b, b"", WatchState(len(self.watches), tuple(sorted({k.owner for k in self.watches})))
        for key, row in self.watches.items():
            yield 0x020c, WatchKey.encode(key), row
            yield 0x020d, u32.encode(row.version), Addition(key.owner, row.start)
        for key, row in self.outpoints.items():
            yield 0x020e, OutPointKey.encode(key), row

    # What is asked.

    def best_chain(self):
        """{height: block}, as far down as headers are kept."""
        chain, block = {}, self.tip.block
        while block in self.headers:
            chain[self.headers[block].height] = block
            block = self.headers[block].previous
        return chain

    def is_best(self, block):
        known = self.headers.get(block)
        return known is not None and self.best_chain().get(known.height) == block

    def confirmations(self, block):
        return self.tip.height - self.headers[block].height + 1 if self.is_best(block) else 0

    def scan_is_complete(self, block):
        """Whether a block was scanned for everything that is asked of it now."""
        if block not in self.headers or block not in self.scans:
            return False
        return not any(w.version > self.scans[block] and w.start <= self.headers[block].height
                       for w in self.watches.values())

    def on_best_chain(self, holds):
        """The known transactions of the best chain for which a condition holds, lowest place first."""
        best = self.best_chain()
        return sorted((place, row) for place, row in self.transactions.items()
                      if holds(row) and best.get(place.height) == place.block)

    def place_of(self, txid):
        found = self.on_best_chain(lambda row: row.txid == txid)
        return found[0][0] if found else None

    def spenders_of(self, outpoint):
        return self.on_best_chain(lambda row: outpoint in btc.read_transaction(row.bytes).inputs)

    def transactions_in(self, block):
        return sorted((place, row) for place, row in self.transactions.items() if place.block == block)

    # Headers.

    def header_seen(self, at, raw):
        block, header = sha256d(raw), btc.read_header(raw)
        if block in self.headers:
            raise StaysOutside("duplicate")
        parent = self.headers.get(header.previous)
        if parent is None:
            raise StaysOutside("gap")
        refuse_if(parent.height < self.tip.kept_from, 0x020c)
        row = self._following(at, parent, header)
        self.headers[block] = row
        changes = self._switch_to(block) if row.work > self.tip.work else []
        self._forget_old()
        return changes

    def _following(self, at, parent, header):
        height = parent.height + 1
        refuse_if(height >= 2**32, 0x0207)
        refuse_if(header.version < btc.version_min(self.network, height), 0x0205)
        refuse_if(header.bits != btc.required_bits(self.network, parent, header.time), 0x0201)
        refuse_if(header.time <= sorted(parent.last_times)[len(parent.last_times) // 2], 0x0202)
        begins = height % 2016 == 0
        refuse_if(self.network == btc.TESTNET4 and begins and header.time + 600 < parent.time, 0x0204)
        refuse_if(header.time > at.time // 1000 + 7200, 0x0203)
        work = int.from_bytes(parent.work, "big") + btc.work_of(header.bits)
        refuse_if(work >= 2**256, 0x0206)
        return KnownHeader(
            header.previous, height, header.time, header.bits, work.to_bytes(32, "big"),
            header.time if begins else parent.period_start, header.bits if begins else parent.period_bits,
            (*parent.last_times, header.time)[-11:])

    def _switch_to(self, block):
        """Makes a heavier branch the best one: what goes away, from the top; what comes, from the fork."""
        header, old, best = self.headers[block], self.tip, self.best_chain()
        branch, fork = [], block
        while fork in self.headers and best.get(self.headers[fork].height) != fork:
            branch.append(fork)
            fork = self.headers[fork].previous
        fork = self.headers[fork].height if fork in self.headers else None
        changes = []
        if fork is None or old.height - fork > self.window:
            count = self.deep_reorg.count if self.deep_reorg else 0
            self.deep_reorg = DeepReorg(min(count + 1, 2**32 - 1), block, header.height, fork or 0, old.height,
                                        fork is not None)
            changes.append(Change("window_exceeded", block, header.height))
        if fork is None:
            return changes
        for height in range(old.height, fork, -1):
            for place, row in reversed(self.transactions_in(best[height])):
                changes += [Change("transaction_disconnected", best[height], height, row)] * len(row.owners)
            changes.append(Change("block_disconnected", best[height], height))
        kept_from = max(old.kept_from, header.height - max(KEPT, self.window))
        self.tip = Tip(block, header.height, header.work, kept_from)
        for new in reversed(branch):
            height = self.headers[new].height
            changes.append(Change("block_connected", new, height))
            for place, row in self.transactions_in(new):
                changes += [Change("transaction_connected", new, height, row)] * len(row.owners)
                self._claim_outputs(row.txid, new)
            if self.scan_is_complete(new):
                changes.append(Change("block_scanned", new, height))
        return changes

    def _claim_outputs(self, txid, block):
        """Of the blocks that have an output, the one on the best chain is remembered."""
        for key, row in self.outpoints.items():
            if key.outpoint.txid == txid:
                self.outpoints[key] = row._replace(block=block)

    # Transactions.

    def _matches(self, transaction, height):
        """{owner: newest version of an entry that asks}, [(output, owner, version)]."""
        owners, outputs = collections.defaultdict(int), []
        for index, output in enumerate(transaction.outputs):
            data = btc.data_carrier(output.script)
            for key, watch in sorted(self.watches.items()):
                if watch.start > height:
                    continue
                if key.kind == SCRIPT and key.pattern == output.script:
                    outputs.append((index, key.owner, watch.version))
                elif key.kind != PREFIX or data is None or not data.startswith(key.pattern):
                    continue
                owners[key.owner] = max(owners[key.owner], watch.version)
        for key, row in self.outpoints.items():
            if key.outpoint in transaction.inputs:
                owners[key.owner] = max(owners[key.owner], row.version)
        return owners, outputs

    def transaction_seen(self, at, event):
        block = sha256d(event["header"])
        if block not in self.headers:
            raise StaysOutside("gap")
        height = self.headers[block].height
        refuse_if(height < self.tip.kept_from, 0x020c)
        try:
            transaction = btc.read_transaction(event["transaction"])
        except btc.BadTransaction:
            raise Reject(0x020d) from None
        place = Place(height, block, event["index"])
        known = self.transactions.get(place)
        owners, outputs = self._matches(transaction, height)
        refuse_if(not owners and known is None, 0x0208)
        told = [o for o, version in owners.items()
                if not (known and version <= known.watch_version and o in known.owners)]
        if not told:
            raise StaysOutside("duplicate")

        row = known or KnownTransaction(transaction.txid, (), 0, transaction.stripped)
        self.transactions[place] = row._replace(
            owners=tuple(sorted({*row.owners, *told})),
            watch_version=max(row.watch_version, *(owners[o] for o in told)))
        best = self.is_best(block)
        adopted = []
        for index, owner, version in outputs:
            adopted += self._watch_output(OutPointKey(OutPoint(transaction.txid, index), owner),
                                          WatchedOutPoint(block, version), best)
        changes = [Change("transaction_connected", p.block, p.height, self.transactions[p])
                   for p in [place] * len(told) + adopted if self.is_best(p.block)]
        self._forget_old()
        return changes

    def _watch_output(self, key, row, best):
        """Who watches an output is also told of those who spend it and are known already: their places."""
        adopted, is_new = [], key not in self.outpoints
        if is_new or best:
            self.outpoints[key] = row
        for place, spender in list(self.transactions.items()):
            if is_new and key.owner not in spender.owners and (
                    key.outpoint in btc.read_transaction(spender.bytes).inputs):
                self.transactions[place] = spender._replace(owners=tuple(sorted({*spender.owners, key.owner})))
                adopted.append(place)
        return adopted

    def block_scanned(self, at, event):
        block, version = event["block"], event["watch_version"]
        if block not in self.headers:
            raise StaysOutside("gap")
        refuse_if(self.headers[block].height < self.tip.kept_from, 0x020c)
        if version <= self.scans.get(block, -1):
            raise StaysOutside("duplicate")
        refuse_if(version > len(self.watches), 0x0209)
        self.scans[block] = version
        if not self.is_best(block) or not self.scan_is_complete(block):
            return []
        return [Change("block_scanned", block, self.headers[block].height)]

    # What is forgotten.

    def _forget_old(self):
        """Some of what lies below the kept part; transactions before headers, the lowest first."""
        for _ in range(FORGOTTEN_PER_STEP):
            old = [p for p in self.transactions if p.height < self.tip.kept_from]
            if old:
                self._forget_transaction(min(old))
                continue
            old = [(h.height, b) for b, h in self.headers.items() if h.height < self.tip.kept_from]
            if not old:
                return
            self.scans.pop(min(old)[1], None)
            del self.headers[min(old)[1]]

    def _forget_transaction(self, place):
        row = self.transactions.pop(place)
        best, inputs = self.is_best(place.block), btc.read_transaction(row.bytes).inputs
        for key, output in list(self.outpoints.items()):
            spent = best and key.outpoint in inputs
            never = not best and key.outpoint.txid == row.txid and output.block == place.block
            if spent or never:
                del self.outpoints[key]
