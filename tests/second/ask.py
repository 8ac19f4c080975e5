"""What the tests here share: logs that agree, logs that don't, and the programs of the build."""
import contextlib
import io
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "support"))
from engine_process import BIN, SOURCE, processes  # noqa: E402
from hashes import log_merkle, sha256, tagged  # noqa: E402
from log_reader import HEADER, Header, parse_block, raw_blocks  # noqa: E402
import second_opinion  # noqa: E402
from second_opinion import Disagreement, look_at  # noqa: E402

BUILD = BIN.parent
GOLDEN = sorted((SOURCE / "fixtures/golden").glob("*.blocks"))


def run(*words, **options):
    """Runs a program of the build to its good end."""
    return processes.run(words, check=True, **options)


def narrow(path, found):
    """The event, the table and the key of a disagreement about a root; else nothing more than it says."""
    return str(second_opinion.narrow(path, found.heights, BIN / "second_changes")) if found.heights else ""


def disagreement(path):
    """The first place at which the second opinion is another; None when it agrees."""
    try:
        look_at(path, check_signatures=False)
    except Disagreement as found:
        return found
    return None


@contextlib.contextmanager
def planted(owner, name, make):
    """Another rule for a while: `make` is given the right one."""
    right = getattr(owner, name)
    setattr(owner, name, make(right))
    try:
        yield
    finally:
        setattr(owner, name, right)


def encode(block, previous):
    """A block with right hashes, whatever it says. It carries no seal: nobody would have signed it."""
    marks = [struct.pack("<HI", *result) for result in block.results]
    header = block.header._replace(
        previous=previous, count=len(block.events), seal=bytes(32),
        events_root=log_merkle([sha256(b"\0" + e) for e in block.events]),
        results_root=log_merkle([sha256(b"\1" + m) for m in marks]))
    out = io.BytesIO()
    out.write(HEADER.pack(*header))
    out.write(b"".join(struct.pack("<I", len(e)) + m for e, m in zip(block.events, marks)))
    for event in block.events:
        out.write(bytes(-out.tell() % 8))
        out.write(event)
    out.write(bytes(-out.tell() % 8))
    return out.getvalue()


def forged(path, target, change):
    """Writes the log again with changed blocks; checksums, roots over events and the chain are right."""
    previous = bytes(32)
    with open(target, "wb") as out:
        for raw in raw_blocks(path):
            block = encode(change(parse_block(raw)), previous)
            previous = tagged("refold/block", block[:200])
            out.write(struct.pack("<Q", len(block)) + block)
