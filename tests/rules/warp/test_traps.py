"""The traps of warp code: what a port must see through, and what it must leave alone."""

from __future__ import annotations

import pytest

from hipwright.analysis import check
from hipwright.finding import Finding, Severity
from hipwright.port import apply_fixes, port
from hipwright.settings import Settings
from hipwright.source import Source

WARP = Settings(select=("WARP",))
HALF = ">> (__lane_id() & 32)"


def ported(text: str, name: str = "kernel.cu") -> str:
    """The port by the warp rules alone; porting it again must change nothing."""
    result = port(text.encode(), name, WARP).text
    assert port(result, name, WARP).text == result
    return result.decode()


def found(text: str, name: str = "kernel.cu") -> list[Finding]:
    return check(Source(text.encode(), name), WARP)


def codes(text: str, name: str = "kernel.cu") -> set[str]:
    return {finding.code for finding in found(text, name)}


# How a mask is written


@pytest.mark.parametrize(
    "mask",
    [
        "0xffffffff",
        "0xFFFFFFFFU",
        "0xffff'ffff",
        "4294967295u",
        "~0",
        "~0u",
        "~(0u)",
        "-1",
        "(-1)",
        "(unsigned)-1",
        "(unsigned int)(-1)",
        "unsigned(-1)",
        "static_cast<unsigned>(-1)",
        "UINT_MAX",
        "UINT32_MAX",
        "0xffffffffull",
    ],
)
def test_full_mask(mask: str) -> None:
    text = "#include <cuda_runtime.h>\n{call}\n"
    assert ported(text.format(call=f"b = __ballot_sync({mask}, p);")) == text.format(
        call=f"b = (unsigned)(__ballot(p) {HALF});"
    )


@pytest.mark.parametrize(
    "definition",
    [
        "#define ALL 0xffffffff\n",
        "#define ALL (0xffffffffu) // every lane\n",
        "#define EVERY ~0u\n#define ALL EVERY\n",
        "const unsigned ALL = 0xffffffff;\n",
        "static constexpr uint32_t ALL{0xffffffff};\n",
        "enum : unsigned { ALL = 0xffffffff };\n",
        "constexpr auto ALL = 0xffffffffu;\n",
    ],
)
def test_mask_is_followed(definition: str) -> None:
    call = "__device__ int f(int v) { return __shfl_sync(ALL, v, 0); }\n"
    assert ported(definition + call) == definition + call.replace(
        "__shfl_sync(ALL, v, 0)", "__shfl(v, 0, 32)"
    )


@pytest.mark.parametrize(
    "mask",
    [
        "0xffffull",
        "0xffffffffffffffff",
        "~0ull",
        "-1ll",
        "0xffffffffffffffffULL",
        "1ull << 63",
        "m",
    ],
)
def test_mask_of_64_bits_is_left_alone(mask: str) -> None:
    text = (
        "#include <hip/hip_runtime.h>\n"
        "__device__ int f(int v, unsigned long long m) { return __shfl_down_sync("
        f"{mask}, v, 1); }}\n"
    )
    assert found(text) == []


def test_a_variable_that_changes_is_no_constant() -> None:
    text = (
        "__device__ unsigned f(int v, bool p) {\n"
        "  unsigned mask = 0xffffffff;\n"
        "  if (p) mask = 0xff;\n"
        "  return __ballot_sync(mask, v);\n"
        "}\n"
    )
    assert f"return (mask & (unsigned)(__ballot(v) {HALF}));" in ported(text)


def test_a_mask_in_a_mask() -> None:
    text = "b = __ballot_sync(__ballot_sync(0xffffffff, p) & 15, q);"
    assert ported(text) == (
        f"b = (((unsigned)(__ballot(p) {HALF}) & 15) & (unsigned)(__ballot(q) {HALF}));"
    )


