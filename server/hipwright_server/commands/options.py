"""The options and arguments that run, compare and their like share, and what is made of them."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hipwright_server.commands.output import note

if TYPE_CHECKING:
    from hipwright_server.program import Program
    from hipwright_server.run import Dialect
    from hipwright_server.targets import RunOptions
    from hipwright_server.targets.checks import Check

ARGUMENTS = "hipwright.arguments"  # where a command's context keeps what stands after --
_COMPILER_FLAG = re.compile(r"-(?:[IDLl]\w|I[./~]|std=|f[a-z])")
_MEBIBYTE = 1024 * 1024
_LISTED = 10  # programs of a database that a message names


class WithArguments(click.Command):
    """A command that keeps what stands after `--` for the user's program."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        after: list[str] = []
        if "--" in args:
            split = args.index("--")
            args, after = args[:split], args[split + 1 :]
        ctx.meta[ARGUMENTS] = tuple(after)
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- ARGUMENTS…]"]


schedule_option = click.option(
    "--schedule",
    type=click.Choice(["friendly", "adversarial"]),
    default="friendly",
    show_default=True,
    help="Order of warps on the CPU device; adversarial finds missing barriers.",
)


def shared_options(command: Any) -> Any:
    for option in reversed(
        (
            click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE…"),
            click.option(
                "--flags", default="", metavar="FLAGS", help="Compiler flags, as one text."
            ),
            click.option("--arch", default="", help="GPU architecture, such as sm_90 or gfx942."),
            click.option(
                "--timeout",
                type=click.FloatRange(min=0, min_open=True),
                default=120.0,
                show_default=True,
                metavar="SECONDS",
                help="End a program that runs longer.",
            ),
            click.option(
                "--memory",
                type=click.IntRange(min=1),
                metavar="MIB",
                help="End a program that takes more memory. [default: 75% of this machine's]",
            ),
            schedule_option,
        )
    ):
        command = option(command)
    return command


CHECK_OPTIONS = (
    ("sanitize", "Find accesses out of bounds and after free, and undefined behaviour."),
    ("race", "Find accesses to shared and global memory that no barrier orders."),
    ("uninitialised", "Find reads of device and shared memory that nobody wrote."),
    ("lockstep", "Move the lanes of a warp together, as AMD's hardware does."),
    ("leaks", "List device memory that was never freed."),
)


def check_options(command: Any) -> Any:
    """The options for the checks of the CPU device, each a flag of its name."""
    for name, text in reversed(CHECK_OPTIONS):
        command = click.option(f"--{name}", is_flag=True, help=f"{text} CPU device only.")(command)
    return command


def checks_from(chosen: Mapping[str, bool]) -> tuple[Check, ...]:
    """The checks that were chosen.

    Raises:
        click.UsageError: they cannot be had together.
    """
    from hipwright_server.targets.checks import CHECKS, problem

    checks = tuple(name for name in CHECKS if chosen[name])
    if why := problem(checks):
        raise click.UsageError(why)
    return checks


def program_from(files: Sequence[Path], flags: str, dialect: Dialect | None = None) -> Program:
    """The program in these files.

    Raises:
        click.UsageError: a file or the flags cannot be used.
    """
    from hipwright_server.program import load_program

    if sys.platform not in ("linux", "darwin"):
        raise click.UsageError("programs are run on Linux and macOS only; use WSL here")
    words = words_of(flags)
    arguments = click.get_current_context().meta[ARGUMENTS]
    try:
        if any(file.suffix == ".json" for file in files):
            files, known = _from_database(files)
            words = (*known, *words)
        return load_program(files, dialect=dialect, flags=words, arguments=arguments)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def note_misplaced_flags() -> None:
    """Say of a program that does not compile that its flags went to the program, if they did."""
    for argument in click.get_current_context().meta[ARGUMENTS]:
        if _COMPILER_FLAG.match(argument):
            note(f"{argument} went to the program; compiler flags are given with --flags")
            return


def _from_database(files: Sequence[Path]) -> tuple[Sequence[Path], tuple[str, ...]]:
    """The files and flags of a program in a compile_commands.json, given with its main file.

    Raises:
        ValueError: there is no such program in it, or more than one.
    """
    from hipwright_server.verify.discover import Discovery

    databases = [file for file in files if file.suffix == ".json"]
    named = [file.resolve() for file in files if file.suffix != ".json"]
    programs = Discovery(databases).programs
    fitting = [each for each in programs if all(file in each.files for file in named)]
    where = ", ".join(map(str, databases))
    if not fitting:
        what = ", ".join(map(str, named)) or "a program for a GPU"
        raise ValueError(f"{where}: {what} is not in it")
    if len(fitting) > 1:
        names = ", ".join(each.name for each in fitting[:_LISTED])
        raise ValueError(f"{where} holds {len(fitting)} programs; name one's file too: {names}")
    return fitting[0].files, fitting[0].flags


def options_from(
    arch: str,
    timeout: float,
    memory: int | None,
    schedule: str,
    checks: tuple[Check, ...] = (),
) -> RunOptions:
    from hipwright_server.targets import RunOptions

    return RunOptions(
        seconds=timeout,
        memory_bytes=memory * _MEBIBYTE if memory else None,
        architecture=arch,
        schedule="adversarial" if schedule == "adversarial" else "friendly",
        checks=checks,
    )


def words_of(flags: str) -> tuple[str, ...]:
    """What --flags gives, word by word.

    Raises:
        click.UsageError: a quotation in it has no end.
    """
    try:
        return tuple(shlex.split(flags))
    except ValueError as error:
        raise click.UsageError(f"--flags: {error}") from None


def with_limits(options: RunOptions, timeout: float | None, memory: int | None) -> RunOptions:
    """Options with other limits, where those are given."""
    from dataclasses import replace

    if timeout is not None:
        options = replace(options, seconds=timeout)
    if memory is not None:
        options = replace(options, memory_bytes=memory * _MEBIBYTE)
    return options
