"""API003: a name that the chosen version of CUDA or of HIP does not have, or will not keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hipwright.api import Entry
from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, NameRule, NameUse
from hipwright.rules.names._counterpart import hip_name
from hipwright.settings import Settings
from hipwright.source import Source


class Versions(NameRule):
    """The versions of CUDA and HIP that were chosen do not both have this name."""

    code = "API003"
    title = "Name that is too new or too old"
    severity = Severity.WARNING
    settled = True
    source = "HIPIFY's API map: versions of CUDA and HIP in which each name came and went"
    hazards = ("HW089",)
    examples = (
        Example(
            "void f(cudaStream_t s) { cudaMallocAsync(&p, n, s); }",
            "void f(cudaStream_t s) { cudaMallocAsync(&p, n, s); }",
            why="hipMallocAsync came with HIP 5.2",
            settings=Settings(hip_version="5.1"),
            around="int n; void *p;\n@",
        ),
        Example(
            "void f() { cudaThreadSynchronize(); }",
            "void f() { cudaThreadSynchronize(); }",
            why="CUDA deprecates it",
            settings=Settings(cuda_version="12.4"),
        ),
        Example("void f() { cudaThreadSynchronize(); }", None, why="no version was chosen"),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return any(_problems(entry, settings))

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        for severity, message in _problems(use.entry, settings):
            yield Finding(
                self.code,
                severity,
                message,
                use.start,
                use.end,
                name=use.entry.name,
                deprecated=severity is Severity.INFO,
            )


def _problems(entry: Entry, settings: Settings) -> Iterator[tuple[Severity, str]]:
    if entry.library == "cuDNN":
        return  # its versions are cuDNN's own
    name, hip = entry.name, hip_name(entry, settings)
    if settings.hip_version and hip:
        if _is_later(entry.hip_added, settings.hip_version):
            yield (
                Severity.ERROR,
                f"HIP {settings.hip_version} lacks `{hip}`, which came with {entry.hip_added}",
            )
        elif entry.hip_deprecated and not _is_later(entry.hip_deprecated, settings.hip_version):
            yield Severity.INFO, f"`{hip}` is deprecated since HIP {entry.hip_deprecated}"
    if settings.cuda_version:
        version = settings.cuda_version
        if entry.cuda_removed and not _is_later(entry.cuda_removed, version):
            yield (
                Severity.WARNING,
                f"CUDA {version} lacks `{name}`, which was removed in {entry.cuda_removed}",
            )
        elif entry.cuda_deprecated and not _is_later(entry.cuda_deprecated, version):
            yield Severity.INFO, f"`{name}` is deprecated since CUDA {entry.cuda_deprecated}"
        elif _is_later(entry.cuda_added, version):
            yield (
                Severity.WARNING,
                f"CUDA {version} lacks `{name}`, which came with {entry.cuda_added}",
            )


def _is_later(version: str, than: str) -> bool:
    """Whether a version is later than another one, as far as both are given."""
    if not version:
        return False
    parts = [int(part) for part in version.split(".")]
    others = [int(part) for part in than.split(".")]
    return parts[: len(others)] > others
