"""Events: the schema's structs as a table of places, and what stands there as plain dicts.

A place is as `capnp compile -ocapnp schema/*.capnp` prints it: bits of the data section, or a pointer.
"""
import capnp
from capnp import NotCanonical


def number(bit, bits, signed=False):
    def read(item):
        raw = item.data[bit // 8:(bit + bits + 7) // 8]
        value = int.from_bytes(raw, "little") >> bit % 8 & (1 << bits) - 1
        return value - (1 << bits) if signed and value >> bits - 1 else value
    return read


def pointer(item, index):
    return item.pointers[index] if index < len(item.pointers) else None


def there(item, index):
    """A struct, which is there even when it says nothing."""
    found = pointer(item, index)
    if not isinstance(found, capnp.Struct):
        raise NotCanonical("a struct is missing")
    return found


def data(index, size=None):
    """Bytes: any, of which none are absent; or of exactly a size, which are always there."""
    def read(item):
        found = pointer(item, index)
        if found is None and size is None:
            return b""
        if not isinstance(found, capnp.Plain) or found.code != 2 or found.count == 0 or found.count != (
                size or found.count):
            raise NotCanonical("bytes of another size")
        return found.data[:found.count]
    return read


def maybe(index, size):
    """Bytes of a size; zeros are absent."""
    def read(item):
        if pointer(item, index) is None:
            return bytes(size)
        found = data(index, size)(item)
        if not any(found):
            raise NotCanonical("zeros that are there")
        return found
    return read


def text(index):
    def read(item):
        raw = data(index)(item)
        if raw and (raw[-1] or 0 in raw[:-1] or len(raw) == 1):
            raise NotCanonical("a text ends with its only zero")
        return raw[:-1].decode()
    return read


def hashes(index):
    def read(item):
        raw = data(index)(item)
        return [raw[i:i + 32] for i in range(0, len(raw), 32)]
    return read


def numbers(index):
    """A list of u32."""
    def read(item):
        found = pointer(item, index)
        raw = found.data if found else b""
        return [int.from_bytes(raw[4 * i:4 * i + 4], "little") for i in range(found.count if found else 0)]
    return read


def struct(index, /, **fields):
    def read(item):
        return fields_of(there(item, index), fields)
    return read


def structs(index, /, **fields):
    def read(item):
        found = pointer(item, index)
        return [fields_of(i, fields) for i in found.items] if found else []
    return read


def fields_of(item, fields):
    return {name: read(item) for name, read in fields.items()}


def union(bit, *kinds):
    """(name, what the member reads), by the tag; 0 is `unset`, which is refused."""
    def read(item):
        tag = number(bit, 16)(item)
        if not 0 < tag <= len(kinds):
            raise NotCanonical("a union that says nothing known")
        name, member = kinds[tag - 1]
        return name, member(item)
    return read


def nothing(_item):
    return {}


def module(index, *kinds):
    """The union of a module's events: the tag is in the first 16 bits."""
    def read(item):
        return union(0, *kinds)(there(item, index))
    return read


SOURCE = dict(id=number(0, 16), name=text(0), proof=number(16, 16), key=maybe(1, 32),
              events_per_second=number(32, 32), bytes_per_second=number(64, 32))
RULES = dict(version=number(0, 32), height=number(64, 64))
PRINCIPAL = dict(version=number(0, 8), hash=data(0, 20), contract=text(1))
ANCHOR = dict(header=data(0, 80), height=number(0, 32), work=data(1, 32), period_start=number(32, 32),
              period_bits=number(64, 32), last_times=numbers(2))

GENESIS = struct(
    1, random=data(0, 32), time=number(0, 64, True),
    access=struct(1, sequencer=data(0, 32), operators=hashes(1), sources=structs(2, **SOURCE),
                  rules=structs(3, **RULES), clock_jump_max_ms=number(0, 64, True)),
    bitcoin=struct(2, network=number(0, 16), anchor=struct(0, **ANCHOR), window=number(32, 32)),
    peg=struct(3, wallet_script=data(0), confirmations=number(0, 32), minimum=number(64, 64),
               allow_list_only=number(32, 1)),
    probe=struct(4, enabled=number(0, 1)))

ACCESS = module(
    1, ("source_declared", struct(0, **SOURCE)), ("operator_added", data(0, 32)),
    ("operator_removed", data(0, 32)), ("clock_jump_allowed", number(64, 64, True)),
    ("rules_scheduled", struct(0, **RULES)))
BITCOIN = module(
    1, ("header_seen", data(0, 80)),
    ("transaction_seen", struct(0, header=data(0, 80), index=number(0, 32), branch=hashes(1), coinbase=data(2),
                                coinbase_branch=hashes(3), transaction=data(4))),
    ("block_scanned", struct(0, block=data(0, 32), watch_version=number(0, 32))))
OUTBOX = module(
    1, ("effect_taken", struct(0, id=data(0, 32), attempt=number(0, 32), bytes=data(1))),
    ("effect_settled", struct(0, id=data(0, 32), evidence=data(1))),
    ("effect_failed", struct(0, id=data(0, 32), attempt=number(0, 32), reason=text(1), park=number(32, 1))),
    ("effect_retried", lambda item: {"id": data(0, 32)(item)}),
    ("halt_lifted", nothing), ("halt_ordered", nothing), ("halt_revoked", nothing))
PEG = module(
    1, ("recipient_allowed", struct(0, recipient=struct(0, **PRINCIPAL), until=number(0, 64, True))),
    ("recipient_removed", struct(0, **PRINCIPAL)))
PROBE = module(
    1, ("probed", struct(0, id=data(0, 32), account=number(0, 64), amount=number(64, 64))),
    ("attester_set", struct(0, account=number(0, 64), key=data(0, 32))),
    ("attested", struct(0, id=data(0, 32), account=number(0, 64), amount=number(64, 64), signature=data(1, 64))))

AUTHOR = union(
    0, ("engine", nothing),
    ("command", struct(0, key=data(0, 32), sequence=number(0, 64), expiry=number(64, 64, True),
                       signature=maybe(1, 64))),
    ("observation", struct(0, source=number(0, 16), position=number(64, 64), key=maybe(0, 32),
                           signature=maybe(1, 64))))
BODY = union(16, ("genesis", GENESIS), ("block_opened", nothing), ("access", ACCESS), ("bitcoin", BITCOIN),
             ("outbox", OUTBOX), ("peg", PEG), ("probe", PROBE))


def decode_event(raw):
    """((author kind, fields), (module, (event kind, fields))), and the bytes that a signature is over."""
    tree = capnp.decode(raw)
    author, body = AUTHOR(tree), BODY(tree)
    if author[0] == "engine":
        return author, body, None
    who = pointer(tree, 0)
    unsigned = who._replace(pointers=who.pointers[:1])
    return author, body, capnp.encode(tree._replace(pointers=[unsigned, *tree.pointers[1:]]))
