"""Options of nvcc's in Makefiles, CMake, shell lines and Dockerfiles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from hipwright.finding import Edit, Finding, Fix, Related, Severity
from hipwright.patterns import regex
from hipwright.rules._nvcc import SHORT, Option, bare, meaning, options
from hipwright.rules.base import Example, TextRule
from hipwright.rules.build_files._texts import (
    BUILD_FILES,
    command_around,
    handles_hip,
    is_code,
    is_unreadable,
    removal,
)
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

# Without one of these words, no one compiles for CUDA here.
COMPILERS = (b"nvcc", b"NVCC", b"hipcc", b"CUDA", b"HIP_FLAGS")
_COMPILES = regex(rb"nvcc|hipcc|CUDA|CUD|HIP|\$\(CC\)|\$\(CXX\)|FLAGS|GENCODE", re.IGNORECASE)
_OTHER_PROGRAM = regex(rb"(?<![\w.-])(?:cmake|ctest|dpkg|docker|apt(?:-get)?|tar|ld)[ \t]")
_RUNS_NVCC = regex(rb"nvcc|hipcc|NVCC|CUDA\w*FLAGS|HIP\w*FLAGS")


def nvcc_options(text: Text, family: str) -> Iterator[Option]:
    """The options of one family that nvcc gets in a build file that is for CUDA alone."""
    if is_unreadable(text) or handles_hip(text):
        return
    for option in options(text.content):
        if meaning(option).family != family or not is_code(text, option.start, option.end):
            continue
        start, end = command_around(text, option.start)
        command = text.content[start:end]
        if option.name in SHORT and _OTHER_PROGRAM.search(command):
            continue
        in_commands = text.language in ("shell", "dockerfile")
        needed = _RUNS_NVCC if in_commands else _COMPILES
        if (option.name in SHORT or in_commands) and not needed.search(command):
            continue
        yield option


def _edit(text: Text, option: Option, replacement: bytes) -> Edit | None:
    """The edit that writes something for an option, where it can be written there."""
    if not replacement:
        return removal(text, option.start, option.end)
    if text.language == "cmake" and b" " in replacement:
        start, _ = command_around(text, option.start)
        quoted = text.content[start : option.start].count(b'"') % 2
        if not quoted and b"$<" in text.content[start : option.start]:
            return None  # a blank would end the generator expression
    return Edit(option.start, option.end, replacement)


class _OptionRule(TextRule):
    languages: ClassVar[frozenset[Language]] = BUILD_FILES
    triggers = COMPILERS
    family: ClassVar[str]

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Each option of the family."""
        for option in nvcc_options(text, self.family):
            if self.is_understood(option, text):
                continue
            _, advice, replacement, safe = meaning(option)
            word = text.content[option.start : option.end].decode("utf-8", "replace")
            edit = None if replacement is None else _edit(text, option, replacement)
            fixes: tuple[Fix, ...] = ()
            if edit is not None:
                title = f"Write {replacement.decode()}" if replacement else "Leave it out"
                fixes = (Fix(title, (edit, *self.more_edits(option, text)), safe),)
            yield Finding(
                self.code,
                self.severity,
                f"hipcc does not take `{word}`: {advice}",
                option.start,
                option.end,
                self.fixes(option, text, fixes),
            )

    def is_understood(self, option: Option, text: Text) -> bool:
        """Whether hipcc reads this one as nvcc does."""
        return False

    def more_edits(self, option: Option, text: Text) -> tuple[Edit, ...]:
        """What else has to change with it."""
        return ()

    def fixes(self, option: Option, text: Text, fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
        """The fixes to offer."""
        return fixes


_SOURCE = "NVIDIA nvcc documentation; Clang command line reference and driver"


class PassedOn(_OptionRule):
    """nvcc hands options on to its host compiler, ptxas and linker; hipcc is one compiler for all.

    What is for the host's compiler is given as it is. There is no ptxas: -v has a counterpart.
    """

    code = "BUILD003"
    title = "An option that nvcc passes on"
    severity = Severity.ERROR
    source = _SOURCE
    hazards = ("HW259", "HW266")
    family = "passed on"
    examples = (
        Example(
            before="CC = hipcc\nCFLAGS := -O3 -Xcompiler -Wall,-fopenmp -Xptxas -v\n",
            after="CC = hipcc\nCFLAGS := -O3 -Wall -fopenmp "
            "-Rpass-analysis=kernel-resource-usage\n",
            file="Makefile",
        ),
        Example(
            before='set(CMAKE_CUDA_FLAGS "${CMAKE_CUDA_FLAGS} -Xptxas -dlcm=ca -O2")\n',
            after='set(CMAKE_CUDA_FLAGS "${CMAKE_CUDA_FLAGS} -O2")\n',
            file="CMakeLists.txt",
        ),
        Example(
            before="# nvcc -Xcompiler -Wall\nNVCCFLAGS = -Xlinker -export-dynamic\n",
            after=None,
            why="Clang has -Xlinker for one word, too",
            file="Makefile",
        ),
        Example(
            before="ifeq ($(USE_HIP),1)\nCC = hipcc\nelse\nCC = nvcc -Xcompiler -Wall\nendif\n",
            after=None,
            why="the build has a branch for AMD",
            file="Makefile",
        ),
    )

    def is_understood(self, option: Option, text: Text) -> bool:
        """Clang's -Xlinker takes one word; what is for Microsoft's compiler is for Windows."""
        if option.name == "Xlinker":
            return b"," not in option.value
        return bare(option.value).startswith(b"/")


class NvccOnly(_OptionRule):
    """hipcc stops at options that only nvcc has, or takes them for something else.

    It takes `-lineinfo` for a library called ineinfo, and `-G` together with the word behind it.
    What HIP allows without an option, such as extended lambdas, needs none.
    """

    code = "BUILD004"
    title = "An option that only nvcc has"
    severity = Severity.ERROR
    source = _SOURCE
    hazards = ("HW261", "HW262", "HW263", "HW267")
    family = "nvcc only"
    examples = (
        Example(
            before="NVCCFLAGS += -lineinfo --expt-relaxed-constexpr -G -ccbin g++ -O3\n",
            after="NVCCFLAGS += -gline-tables-only -ggdb -O3\n",
            file="Makefile",
        ),
        Example(
            before="nvcc -maxrregcount=32 a.cu\n",
            after="nvcc -maxrregcount=32 a.cu\n",
            alternative="nvcc a.cu\n",
            file="build.sh",
        ),
        Example(
            before="target_compile_options(x PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:--extended-lambda"
            ">)\n",
            after="target_compile_options(x PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:>)\n",
            file="CMakeLists.txt",
        ),
        Example(before="cmake -G Ninja -DCUDA=1 ..\n", after=None, file="build.sh"),
    )


class FastMath(_OptionRule):
    """Clang takes `-use_fast_math` for `-u se_fast_math`, and compiles without fast math.

    -ffast-math is not the same: it also lets the compiler assume that there is no NaN and no
    infinity, and drop the checks for them. -fgpu-flush-denormals-to-zero,
    -fgpu-approx-transcendentals and -fno-hip-fp32-correctly-rounded-divide-sqrt are what nvcc's
    option means. Contraction of a multiplication and an addition is on in both.
    """

    code = "BUILD006"
    title = "nvcc's options for floating point"
    severity = Severity.ERROR
    source = _SOURCE
    hazards = ("HW157", "HW174", "HW262")
    family = "math"
    examples = (
        Example(
            before="NVCCFLAGS = -O3 -use_fast_math\n",
            after="NVCCFLAGS = -O3 -use_fast_math\n",
            alternative="NVCCFLAGS = -O3 -fgpu-flush-denormals-to-zero "
            "-fgpu-approx-transcendentals -fno-hip-fp32-correctly-rounded-divide-sqrt\n",
            file="Makefile",
        ),
        Example(
            before="NVCCFLAGS = --fmad=false -prec-sqrt=true -O3\n",
            after="NVCCFLAGS = -ffp-contract=off -O3\n",
            file="Makefile",
        ),
        Example(before="NVCCFLAGS = -O3 -ffast-math\n", after=None, file="Makefile"),
    )

    def fixes(self, option: Option, text: Text, fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
        """Clang's own fast math as the second choice."""
        if option.name != "use_fast_math":
            return fixes
        edit = Edit(option.start, option.end, b"-ffast-math")
        return (*fixes, Fix("Write -ffast-math", (edit,), safe=False))


_LINK_FLAGS = regex(rb"^[ \t]*LDFLAGS[ \t]*[:?+]?=[ \t]*(?P<value>[^#\r\n\\]*?)[ \t]*$", re.M)
_HIP_LINK = b"-fgpu-rdc --hip-link"


class Relocatable(_OptionRule):
    """With HIP, relocatable device code is -fgpu-rdc, both where it is compiled and where linked.

    There is no step of its own that links device code.
    """

    code = "BUILD005"
    title = "Relocatable device code"
    severity = Severity.ERROR
    source = "HIP documentation: HIP porting guide, hipcc; Clang: HIP support"
    hazards = ("HW260",)
    family = "relocatable"
    examples = (
        Example(
            before="LDFLAGS = -lm\na: a.o\n\tnvcc a.o $(LDFLAGS)\n%.o: %.cu\n"
            "\tnvcc -c -dc $< -o $@\n",
            after="LDFLAGS = -lm -fgpu-rdc --hip-link\na: a.o\n\tnvcc a.o $(LDFLAGS)\n%.o: %.cu\n"
            "\tnvcc -c -fgpu-rdc $< -o $@\n",
            file="Makefile",
        ),
        Example(
            before="%.o: %.cu\n\tnvcc -rdc=false -c $<\n",
            after="%.o: %.cu\n\tnvcc -c $<\n",
            file="Makefile",
        ),
        Example(
            before="nvcc -dlink a.o b.o -o link.o\n",
            after="nvcc -dlink a.o b.o -o link.o\n",
            file="build.sh",
        ),
        Example(before="NVCCFLAGS = -fgpu-rdc\necho | dc -dc\n", after=None, file="Makefile"),
    )

    def fixes(self, option: Option, text: Text, fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
        """Safe only where it is known how the program is linked."""
        if not fixes or meaning(option).replacement == b"":
            return fixes
        start, end = command_around(text, option.start)
        command = text.content[start:end]
        compiles_only = re.search(rb"[ \t]-c(?![\w-])", command)
        is_step = option.name not in ("rdc", "relocatable-device-code")
        replacement = b"-fgpu-rdc -c" if is_step and not compiles_only else b"-fgpu-rdc"
        edits = [Edit(option.start, option.end, replacement)]
        # One command that makes a program of sources.
        whole = (
            not is_step and not compiles_only and re.search(rb"\.cu\b.*?-o|-o.*?\.cu\b", command)
        )
        safe = bool(whole) or self._is_linked_alike(text, command)
        if not safe and text.language == "make" and b"$(LDFLAGS)" in text.content:
            settings = list(_LINK_FLAGS.finditer(text.content))
            if settings and b"-fgpu-rdc" in settings[0]["value"]:
                safe = True
            elif settings:
                at = settings[0].end("value")
                blank = b"" if text.content[at - 1 : at] in (b" ", b"\t") else b" "
                edits.append(Edit(at, at, blank + _HIP_LINK))
                safe = True
        title = f"Write {replacement.decode()}"
        return (Fix(title, tuple(edits), safe),)

    def _is_linked_alike(self, text: Text, command: bytes) -> bool:
        """Whether the variable that the option is put in also stands where the program is linked.

        That is: on a line of the Makefile that makes something of object files.
        """
        name = re.match(rb"[ \t]*(\w+)[ \t]*[:?+]?=", command)
        if not name or text.language != "make":
            return False
        use = re.compile(rb"^\t[^\r\n]*\$[({]" + name[1] + rb"[)}][^\r\n]*$", re.MULTILINE)
        return any(
            not re.search(rb"[ \t]-c(?![\w-])", line[0]) for line in use.finditer(text.content)
        )


_VARIABLE = regex(rb"\$[({](\w+)[)}]")
_SM = regex(rb"(?:sm|compute)_\d+[a-z]?")


class Target(TextRule):
    """`sm_80` and `compute_80` name GPUs of NVIDIA's; hipcc takes AMD's by `--offload-arch`.

    Without the option hipcc builds for the GPUs of the machine that it runs on. With `arch` in the
    settings, such as `--arch gfx942,gfx1100`, those are written. Several options become one.
    """

    code = "BUILD002"
    title = "GPUs of NVIDIA's to compile for"
    severity = Severity.ERROR
    source = "HIP documentation: hipcc; Clang command line reference: --offload-arch"
    hazards = ("HW258",)
    languages: ClassVar[frozenset[Language]] = BUILD_FILES
    triggers = (*COMPILERS, b"sm_", b"compute_")
    examples = (
        Example(
            before="ARCH = sm_60\nNVCCFLAGS = -O3 -arch=$(ARCH)\n",
            after="ARCH = sm_60\nNVCCFLAGS = -O3\n",
            alternative="ARCH = sm_60\nNVCCFLAGS = -O3 --offload-arch=native\n",
            file="Makefile",
        ),
        Example(
            before="ARCH = sm_60\nNVCCFLAGS = -O3 -arch=$(ARCH)\n",
            after="ARCH = gfx942,gfx1100\nNVCCFLAGS = -O3 --offload-arch=$(ARCH)\n",
            settings=Settings(arch=("gfx942", "gfx1100")),
            file="Makefile",
        ),
        Example(
            before="nvcc -gencode arch=compute_70,code=sm_70 "
            "-gencode arch=compute_80,code=sm_80 a.cu\n",
            after="nvcc --offload-arch=gfx942 a.cu\n",
            settings=Settings(arch=("gfx942",)),
            file="build.sh",
        ),
        Example(before="CFLAGS = -march=native\n# nvcc -arch=sm_80\n", after=None, file="Makefile"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The options of each command; the first becomes AMD's, the others go."""
        chosen = ",".join(settings.arch).encode()
        commands: dict[tuple[int, int], list[Option]] = {}
        for option in nvcc_options(text, "target"):
            if option.name not in ("arch", "code") or _is_nvidias(option.value):
                commands.setdefault(command_around(text, option.start), []).append(option)
        for first, *others in commands.values():
            rest = tuple(removal(text, option.start, option.end) for option in others)
            if chosen:
                advice = "AMD's GPUs are named by --offload-arch"
                edits = (*self._named(text, first, chosen), *rest)
                fixes = [Fix(f"Build for {chosen.decode()}", edits)]
            else:
                advice = "hipcc builds for the GPUs of this machine, or those of --offload-arch"
                leave_out = removal(text, first.start, first.end)
                native = Edit(first.start, first.end, b"--offload-arch=native")
                title = "Say so, so that it stops where there is none"
                fixes = [
                    Fix("Build for the GPUs of the machine", (leave_out, *rest)),
                    Fix(title, (native, *rest), safe=False),
                ]
            word = text.content[first.start : first.end].decode("utf-8", "replace")
            yield Finding(
                self.code,
                self.severity,
                f"`{word}` is for NVIDIA's GPUs: {advice}",
                first.start,
                first.end,
                tuple(fixes),
                tuple(Related(option.start, option.end, "So is this.") for option in others),
            )

    def _named(self, text: Text, option: Option, chosen: bytes) -> tuple[Edit, ...]:
        """The edits that name the chosen GPUs, in the variable that named NVIDIA's, if one did."""
        variable = _VARIABLE.fullmatch(option.value)
        if variable and text.language == "make":
            values = list(
                re.finditer(
                    rb"^[ \t]*" + variable[1] + rb"[ \t]*[:?]?=[ \t]*([^\s#]+)[ \t]*(?=[#\r\n]|\Z)",
                    text.content,
                    re.MULTILINE,
                )
            )
            uses = re.findall(rb"\$[({]" + variable[1] + rb"[)}]", text.content)
            if len(values) == 1 and len(uses) == 1 and _SM.fullmatch(values[0][1]):
                written = b"--offload-arch=" + option.value
                return (
                    Edit(*values[0].span(1), chosen),
                    Edit(option.start, option.end, written),
                )
        return (Edit(option.start, option.end, b"--offload-arch=" + chosen),)


def _is_nvidias(value: bytes) -> bool:
    """Whether a value names GPUs of NVIDIA's, or is a variable that may."""
    text = bare(value)
    return bool(_SM.search(text) or re.search(rb"sm_|compute_|\$[({]", text)) or text in (
        b"native",
        b"all",
        b"all-major",
    )
