"""The process of the command line: `hipwright`, or `python -m hipwright`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

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
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open()  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115


def _is_alone() -> bool:
    return "multiprocessing" not in sys.modules


def _leave(status: int) -> NoReturn:
    """Write what is left to write, and end the process."""
    try:
        sys.stderr.flush()
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # who read the output has had enough of it
    except OSError as error:
        if status != 2:  # else it was said already
            reason = error.strerror
            click.echo(f"hipwright: error: the output could not be written: {reason}", err=True)
        status = 2
    os._exit(status)


if __name__ == "__main__":
    run()
