"""The CUDA files that everything is measured on."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
_LARGEST = 1_000_000  # bytes; a larger file is data in disguise


@dataclass(frozen=True, slots=True)
class Corpus:
    """Files with their content, read once."""

    name: str
    files: tuple[tuple[Path, bytes], ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(content) for _, content in self.files)

    @property
    def lines(self) -> int:
        """Lines of all files."""
        return sum(content.count(b"\n") for _, content in self.files)


def load(folder: Path | None, size: int) -> Corpus:
    """About `size` bytes of .cu files below a folder, chosen at random but always the same ones.

    Without a folder, our own samples, as often as it takes. Raises SystemExit when there are none.
    """
    if folder is None:
        own = [(path, path.read_bytes()) for path in sorted(SAMPLES.glob("*.cu"))]
        times = -(-size // sum(len(content) for _, content in own))
        return Corpus(f"our samples, {times} times", tuple(own * times))
    paths = sorted(folder.rglob("*.cu"))
    random.Random(1).shuffle(paths)
    chosen: list[tuple[Path, bytes]] = []
    total = 0
    for path in paths:
        content = path.read_bytes()
        if 0 < len(content) <= _LARGEST and b"\0" not in content:
            chosen.append((path, content))
            total += len(content)
        if total >= size:
            break
    if not chosen:
        raise SystemExit(f"{folder}: no .cu files to measure with")
    return Corpus(str(folder), tuple(chosen))
