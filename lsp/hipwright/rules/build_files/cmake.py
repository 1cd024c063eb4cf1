"""CUDA as a language of CMake's: HIP is one since CMake 3.21."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.build_files._cmake import (
    TARGETS,
    CMakeRule,
    commands,
    line_behind,
    properties,
    sources_of,
    targets_of,
    without_command,
    without_property,
)
from hipwright.rules.build_files._texts import handles_hip, is_code, is_unreadable
from hipwright.settings import Settings
from hipwright.source.cmake import Argument, Command
from hipwright.source.texts import Text

_SOURCE = "CMake documentation: enable_language, HIP variables and properties"
_VARIABLES = (
    rb"FLAGS(?:_(?:INIT|DEBUG|RELEASE|RELWITHDEBINFO|MINSIZEREL))?|STANDARD(?:_REQUIRED)?"
    rb"|EXTENSIONS|COMPILER|COMPILER_ID|COMPILER_VERSION|COMPILER_LAUNCHER|COMPILER_LOADED"
    rb"|ARCHITECTURES|SOURCE_FILE_EXTENSIONS"
)
_NAME = regex(
    rb"(?<![\w])(?P<all>CMAKE_(?P<cuda>CUDA)_(?P<what>\w+)"
    rb"|(?P<property>CUDA)_(?P<standard>STANDARD|STANDARD_REQUIRED|EXTENSIONS)"
    rb"|(?P<feature>cuda)_std_\d\d)(?!\w)"
)
_NONE = {
    b"HOST_COMPILER": "hipcc and Clang compile for the host as well",
    b"RUNTIME_LIBRARY": "HIP's runtime is a shared library",
    b"SEPARABLE_COMPILATION": "give -fgpu-rdc to compile, and -fgpu-rdc --hip-link to link",
    b"RESOLVE_DEVICE_SYMBOLS": "device code is linked with the program",
    b"TOOLKIT_INCLUDE_DIRECTORIES": "hip_INCLUDE_DIRS of find_package(hip) is the nearest",
}
# What the build does otherwise without them.
_MISSED = (b"SEPARABLE_COMPILATION", b"TOOLKIT_INCLUDE_DIRECTORIES")


class CudaLanguage(CMakeRule):
    """CMake knows HIP as a language of its own, with variables and properties named for it.

    Flags, standard and compiler of CUDA say nothing to it.
    """

    code = "BUILD010"
    title = "CUDA as the language"
    severity = Severity.ERROR
    source = _SOURCE
    hazards = ("HW269",)
    triggers = (b"CUDA", b"cuda_std")
    examples = (
        Example(
            before="project(x LANGUAGES CXX CUDA)\nset(CMAKE_CUDA_STANDARD 17)\n"
            'set(CMAKE_CUDA_FLAGS "${CMAKE_CUDA_FLAGS} -O3")\n',
            after="project(x LANGUAGES CXX HIP)\nset(CMAKE_HIP_STANDARD 17)\n"
            'set(CMAKE_HIP_FLAGS "${CMAKE_HIP_FLAGS} -O3")\n',
            file="CMakeLists.txt",
        ),
        Example(
            before="enable_language(CUDA) # CMAKE_CUDA_FLAGS\n",
            after="enable_language(HIP) # CMAKE_CUDA_FLAGS\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="set(CMAKE_CUDA_HOST_COMPILER g++)\n",
            after="set(CMAKE_CUDA_HOST_COMPILER g++)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="if(USE_HIP)\nenable_language(HIP)\nelse()\nenable_language(CUDA)\nendif()\n",
            after=None,
            why="the build has a branch for AMD",
            file="CMakeLists.txt",
        ),
        Example(before="project(CUDA)\nset(A CUDA)\n", after=None, file="CMakeLists.txt"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Where the language is asked for, and its variables and properties."""
        message = "CMake's language for AMD is HIP"
        for command in commands(text, "project", "enable_language", "check_language"):
            for argument in _languages(command):
                edit = Edit(argument.start, argument.end, b"HIP")
                fix = Fix("Write HIP", (edit,))
                yield Finding(
                    self.code, self.severity, message, argument.start, argument.end, (fix,)
                )
        if is_unreadable(text) or handles_hip(text):
            return
        for match in _NAME.finditer(text.content):
            if not is_code(text, *match.span()):
                continue
            if match["what"] == b"ARCHITECTURES" and _is_set_here(text, match.start()):
                continue
            what = match["what"] or b""
            if what and not re.fullmatch(_VARIABLES, what):
                advice = _NONE.get(what, "nothing reads it")
                yield Finding(
                    self.code,
                    self.severity if what in _MISSED else Severity.INFO,
                    f"HIP has no such variable as `{match[0].decode()}`: {advice}",
                    *match.span(),
                )
                continue
            group = next(name for name in ("cuda", "property", "feature") if match[name])
            start, end = match.span(group)
            edit = Edit(start, end, b"hip" if group == "feature" else b"HIP")
            yield Finding(
                self.code,
                self.severity,
                f"`{match[0].decode()}` is about CUDA sources; {message}",
                *match.span(),
                (Fix("Write HIP's", (edit,)),),
            )


