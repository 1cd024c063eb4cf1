"""PROP002: helpers of NVIDIA's samples that know only NVIDIA's GPUs."""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.notice import NoticeRule


class SampleHelpers(NoticeRule):
    """The helpers of NVIDIA's samples look up compute capabilities in tables of NVIDIA's GPUs: an
    AMD GPU is not in them."""

    code = "PROP002"
    title = "Helper that knows only NVIDIA GPUs"
    severity = Severity.INFO
    source = (
        "helper_cuda.h of NVIDIA's cuda-samples: _ConvertSMVer2Cores takes the "
        "newest entry for what it does not know"
    )
    hazards = ("HW118",)
    triggers = (
        b"_ConvertSMVer2",
        b"gpuGetMaxGflopsDeviceId",
        b"checkCudaCapabilities",
    )
    affected_by = regex(rb"_ConvertSMVer2|gpuGetMaxGflopsDeviceId|checkCudaCapabilities")
    places = regex(
        rb"(?:_ConvertSMVer2(?:Cores|ArchName)|gpuGetMaxGflopsDeviceId|checkCudaCapabilities)(?=\s*\()"
    )
    message = (
        "This helper judges a GPU by NVIDIA's compute capability, which on AMD is "
        "the gfx version: choose the device with hipSetDevice, and judge it by its "
        "compute units."
    )
    examples = (
        Example(
            "int main() { int cores = _ConvertSMVer2Cores(major, minor); }\n",
            "int main() { int cores = _ConvertSMVer2Cores(major, minor); }\n",
            around="int major, minor;\nint _ConvertSMVer2Cores(int major, int minor);\n@",
        ),
        Example(
            "int main() { findCudaDevice(argc, argv); }\n",
            None,
        ),
    )
