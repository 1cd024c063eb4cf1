"""What the rules' safe fixes make of their examples computes what the examples did.

Examples that can be run say how (`Example.run`). Their originals are run on the CPU device with a
warp of 32, their ports with 32 and with 64 lanes: three programs, each of all examples, every one
in a namespace of its own. The rewrites of PTX are run one by one in tests/server/ptx.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from hipwright.port import port
from hipwright_server.program import Program, SourceFile
from hipwright_server.run import Run, RunStatus
from hipwright_server.targets.base import RunOptions
from hipwright_server.targets.cpu import CpuTarget

sys.path.insert(0, str(Path(__file__).parent))

from example_texts import RESULTS, Text, examples, together

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        CpuTarget(32).describe().ability != "run", reason="there is no C++ compiler"
    ),
]

# The rules that only look at HIP speak of CUDA's functions in it: their originals are CUDA.
_CUDA_HEADERS = {"hip/hip_runtime.h": "cuda_runtime.h", "hip/hip_bf16.h": "cuda_bf16.h"}


def _whole(text: Text) -> str:
    """An example's original with what runs it: a `run()`, from an expression where it is none."""
    run = text.example.run
    if "void run()" not in run:
        run = (
            "__global__ void run_all() {\n"
            "  const int t = threadIdx.x;\n"
            f"  results[t] = (double)({run});\n"
            "}\n"
            "void run() { run_all<<<1, 128>>>(); }\n"
        )
    return f"{text.text}\n{run}"


def _original(text: Text) -> Text:
    source = _whole(text)
    for hip, cuda in _CUDA_HEADERS.items():
        source = source.replace(hip, cuda)
    return Text(text.key, text.rule, text.example, source)


def _ported(text: Text) -> Text:
    """What a port makes of it: the rule's fix, and what other rules have to do."""
    ported = port(_whole(text).encode(), "example.cu", text.example.settings).text.decode()
    return Text(text.key, text.rule, text.example, ported)


def _program(texts: list[Text], prefix: str, header: str, name: str, folder: Path) -> Program:
    """All examples one after the other; each prints its name and its results."""
    parts = [together(texts, f"#include <{header}>\n#include <cstdio>\n{RESULTS}")]
    parts += [
        "static void show(const char* name, void (*run)()) {",
        "  for (double& each : results) each = 0;",
        "  run();",
        f'  if ({prefix}DeviceSynchronize() != {prefix}Success) std::printf("failed ");',
        '  std::printf("%s", name);',
        '  for (const double each : results) std::printf(" %a", each);',
        '  std::printf("\\n");',
        "}",
        "int main() {",
        *(f'  show("{each.key}", example_{i}::run);' for i, each in enumerate(texts)),
        "}",
    ]
    source = SourceFile(name, "\n".join(parts).encode() + b"\n")
    return Program((source,), "cuda" if prefix == "cuda" else "hip", folder, folder)


def _results(run: Run) -> dict[str, str]:
    errors = "\n".join(f"{each.place}: {each.message}" for each in run.diagnostics[:10])
    assert run.status is RunStatus.OK, f"{run.message}\n{errors}"
    assert run.exit_status == 0
    lines = run.stdout.decode().splitlines()
    return dict(line.split(" ", 1) for line in lines)


def test_safe_fixes_keep_what_is_computed(tmp_path: Path) -> None:
    fixed = [
        each
        for each in examples(lambda example: example.before)
        if each.example.after != each.example.before
    ]
    texts = [each for each in fixed if each.example.run]
    options = RunOptions(seconds=60)
    originals, ports = [_original(each) for each in texts], [_ported(each) for each in texts]
    original = _program(originals, "cuda", "cuda_runtime.h", "before.cu", tmp_path)
    ported = _program(ports, "hip", "hip/hip_runtime.h", "after.hip", tmp_path)
    before = _results(CpuTarget(32).run(original, options, None))
    for lanes in (32, 64):
        after = _results(CpuTarget(lanes).run(ported, options, None))
        assert after == before, {key for key in before if before[key] != after.get(key)}
    assert before.keys() == {each.key for each in texts}
    silent = [key for key, values in before.items() if set(values.split()) == {"0x0p+0"}]
    assert silent == []  # nothing written: nothing compared
    families = Counter(re.sub(r"\d.*", "", each.key) for each in texts)
    print(f"\n{len(texts)} of {len(fixed)} examples with a fix run: {dict(families)}")
    assert len(texts) >= 45
