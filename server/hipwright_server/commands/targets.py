"""`hipwright targets`: what can run programs, here and on other machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click


@click.command(short_help="List what can run programs, here and on other machines.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def targets(as_json: bool) -> int:
    """List the targets: what is here, what is missing, and how to get it."""
    from concurrent.futures import ThreadPoolExecutor

    from hipwright_server.targets import available

    try:
        known = available()
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with ThreadPoolExecutor(8) as pool:
        descriptions = list(pool.map(lambda target: target.describe(), known))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in descriptions], indent=2))
        return 0
    from rich.console import Console

    Console(highlight=False).print(targets_table(descriptions))
    return 0


def targets_table(descriptions: Sequence[Any]) -> Any:
    """The targets as a table for rich."""
    from rich.table import Table
    from rich.text import Text

    words = {
        "run": ("runs", "green"),
        "compile": ("compiles", "yellow"),
        "none": ("missing", "red"),
    }
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in descriptions:
        word, style = words[each.ability]
        about = Text(each.title)
        if each.toolchain:
            about.append(f", {each.toolchain}")
        if each.place != "this machine":
            about.append(f", at {each.place}")
        if each.missing:
            about.append(f"\n{each.missing}", style="dim")
        table.add_row(each.name, Text(word, style=style), about)
    return table
