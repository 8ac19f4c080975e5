"""Every kind of damage, and what verify-consistency and `engine run` must make of it.

A kind damages a copy of a sound directory; the answers are part of the kind:

    verify   "ok": consistent, exit code 0; "later": it can't be told, exit code 2, and what is said of a
             layer must match the place; or the layer that differs, and what its place must match
    run      "starts": by itself, and everything is as before; "same": it starts, and what verify says
             stays true; a piece of the error that it ends with; or "named": one of the last two,
             for what it reads as it comes to it
"""
import dataclasses
import re
import shutil
import struct
import typing

import log_files as lf


@dataclasses.dataclass
class Kind:
    name: str
    do: typing.Callable
    verify: str = "ok"
    place: str = ""
    run: str = "starts"
    old: str = ""      # Of which age the directory is; the newest otherwise.


ALL = []


def kind(name, **answers):
    """Makes a function a kind of damage."""
    def add(function):
        ALL.append(Kind(name, function, **answers))
        return function
    return add


def flip(path, offset, bit=0x10):
    data = path.read_bytes()
    lf.write_at(path, offset, bytes([data[offset] ^ bit]))


def log_kind(name, do, place=r"^height \d+", run="RF-03"):
    ALL.append(Kind(name, do, "log", place, run))


# ---- Sound directories ---------------------------------------------------------------------------

@kind("sound")
def sound(case):
    pass


@kind("sound-only-genesis", old="born")
def only_genesis(case):
    pass


@kind("sound-older", old="young")
def older(case):
    pass


@kind("sound-killed", old="killed")
def killed(case):
    pass


@kind("sound-lock-with-an-old-name")
def old_lock(case):
    (case.data / "LOCK").write_text("process 1 (engine run)")


@kind("sound-next-segment-left-behind")
def next_segment(case):
    (case.log / "next.seg").write_bytes(bytes(4096))


@kind("sound-unfinished-files-left-behind")
def unfinished(case):
    (case.data / "seal.tmp").write_bytes(b"half a se")
    (case.log / "notes.txt").write_text("somebody's")
    part = case.data / "checkpoints/77.part"
    part.mkdir()
    (part / "CURRENT").write_text("MANIFEST-")


@kind("sound-without-clean-stop")
def no_clean_stop(case):
    (case.data / "clean-stop").unlink()


@kind("sound-without-seal")
def no_seal(case):
    (case.data / "seal").unlink()


@kind("sound-without-state")
def no_state(case):
    shutil.rmtree(case.data / "state")


@kind("sound-without-checkpoints")
def no_checkpoints(case):
    shutil.rmtree(case.data / "checkpoints")


@kind("sound-log-alone")
def log_alone(case):
    shutil.rmtree(case.data / "state")
    shutil.rmtree(case.data / "checkpoints")
    for name in ("seal", "clean-stop", "LOCK"):
        (case.data / name).unlink()


@kind("sound-older-state-newer-log")
def older_state(case):
    case.take("young", "state")


@kind("sound-older-seal")
def older_seal(case):
    case.take("young", "seal")


@kind("sound-older-checkpoints")
def older_checkpoints(case):
    case.take("young", "checkpoints")


@kind("sound-older-clean-stop")
def older_clean_stop(case):
    case.take("young", "clean-stop")


@kind("sound-older-durable-record")
def older_record(case):
    case.take("young", "log/durable")


@kind("sound-zero-fill-written-over-before-a-crash")
def torn_tail(case):
    """A frame that a crash cut short: its header is there, its second sector never came."""
    (case.data / "clean-stop").unlink()
    path = lf.segments(case.log)[-1]
    last = lf.blocks_of(path)[-1]
    torn = lf.Block(path, 0, bytearray(last.data + bytes(-len(last.data) % 8)) * 4)
    torn.data[8:16] = struct.pack("<Q", last.height + 1)
    frame = bytearray(torn.frame())
    at = lf.end_of(path)
    cut = -at % 512 + 512
    frame[cut:cut + 512] = bytes(len(frame[cut:cut + 512]))
    lf.write_at(path, at, bytes(frame))


# ---- Bit flips in segments -----------------------------------------------------------------------