@pytest.mark.parametrize(
    ("mask", "kept"),
    [
        ("(a) | (b)", "((a) | (b))"),
        ("(a | b)", "(a | b)"),
        ("a | b", "(a | b)"),
        ("a", "a"),
        ("0xff", "0xff"),
        ("a ? b : c", "(a ? b : c)"),
    ],
)
def test_a_mask_binds_as_before(mask: str, kept: str) -> None:
    kernel = "__device__ void k(unsigned a, unsigned b, unsigned c, bool p) {{ b = {vote}; }}\n"
    assert ported(kernel.format(vote=f"__ballot_sync({mask}, p)")) == kernel.format(
        vote=f"({kept} & (unsigned)(__ballot(p) {HALF}))"
    )


def test_active_lanes_as_mask() -> None:
    assert ported("v = __shfl_down_sync(__activemask(), v, 1);") == "v = __shfl_down(v, 1, 32);"
    assert ported("b = __any_sync(__activemask(), p);") == (
        f"b = ((unsigned)(__ballot(p) {HALF}) != 0u);"
    )


def test_a_mask_that_does_something_is_left_to_a_person() -> None:
    for mask in ("mask++", "mask = next", "next(&state)"):
        text = f"v = __shfl_down_sync({mask}, v, 1);"
        assert ported(text) == text
        assert [finding.safe_fix for finding in found(text)] == [None]


# Shapes of calls


def test_nested_calls() -> None:
    text = "v = __shfl_sync(~0u, __shfl_up_sync(~0u, v, 1), __shfl_sync(~0u, lane, 3));"
    assert ported(text) == "v = __shfl(__shfl_up(v, 1, 32), __shfl(lane, 3, 32), 32);"


def test_vote_of_a_shuffle() -> None:
    text = "b = __ballot_sync(~0u, v == __shfl_sync(~0u, v, 0) && __any_sync(~0u, p));"
    assert ported(text) == (
        f"b = (unsigned)(__ballot(v == __shfl(v, 0, 32) && ((unsigned)(__ballot(p) {HALF}) "
        f"!= 0u)) {HALF});"
    )


def test_several_lines_and_comments() -> None:
    text = (
        "v += __shfl_down_sync(0xffffffff,  // all of them\n"
        "                      v,  /* the value */\n"
        "                      d   /* the step */);\n"
    )
    assert ported(text) == (
        "v += __shfl_down(// all of them\n"
        "                      v,  /* the value */\n"
        "                      d, 32   /* the step */);\n"
    )


def test_lines_that_end_in_carriage_returns() -> None:
    text = "v += __shfl_down_sync(0xffffffff,\r\n    v, 1);\r\n"
    assert ported(text) == "v += __shfl_down(v, 1, 32);\r\n"


def test_arguments_with_commas() -> None:
    text = "v = __shfl_sync(~0u, pick<int, 2>(a, b), f(c, d), 16);"
    assert ported(text) == "v = __shfl(pick<int, 2>(a, b), f(c, d), 16);"


def test_global_scope() -> None:
    assert ported("b = ::__ballot_sync(~0u, p);") == f"b = (unsigned)(__ballot(p) {HALF});"
    assert ported("v = ::__shfl_sync(~0u, v, 0);") == "v = ::__shfl(v, 0, 32);"


def test_macro_bodies() -> None:
    text = (
        "#define STEP(v, d)              \\\n"
        "  do {                          \\\n"
        "    v += __shfl_down_sync(0xffffffff, v, \\\n"
        "                          d); /* __shfl_sync(-1, v, 0) */ \\\n"
        "  } while (0)\n"
        '#define NAME "__shfl_sync(-1, v, 0)"\n'
        "#define VOTE(p) __any_sync(~0u, p)\n"
    )
    assert ported(text) == (
        "#define STEP(v, d)              \\\n"
        "  do {                          \\\n"
        "    v += __shfl_down(v, \\\n"
        "                          d, 32); /* __shfl_sync(-1, v, 0) */ \\\n"
        "  } while (0)\n"
        '#define NAME "__shfl_sync(-1, v, 0)"\n'
        f"#define VOTE(p) (int)((unsigned)(__ballot(p) {HALF}) != 0u)\n"
    )


