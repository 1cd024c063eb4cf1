"""NVRTC and hipRTC: programs that compile kernels while they run."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from hipwright_server.cpu.runtime_compiler import host_options
from hipwright_server.program import load_program
from hipwright_server.run import Dialect
from hipwright_server.targets.base import RunOptions
from hipwright_server.targets.cpu import CpuTarget

PROGRAM = Path(__file__).parent / "programs" / "compiles.cu"


@pytest.mark.parametrize(("dialect", "warp_size"), [("cuda", 32), ("hip", 64)])
def test_a_program_compiles_loads_and_launches(
    tmp_path: Path, dialect: Dialect, warp_size: Literal[32, 64]
) -> None:
    source = tmp_path / ("a.cu" if dialect == "cuda" else "a.hip")
    text = PROGRAM.read_text()
    source.write_text(text if dialect == "cuda" else f"#define __HIP__\n{text}")
    ran = CpuTarget(warp_size).run(load_program([source], dialect=dialect))
    assert (ran.status.value, ran.message) == ("ok", "")
    assert ran.stdout.decode().splitlines() == [
        "0: ",
        "_ZN4mine4fillIdEEvPT_S1_ factor",
        "162 100 164",
        "7 7",
        "missing 500, foreign 801",
        "6: default_program." + source.suffix[1:] + "(2): error: " + _undeclared(ran.stdout),
        "",
    ]
    (report,) = ran.reports
    assert report.kind == "not-supported"
    assert [launch.kernel for launch in ran.launches] == ["scale", "mine::fill<double>"]


def _undeclared(output: bytes) -> str:
    """The compiler's own words about the name that is not there."""
    said = output.decode().splitlines()[-2].partition("error: ")[2]
    assert "nothing" in said
    return said


def test_checks_are_refused_with_a_reason(tmp_path: Path) -> None:
    source = tmp_path / "a.cu"
    source.write_text("""\
#include <nvrtc.h>
#include <cstdio>
int main() {
    nvrtcProgram program;
    nvrtcCreateProgram(&program, "", nullptr, 0, nullptr, nullptr);
    if (nvrtcCompileProgram(program, 0, nullptr)) {
        char log[200];
        nvrtcGetProgramLog(program, log);
        std::puts(log);
    }
}
""")
    ran = CpuTarget(32).run(load_program([source]), RunOptions(checks=("race",)))
    assert "checks cannot follow what is compiled at run time" in ran.stdout.decode()


def test_options_of_nvrtc_for_a_host_compiler() -> None:
    given = [
        *("-arch=sm_90", "--gpu-architecture", "compute_70", "-default-device", "-lineinfo"),
        *("--include-path=a b", "-I", "c", "-DN=3", "--define-macro=M", "--undefine-macro", "U"),
        *("--std=c++20", "--use_fast_math", "--pre-include=p.h", "-w", "--fmad=false"),
    ]
    assert host_options(given, Path("/program")) == [
        *("-I/program/a b", "-I/program/c", "-DN=3", "-DM", "-UU"),
        *("-std=c++20", "-include", "p.h"),
    ]
