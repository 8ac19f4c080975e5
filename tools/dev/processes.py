"""Child processes that end with whoever started them, and failures that are told where people look.

    end_on_signals()                  SIGTERM, SIGINT and SIGHUP end this program through its `finally`s
    start(words), run(words)          like subprocess.Popen and run, but the kernel ends the child when
                                      this program is gone, however it went (SIGKILL, a time limit)
    with told(log, ...):              a failure's message stands before and after the ends of the logs

The kernel looks at the thread that started the child: start children from the main thread.
"""
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import traceback

PR_SET_PDEATHSIG = 1
LOG_LINES = 25          # Of each log. The runner shows the last 60 lines of a test that failed.
MESSAGE_LINES = 20
LINE_LENGTH = 500

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _tied(ending):
    """What a child does before it becomes the program."""
    if _libc is None:
        return None
    parent = os.getpid()

    def before():
        _libc.prctl(PR_SET_PDEATHSIG, int(ending), 0, 0, 0)
        if os.getppid() != parent:      # Gone before the kernel was told.
            os._exit(1)
    return before


def start(words, ending=signal.SIGKILL, **options):
    """A child that gets `ending` when this program is gone."""
    return subprocess.Popen([str(w) for w in words], preexec_fn=_tied(ending), **options)


def run(words, **options):
    """Runs a program to its end; it doesn't outlive this one."""
    return subprocess.run([str(w) for w in words], preexec_fn=_tied(signal.SIGKILL), **options)


def end_on_signals(how=None):
    """The first signal unwinds, so that children are ended and folders removed; further ones are not
    heard, so that they can't cut that short. Should that hang, SIGKILL still ends us and the children.
    `how`: what is raised instead of SystemExit, which unittest takes for one more failure."""
    def end(number, _frame):
        for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        print(f"ended by {signal.Signals(number).name}", file=sys.stderr, flush=True)
        raise how or SystemExit(128 + number)
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, end)


def _shortened(text, lines):
    """The first lines of a text, each of a length that can be read."""
    all_lines = [line[:LINE_LENGTH] for line in str(text).splitlines()]
    left = len(all_lines) - lines
    return "\n".join(all_lines[:lines] + ([f"... and {left} more lines"] if left > 0 else []))


def _end_of(path):
    try:
        return "\n".join(line[:LINE_LENGTH] for line in path.read_text(errors="replace").splitlines()[-LOG_LINES:])
    except OSError as error:
        return str(error)


@contextlib.contextmanager
def told(*logs):
    """Ends with exit code 1 on any failure, and says why first and last."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if isinstance(error, SystemExit) and (error.code is None or isinstance(error.code, int)):
            raise
        why = error.code if isinstance(error, SystemExit) else f"{type(error).__name__}: {error}"
        why = "FAILED: " + _shortened(why, MESSAGE_LINES)
        print(why)
        if not isinstance(error, SystemExit):
            print("".join(traceback.format_tb(error.__traceback__)[-4:]).rstrip())
        for log in logs:
            if log.exists():
                print(f"--- {log.name} ends with:\n{_end_of(log)}")
        print(("---\n" if logs else "") + why, flush=True)
        raise SystemExit(1) from None
