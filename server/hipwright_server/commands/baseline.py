"""`--baseline` and `--write-baseline`, for compare and verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hipwright_server.commands.output import note, write_file

if TYPE_CHECKING:
    from hipwright_server.compare.baseline import Facts, Judged

Command = TypeVar("Command", bound=Callable[..., Any])


def baseline_options(command: Command) -> Command:
    """Add the two options."""
    command = click.option(
        "--write-baseline", is_flag=True, help="Write what is found now to the --baseline file."
    )(command)
    return click.option(
        "--baseline",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Accept the differences listed there; fail on new ones only.",
    )(command)


class BaselineFile:
    """The file that --baseline names, read before anything is run."""

    def __init__(self, file: Path | None, write: bool) -> None:
        """Read it, where there is one.

        Raises:
            click.UsageError: it cannot be used.
        """
        from hipwright_server.compare.baseline import read_baseline

        if file is None and write:
            raise click.UsageError("--write-baseline needs --baseline FILE")
        self._file = file
        self._write = write
        self._known: Facts = {}
        if file is not None and (file.exists() or not write):
            try:
                self._known = read_baseline(file)
            except ValueError as error:
                raise click.UsageError(str(error)) from None

    def settle(self, found: Facts) -> Judged | None:
        """The facts beside the baseline, or after writing it; None without one.

        Raises:
            click.UsageError: the file cannot be written.
        """
        from hipwright_server.compare.baseline import baseline_text, judge

        if self._file is None:
            return None
        if not self._write:
            return judge(self._known, found)
        write_file(self._file, baseline_text(self._known, found))
        note(f"{self._file} written")
        return judge(found, found)


def say_judged(judged: Judged) -> None:
    """Say beside the report what is new, what has gone and what was accepted."""
    for word, facts in (
        ("new, not in the baseline", judged.new),
        ("gone since the baseline was written", judged.gone),
        ("known and accepted", judged.accepted),
    ):
        for fact in facts:
            note(f"{word}: {fact}")