def _languages(command: Command) -> Iterable[Argument]:
    words = command.arguments
    if command.name == "project":
        at = [argument.text for argument in words]
        if b"LANGUAGES" in at:
            words = words[at.index(b"LANGUAGES") + 1 :]
        elif any(word in at for word in (b"VERSION", b"DESCRIPTION", b"HOMEPAGE_URL")):
            return
        else:
            words = words[1:]
    for argument in words:
        if argument.text == b"CUDA":
            yield argument


def _is_set_here(text: Text, start: int) -> bool:
    return any(
        command.name == "set" and command.arguments and command.arguments[0].start == start
        for command in text.cmake.commands
    )


class CudaArchitectures(CMakeRule):
    """CUDA_ARCHITECTURES holds numbers of NVIDIA's; HIP_ARCHITECTURES AMD's, such as gfx942.

    Where nothing is set, CMake asks ROCm for the GPUs of the machine. With `arch` in the settings
    those are written.
    """

    code = "BUILD011"
    title = "Architectures of NVIDIA's in CMake"
    severity = Severity.ERROR
    source = "CMake documentation: HIP_ARCHITECTURES, CMAKE_HIP_ARCHITECTURES"
    hazards = ("HW270",)
    triggers = (b"CUDA_ARCHITECTURES",)
    examples = (
        Example(
            before="project(x)\nset(CMAKE_CUDA_ARCHITECTURES 75 80)\nadd_subdirectory(y)\n",
            after="project(x)\nadd_subdirectory(y)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before='set_target_properties(t PROPERTIES OUTPUT_NAME t CUDA_ARCHITECTURES "75;80")\n',
            after='set_target_properties(t PROPERTIES OUTPUT_NAME t HIP_ARCHITECTURES "gfx942")\n',
            settings=Settings(arch=("gfx942",)),
            file="CMakeLists.txt",
        ),
        Example(before="# set(CMAKE_CUDA_ARCHITECTURES 75)\n", after=None, file="CMakeLists.txt"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Where they are set."""
        chosen = settings.arch
        for command in commands(text, "set", "set_target_properties", "set_property"):
            if command.name == "set":
                if (
                    not command.arguments
                    or command.arguments[0].text != b"CMAKE_CUDA_ARCHITECTURES"
                ):
                    continue
                name, values = command.arguments[0], command.arguments[1:]
                gone = without_command(text, command)
                cached = [at for at, value in enumerate(values) if value.text == b"CACHE"]
                values = values[: cached[0]] if cached else values
                if values:
                    yield self._finding(name, values, chosen, gone)
                continue
            for name, value in properties(command):
                if name.text == b"CUDA_ARCHITECTURES":
                    gone = without_property(text, command, name, value)
                    yield self._finding(name, (value,), chosen, gone)

    def _finding(
        self,
        name: Argument,
        values: tuple[Argument, ...],
        chosen: tuple[str, ...],
        gone: Edit,
    ) -> Finding:
        message = "these are NVIDIA's; CMake takes AMD's in HIP_ARCHITECTURES, or finds them itself"
        if chosen:
            first, last = values[0], values[-1]
            separator = ";" if first.quoted else " " if len(values) > 1 or len(chosen) == 1 else ";"
            written = separator.join(chosen).encode()
            edits = (
                Edit(name.start, name.end, name.text.replace(b"CUDA", b"HIP")),
                Edit(first.start, last.end, written),
            )
            fix = Fix(f"Build for {', '.join(chosen)}", edits)
        else:
            fix = Fix("Leave it to CMake", (gone,))
        return Finding(self.code, self.severity, message, name.start, name.end, (fix,))


class LanguageExpression(CMakeRule):
    """`$<COMPILE_LANGUAGE:CUDA>` is never true for HIP sources: what it guards vanishes."""

    code = "BUILD013"
    title = "A generator expression that asks for CUDA"
    severity = Severity.WARNING
    source = "CMake documentation: generator expressions"
    hazards = ("HW273",)
    triggers = (b"COMPILE_LANG", b"LINK_LANG", b"CUDA_COMPILER_ID")
    examples = (
        Example(
            before="target_compile_options(t PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-O3>)\n",
            after="target_compile_options(t PRIVATE $<$<COMPILE_LANGUAGE:HIP>:-O3>)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="add_compile_options($<$<COMPILE_LANG_AND_ID:CUDA,NVIDIA>:-O3>)\n",
            after="add_compile_options($<$<COMPILE_LANG_AND_ID:HIP,Clang>:-O3>)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="add_compile_options($<$<CUDA_COMPILER_ID:NVIDIA>:-Xcudafe=--a>)\n",
            after="add_compile_options($<$<HIP_COMPILER_ID:Clang>:-Xcudafe=--a>)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wall>)\n",
            after=None,
            file="CMakeLists.txt",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Each such expression."""
        if is_unreadable(text) or handles_hip(text):
            return
        pattern = re.compile(rb"\$<(?:COMPILE|LINK)_LANG(?P<id>UAGE|_AND_ID):(?P<list>[\w,]*)(?=>)")
        for match in pattern.finditer(text.content):
            words = match["list"].split(b",")
            if b"CUDA" not in words or not is_code(text, *match.span()):
                continue
            if match["id"] == b"_AND_ID":
                written = [b"HIP", b"Clang"]
            else:
                written = [b"HIP" if word == b"CUDA" else word for word in words]
            edit = Edit(*match.span("list"), b",".join(dict.fromkeys(written)))
            yield Finding(
                self.code,
                self.severity,
                "never true for HIP sources: their language is HIP, their compiler Clang",
                *match.span(),
                (Fix("Ask for HIP", (edit,)),),
            )
        for match in re.finditer(rb"\$<(CUDA_COMPILER_ID:NVIDIA)(?=>)", text.content):
            if is_code(text, *match.span()):
                edit = Edit(*match.span(1), b"HIP_COMPILER_ID:Clang")
                message = "never true for HIP sources: their compiler is Clang"
                fix = Fix("Ask for HIP's", (edit,))
                yield Finding(self.code, self.severity, message, *match.span(), (fix,))


_PROPERTIES = (b"CUDA_SEPARABLE_COMPILATION", b"CUDA_RESOLVE_DEVICE_SYMBOLS")


class SeparableCompilation(CMakeRule):
    """HIP has no property for relocatable device code: -fgpu-rdc goes to compile and to link.

    A target without CUDA sources of its own needs neither.
    """

    code = "BUILD014"
    title = "CUDA_SEPARABLE_COMPILATION"
    severity = Severity.ERROR
    source = "CMake documentation: CUDA_SEPARABLE_COMPILATION; Clang: HIP support"
    hazards = ("HW272",)
    triggers = _PROPERTIES
    examples = (
        Example(
            before="add_executable(t a.cu b.cu)\n"
            "set_target_properties(t PROPERTIES CUDA_SEPARABLE_COMPILATION ON)\n",
            after="add_executable(t a.cu b.cu)\n"
            "target_compile_options(t PRIVATE $<$<COMPILE_LANGUAGE:HIP>:-fgpu-rdc>)\n"
            "target_link_options(t PRIVATE -fgpu-rdc --hip-link)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="add_executable(t a.cpp)\n"
            "set_target_properties(t PROPERTIES CUDA_SEPARABLE_COMPILATION ON)\n",
            after="add_executable(t a.cpp)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="add_library(t ${SOURCES})\n"
            "set_property(TARGET t PROPERTY CUDA_SEPARABLE_COMPILATION ON)\n",
            after="add_library(t ${SOURCES})\n"
            "set_property(TARGET t PROPERTY CUDA_SEPARABLE_COMPILATION ON)\n",
            alternative="add_library(t ${SOURCES})\n"
            "target_compile_options(t PRIVATE $<$<COMPILE_LANGUAGE:HIP>:-fgpu-rdc>)\n"
            "target_link_options(t PRIVATE -fgpu-rdc --hip-link)\n",
            file="CMakeLists.txt",
        ),
        Example(before="# CUDA_SEPARABLE_COMPILATION\n", after=None, file="CMakeLists.txt"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Where a target gets the property."""
        for command in commands(text, "set_target_properties", "set_property"):
            for name, value in properties(command):
                if name.text not in _PROPERTIES:
                    continue
                yield Finding(
                    self.code,
                    self.severity,
                    "HIP has no such property: -fgpu-rdc goes to compile and to link",
                    name.start,
                    name.end,
                    self._fixes(text, command, name, value),
                )

    def _fixes(
        self, text: Text, command: Command, name: Argument, value: Argument
    ) -> tuple[Fix, ...]:
        gone = without_property(text, command, name, value)
        turned_on = value.text.upper() in (b"ON", b"TRUE", b"1", b"YES")
        turned_off = value.text.upper() in (b"OFF", b"FALSE", b"0", b"NO")
        if name.text == b"CUDA_RESOLVE_DEVICE_SYMBOLS" or turned_off:
            return (Fix("Leave it out", (gone,)),)
        targets = targets_of(command)
        if not turned_on or not targets:
            return ()
        sources = [sources_of(text, target) for target in targets]
        known = all(files is not None for files in sources)
        needing = [
            target
            for target, files in zip(targets, sources, strict=True)
            if files is None or any(re.search(rb"\.(?:cu|hip)\Z", file) for file in files)
        ]
        if not needing:
            return (Fix("Leave it out", (gone,)),)
        lines = []
        for target in needing:
            compiled = b" PRIVATE $<$<COMPILE_LANGUAGE:HIP>:-fgpu-rdc>)"
            lines.append(b"target_compile_options(" + target + compiled)
            lines.append(b"target_link_options(" + target + b" PRIVATE -fgpu-rdc --hip-link)")
        whole = sum(1 for _ in properties(command)) == 1
        if whole:
            added = line_behind(text, command, lines).text.lstrip()
            edits: tuple[Edit, ...] = (Edit(command.start, command.end, added),)
        else:
            edits = (gone, line_behind(text, command, lines))
        return (Fix("Give -fgpu-rdc", edits, safe=known),)


class CudaSource(CMakeRule):
    """CMake takes .hip files for HIP sources, and ignores .cu files when CUDA is no language.

    `set_source_files_properties(… PROPERTIES LANGUAGE HIP)` says what they are.
    """

    code = "BUILD016"
    title = "A .cu file as a source"
    severity = Severity.ERROR
    source = "CMake documentation: CMAKE_<LANG>_SOURCE_FILE_EXTENSIONS, LANGUAGE"
    hazards = ("HW269",)
    triggers = (b".cu",)
    examples = (
        Example(
            before="add_executable(t main.cpp a.cu\n  b.cu)\n",
            after="add_executable(t main.cpp a.cu\n  b.cu)\n"
            "set_source_files_properties(a.cu b.cu PROPERTIES LANGUAGE HIP)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="add_executable(t a.cu)\n"
            "set_source_files_properties(a.cu PROPERTIES LANGUAGE HIP)\n",
            after=None,
            file="CMakeLists.txt",
        ),
        Example(before="add_executable(t a.cpp) # a.cu\n", after=None, file="CMakeLists.txt"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The targets with such sources."""
        marked = {
            argument.text
            for command in commands(text, "set_source_files_properties")
            if any(argument.text == b"HIP" for argument in command.arguments)
            for argument in command.arguments
        }
        for command in commands(text, *TARGETS):
            files = [
                argument
                for argument in command.arguments[1:]
                if argument.text.endswith(b".cu") and argument.text not in marked
            ]
            if not files:
                continue
            names = b" ".join(
                b'"' + file.text + b'"' if file.quoted else file.text for file in files
            )
            line = b"set_source_files_properties(" + names + b" PROPERTIES LANGUAGE HIP)"
            yield Finding(
                self.code,
                self.severity,
                "CMake ignores a .cu file in a HIP project, unless its LANGUAGE is HIP",
                files[0].start,
                files[0].end,
                (Fix("Say that they are HIP", (line_behind(text, command, [line]),)),),
            )
