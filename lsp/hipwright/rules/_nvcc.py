"""The options of nvcc that hipcc, which is Clang, reads otherwise or not at all, and what to write.

Facts: NVIDIA's nvcc documentation for what an option means there; Clang's command line reference,
and Clang 19's driver itself (`-###`), for what it does with the same word: it stops at most of
them, but takes `-use_fast_math` for `-u se_fast_math`, `-lineinfo` for a library, and `-G` together
with the word behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hipwright.patterns import regex


class Option(NamedTuple):
    """One option as it stands in a text. `name` is without dashes; positions are bytes."""

    name: str
    value: bytes
    start: int
    end: int


class Meaning(NamedTuple):
    """What an option of nvcc's comes to for hipcc.

    `replacement` is what to write for it, b"" to leave it out, or None where there is nothing;
    `safe`, whether the program then computes the same.
    """

    family: str  # which rule tells of it
    advice: str
    replacement: bytes | None
    safe: bool = True


_VALUE = (
    rb"(?:\\?\"[^\"\\\r\n]*\\?\"|'[^'\r\n]*'"
    rb"|(?:\$\([^)\s]*\)|\$\{[^}\s]*\}|[^\s\"'<>()\[\];\\|&])+)"
)
_CODE = rb"(?:\\?[\"'][^\"'\\\r\n]*\\?[\"']|\[[^\]\r\n]*\]|(?:\$\([^)\s]*\)|\$\{[^}\s]*\}|[\w-])+)"
_GENCODE = (
    rb"(?:arch=(?:\$\([^)\s]*\)|\$\{[^}\s]*\}|[\w-])+,code="
    + _CODE
    + rb"|\$\([^)\s]*\)|\$\{[^}\s]*\})"
)

_WITHOUT_VALUE = (
    *("use_fast_math", "lineinfo", "generate-line-info", "G", "device-debug"),
    *("ptx", "cubin", "fatbin", "keep", "dc", "device-c", "dlink"),
    *("device-link", "expt-relaxed-constexpr", "expt-extended-lambda", "extended-lambda"),
    *("resource-usage", "res-usage", "dlto", "dlink-time-opt", "source-in-ptx", "restrict"),
    *("forward-unknown-to-host-compiler", "forward-unknown-to-host-linker", "deviceemu"),
    *("allow-unsupported-compiler", "compress-all"),
    *("device-emulation", "extra-device-vectorization", "forward-unknown-opts"),
)
_WITH_VALUE = (
    *("arch", "gpu-architecture", "code", "gpu-code", "Xcompiler", "compiler-options"),
    *("Xptxas", "ptxas-options", "Xlinker", "linker-options", "Xnvlink", "nvlink-options"),
    *("Xcicc", "Xcudafe", "Xfatbin", "fatbin-options", "Xarchive", "archive-options", "Xopencc"),
    *("ccbin", "compiler-bindir", "maxrregcount", "rdc", "relocatable-device-code"),
    *("default-stream", "ftz", "prec-div", "prec-sqrt", "fmad", "threads", "t", "split-compile"),
    *("keep-dir", "cudart", "diag-suppress", "diag_suppress", "diag-error", "diag-warn"),
    *("compress-mode", "cudadevrt"),
)
# Short words that other programs take as well.
SHORT = frozenset({"G", "t", "dc", "keep", "ptx", "code", "restrict", "cudart", "threads", "dlto"})


def _names(names: tuple[str, ...]) -> bytes:
    return b"|".join(re.escape(name.encode()) for name in sorted(names, key=len, reverse=True))


_OPTION = regex(
    rb"(?<![\w$=/.{-])--?(?:"
    rb"(?P<gencode>gencode|generate-code)(?:=|;|[ \t]+)\\?[\"']?(?P<targets>" + _GENCODE + rb")"
    rb"|(?P<with>" + _names(_WITH_VALUE) + rb")(?:=|[ \t]+)(?P<value>" + _VALUE + rb")"
    rb"|(?P<without>" + _names(_WITHOUT_VALUE) + rb")(?![\w=-]))"
)


def options(content: bytes, start: int = 0, end: int | None = None) -> Iterator[Option]:
    """The options of nvcc in a stretch of text that this module knows, by position."""
    for match in _OPTION.finditer(content, start, len(content) if end is None else end):
        if match["gencode"]:
            yield Option("gencode", match["targets"], *match.span())
        elif match["with"]:
            yield Option(match["with"].decode(), match["value"], *match.span())
        else:
            yield Option(match["without"].decode(), b"", *match.span())


def option(word: bytes) -> Option | None:
    """The option that a whole word is, if it is one of nvcc's."""
    match = _OPTION.fullmatch(word)
    return next(options(word)) if match else None


