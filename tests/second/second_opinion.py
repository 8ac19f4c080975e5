#!/usr/bin/env python3
"""Folds a log again, with rules told a second time, and compares everything that the log records.

    second_opinion.py LOG...            a data directory, or a file of blocks

Options:
    --changes BIN   the program second_changes: where a root differs, names the event, table and key
    --seconds S     take at most S seconds for each log: roots are left out when they take more than half of
                    the time, and what does not fit is not looked at; both are said
    --no-signatures do not check the authors' signatures (each takes some milliseconds)

Exit code 0: it agrees; 1: it does not, and says where first; 2: a log can't be read.
"""
import argparse
import sys
import time

from capnp import NotCanonical
from fold import Fold, Invalid
from log_reader import NONE, Damage, newest_seal, raw_blocks, read_blocks, seal_holds
from narrow import Watcher, engines_changes
from rules_access import Reject, StaysOutside


class Disagreement(Exception):
    """The first place where the log says one thing and this program another."""

    def __init__(self, place, what, recorded="", computed="", heights=None):
        said = f": recorded {recorded}, computed {computed}" if recorded != computed else ""
        super().__init__(f"{place}: {what}{said}")
        self.heights = heights          # Where the event is that made a root differ.


class Opinion:
    """What has been folded and compared so far."""

    def __init__(self, check_signatures=True, on_event=None, seconds=None):
        self.check_signatures, self.on_event, self.seconds = check_signatures, on_event, seconds
        self.begun, self.on_roots, self.left_out = time.monotonic(), 0.0, 0
        self.fold = None
        self.computed = {}          # height -> root, for rooted heights; None where it was left out.
        self.recorded = {}          # The same, as headers and seals tell it.
        self.hashes = {}
        self.newest = None          # The height whose root was recorded last.
        self.last = self.last_rooted = None
        self.last_equal = -1        # The newest rooted height on which both agree.
        self.blocks = self.events = self.compared = self.seals = 0

    def block(self, block):
        header = block.header
        if self.fold is None:
            self.fold = Fold(block.hash, self.check_signatures)
        else:
            self._check_header(header)
        self._check_known_root(header)
        for index, raw in enumerate(block.events):
            self._event(header, index, raw, block.results[index])
        self.hashes[header.height] = block.hash
        if block.seal:
            self.seal(block.seal, f"carried in block {header.height}")
        if header.flags & 1:
            self.computed[header.height] = self._root()
            self.last_rooted = header.height
        self.last = header
        self.blocks += 1
        self.events += len(block.events)

    def is_over(self):
        return self.seconds is not None and time.monotonic() - self.begun > self.seconds

    def _root(self):
        """The root now, or None: roots of a large state would take all the time that there is."""
        now = time.monotonic()
        if self.seconds is not None and self.on_roots > max(1, self.seconds / 10, (now - self.begun) / 2):
            return None
        root = self.fold.root()
        self.on_roots += time.monotonic() - now
        return root

    def _check_header(self, header):
        access = self.fold.access
        if header.rules != access.rules_at(header.height):
            raise Disagreement(f"{header.height}.0", "the rules version", header.rules,
                               access.rules_at(header.height))
        limit = max(self.last.time + access.clock_jump_max_ms, access.clock_jump_until)
        if header.time > limit:
            raise Disagreement(f"{header.height}.0", "the clock jumps", header.time, f"at most {limit}")

    def _check_known_root(self, header):
        """Every rooted height's root is recorded, in order, before the next height is rooted."""
        known, height = header.known_height, header.height
        if known != NONE and known != self.newest:
            if known != self.last_rooted:
                raise Disagreement(f"{height}.0", "a root of another height than the newest rooted one", known,
                                   self.last_rooted)
            self._recorded(known, header.known_root, f"recorded in block {height}")
            self.newest = known
        if header.flags & 1 and self.last_rooted != self.newest:
            raise Disagreement(f"{height}.0", f"rooted before the root of {self.last_rooted} is recorded")

    def _event(self, header, index, raw, recorded):
        place = f"{header.height}.{index}"
        try:
            computed = self.fold.event(header, index, raw)
        except (Reject, StaysOutside, Invalid, NotCanonical) as no:
            raise Disagreement(place, f"does not belong into the log ({type(no).__name__}: {no})") from None
        if computed != recorded:
            raise Disagreement(place, "verdict and effects", *(f"{v:#06x} {e}" for v, e in (recorded, computed)))
        if self.on_event:
            self.on_event(self.fold, place, header.height)
        if index == 0 and (raw[10:11] != b"\2") != (header.height == 0):
            raise Disagreement(place, "a block begins with another event than BlockOpened")

    def _recorded(self, height, root, where):
        """A root that a header or a seal tells."""
        if height not in self.computed:
            raise Disagreement(height, f"a root of a height that is not rooted, {where}")
        is_first, computed = height not in self.recorded, self.computed[height]
        if self.recorded.setdefault(height, root) != root or computed not in (None, root):
            raise Disagreement(height, f"state root, {where}", root.hex(), (computed or self.recorded[height]).hex(),
                               (self.last_equal + 1, height))
        if computed:
            self.last_equal = max(height, self.last_equal)
        self.compared += is_first and computed is not None
        self.left_out += is_first and computed is None

    def seal(self, seal, where):
        if self.hashes.get(seal.height) != seal.block or not seal_holds(
                seal, self.fold.genesis, self.fold.access.sequencer):
            raise Disagreement(seal.height, f"seal, {where}")
        self._recorded(seal.height, seal.root, where)
        self.seals += 1

    def summary(self):
        left_out = f"; {self.left_out} roots were left out" if self.left_out else ""
        return (f"{self.blocks} blocks, {self.events} events, {self.compared} recorded roots and "
                f"{self.seals} seals agree{left_out}")


def look_at(path, seconds=None, check_signatures=True):
    """The Opinion of a log, and whether it came to the end; Disagreement or Damage where it has another."""
    opinion = Opinion(check_signatures, seconds=seconds)
    for block in read_blocks(path):
        if opinion.is_over():
            return opinion, False
        opinion.block(block)
    seal = newest_seal(path)
    if seal:
        opinion.seal(seal, "in the file beside the log")
    return opinion, True


def narrow(path, heights, program):
    """Which row it is: folds once more, and compares event by event with the engine."""
    raw = [data for data in raw_blocks(path) if int.from_bytes(data[8:16], "little") <= heights[1]]
    watcher = Watcher(engines_changes(program, raw, heights), heights[0])
    opinion = Opinion(False, watcher)
    for block in read_blocks(path):
        if block.header.height <= heights[1]:
            opinion.block(block)
    return watcher


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", nargs="+", metavar="LOG")
    parser.add_argument("--changes", metavar="BIN")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--no-signatures", action="store_true")
    options = parser.parse_args()
    code = 0
    for log in options.logs:
        try:
            opinion, whole = look_at(log, options.seconds, not options.no_signatures)
            print(f"{log}: {opinion.summary()}" + ("" if whole else f"; stopped after {options.seconds:g} s"))
        except Disagreement as found:
            print(f"{log}: DISAGREES at {found}")
            if options.changes and found.heights:
                print(f"    {narrow(log, found.heights, options.changes)}")
            code = max(code, 1)
        except Damage as damage:
            print(f"{log}: {damage}", file=sys.stderr)
            code = max(code, 2)
    return code


if __name__ == "__main__":
    sys.exit(main())
