#!/usr/bin/env python3
"""Folds a log again, with rules told a second time, and compares everything that the log records.

    second_opinion.py LOG...            a data directory, or a file of blocks

Options:
    --changes BIN   the program second_changes: where a root differs, names the event, table and key
    --seconds S     stop after S seconds for each log, and say how far it came
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

    def __init__(self, check_signatures=True, on_event=None):
        self.check_signatures, self.on_event = check_signatures, on_event
        self.fold = None
        self.roots = {}             # Of rooted heights whose root is not recorded yet.
        self.hashes = {}            # Of blocks whose seal may come.
        self.newest = None          # (height, root) that was recorded last.
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
            self.seal(block.seal, f"block {header.height}")
        if header.flags & 1:
            self.roots[header.height] = self.fold.root()
            self.last_rooted = header.height
        self.last = header
        self.blocks += 1
        self.events += len(block.events)

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
        known, height = (header.known_height, header.known_root), header.height
        if known[0] != NONE and known != self.newest:
            if known[0] != self.last_rooted:
                raise Disagreement(f"{height}.0", "a root of another height than the newest rooted one",
                                   known[0], self.last_rooted)
            self.compare(known[0], known[1], f"recorded in block {height}")
            self.newest = known
        if header.flags & 1 and self.last_rooted is not None and (
                self.newest is None or self.newest[0] != self.last_rooted):
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

    def compare(self, height, root, where):
        """A root that somebody recorded."""
        computed = self.roots.pop(height, None)
        if computed != root:
            raise Disagreement(height, f"state root, {where}", root.hex(), computed and computed.hex(),
                               (self.last_equal + 1, height))
        self.last_equal = height
        self.compared += 1

    def seal(self, seal, where):
        if self.hashes.get(seal.height) != seal.block or not seal_holds(
                seal, self.fold.genesis, self.fold.access.sequencer):
            raise Disagreement(seal.height, f"seal, carried in {where}")
        if self.newest is None or seal.height > self.newest[0]:
            self.compare(seal.height, seal.root, f"of the seal in {where}")
            self.roots[seal.height] = seal.root             # A header will record it, too.
        elif seal.height == self.newest[0] and seal.root != self.newest[1]:
            raise Disagreement(seal.height, f"root of the seal in {where}", self.newest[1].hex(), seal.root.hex())
        self.seals += 1

    def summary(self):
        return (f"{self.blocks} blocks, {self.events} events, {self.compared} recorded roots and "
                f"{self.seals} seals agree")


def look_at(path, seconds=None, check_signatures=True):
    """The Opinion of a log, and whether it came to the end; Disagreement or Damage where it has another."""
    opinion, begun = Opinion(check_signatures), time.monotonic()
    for block in read_blocks(path):
        if seconds is not None and time.monotonic() - begun > seconds:
            return opinion, False
        opinion.block(block)
    seal = newest_seal(path)
    if seal:
        opinion.seal(seal, "the file beside the log")
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
