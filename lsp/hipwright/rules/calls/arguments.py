"""API005: a call that takes other arguments in HIP."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.api import Entry
from hipwright.api.calls import OVERLOADS, ArgumentRewrite
from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, NameRule, NameUse
from hipwright.rules.names._counterpart import changes_arguments, hip_name, rewrites_of
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.calls import Call, call_of

_WRAPPERS = {
    "HIP_SYMBOL": b"HIP_SYMBOL",
    "reinterpret_cast": b"reinterpret_cast<const void*>",
    "reinterpret_cast_size_t": b"reinterpret_cast<size_t*>",
    "reinterpret_cast_const_half": b"reinterpret_cast<const hipblasHalf*>",
    "reinterpret_cast_half": b"reinterpret_cast<hipblasHalf*>",
}
# An argument that begins so is what HIP wants already.
_WRAPPED = {
    "HIP_SYMBOL": (b"HIP_SYMBOL",),
    "reinterpret_cast": (
        b"(void*)",
        b"(void *)",
        b"(const void*)",
        b"(const void *)",
        b"reinterpret_cast<const void",
        b"reinterpret_cast<void",
        b"static_cast<const void",
        b"static_cast<void",
    ),
    "reinterpret_cast_size_t": (),
    "reinterpret_cast_const_half": (),
    "reinterpret_cast_half": (),
}


class CallArguments(NameRule):
    """HIP's counterpart of this function takes other arguments, or has a name for each number."""

    code = "API005"
    title = "Call whose arguments differ in HIP"
    severity = Severity.ERROR
    settled = True
    hazards = (
        "HW049",
        "HW062",
        "HW070",
        "HW085",
        "HW099",
        "HW100",
        "HW101",
        "HW127",
        "HW224",
    )
    source = "HIPIFY's argument casts; hip_runtime_api.h of HIP 7.1"
    examples = (
        Example(
            "void f() { cudaMemcpyToSymbol(filter, host, size); }",
            "void f() { hipMemcpyToSymbol(HIP_SYMBOL(filter), host, size); }",
            why="a symbol is marked, so that HIP takes its address and not its value",
            around=(
                "__constant__ float filter[8]; float host[8] = {1, 2, 3, 4}; "
                "size_t size = sizeof host;\n@"
            ),
            run=(
                "__global__ void read() { results[threadIdx.x] = filter[threadIdx.x % 8]; }\n"
                "void run() { f(); read<<<1, 128>>>(); }\n"
            ),
        ),
        Example(
            "void f() { cudaFuncSetAttribute(kernel<int>, attribute, bytes); }",
            "void f() { hipFuncSetAttribute(reinterpret_cast<const void*>(kernel<int>), "
            "attribute, bytes); }",
            why="HIP takes the kernel's address as a `const void *`",
            around=(
                "template <class T> __global__ void kernel(T *);\n"
                "cudaFuncAttribute attribute; int bytes;\n"
                "@"
            ),
        ),
        Example(
            "void f() { cudaFuncSetAttribute((void *)kernel, attribute, bytes); }",
            "void f() { hipFuncSetAttribute((void *)kernel, attribute, bytes); }",
            around="__global__ void kernel(float *);\ncudaFuncAttribute attribute; int bytes;\n@",
        ),
        Example(
            "#define COPY(to, from) cudaMemcpyToSymbol(to, &from, sizeof from) // all\n",
            "#define COPY(to, from) hipMemcpyToSymbol(HIP_SYMBOL(to), &from, sizeof from) // all\n",
            run=(
                "__device__ int number;\n"
                "__global__ void read() { results[threadIdx.x] = number; }\n"
                "void run() { int n = 42; COPY(number, n); read<<<1, 128>>>(); }\n"
            ),
        ),
        Example(
            "void f() { cudaEventCreate(&event, flags); cudaEventCreate(&event); }",
            "void f() { hipEventCreateWithFlags(&event, flags); hipEventCreate(&event); }",
            around="cudaEvent_t event; unsigned flags;\n@",
            run="void run() { f(); results[0] = cudaEventQuery(event) == cudaSuccess; }\n",
        ),
        Example(
            "void f() { cudaMallocHost(&p, n); cudaMallocHost(&p, n, flags); }",
            "void f() { hipHostMalloc(&p, n, hipHostMallocDefault); hipHostMalloc(&p, n, flags); }",
            around="int *p; size_t n = 64; unsigned flags;\n@",
            run="void run() { f(); p[15] = 5; results[0] = p[15]; }\n",
        ),
        Example(
            "void f() { cuOccupancyMaxPotentialBlockSize(&g, &b, k, bytes_of, n, limit); }",
            "void f() { cuOccupancyMaxPotentialBlockSize(&g, &b, k, bytes_of, n, limit); }",
            why="HIP has no function that sizes the shared memory: dropping it loses something",
            alternative="void f() { hipModuleOccupancyMaxPotentialBlockSize"
            "(&g, &b, k, n, limit); }",
        ),
        Example(
            "void f() { cuMemcpyAsync(to, from, n, stream); }",
            "void f() { hipMemcpyAsync(to, from, n, hipMemcpyDefault, stream); }",
            why="HIP's one copy is told the direction; the driver's finds it out",
            around="CUdeviceptr to, from; size_t n; CUstream stream;\n@",
        ),
        Example(
            "void f() { cublasHgemm(h, t, t, m, n, k, &one, a, m, b, k, &zero, c, m); }",
            "void f() { hipblasHgemm(h, t, t, m, n, k, reinterpret_cast<const hipblasHalf*>(&one), "
            "reinterpret_cast<const hipblasHalf*>(a), m, reinterpret_cast<const hipblasHalf*>(b), "
            "k, reinterpret_cast<const hipblasHalf*>(&zero), reinterpret_cast<hipblasHalf*>(c), "
            "m); }",
            why="a hipblasHalf is a `uint16_t` with the same bits",
            around=(
                "#include <cublas_v2.h>\n"
                "#include <cuda_fp16.h>\n"
                "cublasHandle_t h; cublasOperation_t t; int m, n, k;\n"
                "__half one, zero, *a, *b, *c;\n"
                "@"
            ),
        ),
        Example(
            "void f() { cudaMemPrefetchAsync(p, n, device, s); "
            "cudaMemPrefetchAsync(p, n, place, 0, s); }",
            "void f() { hipMemPrefetchAsync(p, n, device, s); "
            "hipMemPrefetchAsync_v2(p, n, place, 0, s); }",
            why="since CUDA 13, the place is a cudaMemLocation",
            around="void *p; size_t n; int device; cudaStream_t s; cudaMemLocation place;\n@",
        ),
        Example("void f(int cudaMallocHost) { g(cudaMallocHost); }", None),
    )

    def applies(self, entry: Entry, settings: Settings) -> bool:
        return changes_arguments(entry, settings) and bool(hip_name(entry, settings))

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        entry = use.entry
        hip = hip_name(entry, settings)
        call = call_of(source, use.start, use.end, use.node)
        message = f"`{entry.name}` is `{hip}` in HIP"
        insertions: dict[tuple[int, int], bytes] = {}
        loses = False
        if call is not None:
            hip = OVERLOADS.get(entry.name, {}).get(len(call.arguments), hip)
            message = f"`{entry.name}` is `{hip}` in HIP"
            dropped: set[int] = set()
            for rewrite in rewrites_of(entry, settings):
                for start, end, text in _edits(rewrite, call, source.content, entry):
                    insertions[start, end] = insertions.get((start, end), b"") + text
                dropped.update(_dropped(rewrite, len(call.arguments)))
            for first, last in _runs(dropped, len(call.arguments)):
                insertions[_with_comma(call, first, last)] = b""
            # HIPIFY warns of these: what the argument said is gone.
            loses = bool(dropped) and entry.name.startswith("cuOccupancy")
            if insertions:
                message += ", and takes other arguments"
        edits = [Edit(use.start, use.end, hip.encode())]
        edits += [Edit(start, end, text) for (start, end), text in insertions.items()]
        edits.sort(key=lambda edit: (edit.start, edit.end))
        title = f"Replace by {hip}" + (" and adapt the arguments" if insertions else "")
        yield Finding(
            self.code,
            self.severity,
            message,
            use.start,
            use.end,
            (Fix(title, tuple(edits), safe=not loses or settings.hipify),),
            name=entry.name,
            deprecated=bool(entry.hip_deprecated),
        )


