"""The hash functions that everything else is made of."""
import functools
import hashlib


def sha256(data):
    return hashlib.sha256(data).digest()


def sha256d(data):
    return sha256(sha256(data))


@functools.lru_cache(None)
def _tag(tag):
    return sha256(tag.encode()) * 2


def tagged(tag, message):
    """That of BIP-340."""
    return sha256(_tag(tag) + message)


def _crc_table():
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82f63b78 if byte & 1 else 0)
        yield byte


_CRC = list(_crc_table())


def crc32c(data):
    """Castagnoli, reflected."""
    crc = 0xffffffff
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xff]
    return crc ^ 0xffffffff


def log_merkle(leaves):
    """The log's tree: a node without a partner goes up unchanged."""
    if not leaves:
        return bytes(32)
    while len(leaves) > 1:
        pairs = [leaves[i:i + 2] for i in range(0, len(leaves), 2)]
        leaves = [sha256(pair[0] + pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return leaves[0]


def state_root(leaves, depth=0):
    """The root over {key hash: row hash}, by its definition: a subtree with one row is its leaf."""
    if not leaves:
        return bytes(32)
    if len(leaves) == 1:
        (key, row), = leaves.items()
        return tagged("refold/leaf", key + row)
    sides = {}, {}
    for key, row in leaves.items():
        sides[key[depth // 8] >> 7 - depth % 8 & 1][key] = row
    return sha256(state_root(sides[0], depth + 1) + state_root(sides[1], depth + 1))
