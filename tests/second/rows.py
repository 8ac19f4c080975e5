"""Keys and rows as bytes, from engine/core/byte_codec.hpp and row_codec.hpp: big endian, members in
their order, a row without the members at its end that equal their default."""
import collections


class Type:
    def __init__(self, default, encode):
        self.default, self.encode = default, encode


def number(bits):
    return Type(0, lambda value: value.to_bytes(bits // 8, "big"))


def fixed(size):
    def encode(value):
        assert len(value) == size
        return value
    return Type(bytes(size), encode)


def items(type_):
    return Type((), lambda value: u32.encode(len(value)) + b"".join(map(type_.encode, value)))


def record(name, /, **members):
    """A struct: a tuple with names, and its encoding with every member."""
    cls = collections.namedtuple(name, members, defaults=[t.default for t in members.values()])
    cls.members = members
    cls.encode = staticmethod(lambda value: b"".join(t.encode(v) for t, v in zip(members.values(), value)))
    cls.default = cls()
    return cls


def row_bytes(value):
    """A record as a row."""
    members = list(zip(value.members.values(), value))
    while members and members[-1][1] == members[-1][0].default:
        members.pop()
    return b"".join(t.encode(v) for t, v in members)


u8, u16, u32, u64 = (number(bits) for bits in (8, 16, 32, 64))
i64 = Type(0, lambda value: (value + 2**63).to_bytes(8, "big"))
flag = Type(False, lambda value: bytes([value]))
sized = Type(b"", lambda value: u32.encode(len(value)) + value)
text = Type("", lambda value: sized.encode(value.encode()))
rest = Type(b"", lambda value: value)
b20, b32 = fixed(20), fixed(32)

Present = record("Present")
OutPoint = record("OutPoint", txid=b32, index=u32)
EventPlace = record("EventPlace", height=u64, index=u32)
