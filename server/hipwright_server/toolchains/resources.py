"""What compilers say a kernel costs, in one shape."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace

from hipwright_server.run import KernelResources

_PTXAS_ENTRY = re.compile(
    r"Compiling entry function '(?P<kernel>[^']+)' for '(?P<architecture>\w+)'"
)
_PTXAS_STACK = re.compile(
    r"(?P<stack>\d+) bytes stack frame, (?P<stores>\d+) bytes spill stores, "
    r"(?P<loads>\d+) bytes spill loads"
)
_PTXAS_USED = re.compile(r"Used (?P<registers>\d+) registers")
_PTXAS_SHARED = re.compile(r"(\d+)(?:\+\d+)? bytes smem")

_REMARK = re.compile(r"remark:\s+(?P<key>[^:\[]+?)\s*(?:\[[^\]]*\])?\s*:\s*(?P<value>\S+)")


def parse_ptxas(text: str) -> list[KernelResources]:
    """The kernels of `nvcc -Xptxas -v`."""
    found: list[KernelResources] = []
    for line in text.splitlines():
        entry = _PTXAS_ENTRY.search(line)
        if entry:
            found.append(KernelResources(entry.group("kernel"), entry.group("architecture")))
            continue
        if not found:
            continue
        stack = _PTXAS_STACK.search(line)
        if stack:
            spilled = int(stack.group("stores")) + int(stack.group("loads"))
            found[-1] = replace(found[-1], scratch_bytes=int(stack.group("stack")), spills=spilled)
        used = _PTXAS_USED.search(line)
        if used:
            shared = _PTXAS_SHARED.search(line)
            found[-1] = replace(
                found[-1],
                vector_registers=int(used.group("registers")),
                shared_memory_bytes=int(shared.group(1)) if shared else 0,
            )
    return _readable(found)


def parse_kernel_resource_usage(text: str, architecture: str) -> list[KernelResources]:
    """The kernels of clang's `-Rpass-analysis=kernel-resource-usage`."""
    kernels: list[dict[str, str]] = []
    for line in text.splitlines():
        if "kernel-resource-usage" not in line:
            continue
        match = _REMARK.search(line)
        if match is None:
            continue
        key, value = match.group("key"), match.group("value")
        if key == "Function Name":
            kernels.append({"name": value})
        elif kernels:
            kernels[-1][key] = value

    def number(kernel: dict[str, str], *keys: str) -> int | None:
        values = [int(kernel[key]) for key in keys if kernel.get(key, "").isdigit()]
        return sum(values) if values else None

    found = [
        KernelResources(
            kernel=kernel["name"],
            architecture=architecture,
            vector_registers=number(kernel, "VGPRs"),
            scalar_registers=number(kernel, "SGPRs", "TotalSGPRs"),
            shared_memory_bytes=number(kernel, "LDS Size"),
            scratch_bytes=number(kernel, "ScratchSize"),
            spills=number(kernel, "SGPRs Spill", "VGPRs Spill"),
            occupancy=number(kernel, "Occupancy"),
        )
        for kernel in kernels
    ]
    return _readable(found)


def _readable(found: Sequence[KernelResources]) -> list[KernelResources]:
    """The kernels under the names that their authors gave them."""
    names = demangle([each.kernel for each in found])
    return [replace(each, kernel=name) for each, name in zip(found, names, strict=True)]


def demangle(names: Sequence[str]) -> list[str]:
    """C++ names without their arguments, where a demangler is on this machine."""
    tool = shutil.which("c++filt") or shutil.which("llvm-cxxfilt")
    if not names or tool is None:
        return list(names)
    try:
        done = subprocess.run(
            [tool],
            input="\n".join(names),
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return list(names)
    lines = done.stdout.splitlines()
    return [_without_arguments(line) for line in lines] if len(lines) == len(names) else list(names)


def _without_arguments(name: str) -> str:
    """`void scale<float>(float*, int)` becomes `scale<float>`."""
    depth = 0
    start = 0
    for position, character in enumerate(name):
        if character in "<":
            depth += 1
        elif character == ">":
            depth -= 1
        elif character == " " and depth == 0:
            start = position + 1  # a return type came before
        elif character == "(" and depth == 0:
            if name.startswith("(anonymous namespace)", position):
                depth += 1
                continue
            return name[start:position]
        elif character == ")":
            depth -= 1
    return name
