"""Where a command's words go: standard output and error, with or without colour."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from hipwright.report.base import Style, plain

Write = Callable[[str], None]


def wants_colour(stream: IO[Any]) -> bool:
    """Whether to colour what goes to a stream (https://no-color.org, FORCE_COLOR, TERM=dumb)."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def style_for(stream: IO[Any]) -> Style:
    """click.style where the stream takes colour, else a style that adds nothing."""
    return click.style if wants_colour(stream) else plain


def writer(stream: IO[str]) -> Write:
    """What writes text for a person; characters that the stream cannot show are replaced."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    colour = wants_colour(stream)

    def write(text: str) -> None:
        # click turns the colours into what an older Windows console understands.
        click.echo(text, nl=False, file=stream, color=colour)

    return write if stream.isatty() else stream.write  # type: ignore[return-value]


def data_writer(stream: IO[str]) -> Write:
    """What writes a machine's format: UTF-8 and plain line feeds, whatever the locale says."""

    def write(text: str) -> None:
        write_bytes(stream, text.encode("utf-8", "replace"))

    return write


def write_bytes(stream: IO[str], content: bytes) -> None:
    """Write bytes as they are to a text stream, behind what was written as text before."""
    stream.flush()
    stream.buffer.write(content)  # type: ignore[attr-defined]


def read_stdin() -> bytes:
    """All of standard input, byte for byte."""
    return sys.stdin.buffer.read()


@contextmanager
def progress(total: int, wanted: bool) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error; gives what to call after each file.

    Shown on a terminal only: `wanted` and standard error being one.
    """
    if not (wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)
