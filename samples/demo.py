"""The demo behind `make demo`: port every sample, then run original and port side by side.

It uses nothing but the command line that every user has, on the CPU device, with no GPU. It ends
with exit status 1 when a verdict is not the expected one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

SAMPLES = Path(__file__).resolve().parent
COLORS = {"agree": "green", "differ": "yellow", "failed": "red"}

console = Console(highlight=False)


def hipwright(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hipwright", *arguments],
        cwd=SAMPLES.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def compare(*files: str) -> dict[str, Any]:
    result = hipwright("compare", *files, "--format", "json")
    if not result.stdout:
        console.print(f"hipwright compare {' '.join(files)} said:\n{result.stderr}", style="red")
        sys.exit(1)
    comparison: dict[str, Any] = json.loads(result.stdout)
    return comparison


def missing_library(comparison: dict[str, Any]) -> str:
    """What to install, where a program asks for a library that this machine has not; else ""."""
    for side in comparison["sides"]:
        _, marker, message = side["message"].partition("hipwright: ")
        if marker and "install" in message:
            return str(message).rstrip('"')
    return ""


def say(text: str, style: str = "") -> None:
    """Print a paragraph under its sample, indented."""
    console.print(Padding(Text(text, style), (0, 0, 0, 6)))


def show(title: str, comparison: dict[str, Any]) -> None:
    verdict = comparison["verdict"]
    console.print(Text(f"  {title:<44}").append(verdict, style=f"bold {COLORS[verdict]}"))
    if verdict == "agree":
        say(comparison["sentence"], "dim")
    else:
        show_what_is_wrong(comparison)


def show_what_is_wrong(comparison: dict[str, Any]) -> None:
    """Name the wrong elements and the lanes that never arrived."""
    for pair in comparison["pairs"]:
        for check in pair["checks"]:
            if check["verdict"] != "agree" and check["name"] not in ("arrays", "reports"):
                say(check["sentence"])
        for array in pair["arrays"]:
            if array["verdict"] != "agree":
                say(f"{array['name']}: {array['sentence']}")
    for side in comparison["sides"]:
        for report in side["reports"][:3]:
            where = f"{report['file']}:{report['line']}: " if report["file"] else ""
            say(where + report["message"])
        hidden = len(side["reports"]) - 3
        if hidden > 0:
            say(f"… and {hidden} more reports of {side['label']}")


def main() -> int:
    programs = [[path] for path in sorted(SAMPLES.glob("*.cu"))]
    programs.append(sorted((SAMPLES / "heat").glob("*.cu")))
    for name in ("random_product", "runtime_compiled"):
        programs.append([SAMPLES / "libraries" / f"{name}.cu"])

    console.print("\nPorting the samples\n", style="bold")
    port = hipwright("port", "samples", "-o", "build/samples", "--format", "concise")
    say(port.stdout + port.stderr)

    console.print("Original on 32 lanes beside its port on 64, on the CPU device\n", style="bold")
    unexpected: list[str] = []
    skipped = 0
    for files in programs:
        comparison = compare(*map(str, files))
        title = files[0].name if len(files) == 1 else f"{files[0].parent.name}/"
        missing = missing_library(comparison)
        if missing:
            console.print(Text(f"  {title:<44}").append("not run", style="bold"))
            say(missing, "dim")
            skipped += 1
            continue
        show(title, comparison)
        if comparison["verdict"] != "agree":
            unexpected.append(f"{title}: {comparison['sentence']}")

    console.print("\nThe same reduction when only its names are changed\n", style="bold")
    comparison = compare("samples/reduction.cu", "samples/reduction_renamed.hip")
    show("reduction.cu and reduction_renamed.hip", comparison)
    if comparison["verdict"] != "differ":
        unexpected.append(f"reduction_renamed.hip: {comparison['sentence']}")

    console.print("\nWhat such a run cannot show\n", style="bold")
    for sentence in comparison["cannotShow"]:
        say(sentence, "dim")
    if unexpected:
        console.print("\nNot the expected verdict:", style="red")
        for sentence in unexpected:
            say(sentence, "red")
        return 1
    run = len(programs) - skipped
    console.print(
        f"\nAll {run} ports agree with their originals; renaming alone does not."
        "\nThe ports are in build/samples/."
        "\nNext: `make lab` for the notebook, `.venv/bin/hipwright check YOUR_CODE` for your own."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
