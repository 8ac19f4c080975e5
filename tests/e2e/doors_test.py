#!/usr/bin/env python3
"""Hostile clients of every kind at a node that goes on folding. While connections are flooded, dripped
into, left half open and never read from, honest clients are acknowledged without a pause, the node's
memory stays bounded, and afterwards nothing is left of it. A consumer of the stream that stalls is cut,
and goes on after its last id without a gap.

    REFOLD_SEED=N REFOLD_SECONDS=N tests/e2e/doors_test.py
"""
import os
import pathlib
import random
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import EngineProcess, Load, begin_log, processes  # noqa: E402

SEED = int(os.environ.get("REFOLD_SEED", str(random.randrange(1 << 32))))
SECONDS = float(os.environ.get("REFOLD_SECONDS", "12"))
GROWTH_MIB = 150     # What 128 connections with a mebibyte each may take, and some.
LIMITS = ["--http.header_ms", "500", "--http.body_ms", "500", "--http.idle_ms", "1000",
          "--http.write_ms", "1000", "--http.connections_max", "128",
          "--http.connections_per_address", "96", "--http.stream_bytes", "65536",
          "--http.streams_max", "40", "--log.segment_bytes", "4MiB"]


def connect(port, small=False):
    """From an address of its own: the honest ones have 127.0.0.1 to themselves."""
    client = socket.socket()
    if small:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(2)
    client.bind(("127.0.0.66", 0))
    client.connect(("127.0.0.1", port))
    return client


HEAD = b"Host: localhost\r\n"


def drip(client, chance):
    for byte in b"GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX-Slow: yes\r\n" * 4:
        client.send(bytes([byte]))
        time.sleep(0.05)


def garbage(client, chance):
    client.sendall(chance.randbytes(chance.randrange(1, 60_000)))
    client.recv(4096)


def half_open(client, chance):
    client.sendall(b"POST /v1/requests HTTP/1.1\r\n" + HEAD + b"Content-Length: 1000000\r\n\r\nx")
    time.sleep(1.5)


def endless_chunks(client, chance):
    client.sendall(b"POST /v1/requests HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    piece = b"8000\r\n" + bytes(0x8000) + b"\r\n"
    for _ in range(200):
        client.sendall(piece)


def never_reads(client, chance):
    client.sendall(b"GET /v1/tables/probe.accounts?limit=1000 HTTP/1.1\r\n" + HEAD + b"\r\n" * 1
                   + (b"GET /metrics HTTP/1.1\r\n" + HEAD + b"\r\n") * 500)
    time.sleep(2)


def stalls(client, chance):
    client.sendall(b"GET /v1/stream?after=genesis HTTP/1.1\r\n" + HEAD + b"\r\n")
    time.sleep(3)


def huge_header(client, chance):
    client.sendall(b"GET /" + b"a" * chance.randrange(10_000, 70_000) + b" HTTP/1.1\r\n" + HEAD + b"\r\n")
    client.recv(4096)


def smuggles(client, chance):
    client.sendall(b"POST /v1/requests HTTP/1.1\r\n" + HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"
                   b"\r\n0\r\n\r\nPOST /v1/checkpoint HTTP/1.1\r\n" + HEAD + b"\r\n")
    client.recv(4096)


def hangs_up(client, chance):
    client.sendall(b"GET /v1/status HTTP/1.1\r\n" + HEAD + b"\r\n")
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # With a reset.


KINDS = [drip, garbage, half_open, endless_chunks, never_reads, stalls, huge_header, smuggles, hangs_up]


class Attack:
    def __init__(self, port, seed):
        self.port, self.over, self.done = port, threading.Event(), dict.fromkeys((k.__name__ for k in KINDS), 0)
        self.threads = [threading.Thread(target=self.run, args=(kind, random.Random(seed * 31 + i)), daemon=True)
                        for i, kind in enumerate(KINDS * 8)]
        for thread in self.threads:
            thread.start()

    def run(self, kind, chance):
        while not self.over.is_set():
            try:
                with connect(self.port, small=kind in (never_reads, stalls)) as client:
                    kind(client, chance)
            except OSError:
                time.sleep(0.01)
            self.done[kind.__name__] += 1

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=30)


