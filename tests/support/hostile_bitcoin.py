"""A Bitcoin node on loopback with a small regtest chain of its own, which lies when it is told to. Only what
the follower asks for: getblockchaininfo, getblockheader, getblock. Blocks are mined here, one try in two.

    with HostileBitcoin() as node:
        node.mine(6)
        node.lie = lambda method, parameters: b"..."      # the bytes to send instead; None: the honest reply
"""
import dataclasses
import hashlib
import json
import socket
import struct
import threading
import time

BITS = 0x207fffff
FIRST_TIME = 1296688602
GENESIS = bytes.fromhex(        # Of every regtest chain.
    "01000000" + "00" * 32 + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a" +
    "dae5494dffff7f2002000000")
MAGIC, PEG_IN = b"id", b"<"
PEG_SCRIPT = b"\x51"            # `wallet = "51"`.
PIECE = 1 << 16


def sha256d(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def shown(block_hash):
    return block_hash[::-1].hex()


def sized(data):
    assert len(data) < 0xfd
    return bytes([len(data)]) + data


def transaction(previous, script, outputs, sequence=0xffffffff):
    out = struct.pack("<i", 2) + b"\1" + previous + sized(script) + struct.pack("<I", sequence)
    out += bytes([len(outputs)]) + b"".join(struct.pack("<Q", value) + sized(script) for value, script in outputs)
    return out + struct.pack("<I", 0)


def coinbase(height, note):
    return transaction(bytes(32) + b"\xff" * 4, b"\3" + struct.pack("<I", height)[:3] + sized(note),
                       [(5_000_000_000, b"\x52")])


def peg_in(number, amount, who):
    """A deposit to the peg wallet for the standard principal with this hash."""
    data = MAGIC + PEG_IN + bytes([5, 26]) + who
    return transaction(hashlib.sha256(b"coin %d" % number).digest() + struct.pack("<I", 0), b"",
                       [(0, b"\x6a" + sized(data)), (amount, PEG_SCRIPT)])


def merkle_root(ids):
    while len(ids) > 1:
        ids = ids + ids[-1:] if len(ids) % 2 else ids
        ids = [sha256d(ids[i] + ids[i + 1]) for i in range(0, len(ids), 2)]
    return ids[0]


def proves_work(header):
    return int.from_bytes(sha256d(header), "little") <= 0x7fffff << 8 * 29


@dataclasses.dataclass
class Block:
    header: bytes
    height: int
    transactions: list

    @property
    def hash(self):
        return sha256d(self.header)

    def encode(self):
        return self.header + bytes([len(self.transactions)]) + b"".join(self.transactions)


def mined(parent, transactions=(), note=b"", works=True):
    """A block on a parent; with works=False its hash is above the target."""
    height = parent.height + 1
    all_transactions = [coinbase(height, note), *transactions]
    front = struct.pack("<i", 0x20000000) + parent.hash + merkle_root([sha256d(t) for t in all_transactions])
    front += struct.pack("<II", FIRST_TIME + 600 * height, BITS)
    for nonce in range(1 << 32):
        header = front + struct.pack("<I", nonce)
        if proves_work(header) == works:
            return Block(header, height, all_transactions)
    raise RuntimeError("no nonce")


def genesis():
    return Block(GENESIS, 0, [])


def http(body, more=b""):
    return b"HTTP/1.1 200 OK\r\n" + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


def result(value):
    return http(json.dumps({"jsonrpc": "2.0", "result": value, "id": "refold"}).encode())


def error(code, message):
    return http(json.dumps({"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": "refold"}).encode())


class HostileBitcoin:
    def __init__(self):
        self.blocks, self.tip = {}, genesis()
        self.add(self.tip)
        self.lie, self.calls, self.dripping = None, 0, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    # The chain.

    def add(self, block):
        self.blocks[shown(block.hash)] = block
        return block

    def mine(self, count=1, transactions=(), on=None, note=b""):
        """So many blocks on the tip or another block, the transactions in the first; the last is the tip."""
        at = on or self.tip
        for i in range(count):
            at = self.add(mined(at, transactions if i == 0 else (), note))
        self.tip = at
        return at

    def at_height(self, height):
        block = self.tip
        while block.height > height:
            block = self.blocks[shown(block.header[4:36])]
        return block

    # Replies.

    @staticmethod
    def info(tip, **other):
        return result({"chain": "regtest", "bestblockhash": shown(tip.hash), "blocks": tip.height,
                       "headers": tip.height, "initialblockdownload": False, **other})

    def honest(self, method, parameters):
        if method == "getblockchaininfo":
            return self.info(self.tip)
        block = self.blocks.get(parameters[0] if parameters else None)
        if method not in ("getblockheader", "getblock"):
            return error(-32601, "Method not found")
        if block is None:
            return error(-5, "Block not found")
        return result((block.header if method == "getblockheader" else block.encode()).hex())

    # The server: a thread for each connection, as long as it lasts.

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection:
            text = b""
            try:
                while True:
                    while b"\r\n\r\n" not in text:
                        piece = connection.recv(PIECE)
                        if not piece:
                            return
                        text += piece
                    head, _, text = text.partition(b"\r\n\r\n")
                    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
                    size = int(fields.get(b"content-length", 0))
                    while len(text) < size:
                        text += connection.recv(PIECE) or b" " * size
                    call, text = json.loads(text[:size]), text[size:]
                    if not self._answer(connection, call["method"], call["params"]):
                        return
            except (OSError, ValueError):
                return

    def _answer(self, connection, method, parameters):
        """Whether the connection goes on."""
        self.calls += 1
        reply = self.lie(method, parameters) if self.lie else None
        if reply is None:
            connection.sendall(self.honest(method, parameters))
            return True
        if isinstance(reply, bytes):
            connection.sendall(reply)
            return reply.startswith(b"HTTP/1.1 200 OK\r\nContent-Length")
        for piece in reply:         # As they come; the connection ends with them.
            connection.sendall(piece)
        return False


# Ways to lie about one method, for `lie`.

def instead_of(method, reply):
    return lambda called, _: (reply() if callable(reply) else reply) if called == method else None


def drip(reply, seconds):
    """A byte at a time."""
    def pieces():
        for byte in reply:
            yield bytes([byte])
            time.sleep(seconds)
    return pieces


def flood(bytes_count):
    """A reply that goes on and on."""
    def pieces():
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        for _ in range(bytes_count >> 20):
            yield chunk
    return pieces
