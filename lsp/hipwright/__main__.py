"""The process of the command line: `hipwright`, or `python -m hipwright`."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import NoReturn

from hipwright.cli import main

# The commands that leave nothing to put in order once their output is written.
_ENDS_AT_ONCE = frozenset({"check", "port", "report", "rule"})


def run() -> None:
    """Run the command line of this process, and end it.

    Taking the interpreter apart takes a sixth of the time of a small file's port, only to free what
    the system frees anyway. Where others may wait to be called at the end, those of a plugged-in
    command or of worker processes, Python ends as it always does.
    """
    _open_what_is_closed()
    try:
        main()
    except SystemExit as ending:
        status = ending.code
        if isinstance(status, int) and _ENDS_AT_ONCE.issuperset(sys.argv[1:2]) and _is_alone():
            _leave(status)
        raise


def _open_what_is_closed() -> None:
    """Give a process that was started without standard streams empty ones, as daemons have."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115


def _is_alone() -> bool:
    return "multiprocessing" not in sys.modules


def _leave(status: int) -> NoReturn:
    """Write what is left to write, and end the process."""
    with contextlib.suppress(OSError):  # what stood against it was said already
        sys.stderr.flush()
        sys.stdout.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
