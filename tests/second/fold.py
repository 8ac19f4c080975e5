"""The engine: what an event does. One object that holds everything; blocks go in, in order."""
import functools

import btc
import bip340
import rows
from hashes import sha256, state_root, tagged
from rules_access import Access, Reject, StaysOutside, refuse_if
from rules_bitcoin import Bitcoin
from rules_outbox import Outbox
from rules_peg import Peg
from rules_probe import Probe
from wire import decode_event

# Who may author what. Facts of Bitcoin come from its sources, what becomes of effects from the engine.
AUTHORS = {
    "genesis": {"engine"}, "block_opened": {"engine"}, "access": {"operators"}, "bitcoin": {"bitcoin"},
    "peg": {"operators"},
    "effect_taken": {"engine"}, "effect_settled": {"engine"}, "effect_failed": {"engine"},
    "effect_retried": {"operators"}, "halt_lifted": {"operators"}, "halt_ordered": {"operators"},
    "halt_revoked": {"operators"},
    "probed": {"operators", "sources"}, "attester_set": {"operators"}, "attested": {"operators", "sources"},
}
RULES_NAMED = {"halt_ordered": "halt_ordered_now"}      # Where a rule's name is also that of what it sets.


class At:
    """Where and when an event happens."""

    def __init__(self, fold, header, index, raw):
        self.genesis, self.time, self.rules = fold.genesis, header.time, header.rules
        self.place, self.size = rows.EventPlace(header.height, index), len(raw)
        self.event_hash, self.effects = sha256(b"\0" + raw), 0


class Invalid(Exception):
    """An event that no door lets in."""


@functools.lru_cache(1 << 20)
def _hashes(table, key, row):
    return tagged("refold/key", table + key), tagged("refold/row", table + row)


class Fold:
    def __init__(self, genesis_id, check_signatures=True):
        self.genesis, self.check_signatures = genesis_id, check_signatures
        self.modules = ()

    def rows(self):
        """{(table, key): row}, all of it, as bytes."""
        return {(table, key): rows.row_bytes(row) for module in self.modules for table, key, row in module.rows()}

    def root(self):
        leaves = [_hashes(rows.u16.encode(table), key, row) for (table, key), row in self.rows().items()]
        return state_root(dict(leaves))

    def event(self, header, index, raw):
        """(verdict, effects) of an event."""
        (author, who), (module, event), signed = decode_event(raw)
        at = At(self, header, index, raw)
        kind, fields = event if isinstance(event, tuple) else (module, event)
        allowed = AUTHORS.get(module) or AUTHORS[kind]
        self._validate(author, who, kind, fields, signed)
        self._admit(at, author, who, allowed)
        verdict = 0
        try:
            self._happen(at, module, kind, fields)
        except Reject as reject:
            if author != "observation":
                raise                   # Who gets an answer leaves no trace.
            verdict = reject.code
        if author == "command":
            self.access.record_command(at, who)
        elif author == "observation":
            self.access.record_observation(at, who)
        return verdict, at.effects

    def _validate(self, author, who, kind, fields, signed):
        """What can be said without state: proofs of work, branches, signatures."""
        if signed and self.check_signatures and who["key"] != bytes(32):
            message = tagged("refold/command", self.genesis + signed)
            if not bip340.verify(who["key"], message, who["signature"]):
                raise Invalid("the signature is not one of the author's key")
        if kind in ("header_seen", "transaction_seen"):
            raw = fields if kind == "header_seen" else fields["header"]
            if not btc.proves_work(raw, self.bitcoin.network):
                raise Invalid("the header proves no work")
        if kind == "transaction_seen" and not btc.stands_in_block(fields):
            raise Invalid("the branches do not prove that the transaction is in the block")
        if kind == "block_scanned" and fields["watch_version"] == 0:
            raise Invalid("a scan with no watch list")

    def _admit(self, at, author, who, allowed):
        if author == "engine":
            refuse_if("engine" not in allowed, 0x0101)
        elif author == "command":
            self.access.admit_command(at, allowed, who)
        else:
            self.access.admit_observation(at, allowed, who)

    def _happen(self, at, module, kind, fields):
        if kind == "genesis":
            refuse_if(at.place != (0, 0), 0x0113)
            return self._begin(fields)
        if kind == "block_opened":
            refuse_if(at.place.index != 0 or at.place.height == 0, 0x0113)
            return self.peg.block_opened(at)
        rule = getattr(getattr(self, module), RULES_NAMED.get(kind, kind))
        changes = rule(at, fields)
        if module == "bitcoin":
            for change in changes:
                if change.kind == "window_exceeded":
                    self.outbox.halt()
                self.peg.on_chain(at, change)
        if module == "outbox" and "id" in fields:
            self.peg.on_effect(fields["id"])
        return None

    def _begin(self, genesis):
        self.access = Access(genesis["access"])
        self.bitcoin = Bitcoin(genesis["bitcoin"])
        self.outbox = Outbox()
        self.peg = Peg(genesis["peg"], self.bitcoin, self.outbox)
        self.probe = Probe(genesis["probe"])
        self.modules = self.access, self.bitcoin, self.outbox, self.peg, self.probe
