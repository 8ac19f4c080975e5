#!/usr/bin/env python3
"""A small Bitcoin chain of one's own: a regtest node on loopback, its wallets, peg-ins, blocks.

    tools/dev/regtest.py --data FOLDER [--peg-ins N] [--every SECONDS] [--once]

Starts a node below FOLDER (kept between runs), makes a chain with peg-ins, and mines on until it is
interrupted. Prints one line of JSON with what others need: RPC address, cookie file, ZMQ address,
peg wallet. Scripts import it: `with Regtest(folder) as chain: chain.prepare()`.

Ends only what it started.
"""
import argparse
import base64
import http.client
import itertools
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time
import urllib.parse

import processes

TOOLS = pathlib.Path(__file__).resolve().parent
MAGIC = b"id"     # Peg operations on regtest begin with it.
PEG_IN = b"<"
MATURITY = 100    # Blocks before a coinbase can be spent.

STANDARD, CONTRACT = 0x05, 0x06  # Kinds of principals (SIP-005).
TESTNET_SINGLE_SIG = 26          # c32 address version.


class RpcError(Exception):
    """The node said no: its code and its sentence."""

    def __init__(self, method, code, message):
        super().__init__(f"{method}: {message} ({code})")
        self.code = code


class Rpc:
    """JSON-RPC over HTTP; the cookie is read for each call, since a restart changes it."""

    def __init__(self, host, port, cookie=None, user=None):
        self.host, self.port, self.cookie, self.user = host, port, cookie, user
        self._ids = itertools.count(1)

    @classmethod
    def from_url(cls, url):
        """http://user:password@host:port"""
        parts = urllib.parse.urlsplit(url)
        user = f"{urllib.parse.unquote(parts.username or '')}:{urllib.parse.unquote(parts.password or '')}"
        return cls(parts.hostname, parts.port or 18443, user=user)

    def __call__(self, method, *parameters, wallet=None, timeout=60, **named):
        user = self.user or pathlib.Path(self.cookie).read_text().strip()
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        body = json.dumps({"jsonrpc": "1.0", "id": next(self._ids), "method": method,
                           "params": named or list(parameters)})
        path = f"/wallet/{urllib.parse.quote(wallet)}" if wallet is not None else "/"
        try:
            connection.request("POST", path, body, {
                "Authorization": "Basic " + base64.b64encode(user.encode()).decode(),
                "Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status in (401, 403):
            raise RpcError(method, response.status, "the node refused the password")
        answer = json.loads(text)
        if answer.get("error"):
            raise RpcError(method, answer["error"]["code"], answer["error"]["message"])
        return answer["result"]


def free_ports(count):
    """Ports of loopback that nobody has now."""
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def coins(sats):
    """Satoshis as the node's decimal text, exactly."""
    return f"{sats // 100_000_000}.{sats % 100_000_000:08d}"


def sats(amount):
    """The node's decimal number as satoshis, exactly."""
    return round(float(amount) * 100_000_000)


def standard_principal(hash160, version=TESTNET_SINGLE_SIG):
    return bytes([STANDARD, version]) + hash160


def contract_principal(hash160, name, version=TESTNET_SINGLE_SIG):
    return bytes([CONTRACT, version]) + hash160 + bytes([len(name)]) + name.encode()


class Regtest:
    """A regtest node and the wallets `funds` and `peg`. Used with `with`, it is stopped at the end.

    rpc, zmq, cookie: where the node answers. peg_address, peg_script: the wallet that is pegged to.
    ending: the signal that the node gets when this program is gone without a word; SIGTERM where its
    chain is kept.
    """

    def __init__(self, folder, bitcoind=None, url=None, seed=1, ending=signal.SIGKILL):
        self.folder = pathlib.Path(folder).resolve()
        self.bitcoind = bitcoind or os.environ.get("REFOLD_BITCOIND")
        self.random = random.Random(seed)
        self.ending = ending
        self.process = None
        self.zmq = None
        self.cookie = None
        self.rpc = Rpc.from_url(url) if url else None
        self.peg_address = None
        self.peg_script = None
        self._miner = None

    def __enter__(self):
        if self.rpc is None:
            self.start()
        return self

    def __exit__(self, kind, *_):
        if kind is not None and self.ending == signal.SIGKILL and self.process:
            self.kill()    # Nobody keeps its chain, and whoever is ended wants to be gone soon.
        else:
            self.stop()

    # The node.

    def start(self, *extra):
        """Starts the node, on the ports of its last start when they are free; returns when it answers."""
        if not self.bitcoind:
            self.bitcoind = subprocess.run([TOOLS / "get-bitcoind"], stdout=subprocess.PIPE,
                                           text=True, check=True).stdout.strip()
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = self._ports()
        self.zmq = f"tcp://127.0.0.1:{ports['zmq']}"
        self.cookie = self.folder / "regtest" / ".cookie"
        self.cookie.unlink(missing_ok=True)
        self.rpc = Rpc("127.0.0.1", ports["rpc"], cookie=self.cookie)
        words = [
            self.bitcoind, "-regtest", f"-datadir={self.folder}", "-server=1", "-daemon=0",
            f"-rpcport={ports['rpc']}", "-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1",
            f"-bind=127.0.0.1:{ports['p2p']}", "-listenonion=0", "-dnsseed=0", "-fixedseeds=0",
            "-discover=0", "-whitelist=in,out,noban@127.0.0.1",
            f"-zmqpubhashblock={self.zmq}", f"-zmqpubrawblock={self.zmq}",
            "-txindex=1", "-blockfilterindex=1", "-fallbackfee=0.0001", "-maxtxfee=1",
            "-changetype=bech32m", "-printtoconsole=0", *extra]
        if self._knows_core_policy():
            words.append("-corepolicy=1")
        self._log = open(self.folder / "stderr.log", "ab")
        # Its own session: an interrupt typed for us is not one for the node.
        self.process = processes.start(words, self.ending, stdin=subprocess.DEVNULL,
                                       stdout=self._log, stderr=self._log, start_new_session=True)
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def stop(self):
        """Asks the node to end and waits for it."""
        if self.process is None:
            return
        try:
            self.rpc("stop")
        except (OSError, RpcError, ValueError):
            self.process.terminate()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        self._log.close()

    def kill(self):
        """Ends the node without warning."""
        self.process.kill()
        self.process.wait()
        self.process = None
        self._log.close()

    def _ports(self):
        kept = self.folder / "ports.json"
        if kept.exists():
            ports = json.loads(kept.read_text())
            if all(self._is_free(port) for port in ports.values()):
                return ports
        ports = dict(zip(("rpc", "p2p", "zmq"), free_ports(3)))
        kept.write_text(json.dumps(ports))
        return ports

    @staticmethod
    def _is_free(port):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                return False
            return True

    def _knows_core_policy(self):
        text = subprocess.run([self.bitcoind, "-version"], capture_output=True, text=True).stdout
        return "knots" in text.lower()

    def _wait_until_ready(self, seconds=60):
        deadline = time.monotonic() + seconds
        last = "no answer"
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"bitcoind ended with {self.process.returncode}; see {self.folder}/regtest/debug.log")
            try:
                self.rpc("getblockcount")
                return
            except (OSError, ValueError, RpcError) as error:
                last = error
            time.sleep(0.05)
        raise RuntimeError(f"bitcoind does not answer after {seconds} s: {last}")

    # The chain.

    def prepare(self):
        """Wallets, and enough blocks for coins that can be spent. Does nothing twice."""
        for name in ("funds", "peg"):
            self._open_wallet(name)
        self._miner = self._labelled("funds", "mining", "bech32")
        self.peg_address = self._labelled("peg", "peg", "bech32m")
        self.peg_script = self.rpc("getaddressinfo", self.peg_address, wallet="peg")["scriptPubKey"]
        height = self.rpc("getblockcount")
        if height <= MATURITY:
            self.mine(MATURITY + 1 - height)

    def mine(self, blocks=1):
        """Mines blocks of all that waits; their hashes."""
        return self.rpc("generatetoaddress", blocks, self._miner)

    def peg_in(self, amount, principal=None, address=None, magic=MAGIC):
        """Sends a peg-in: output 0 carries magic, `<` and the recipient, output 1 pays the peg wallet.
        The recipient is a random standard principal unless one is given. Its txid."""
        if principal is None:
            principal = standard_principal(self.random.randbytes(20))
        data = (magic + PEG_IN + principal).hex()
        raw = self.rpc("createrawtransaction", [],
                       [{"data": data}, {address or self.peg_address: coins(amount)}])
        funded = self.rpc("fundrawtransaction", raw, {"changePosition": 2}, wallet="funds")
        signed = self.rpc("signrawtransactionwithwallet", funded["hex"], wallet="funds")
        if not signed["complete"]:
            raise RuntimeError("the wallet `funds` could not sign the peg-in")
        return self.rpc("sendrawtransaction", signed["hex"])

    def some_peg_ins(self, count):
        """Peg-ins of every published form that a person would send; their txids."""
        forms = [
            lambda who: standard_principal(who),
            lambda who: contract_principal(who, "vault-" + who[:2].hex()),
            lambda who: bytes([TESTNET_SINGLE_SIG]) + who,  # Version and hash alone.
        ]
        return [self.peg_in(10_000 + self.random.randrange(5_000_000),
                            forms[i % len(forms)](self.random.randbytes(20)))
                for i in range(count)]

    def reorganize(self, depth, longer_by=1):
        """Replaces the last blocks by a longer branch of empty ones; the new tip."""
        height = self.rpc("getblockcount")
        self.rpc("invalidateblock", self.rpc("getblockhash", height - depth + 1))
        # Another address: the same one would give the very block that was made invalid.
        miner = self.rpc("getnewaddress", "branch", "bech32", wallet="funds")
        for _ in range(depth + longer_by):
            tip = self.rpc("generateblock", miner, [])["hash"]
        return tip

    def _open_wallet(self, name):
        if name in self.rpc("listwallets"):
            return
        known = [w["name"] for w in self.rpc("listwalletdir")["wallets"]]
        self.rpc("loadwallet" if name in known else "createwallet", name)

    def _labelled(self, wallet, label, kind):
        """The wallet's address with this label; made when there is none."""
        try:
            return sorted(self.rpc("getaddressesbylabel", label, wallet=wallet))[0]
        except RpcError:
            return self.rpc("getnewaddress", label, kind, wallet=wallet)

    def describe(self):
        """What others need to follow this chain."""
        return {"network": "regtest", "rpc": f"http://{self.rpc.host}:{self.rpc.port}",
                "cookie": str(self.cookie) if self.cookie else None, "zmq": self.zmq,
                "peg_address": self.peg_address, "peg_script": self.peg_script,
                "height": self.rpc("getblockcount")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="where the node keeps its chain")
    parser.add_argument("--peg-ins", type=int, default=6, help="peg-ins of the first chain (6)")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between blocks (5)")
    parser.add_argument("--once", action="store_true", help="end when the first chain is made")
    options = parser.parse_args()
    processes.end_on_signals()
    with Regtest(options.data, ending=signal.SIGTERM) as chain:
        chain.prepare()
        chain.some_peg_ins(options.peg_ins)
        chain.mine(6)
        print(json.dumps(chain.describe()), flush=True)
        while not options.once:
            time.sleep(options.every)
            chain.some_peg_ins(1)
            chain.mine()


if __name__ == "__main__":
    main()
