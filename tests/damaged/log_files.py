"""Segments, frames and blocks as engine/log/README.md draws them, for taking them apart and putting
them together again with every checksum and hash right. Written from that page alone."""
import dataclasses
import hashlib
import struct

SEGMENT_HEADER = 72
FRAME_HEADER = 24
BLOCK_HEADER = 200
MARK = 64

# Of a block's header: name, offset, size.
FIELDS = [("format", 0, 4), ("rules", 4, 4), ("height", 8, 8), ("previous", 16, 32), ("events-root", 48, 32),
          ("results-root", 80, 32), ("time", 112, 8), ("flags", 120, 4), ("event-count", 124, 4),
          ("known-height", 128, 8), ("known-root", 136, 32), ("seal-digest", 168, 32)]
SEGMENT_FIELDS = [("magic", 0, 4), ("format", 4, 4), ("first", 8, 8), ("size", 16, 8), ("previous-first", 24, 8),
                  ("previous", 32, 32), ("zero", 64, 4), ("crc", 68, 4)]
FRAME_FIELDS = [("magic", 0, 4), ("length", 4, 4), ("height", 8, 8), ("block-crc", 16, 4), ("header-crc", 20, 4)]


def _crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def tagged(tag, message):
    head = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(head + head + message).digest()


def merkle(leaves):
    while len(leaves) > 1:
        pairs = [leaves[i:i + 2] for i in range(0, len(leaves), 2)]
        leaves = [hashlib.sha256(b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs]
    return leaves[0]


def padded(size):
    return (size + 7) // 8 * 8


@dataclasses.dataclass
class Block:
    segment: object     # The path of its file.
    at: int             # Where its frame begins there.
    data: bytearray     # The block itself.

    @property
    def height(self):
        return struct.unpack_from("<Q", self.data, 8)[0]

    @property
    def count(self):
        return struct.unpack_from("<I", self.data, 124)[0]

    @property
    def hash(self):
        return tagged("refold/block", bytes(self.data[:BLOCK_HEADER]))

    @property
    def has_seal(self):
        return any(self.data[168:200])

    def results(self):
        """(length, verdict, effects) of each event."""
        return [struct.unpack_from("<IHI", self.data, BLOCK_HEADER + 10 * i) for i in range(self.count)]

    def events(self):
        """(offset in the block, length) of each event."""
        at, out = BLOCK_HEADER + padded(10 * self.count), []
        for length, _, _ in self.results():
            out.append((at, length))
            at += padded(length)
        return out

    def frame(self):
        head = struct.pack("<IIQI", 0x4C424652, len(self.data), self.height, crc32c(self.data))
        return head + struct.pack("<I", crc32c(head)) + self.data

    def make_roots(self):
        """The roots of the events and results that it has now."""
        leaves = [hashlib.sha256(b"\0" + self.data[at:at + n]).digest() for at, n in self.events()]
        self.data[48:80] = merkle(leaves)
        self.data[80:112] = merkle([hashlib.sha256(b"\1" + struct.pack("<HI", v, e)).digest()
                                    for _, v, e in self.results()])


def segments(log):
    """The files of a log directory, in order."""
    return sorted(p for p in log.glob("*.seg") if p.stem.isdigit())


def blocks_of(path):
    data, at, out = path.read_bytes(), SEGMENT_HEADER, []
    while at + FRAME_HEADER <= len(data):
        magic, length = struct.unpack_from("<II", data, at)
        if magic != 0x4C424652:
            break
        begin = at + FRAME_HEADER
        out.append(Block(path, at, bytearray(data[begin:begin + length])))
        at = begin + length
    return out


def end_of(path):
    """Where the blocks of a segment end."""
    blocks = blocks_of(path)
    return blocks[-1].at + FRAME_HEADER + len(blocks[-1].data) if blocks else SEGMENT_HEADER


def write_at(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def write_blocks(path, blocks):
    """These blocks and nothing else, in a segment that keeps its header and its size."""
    old = path.read_bytes()
    new = old[:SEGMENT_HEADER] + b"".join(b.frame() for b in blocks)
    path.write_bytes(new + bytes(len(old) - len(new)))


def write_segment_header(path, data):
    """With its checksum made anew."""
    data = bytes(data[:68])
    write_at(path, 0, data + struct.pack("<I", crc32c(data)))


def write_mark(path, offset, fields):
    """crc, then end_words, counter, height, first, hash."""
    body = struct.pack("<IQQQ", *fields[:4]) + fields[4]
    write_at(path, offset, struct.pack("<I", crc32c(body)) + body)


def read_mark(data):
    return struct.unpack_from("<IQQQ", data, 4) + (bytes(data[32:64]),)


def chain_again(log):
    """Makes every hash and checksum right again from the first block to the last, after blocks were
    changed: a forger who has everything but the sequencer's key."""
    before, previous = None, bytes(32)
    for path in segments(log):
        header = bytearray(path.read_bytes()[:SEGMENT_HEADER])
        header[32:64] = previous
        write_segment_header(path, header)
        blocks = blocks_of(path)
        for block in blocks:
            block.data[16:48] = previous
            block.make_roots()
            previous = block.hash
        write_blocks(path, blocks)
        before = (path, blocks[-1]) if blocks else before
    return before[1]