def test_a_macro_with_hidden_arguments_is_left_to_a_person() -> None:
    text = "#define SHUFFLE(...) __shfl_sync(0xffffffff, __VA_ARGS__)\n"
    assert ported(text) == text
    assert codes(text) == {"WARP001"}
    assert found("#define SHUFFLE(...) __shfl_sync(__VA_ARGS__)\n") == []


def test_a_statement_without_a_semicolon_before() -> None:
    text = "__global__ void k(int *p) {\n  CHECK(p)\n  p[0] = __shfl_sync(~0u, p[0], 0);\n}\n"
    assert "__shfl(p[0], 0, 32)" in ported(text)


def test_a_call_that_does_not_end() -> None:
    found("__global__ void k(int *p) { p[0] = __shfl_sync(~0u, p[0]")
    found("#define F(x) __ballot_sync(~0u, (x\n")
    found("__shfl_sync")
    found("__ballot_sync(")
    found("__ballot_sync()")


def test_comments_and_strings_are_no_code() -> None:
    text = '// __shfl_sync(-1, v, 0)\n/* __any(x) */ const char *s = "__ballot(x) % warpSize";\n'
    assert found(text) == []


# Whose a name is


@pytest.mark.parametrize(
    "text",
    [
        "int __shfl_sync(unsigned m, Pair p, int s);\nauto q = __shfl_sync(-1, p, 0);\n",
        "#define __any_sync(m, p) my_any(p)\nif (__any_sync(-1, x)) f();\n",
        "auto q = mine::__shfl_sync(-1, p, 0);\n",
        "auto q = tile.__shfl_sync(-1, p, 0);\n",
        "auto q = tile.shfl_down(v, 1);\n",
        "auto v = my__shfl_sync(-1, p, 0);\n",
    ],
)
def test_names_of_the_users(text: str) -> None:
    assert found(text) == []


def test_a_macro_for_newer_cuda_is_not_there_on_amd() -> None:
    text = (
        "#if CUDART_VERSION >= 9000\n"
        "#define __shfl_up(v, d) __shfl_up_sync(0xffffffff, v, d)\n"
        "#endif\n"
        "__device__ int f(int v) { return __shfl_up(v, 1); }\n"
    )
    assert "return __shfl_up(v, 1, 32); }" in ported(text)


def test_warp_size_of_the_users() -> None:
    text = (
        "#include <cuda_runtime.h>\n"
        "int host(int n) { int warpSize = n; return n / warpSize; }\n"
        "__device__ int lane() { return threadIdx.x % warpSize; }\n"
        "template <int warpSize> __device__ int warp() { return threadIdx.x / warpSize; }\n"
        "__device__ int other(int warpSize) { return threadIdx.x / warpSize; }\n"
    )
    assert ported(text) == text.replace("threadIdx.x % warpSize", "threadIdx.x % 32")


# What a source was written for


def test_code_for_amd_is_left_alone() -> None:
    text = (
        "#ifdef __HIP_PLATFORM_AMD__\n"
        "__device__ int f(int v) { return __shfl_down(v, warpSize / 2); }\n"
        "#elif defined(__CUDACC__)\n"
        "__device__ int f(int v) { return __shfl_down_sync(0xffffffff, v, 16); }\n"
        "#endif\n"
        "#if !defined(USE_ROCM) && CUDA_VERSION > 9000\n"
        "__device__ int g(int v) { return __shfl_down_sync(0xffffffff, v, 16); }\n"
        "#endif\n"
        "#if 0\n"
        "__device__ int h(int v) { return __shfl_down_sync(0xffffffff, v, 16); }\n"
        "#endif\n"
    )
    assert found(text) == []


