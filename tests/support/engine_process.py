"""A real `engine run` as a child process, for tests: started, asked, told to end, killed."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.request

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
BIN = pathlib.Path(os.environ.get("REFOLD_BUILD", SOURCE / "build/release")) / "bin"
sys.path.insert(0, str(SOURCE / "tools/dev"))
import processes  # noqa: E402
from regtest import free_ports  # noqa: E402


def program(*words):
    """What a program of ours writes; it has to end well."""
    done = processes.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{pathlib.Path(words[0]).name} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def begin_log(folder, operators, *flags, parameters="probe = true\n", programs=BIN):
    """Begins a log of so many operators in folder/data, by `engine init`; `parameters` are further lines
    of genesis.toml. Gives its id and the files of the operators' keys, which every run makes the same."""
    keys = [folder / f"operator-{i}.key" for i in range(1, operators + 1)]
    for i, key in enumerate(keys, 1):
        key.write_text(f"{i:064x}\n")
        key.chmod(0o600)
    publics = [program(BIN / "crash_load", "public", key).strip() for key in keys]
    genesis = folder / "genesis.toml"
    genesis.write_text(f'network = "regtest"\noperators = {json.dumps(publics)}\n{parameters}')
    out = program(programs / "engine", "init", "--data", folder / "data", "--genesis", genesis, *flags, "--json")
    return json.loads(out)["genesis"], keys


def get(port, path):
    """What a server on loopback answers, read as JSON."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def second_opinion(data, seconds=600 if os.environ.get("REFOLD_LONG") else 25):
    """Says how far a second fold of the log agrees in that time (tests/second); it has to."""
    print(program(sys.executable, SOURCE / "tests/second/second_opinion.py", "--no-signatures", "--seconds", seconds,
                  "--changes", BIN / "second_changes", data).strip(), flush=True)


class Load:
    """Another process that submits without a pause, outlives the engine, and remembers each acknowledgement
    in folder/acks."""

    def __init__(self, folder, port, genesis, keys):
        self.data, self.acks = folder / "data", folder / "acks"
        with open(folder / "load.log", "ab") as log:
            self.process = processes.start([BIN / "crash_load", "run", port, genesis, self.acks, *keys],
                                           stdout=subprocess.DEVNULL, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """The answers that are under way are heard first."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def check_alive(self):
        if self.process.poll() is not None:
            sys.exit("the load ended: an answer made no sense")

    def count(self):
        """How many were acknowledged, in this life and those before."""
        self.check_alive()
        return self.acks.read_bytes().count(b"\n") if self.acks.exists() else 0

    def wait_for_more(self, count):
        begun, end = self.count(), time.monotonic() + 60
        while self.count() < begun + count:
            if time.monotonic() > end:
                sys.exit(f"{self.count() - begun} of {count} requests were acknowledged in 60 s")
            time.sleep(0.01)

    def check(self, how="check"):
        """`check`: what was acknowledged is in the log. `answered`: and nothing else is."""
        return program(BIN / "crash_load", how, self.data, self.acks).strip()


class EngineProcess:
    """One data directory, and at most one engine over it. What the engine writes goes to `log`."""

    def __init__(self, folder, *flags):
        self.folder, self.data, self.port = folder, folder / "data", free_ports(1)[0]
        self.log, self.flags, self.process = folder / "engine.log", flags, None
        self.environment = None  # That of this program.

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self, *flags):
        with open(self.log, "ab") as log:
            self.process = processes.start(
                [BIN / "engine", "run", "--data", self.data, "--listen", f"127.0.0.1:{self.port}",
                 *self.flags, *flags], stdout=log, stderr=log, env=self.environment)

    def get(self, path):
        return get(self.port, path)

    def check_alive(self):
        if self.process.poll() is not None:
            sys.exit(f"the engine ended by itself with {self.process.returncode}")

    def status(self):
        """What it says of itself; None while it does not answer."""
        self.check_alive()
        try:
            return self.get("/v1/status")
        except OSError:
            return None

    def wait(self, holds, what, seconds=60):
        end, status = time.monotonic() + seconds, None
        while time.monotonic() < end:
            status = self.status()
            if status and holds(status):
                return status
            time.sleep(0.02)
        sys.exit(f"waited {seconds} s {what}: {json.dumps(status)}")

    def signal(self, number):
        self.process.send_signal(number)

    def ended(self, seconds=60):
        """Its exit code."""
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            sys.exit(f"the engine did not end within {seconds} s of being told to")

    def stop(self):
        self.signal(signal.SIGTERM)
        code = self.ended()
        if code != 0:
            sys.exit(f"the engine ended with {code} when it was told to end")

    def kill(self):
        self.process.kill()
        self.process.wait()
