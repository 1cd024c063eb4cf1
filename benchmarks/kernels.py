"""Kernels on the CPU device: beside plain loops with OpenMP, and beside AMD's HIP-CPU."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.measure import environment, print_skipped, print_table

TITLE = "Kernels on the CPU device, least of seven runs"
_SOURCES = Path(__file__).parent / "device"
_Times = dict[str, tuple[float, float]]  # processor and wall milliseconds by kernel


def run(hip_cpu: Path | None) -> None:
    """Print the table. `hip_cpu` is a copy of HIP-CPU's repository."""
    from hipwright_server.program import load_program
    from hipwright_server.targets.cpu import CpuTarget

    ran = CpuTarget(64).run(load_program([_SOURCES / "kernels.hip"]))
    if ran.status.value != "ok":
        print_skipped(TITLE, ran.message or "kernels.hip does not compile")
        return
    ours = _times(ran.stdout.decode())
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program"
        loops = _peer(program, [str(_SOURCES / "loops.cpp"), "-fopenmp"])
        theirs: _Times | str = "no --hip-cpu DIR"
        if hip_cpu is not None:
            flags = ["-I", str(hip_cpu / "include"), "-x", "c++", str(_SOURCES / "kernels.hip")]
            theirs = _peer(program, [*flags, "-x", "none", "-ltbb", "-pthread"])
    for title, peer in (("plain loops with OpenMP", loops), ("HIP-CPU", theirs)):
        if isinstance(peer, str):
            print_skipped(f"{TITLE}: beside {title}", peer)
            continue
        rows = [
            [
                name,
                *(f"{ours[name][0]:.1f} ms", f"{peer[name][0]:.1f} ms"),
                f"{ours[name][0] / peer[name][0]:.2f}",
                f"{ours[name][1] / peer[name][1]:.2f}",
            ]
            for name in peer
        ]
        columns = ["", "ours, processor", "theirs, processor", "ratio", "ratio, wall"]
        print_table(f"{TITLE}: beside {title}", columns, rows)


def _peer(program: Path, arguments: list[str]) -> _Times | str:
    """The times of another program; why there are none, where it cannot be made."""
    compiler = shutil.which("g++")
    if compiler is None:
        return "g++ is not here"
    made = subprocess.run(
        [compiler, "-O2", "-std=c++17", *arguments, "-o", str(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        errors = [line for line in made.stderr.splitlines() if "error" in line or "cannot" in line]
        return f"it does not compile: {errors[0] if errors else 'g++ failed'}"
    ran = subprocess.run(
        [str(program)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**environment(), "OMP_WAIT_POLICY": "passive", "TERM": os.environ.get("TERM", "")},
    )
    return _times(ran.stdout) if ran.returncode == 0 else "it crashed"


def _times(output: str) -> _Times:
    lines = [line.split() for line in output.splitlines()]
    return {name: (float(processor), float(wall)) for name, processor, wall in lines}
