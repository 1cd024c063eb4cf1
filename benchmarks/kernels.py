"""Kernels on the CPU device: beside plain loops with OpenMP, and beside AMD's HIP-CPU."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import environment, print_skipped, print_table

TITLE = "Kernels on the CPU device, least of 21 runs"
_SOURCES = Path(__file__).parent / "device"
_TURNS = 3  # each program runs every kernel seven times a turn
_Times = dict[str, tuple[float, float]]  # processor and wall milliseconds by kernel


def run(hip_cpu: Path | None) -> None:
    """Print the table. `hip_cpu` is a copy of HIP-CPU's repository."""
    with tempfile.TemporaryDirectory() as folder:
        loops = _Peer("plain loops with OpenMP", Path(folder) / "loops")
        loops.build([str(_SOURCES / "loops.cpp"), "-fopenmp"])
        theirs = _Peer("HIP-CPU", Path(folder) / "hip-cpu", "no --hip-cpu DIR")
        if hip_cpu is not None:
            flags = ["-I", str(hip_cpu / "include"), "-x", "c++", str(_SOURCES / "kernels.hip")]
            theirs.build([*flags, "-x", "none", "-ltbb", "-pthread"])
        ours: _Times = {}
        # In turns: what else the machine does, and its clock, then hit all alike.
        for _ in range(_TURNS):
            missing = _run_ours(ours)
            if missing:
                print_skipped(TITLE, missing)
                return
            loops.run()
            theirs.run()
    for peer in (loops, theirs):
        if peer.missing:
            print_skipped(f"{TITLE}: beside {peer.name}", peer.missing)
            continue
        rows = [
            [
                name,
                *(f"{ours[name][0]:.1f} ms", f"{times[0]:.1f} ms"),
                f"{ours[name][0] / times[0]:.2f}",
                f"{ours[name][1] / times[1]:.2f}",
            ]
            for name, times in peer.times.items()
        ]
        columns = ["", "ours, processor", "theirs, processor", "ratio", "ratio, wall"]
        print_table(f"{TITLE}: beside {peer.name}", columns, rows)


def _run_ours(times: _Times) -> str:
    """Run on the CPU device; why it cannot be, or nothing."""
    from hipwright_server.program import load_program
    from hipwright_server.targets.cpu import CpuTarget

    ran = CpuTarget(64).run(load_program([_SOURCES / "kernels.hip"]))
    if ran.status.value != "ok":
        return ran.message or "kernels.hip does not compile"
    _keep_least(times, ran.stdout.decode())
    return ""


@dataclass
class _Peer:
    """Another program that times the same kernels."""

    name: str
    program: Path
    missing: str = ""  # why it cannot be run
    times: _Times = field(default_factory=dict)

    def build(self, arguments: list[str]) -> None:
        """Compile it with g++ and these arguments."""
        compiler = shutil.which("g++")
        if compiler is None:
            self.missing = "g++ is not here"
            return
        made = subprocess.run(
            [compiler, "-O2", "-std=c++17", *arguments, "-o", str(self.program)],
            capture_output=True,
            text=True,
            check=False,
        )
        lines = made.stderr.splitlines()
        errors = [line for line in lines if "error" in line or "cannot" in line]
        why = f"it does not compile: {errors[0] if errors else 'g++ failed'}"
        self.missing = why if made.returncode else ""

    def run(self) -> None:
        """Run it once more, where it can be."""
        if self.missing:
            return
        ran = subprocess.run(
            [str(self.program)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**environment(), "OMP_WAIT_POLICY": "passive", "TERM": os.environ.get("TERM", "")},
        )
        if ran.returncode:
            self.missing = "it crashed"
        else:
            _keep_least(self.times, ran.stdout)


def _keep_least(times: _Times, output: str) -> None:
    for line in output.splitlines():
        name, processor, wall = line.split()
        before = times.get(name, (float("inf"), float("inf")))
        times[name] = min(before[0], float(processor)), min(before[1], float(wall))
