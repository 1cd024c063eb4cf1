"""HEADER001: a CUDA header that HIP has under another name, or does not need."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.rules.headers._directives import (
    Include,
    covers,
    directives_of,
    is_legacy_blas,
    is_real,
)
from hipwright.rules.names._counterpart import hip_name
from hipwright.settings import Settings
from hipwright.source import Source


class HeaderRename(FileRule):
    """HIP has this CUDA header under another path, or brings what it declares by itself."""

    code = "HEADER001"
    title = "CUDA header with a HIP counterpart"
    severity = Severity.ERROR
    settled = True
    hazards = ("HW153", "HW234", "HW237", "HW245", "HW252", "HW255")
    source = "HIPIFY's header map, checked against the packages of ROCm 7.1"
    examples = (
        Example(
            '#include <cuda_runtime.h>\n#include "cublas_v2.h"\n',
            '#include <hip/hip_runtime.h>\n#include "hipblas/hipblas.h"\n',
        ),
        Example(
            "#include <cuda.h>\n#include <map>\n#include <cuda_runtime.h>  // runtime\nint a;\n",
            "#include <hip/hip_runtime.h>\n#include <map>\n// runtime\nint a;\n",
            why="two headers become one, which is included once",
        ),
        Example(
            "#ifdef A\n#include <cuda.h>\n#else\n#include <cuda_runtime.h>\n#endif\n",
            "#ifdef A\n#include <hip/hip_runtime.h>\n#else\n#include <hip/hip_runtime.h>\n#endif\n",
            why="each branch needs its own",
        ),
        Example(
            "#include <device_launch_parameters.h>\nint a;\n",
            "int a;\n",
            why="hip_runtime.h declares threadIdx and the like",
        ),
        Example(
            "#include <cub/device/device_reduce.cuh>\n#include <cub/block/block_scan.cuh>\n",
            "#include <hipcub/hipcub.hpp>\n",
        ),
        Example('#include "my_cuda.h"\n// #include <cuda.h>\n', None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        directives = directives_of(content)
        renamed: list[tuple[bytes, Include]] = []
        for include, entry in directives.known:
            hip = hip_name(entry, settings)
            if (
                entry.name == "cublas.h"
                and not settings.hipify
                and is_legacy_blas(content, settings)
            ):
                continue  # its calls have no counterpart: HEADER002 says so
            needless = entry.status == "same" and not entry.hip
            if (not hip and not needless) or hip == entry.name:
                continue
            if not is_real(source, include):
                continue
            target = hip.encode()
            before = [other for path, other in renamed if path == target]
            before += [
                other
                for other in directives.includes
                if other.path == target and other.entry is None and other.start < include.start
            ]
            if needless or any(covers(content, other, include) for other in before):
                message = (
                    f"`{entry.name}` is not needed in HIP"
                    if needless
                    else f"`{entry.name}` is `{hip}` in HIP, which is included already"
                )
                start, end = _whole_line(content, include)
                fix = Fix("Remove the include", (Edit(start, end, b""),))
            else:
                message = f"`{entry.name}` is `{hip}` in HIP"
                edit = Edit(include.path_start, include.path_end, hip.encode())
                fix = Fix(f"Replace by {hip}", (edit,))
                renamed.append((target, include))
            yield Finding(
                self.code,
                self.severity,
                message,
                include.path_start,
                include.path_end,
                (fix,),
                name=entry.name,
            )


def _whole_line(content: bytes, include: Include) -> tuple[int, int]:
    """The bytes to remove with an include: its line, but for a comment that stands there too."""
    end = include.end
    while content[end : end + 1] in (b" ", b"\t"):
        end += 1
    rest = content[end : end + 2]
    if rest[:1] not in (b"", b"\n", b"\r"):
        return include.start, end
    start = content.rfind(b"\n", 0, include.start) + 1
    if content[start : include.start].strip(b" \t"):
        start = include.start  # a byte order mark stands before it, and stays
    return start, end + (2 if rest == b"\r\n" else len(rest[:1]))