def test_branches_that_amd_may_see_are_ported() -> None:
    text = (
        "#if __CUDA_ARCH__ >= 700\n"
        "v = __shfl_down_sync(0xffffffff, v, 16);\n"
        "#else\n"
        "v = __shfl_down(v, 16);\n"
        "#endif\n"
    )
    assert ported(text).count("__shfl_down(v, 16, 32);") == 2


def test_hip_code_that_counts_with_warp_size_is_left_to_a_person() -> None:
    text = (
        "#include <hip/hip_runtime.h>\n"
        "#if defined(__HIP_PLATFORM_AMD__)\n"
        "#define ONLY_HERE 1\n"
        "#endif\n"
        "__device__ float sum(float v) {\n"
        "  for (int d = warpSize / 2; d > 0; d /= 2) v += __shfl_down_sync(~0u, v, d);\n"
        "  return v;\n"
        "}\n"
    )
    assert ported(text) == text
    assert codes(text) == {"WARP001"}


@pytest.mark.parametrize(
    "text",
    [
        "__device__ int lane() { return threadIdx.x % warpSize; }\n",
        "__device__ int first(int v) { return __shfl(v, 0); }\n",
        "__device__ bool any(int v) { return __any(v); }\n",
        "__device__ unsigned votes(int v) { return __ballot(v); }\n",
    ],
)
def test_a_header_that_does_not_tell_is_left_to_a_person(text: str) -> None:
    findings = found(text, "lanes.h")
    assert findings
    assert all(finding.severity in (Severity.WARNING, Severity.INFO) for finding in findings)
    assert all(finding.fixes and finding.safe_fix is None for finding in findings)
    assert ported("#include <cuda_runtime.h>\n" + text, "lanes.h") != text


@pytest.mark.parametrize(
    "text",
    [
        "unsigned long long b = __ballot(p);",
        "uint64_t b = __ballot(p);",
        "auto b = __ballot(p);",
        "int n = __popcll(__ballot(p));",
        "if (__ballot(p)) f();",
        "if (__any(p) && !__all(q)) f();",
        "v += __shfl_xor(v, 16);",
        "v += __shfl_down(v, warpSize / 2);",
        "int lane = threadIdx.x % warpSize, warp = threadIdx.x / warpSize;",
        "unsigned long long b = __activemask(); v = __shfl_sync(b, v, 0);",
    ],
)
def test_good_hip_code(text: str) -> None:
    kernel = (
        f"#include <hip/hip_runtime.h>\n__global__ void k(bool p, bool q, int v) {{ {text} }}\n"
    )
    assert found(kernel, "kernel.hip") == []


def test_masks_of_64_bits_tell_hip_from_cuda() -> None:
    text = (
        "__device__ int f(int v) {\n"
        "  for (int d = warpSize / 2; d > 0; d /= 2) v += __shfl_down_sync(~0ull, v, d);\n"
        "  return v;\n"
        "}\n"
    )
    assert found(text) == []


def test_a_name_that_only_looks_like_cuda() -> None:
    text = (
        "#include <hip/hip_runtime.h>\n"
        "int main() { cudaLikeCheck(hipDeviceSynchronize()); }\n"
        "__device__ int f(int v) { return __shfl_down(v, warpSize / 2); }\n"
    )
    assert found(text) == []


def test_harmless_32s() -> None:
    text = (
        "#include <cuda_runtime.h>\n"
        "#define TILE 32\n"
        "__global__ void transpose(float *a, unsigned *bits, int n) {\n"
        "  __shared__ float tile[TILE][TILE + 1];\n"
        "  int x = blockIdx.x * 32 + threadIdx.x;\n"
        "  bits[x / 32] |= 1u << (x % 32);\n"
        "  int high = 32 - __clz(n);\n"
        "  tile[threadIdx.y % 32][threadIdx.x & 31] = a[x >> 5];\n"
        "}\n"
    )
    assert found(text) == []


