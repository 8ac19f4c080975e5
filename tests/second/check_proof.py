#!/usr/bin/env python3
"""Checks what `engine prove` writes, with nothing but this file and Python.

    check_proof.py --genesis ID --sequencer KEY [--headers FILE] PROOF.json

The proof is of a row of the state, of its absence, or of an event. --genesis and --sequencer are those
that you believe: not the ones in the proof. A proof of an event whose block is below the sealed one needs
the headers in between: FILE has one on each line in hexadecimal, from the block after the event's up to the
sealed one (the first 200 bytes of each `GET /v1/blocks/H`).

Exit code 0: it is proved, and the answer says what; 1: it is not; 2: it can't be told (no such file, no
proof in it, headers that are missing).
"""
import argparse
import hashlib
import json
import struct
import sys


class Refused(Exception):
    pass


class Unclear(Exception):
    pass


def need(holds, why):
    if not holds:
        raise Refused(why)


def sha256(data):
    return hashlib.sha256(data).digest()


def tagged(tag, message):
    return sha256(sha256(tag.encode()) * 2 + message)


# BIP-340, in the words of its text, on points (x, y); None is the one at infinity.

P = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFC2F
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def point_add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and a[1] != b[1]:
        return None
    slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, P) if a == b else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def point_mul(point, times):
    product = None
    while times:
        product = point_add(product, point) if times & 1 else product
        point, times = point_add(point, point), times >> 1
    return product


