"""The resident set of a process over its life, and whether it is flat."""
import os
import pathlib
import threading
import time

MIB = 1 << 20


def resident(pid):
    """Bytes in memory: the process's own, and of files that it maps. None once it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
        sizes = {line.split(":")[0]: int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("Rss")}
        return sizes["RssAnon"], sizes["RssFile"]
    except (OSError, KeyError):
        return None


class Watch:
    """Samples a process until it ends or the block does."""

    def __init__(self, pid, every=0.05):
        self.pid, self.every, self.samples, self.over = pid, every, [], threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        begun = time.monotonic()
        while not self.over.wait(self.every):
            sample = resident(self.pid)
            if sample is None:
                return
            self.samples.append((time.monotonic() - begun, *sample))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def quarters(self):
        """The most of its own memory in each quarter of the time."""
        end = self.samples[-1][0]
        most = [0, 0, 0, 0]
        for at, own, _ in self.samples:
            quarter = min(3, int(4 * at / end))
            most[quarter] = max(most[quarter], own)
        return most

    def files(self):
        return max(mapped for _, _, mapped in self.samples)


def table(rows):
    """Prints what was measured: (name, Watch, bound, states), in MiB."""
    print(f"{'MiB':34} {'bound':>6} {'rows+caches':>11} {'1st':>7} {'2nd':>7} {'3rd':>7} {'4th':>7} {'files':>7}")
    for name, watch, bound, states in rows:
        own = " ".join(f"{q / MIB:7.1f}" for q in watch.quarters())
        print(f"{name:34} {bound / MIB:6.0f} {planned(bound, states) / MIB:11.0f} {own} {watch.files() / MIB:7.1f}", flush=True)


def planned(bound, states):
    """What memory_plan (engine/store/memory_plan.hpp) allows so many states: rows and the two caches, at their
    fullest."""
    return states * (bound + 2 * max(MIB, min(bound // 4, 256 * MIB)))


def problems(name, watch, bound, states, beside, margin, flat):
    """Above what is planned and what stands beside it, or not flat, if it should be. Empty: all is well."""
    _, second, third, fourth = watch.quarters()
    found = []
    if flat and max(third, fourth) > second + margin:
        found.append(f"{name}: {max(third, fourth) / MIB:.1f} MiB in the second half, "
                     f"{second / MIB:.1f} in the second quarter: it grows")
    if max(watch.quarters()) > planned(bound, states) + beside:
        found.append(f"{name}: {max(watch.quarters()) / MIB:.1f} MiB, more than the {planned(bound, states) / MIB:.0f} planned "
                     f"and {beside / MIB:.0f} beside")
    return found


LONG = bool(os.environ.get("REFOLD_LONG"))