# Types


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("bool b = __any_sync(~0u, p);", "bool b = ({any});"),
        ("int b = __any_sync(~0u, p);", "int b = ({any});"),
        ("auto b = __any_sync(~0u, p);", "auto b = (int)({any});"),
        ("f(__any_sync(~0u, p));", "f((int)({any}));"),
        ("n = __any_sync(~0u, p) + 1;", "n = (int)({any}) + 1;"),
        ("while (__any_sync(~0u, p)) f();", "while ({any}) f();"),
        ("if (a && (__any_sync(~0u, p))) f();", "if (a && (({any}))) f();"),
        ("n = __any_sync(~0u, p) ? 1 : 2;", "n = ({any}) ? 1 : 2;"),
    ],
)
def test_the_type_of_a_vote(before: str, after: str) -> None:
    vote = f"(unsigned)(__ballot(p) {HALF}) != 0u"
    assert ported(before) == after.format(any=vote)


@pytest.mark.parametrize(
    ("predicate", "negated"),
    [
        ("x > 0", "!(x > 0)"),
        ("(x > 0)", "!(x > 0)"),
        ("!x", "!(!x)"),
        ("a || b", "!(a || b)"),
        ("n", "!n"),
        ("f", "!(int)f"),
        ("n + f", "!(int)(n + f)"),
        ("test(n == 1)", "!(int)(test(n == 1))"),
    ],
)
def test_the_contrary_of_a_predicate(predicate: str, negated: str) -> None:
    kernel = "__global__ void k(int n, float f) {{ bool b = {vote}; }}\n"
    assert ported(kernel.format(vote=f"__all_sync(~0u, {predicate})")) == kernel.format(
        vote=f"((unsigned)(__ballot({negated}) {HALF}) == 0u)"
    )


def test_a_match_of_numbers_that_may_not_be_equal_to_themselves() -> None:
    """HIP's `__match_any` never ends for a NaN."""
    kernel = "__global__ void k({type} v) {{ unsigned m = __match_any_sync(~0u, v); }}\n"
    assert "__match_any(v)" in ported(kernel.format(type="int"))
    for type_ in ("float", "double", "T"):
        text = kernel.format(type=type_)
        assert ported(text) == text


def test_severities() -> None:
    assert {finding.severity for finding in found("v = __shfl_sync(~0u, v, 0);")} == {
        Severity.ERROR
    }
    shuffle = "#include <cuda_runtime.h>\n__device__ void f(int v) {{ v = {}; }}\n"
    for call, severity in (
        ("__shfl(v, 0)", Severity.WARNING),
        ("v + __shfl_down(v, 16)", Severity.INFO),  # steps are mostly right as they are
    ):
        assert {finding.severity for finding in found(shuffle.format(call))} == {severity}
    # What tells nothing of 32 lanes may work on the whole wavefront.
    assert {finding.severity for finding in found("v = __shfl(v, 0);")} == {Severity.INFO}


def test_a_shuffle_takes_the_loop_around_it_along() -> None:
    """One fix alone must not leave a loop that starts at 32 around a shuffle of width 32."""
    text = (
        "__device__ float sum(float v) {\n"
        "  for (int d = warpSize / 2; d > 0; d /= 2) v += __shfl_down_sync(~0u, v, d);\n"
        "  return v;\n"
        "}\n"
        "__device__ int lane() { return threadIdx.x % warpSize; }\n"
    )
    finding = next(finding for finding in found(text) if finding.code == "WARP001")
    assert finding.safe_fix is not None
    fixed = apply_fixes(text.encode(), [finding.safe_fix]).decode()
    assert "d = 32 / 2; d > 0; d /= 2) v += __shfl_down(v, d, 32);" in fixed
    assert "threadIdx.x % warpSize" in fixed
