#!/usr/bin/env python3
"""The README's first command, without a person: a live chain is followed through a fork, a SIGKILL
and a restart; replay and verify-consistency then agree with the node that ran."""
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ.get("REFOLD_SOURCE", pathlib.Path(__file__).resolve().parents[2]))

if not os.environ.get("REFOLD_BITCOIND"):
    print("no Bitcoin node: REFOLD_BITCOIND is not set; tools/dev/test fetches one")
    sys.exit(77)

environment = {k: v for k, v in os.environ.items() if k != "REFOLD_BITCOIN_RPC"}
with tempfile.TemporaryDirectory(prefix="refold-run-") as folder:
    done = subprocess.run([sys.executable, SOURCE / "tools/dev/live.py", "--once", "--data", folder],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    print(done.stdout)
    if done.returncode != 0:
        log = pathlib.Path(folder, "engine.log")
        print(log.read_text(errors="replace")[-8000:] if log.exists() else "the engine wrote no log")
    if "run: everything agrees" not in done.stdout and done.returncode == 0:
        print("it ended well without saying so")
        sys.exit(1)
    sys.exit(done.returncode)