def resident_mib(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    sys.exit("no resident size")


def events(client, wanted, seconds):
    """The ids that a client of the stream is given, until there are so many or it is cut."""
    client.settimeout(seconds)
    text, ids = b"", []
    try:
        while len(ids) < wanted:
            piece = client.recv(65536)
            if not piece:
                break
            text += piece
            *lines, text = text.split(b"\n")
            ids += [line[4:].decode().strip() for line in lines if line.startswith(b"id: ")]
    except OSError:
        pass
    return ids


def stall(engine):
    """A consumer that stalls until it is cut, while events go on coming."""
    client = connect(engine.port, small=True)
    client.sendall(b"GET /v1/stream?after=genesis HTTP/1.0\r\n\r\n")
    engine.wait(lambda s: s["http"]["streams_open"] == 1, "for the stream to begin")
    engine.wait(lambda s: s["http"]["streams_open"] == 0, "for the stalled consumer to be cut", 60)
    return client


def follow_after_a_stall(engine, client):
    """Goes on after the last id that the stalled one got."""
    first = events(client, 1 << 30, 2)
    client.close()
    again = connect(engine.port)
    again.sendall(f"GET /v1/stream HTTP/1.0\r\nLast-Event-ID: {first[-1]}\r\n\r\n".encode())
    second = events(again, 200, 10)
    again.close()
    whole = connect(engine.port)
    whole.sendall(b"GET /v1/stream?after=genesis HTTP/1.0\r\n\r\n")
    expected = events(whole, len(first) + 200, 30)
    whole.close()
    both = min(len(first + second), len(expected))
    if both <= len(first) or (first + second)[:both] != expected[:both]:
        sys.exit(f"a gap after {first[-1]}: {second[:3]}, of {len(expected)} events in all")
    return len(first)


def test(folder):
    genesis, keys = begin_log(folder, 4)
    with EngineProcess(folder, *LIMITS) as engine:
        engine.start()
        engine.wait(lambda s: True, "for the first answer")
        with Load(folder, engine.port, genesis, keys) as load:
            time.sleep(3)
            alone, before = load.count() / 3, resident_mib(engine.process)
            attack = Attack(engine.port, SEED)
            begun, seen, slowest, peak = time.monotonic(), load.count(), None, before
            while time.monotonic() < begun + SECONDS:
                time.sleep(1)
                now = load.count()
                slowest, seen = min(now - seen, slowest if slowest is not None else now - seen), now
                peak = max(peak, resident_mib(engine.process))
            attack.stop()
            status = engine.wait(lambda s: s["http"]["connections_open"] <= 5 and s["http"]["streams_open"] == 0,
                                 "for the hostile connections to end", 30)
            stalled = stall(engine)
        if slowest == 0:
            sys.exit("for a whole second of the attack nobody was acknowledged")
        if peak - before > GROWTH_MIB:
            sys.exit(f"resident memory grew from {before:.0f} to {peak:.0f} MiB")
        if min(attack.done.values()) == 0:
            sys.exit(f"an attack never ran: {attack.done}")
        engine.wait(lambda s: s["http"]["connections_open"] <= 1, "for the last connections to end", 30)
        stalled = follow_after_a_stall(engine, stalled)
        engine.stop()
        print(f"seed {SEED}: {sum(attack.done.values())} attacks of {len(KINDS)} kinds; acknowledged a second: "
              f"{alone:.0f} alone, at least {slowest} meanwhile; resident {before:.0f} MiB, at most {peak:.0f}; "
              f"{status['http']['connections_refused']} connections refused; "
              f"a stalled consumer was cut after {stalled} events and went on")


if __name__ == "__main__":
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="refold-doors-") as name:
        root = pathlib.Path(name)
        with processes.told(root / "engine.log", root / "load.log"):
            test(root)
