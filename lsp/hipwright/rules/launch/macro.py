"""LAUNCH001: kernel launches as hipLaunchKernelGGL, for those who ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from tree_sitter import Node, Query, QueryCursor

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.launch._text import Launch, launches_in_text
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.text import cuda_language

_MACRO = Settings(launch="macro")

# Template kernels are named in HIP_KERNEL_NAME, so that a comma in their arguments is none of the
# macro's.
_TEMPLATE_KERNEL = regex(
    rb"\btemplate\s*<[^;{}()]*>\s*(?:[\w\s*&:]|__launch_bounds__\s*\([^)]*\))*?"
    rb"__global__(?:[\w\s*&:]|__launch_bounds__\s*\([^)]*\))*?\b(\w+)\s*\("
)


class LaunchMacro(FileRule):
    """HIP understands `<<<…>>>`; its macro hipLaunchKernelGGL says the same to any compiler."""

    code = "LAUNCH001"
    title = "Kernel launch to write as a macro"
    severity = Severity.INFO
    source = "HIP C++ language extensions: calling global functions"
    triggers = (b"<<<", b"< <")
    hazards = ("HW044",)
    examples = (
        Example(
            "void f() { k<<<grid, 256>>>(a, b); }",
            "void f() { hipLaunchKernelGGL(k, dim3(grid), dim3(256), 0, 0, a, b); }",
            settings=_MACRO,
            around=(
                "template <class T> __global__ void k(T x, T y) "
                "{ results[threadIdx.x % 128] = x - y; }\n"
                "int grid = 2; float a = 7, b = 3;\n@"
            ),
            run="void run() { f(); }\n",
        ),
        Example(
            "void f() { k<float, 4> <<<dim3(1, 2), n, bytes, stream>>>(); }",
            "void f() { hipLaunchKernelGGL(HIP_KERNEL_NAME(k<float, 4>), dim3(1, 2), dim3(n), "
            "bytes, stream); }",
            settings=_MACRO,
            around=(
                "template <class T, int N> __global__ void k() "
                "{ results[threadIdx.x] = N * sizeof(T) + gridDim.y; }\n"
                "int n = 64, bytes; cudaStream_t stream;\n"
                "@"
            ),
            run="void run() { f(); }\n",
        ),
        Example(
            "#define RUN(x) k<<<1, 2>>>(x) // runs\n",
            "#define RUN(x) hipLaunchKernelGGL(k, dim3(1), dim3(2), 0, 0, x) // runs\n",
            settings=_MACRO,
            around="__global__ void k(int x) { results[threadIdx.x] = x; }\n@",
            run="void run() { RUN(7); }\n",
        ),
        Example("void f() { k<<<grid, 256>>>(a, b); }", None, why="unless asked for"),
    )

    def looks(self, settings: Settings) -> bool:
        return settings.launch == "macro"

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        templates = {match.group(1) for match in _TEMPLATE_KERNEL.finditer(content)}
        for launch in _launches(source):
            kernel = content[slice(*launch.kernel)]
            if b"<" in kernel or kernel.rpartition(b"::")[2] in templates:
                kernel = b"HIP_KERNEL_NAME(" + kernel + b")"
            configuration = [content[slice(*part)] for part in launch.configuration]
            for number in range(2):
                if not configuration[number].startswith(b"dim3("):
                    configuration[number] = b"dim3(" + configuration[number] + b")"
            configuration += [b"0"] * (4 - len(configuration))
            before = b"hipLaunchKernelGGL(" + b", ".join([kernel, *configuration])
            if launch.has_arguments:
                before += b", "
            edits = [Edit(launch.kernel[0], launch.arguments, before)]
            if not launch.has_arguments:
                edits = [Edit(launch.kernel[0], launch.close, before)]
            yield Finding(
                self.code,
                self.severity,
                "launch to write as hipLaunchKernelGGL",
                launch.kernel[0],
                launch.kernel[1],
                (Fix("Write as hipLaunchKernelGGL", tuple(edits)),),
            )


@cache
def _query() -> Query:
    query: Query = Query(
        cuda_language(),
        """
        (call_expression
          function: (_) @kernel
          (kernel_call_syntax) @configuration
          arguments: (argument_list) @arguments)
        (preproc_arg) @macro
        """,
    )
    return query


def _launches(source: Source) -> Iterator[Launch]:
    for _, captures in QueryCursor(_query()).matches(source.tree.root_node):
        if "macro" in captures:
            body = captures["macro"][0]
            if b"<<<" in source.text_of(body):
                yield from launches_in_text(source.content, body.start_byte, body.end_byte)
            continue
        launch = _launch_of(
            captures["kernel"][0], captures["configuration"][0], captures["arguments"][0]
        )
        if launch is not None:
            yield launch


def _launch_of(kernel: Node, configuration: Node, arguments: Node) -> Launch | None:
    parts: list[tuple[int, int]] = []
    start = end = -1
    for child in configuration.children[1:]:
        if child.type in (",", ">>>"):
            if start < 0:
                return None
            parts.append((start, end))
            start = -1
        elif child.type != "comment":
            start = child.start_byte if start < 0 else start
            end = child.end_byte
        else:
            return None  # a comment would be lost
    if not 2 <= len(parts) <= 4 or arguments.has_error:
        return None
    first = next((c for c in arguments.children[1:-1]), None)
    close = arguments.end_byte - 1
    return Launch(
        (kernel.start_byte, kernel.end_byte),
        tuple(parts),
        close if first is None else first.start_byte,
        first is not None,
        close,
    )
