#!/usr/bin/env python3
"""No secret gets out. A node lives a whole life with secrets that can be told from anything else: keys
of operator and sequencer, the TLS key, tokens, the password and the cookie of its Bitcoin node. Then
they are looked for, in every form that secret_search.py knows, in the data directory, the log lines at
level trace, every answer of the API, what the commands print, its own command line and environment,
and a core dump. A leak that is planted on purpose is found.

    REFOLD_KEEP=FOLDER keeps what was looked at.
"""
import base64
import http.client
import http.server
import json
import os
import pathlib
import re
import resource
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, processes, free_ports  # noqa: E402
from secret_search import SecretSearch, forms  # noqa: E402

READ = ["/livez", "/readyz", "/metrics", "/v1/status", "/v1/tables", "/v1/tables/access.operators",
        "/v1/tables/probe.accounts", "/v1/tables/bitcoin.tip", "/v1/proof/bitcoin.tip", "/v1/seal",
        "/v1/heights/0", "/v1/heights/1", "/v1/blocks/0", "/v1/blocks/1", "/v1/genesis",
        "/v1/proof/event/0.0", "/v1/proof/event/1.0", "/v1/tables/nothing", "/v1/nowhere", "/%zz"]


class BitcoinNode(http.server.BaseHTTPRequestHandler):
    """Knows one user, and is always warming up."""
    allowed = ""
    calls = {"let in": 0, "refused": 0}

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        good = self.headers.get("Authorization") == self.allowed
        self.calls["let in" if good else "refused"] += 1
        body = json.dumps({"result": None, "id": 1, "error": {"code": -28, "message": "Loading block index…"}})
        self.send_response(500 if good else 401)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass

    @classmethod
    def knows(cls, pair):
        cls.allowed = "Basic " + base64.b64encode(pair.encode()).decode()


class Life:
    """The folder of one node, what it is told, and everything that was said."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"
        self.said = {}      # Where -> bytes.
        self.search = SecretSearch()
        self.port, self.rpc_port = free_ports(2)
        self.log = folder / "engine.log"
        self.process = None

    def secret_file(self, name, text):
        path = self.folder / "private" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)
        return path

    def say(self, where, text):
        self.said[f"{len(self.said)}: {where}"] = text if isinstance(text, bytes) else text.encode()

    def command(self, *words, expect=0, secret_output=False, **options):
        done = processes.run([BIN / "engine", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             cwd=self.folder, **options)
        if expect is not None and done.returncode != expect:
            sys.exit(f"engine {words[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")
        if not secret_output:
            self.say("engine " + " ".join(map(str, words[:3])), done.stdout + b"\n" + done.stderr)
        return done.stdout.decode()

    def make(self):
        openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                   "-nodes", "-days", "2", "-subj", "/CN=refold", "-addext", "subjectAltName=IP:127.0.0.1"]
        key = self.secret_file("tls.key", "")
        processes.run([*openssl, "-keyout", key, "-out", self.folder / "tls.crt"],
                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        text = processes.run(["openssl", "pkey", "-in", key, "-noout", "-text"],
                             stdout=subprocess.PIPE, check=True).stdout.decode()
        scalar = bytes.fromhex(re.sub(r"[^0-9a-f]", "", text.split("priv:")[1].split("pub:")[0]))
        self.search.add("TLS key", scalar[-32:])
        self.search.add("TLS key file", "".join(key.read_text().splitlines()[1:3]).encode())
        self.search.add("TLS key line", key.read_text().splitlines()[1].encode())

        operator = self.folder / "private" / "operator.key"
        self.command("init", "--data", self.data, "--operator-key", operator, "--probe",
                     "--log.segment_bytes", "1MiB")
        self.search.add("operator key", bytes.fromhex(operator.read_text()))
        sequencer = self.data / "keys" / "sequencer.key"
        self.search.add("sequencer key", bytes.fromhex(sequencer.read_text()))
        self.operator = operator

        self.tokens = {}
        for role in ("read", "submit", "operate"):
            made = json.loads(self.command("token", "add", "for-" + role, "--role", role, "--data",
                                           self.data, "--json", secret_output=True))
            self.add_token(role, made["token"])
        spare = json.loads(self.command("token", "add", "spare", "--expires-in", "1", "--data", self.data,
                                        "--json", secret_output=True))
        self.add_token("revoked", spare["token"])
        self.add_token("wrong", f"refold_{secrets.token_hex(4)}_{secrets.token_hex(32)}")

        self.password = "Pw-" + secrets.token_hex(16)
        self.search.add("RPC password", self.password.encode())
        self.secret_file("rpc-password", self.password + "\n")
        self.cookie = secrets.token_hex(32)
        self.search.add("RPC cookie", self.cookie.encode())
        self.secret_file("cookie", "__cookie__:" + self.cookie)
        self.configure(f'rpc_user = "refold"\nrpc_password_file = "{self.folder}/private/rpc-password"')

    def add_token(self, role, token):
        self.tokens[role] = token
        self.search.add("token " + role, token.split("_")[2].encode())
        self.search.add("bytes of token " + role, bytes.fromhex(token.split("_")[2]))
        self.secret_file("token-" + role, token + "\n")

    def configure(self, login):
        self.config = self.folder / "refold.toml"
        self.config.write_text(f"""
