"""STREAM004: memory that is set in the null stream, and used in one that does not wait for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import Code, code_of
from hipwright.settings import Settings
from hipwright.source import Source

_CREATED = regex(
    rb"StreamCreateWith(?:Flags|Priority)\s*\(\s*&\s*(?P<stream>[A-Za-z_]\w*)\s*,"
    rb"[^;{}]*StreamNonBlocking"
)
_MEMSET = regex(rb"(?:cuda|hip)Memset(?!\w)")
_NAME = regex(rb"[A-Za-z_]\w*")
# What makes the host wait, or may do so, and what orders the streams.
_WAITS = regex(
    rb"\b(?:cuda|hip)(?:\w*Synchronize|StreamWaitEvent|StreamQuery|EventQuery|Free\w*|Malloc\w*"
    rb"|Memcpy\w*(?<!Async)|MemGetInfo|DeviceReset)\s*\("
)


class UnorderedMemset(FileRule):
    """A memset returns before the memory is set, in CUDA and in HIP: the null stream does it, and a
    non-blocking stream does not wait for that.

    CUDA programs get away with it where the memset happens to be done first. The asynchronous
    function puts it into the stream that uses the memory.
    """

    code = "STREAM004"
    title = "Memset that a non-blocking stream does not wait for"
    severity = Severity.WARNING
    source = "CUDA Runtime API: API synchronization behavior (memset); ihipMemset of clr"
    hazards = ("HW084",)
    triggers = (b"StreamNonBlocking",)
    affected_by = regex(rb"Memset|[sS]tream|<<<")
    examples = (
        Example(
            "void f(float *sum, int n) {\n  cudaStream_t s;\n"
            "  cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking);\n"
            "  cudaMemset(sum, 0, n);\n  add<<<n, 256, 0, s>>>(sum);\n}\n",
            "void f(float *sum, int n) {\n  cudaStream_t s;\n"
            "  cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking);\n"
            "  cudaMemset(sum, 0, n);\n  add<<<n, 256, 0, s>>>(sum);\n}\n",
            alternative="void f(float *sum, int n) {\n  cudaStream_t s;\n"
            "  cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking);\n"
            "  cudaMemsetAsync(sum, 0, n, s);\n  add<<<n, 256, 0, s>>>(sum);\n}\n",
            around="__global__ void add(float *sum);\n@",
        ),
        Example(
            "void f(float *sum, int n) {\n  cudaStream_t s;\n"
            "  cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking);\n"
            "  cudaMemset(sum, 0, n);\n  cudaDeviceSynchronize();\n"
            "  add<<<n, 256, 0, s>>>(sum);\n}\n",
            None,
        ),
        Example(
            "void f(float *sum, int n) {\n  cudaStream_t s;\n  cudaStreamCreate(&s);\n"
            "  cudaMemset(sum, 0, n);\n  add<<<n, 256, 0, s>>>(sum);\n}\n"
            "// cudaStreamNonBlocking\n",
            None,
            why="This stream waits for the null stream.",
        ),
        Example(
            "void f(float *sum, float *other, int n) {\n  cudaStream_t s;\n"
            "  cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking);\n"
            "  cudaMemset(other, 0, n);\n  add<<<n, 256, 0, s>>>(sum);\n}\n",
            None,
        ),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        if b"Memset(" not in content:
            return
        streams = {match["stream"] for match in _CREATED.finditer(content)}
        if not streams:
            return
        code = code_of(source)
        for match, call in code.calls_of(_MEMSET):
            start, end = match.span()
            function = code.function_at(start)
            if function is None or len(call.arguments) != 3:
                continue
            memory = content[slice(*call.arguments[0])]
            if not _NAME.fullmatch(memory):
                continue
            for stream, use in _uses(code, (call.close, function[1]), memory, streams):
                edits = (
                    Edit(end, end, b"Async"),
                    Edit(call.close, call.close, b", " + stream),
                )
                yield Finding(
                    self.code,
                    self.severity,
                    f"Nothing waits for this before `{stream.decode()}`, a non-blocking stream, "
                    f"uses `{memory.decode()}`: the memory may not be set yet.",
                    start,
                    end,
                    (Fix("Set it in that stream", edits, safe=False),),
                    (Related(*use, "Used here."),),
                    name=match.group().decode(),
                )
                break


def _uses(
    code: Code, span: tuple[int, int], memory: bytes, streams: set[bytes]
) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """The launches and asynchronous calls behind a memset that use its memory in one of the
    streams, as far as nothing waits."""
    waits = _WAITS.search(code.content, *span)
    stop = waits.start() if waits is not None else span[1]
    name = rb"(?<![\w.>])" + re.escape(memory) + rb"(?!\w)"
    for stream in sorted(streams):
        found = re.compile(
            rb"<<<[^;{}]*,\s*%s\s*>>>\s*\([^;{}]*%s|\b(?:cuda|hip)\w+Async\s*\([^;{}]*%s[^;{}]*,\s*%s\s*\)"
            % (re.escape(stream), name, name, re.escape(stream))
        ).search(code.content, span[0], stop)
        if found is not None and code.is_seen(found.start()):
            yield stream, found.span()
