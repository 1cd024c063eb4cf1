"""STREAM003: a stream that is used after it was destroyed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

from hipwright.finding import Finding, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source

_DESTROYED = regex(rb"(?:cuda|hip)StreamDestroy\s*\(\s*(?P<name>[A-Za-z_]\w*)\s*\)")
# What takes a stream: a launch, or a function of the runtime's.
_TAKES = rb"(?:<<<[^;{}]*,\s*%s\s*>>>|\b(?:cuda|hip)[A-Z]\w*\s*\([^;{}]*(?<![\w.&>])%s\s*[,)])"
_ENDS = frozenset({"return_statement", "break_statement", "continue_statement", "goto_statement"})


class DestroyedStream(FileRule):
    """HIP does not check a stream since ROCm 7: one that was destroyed ends the program.

    CUDA returns an error, which many programs ignore.
    """

    code = "STREAM003"
    title = "Stream used after it was destroyed"
    severity = Severity.WARNING
    source = "HIP 7.0 changes: invalid stream input parameter handling"
    hazards = ("HW107",)
    triggers = (b"StreamDestroy",)
    affected_by = regex(rb"[sS]tream|<<<")
    examples = (
        Example(
            "void f(cudaStream_t s) {\n  cudaStreamDestroy(s);\n  cudaStreamSynchronize(s);\n}\n",
            "void f(cudaStream_t s) {\n  cudaStreamDestroy(s);\n  cudaStreamSynchronize(s);\n}\n",
        ),
        Example(
            "void f(cudaStream_t s) {\n"
            "  cudaStreamDestroy(s);\n  cudaStreamCreate(&s);\n  cudaStreamSynchronize(s);\n}\n",
            None,
            why="another stream",
        ),
        Example(
            "void f(cudaStream_t s, bool last) {\n"
            "  if (last) { cudaStreamDestroy(s); return; }\n  cudaStreamSynchronize(s);\n}\n",
            None,
        ),
        Example(
            "void f(cudaStream_t *s) {\n"
            "  for (int i = 0; i < 4; ++i) cudaStreamDestroy(s[i]);\n}\n",
            None,
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in _DESTROYED.finditer(source.content):
            if not code.is_seen(match.start()):
                continue
            use = _next_use(code, match)
            if use is not None:
                name = match["name"].decode()
                yield Finding(
                    self.code,
                    self.severity,
                    f"`{name}` was destroyed before this: CUDA returns an error, HIP since ROCm 7 "
                    "ends the program.",
                    *use,
                    related=(Related(*match.span(), "Destroyed here."),),
                )


def _next_use(code: Code, destroyed: re.Match[bytes]) -> tuple[int, int] | None:
    """Where a statement behind, in the same block, uses the stream; None where none surely does."""
    node = code.source.tree.root_node.descendant_for_byte_range(*destroyed.span("name"))
    if node is None or node.type != "identifier":
        return None
    statement: Node = node
    while statement.parent is not None and statement.parent.type != "compound_statement":
        statement = statement.parent
        if statement.type in ("if_statement", "for_statement", "while_statement", "do_statement"):
            return None
    name = re.escape(destroyed["name"])
    anew = re.compile(rb"(?<![\w.])" + name + rb"\s*=(?!=)|&\s*" + name + rb"(?!\w)")
    takes = re.compile(_TAKES.replace(b"%s", name))
    following = statement.next_named_sibling
    while following is not None and following.type not in _ENDS:
        if following.type.startswith("preproc") or following.type == "case_statement":
            return None
        start, end = following.start_byte, following.end_byte
        if following.type != "comment":
            use = takes.search(code.content, start, end)
            if anew.search(code.content, start, use.end() if use else end):
                return None
            if use is not None and code.source.comment_around(*use.span()) is None:
                return use.span()
        following = following.next_named_sibling
    return None
