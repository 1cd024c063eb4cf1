"""The GPUs to port to decide which rules matter."""

from __future__ import annotations

from hipwright.analysis import check
from hipwright.port import port
from hipwright.settings import Settings
from hipwright.source import Source

SHUFFLE = b"#include <cuda_runtime.h>\nv += __shfl_down(v, 16);\n"


def _codes(settings: Settings) -> set[str]:
    return {finding.code for finding in check(Source(SHUFFLE, "a.cu"), settings)}


def test_what_matters_for_64_lanes_only_is_left_out_for_32() -> None:
    assert "WARP005" in _codes(Settings())
    assert "WARP005" in _codes(Settings(arch=("gfx942", "gfx1100")))
    assert "WARP005" not in _codes(Settings(arch=("gfx1100",)))


def test_the_port_follows() -> None:
    assert b"(v, 16, 32)" in port(SHUFFLE, "a.cu", Settings(arch=("gfx90a",))).text
    assert b"(v, 16)" in port(SHUFFLE, "a.cu", Settings(arch=("gfx1201",))).text
