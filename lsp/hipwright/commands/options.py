"""The options that check and port share, and the settings that come of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from hipwright.configuration import (
    Configuration,
    ConfigurationError,
    Configurations,
    place_of,
    read,
)
from hipwright.report.base import FORMATS
from hipwright.settings import Settings, covers, did_you_mean, problems

Command = TypeVar("Command", bound=Callable[..., Any])


def settings_options(command: Command) -> Command:
    """Add the options that choose rules and spelling."""
    for option in reversed(
        (
            click.option(
                "--select",
                metavar="CODES",
                multiple=True,
                help="Only these rules: codes or families, such as WARP or API001,LIB.",
            ),
            click.option("--ignore", metavar="CODES", multiple=True, help="Leave these rules out."),
            click.option(
                "--roc/--no-roc",
                default=None,
                help="Port to roc* libraries where there is one, not to hip* ones.",
            ),
            click.option(
                "--launch",
                type=click.Choice(["keep", "macro"]),
                help="Kernel launches: keep <<<…>>> (the default), or hipLaunchKernelGGL.",
            ),
            click.option(
                "--hipify/--no-hipify",
                default=None,
                help="Make the choices of AMD's hipify tools where they differ from ours.",
            ),
            click.option(
                "--experimental/--no-experimental",
                default=None,
                help="Also port to names that HIP has only as experiments.",
            ),
            click.option(
                "--hip-version",
                metavar="VERSION",
                help="Port to this HIP, such as 6.2; the newest by default.",
            ),
            click.option(
                "--cuda-version",
                metavar="VERSION",
                help="The CUDA that the sources are written for, such as 12.4.",
            ),
            click.option(
                "--arch",
                metavar="NAMES",
                multiple=True,
                callback=lambda _, __, texts: _listed(texts) or None,
                help="The AMD GPUs to port to, such as gfx942,gfx1100; any by default.",
            ),
            click.option(
                "--config",
                metavar="FILE",
                type=click.Path(path_type=Path),
                help="Use this configuration instead of the nearest hipwright.toml or "
                "pyproject.toml.",
            ),
        )
    ):
        command = option(command)
    return command


def jobs_option(command: Command) -> Command:
    """Add the option for how many processes work."""
    option = click.option(
        "--jobs",
        "-j",
        metavar="N",
        type=click.IntRange(1),
        help="Processes to use; all cores by default.",
    )
    return option(command)


def shared_options(command: Command) -> Command:
    """Add the options that choose rules, spelling and report."""
    for option in reversed(
        (
            settings_options,
            click.option(
                "--format",
                "format_name",
                type=click.Choice(FORMATS),
                default="text",
                show_default=True,
                help="How findings are reported.",
            ),
            click.option(
                "--exit-zero", is_flag=True, help="Exit with 0 even when findings are left."
            ),
            jobs_option,
        )
    ):
        command = option(command)
    return command


class SettingsSource:
    """The settings of each file: its configuration, with the command line's choices on top."""

    def __init__(
        self,
        select: Iterable[str],
        ignore: Iterable[str],
        config: Path | None,
        **choices: Any,
    ) -> None:
        """`choices` are fields of Settings; None means that the user did not choose.

        Raises click.ClickException for a rule code or a configuration that cannot be used.
        """
        self._choices = {key: value for key, value in choices.items() if value is not None}
        for name, value in self._choices.items():
            key = name.replace("_", "-")
            for problem in problems({key: list(value) if isinstance(value, tuple) else value}):
                raise click.ClickException(f"--{key}: {problem.reason}")
        for key, texts in (("select", select), ("ignore", ignore)):
            codes = _listed(texts)
            for code in codes:
                _check_code(code, f"--{key}")
            if codes:
                self._choices[key] = codes
        self._known: dict[Configuration, Settings] = {}
        self._folders: dict[Path, Settings] = {}  # a folder is asked for once a file
        self.configurations = Configurations(_fixed(config) if config is not None else None)

    def of(self, path: Path) -> Settings:
        """The settings of one file.

        Raises ConfigurationError when its configuration cannot be used.
        """
        folder = path.parent
        if folder not in self._folders:
            self._folders[folder] = self._of_folder(folder)
        return self._folders[folder]

    def _of_folder(self, folder: Path) -> Settings:
        configuration = self.configurations.of_folder(folder.resolve())
        settings = self._known.get(configuration)
        if settings is None:
            settings = configuration.settings
            for key in ("select", "ignore"):
                for code in getattr(settings, key):
                    if not _is_known(code) and configuration.file is not None:
                        _check_code(code, place_of(configuration.file, key, code))
            settings = settings._replace(**self._choices)
            self._known[configuration] = settings
        return settings


def _listed(texts: Iterable[str]) -> tuple[str, ...]:
    """What stands between the commas of an option that may be given several times."""
    return tuple(item for text in texts for item in text.replace(" ", "").split(",") if item)


def _fixed(config: Path) -> Configuration:
    configuration = read(config)
    if configuration is None:
        raise ConfigurationError(f"{config}: there is no table [tool.hipwright]")
    return configuration


def _is_known(code: str) -> bool:
    from hipwright.rules.registry import listed

    return any(covers(code, known) for known in listed())


def _check_code(code: str, where: str) -> None:
    from hipwright.rules.registry import listed

    if not _is_known(code):
        codes = list(listed())
        families = sorted({known.rstrip("0123456789") for known in codes})
        hint = did_you_mean(code.upper(), [*codes, *families])
        raise click.ClickException(f"{where}: there is no rule or family {code}{hint}")
