"""The command line: `hipwright check | port | report | rule | lsp`, and what is plugged in.

A shell user waits for nothing: this module imports click and little else, each command's module is
imported when it is run, and plugged-in commands (entry-point group `hipwright.commands`) are looked
for only when a name is not one of ours, or for the list of commands.

Exit status: 0 clean, 1 findings left, 2 misuse or something that could not be read or written.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

import hipwright
from hipwright.garbage import collect_seldom

# Name → the module that defines the command, under its own name and with "_command" behind it.
_BUILT_IN = {
    "check": "hipwright.commands.check",
    "lsp": "hipwright.commands.lsp",
    "port": "hipwright.commands.port",
    "report": "hipwright.commands.report",
    "rule": "hipwright.commands.rule",
}

PLUGINS = "hipwright.commands"

# What writing says where there is no room, or no terminal any more. Files of ours are written whole
# or not at all, and say so themselves: this is standard output.
_NOT_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class CommandLine(click.Group):
    """A group whose commands are imported when they are needed, and whose errors are one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our commands and the plugged-in ones."""
        return sorted({*_BUILT_IN, *_plugins()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; a plugged-in one that cannot be loaded says so when run."""
        if cmd_name in _BUILT_IN:
            module = import_module(_BUILT_IN[cmd_name])
            command: click.Command = getattr(module, f"{cmd_name}_command")
            return command
        return _plugged_in(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and suggest the closest one for a name that is not known."""
        from hipwright.settings import did_you_mean

        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            hint = did_you_mean(name, self.list_commands(ctx))
            raise click.UsageError(f"there is no command {name}{hint}", ctx)
        return super().resolve_command(ctx, args)

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run a command line. In standalone mode this ends the process with the exit status."""
        extra.setdefault("prog_name", "hipwright")
        collect_seldom()
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        try:
            status = super().main(args, standalone_mode=False, **extra)
            sys.stdout.flush()  # while what stands against it can still be told
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(2)
        except click.ClickException as error:
            fail(_one_line(error))
        except (KeyboardInterrupt, click.Abort):
            click.echo("hipwright: interrupted", err=True)
            sys.exit(130)
        except BrokenPipeError:
            sys.exit(1)  # who read the output has had enough of it
        except OSError as error:
            if error.errno not in _NOT_WRITTEN:
                raise
            fail(f"the output could not be written: {error.strerror}")
        sys.exit(status if isinstance(status, int) else 0)


def fail(message: str) -> NoReturn:
    """End with exit status 2 and one line that says what is wrong."""
    click.echo(f"hipwright: error: {message}", err=True)
    sys.exit(2)


def _one_line(error: click.ClickException) -> str:
    message = error.format_message().strip().rstrip(".").replace("\n", " ")
    message = message[:1].lower() + message[1:]
    context = getattr(error, "ctx", None)
    if isinstance(error, click.UsageError) and context is not None:
        return f"{message} (see {context.command_path} --help)"
    return message


def _plugins() -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=PLUGINS)}


def _plugged_in(name: str) -> click.Command | None:
    entry = _plugins().get(name)
    if entry is None:
        return None
    try:
        command = entry.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.value} is not a click command")
    except Exception as error:  # whatever a plug-in does wrong, the other commands work
        return _unavailable(name, error)
    return command


def _unavailable(name: str, error: Exception) -> click.Command:
    if isinstance(error, ModuleNotFoundError) and error.name:
        reason = f"the Python module {error.name} is not installed"
    else:
        reason = f"{type(error).__name__}: {error}".splitlines()[0]

    @click.command(
        name,
        short_help=f"(not available: {reason})",
        context_settings={"ignore_unknown_options": True, "help_option_names": []},
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def unavailable(arguments: tuple[str, ...]) -> None:
        fail(f"the command {name} is not available: {reason}")

    return unavailable


@click.group(
    cls=CommandLine,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(hipwright.__version__, "--version", message="hipwright %(version)s")
def main() -> None:
    """Port CUDA to AMD HIP, say why, and prove the port.

    \b
    hipwright check src         what must change, and why
    hipwright port kernel.cu    the port, on standard output
    hipwright port src -o hip   the port of a whole folder
    """


if __name__ == "__main__":
    main()
