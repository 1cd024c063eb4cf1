"""Format our C++ headers and samples with clang-format, or with --check say which need it.

The version is pinned in pyproject.toml, because each release formats a little differently.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("server/hipwright_server/cpu/include", "samples")
SUFFIXES = {".h", ".hpp", ".cpp", ".cu", ".cuh", ".hip"}


def main() -> int:
    files = sorted(
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        # The vendor fronts also hold headers that have no suffix, and no code of ours is elsewhere.
        if path.is_file() and path.suffix in SUFFIXES
    )
    mode = ["--dry-run", "--Werror"] if "--check" in sys.argv[1:] else ["-i"]
    clang_format = str(Path(sys.executable).parent / "clang-format")
    return subprocess.run([clang_format, *mode, *files], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
