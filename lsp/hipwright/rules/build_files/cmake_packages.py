"""CUDA's packages for CMake: CUDAToolkit and its targets, and the older FindCUDA."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example
from hipwright.rules.build_files._cmake import CMakeRule, commands, line_before
from hipwright.rules.build_files._texts import handles_hip, is_code, is_unreadable
from hipwright.settings import Settings
from hipwright.source.cmake import Command
from hipwright.source.texts import Text

# CUDA's target: ROCm's package, and its target. Sources: the CMake files that ROCm's libraries
# install, and AMD's examples of them.
_TARGETS: dict[bytes, tuple[bytes, bytes]] = {
    b"cudart": (b"hip", b"hip::host"),
    b"cuda_driver": (b"hip", b"hip::host"),
    b"cublas": (b"hipblas", b"roc::hipblas"),
    b"cublasLt": (b"hipblaslt", b"roc::hipblaslt"),
    b"cufft": (b"hipfft", b"hip::hipfft"),
    b"curand": (b"hiprand", b"hip::hiprand"),
    b"cusparse": (b"hipsparse", b"roc::hipsparse"),
    b"cusolver": (b"hipsolver", b"roc::hipsolver"),
    b"nvrtc": (b"hiprtc", b"hiprtc::hiprtc"),
}
_ROC: dict[bytes, tuple[bytes, bytes]] = {
    b"cublas": (b"rocblas", b"roc::rocblas"),
    b"cufft": (b"rocfft", b"roc::rocfft"),
    b"curand": (b"rocrand", b"roc::rocrand"),
    b"cusparse": (b"rocsparse", b"roc::rocsparse"),
    b"cusolver": (b"rocsolver", b"roc::rocsolver"),
}
_TARGET = regex(rb"(?<![\w:])CUDA::(?P<name>\w+?)(?:_static(?:_nocallback)?)?(?![\w:])")
_VARIABLES = {
    b"CUDAToolkit_INCLUDE_DIRS": b"hip_INCLUDE_DIRS",
    b"CUDAToolkit_LIBRARY_DIR": b"hip_LIB_INSTALL_DIR",
    b"CUDAToolkit_FOUND": b"hip_FOUND",
    b"CUDA_INCLUDE_DIRS": b"hip_INCLUDE_DIRS",
    b"CUDA_FOUND": b"hip_FOUND",
}
_USE = regex(rb"(?<!\w)(?:" + b"|".join(_VARIABLES) + rb"|CUDAToolkit_\w+)(?!\w)")
_FOUND_CUDA = frozenset({b"CUDA_INCLUDE_DIRS", b"CUDA_FOUND"})


def _counterpart(name: bytes, settings: Settings) -> tuple[bytes, bytes] | None:
    return (_ROC.get(name) if settings.roc else None) or _TARGETS.get(name)


def _packages(text: Text, settings: Settings) -> list[bytes]:
    """ROCm's packages for the targets of CUDA's that a text names."""
    found = [b"hip"]
    for match in _TARGET.finditer(text.content):
        known = _counterpart(match["name"], settings)
        if known and is_code(text, *match.span()):
            found.append(known[0])
    return list(dict.fromkeys(found))


def _finds(text: Text, package: bytes) -> bool:
    """Whether a text finds a package of ROCm's already."""
    return any(
        command.name == "find_package"
        and command.arguments
        and command.arguments[0].text == package
        for command in text.cmake.commands
    )


