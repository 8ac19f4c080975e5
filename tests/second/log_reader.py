"""Reads a log: a data directory, or a file of blocks. Written from engine/log/README.md."""
import collections
import pathlib
import struct

import bip340
from hashes import crc32c, log_merkle, sha256, tagged

NONE = 2**64 - 1
HEADER = struct.Struct("<IIQ32s32s32sqIIQ32s32s")
Header = collections.namedtuple(
    "Header", "format rules height previous events_root results_root time flags count known_height known_root seal")
Seal = collections.namedtuple("Seal", "height block root signature")
Block = collections.namedtuple("Block", "header hash events results seal")  # results: (verdict, effects)


class Damage(Exception):
    """The log contradicts its own format."""


def check(holds, *what):
    if not holds:
        raise Damage(" ".join(str(w) for w in what))


# Frames.

def _segment_blocks(path, previous):
    """The blocks of a segment. `previous`: (first height of the segment before, its last block's hash)."""
    data = path.read_bytes()
    magic, form, first, size, before, last, zero, crc = struct.unpack("<IIQQQ32sII", data[:72])
    check(crc == crc32c(data[:68]), path.name, "segment header checksum")
    check((magic, form, zero) == (0x47534652, 1, 0) and size == len(data), path.name, "segment header")
    check(path.name == f"{first:020d}.seg" and (before, last) == previous, path.name, "is out of place")
    at, height = 72, first
    while at + 24 <= len(data) and data[at:at + 24] != bytes(24):
        magic, length, own, crc, own_crc = struct.unpack("<IIQII", data[at:at + 24])
        block = data[at + 24:at + 24 + length]
        check(own_crc == crc32c(data[at:at + 20]), "frame", height, "header checksum")
        check((magic, own, length % 8, len(block)) == (0x4c424652, height, 0, length), "frame", height)
        check(crc == crc32c(block), "frame", height, "block checksum")
        yield block
        at, height = at + 24 + length, height + 1
    check(not any(data[at:]), path.name, "has bytes behind its last frame")


def _directory_blocks(directory):
    segments = sorted(p for p in (directory / "log").glob("*.seg") if p.name != "next.seg")
    check(segments, directory, "has no segments")
    height, previous = 0, (NONE, bytes(32))
    for path in segments:
        first = height
        check(path.name == f"{first:020d}.seg", path.name, "does not begin where the one before ends")
        for block in _segment_blocks(path, previous):
            yield block
            height, previous = height + 1, (first, tagged("refold/block", block[:200]))


def _file_blocks(path):
    data, at = path.read_bytes(), 0
    while at < len(data):
        length, = struct.unpack("<Q", data[at:at + 8])
        check(at + 8 + length <= len(data), path.name, "is cut short")
        yield data[at + 8:at + 8 + length]
        at += 8 + length


# Blocks.

def _padded(at):
    return (at + 7) // 8 * 8


def parse_block(data):
    """A block by itself: its form, and that its roots are over what is in it."""
    header = Header(*HEADER.unpack(data[:200]))
    where = f"block {header.height}"
    check(header.format == 1 and header.rules and header.count and header.flags in (0, 1), where, "header")
    check((header.known_height == NONE) <= (header.known_root == bytes(32)), where, "known root")
    check(header.known_height == NONE or header.known_height < header.height, where, "known height")
    results = [struct.unpack("<IHI", data[200 + 10 * i:210 + 10 * i]) for i in range(header.count)]
    at = _padded(200 + 10 * header.count)
    used, events = 200 + 10 * header.count, []
    for length, _, _ in results:
        check(length > 0 and not any(data[used:at]), where, "padding")
        events.append(data[at:at + length])
        used, at = at + length, _padded(at + length)
    check(not any(data[used:at]), where, "padding")
    seal = None
    if header.seal != bytes(32):
        check(tagged("refold/carried-seal", data[at:at + 136]) == header.seal, where, "carried seal")
        seal, at = parse_seal(data[at:at + 136]), at + 136
    check(at == len(data), where, "does not end where its last part ends")
    check(log_merkle([sha256(b"\0" + e) for e in events]) == header.events_root, where, "events root")
    marks = [struct.pack("<HI", verdict, effects) for _, verdict, effects in results]
    check(log_merkle([sha256(b"\1" + m) for m in marks]) == header.results_root, where, "results root")
    return Block(header, tagged("refold/block", data[:200]), events, [r[1:] for r in results], seal)


def parse_seal(data):
    return Seal(*struct.unpack("<Q32s32s64s", data))


def seal_holds(seal, genesis, sequencer):
    message = genesis + struct.pack("<Q", seal.height) + seal.block + seal.root
    return bip340.verify(sequencer, tagged("refold/seal", message), seal.signature)


def _follows(block, before):
    """What holds from one block to the next."""
    header, where = block.header, f"block {block.header.height}"
    if before is None:
        return check(header.height == 0 and header.previous == bytes(32), where, "is not the first")
    old = before.header
    check(header.height == old.height + 1 and header.previous == before.hash, where, "does not follow")
    check(header.time >= old.time, where, "goes back in time")
    if old.known_height == NONE or header.known_height == NONE:
        return check(old.known_height == NONE, where, "forgets a root")
    check(header.known_height >= old.known_height, where, "goes back to an older root")
    check(header.known_height != old.known_height or header.known_root == old.known_root, where,
          "has another root of the same height")


def raw_blocks(path):
    path = pathlib.Path(path)
    return _directory_blocks(path) if path.is_dir() else _file_blocks(path)


def read_blocks(path):
    """Every block in order, each checked by itself and against the one before it."""
    before = None
    for data in raw_blocks(path):
        block = parse_block(data)
        _follows(block, before)
        check(block.seal is None or block.seal.height < block.header.height, "block", block.header.height,
              "carries a seal of a later block")
        yield block
        before = block


def newest_seal(path):
    """The seal beside a log, if there is one."""
    file = pathlib.Path(path) / "seal"
    return parse_seal(file.read_bytes()) if file.exists() and file.stat().st_size == 136 else None
