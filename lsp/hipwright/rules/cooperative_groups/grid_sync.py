"""CG003: a barrier for the whole grid."""

from __future__ import annotations

from hipwright.finding import Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.notice import NoticeRule


class GridSync(NoticeRule):
    """A barrier for the whole grid needs `hipLaunchCooperativeKernel` and a grid that is resident
    at once: how large that is follows from the compute units of the GPU, not from NVIDIA's."""

    code = "CG003"
    title = "Grid that has to be resident at once"
    severity = Severity.INFO
    source = "HIP documentation: cooperative groups"
    hazards = ("HW039",)
    triggers = (b"this_grid",)
    affected_by = regex(rb"this_grid")
    places = regex(rb"this_grid(?!\w)")
    message = (
        "`sync()` of a grid needs a cooperative launch, and refuses a grid that is not resident at "
        "once: take its size from hipOccupancyMaxActiveBlocksPerMultiprocessor and the number of "
        "compute units."
    )
    examples = (
        Example(
            "__global__ void k() { cooperative_groups::this_grid().sync(); }\n",
            "__global__ void k() { cooperative_groups::this_grid().sync(); }\n",
            around="#include <cooperative_groups.h>\n@",
        ),
        Example("// this_grid\n__global__ void k() { __syncthreads(); }\n", None),
    )
