"""Compilers' messages, as these compilers wrote them."""

from __future__ import annotations

from hipwright_server.run import Diagnostic, Place
from hipwright_server.toolchains.diagnostics import parse_diagnostics


def test_clang():
    text = """\
k.hip:7:21: error: use of undeclared identifier 'zz'
  if (i < n) c[i] = zz[0] + b[i];
                    ^
k.hip:9:3: warning: unused variable 'x' [-Wunused-variable]
1 error generated when compiling for gfx90a.
k.hip:7:21: error: use of undeclared identifier 'zz'
"""
    assert parse_diagnostics(text, ["k.hip"]) == [
        Diagnostic("error", "use of undeclared identifier 'zz'", Place("k.hip", 7, 21)),
        Diagnostic("warning", "unused variable 'x'", Place("k.hip", 9, 3)),
    ]


def test_nvcc():
    text = """\
k.cu(10): warning #177-D: variable "unused" was declared but never referenced
  int main() { int unused; return 0; }
                   ^

Remark: The warnings can be suppressed with "-diag-suppress <warning-number>"

k.cu(7): error: identifier "zz" is undefined
1 error detected in the compilation of "k.cu".
"""
    assert parse_diagnostics(text, ["k.cu"]) == [
        Diagnostic(
            "warning", 'variable "unused" was declared but never referenced', Place("k.cu", 10)
        ),
        Diagnostic("error", 'identifier "zz" is undefined', Place("k.cu", 7)),
    ]


def test_an_error_in_a_header_goes_to_the_users_line_of_the_note():
    text = """\
/opt/rocm/include/hip/amd_detail/amd_warp_sync_functions.h:225:3: error: static assertion failed: \
The mask must be a 64-bit integer.
  225 |   static_assert(
k.hip:12:10: note: in instantiation of function template specialization '__shfl_sync<unsigned>'
   12 |   return __shfl_sync(0xffffffffu, v, 0);
"""
    assert parse_diagnostics(text, ["k.hip"]) == [
        Diagnostic(
            "error",
            "static assertion failed: The mask must be a 64-bit integer.",
            Place("k.hip", 12, 10),
        )
    ]


def test_a_note_about_the_call_says_more_than_where_the_header_was_included():
    text = """\
In file included from k.hip:1:
In file included from /opt/rocm/include/hip/hip_runtime.h:57:
/opt/rocm/include/hip/amd_detail/amd_warp_sync_functions.h:297:62: error: static assertion failed \
due to requirement 'sizeof(unsigned int) == 8': The mask must be a 64-bit integer.
k.hip:12:10: note: in instantiation of function template specialization '__shfl_sync<unsigned>' \
requested here
   12 |   return __shfl_sync(0xffffffffu, v, 0);
/opt/rocm/include/hip/amd_detail/amd_warp_sync_functions.h:297:76: note: expression evaluates to
In file included from k.hip:2:
/opt/rocm/include/hip/other.h:3:1: error: unknown type name 'T'
k.hip:20:1: note: 'T' declared here
"""
    assert [each.place for each in parse_diagnostics(text, ["k.hip"])] == [
        Place("k.hip", 12, 10),
        Place("k.hip", 2),
    ]


def test_gcc_names_the_users_line_before_the_error():
    text = """\
In file included from k.cu:3:
helper.h: In instantiation of 'void f(T) [with T = int]':
k.cu:8:4:   required from here
/usr/include/c++/12/foo.h:33:5: error: static assertion failed: no
"""
    found = parse_diagnostics(text, ["k.cu"])
    assert [(each.message, each.place) for each in found] == [
        ("static assertion failed: no", Place("k.cu", 3))
    ] or [(each.message, each.place) for each in found] == [
        ("static assertion failed: no", Place("k.cu", 8, 4))
    ]


def test_the_build_folder_is_taken_off():
    text = "/tmp/build-1/src/k.cu:3:1: error: bad\n"
    assert parse_diagnostics(text, ["src/k.cu"], "/tmp/build-1")[0].place == Place("src/k.cu", 3, 1)


def test_fatal_errors_linkers_and_ptxas():
    text = """\
k.cu:1:10: fatal error: nothing.h: No such file or directory
/usr/bin/ld: /tmp/k.o: in function `main':
k.cu:(.text+0x5): undefined reference to `missing(int)'
/usr/bin/ld: /tmp/b.o: in function `k()':
b.cu:(.text+0x0): multiple definition of `k()'; /tmp/a.o:a.cu:(.text+0x0): first defined here
collect2: error: ld returned 1 exit status
ld.lld: error: undefined symbol: other(int)
ptxas error   : Entry function '_Z1kv' uses too much shared data (0x10000 bytes, 0xc000 max)
"""
    assert parse_diagnostics(text, ["k.cu"]) == [
        Diagnostic("error", "nothing.h: No such file or directory", Place("k.cu", 1, 10)),
        Diagnostic("error", "undefined reference to missing(int)"),
        Diagnostic("error", "k() is defined more than once"),
        Diagnostic("error", "undefined reference to other(int)"),
        Diagnostic(
            "error",
            "ptxas: Entry function '_Z1kv' uses too much shared data (0x10000 bytes, 0xc000 max)",
        ),
    ]


def test_remarks_are_no_diagnostics():
    text = "k.hip:2:1: remark:     SGPRs: 14 [-Rpass-analysis=kernel-resource-usage]\n"
    assert parse_diagnostics(text, ["k.hip"]) == []
