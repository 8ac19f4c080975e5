"""A real engine under signed commands and Bitcoin blocks, for tests that do it harm by a preloaded
library. Another process remembers what was acknowledged, and looks for it afterwards."""
import json
import mmap
import os
import pathlib
import struct
import sys
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from engine_process import BIN, EngineProcess, Load, begin_log, processes, program  # noqa: E402

OPERATORS = 8


class Control:
    """The file that a preloaded library looks into: numbers at places that it knows."""

    def __init__(self, path, size):
        self.path = path
        path.write_bytes(bytes(size))
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), size)

    def put(self, form, offset, *values):
        self.map[offset:offset + struct.calcsize(form)] = struct.pack(form, *values)

    def get(self, form, offset):
        return struct.unpack_from(form, self.map, offset)


def preloaded(library, variable, control):
    """The environment of a program that a library of ours is preloaded into."""
    return {**os.environ, "LD_PRELOAD": str(BIN / library), variable: str(control.path)}


class HarmedEngine(EngineProcess):
    """An engine with small segments and many flushes, and a library preloaded."""

    def __init__(self, folder, node, library, variable, control, *flags):
        super().__init__(folder, *flags, "--bitcoin-rpc", f"http://127.0.0.1:{node.rpc.port}",
                         "--bitcoin-cookie", node.cookie, "--bitcoin.poll_ms", "200",
                         "--log.segment_bytes", str(1 << 20), "--state.flush_rows", "4096",
                         "--state.checkpoint_every", "150", "--state.checkpoints_kept", "2")
        self.environment = preloaded(library, variable, control)

    def is_dead(self):
        return self.process.poll() is not None

    def comes_up(self, seconds=30):
        """True when it answers, False when it ended while it opened."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.is_dead():
                return False
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/livez", timeout=1):
                    return True
            except OSError:
                time.sleep(0.01)
        sys.exit("the engine does not come up")


class Mining:
    """A block a second, for as long as this lasts."""

    def __init__(self, node):
        self.node, self.over = node, threading.Event()
        self.thread = threading.Thread(target=self.mine, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def mine(self):
        while not self.over.wait(1.0):
            try:
                self.node.mine(1)
            except (OSError, RuntimeError) as error:
                print(f"mining: {error}")


def begin(folder, node):
    """A log that pegs to the node's wallet; its id, and its operators' key files."""
    return begin_log(folder, OPERATORS,
                     parameters=f'wallet = "{node.peg_address}"\nconfirmations = 2\nprobe = true\n')


def print_agreement(folder):
    """A clean replay and the verification of all layers agree with the log."""
    replayed = json.loads(program(BIN / "replay", "--from-height", "0", "--every-root", "--laws",
                                  "--data", folder / "data", "--json"))
    print(f"replay: root {replayed['root'][:16]} of height {replayed['root_height']}, "
          f"{replayed['roots_equal']} recorded roots equal")
    print(program(BIN / "verify-consistency", "--data", folder / "data"), flush=True)