class CudaToolkit(CMakeRule):
    """ROCm's libraries have packages and targets of their own: roc::hipblas for CUDA::cublas.

    Each is found by its own find_package; hip has the runtime, as hip::host.
    """

    code = "BUILD012"
    title = "The CUDA toolkit's package and targets"
    severity = Severity.ERROR
    source = "CMake packages of HIP and of ROCm's libraries; CMake documentation: FindCUDAToolkit"
    hazards = ("HW271",)
    triggers = (b"CUDAToolkit", b"CUDA::")
    examples = (
        Example(
            before="find_package(CUDAToolkit REQUIRED)\n"
            "target_include_directories(t PRIVATE ${CUDAToolkit_INCLUDE_DIRS})\n"
            "target_link_libraries(t PRIVATE CUDA::cudart CUDA::cublas)\n",
            after="find_package(hip REQUIRED)\nfind_package(hipblas REQUIRED)\n"
            "target_include_directories(t PRIVATE ${hip_INCLUDE_DIRS})\n"
            "target_link_libraries(t PRIVATE hip::host roc::hipblas)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="target_link_libraries(t CUDA::cufft)\n",
            after="find_package(hipfft REQUIRED)\ntarget_link_libraries(t hip::hipfft)\n",
            why="the package may be found nowhere else",
            file="CMakeLists.txt",
        ),
        Example(
            before="target_link_libraries(t CUDA::nppc)\n",
            after="target_link_libraries(t CUDA::nppc)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="# find_package(CUDAToolkit)\nfind_package(Threads)\n",
            after=None,
            file="CMakeLists.txt",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The package, its targets and its variables."""
        finding_it = [
            command
            for command in commands(text, "find_package")
            if command.arguments and command.arguments[0].text == b"CUDAToolkit"
        ]
        for command in finding_it:
            packages = [name for name in _packages(text, settings) if not _finds(text, name)]
            yield self._found(text, command, packages)
        if is_unreadable(text) or handles_hip(text):
            return
        yield from self._targets(text, settings, bool(finding_it))
        for match in _USE.finditer(text.content):
            if not is_code(text, *match.span()) or match[0] in _FOUND_CUDA:
                continue
            written = _VARIABLES.get(match[0])
            message = f"`{match[0].decode()}` comes with CUDA's package"
            fixes: tuple[Fix, ...] = ()
            if written:
                message += f": hip has {written.decode()}"
                fixes = (Fix(f"Write {written.decode()}", (Edit(*match.span(), written),)),)
            yield Finding(self.code, self.severity, message, *match.span(), fixes)

    def _found(self, text: Text, command: Command, packages: list[bytes]) -> Finding:
        name = command.arguments[0]
        options = b" ".join(
            argument.text
            for argument in command.arguments[1:]
            if argument.text in (b"REQUIRED", b"QUIET")
        )
        # A version, components and the like are CUDA's.
        lines = [
            b"find_package(" + package + (b" " + options if options else b"") + b")"
            for package in packages
        ]
        start, _ = text.lines.line_bounds(text.lines.line_of(command.start))
        indent = re.match(rb"[ \t]*", text.content[start : command.start])
        ending = b"\r\n" if b"\r\n" in text.content[:2000] else b"\n"
        joined = (ending + (indent[0] if indent else b"")).join(lines)
        edit = Edit(command.start, command.end, joined)
        fix = Fix("Find ROCm's packages", (edit,))
        message = "there is no CUDA toolkit on an AMD system: each of ROCm's libraries is a package"
        return Finding(self.code, self.severity, message, name.start, name.end, (fix,))

    def _targets(self, text: Text, settings: Settings, finds_all: bool) -> Iterator[Finding]:
        added: set[bytes] = set()
        for match in _TARGET.finditer(text.content):
            if not is_code(text, *match.span()):
                continue
            known = _counterpart(match["name"], settings)
            message = f"`{match[0].decode()}` is a target of CUDA's"
            if known is None:
                message += ": ROCm has none that takes its place"
                yield Finding(self.code, self.severity, message, *match.span())
                continue
            package, target = known
            edits = [Edit(*match.span(), target)]
            if not finds_all and not _finds(text, package) and package not in added:
                around = next(
                    (
                        command
                        for command in text.cmake.commands
                        if command.start <= match.start() < command.end
                    ),
                    None,
                )
                if around is not None:
                    added.add(package)
                    line = b"find_package(" + package + b" REQUIRED)"
                    edits.insert(0, line_before(text, around, line))
            message += f": {package.decode()} has {target.decode()}"
            fix = Fix(f"Write {target.decode()}", tuple(edits))
            yield Finding(self.code, self.severity, message, *match.span(), (fix,))


_MACROS = {"cuda_add_executable": b"add_executable", "cuda_add_library": b"add_library"}
_TO_TARGET = {
    "cuda_add_cublas_to_target": (b"hipblas", b"roc::hipblas"),
    "cuda_add_cufft_to_target": (b"hipfft", b"hip::hipfft"),
}
_OLD = regex(
    rb"(?<!\w)CUDA_(?:NVCC_FLAGS(?:_\w+)?|LIBRARIES|CUDART_LIBRARY|CUBLAS_LIBRARIES"
    rb"|CUFFT_LIBRARIES|TOOLKIT_ROOT_DIR|VERSION(?:_\w+)?"
    rb"|cu\w+_LIBRARY|INCLUDE_DIRS|FOUND)(?!\w)"
)
_OLD_LIBRARIES = {
    b"CUDA_LIBRARIES": b"hip::host",
    b"CUDA_CUDART_LIBRARY": b"hip::host",
}


class FindCuda(CMakeRule):
    """CMake 3.27 dropped FindCUDA and its macros; HIP sources are a language of CMake's instead.

    `add_executable` and `add_library` do what `cuda_add_executable` and `cuda_add_library` did.
    """

    code = "BUILD015"
    title = "FindCUDA and its macros"
    severity = Severity.ERROR
    source = "CMake documentation: FindCUDA, policy CMP0146, enable_language"
    hazards = ("HW268",)
    triggers = (b"CUDA", b"cuda_add_", b"CUDA_ADD_")
    examples = (
        Example(
            before="find_package(CUDA REQUIRED)\ncuda_add_executable(t a.cu)\n"
            "target_link_libraries(t ${CUDA_LIBRARIES})\n",
            after="enable_language(HIP)\nfind_package(hip REQUIRED)\nadd_executable(t a.cu)\n"
            "target_link_libraries(t hip::host)\n",
            file="CMakeLists.txt",
        ),
        Example(
            before="list(APPEND CUDA_NVCC_FLAGS -O3)\n",
            after="list(APPEND CUDA_NVCC_FLAGS -O3)\n",
            file="CMakeLists.txt",
        ),
        Example(before="# find_package(CUDA)\nset(A CUDA)\n", after=None, file="CMakeLists.txt"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The package, its macros and its variables."""
        for command in commands(text):
            start, end = command.start, command.start + len(command.name)
            if command.name == "find_package":
                if command.arguments and command.arguments[0].text == b"CUDA":
                    yield self._package(text, command)
            elif command.name in _MACROS:
                words = {argument.text for argument in command.arguments}
                written = _MACROS[command.name]
                fix = Fix(f"Write {written.decode()}", (Edit(start, end, written),))
                fixes = () if b"OPTIONS" in words else (fix,)
                message = f"`{command.name}` is gone with FindCUDA: {written.decode()} will do"
                yield Finding(self.code, self.severity, message, start, end, fixes)
            elif command.name in _TO_TARGET and len(command.arguments) == 1:
                package, target = _TO_TARGET[command.name]
                line = b"target_link_libraries(" + command.arguments[0].text + b" " + target + b")"
                edits = [Edit(command.start, command.end, line)]
                if not _finds(text, package):
                    found = b"find_package(" + package + b" REQUIRED)"
                    edits.insert(0, line_before(text, command, found))
                message = f"`{command.name}` is gone with FindCUDA: link {target.decode()}"
                fix = Fix(f"Link {target.decode()}", tuple(edits))
                yield Finding(self.code, self.severity, message, start, end, (fix,))
        if is_unreadable(text) or handles_hip(text):
            return
        yield from self._variables(text)

    def _package(self, text: Text, command: Command) -> Finding:
        options = b"".join(
            b" " + argument.text
            for argument in command.arguments[1:]
            if argument.text in (b"REQUIRED", b"QUIET")
        )
        found = b"find_package(hip" + options + b")"
        edits = [Edit(command.start, command.end, found)]
        # The language can be turned on without asking only where CUDA was required.
        required = b"REQUIRED" in options
        if required:
            edits.insert(0, line_before(text, command, b"enable_language(HIP)"))
        name = command.arguments[0]
        message = "FindCUDA is gone, and was for nvcc: turn the language HIP on, and find hip"
        fix = Fix("Turn HIP on", tuple(edits), safe=required)
        return Finding(self.code, self.severity, message, name.start, name.end, (fix,))

    def _variables(self, text: Text) -> Iterator[Finding]:
        # Names that projects use for themselves, too: only where FindCUDA's are seen, or were.
        content = text.content
        is_old = re.search(rb"find_package\s*\(\s*CUDA\b|cuda_add_", content, re.IGNORECASE)
        was_old = b"enable_language(HIP)" in content and b"CUDAToolkit" not in content
        own = {
            command.arguments[0].text
            for command in text.cmake.commands
            if command.name in ("set", "option") and command.arguments
        }
        for match in _OLD.finditer(text.content):
            if not is_code(text, *match.span()):
                continue
            name = match[0]
            flags = name.startswith(b"CUDA_NVCC_FLAGS")
            if not flags and (name in own or not (is_old or was_old)):
                continue
            fixes: tuple[Fix, ...] = ()
            message = f"`{name.decode()}` comes with FindCUDA"
            if name in _OLD_LIBRARIES:
                before = text.content[match.start() - 2 : match.start()]
                behind = text.content[match.end() : match.end() + 1]
                if before == b"${" and behind == b"}":
                    edit = Edit(match.start() - 2, match.end() + 1, _OLD_LIBRARIES[name])
                    fixes = (Fix("Link hip::host", (edit,)),)
            elif name in _VARIABLES:
                fixes = (Fix("Write hip's", (Edit(*match.span(), _VARIABLES[name]),)),)
            elif flags:
                message += ", a list; HIP's flags are the string CMAKE_HIP_FLAGS"
            yield Finding(self.code, self.severity, message, *match.span(), fixes)
