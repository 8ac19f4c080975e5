#!/usr/bin/env python3
"""An outside ledger as a process of its own, for tests that must see each effect exactly once.

    ledger_server.py --file FILE [--port N] [--fail-rate P --seed N] [--drop-rate P] [--slow MS]

    PUT  /v1/entries/<id, 64 hex digits>   201 booked, 200 had the same bytes, 409 has other bytes
    GET  /v1/entries/<id>                  200 and the bytes, 404
    GET  /v1/entries                       {"entries":[{"number","id","bytes","puts"}],"puts":N,...}
    POST /control                          {"fail_rate":P,"drop_rate":P,"slow_ms":N}: from now on
    GET  /health                           200

Every entry is a line of FILE, written and synced before it is answered; a restart reads them back.
An id that stands twice in FILE is an error at the start. `--fail-rate` answers 503 without booking;
`--drop-rate` books and hangs up without an answer: the caller can't know. Prints "port N" when it
listens. Standard library only.
"""
import argparse
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


class Ledger:
    """The books: a dict in memory, a synced line per entry on disk."""

    def __init__(self, path):
        self.entries = {}      # id -> (number, bytes)
        self.puts = {}         # id -> how often it was put, since the start
        self.conflicts = 0
        self.lock = threading.Lock()
        self.file = open(path, "a+b")
        self._read()

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

    def put(self, key, body):
        """The status to answer with, and the entry's number."""
        with self.lock:
            self.puts[key] = self.puts.get(key, 0) + 1
            if key in self.entries:
                number, booked = self.entries[key]
                self.conflicts += booked != body
                return (200 if booked == body else 409), number
            number = len(self.entries) + 1
            line = json.dumps({"number": number, "id": key, "bytes": body.hex()})
            self.file.write(line.encode() + b"\n")
            self.file.flush()
            os.fsync(self.file.fileno())
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

    def do_PUT(self):
        options, found, body = self.server.options, ENTRY.match(self.path), self.body()
        if body is None:
            self.close_connection = True
            return self.answer(413)
        if not found:
            return self.answer(404)
        time.sleep(options["slow_ms"] / 1000)
        if self.server.random.random() < options["fail_rate"]:
            return self.answer(503, b'{"error":"told to fail"}')
        status, number = self.server.ledger.put(found[1], body)
        if self.server.random.random() < options["drop_rate"]:
            self.close_connection = True
            return None        # Booked, but nobody hears of it.
        return self.answer(status, b"", number)

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, b"{}")
        if self.path == "/v1/entries":
            return self.answer(200, json.dumps(self.server.ledger.listing()).encode())
        found = ENTRY.match(self.path)
        entry = found and self.server.ledger.entries.get(found[1])
        if not entry:
            return self.answer(404)
        return self.answer(200, entry[1], entry[0], "application/octet-stream")

    def do_POST(self):
        wanted = json.loads(self.body() or b"{}") if self.path == "/control" else None
        if wanted is None or not set(wanted) <= set(self.server.options):
            return self.answer(404)
        self.server.options.update(wanted)
        return self.answer(200, json.dumps(self.server.options).encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--file", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fail-rate", type=float, default=0)
    parser.add_argument("--drop-rate", type=float, default=0)
    parser.add_argument("--slow", type=int, default=0, metavar="MS")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", args.port), Handler)
    server.ledger = Ledger(args.file)
    server.random = random.Random(args.seed)
    server.options = {"fail_rate": args.fail_rate, "drop_rate": args.drop_rate, "slow_ms": args.slow}
    print(f"port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
