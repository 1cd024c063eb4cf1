"""HEADER001: a CUDA header that HIP has under another name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.api import lookup
from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, FileRule
from hipwright.rules.names.rename import hip_name
from hipwright.settings import Settings
from hipwright.source import Source

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


class HeaderRename(FileRule):
    """HIP has this CUDA header under a path of its own."""

    code = "HEADER001"
    title = "CUDA header with a HIP counterpart"
    severity = Severity.ERROR
    source = "HIPIFY's header map, checked against the packages of ROCm 7.1"
    triggers = (b"include",)
    examples = (
        Example("#include <cuda_runtime.h>\n", "#include <hip/hip_runtime.h>\n"),
        Example('#include "my_cuda.h"\n', None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        for match in _INCLUDE.finditer(source.content):
            entry = lookup(match.group(2))
            if entry is None or entry.kind != "header":
                continue
            hip = hip_name(entry, settings)
            if not hip or hip == entry.name:
                continue
            node = source.tree.root_node.descendant_for_byte_range(match.start(1), match.end(1))
            if node is not None and node.type == "comment":
                continue
            start, end = match.span(2)
            yield Finding(
                self.code,
                self.severity,
                f"`{entry.name}` is `{hip}` in HIP",
                start,
                end,
                (Fix(f"Replace by {hip}", (Edit(start, end, hip.encode()),)),),
                name=entry.name,
            )
