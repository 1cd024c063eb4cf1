"""WARP008: the device's warp size, in host code for kernels that count in 32s."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.warp._code import Dialect, WarpCode, warp_code
from hipwright.settings import Settings
from hipwright.source import Source

_FIELD = regex(rb"warpSize(?!\w)")
_ATTRIBUTE = regex(rb"(?:cudaDevAttr|CU_DEVICE_ATTRIBUTE_)(?:WarpSize|WARP_SIZE)(?!\w)")
_PROPERTIES = regex(rb"cudaDeviceProp|hipDeviceProp_t")
_PRINTS = regex(rb"print|log|cout|cerr|format|message", re.IGNORECASE)


class DeviceWarpSize(FileRule):
    """An AMD device may say that its warp size is 64, where every CUDA device says 32.

    Blocks, shared memory and grids that the host sizes by it no longer fit kernels that count lanes
    in 32s. What is only printed may say what the device says.
    """

    code = "WARP008"
    title = "Warp size asked of the device"
    severity = Severity.WARNING
    settled = True
    source = "HIP programming guide: hipDeviceProp_t::warpSize; CUDA C++ programming guide: warps"
    hazards = ("HW022", "HW029")
    triggers = (
        b".warpSize",
        b"->warpSize",
        b"cudaDevAttrWarpSize",
        b"CU_DEVICE_ATTRIBUTE_WARP_SIZE",
    )
    examples = (
        Example(
            before=(
                "__global__ void k(int *p) { p[threadIdx.x / 32] = __shfl(*p, 0, 32); }\n"
                "void run(int *p, int threads) {\n"
                "  cudaDeviceProp prop;\n"
                "  int warps = threads / prop.warpSize;\n"
                '  printf("warps of %d lanes\\n", prop.warpSize);\n'
                "  k<<<warps, threads>>>(p);\n"
                "}\n"
            ),
            after=(
                "__global__ void k(int *p) { p[threadIdx.x / 32] = __shfl(*p, 0, 32); }\n"
                "void run(int *p, int threads) {\n"
                "  cudaDeviceProp prop;\n"
                "  int warps = threads / 32;\n"
                '  printf("warps of %d lanes\\n", prop.warpSize);\n'
                "  k<<<warps, threads>>>(p);\n"
                "}\n"
            ),
            why="As in the kernel: the port keeps groups of 32 lanes, whatever the device has.",
        ),
        Example(
            before=(
                "__global__ void k(int *p) { *p = __shfl(*p, 0, 32); }\n"
                "int lanes() { int n; cudaDeviceGetAttribute(&n, cudaDevAttrWarpSize, 0); "
                "return n; }\n"
            ),
            after=(
                "__global__ void k(int *p) { *p = __shfl(*p, 0, 32); }\n"
                "int lanes() { int n; cudaDeviceGetAttribute(&n, cudaDevAttrWarpSize, 0); "
                "return n; }\n"
            ),
            why="What becomes of the answer is for a person to see.",
        ),
        Example(
            before="int threads(cudaDeviceProp prop) { return 4 * prop.warpSize; }\n",
            after=None,
            why="No kernel here counts lanes: any size of block will do.",
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        code = warp_code(source)
        if code.dialect is not Dialect.CUDA or code.uses_matrix_units:
            return
        if not (code.calls or code.builtin_warp_sizes):
            return
        find = source.tree.root_node.descendant_for_byte_range
        for match in _FIELD.finditer(source.content):
            field = find(*match.span())
            expression = field.parent if field is not None else None
            if expression is None or expression.type != "field_expression":
                continue
            if not code.is_seen(match.start()) or not _is_read(code, expression):
                continue
            yield Finding(
                self.code,
                self.severity,
                "This is 64 on many AMD GPUs, and the kernels here count lanes in 32s. The fix"
                " writes CUDA's 32.",
                expression.start_byte,
                expression.end_byte,
                (Fix("Write 32", (Edit(expression.start_byte, expression.end_byte, b"32"),)),),
            )
        for match in _ATTRIBUTE.finditer(source.content):
            if code.is_code(*match.span()):
                yield Finding(
                    self.code,
                    self.severity,
                    "The answer is 64 on many AMD GPUs, and the kernels here count lanes in 32s.",
                    *match.span(),
                    name=match.group().decode(),
                )


def _is_read(code: WarpCode, expression: Node) -> bool:
    """Whether a device property is read for more than to be printed."""
    owner = expression.child_by_field_name("argument")
    if owner is None or not _is_properties(code, owner):
        return False
    node, parent = expression, expression.parent
    while parent is not None and not parent.type.endswith(("statement", "declaration")):
        if parent.type == "assignment_expression" and parent.child_by_field_name("left") == node:
            return False
        if parent.type in ("pointer_expression", "update_expression"):
            return False
        function = parent.child_by_field_name("function")
        if function is not None and _PRINTS.search(code.source.text_of(function)):
            return False
        node, parent = parent, parent.parent
    # `std::cout << prop.warpSize`
    return not (b"<<" in code.source.text_of(node) and _PRINTS.search(code.source.text_of(node)))


def _is_properties(code: WarpCode, owner: Node) -> bool:
    """Whether an expression is a device's properties, by its declaration or else by its name."""
    text = code.source.text_of(owner)
    name = re.match(rb"[A-Za-z_]\w*", text)
    declaration = code.declaration(name.group(), owner.start_byte) if name else None
    if declaration is not None and _PROPERTIES.search(declaration.type):
        return True
    return declaration is None and b"prop" in text.lower()