def places(case):
    """The first segment, one in the middle, and the last."""
    paths = lf.segments(case.log)
    return {"first": paths[0], "early": paths[0], "middle": paths[len(paths) // 2], "last": paths[-1]}


def block_at(case, where):
    blocks = lf.blocks_of(places(case)[where])
    if where in ("first", "last"):
        return blocks[0 if where == "first" else -1]
    half = blocks[len(blocks) // 2:]
    return next(b for b in half if b.has_seal and lf.padded(10 * b.count) > 10 * b.count)


def classes_of(block):
    """Each class of bytes of a block, and an offset in it."""
    out = {name: at + size - 1 for name, at, size in lf.FIELDS}
    begin = lf.BLOCK_HEADER
    out.update({"result-length": begin, "result-verdict": begin + 4, "result-effects": begin + 6})
    at, length = block.events()[-1]
    out["event"] = at + length // 2
    if lf.padded(10 * block.count) > 10 * block.count:
        out["result-padding"] = begin + 10 * block.count
    if block.has_seal:
        end = len(block.data)
        out.update({"seal-height": end - 136, "seal-hash": end - 100, "seal-root": end - 70,
                    "seal-signature": end - 1})
    return out


def flip_in_frame(where, offset):
    def do(case):
        flip(block_at(case, where).segment, block_at(case, where).at + offset)
    return do


def flip_in_block(where, name, mend=False):
    """With `mend` the checksums are made right again, so that only the block itself can tell."""
    def do(case):
        block = block_at(case, where)
        offset = classes_of(block).get(name)
        if offset is None:
            return case.skip(f"this block has no {name}")
        if mend:
            block.data[offset] ^= 0x10
            head = bytearray(block.frame())
            height = struct.unpack_from("<Q", case.read(block.segment), block.at + 8)
            head[8:16] = struct.pack("<Q", *height)
            head[20:24] = struct.pack("<I", lf.crc32c(head[:20]))
            lf.write_at(block.segment, block.at, bytes(head))
        else:
            flip(block.segment, block.at + lf.FRAME_HEADER + offset)
    return do


BLOCK_CLASSES = [name for name, _, _ in lf.FIELDS] + [
    "result-length", "result-verdict", "result-effects", "result-padding", "event", "seal-height", "seal-hash",
    "seal-root", "seal-signature"]

for _where in ("first", "early", "middle", "last"):
    # Opening reads block 0 and the last two segments; whoever reads another damaged block is told.
    _run = "RF-03" if _where != "early" else "same"
    for _name, _at, _ in lf.FRAME_FIELDS:
        log_kind(f"flip-{_where}-frame-{_name}", flip_in_frame(_where, _at), run=_run)
    for _name in BLOCK_CLASSES if _where == "middle" else ["height", "event"]:
        log_kind(f"flip-{_where}-block-{_name}", flip_in_block(_where, _name), run=_run)
# Whole, and of a format that a later version may have: nobody can tell.
ALL.append(Kind("mended-flip-middle-block-format", flip_in_block("middle", "format", True), "later",
                r"block format \d+, and this version knows", "RF-0313"))
for _name in BLOCK_CLASSES[1:]:
    # What the block's header holds by its hash alone is for whoever hashes it: start-up reads headers.
    log_kind(f"mended-flip-middle-block-{_name}", flip_in_block("middle", _name, True),
             run="same" if _name in ("result-verdict", "result-effects", "event", "seal-height", "seal-hash",
                                       "seal-root", "seal-signature") else "RF-03")


def flip_segment_header(where, offset):
    return lambda case: flip(places(case)[where], offset)


for _where in ("first", "middle", "last"):
    for _name, _at, _size in lf.SEGMENT_FIELDS:
        log_kind(f"flip-{_where}-segment-{_name}", flip_segment_header(_where, _at + _size // 2),
                 place=r"^height \d+, .*\.seg|^/.*\.seg|\.seg")


@kind("flip-zero-fill-last", verify="log", place=r"\.seg, byte \d+", run="RF-03")
def zero_fill_last(case):
    flip(lf.segments(case.log)[-1], lf.segments(case.log)[-1].stat().st_size - 100)


@kind("flip-zero-fill-middle", verify="log", place=r"\.seg, byte \d+", run="RF-03")
def zero_fill_middle(case):
    path = places(case)["middle"]
    if lf.end_of(path) >= path.stat().st_size:
        return case.skip("this segment is full")
    flip(path, lf.end_of(path))


# ---- Files of the log that are short, gone, elsewhere or of another -------------------------------

def cut(path, size):
    with open(path, "r+b") as file:
        file.truncate(size)


for _where in ("first", "middle", "last"):
    log_kind(f"cut-{_where}-segment-to-half", lambda case, w=_where: cut(
        places(case)[w], places(case)[w].stat().st_size // 2), place=r"\.seg")
    log_kind(f"cut-{_where}-segment-to-nothing", lambda case, w=_where: cut(places(case)[w], 0), place=r"\.seg")
    log_kind(f"missing-{_where}-segment", lambda case, w=_where: places(case)[w].unlink(), place=r"\.seg|^height")


@kind("missing-all-segments", verify="log", place=r".", run="RF-03")
def no_segments(case):
    for path in lf.segments(case.log):
        path.unlink()


@kind("swapped-segments", verify="log", place=r"\.seg", run="RF-03")
def swapped(case):
    a, b = lf.segments(case.log)[1:3]
    content = a.read_bytes()
    a.write_bytes(b.read_bytes())
    b.write_bytes(content)


@kind("extra-segment", verify="log", place=r"\.seg", run="RF-03")
def extra(case):
    last = lf.segments(case.log)[-1]
    shutil.copy(lf.segments(case.log)[1], last.with_name(f"{int(last.stem) + 1000:020}.seg"))


@kind("segment-under-no-height", verify="log", place=r"\.seg", run="RF-03")
def odd_name(case):
    shutil.copy(lf.segments(case.log)[1], case.log / "backup.seg")


@kind("segment-of-another-log", verify="log", place=r"\.seg|^height", run="RF-0")
def foreign_first(case):
    shutil.copy(lf.segments(case.other / "log")[0], lf.segments(case.log)[0])


@kind("last-segment-of-an-older-backup", verify="log", place=r"\.seg|^height", run="same")
def stale_segment(case):
    old = lf.segments(case.age("young") / "log")[-1]
    shutil.copy(old, case.log / old.name)


@kind("older-log-newer-state", verify="log", place=r"\.seg|^height", run="RF-03")
def older_log(case):
    case.take("young", "log")


@kind("older-log-and-marks-newer-state", verify="log", place=r"\.seg|^height", run="RF-03")
def older_log_and_marks(case):
    for name in ("log", "clean-stop", "seal", "checkpoints"):
        case.take("young", name)


def older_but(keep):
    """Everything from an older backup but one thing, which knows better where the log ended."""
    def do(case):
        newer = (case.data / keep).read_bytes() if (case.data / keep).is_file() else None
        for name in ("log", "state", "seal", "checkpoints", "clean-stop"):
            if name != keep:
                case.take("young", name)
        if newer is not None:
            (case.data / keep).write_bytes(newer)
    return do


for what in ("seal", "checkpoints", "clean-stop", "log/durable"):
    ALL.append(Kind(f"older-all-but-{what.replace('/', '-')}", older_but(what), "log", r"\.seg|^height", "RF-03"))


@kind("durable-record-flipped")
def record_flipped(case):
    flip(case.log / "durable", 40)


@kind("durable-record-both-flipped")
def record_both_flipped(case):
    flip(case.log / "durable", 40)
    flip(case.log / "durable", 104)


@kind("durable-record-cut")
def record_cut(case):
    cut(case.log / "durable", 70)


@kind("durable-record-missing")
def record_missing(case):
    (case.log / "durable").unlink()


@kind("durable-record-ahead", verify="log", place=r"^height", run="RF-03")
def record_ahead(case):
    path = case.log / "durable"
    end, counter, height, first, digest = max(
        (lf.read_mark(path.read_bytes()[i:i + 64]) for i in (0, 64)), key=lambda m: m[1])
    lf.write_mark(path, (counter + 1) % 2 * 64, (end + 10, counter + 1, height + 1, first, digest))


@kind("durable-record-of-another-log", verify="log", place=r"durable", run="RF-03")
def record_foreign(case):
    path = case.log / "durable"
    marks = [lf.read_mark(path.read_bytes()[i:i + 64]) for i in (0, 64)]
    for i, (end, counter, height, first, digest) in enumerate(marks):
        lf.write_mark(path, i * 64, (end, counter, height, first, bytes(31) + b"\1"))


@kind("clean-stop-flipped", verify="log", place=r"clean-stop", run="RF-03")
def clean_stop_flipped(case):
    flip(case.data / "clean-stop", 30)


@kind("clean-stop-cut", verify="log", place=r"clean-stop", run="RF-03")
def clean_stop_cut(case):
    cut(case.data / "clean-stop", 12)


@kind("clean-stop-of-another-log", verify="log", place=r"clean-stop", run="RF-03")
def clean_stop_foreign(case):
    path = case.data / "clean-stop"
    end, counter, height, first, _ = lf.read_mark(path.read_bytes())
    lf.write_mark(path, 0, (end, counter, height, first, bytes(31) + b"\1"))


# ---- Blocks that a forger changed, every checksum and hash made right again -----------------------

def rewrite(case, change):
    """Changes the list of all blocks of the middle segment, and chains everything behind again."""
    path = places(case)["middle"]
    blocks = lf.blocks_of(path)
    change(blocks)
    lf.write_blocks(path, blocks)


@kind("forged-event-chained-again", verify="log", place=r"^height \d+", run="RF-03")
def forged_event(case):
    """One event less a bit; the chain, the checksums and the marks agree. The seals do not."""
    def change(blocks):
        block = blocks[len(blocks) // 2]
        at, length = block.events()[-1]
        block.data[at + length - 8] ^= 1
    rewrite(case, change)
    tip = lf.chain_again(case.log)
    for path, offsets in ((case.log / "durable", (0, 64)), (case.data / "clean-stop", (0,))):
        for offset in offsets:
            mark = lf.read_mark(path.read_bytes()[offset:offset + 64])
            if mark[2] == tip.height:
                lf.write_mark(path, offset, mark[:4] + (tip.hash,))
            elif path.name == "durable":
                lf.write_at(path, offset, bytes(64))


@kind("forged-event-alone", verify="log", place=r"^height \d+", run="RF-03")
def forged_event_alone(case):
    """One event and its block's roots; the chain breaks at the next block."""
    def change(blocks):
        block = blocks[len(blocks) // 2]
        at, length = block.events()[-1]
        block.data[at + length - 8] ^= 1
        block.make_roots()
    rewrite(case, change)


@kind("dropped-block", verify="log", place=r"^height \d+", run="RF-03")
def dropped(case):
    rewrite(case, lambda blocks: blocks.pop(len(blocks) // 2))


@kind("block-twice", verify="log", place=r"^height \d+", run="RF-03")
def twice(case):
    def change(blocks):
        blocks.insert(1, blocks[0])
        del blocks[-4:]
    rewrite(case, change)


@kind("swapped-blocks", verify="log", place=r"^height \d+", run="RF-03")
def swapped_blocks(case):
    def change(blocks):
        blocks[0], blocks[1] = blocks[1], blocks[0]
    rewrite(case, change)


@kind("misdirected-block", verify="log", place=r"^height \d+", run="RF-03")
def misdirected(case):
    path = places(case)["middle"]
    a, b = lf.blocks_of(path)[:2]
    lf.write_at(path, b.at, a.frame())


# ---- The seal ------------------------------------------------------------------------------------

for _name, _at in (("hash", 20), ("root", 50), ("signature", 130)):
    ALL.append(Kind(f"flip-seal-{_name}", lambda case, at=_at: flip(case.data / "seal", at),
                    "log", r"^height \d+", "RF-03"))
ALL.append(Kind("flip-seal-height", lambda case: flip(case.data / "seal", 0, 1), "log", r"^height \d+", "RF-03"))
ALL.append(Kind("flip-seal-height-far-ahead", lambda case: flip(case.data / "seal", 6), "log", r"^height \d+",
                "RF-03"))
ALL.append(Kind("seal-cut", lambda case: cut(case.data / "seal", 100), "log", r"seal$", "RF-03"))
ALL.append(Kind("seal-empty", lambda case: cut(case.data / "seal", 0), "log", r"seal$", "RF-03"))


@kind("seal-of-another-log", verify="log", place=r"^height \d+", run="RF-03")
def foreign_seal(case):
    shutil.copy(case.other / "seal", case.data / "seal")


# ---- The state and the checkpoints: the same files in two places ----------------------------------

def newest(folder, pattern):
    return max(folder.glob(pattern), key=lambda p: (p.stat().st_size, p.name))


def store_kinds(prefix, folder, layer, place, run):
    """`run`: what the engine makes of it; what can't be used is refused, never replaced."""
    def add(name, do, verify=layer, where=place, then=run):
        ALL.append(Kind(f"{prefix}-{name}", lambda case: do(folder(case)), verify,
                        where if verify != "ok" else "", then))

    def flip_in(pattern, offset):
        def do(at):
            path = newest(at, pattern)
            flip(path, int(offset * (path.stat().st_size - 1)) if isinstance(offset, float) else
                 offset % path.stat().st_size)
        return do

    add("table-first-row-flipped", flip_in("*.sst", 3))
    for percent in (20, 40, 60, 80):
        add(f"table-flipped-at-{percent}-percent", flip_in("*.sst", percent / 100))
    add("table-footer-flipped", flip_in("*.sst", -10))
    add("table-footer-padding-flipped", flip_in("*.sst", -20), "ok", then="starts")
    add("table-magic-flipped", flip_in("*.sst", -1))
    add("table-cut", lambda at: cut(newest(at, "*.sst"), newest(at, "*.sst").stat().st_size // 2))
    add("table-empty", lambda at: cut(newest(at, "*.sst"), 0))
    add("table-missing", lambda at: newest(at, "*.sst").unlink())
    add("manifest-begin-flipped", flip_in("MANIFEST-*", 12))
    add("current-flipped", flip_in("CURRENT", 3))
    add("current-missing", lambda at: (at / "CURRENT").unlink())
    add("current-empty", lambda at: cut(at / "CURRENT", 0))
    add("manifest-missing", lambda at: newest(at, "MANIFEST-*").unlink())
    add("options-flipped", flip_in("OPTIONS-*", 200), "ok", then="starts")
    add("options-missing", lambda at: newest(at, "OPTIONS-*").unlink(), "ok", then="starts")


def newest_checkpoint(case):
    return max((p for p in (case.data / "checkpoints").iterdir() if p.name.isdigit()), key=lambda p: int(p.name))


store_kinds("state", lambda case: case.data / "state", "state", r"state", "named")
store_kinds("checkpoint", newest_checkpoint, "state", r"checkpoints", "same")


@kind("state-of-another-node", verify="state", place=r"^height \d+|^[a-z]+\.", run="RF-0601")
def foreign_state(case):
    shutil.rmtree(case.data / "state")
    shutil.copytree(case.other / "state", case.data / "state")


@kind("state-manifest-end-flipped", verify="state", place=r"state", run="RF-0601")
def manifest_end(case):
    path = newest(case.data / "state", "MANIFEST-*")
    flip(path, path.stat().st_size - 1)


@kind("checkpoint-mark-flipped", verify="state", place=r"checkpoints", run="same")
def mark_flipped(case):
    flip(newest_checkpoint(case) / "checkpoint.mark", 20)


@kind("checkpoint-mark-missing", verify="state", place=r"checkpoints", run="same")
def mark_missing(case):
    (newest_checkpoint(case) / "checkpoint.mark").unlink()


@kind("checkpoint-under-another-height", verify="state", place=r"checkpoints", run="same")
def renamed(case):
    at = newest_checkpoint(case)
    at.rename(at.with_name(str(int(at.name) - 1)))


@kind("checkpoint-of-another-node", verify="state", place=r"checkpoints", run="same")
def foreign_checkpoint(case):
    shutil.copytree(newest_checkpoint(case.of_other()), case.data / "checkpoints" /
                    newest_checkpoint(case.of_other()).name, dirs_exist_ok=True)


# ---- What verify does not speak of, and the engine needs ------------------------------------------

@kind("key-missing", run="sequencer.key")
def no_key(case):
    (case.data / "keys/sequencer.key").unlink()


@kind("key-of-another-node", run="sequencer")
def foreign_key(case):
    shutil.copy(case.other / "keys/sequencer.key", case.data / "keys/sequencer.key")


@kind("key-flipped", run="sequencer")
def key_flipped(case):
    flip(case.data / "keys/sequencer.key", 5, 1)


@kind("key-readable-by-all", run="sequencer.key")
def key_open(case):
    (case.data / "keys/sequencer.key").chmod(0o644)


def matching(pattern):
    return [k for k in ALL if re.search(pattern, k.name)]
