"""Two folds have different roots at a height: which row is it, and which event wrote it?

The engine's word of what each event changes comes from the program `second_changes`.
"""
import pathlib
import struct
import subprocess
import tempfile

from check_proof import TABLES

NAMES = {number: name for name, (number, _, _) in TABLES.items()}


def engines_changes(program, blocks, heights):
    """{place: {(table, key): row, or None when it goes away}} of a range of heights."""
    with tempfile.TemporaryDirectory(prefix="refold-second-") as folder:
        file = pathlib.Path(folder) / "log.blocks"
        file.write_bytes(b"".join(struct.pack("<Q", len(raw)) + raw for raw in blocks))
        out = subprocess.run([program, file, *map(str, heights)], check=True, capture_output=True, text=True).stdout
    changes = {}
    for line in out.splitlines():
        place, table, key, row = line.split(" ")
        changes.setdefault(place, {})[int(table, 16), bytes.fromhex(key)] = \
            None if row == "-" else bytes.fromhex(row)
    return changes


class Watcher:
    """Follows a fold event by event, and stops at the first row that the engine has differently."""

    def __init__(self, changes, first):
        self.changes, self.first, self.before, self.found = changes, first, {}, None

    def __call__(self, fold, place, height):
        if self.found or height < self.first - 1:
            return
        rows = fold.rows()
        if height >= self.first:
            own = {key: rows.get(key) for key in rows.keys() | self.before.keys()
                   if rows.get(key) != self.before.get(key)}
            engine = self.changes.get(place, {})
            wrong = sorted(key for key in own.keys() | engine.keys()
                           if own.get(key, 0) != engine.get(key, 0))
            if wrong:
                self.found = place, wrong[0], engine.get(wrong[0], 0), own.get(wrong[0], 0)
        self.before = rows

    def __str__(self):
        if not self.found:
            return "both change the same rows: the rows are equal, the tree over them is not"
        place, (table, key), engine, own = self.found
        said = ["nothing" if row == 0 else "that it goes" if row is None else row.hex() or "an empty row"
                for row in (engine, own)]
        return (f"event {place}, table {NAMES.get(table, hex(table))}, key {key.hex() or '(none)'}: "
                f"the engine writes {said[0]}, the second fold {said[1]}")