_Translation = Callable[[bytes], Meaning]


def meaning(option: Option) -> Meaning:
    """What an option comes to. Of `arch` and its like it says nothing but that."""
    return _TRANSLATIONS[option.name](option.value)


def _always(family: str, advice: str, replacement: bytes | None, safe: bool = True) -> _Translation:
    return lambda _: Meaning(family, advice, replacement, safe)


def bare(value: bytes) -> bytes:
    """A value without the quotes around it."""
    text = value.strip()
    for quote in (b'\\"', b'"', b"'"):
        if text.startswith(quote) and text.endswith(quote) and len(text) >= 2 * len(quote):
            return text[len(quote) : -len(quote)]
    return text


def _to_host_compiler(value: bytes) -> Meaning:
    text = bare(value)
    advice = "hipcc compiles for the host, too: give the option itself"
    if not re.search(rb"-W[la],", text):  # of which the commas are a part
        text = re.sub(rb"[ \t]*,[ \t]*", b" ", text)
    return Meaning("passed on", advice, text)


def _to_ptxas(value: bytes) -> Meaning:
    if re.search(rb"(?:^|[\s,])-?-?v(?:erbose)?(?:[\s,]|$)", bare(value)):
        return Meaning(
            "passed on",
            "there is no ptxas; Clang reports registers and LDS as remarks",
            b"-Rpass-analysis=kernel-resource-usage",
        )
    return Meaning("passed on", "there is no ptxas, and nothing to tell it", b"")


def _to_linker(value: bytes) -> Meaning:
    # Clang has -Xlinker itself, for one word; nvcc's takes a list.
    return Meaning("passed on", "Clang's takes no list: -Wl does", b"-Wl," + bare(value))


def _host_compiler(value: bytes) -> Meaning:
    if re.search(rb"(?<![A-Za-z])mpi", value, re.IGNORECASE):
        return Meaning(
            "nvcc only",
            "hipcc is the host's compiler; for MPI, compile by mpicxx with OMPI_CXX=hipcc (Open "
            "MPI) or MPICH_CXX=hipcc (MPICH)",
            None,
        )
    return Meaning("nvcc only", "hipcc is the host's compiler as well", b"")


def _relocatable(value: bytes) -> Meaning:
    if bare(value).lower() in (b"true", b"on"):
        return Meaning("relocatable", "Clang's is -fgpu-rdc, to compile and to link", b"-fgpu-rdc")
    return Meaning("relocatable", "it is so without the option", b"")


def _default_stream(value: bytes) -> Meaning:
    text = bare(value)
    if text in (b"per-thread", b"legacy"):
        option = b"-fgpu-default-stream=" + text
        return Meaning("nvcc only", "Clang's is -fgpu-default-stream", option)
    return Meaning("nvcc only", "Clang's is -fgpu-default-stream", None)


def _exactness(on: bytes, off: bytes) -> _Translation:
    """An option that is true or false, with what Clang writes for either."""

    def translate(value: bytes) -> Meaning:
        text = bare(value).lower()
        if text not in (b"true", b"false"):
            return Meaning("math", "Clang writes it otherwise", None)
        replacement = on if text == b"true" else off
        advice = f"Clang's is {replacement.decode()}" if replacement else "HIP does so anyway"
        return Meaning("math", advice, replacement, safe=replacement != _ROUNDING)

    return translate


