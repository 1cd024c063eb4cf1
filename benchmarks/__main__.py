"""`python -m benchmarks`, or `make bench`: every table, or those that are asked for."""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path

from benchmarks import cells, cores, kernels, keystrokes, startup, throughput
from benchmarks.corpus import load
from benchmarks.measure import console

_TABLES = ("throughput", "cores", "startup", "keystrokes", "cells", "kernels")


def main() -> None:
    """Read the options and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(_TABLES)}")
    parser.add_argument(
        "--corpus",
        type=Path,
        metavar="DIR",
        default=os.environ.get("HIPWRIGHT_BENCHMARK_CORPUS"),
        help="a folder of real CUDA; our samples otherwise ($HIPWRIGHT_BENCHMARK_CORPUS)",
    )
    parser.add_argument("--size", type=float, default=2.0, metavar="MB", help="of it (2)")
    parser.add_argument(
        "--hipify-perl",
        type=Path,
        metavar="PATH",
        default=os.environ.get("HIPIFY_PERL"),
        help="AMD's script, to measure beside ours ($HIPIFY_PERL)",
    )
    parser.add_argument(
        "--peer-seconds", type=float, default=60, help="stop each peer after so long (60)"
    )
    parser.add_argument(
        "--hip-cpu",
        type=Path,
        metavar="DIR",
        default=os.environ.get("HIP_CPU"),
        help="a copy of AMD's HIP-CPU, to measure beside ours ($HIP_CPU)",
    )
    parser.add_argument("--lines", type=int, default=10_000, help="of the file typed in (10000)")
    parser.add_argument("--keys", type=int, default=200, help="keystrokes of each kind (200)")
    parser.add_argument("--runs", type=int, default=20, help="of each start-up command (20)")
    options = parser.parse_args()
    for table in options.tables:
        if table not in _TABLES:
            parser.error(f"there is no table {table}; there are {', '.join(_TABLES)}")
    wanted = options.tables or _TABLES
    console.print(f"{platform.platform()}, Python {platform.python_version()}\n")
    if "throughput" in wanted or "cores" in wanted:
        corpus = load(Path(options.corpus) if options.corpus else None, int(options.size * 1e6))
        if "throughput" in wanted:
            hipify = Path(options.hipify_perl) if options.hipify_perl else None
            if hipify is not None and not hipify.is_file():
                parser.error(f"--hipify-perl {hipify}: there is no such file")
            throughput.run(corpus, hipify, options.peer_seconds)
        if "cores" in wanted:
            cores.run(corpus)
    if "startup" in wanted:
        startup.run(options.runs)
    if "keystrokes" in wanted:
        keystrokes.run(options.lines, options.keys)
    if "cells" in wanted:
        cells.run()
    if "kernels" in wanted:
        kernels.run(Path(options.hip_cpu) if options.hip_cpu else None)


if __name__ == "__main__":
    main()