def _edits(
    rewrite: ArgumentRewrite, call: Call, content: bytes, entry: Entry
) -> Iterable[tuple[int, int, bytes]]:
    arguments = call.arguments
    index, count = rewrite.position, len(arguments)
    if rewrite.kind == "add_const_argument":
        constant = rewrite.constant.encode()
        if index < count:
            yield arguments[index][0], arguments[index][0], constant + b", "
        elif entry.name != "cudaMallocHost" or count == 2:
            yield call.close, call.close, b", " + constant
        return
    if index >= count:
        return
    start, end = arguments[index]
    text = content[start:end]
    if rewrite.kind in _WRAPPERS:
        if not text.startswith(_WRAPPED[rewrite.kind]):
            yield start, start, _WRAPPERS[rewrite.kind] + b"("
            yield end, end, b")"
    elif rewrite.kind == "replace_argument_with_const":
        yield start, end, rewrite.constant.encode()
    elif rewrite.kind == "add_var_argument":
        yield from _inserted(call, rewrite.to, text)
    elif rewrite.kind == "move_argument":
        last = index + rewrite.length - 1
        if last < count:
            yield from _inserted(call, rewrite.to, content[start : arguments[last][1]])


def _dropped(rewrite: ArgumentRewrite, count: int) -> range:
    """The arguments that go from where they stand."""
    if rewrite.kind not in ("remove_argument", "move_argument"):
        return range(0)
    end = rewrite.position + rewrite.length
    return range(rewrite.position, end) if end <= count else range(0)


def _runs(indexes: set[int], count: int) -> Iterable[tuple[int, int]]:
    """The stretches to remove, as first and last index.

    One by one, so that something can be put between two of them; but for those at the end, which
    share the comma before them.
    """
    tail = count
    while tail - 1 in indexes:
        tail -= 1
    if tail < count:
        yield tail, count - 1
    for index in sorted(indexes):
        if index < tail:
            yield index, index


def _inserted(call: Call, to: int, text: bytes) -> Iterable[tuple[int, int, bytes]]:
    if to < len(call.arguments):
        start = call.arguments[to][0]
        yield start, start, text + b", "
    else:
        yield call.close, call.close, b", " + text


def _with_comma(call: Call, first: int, last: int) -> tuple[int, int]:
    """The bytes of some neighbouring arguments, with the comma that goes when they go."""
    arguments = call.arguments
    if last + 1 < len(arguments):
        return arguments[first][0], arguments[last + 1][0]
    start = arguments[first - 1][1] if first else arguments[first][0]
    return start, arguments[last][1]
