#!/usr/bin/env python3
"""An outside ledger as a process of its own, for tests that must see each effect exactly once.

    ledger_server.py --file FILE [--port N] [--seed N]

    PUT  /v1/entries/<id, 64 hex digits>   201 booked, 200 had the same bytes, 409 has other bytes
    GET  /v1/entries/<id>                  200 and the bytes, 404
    GET  /v1/entries                       {"entries":[{"number","id","bytes","puts"}],"puts":N,...}
    POST /control                          {name: value}: how it fails from now on
    GET  /health                           200

Every entry is a line of FILE, written and synced before it is answered; a restart reads them back
and takes away a last line that a kill has torn. An id that stands twice in FILE is an error at the
start. Prints "port N" when it listens. Standard library only.

How it fails, all of it off at the start:

    fail_rate       puts that are answered 503 and not booked
    drop_rate       puts that are booked and get no answer: the caller can't know
    look_fail_rate  look-ups that are answered with look_fail_status
    look_fail_status  503 at the start; 403 for a key that was taken away
    stranger_rate   calls that a stranger answers who is no ledger: puts with 200, look-ups with 404
    slow_ms         before a put is looked at
    hold            puts wait until it is false again
    stall           the next put stops for ever at "half" a line, when it is "written", or "synced"
                    and not answered; "stalled" is then true in /health: time to kill the process

FILE.calls has a line for every call, written before anything is answered, so that a kill can't hide
one: what, id, SHA-256 of the bytes. What: `put` (came in), `look` (was answered truthfully), and
`failed`, `dropped`, `look-failed`, `stranger`, `conflict`.
"""
import argparse
import hashlib
import http.server
import json
import os
import random
import re
import sys
import threading
import time

ENTRY = re.compile(r"/v1/entries/([0-9a-f]{64})$")
BODY_MAX = 1 << 20


class Calls:
    """Every call as a line of a file; one write each, which a kill of this process can't undo."""

    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def add(self, what, key, body=b""):
        os.write(self.file, f"{what} {key} {hashlib.sha256(body).hexdigest()}\n".encode())


class Ledger:
    """The books: a dict in memory, a synced line per entry on disk."""

    def __init__(self, path):
        self.entries = {}      # id -> (number, bytes)
        self.puts = {}         # id -> how often it was put, since the start
        self.conflicts = 0
        self.stall = ""
        self.is_stalled = False
        self.lock = threading.Lock()
        self.calls = Calls(path + ".calls")
        self.file = open(path, "a+b")
        self._read()
        self._sync_folder(path)

    @staticmethod
    def _sync_folder(path):
        folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _read(self):
        self.file.seek(0)
        good = 0
        for line in self.file:
            if not line.endswith(b"\n"):
                break          # Torn by a crash before it was answered.
            record = json.loads(line)
            if record["id"] in self.entries:
                sys.exit(f"ledger: {record['id']} is booked twice")
            self.entries[record["id"]] = (record["number"], bytes.fromhex(record["bytes"]))
            good += len(line)
        self.file.truncate(good)
        self.file.seek(0, os.SEEK_END)
        os.fsync(self.file.fileno())

    def _reached(self, place):
        """Stops here for ever, with the books locked, if that is what was asked for."""
        if self.stall == place:
            self.is_stalled = True
            threading.Event().wait()

    def put(self, key, body):
        """The status to answer with, and the entry's number."""
        with self.lock:
            self.puts[key] = self.puts.get(key, 0) + 1
            if key in self.entries:
                number, booked = self.entries[key]
                if booked != body:
                    self.conflicts += 1
                    self.calls.add("conflict", key, body)
                return (200 if booked == body else 409), number
            number = len(self.entries) + 1
            line = json.dumps({"number": number, "id": key, "bytes": body.hex()}).encode() + b"\n"
            self.file.write(line[:len(line) // 2])
            self.file.flush()
            self._reached("half")
            self.file.write(line[len(line) // 2:])
            self.file.flush()
            self._reached("written")
            os.fsync(self.file.fileno())
            self._reached("synced")
            self.entries[key] = (number, body)
            return 201, number

    def listing(self):
        with self.lock:
            rows = [{"number": number, "id": key, "bytes": body.hex(), "puts": self.puts.get(key, 0)}
                    for key, (number, body) in self.entries.items()]
            return {"entries": sorted(rows, key=lambda row: row["number"]),
                    "puts": sum(self.puts.values()), "conflicts": self.conflicts}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", number=None, kind="application/json"):
        self.send_response(status)
        self.send_header("Ledger", "refold-test")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if number is not None:
            self.send_header("Entry-Number", str(number))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        size = int(self.headers.get("Content-Length", 0))
        return self.rfile.read(size) if size <= BODY_MAX else None

    def happens(self, rate):
        return self.server.random.random() < self.server.options[rate]

    def do_PUT(self):
        ledger, found, body = self.server.ledger, ENTRY.match(self.path), self.body()
        if body is None:
            self.close_connection = True
            return self.answer(413)
        if not found:
            return self.answer(404)
        ledger.calls.add("put", found[1], body)
        time.sleep(self.server.options["slow_ms"] / 1000)
        while self.server.options["hold"]:
            time.sleep(0.01)
        if self.happens("fail_rate"):
            ledger.calls.add("failed", found[1], body)
            return self.answer(503)
        if self.happens("stranger_rate"):
            ledger.calls.add("stranger", found[1], body)
            return self.stranger(200)
        status, number = ledger.put(found[1], body)
        if self.happens("drop_rate"):
            ledger.calls.add("dropped", found[1], body)
            self.close_connection = True
            return None        # Booked, but nobody hears of it.
        return self.answer(status, b"", number)

    def do_GET(self):
        ledger = self.server.ledger
        if self.path == "/health":
            return self.answer(200, json.dumps({"stalled": ledger.is_stalled}).encode())
        if self.path == "/v1/entries":
            return self.answer(200, json.dumps(ledger.listing()).encode())
        found = ENTRY.match(self.path)
        if not found:
            return self.answer(404)
        if self.happens("look_fail_rate"):
            ledger.calls.add("look-failed", found[1])
            return self.answer(self.server.options["look_fail_status"])
        if self.happens("stranger_rate"):
            ledger.calls.add("stranger", found[1])
            return self.stranger(404)
        with ledger.lock:      # Not between a line that is written and the answer to it.
            entry = ledger.entries.get(found[1])
        ledger.calls.add("look", found[1], entry[1] if entry else b"")
        if not entry:
            return self.answer(404)
        return self.answer(200, entry[1], entry[0], "application/octet-stream")

    def stranger(self, status):
        """Answers as something between us and the caller would that is no ledger."""
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        wanted = json.loads(self.body() or b"{}") if self.path == "/control" else None
        if wanted is None or not set(wanted) <= set(self.server.options):
            return self.answer(404)
        self.server.options.update(wanted)
        self.server.ledger.stall = self.server.options["stall"]
        return self.answer(200, json.dumps(self.server.options).encode())


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):    # Callers are killed here.
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    server = Server(("127.0.0.1", args.port), Handler)
    server.ledger = Ledger(args.file)
    server.random = random.Random(args.seed)
    server.options = {"fail_rate": 0, "drop_rate": 0, "look_fail_rate": 0,
                      "look_fail_status": 503, "stranger_rate": 0, "slow_ms": 0, "hold": False, "stall": ""}
    print(f"port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
