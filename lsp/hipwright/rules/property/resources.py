"""PROP003: resources of a multiprocessor, in formulas."""

from __future__ import annotations

import re

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.code import Code
from hipwright.rules.notice import NoticeRule

_SHOWN = regex(rb"printf\s*\(|<<|\bprint\w*\s*\(|\bfmt::")


class Resources(NoticeRule):
    """A compute unit has other registers, another LDS and other limits than NVIDIA's
    multiprocessor, and GPUs have other numbers of them: formulas that were tuned for NVIDIA
    still work, and no longer fit."""

    code = "PROP003"
    title = "Resources of a multiprocessor"
    severity = Severity.INFO
    source = "HIP documentation: hardware features"
    hazards = (
        "HW121",
        "HW123",
    )
    triggers = (
        b"multiProcessorCount",
        b"MultiProcessorCount",
        b"MultiprocessorCount",
        b"regsPerMultiprocessor",
        b"sharedMemPerMultiprocessor",
        b"MULTIPROCESSOR_COUNT",
    )
    affected_by = regex(
        rb"multiProcessorCount|Multi[Pp]rocessorCount|regsPerMultiprocessor|sharedMemPerMultiprocessor|MULTIPROCESSOR_COUNT"
    )
    places = regex(
        rb"(?:multiProcessorCount|cudaDevAttrMultiProcessorCount|hipDeviceAttributeMultiprocessorCount|CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT|regsPerMultiprocessor|sharedMemPerMultiprocessor)(?!\w)"
    )
    message = (
        "On AMD these are compute units (304 on an MI300X), which hold other "
        "numbers of waves: take grid sizes from the occupancy functions instead of "
        "factors tuned for NVIDIA."
    )
    examples = (
        Example(
            "int blocks(cudaDeviceProp p) { return 16 * p.multiProcessorCount; }\n",
            "int blocks(cudaDeviceProp p) { return 16 * p.multiProcessorCount; }\n",
        ),
        Example(
            'void f(cudaDeviceProp p) { printf("%d", p.multiProcessorCount); }\n',
            None,
            why="only shown",
        ),
    )

    def is_meant(self, code: Code, match: re.Match[bytes]) -> bool:
        """Whether it is used for more than to be shown."""
        statement = max(code.content.rfind(mark, 0, match.start()) for mark in (b";", b"{", b"}"))
        return _SHOWN.search(code.content, statement + 1, match.start()) is None