_ROUNDING = b"-fno-hip-fp32-correctly-rounded-divide-sqrt"
_NEEDS_NO_FLAG = _always("nvcc only", "HIP allows this without an option", b"")
_NOT_KNOWN = _always("nvcc only", "hipcc does not know it", b"")
_DEBUG = _always(
    "nvcc only", "Clang's is -ggdb; add -O0 to turn off optimisation, as -G does", b"-ggdb"
)
_LINES = _always("nvcc only", "Clang's is -gline-tables-only", b"-gline-tables-only")
_CODE_OBJECT = _always(
    "nvcc only",
    "there is no PTX; a code object to load as a module comes of --genco",
    b"--genco",
    False,
)
_FAST = _always(
    "math",
    "Clang's -ffast-math goes further: it may also drop checks for NaN and infinity",
    b"-fgpu-flush-denormals-to-zero -fgpu-approx-transcendentals " + _ROUNDING,
    False,
)
_COMPILE = _always(
    "relocatable", "Clang's is -fgpu-rdc with -c, and again to link", b"-fgpu-rdc -c"
)
_LINK = _always(
    "relocatable", "device code is linked with the program, by -fgpu-rdc --hip-link", None
)
_TARGET = _always("target", "", None)
_SUPPRESSION = _always("nvcc only", "Clang names its warnings otherwise", b"", False)

_TRANSLATIONS: dict[str, _Translation] = {
    **dict.fromkeys(("gencode", "arch", "gpu-architecture", "code", "gpu-code"), _TARGET),
    **dict.fromkeys(("Xcompiler", "compiler-options"), _to_host_compiler),
    **dict.fromkeys(("Xptxas", "ptxas-options"), _to_ptxas),
    **dict.fromkeys(("Xlinker", "linker-options"), _to_linker),
    **dict.fromkeys(_WITHOUT_VALUE, _NOT_KNOWN),
    **dict.fromkeys(
        (
            *("Xnvlink", "nvlink-options", "Xcicc", "Xcudafe", "Xfatbin", "fatbin-options"),
            *("Xarchive", "archive-options", "Xopencc", "keep-dir", "cudart", "compress-mode"),
            *("threads", "t", "split-compile", "cudadevrt"),
        ),
        _NOT_KNOWN,
    ),
    **dict.fromkeys(
        ("expt-relaxed-constexpr", "expt-extended-lambda", "extended-lambda"), _NEEDS_NO_FLAG
    ),
    **dict.fromkeys(("lineinfo", "generate-line-info"), _LINES),
    **dict.fromkeys(("G", "device-debug"), _DEBUG),
    **dict.fromkeys(("ptx", "cubin", "fatbin"), _CODE_OBJECT),
    **dict.fromkeys(("resource-usage", "res-usage"), lambda _: _to_ptxas(b"-v")),
    **dict.fromkeys(("ccbin", "compiler-bindir"), _host_compiler),
    **dict.fromkeys(("dc", "device-c"), _COMPILE),
    **dict.fromkeys(("dlink", "device-link"), _LINK),
    **dict.fromkeys(("rdc", "relocatable-device-code"), _relocatable),
    **dict.fromkeys(("diag-suppress", "diag_suppress", "diag-error", "diag-warn"), _SUPPRESSION),
    "keep": _always("nvcc only", "Clang's is -save-temps", b"-save-temps"),
    "maxrregcount": _always(
        "nvcc only", "there is no such limit; use __launch_bounds__ on the kernels", b"", False
    ),
    "default-stream": _default_stream,
    "use_fast_math": _FAST,
    "ftz": _exactness(b"-fgpu-flush-denormals-to-zero", b""),
    "prec-div": _exactness(b"", _ROUNDING),
    "prec-sqrt": _exactness(b"", _ROUNDING),
    "fmad": _exactness(b"", b"-ffp-contract=off"),
}
