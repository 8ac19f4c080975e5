"""Who a peg-in is for: the data of output 0, in each form that was published, and Stacks addresses."""
import re

import btc
from hashes import sha256d
from rows import b20, record, text, u8

Principal = record("Principal", version=u8, hash=b20, contract=text)
MAGICS = b"X2", b"T2", b"id"
MAGIC_OF = {btc.MAINNET: b"X2", btc.TESTNET4: b"T2", btc.SIGNET: b"T2", btc.REGTEST: b"id"}
MAINNET_VERSIONS, TEST_VERSIONS = (22, 20), (26, 21)
NAME = re.compile(rb"[a-zA-Z][-_a-zA-Z0-9]{0,39}\Z")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

WRONG_NETWORK, NO_RECIPIENT, UNKNOWN_FORM, BAD_NAME, BAD_TEXT, OTHER_NETWORK = range(0x310, 0x316)
UNKNOWN_VERSION = 0x31c


class NotHonoured(Exception):
    def __init__(self, code):
        super().__init__(f"{code:#06x}")
        self.code = code


def prefixes():
    return [magic + b"<" for magic in MAGICS]


def _address_of(version, payload):
    digits, number = "", int.from_bytes(payload, "big")
    while number:
        digits, number = ALPHABET[number % 32] + digits, number // 32
    zeros = len(payload) - len(payload.lstrip(b"\0"))
    return "S" + ALPHABET[version] + "0" * zeros + digits


def _from_c32(raw):
    """(version, hash) of the text of an address; None when it is none."""
    plain = raw.decode("latin-1").upper().replace("O", "0").replace("I", "1").replace("L", "1") \
        if raw.isascii() else ""
    if len(plain) < 3 or plain[0] != "S" or any(c not in ALPHABET for c in plain):
        return None
    number = 0
    for digit in plain[2:]:
        number = number * 32 + ALPHABET.index(digit)
    if number >= 2**192:
        return None
    version, payload = ALPHABET.index(plain[1]), number.to_bytes(24, "big")
    if sha256d(bytes([version]) + payload[:20])[:4] != payload[20:] or _address_of(version, payload) != plain:
        return None
    return version, payload[:20]


def _name(raw):
    if not NAME.match(raw):
        raise NotHonoured(BAD_NAME)
    return raw.decode()


def _sized_name(data):
    if not data or len(data) < 1 + data[0]:
        raise NotHonoured(BAD_NAME)
    return _name(data[1:1 + data[0]])


def _padded_name(data):
    name, zeros = data[:40].split(b"\0", 1) if b"\0" in data[:40] else (data[:40], b"")
    if len(data) < 40 or any(zeros):
        raise NotHonoured(BAD_NAME)
    return _name(name)


def _recipient(data):
    """By the first byte: a Clarity principal, a version and a hash, or a text."""
    if not data:
        raise NotHonoured(NO_RECIPIENT)
    if data[0] == ord("S"):
        address, dot, name = data.rstrip(b"\0").partition(b".")
        found = _from_c32(address)
        if found is None:
            raise NotHonoured(BAD_TEXT)
        return Principal(*found, _name(name) if dot else "")
    clarity = data[0] in (5, 6)
    if not clarity and data[0] not in MAINNET_VERSIONS + TEST_VERSIONS:
        raise NotHonoured(UNKNOWN_FORM)
    address, behind = (data[1:22], data[22:]) if clarity else (data[:21], data[21:])
    if len(address) < 21:
        raise NotHonoured(NO_RECIPIENT)
    if clarity:
        name = _sized_name(behind) if data[0] == 6 else ""
    elif not behind or behind[0] == 0:
        name = ""
    else:
        name = _padded_name(behind) if behind[:1].isalpha() else _sized_name(behind)
    return Principal(address[0], address[1:], name)


def fault_of(principal, network):
    """Why a principal can't receive on a network; None when it can."""
    if principal.version not in MAINNET_VERSIONS + TEST_VERSIONS:
        return UNKNOWN_VERSION
    if (principal.version in MAINNET_VERSIONS) != (network == btc.MAINNET):
        return OTHER_NETWORK
    if principal.contract and not NAME.match(principal.contract.encode()):
        return BAD_NAME
    return None


def recipient_of(script, network):
    """The recipient that a script asks for; None when it is no peg-in; NotHonoured when it can't be."""
    data = btc.data_carrier(script)
    if data is None or data[:2] not in MAGICS or data[2:3] != b"<":
        return None
    if data[:2] != MAGIC_OF[network]:
        raise NotHonoured(WRONG_NETWORK)
    principal = _recipient(data[3:])
    if fault_of(principal, network):
        raise NotHonoured(fault_of(principal, network))
    return principal
