"""What the rules need of Bitcoin: transactions, headers, targets, branches, data carriers."""
import collections
import struct

from hashes import sha256d

MAINNET, TESTNET4, SIGNET, REGTEST = range(4)
MONEY_MAX = 21 * 10**14
Header = collections.namedtuple("Header", "version previous merkle_root time bits nonce")
Output = collections.namedtuple("Output", "value script")
Transaction = collections.namedtuple("Transaction", "inputs outputs stripped txid")  # inputs: (txid, index)

LIMITS = {MAINNET: 2**224 - 1, TESTNET4: 2**224 - 1, SIGNET: 0x377ae << 216, REGTEST: 2**255 - 1}


class BadTransaction(Exception):
    pass


def read_header(raw):
    return Header(*struct.unpack("<i32s32sIII", raw))


# Transactions.

class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise BadTransaction("cut short")
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, size):
        return int.from_bytes(self.take(size), "little")

    def count(self):
        first = self.number(1)
        if first < 0xfd:
            return first
        value = self.number({0xfd: 2, 0xfe: 4, 0xff: 8}[first])
        if value < {0xfd: 0xfd, 0xfe: 2**16, 0xff: 2**32}[first]:
            raise BadTransaction("a number that is longer than it needs to be")
        return value

    def sized(self):
        return self.take(self.count())


def read_transaction(raw):
    """BIP-144. What is kept of it is without its witness, which has no part in its id."""
    reader = _Reader(raw)
    version = reader.take(4)
    witness = raw[4:6] == b"\0\1"
    if witness:
        reader.take(2)
    body = reader.at
    inputs = []
    for _ in range(reader.count()):
        inputs.append((reader.take(32), reader.number(4)))
        reader.sized(), reader.take(4)
    if not inputs:
        raise BadTransaction("no inputs")
    outputs = [Output(reader.number(8), reader.sized()) for _ in range(reader.count())]
    if any(o.value > MONEY_MAX for o in outputs):
        raise BadTransaction("an amount out of range")
    body = raw[body:reader.at]
    if witness:
        stacks = [[reader.sized() for _ in range(reader.count())] for _ in inputs]
        if not any(stacks):
            raise BadTransaction("a witness of nothing")
    lock_time = reader.take(4)
    if reader.at != len(raw):
        raise BadTransaction("bytes behind its end")
    stripped = version + body + lock_time
    return Transaction(inputs, outputs, stripped, sha256d(stripped))


def is_coinbase(transaction):
    return transaction.inputs == [(bytes(32), 0xffffffff)]


def data_carrier(script):
    """The data of OP_RETURN and one push to the end of the script; None for any other script."""
    if script[:1] != b"\x6a" or len(script) < 2:
        return None
    size = script[1]
    extra = {0x4c: 1, 0x4d: 2, 0x4e: 4}.get(size, 0)
    if size > 0x4e or len(script) < 2 + extra:
        return None
    if extra:
        size = int.from_bytes(script[2:2 + extra], "little")
    data = script[2 + extra:]
    return data if len(data) == size else None


# Proof of work.

def target_of(bits):
    """None when bits stand for no target."""
    exponent, mantissa = bits >> 24, bits & 0x7fffff
    target = mantissa << 8 * (exponent - 3) if exponent > 3 else mantissa >> 8 * (3 - exponent)
    return target if 0 < target < 2**256 and not bits & 0x800000 else None


def bits_of(target):
    size = (target.bit_length() + 7) // 8
    mantissa = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if mantissa & 0x800000:
        mantissa, size = mantissa >> 8, size + 1
    return size << 24 | mantissa


def work_of(bits):
    return 2**256 // (target_of(bits) + 1)


def proves_work(raw_header, network):
    target = target_of(read_header(raw_header).bits)
    return (target is not None and target <= LIMITS[network]
            and int.from_bytes(sha256d(raw_header), "little") <= target)


def required_bits(network, parent, time):
    """What the header after `parent` (a row of bitcoin.headers) must say."""
    if (parent.height + 1) % 2016 == 0:
        if network == REGTEST:
            return parent.bits
        base = parent.period_bits if network == TESTNET4 else parent.bits          # BIP-94
        span = min(max(parent.time - parent.period_start, 302_400), 4 * 1_209_600)
        return bits_of(min(target_of(base) * span // 1_209_600, LIMITS[network]))
    if network in (TESTNET4, REGTEST):
        return bits_of(LIMITS[network]) if time > parent.time + 1200 else parent.period_bits
    return parent.bits


def version_min(network, height):
    """BIP-34, BIP-66, BIP-65."""
    heights = (227_931, 363_725, 388_381) if network == MAINNET else (1, 1, 1)
    return {0: -2**31, 1: 2, 2: 3, 3: 4}[sum(height >= h for h in heights)]


# Branches.

def _climb(node, index, branch):
    """The root that a branch leads to; None when it can't be one."""
    if len(branch) > 31 or index >> len(branch):
        return None
    for sibling in branch:
        if index % 2 and sibling == node:
            return None      # The second of a doubled node.
        node = sha256d(sibling + node if index % 2 else node + sibling)
        index //= 2
    return node


def stands_in_block(event):
    """Whether TransactionSeen's branches prove what it says."""
    root = read_header(event["header"]).merkle_root
    try:
        transaction, coinbase = read_transaction(event["transaction"]), read_transaction(event["coinbase"])
    except BadTransaction:
        return False
    return (coinbase.stripped == event["coinbase"] and is_coinbase(coinbase)
            and _climb(coinbase.txid, 0, event["coinbase_branch"]) == root
            and 64 not in (len(transaction.stripped), len(coinbase.stripped))
            and len(event["branch"]) == len(event["coinbase_branch"])
            and is_coinbase(transaction) == (event["index"] == 0)
            and _climb(transaction.txid, event["index"], event["branch"]) == root)
