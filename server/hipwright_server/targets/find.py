"""Targets by their names."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from hipwright_server.targets.base import Target
from hipwright_server.targets.clang import ClangTarget
from hipwright_server.targets.cpu import CpuTarget
from hipwright_server.targets.gpu import GpuTarget, ScaleTarget

if TYPE_CHECKING:
    from hipwright_server.targets.settings import HipHeaders

_LOCAL = ("cpu", "cuda", "rocm", "hip", "clang", "scale")
_KNOWN = (
    "cpu:32, cpu:64, cuda, cuda:sm_90, rocm, rocm:gfx942, clang, clang:gfx942, scale, scale:gfx942"
)


def find(name: str, directory: Path | None = None) -> Target:
    """The target of a name. `directory` is where hipwright.toml is looked for, for remote ones.

    Raises:
        ValueError: there is no such target; the message says which there are.
    """
    from hipwright_server.targets.remote import RemoteTarget
    from hipwright_server.targets.settings import configured_headers, remote_servers

    base, _, rest = name.partition(":")
    if base in _LOCAL:
        return find_local(name)
    servers = remote_servers(directory)
    if base in servers:
        if rest:
            find_local(rest)  # says what is wrong with it before a server is asked
        return RemoteTarget(servers[base], rest)
    headers = configured_headers(directory)
    if base in headers:
        chosen = headers[base]
        return _by_clang(name, rest or chosen.architecture, chosen)
    known = ", ".join([_KNOWN, *servers, *headers])
    raise ValueError(
        f"there is no target {name}; there are {known} (remote ones come from [targets] in "
        "hipwright.toml)"
    )


def find_local(name: str) -> Target:
    """The target of a name on this machine.

    Raises:
        ValueError: there is no such target; the message says which there are.
    """
    base, _, rest = name.partition(":")
    if base == "cpu":
        if rest == "32":
            return CpuTarget(32)
        if rest in ("64", ""):
            return CpuTarget(64)
        raise ValueError(f"{name}: the CPU device has a warp of 32 or 64: cpu:32 or cpu:64")
    if base == "cuda":
        if rest and not re.fullmatch(r"(?:sm|compute)_\d+[af]?", rest):
            raise ValueError(f"{name}: {rest} is no CUDA architecture, such as sm_90")
        return GpuTarget("cuda", rest)
    if base in ("rocm", "hip"):
        return GpuTarget("hip", _amd(name, rest))
    if base == "clang":
        return ClangTarget(_amd(name, rest))
    if base == "scale":
        return ScaleTarget(architecture=_amd(name, rest))
    raise ValueError(f"there is no target {name}; there are {_KNOWN}")


def _amd(name: str, architecture: str) -> str:
    if architecture and not re.fullmatch(r"gfx[0-9a-f]+(?::[\w+-]+)*", architecture):
        raise ValueError(f"{name}: {architecture} is no AMD architecture, such as gfx942")
    return architecture


def _by_clang(name: str, architecture: str, chosen: HipHeaders) -> ClangTarget:
    """A target of the user's own headers.

    Raises:
        ValueError: the clang that is configured is not there.
    """
    executable = None
    if chosen.clang:
        found = shutil.which(chosen.clang)
        if found is None:
            raise ValueError(f"{chosen.name}: clang = {chosen.clang} is nothing that can be run")
        executable = Path(found)
    return ClangTarget(_amd(name, architecture), chosen.name, chosen.folder, executable)


def available(directory: Path | None = None) -> list[Target]:
    """All targets, local ones first; whether they can run, they say themselves."""
    from hipwright_server.targets.remote import RemoteTarget
    from hipwright_server.targets.settings import configured_headers, remote_servers

    return [
        CpuTarget(32),
        CpuTarget(64),
        GpuTarget("cuda"),
        GpuTarget("hip"),
        ClangTarget(),
        ScaleTarget(),
        *(find(name, directory) for name in configured_headers(directory)),
        *(RemoteTarget(server) for server in remote_servers(directory).values()),
    ]
