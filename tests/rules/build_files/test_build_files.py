"""Build files: what a port of a whole folder makes of them, and what stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hipwright.cli import main
from hipwright.includes import rename_sources
from hipwright.port import port
from hipwright.rules._nvcc import meaning, option, options
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.texts import check_text, text_of

MAKEFILE = """\
# nvcc builds main.cu
CC = nvcc
ARCH = sm_60
obj = $(source:.cu=.o)
source = main.cu helper.cpp
CFLAGS := -std=c++17 -Xcompiler -Wall -arch=$(ARCH)
LDFLAGS = -lcublas

main: $(obj)
\t$(CC) $(CFLAGS) $(obj) -o $@ $(LDFLAGS)
%.o: %.cu Makefile
\t$(CC) $(CFLAGS) -c $< -o $@
main.cu.o: main.cu
"""
PORTED_MAKEFILE = """\
# nvcc builds main.cu
CC = hipcc
ARCH = sm_60
obj = $(source:.hip=.o)
source = main.hip helper.cpp
CFLAGS := -std=c++17 -Wall
LDFLAGS = -lhipblas

main: $(obj)
\t$(CC) $(CFLAGS) $(obj) -o $@ $(LDFLAGS)
%.o: %.hip Makefile
\t$(CC) $(CFLAGS) -c $< -o $@
main.cu.o: main.hip
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "main.cu").write_text("#include <cuda_runtime.h>\nint main() { cudaFree(0); }\n")
    (folder / "Makefile").write_text(MAKEFILE)
    return folder


def test_a_folder_is_ported_with_its_makefile(project: Path, tmp_path: Path) -> None:
    result = run("port", project, "-o", tmp_path / "hip")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "hip" / "Makefile").read_text() == PORTED_MAKEFILE
    assert (tmp_path / "hip" / "main.hip").exists()
    again = run("port", tmp_path / "hip", "-i")
    assert again.exit_code == 0, again.output
    assert (tmp_path / "hip" / "Makefile").read_text() == PORTED_MAKEFILE


def test_names_that_are_kept_stay_in_the_makefile(project: Path, tmp_path: Path) -> None:
    run("port", project, "-o", tmp_path / "hip", "--keep-names")
    text = (tmp_path / "hip" / "Makefile").read_text()
    assert "source = main.cu" in text
    assert "CC = hipcc" in text


def test_cmake_that_does_not_parse_is_told_and_the_rest_goes_on(
    project: Path, tmp_path: Path
) -> None:
    broken = "project(x LANGUAGES CUDA)\nadd_executable(x main.cu\n"
    (project / "CMakeLists.txt").write_text(broken)
    result = run("port", project, "-i")
    assert result.exit_code == 2
    problems = [line for line in result.stderr.splitlines() if "CMakeLists.txt" in line]
    assert len(problems) == 1
    assert "line" in problems[0]
    assert "parenthesis" in problems[0]
    assert (project / "CMakeLists.txt").read_text() == broken
    assert "hipcc" in (project / "Makefile").read_text()
    assert run("check", project / "CMakeLists.txt").exit_code == 2


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("make", "ifeq ($(USE_HIP),1)\nCC=hipcc\nelse\nCC=nvcc -arch=sm_80\nendif\nL=-lcublas\n"),
        ("make", "ifdef ROCM_PATH\nendif\nCC = nvcc -Xcompiler -Wall\n"),
        ("cmake", "if(WITH_HIP)\nelse()\nfind_package(CUDAToolkit)\nendif()\n"),
        ("cmake", "option(GGML_HIP x OFF)\nenable_language(CUDA)\nadd_executable(a a.cu)\n"),
        ("shell", "if [ -d /opt/rocm ]; then hipcc a.cu; else nvcc -dc a.cu; fi\n"),
        ("make", "VHIP = chip\nifeq ($(SHIPPED),1)\nendif\n"),
    ],
)
def test_a_build_with_a_branch_for_amd_stays(language: Language, text: str) -> None:
    found = check_text(text_of(text.encode(), language), Settings(select=("BUILD",)))
    assert found == []


def test_a_word_with_hip_in_it_is_no_branch() -> None:
    text = b"ifeq ($(SHIPPED),1)\nCC = nvcc\nendif\n"
    assert check_text(text_of(text, "make"), Settings(select=("BUILD001",)))


def test_flags_of_other_programs_stay() -> None:
    text = b"cmake -G Ninja -DCUDA=1 .\ndocker run -t 4 nvcc\npip install -t 3 CUDA\n"
    assert port(text, "a.sh", language="shell").text == text


def test_every_option_has_a_meaning() -> None:
    line = (
        rb"nvcc -G -lineinfo -dc -rdc=true -Xptxas -v,-O3 --use_fast_math -t=0 -ccbin g++ "
        rb'-gencode arch=compute_80,code=\"sm_80,compute_80\" -Xcompiler "-O3 -fPIC" -ftz=true'
    )
    found = list(options(line))
    assert [item.name for item in found] == [
        *("G", "lineinfo", "dc", "rdc", "Xptxas", "use_fast_math", "t", "ccbin", "gencode"),
        *("Xcompiler", "ftz"),
    ]
    assert all(meaning(item).family for item in found)
    assert option(b"-Xptxas=-v") is not None
    assert option(b"-O3") is None
    compiler = option(b"--compiler-bindir=${CMAKE_CXX_COMPILER}")
    assert compiler is not None
    assert meaning(compiler).replacement == b""


def test_an_option_alone_on_its_line_goes_with_the_line() -> None:
    text = b"F = -O3 \\\n  --expt-relaxed-constexpr \\\n  -Wall\nG = nvcc -O3 \\\n  -arch=sm_80\n"
    ported = port(text, "Makefile", Settings(select=("BUILD002", "BUILD004")), language="make")
    assert ported.text == b"F = -O3 \\\n  -Wall\nG = nvcc -O3\n"


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("make", "S = a.cu b.cu # a.cu\n", "S = a.hip b.cu # a.cu\n"),
        ("make", ".SUFFIXES: .cu\n.cu.o:\n", ".SUFFIXES: .hip\n.hip.o:\n"),
        ("make", "o = $(patsubst %.cu,%.cu.o,x)\n", "o = $(patsubst %.hip,%.cu.o,x)\n"),
        ("cmake", "add_executable(x ${DIR}/a.cu)\n", "add_executable(x ${DIR}/a.hip)\n"),
        (
            "cmake",
            "file(GLOB S *.cu)\nset(b other/*.cu)\n",
            "file(GLOB S *.hip)\nset(b other/*.cu)\n",
        ),
        ("python", "x = ['a.cu', 'see a.cu', 'b.cu']\n", "x = ['a.hip', 'see a.cu', 'b.cu']\n"),
    ],
)
def test_build_files_follow_renamed_sources(
    language: Language, text: str, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "a.cu").touch()
    (tmp_path / "b.cu").touch()
    renamed = frozenset({(tmp_path / "a.cu").resolve()})
    path = tmp_path / "build"
    assert rename_sources(text.encode(), language, path, renamed).decode() == expected


def test_windows_line_ends_stay() -> None:
    text = b"find_package(CUDAToolkit)\r\ntarget_link_libraries(t CUDA::cublas)\r\n"
    ported = port(text, "CMakeLists.txt", language="cmake").text
    assert ported == (
        b"find_package(hip)\r\nfind_package(hipblas)\r\ntarget_link_libraries(t roc::hipblas)\r\n"
    )