def signature_holds(key, message, signature):
    x, r, s = (int.from_bytes(part, "big") for part in (key, signature[:32], signature[32:]))
    y = pow((pow(x, 3, P) + 7) % P, (P + 1) // 4, P)
    if x >= P or r >= P or s >= N or (y * y - x**3 - 7) % P:
        return False
    challenge = int.from_bytes(tagged("BIP0340/challenge", signature[:32] + key + message), "big") % N
    lifted = x, y if y % 2 == 0 else P - y
    found = point_add(point_mul(G, s), point_mul(lifted, N - challenge))
    return found is not None and found[1] % 2 == 0 and found[0] == r


# Bytes.

class Bytes:
    """Takes parts off the front, big endian."""

    def __init__(self, data):
        self.data = data

    def take(self, count):
        need(len(self.data) >= count, "bytes are missing")
        part, self.data = self.data[:count], self.data[count:]
        return part

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def sized(self):
        return self.take(self.number(4))


def unhex(text, size=None):
    data = bytes.fromhex(text)
    need(data.hex() == text and size in (None, len(data)), "hexadecimal of another form or length")
    return data


def c32(version, payload):
    """The text of a Stacks address (SIP-005)."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    payload += sha256(sha256(bytes([version]) + payload))[:4]
    number, digits = int.from_bytes(payload, "big"), ""
    while number:
        number, digits = number // 32, alphabet[number % 32] + digits
    return "S" + alphabet[version] + "0" * (len(payload) - len(payload.lstrip(b"\0"))) + digits


# Tables: number, key, row. `engine show` lists their names. A type is a width, a form or a list of words.

FORMS = {
    "u8": lambda b: b.number(1), "u16": lambda b: b.number(2), "u32": lambda b: b.number(4),
    "u64": lambda b: b.number(8), "i64": lambda b: b.number(8) - 2**63, "bool": lambda b: bool(b.number(1)),
    "h32": lambda b: b.take(32).hex(), "r32": lambda b: b.take(32)[::-1].hex(), "hex": lambda b: b.sized().hex(),
    "text": lambda b: b.sized().decode(), "rest": lambda b: b.take(len(b.data)).hex(),
    "u32s": lambda b: [b.number(4) for _ in range(b.number(4))],
    "outpoint": lambda b: f"{b.take(32)[::-1].hex()}:{b.number(4)}", "place": lambda b: f"{b.number(8)}.{b.number(4)}",
    "principal": lambda b: c32(b.number(1), b.take(20)) + ("." + name if (name := b.sized().decode()) else ""),
    "network": lambda b: ("mainnet", "testnet4", "signet", "regtest")[b.number(1)],
    "watch": lambda b: ("script", "prefix")[b.number(1)], "proof": lambda b: ("bitcoin", "key", "none")[b.number(1)],
    "kind": lambda b: ("none", "mint", "rescan")[b.number(2)],
    "effect": lambda b: ("pending", "taken", "settled", "withdrawn", "parked")[b.number(1)],
    "deposit": lambda b: ("waiting", "credited", "ignored", "shortfall")[b.number(1)],
}
PARTS = {"source": "id:u16 name:text proof:proof key:h32 events_per_second:u32 bytes_per_second:u32",
         "utxo": "value_sats:u64 height:u32 block:r32", "range": "watch_version:u32 from:u32 to:u32"}
PLACE = "u32 r32 u32"  # Of a transaction: height, block, index.
TABLES = {
    "core.deadlines": (0x0001, "i64 u16 rest", ""),
    "access.parameters": (0x0101, "", "sequencer:h32 clock_jump_max_ms:i64 clock_jump_until:i64 operators:u32"),
    "access.operators": (0x0102, "h32", "sequence:u64 last:h32 place:place active:bool"),
    "access.sources": (0x0103, "u16", "declaration:source next_position:u64 second:i64 events:u32 bytes:u32"),
    "access.rules": (0x0104, "u64", "version:u32"),
    "bitcoin.parameters": (0x0201, "", "network:network window:u32 anchor:r32 anchor_height:u32"),
    "bitcoin.tip": (0x0202, "", "block:r32 height:u32 work:h32 kept_from:u32"),
    "bitcoin.deep_reorg": (0x0203, "", "count:u32 block:r32 height:u32 fork:u32 old_tip:u32 followed:bool"),
    "bitcoin.headers": (0x0204, "r32", "previous:r32 height:u32 time:u32 bits:u32 work:h32 period_start:u32 "
                        "period_bits:u32 last_times:u32s"),
    "bitcoin.heights": (0x0205, "u32 r32", ""), "bitcoin.best": (0x0206, "u32", "block:r32"),
    "bitcoin.transactions": (0x0207, PLACE, "txid:r32 owners:hex watch_version:u32 bytes:hex"),
    "bitcoin.txids": (0x0208, "r32 " + PLACE, ""), "bitcoin.spends": (0x0209, "outpoint " + PLACE, ""),
    "bitcoin.scans": (0x020a, "r32", "watch_version:u32"), "bitcoin.watch": (0x020b, "", "version:u32 owners:hex"),
    "bitcoin.watches": (0x020c, "watch hex u8", "start:u32 version:u32"),
    "bitcoin.additions": (0x020d, "u32", "owner:u8 start:u32"),
    "bitcoin.outpoints": (0x020e, "outpoint u8", "block:r32 version:u32"),
    "bitcoin.rescan": (0x020f, "", "open:range next:u32 effect:h32 queued:range"),
    "peg.parameters": (0x0301, "", "wallet_script:hex confirmations:u32 minimum_sats:u64 allow_list_only:bool"),
    "peg.totals": (0x0302, "", "minted:u64 confirmed:u64 shortfall:u64 utxo_value:u64 utxo_count:u64 "
                   "ignored:u64 wrong_network:u64"),
    "peg.deposits": (0x0303, "outpoint", "state:deposit reason:u16 height:u32 block:r32 amount_sats:u64 "
                     "recipient:principal effect:h32"),
    "peg.waiting": (0x0304, "u32 outpoint", ""), "peg.utxos": (0x0305, "outpoint", PARTS["utxo"]),
    "peg.spent": (0x0306, "outpoint", "utxo:utxo spent_at:u32"), "peg.spent_heights": (0x0307, "u32 outpoint", ""),
    "peg.allowed": (0x0308, "principal", "until:i64"), "peg.shortfalls": (0x0309, "outpoint", ""),
    "outbox.totals": (0x0401, "", "pending:u64 taken:u64 settled:u64 withdrawn:u64 parked:u64 halted:bool "
                      "halt_ordered:bool"),
    "outbox.effects": (0x0402, "h32", "kind:kind state:effect opened:place ordinal:u32 attempt:u32 payload:hex "
                       "taken:hex evidence:hex reason:text"),
    "outbox.open": (0x0403, "place u32 h32", ""), "probe.totals": (0x0501, "", "enabled:bool count:u64 amount:u64"),
    "probe.accounts": (0x0502, "u64", "count:u64 amount:u64"), "probe.seen": (0x0503, "h32", ""),
    "probe.attesters": (0x0504, "u64", "key:h32"),
}


def read_record(data, spec):
    """{name: value}. Members at the end that are not there are zero or empty."""
    record = {}
    for name, form in (member.split(":") for member in spec.split()):
        source = data if data.data else Bytes(bytes([128 if form == "i64" else 0]) + bytes(512))
        record[name] = read_record(source, PARTS[form]) if form in PARTS else FORMS[form](source)
    return record


def show(table, raw_key, raw_row):
    """Key and row as people read them; the row of an absent one is None."""
    _, key, row = TABLES[table]
    key_data, row_data = Bytes(raw_key), Bytes(raw_row or b"")
    shown_key = "/".join(str(FORMS[form](key_data)) for form in key.split())
    shown_row = None if raw_row is None else read_record(row_data, row)
    need(not key_data.data and not row_data.data, "key or row is longer than its parts")
    return shown_key, shown_row


# Proofs.

def in_bits(data):
    return "".join(f"{byte:08b}" for byte in data)


def check_seal(seal, proof, trust):
    """(height, block hash, root) that the sequencer signed."""
    need((proof["genesis"], proof["sequencer"]) == trust, "it is of another log than the one you believe")
    message = tagged("refold/seal", unhex(trust[0], 32) + seal[:72])
    need(len(seal) == 136 and signature_holds(unhex(trust[1], 32), message, seal[72:]), "the seal is not the sequencer's")
    return struct.unpack("<Q32s32s", seal[:72])


def check_row(proof, trust):
    data = Bytes(unhex(proof["proof"]))
    need(data.number(1) == 1, "a proof of another version")
    table, key, end = data.number(2), data.sized(), data.number(1)
    need(TABLES[proof["table"]][0] == table, "it is of another table")
    prefix, row, node = table.to_bytes(2, "big"), None, bytes(32)
    path = tagged("refold/key", prefix + key)
    need(end <= 2, "an end that there is not")
    if end == 0:
        row = data.sized()
        node = tagged("refold/leaf", path + tagged("refold/row", prefix + row))
    if end == 2:
        other = data.take(32)
        node = tagged("refold/leaf", other + data.take(32))
    depth = data.number(2)
    bits = in_bits(data.take((depth + 7) // 8))
    need(depth <= 256 and "1" not in bits[depth:], "a path of more bits than it has")
    siblings = [data.take(32) if bit == "1" else bytes(32) for bit in bits[:depth]]
    need(not data.data and siblings[-1:] != [bytes(32)], "a path that no tree has")
    need(all(bit == "0" or any(s) for bit, s in zip(bits, siblings)), "a sibling of zeros is written")
    turns = in_bits(path)
    need(end != 2 or other != path and in_bits(other)[:depth] == turns[:depth], "the other row stands elsewhere")
    for turn, sibling in zip(reversed(turns[:depth]), reversed(siblings)):
        node = sha256(sibling + node if turn == "1" else node + sibling)
    height, _, root = check_seal(unhex(proof["seal"]), proof, trust)
    need(node == root, "the path does not lead to the sealed root")
    need((proof["height"], proof["root"]) == (height, root.hex()), "height and root are not the seal's")
    need((proof["key"], proof["row"]) == show(proof["table"], key, row), "it is of another key or row")
    need(proof["present"] is (row is not None), "a row is there or not, but not both")
    return {name: proof[name] for name in ("table", "key", "present", "row", "height")}


def check_event(proof, trust, headers):
    event, header = unhex(proof["event"]), unhex(proof["header"], 200)
    height, events_root, count = *struct.unpack("<8xQ32x32s", header[:80]), struct.unpack("<I", header[124:128])[0]
    index, branch, node = proof["index"], [unhex(b, 32) for b in proof["branch"]], sha256(b"\0" + event)
    need(proof["event_hash"] == node.hex(), "the event has another hash")
    need(type(index) is int and 0 <= index < count == proof["event_count"], "there is no such index")
    need(proof["place"] == f"{height}.{index}", "it is of another place")
    i, last = index, count - 1
    while last:
        if i ^ 1 <= last:
            need(branch, "the branch is too short")
            sibling = branch.pop(0)
            node = sha256(sibling + node if i & 1 else node + sibling)
        i, last = i >> 1, last >> 1
    need(not branch and node == events_root, "the branch does not lead to the events root")
    tip = tagged("refold/block", header)
    need(proof["hash"] == tip.hex(), "the block has another hash")
    if proof["seal"] is None:
        raise Unclear("the event is in the block, and nobody has sealed it so far")
    sealed, block, _ = check_seal(unhex(proof["seal"]), proof, trust)
    need(proof["sealed_height"] == sealed >= height, "the seal is of another height")
    if len(headers) < sealed - height:
        raise Unclear(f"the headers {height + 1} to {sealed} are needed: see --headers")
    for number, line in enumerate(headers[:sealed - height], height + 1):
        later = unhex(line, 200)
        need(struct.unpack("<Q", later[8:16])[0] == number and later[16:48] == tip, f"header {number} does not follow")
        tip = tagged("refold/block", later)
    need(tip == block, "the seal is of another block")
    return {"place": proof["place"], "event": proof["event"], "sealed_height": sealed}


def check(proof, trust, headers=()):
    """What is proved. Refused or Unclear otherwise."""
    if not isinstance(proof, dict) or not {"valid", "seal", "genesis", "sequencer"} <= set(proof):
        raise Unclear("that is no proof")
    need(proof["valid"] is True, "it says itself that it is not valid")
    try:
        return check_event(proof, trust, headers) if "event" in proof else check_row(proof, trust)
    except (KeyError, TypeError, IndexError, OverflowError, ValueError) as error:
        raise Refused(f"a member is missing or of another form: {error}") from None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for flag in ("--genesis", "--sequencer"):
        parser.add_argument(flag, required=True)
    parser.add_argument("--headers", type=argparse.FileType())
    parser.add_argument("proof", type=argparse.FileType())
    options = parser.parse_args()
    try:
        headers = options.headers.read().split() if options.headers else []
        proved = check(json.load(options.proof), (options.genesis, options.sequencer), headers)
    except (Unclear, ValueError) as error:
        print(f"can't tell: {error}", file=sys.stderr)
        return 2
    except Refused as error:
        print(f"NOT PROVED: {error}")
        return 1
    print(json.dumps(proved))
    return 0


if __name__ == "__main__":
    sys.exit(main())
