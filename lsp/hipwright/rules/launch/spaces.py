"""LAUNCH002: launch brackets with spaces in them."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, SyntaxRule
from hipwright.settings import Settings
from hipwright.source import Source


class LaunchSpaces(SyntaxRule):
    """`<< <` is one token to nvcc's front end only where it has no spaces; clang, and so hipcc,
    reads `<<<` and `>>>` as single tokens, and anything else as shifts."""

    code = "LAUNCH002"
    title = "Launch brackets with spaces"
    severity = Severity.ERROR
    source = "clang: lexing of `<<<` in CUDA and HIP mode"
    triggers = (b"< <", b">> >")
    pattern = '(kernel_call_syntax "<<<" @open ">>>" @close)'
    examples = (
        Example(
            "void f() { k << <grid, 256 >> >(a); }",
            "void f() { k <<<grid, 256 >>>(a); }",
            around=(
                "__global__ void k(int x) { results[threadIdx.x % 128] = x + blockDim.x; }\n"
                "int grid = 2, a = 5;\n@"
            ),
            run="void run() { f(); }\n",
        ),
        Example("void f() { k<<<grid, 256>>>(a); }", None),
        Example("void f() { std::cout << x << y; }", None),
    )

    def check(
        self, captures: dict[str, list[Node]], source: Source, settings: Settings
    ) -> Iterable[Finding]:
        nodes = [*captures["open"], *captures["close"]]
        edits = tuple(
            Edit(node.start_byte, node.end_byte, node.type.encode())
            for node in nodes
            if source.text_of(node) != node.type.encode()
        )
        if edits:
            yield Finding(
                self.code,
                self.severity,
                "hipcc reads the launch brackets only without spaces in them",
                nodes[0].start_byte,
                nodes[0].end_byte,
                (Fix("Write <<< and >>>", edits),),
            )
