"""API009: the storage class `register`."""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, SyntaxRule
from hipwright.settings import Settings
from hipwright.source import Source


class RegisterStorage(SyntaxRule):
    """C++17, which hipcc compiles by default, has no `register`; nvcc only warns of it."""

    code = "API009"
    title = "Storage class `register`"
    severity = Severity.ERROR
    settled = True
    source = "C++17, [diff.cpp14.dcl.dcl]; clang reports -Wregister as an error"
    hazards = ("HW193",)
    triggers = (b"register ", b"register\t")
    pattern = '((storage_class_specifier) @class (#eq? @class "register"))'
    examples = (
        Example("void f() { register int i = 0; }", "void f() { int i = 0; }"),
        Example(
            "void f(register float x) { g(x); }",
            "void f(float x) { g(x); }",
            around="void g(float);\n@",
        ),
        Example('void f() { register int i asm("r1"); }', None, why="a named register"),
        Example("// register this\nint registered;\n", None),
    )

    def check(
        self, captures: dict[str, list[Node]], source: Source, settings: Settings
    ) -> Iterable[Finding]:
        node = captures["class"][0]
        parent = node.parent
        if parent is not None and b"asm" in source.text_of(parent):
            return
        end = node.end_byte
        while source.content[end : end + 1] in (b" ", b"\t"):
            end += 1
        yield Finding(
            self.code,
            self.severity,
            "hipcc compiles C++17, which has no `register`",
            node.start_byte,
            node.end_byte,
            (Fix("Remove register", (Edit(node.start_byte, end, b""),)),),
        )
