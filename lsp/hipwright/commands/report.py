"""`hipwright report`: a whole project on one page."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from hipwright.commands.options import SettingsSource, jobs_option, settings_options
from hipwright.commands.output import progress, write_bytes, writer
from hipwright.configuration import ConfigurationError
from hipwright.discovery import find
from hipwright.files import FileError, read, write
from hipwright.processes import ProcessDiedError, run
from hipwright.project.cache import RecordCache
from hipwright.project.overview import facts_of, needed_facts, overview
from hipwright.project.record import Record, record_of
from hipwright.settings import Settings
from hipwright.work import Job, Plan

DEFAULT_NAME = "hipwright-report.html"


@click.command("report")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    help=f"Where it goes: - for standard output. {DEFAULT_NAME} by default; JSON is printed.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["html", "json"]),
    help="A page to read, or data; by default what the name of FILE says.",
)
@click.option("--no-cache", is_flag=True, help="Look at every file, also at unchanged ones.")
@settings_options
@jobs_option
def report_command(
    paths: tuple[str, ...],
    output: str | None,
    format_name: str | None,
    no_cache: bool,
    jobs: int | None,
    **choices: Any,
) -> int:
    """Say on one page what of a project ports by itself, what needs a person, and how much.

    PATH is a file, or a folder (searched for CUDA). What was known of unchanged files is kept for
    the next report. Exit status: 0, or 2 when something could not be read or written.
    """
    if format_name is None:
        format_name = "json" if output is not None and output.endswith(".json") else "html"
    target = _target(output, format_name)
    try:
        source = SettingsSource(**choices)
        roots = [Path(path) for path in paths]
        cache = None if no_cache else RecordCache(roots)
        records, settings = _records(roots, source, jobs, cache)
    except ConfigurationError as error:
        raise click.ClickException(str(error)) from error
    except ProcessDiedError:
        raise click.ClickException(
            "a worker process was killed, perhaps for memory; try again with --jobs 1"
        ) from None
    title = ", ".join(root.resolve().name or str(root) for root in roots)
    facts = cache.facts if cache else {}
    facts.update(facts_of(needed_facts(records) - facts.keys()))
    if cache is not None:
        cache.save()
    found = overview(records, title, facts, settings.hip_version, settings.arch)
    if format_name == "json":
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    else:
        from hipwright.project.page import page

        text = page(found)
    content = text.encode("utf-8", "replace")  # a file's name may hold bytes that are no text
    if target is None:
        write_bytes(sys.stdout, content)
    else:
        try:
            write(target, content)
        except FileError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"Wrote {target}: {_sentence(found)}", err=True)
    tell = writer(sys.stderr)
    for problem in found["problems"]:
        tell(f"hipwright: error: {problem['file']}: {problem['problem']}\n")
    return 2 if found["problems"] else 0


def _target(output: str | None, format_name: str) -> Path | None:
    """The file to write; None for standard output. Raises click.ClickException for a folder."""
    if output == "-" or (output is None and format_name == "json"):
        return None
    target = Path(output or DEFAULT_NAME)
    if target.is_dir():
        raise click.ClickException(f"-o {target} is a folder; the report needs a file")
    return target


def _records(
    roots: list[Path], source: SettingsSource, processes: int | None, cache: RecordCache | None
) -> tuple[list[Record], Settings]:
    """The records of all files, in order, and the settings of the first one."""
    records: dict[str, Record] = {}
    waiting: list[Job] = []
    keys: dict[str, tuple[str, int]] = {}
    settings = source.of((roots[0] if roots[0].is_dir() else roots[0].parent) / "x")
    for item in find(roots, source.configurations, every=True):
        if isinstance(item, FileError):
            records[str(item.path)] = Record(str(item.path), 0, problem=item.reason)
            continue
        name, named = str(item.path), item.path == item.root
        job = Job(item.path, name, source.of(item.path), named)
        unread = cache.key_unread(item.path, name, job.settings, named) if cache else None
        known = cache.find(unread) if cache and unread else None
        if known is not None:
            records[name] = known
            continue
        try:
            file = read(item.path)
        except FileError as error:
            records[name] = Record(name, 0, problem=error.reason)
            continue
        content = file.content
        key = ""
        if cache is not None:
            key = cache.key(content, name, job.settings, named)
            known = cache.find(key)
            cache.note(file, name, job.settings, named, key)
        if known is None:
            lines = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
            keys[name] = key, lines
            waiting.append(job)
        # The place in the order is taken in any case.
        records[name] = known or Record(name, 0)
    with progress(len(waiting), len(waiting) > 50) as advance:
        for result in run(waiting, Plan("check", follow=False), processes):
            key, lines = keys[result.file]
            record = records[result.file] = record_of(result, lines)
            if cache is not None and record.problem is None:
                cache.add(key, record)
            advance()
    for root in roots:
        if root.is_dir() and not any(
            not record.skipped and Path(name).is_relative_to(root)
            for name, record in records.items()
        ):
            records[str(root)] = Record(str(root), 0, problem="no CUDA in this folder")
    return list(records.values()), settings


def _sentence(found: dict[str, Any]) -> str:
    counts = found["findings"]
    if not counts["all"]:
        return "nothing to port."
    need = "needs" if counts["a person"] == 1 else "need"
    return (
        f"{counts['by itself']:,} of {counts['all']:,} findings port by themselves, "
        f"{counts['a person']:,} {need} a person; effort: {found['effort']['level']}."
    )
