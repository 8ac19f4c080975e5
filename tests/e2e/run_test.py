#!/usr/bin/env python3
"""The README's first command, without a person: a live chain is followed through a fork, a SIGKILL
and a restart; replay and verify-consistency then agree with the node that ran."""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tests/support"))
from engine_process import processes, second_opinion  # noqa: E402

if not os.environ.get("REFOLD_BITCOIND"):
    print("no Bitcoin node: REFOLD_BITCOIND is not set; tools/dev/test fetches one")
    sys.exit(77)

processes.end_on_signals()
environment = {k: v for k, v in os.environ.items() if k != "REFOLD_BITCOIN_RPC"}
with tempfile.TemporaryDirectory(prefix="refold-run-") as name:
    folder = pathlib.Path(name)
    output = folder / "output"
    with processes.told(folder / "engine.log", output):
        with open(output, "wb") as out:
            live = processes.start([sys.executable, SOURCE / "tools/dev/live.py", "--once", "--data", folder],
                                   signal.SIGTERM, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            code = live.wait(timeout=600)
        finally:
            if live.poll() is None:
                live.terminate()
                live.wait(timeout=120)
        text = output.read_text(errors="replace")
        if code != 0:
            said = [line for line in text.splitlines() if line.startswith("run: ")]
            sys.exit(f"tools/dev/live.py ended with {code}: " + " / ".join(said[-4:]))
        if "run: everything agrees" not in text:
            sys.exit("it ended well without saying so")
        print(text)
        second_opinion(folder / "engine")
