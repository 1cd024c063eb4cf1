"""What the rules' examples say compiles: the originals with nvcc, the ports with HIP's headers.

The ports need clang and `HIPWRIGHT_HIP_HEADERS`, a folder that holds HIP's `include/`. Examples are
compiled together, each in a namespace of its own; what fails there is compiled once more by itself.
Run with `-s`, the tests print how many compile, and why the others do not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from example_texts import RESULTS, Text, examples, is_left, ports, together

_PLACE = re.compile(r"^(?:.*/)?([A-Z]+\d{3}-\d+)[:(]\d+", re.MULTILINE)
_ERROR = re.compile(r"\berror\b(?: #\S+)?: *(.*)$", re.MULTILINE)
_STANDARD = re.compile(r"[a-z_]+|(?:assert|float|limits|math|std\w+|string|time)\.h")


pytestmark = pytest.mark.timeout(900)  # three to five compilations of some 8 seconds of CPU each


def _failures(
    texts: list[Text], head: str, command: list[str], folder: Path, suffix: str
) -> dict[str, str]:
    """The first error of each text that does not compile, by key."""

    def compile_them(some: list[Text]) -> tuple[int, str]:
        path = folder / f"examples{suffix}"
        path.write_text(together(some, head), "utf-8")
        done = subprocess.run(
            [*command, str(path)],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd=folder,
            timeout=600,
        )
        return done.returncode, done.stdout + done.stderr

    suspects: dict[str, str] = {}
    for _ in range(3):  # some errors are only found where there are no others
        status, said = compile_them([each for each in texts if each.key not in suspects])
        if status == 0:
            break
        found = dict.fromkeys(_PLACE.findall(said), "")
        for line in said.splitlines():
            place, error = _PLACE.match(line), _ERROR.search(line)
            if place and error and not found[place.group(1)]:
                found[place.group(1)] = error.group(1)
        assert found, said[:4000]  # an error of no example
        suspects |= found
    assert status == 0, said[:4000]
    for each in texts:
        if each.key in suspects and not is_left(each):
            status, said = compile_them([each])
            if status == 0:
                del suspects[each.key]
            else:
                suspects[each.key] = "\n".join(_ERROR.findall(said)[:3])
    return suspects


def _with_headers(
    texts: list[Text], exists: Callable[[str], bool]
) -> tuple[list[Text], Counter[str]]:
    """The texts whose headers are all here, and how many lack which."""
    lacking: Counter[str] = Counter()
    found = []
    for each in texts:
        missing = [include for include in each.includes if not exists(include[1:-1])]
        if missing:
            lacking[f"needs {missing[0]}"] += 1
        else:
            found.append(each)
    return found, lacking


@pytest.mark.parametrize("architecture", ["gfx942", "gfx1100"])
def test_ports_compile(architecture: str, tmp_path: Path) -> None:
    root = os.environ.get("HIPWRIGHT_HIP_HEADERS")
    clang = shutil.which("clang++-19") or shutil.which("clang++")
    if root is None or clang is None:
        pytest.skip("needs clang++ and HIPWRIGHT_HIP_HEADERS, the folder that holds HIP's include/")
    include = Path(root) / "include"
    command = [clang, "-x", "hip", "-std=c++17", f"--offload-arch={architecture}", "-nogpulib"]
    command += [f"--rocm-path={root}", "-isystem", str(include), "-DHIPBLAS_V2", "-w"]
    command += ["-ferror-limit=0", "-fno-caret-diagnostics", "-fsyntax-only"]
    texts = ports()

    def exists(name: str) -> bool:
        return bool(_STANDARD.fullmatch(name)) or (include / name).exists()

    here, tally = _with_headers(texts, exists)
    head = f"#include <hip/hip_runtime.h>\n{RESULTS}"
    failures = _failures(here, head, command, tmp_path, ".hip")
    by_key = {each.key: each for each in texts}
    wrong = {}
    for key, message in failures.items():
        text = by_key[key]
        if "API not supported on the device" in message:
            tally["the GPU has no images"] += 1
        elif is_left(text):
            tally[f"left as it is, and reported as {text.rule.severity.value}"] += 1
        else:
            wrong[key] = message
    print(f"\n{architecture}: {len(here) - len(failures)} of {len(texts)} compile")
    for reason, count in tally.most_common():
        print(f"  {count} {reason}")
    assert wrong == {}
    assert len(here) - len(failures) > 0.7 * len(texts)


_INCLUDES = re.compile(r"INCLUDES=(.*)")  # in what nvcc would run
# HIP's names, or what only AMD's compilers know: such an original is a port already.
_OF_HIP = re.compile(r"\b(?:hip|HIP|roc|__hip|__HIP|__GFX|__AMD|__builtin_amdgcn)\w*|__ballot\(")


def test_originals_compile(tmp_path: Path) -> None:
    nvcc = shutil.which("nvcc")
    if nvcc is None:
        pytest.skip("needs nvcc")
    command = [nvcc, "-std=c++17", "-arch=sm_90", "-x", "cu", "-w", "-ptx"]
    command += ["-o", os.devnull, "-Xcudafe", "--error_limit=100000"]
    texts = examples(lambda example: example.before)
    of_cuda = [each for each in texts if not _OF_HIP.search(each.text)]
    (tmp_path / "empty.cu").write_text("")
    said = subprocess.run(
        [nvcc, "--dryrun", str(tmp_path / "empty.cu")], capture_output=True, text=True, check=False
    ).stderr
    folders = re.findall(r'/[^"\s]+', "".join(_INCLUDES.findall(said)))

    def exists(name: str) -> bool:
        found = any((Path(folder) / name).exists() for folder in folders)
        return found or bool(_STANDARD.fullmatch(name))

    here, tally = _with_headers(of_cuda, exists)
    tally["HIP's own names"] = len(texts) - len(of_cuda)
    head = f"#include <cuda_runtime.h>\n{RESULTS}"
    failures = _failures(here, head, command, tmp_path, ".cu")
    print(f"\nnvcc: {len(here) - len(failures)} of {len(texts)} compile")
    for reason, count in tally.most_common():
        print(f"  {count} {reason}")
    for key, message in failures.items():
        print(f"  {key}: {message}")
    # The others use what CUDA 13 no longer has, or what CUDA never had.
    assert len(here) - len(failures) > 0.8 * len(here)
