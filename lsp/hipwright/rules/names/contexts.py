"""API011: the driver's contexts."""

from __future__ import annotations

from hipwright.api import Entry
from hipwright.finding import Severity
from hipwright.rules.base import Advice, Example, NameRule
from hipwright.settings import Settings

_NAMES = frozenset(
    name + version
    for name in ("cuCtxCreate", "cuCtxPushCurrent", "cuCtxPopCurrent", "cuCtxSetCurrent")
    for version in ("", "_v2", "_v3", "_v4")
)


class DriverContext(NameRule):
    """HIP's contexts are deprecated, and stand for the device alone: two contexts on one device
    share what CUDA keeps apart."""

    code = "API011"
    title = "Context of the driver API"
    severity = Severity.INFO
    settled = True
    source = "HIP porting guide: cuCtx and hipCtx"
    hazards = ("HW320",)
    examples = (
        Example(
            "void f() { cuCtxCreate(&context, 0, device); }",
            "void f() { cuCtxCreate(&context, 0, device); }",
            why="`hipSetDevice` and one primary context are what HIP programs use",
            around="CUcontext context; CUdevice device;\n@",
        ),
        Example("void f() { cuCtxSynchronize(); }", None),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return entry.name in _NAMES and not settings.hipify

    def advice(self, entry: Entry, settings: Settings) -> Advice:
        return Advice(
            f"`{entry.name}`: HIP's contexts are deprecated and stand for the device alone; "
            "`hipSetDevice` chooses it"
        )
