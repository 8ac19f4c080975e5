"""Cap'n Proto, one segment, without a segment table: bytes <-> a tree, and the one canonical form.

A tree is a Struct, or a list: of bytes (for elements of a size), or of Structs. Nothing of a schema
is known here. The encoding is that of capnproto.org/encoding.html; its section on canonicalization
says which of all forms is the canonical one: preorder, nothing behind the last word or pointer that
is not zero, no gaps.
"""
import collections
import struct

Struct = collections.namedtuple("Struct", "data pointers")          # Pointers: trees, or None.
Plain = collections.namedtuple("Plain", "code count data")          # Elements of a fixed size, as bytes.
Structs = collections.namedtuple("Structs", "items")
BITS = {0: 0, 1: 1, 2: 8, 3: 16, 4: 32, 5: 64}


class NotCanonical(Exception):
    pass


def _words(data, at, count):
    if at < 0 or (at + count) * 8 > len(data):
        raise NotCanonical("a pointer leads out of the event")
    return data[at * 8:(at + count) * 8]


def _read(data, at, depth=0):
    """What the pointer in a word leads to."""
    low, high = struct.unpack("<iI", _words(data, at, 1))
    if (low, high) == (0, 0):
        return None
    if depth > 8:
        raise NotCanonical("too deep")
    target, kind = at + 1 + (low >> 2), low & 3
    if kind == 0:
        return _read_struct(data, target, high & 0xffff, high >> 16, depth)
    if kind != 1:
        raise NotCanonical("a pointer of another kind")
    code, count = high & 7, high >> 3
    if code == 6:
        raise NotCanonical("a list of pointers")
    if code < 6:
        return Plain(code, count, _words(data, target, (BITS[code] * count + 63) // 64))
    tag, sizes = struct.unpack("<II", _words(data, target, 1))
    size = (sizes & 0xffff) + (sizes >> 16)
    if tag >> 2 == 0:
        raise NotCanonical("an empty list")
    return Structs([_read_struct(data, target + 1 + i * size, sizes & 0xffff, sizes >> 16, depth)
                    for i in range(tag >> 2)])


def _read_struct(data, at, words, pointers, depth):
    return Struct(_words(data, at, words), [_read(data, at + words + i, depth + 1) for i in range(pointers)])


def _sizes(item):
    """Words and pointers up to the last that says something."""
    words = len(item.data.rstrip(b"\0") + bytes(7)) // 8
    pointers = max((i + 1 for i, p in enumerate(item.pointers) if p is not None), default=0)
    return words, pointers


def _write_struct(out, at, item, words, pointers):
    out[at * 8:(at + words) * 8] = item.data[:words * 8].ljust(words * 8, b"\0")
    for i, target in enumerate(item.pointers[:pointers]):
        _write(out, at + words + i, target)


def _write(out, at, tree):
    """Appends what a pointer leads to, and puts the pointer into its word."""
    if tree is None:
        return
    target, low = len(out) // 8, (len(out) // 8 - at - 1) << 2
    if isinstance(tree, Struct):
        words, pointers = _sizes(tree)
        low, high = (low, words | pointers << 16) if words + pointers else (-4, 0)
        out += bytes(8 * (words + pointers))
        _write_struct(out, target, tree, words, pointers)
    elif isinstance(tree, Plain):
        low, high = low | 1, tree.code | tree.count << 3
        bits = BITS[tree.code] * tree.count
        if any(tree.data[(bits + 7) // 8:]):
            raise NotCanonical("padding that is not zero")
        out += tree.data
    else:
        words, pointers = (max(sizes) for sizes in zip(*map(_sizes, tree.items)))
        size = words + pointers
        low, high = low | 1, 7 | size * len(tree.items) << 3
        out += struct.pack("<II", len(tree.items) << 2, words | pointers << 16) + bytes(8 * size * len(tree.items))
        for i, item in enumerate(tree.items):
            _write_struct(out, target + 1 + i * size, item, words, pointers)
    out[at * 8:at * 8 + 8] = struct.pack("<iI", low, high)


def encode(tree):
    out = bytearray(8)
    _write(out, 0, tree)
    return bytes(out)


def decode(data):
    """The tree of canonical bytes; NotCanonical for any others."""
    tree = _read(data, 0) if data and len(data) % 8 == 0 else None
    if not isinstance(tree, Struct) or encode(tree) != data:
        raise NotCanonical("the bytes are not the canonical form of what they say")
    return tree
