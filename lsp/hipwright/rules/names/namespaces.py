"""LIB002: namespaces of CUDA's libraries."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.names import is_text

# One pattern for each, that begins with a literal: Python passes over the rest many times as fast.
_NAMESPACES = (
    regex(rb"(?P<thrust>thrust::(?:system::)?)cuda(?=::|\s*;)"),
    regex(rb"(?P<wmma>nvcuda)(?=::|\s*;)"),
    regex(rb"(?P<marks>nvtx3)(?=::)"),
    regex(
        rb"(?P<std>cuda)(?=::(?:std|atomic|atomic_ref|barrier|pipeline|memcpy_async|thread_scope_\w+"
        rb"|thread_scope|aligned_size_t|latch|counting_semaphore|binary_semaphore|memory_order\w*"
        rb"|ptx|device|proclaim_return_type|annotated_ptr|access_property|pipeline_shared_state)\b)"
    ),
)
_USERS = regex(rb"namespace\s+cuda\b")
_QUALIFIED = regex(rb"[\w:]")
_SAYS = {
    "wmma": "`nvcuda::wmma` has no counterpart in HIP: rocWMMA (`rocwmma/rocwmma.hpp`) has "
    "fragments and their operations, for wavefronts of 64 lanes too and with other layouts",
    "marks": "`nvtx3` has no counterpart in HIP: roctracer/roctx.h has marks and ranges in C",
    "std": "libcu++ has no counterpart in ROCm: `std::` works in device code for what is "
    "constexpr, `__hip_atomic_load` and the like for atomics; AMD's libhipcxx has the rest",
}


class LibraryNamespace(FileRule):
    """ROCm has Thrust's device backend as `thrust::hip`, and nothing for the namespaces of libcu++,
    WMMA and NVTX 3."""

    code = "LIB002"
    title = "Namespace of a CUDA library"
    severity = Severity.ERROR
    settled = True
    stable = True
    source = "thrust/system/hip of rocThrust 3.3; the headers of ROCm 7.1"
    hazards = ("HW243", "HW244", "HW245", "HW248")
    triggers = (b"::cuda", b"nvcuda", b"nvtx3::", b"cuda::")
    examples = (
        Example(
            "void f() { thrust::sort(thrust::cuda::par.on(s), a, b); }",
            "void f() { thrust::sort(thrust::hip::par.on(s), a, b); }",
            around=(
                "#include <thrust/sort.h>\n"
                "#include <thrust/execution_policy.h>\n"
                "int *a, *b; cudaStream_t s;\n"
                "@"
            ),
        ),
        Example(
            "__device__ cuda::atomic_ref<int> count(x);\n",
            "__device__ cuda::atomic_ref<int> count(x);\n",
        ),
        Example("using namespace nvcuda;\n", "using namespace nvcuda;\n"),
        Example("namespace cuda { int device; }\nint x = cuda::device;\n", None, why="the user's"),
        Example("auto a = at::cuda::device();  // cuda::std::\n", None),
    )

    def looks(self, settings: Settings) -> bool:
        return not settings.hipify

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        content = source.content
        matches = [
            match
            for namespace in _NAMESPACES
            for match in namespace.finditer(content)
            if not _QUALIFIED.match(content, max(match.start() - 1, 0), match.start())
        ]
        if not matches:
            return
        hidden = [is_text(source, *match.span()) for match in matches]
        is_users = _USERS.search(content) is not None
        for match, is_hidden in zip(matches, hidden, strict=True):
            kind = match.lastgroup
            if is_hidden or (kind == "std" and is_users):
                continue
            start, end = match.span()
            if kind == "thrust":
                start = match.end("thrust")
                message = "`thrust::cuda` is `thrust::hip` in rocThrust"
                fixes: tuple[Fix, ...] = (Fix("Replace by hip", (Edit(start, end, b"hip"),)),)
            else:
                message = _SAYS[kind or ""]
                fixes = ()
            yield Finding(self.code, self.severity, message, start, end, fixes)
