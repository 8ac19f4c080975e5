#!/usr/bin/env python3
"""Makes what tests/fuzz/corpus has of these targets: a few small files for each target, most of them what a real node wrote.

    make_corpus.py [WRITE_EVENT_SEEDS]

Needs the programs of the release build; with the program write_event_seeds of the fuzz build also makes
one event of each kind. Keys and random bytes differ from run to run: it is run when a format has
changed, and what it writes is committed.
"""
import json
import pathlib
import sys
import tempfile
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, EngineProcess, processes, program  # noqa: E402

CORPUS = pathlib.Path(__file__).resolve().parent / "corpus"
SOURCE = CORPUS.parents[2]
GENESIS_BLOCK = bytes.fromhex(
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e6776"
    "8f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f20020000000101000000010000000000000000000000000000"
    "000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f3230"
    "3039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73"
    "ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6"
    "bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000")


def put(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def texts():
    put("block", "genesis", GENESIS_BLOCK)
    put("header", "genesis", GENESIS_BLOCK[:80])
    put("transaction", "coinbase", GENESIS_BLOCK[81:])
    put("bitcoin_script", "p2pk", GENESIS_BLOCK[-72:-4])
    put("bitcoin_script", "p2tr", bytes.fromhex("5120" + "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"))
    put("bitcoin_script", "p2pkh", bytes.fromhex("76a914" + "11" * 20 + "88ac"))
    put("bitcoin_script", "pushes", bytes.fromhex("4c0101" + "4d020001024e0300000001020300516f60"))
    put("bitcoin_script", "cut", bytes.fromhex("4cff01"))
    put("address", "taproot", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0")
    put("address", "segwit", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4")
    put("address", "p2pkh", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2")
    put("address", "regtest", "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080")
    put("address", "wif", "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn")
    put("peg_in", "op_return", bytes.fromhex("6a4c52543c") + bytes(78))
    for number, line in enumerate(["/", "/v1/tables/peg.deposits/840000%2Fabc:0?limit=20&from=%7b+x", "/a//b/?&&=&a=b=c",
                                   "http://localhost:7117/v1/status?after=1.2", "/%e2%82%ac/%2e%2e?q=%zz", "*"]):
        put("http_target", str(number), line)
    put("config", "default", program(BIN / "engine", "config", "default"))
    put("config", "values", '[data]\ndirectory = "/tmp/x"\n[http]\nlisten = "127.0.0.1:7117"\nheader_ms = 100\n'
        '[log]\nsegment_bytes = "1MiB"\n[bitcoin]\nrpc_url = "http://127.0.0.1:18443"\n')
    put("config", "wrong", '[htpp]\nlisten = 5\n[http]\nlisten = "0.0.0.0:1"\nrate_all = -1\n[bitcoin]\npassword = "x"\n')
    put("config", "nested", "a = [[[[{b = {c = 1979-05-27T07:32:00Z}}]]]]\n")
    put("genesis_file", "whole", 'network = "regtest"\nwindow = 144\nconfirmations = 3\nminimum = 10000\nprobe = true\n'
        f'operators = ["{"79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"}"]\n'
        '[[source]]\nid = 1\nname = "bitcoin"\nproof = "bitcoin"\nevents_per_second = 1\nbytes_per_second = 9\n')
    put("genesis_file", "wrong", 'netwrok = "x"\noperators = 1\nsource = [1]\n')
    put("tokens", "two", "# a comment\n" + "".join(
        f"token 1 name{i} {role} 0000000{i} 1000 {end} {'0' * 31}{i} {'0' * 63}{i}\n"
        for i, role, end in ((1, "read", "never"), (2, "operate", "5000"))))
    put("tokens", "token", "refold_0123abcd_" + "5" * 64)


def answers():
    """What a Bitcoin node says, with the status in front; see kStatuses."""
    block = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
    info = {"chain": "regtest", "blocks": 5, "headers": 5, "bestblockhash": block, "initialblockdownload": False,
            "pruned": True, "pruneheight": 2}
    unspent = {"bestblock": block, "confirmations": 1, "value": "VALUE", "coinbase": False,
               "scriptPubKey": {"hex": "51"}}
    for name, result in (("info", info), ("network", {"subversion": "/Satoshi:29.0.0/"}), ("hash", block),
                         ("header", GENESIS_BLOCK[:80].hex()), ("nothing", None), ("unspent", unspent)):
        line = json.dumps({"result": result, "error": None, "id": 1}).replace('"VALUE"', "0.12345678")
        put("bitcoin_rpc", name, b"\0" + line.encode())
    put("bitcoin_rpc", "error", b"\1" + json.dumps({"result": None, "error": {"code": -28, "message": "Loading"}, "id": 1}).encode())
    put("bitcoin_rpc", "html", b"\3<html>401</html>")
    put("bitcoin_rpc", "recording", b'\0{"path":"/","request":"{}","status":200,"reply":"{}"}\n'
        b'{"path":"/","request":"x","failure":"unreachable","message":"m"}\n')


def a_node(folder):
    """Blocks, proofs, log files and events as a node makes them."""
    key = folder / "operator.key"
    program(BIN / "engine", "init", "--data", folder / "data", "--operator-key", key, "--probe", "--log.segment_bytes", "1MiB")
    with EngineProcess(folder, "--log.segment_bytes", "1MiB") as engine:
        engine.start()
        engine.wait(lambda s: True, "for the first answer")
        body = folder / "probe.json"
        for number in range(1, 3):
            body.write_text(json.dumps({"probe.probed": {"id": f"{number:064x}", "account": number, "amount": 5}}))
            program(BIN / "engine", "submit", body, "--key", key, "--node", f"http://127.0.0.1:{engine.port}")
        height = engine.wait(lambda s: s["state"]["sealed_height"], "for a seal")["log"]["height"]
        for number in range(height + 1):
            with urllib.request.urlopen(f"http://127.0.0.1:{engine.port}/v1/blocks/{number}", timeout=10) as answer:
                block = answer.read()
            put("log_block", f"block_{number}", block)
        put("log_block", "seal", bytes.fromhex(engine.get("/v1/seal")["seal"]))
        for name, path in (("row", "probe.accounts/1"), ("absent", "probe.accounts/9"), ("tip", "bitcoin.tip")):
            put("proof", name, bytes.fromhex(engine.get("/v1/proof/" + path)["proof"]))
        for number in range(height + 1):
            for event in engine.get(f"/v1/heights/{number}")["events"]:
                kind = event["kind"].replace(".", "_")
                put("event_json", kind, json.dumps(event["event"]))
        for index, table in enumerate(engine.get("/v1/tables")["tables"]):
            put("rows", table["name"].replace(".", "_"), bytes([index]))
        put("rows", "probe_key", bytes([index]) + b"1")
        engine.stop()
    segment = next((folder / "data" / "log").glob("*.seg")).read_bytes()
    put("log_file", "segment", segment[:1024])
    put("log_file", "durable", (folder / "data" / "log" / "durable").read_bytes())
    put("log_file", "name", "00000000000000000042.seg")


if __name__ == "__main__":
    texts()
    answers()
    with tempfile.TemporaryDirectory(prefix="refold-corpus-") as name:
        a_node(pathlib.Path(name))
    if len(sys.argv) > 1:
        processes.run([sys.argv[1], CORPUS / "event"], check=True)
    print(sum(1 for path in CORPUS.rglob("*") if path.is_file()), "files,",
          sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()), "bytes")