[data]
directory = "{self.data}"
[log]
segment_bytes = "1MiB"
[bitcoin]
rpc_url = "http://127.0.0.1:{self.rpc_port}"
poll_ms = 50
{login}
[http]
listen = "127.0.0.1:{self.port}"
tls_certificate = "{self.folder}/tls.crt"
tls_key = "{self.folder}/private/tls.key"
require_token = "yes"
[node]
ca_file = "{self.folder}/tls.crt"
[logging]
level = "trace"
""")

    def start(self):
        def before():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(BIN / "engine"), "run", "--config", str(self.config)],
                                            stdout=log, stderr=log, cwd=self.folder, preexec_fn=before)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process.poll() is not None:
                sys.exit(f"the engine ended by itself with {self.process.returncode}: {self.log.read_text()}")
            try:
                if self.ask("GET", "/v1/status", "read", keep=False)[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        sys.exit("the engine did not answer within 60 s")

    def ask(self, method, path, role, body=None, keep=True):
        context = ssl.create_default_context(cafile=str(self.folder / "tls.crt"))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context)
        headers = {"Authorization": "Bearer " + self.tokens[role]} if role else {}
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read() + str(answer.getheaders()).encode()
        if keep:
            self.say(f"{method} {path} as {role}", text)
        connection.close()
        return answer.status, text

    def use_the_api(self):
        for path in READ:
            for role in ("read", "submit", "operate", "wrong", None):
                for method in ("GET", "HEAD") if role == "read" else ("GET",):
                    status, _ = self.ask(method, path, role)
                    known = role not in ("wrong", None)
                    if not known and status not in (401, 400):
                        sys.exit(f"{path} gave a stranger {status}")
                    if known and status in (401, 403):
                        sys.exit(f"{path} gave {role} {status}")
        expected = {"read": 403, "submit": 400, "operate": 400, "wrong": 401, None: 401}
        for role, status in expected.items():
            got = self.ask("POST", "/v1/requests", role, b"no event")[0]
            if got != status:
                sys.exit(f"POST /v1/requests gave {role} {got}, not {status}")
        for role, status in {"read": 403, "submit": 403, "operate": 200}.items():
            got = self.ask("POST", "/v1/checkpoint", role, b"{}")[0]
            if got != status:
                sys.exit(f"POST /v1/checkpoint gave {role} {got}, not {status}")

    def use_the_commands(self):
        configured = ("--config", self.config)
        token = lambda role: ("--token-file", self.folder / "private" / f"token-{role}")  # noqa: E731
        probe = self.folder / "probe.json"
        for number in range(1, 4):
            probe.write_text(json.dumps({"probe.probed": {"id": f"{number:064x}", "account": number, "amount": 5}}))
            self.command("submit", probe, "--key", self.operator, *configured, *token("submit"))
        self.command("status", *configured, *token("read"), expect=None)
        self.command("status", "--json", *configured, *token("read"), expect=None)
        for words in (["show"], ["show", "access.operators", "--json"], ["show", "probe.accounts"],
                      ["prove", "probe.accounts", "1", "--json"]):
            self.command(*words, *configured, *token("read"))
        for words in (["log", "--json"], ["log", "1"], ["log", "1.1"], ["config", "show", "--origin"],
                      ["config", "show", "--json"], ["token", "list"], ["token", "list", "--json"],
                      ["token", "revoke", "spare", "--json"]):
            self.command(*words, *configured)
        # What goes wrong is said, and nothing of the secret with it.
        self.command("submit", probe, "--key", self.operator, *configured, *token("read"), expect=1)
        self.command("status", *configured, *token("wrong"), expect=1)
        self.command("status", *configured, expect=1)
        self.command("status", "--json", *configured, expect=1)
        open_key = self.secret_file("open.key", self.operator.read_text())
        open_key.chmod(0o644)
        self.command("submit", probe, "--key", open_key, *configured, *token("operate"), expect=78)
        half = self.secret_file("half.key", self.operator.read_text().strip() + "00\n")
        self.command("submit", probe, "--key", half, *configured, *token("operate"), expect=78)
        self.command("status", "--node.token_file", self.folder / "private" / "open.key", *configured, expect=78)
        with open(self.folder / "private" / "token-read") as token_file:
            words = ["status", *configured, "--token-file", f"fd:{token_file.fileno()}"]
            self.command(*words, expect=None, pass_fds=[token_file.fileno()])
        # A secret where none belongs is refused and not repeated.
        for line in (f'rpc_password = "{self.password}"', f'rpc_url = "http://u:{self.password}@127.0.0.1"'):
            wrong = self.folder / "private" / "wrong.toml"
            wrong.write_text(f"[bitcoin]\n{line}\n")
            self.command("config", "check", wrong, expect=78)
        self.command("status", expect=78, env={**os.environ, "REFOLD_NODE_TOKEN": self.tokens["read"]})

    def look_at_the_process(self):
        for name in ("cmdline", "environ", "status", "maps"):
            try:
                self.say(f"/proc/{name}", pathlib.Path(f"/proc/{self.process.pid}/{name}").read_bytes())
            except PermissionError:
                pass    # Kept from us by the engine: so from others of this user, too.
        self.dump_core()

    def dump_core(self):
        """What is said to stay out of a dump. Who may trace the engine can take one all the same."""
        if not shutil.which("gcore"):
            print("no gcore: the memory of the running node was not looked at")
            return
        base = self.folder / "private" / "core"
        done = processes.run(["gcore", "-o", base, self.process.pid],
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        dump = pathlib.Path(f"{base}.{self.process.pid}")
        if not dump.exists():
            print("no dump could be taken: " + done.stdout.decode(errors="replace")[-200:])
            return
        data = dump.read_bytes()
        dump.unlink()
        if self.data.name.encode() not in data:
            sys.exit("the dump holds nothing of the engine")
        self.found = self.search.in_bytes("a core dump", data, only=("sequencer key", "TLS key", "TLS key line"))
        print(f"a dump of {len(data) >> 20} MiB was searched")

    def abort(self):
        """An abort leaves no dump, whatever the limit was that the engine was started with."""
        self.process.send_signal(signal.SIGABRT)
        self.process.wait(timeout=60)
        left = [path for path in self.folder.rglob("core*") if path.is_file()]
        if left:
            sys.exit(f"an abort left {left}")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(timeout=60) != 0:
            sys.exit("the engine did not end well")

    def leaks(self):
        found = list(getattr(self, "found", []))
        for where, text in self.said.items():
            found += self.search.in_bytes(where, text)
        # The key files, and the folder of this test's own secrets, are where secrets belong.
        private = {*(self.data / "keys").iterdir(), *(self.folder / "private").iterdir()}
        return found + self.search.in_folder(self.folder, without=private)


def check_the_search(life):
    """Each secret in each form is found, also in the middle of other text and of base64."""
    probe = SecretSearch()
    secret = secrets.token_bytes(32)
    probe.add("planted", secret)
    for form, text in forms(secret):
        if not probe.in_bytes("here", b"before " + text + b" behind"):
            sys.exit(f"the search misses {form}")
    for lead in range(6):
        text = base64.b64encode(os.urandom(lead) + secret + os.urandom(5))
        if not probe.in_bytes("here", text):
            sys.exit(f"the search misses base64 after {lead} bytes")
    if probe.in_bytes("here", os.urandom(1 << 20)):
        sys.exit("the search finds what is not there")
    planted = life.data / "state" / "planted"
    planted.write_text("auth=" + base64.b64encode(f"user:{life.password}".encode()).decode())
    found = life.leaks()
    planted.unlink()
    if not [leak for leak in found if "planted" in leak[2]]:
        sys.exit("a leak that was planted was not found")


def live(folder):
    life = Life(folder)
    BitcoinNode.protocol_version = "HTTP/1.1"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", life.rpc_port), BitcoinNode)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        life.make()
        BitcoinNode.knows("somebody:else")      # First the password is refused, and complained about.
        life.start()
        life.use_the_commands()
        life.use_the_api()
        BitcoinNode.knows("refold:" + life.password)
        time.sleep(3)
        life.look_at_the_process()
        life.abort()
        life.configure(f'cookie_file = "{life.folder}/private/cookie"')
        BitcoinNode.knows("__cookie__:" + life.cookie)
        life.start()
        time.sleep(1)
        life.stop()
        life.command("log", "--json", "--config", life.config)
        processes.run([BIN / "verify-consistency", "--data", life.data], stdout=subprocess.DEVNULL,
                      stderr=open(folder / "verify.log", "wb"))
    finally:
        if life.process and life.process.poll() is None:
            life.process.kill()
            life.process.wait()
        server.shutdown()
    if min(BitcoinNode.calls.values()) == 0:
        sys.exit(f"the Bitcoin node was not asked as it should be: {BitcoinNode.calls}")
    check_the_search(life)
    found = life.leaks()
    if found:
        sys.exit("secrets got out:\n" + "\n".join(f"  {name} as {form} in {where}" for name, form, where in found))
    files = sum(1 for path in life.folder.rglob("*") if path.is_file())
    print(f"{len(life.search.secrets)} secrets, {len(life.said)} answers and outputs, {files} files: nothing got out")


if __name__ == "__main__":
    processes.end_on_signals()
    with tempfile.TemporaryDirectory(prefix="refold-secrets-") as name:
        root = pathlib.Path(name)
        with processes.told(root / "engine.log"):
            try:
                live(root)
            finally:
                if os.environ.get("REFOLD_KEEP"):
                    shutil.copytree(root, os.environ["REFOLD_KEEP"], dirs_exist_ok=True)
