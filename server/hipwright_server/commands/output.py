"""Where the commands' words go."""

from __future__ import annotations

from pathlib import Path

import click


def note(text: str) -> None:
    """Say something beside the command's output."""
    click.echo(f"hipwright: {text}", err=True)


def write_file(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises:
        click.UsageError: it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.hipwright")
    try:
        fresh.write_text(text, "utf-8")
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None
