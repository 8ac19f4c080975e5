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


def get(port, path):
    """What a server on loopback answers, read as JSON."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.load(answer)


def second_opinion(data, seconds=600 if os.environ.get("REFOLD_LONG") else 25):
    """Says how far a second fold of the log agrees in that time (tests/second); it has to."""
    print(program(sys.executable, SOURCE / "tests/second/second_opinion.py", "--no-signatures", "--seconds", seconds,
                  "--changes", BIN / "second_changes", data).strip(), flush=True)


class EngineProcess:
    """One data directory, and at most one engine over it. What the engine writes goes to `log`."""

    def __init__(self, folder, *flags):
        self.folder, self.data, self.port = folder, folder / "data", free_ports(1)[0]
        self.log, self.flags, self.process = folder / "engine.log", flags, None

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
                 *self.flags, *flags], stdout=log, stderr=log)

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
