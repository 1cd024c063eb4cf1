"""Which programs are found in a tree, and what each is built of."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hipwright_server.verify.build_commands import Command, executables, split_line
from hipwright_server.verify.discover import Discovery
from hipwright_server.verify.flags import meaningful_flags
from hipwright_server.verify.found import FoundProgram
from hipwright_server.verify.sources import Sources

KERNEL = "__global__ void k(int* a) { *a = 1; }\n"
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def found(*paths: Path) -> dict[str, FoundProgram]:
    return {Path(program.name).name: program for program in Discovery(paths).programs}


def names(program: FoundProgram) -> list[str]:
    return [path.name for path in program.files]


@pytest.mark.parametrize(
    ("text", "has_main"),
    [
        ("int main() {}", True),
        ("int\nmain(int argc, char** argv)\n{", True),
        ("auto main() -> int {", True),
        ("// int main() {}\n", False),
        ("/* int main() { } */", False),
        ('const char* s = "int main() {";', False),
        ("int main();", False),
        ("int domain() {}", False),
        ("void f() { main_loop(); }", False),
    ],
)
def test_what_has_a_main(tmp_path, text, has_main):
    path = tmp_path / "a.cu"
    path.write_text(text)
    assert Sources().has_main(path) is has_main


def test_a_program_takes_the_files_that_define_what_it_uses(tmp_path):
    tree(
        tmp_path,
        {
            "app/main.cu": '#include "part.h"\nint main() { return part(1) + Box().size(); }',
            "app/part.h": "int part(int);\nint never_called(int);\n"
            "namespace n { struct Box { int size() const; }; }\nusing n::Box;",
            "app/part.cu": '#include "part.h"\n' + KERNEL + "int part(int x) { return x; }",
            "app/box.cpp": '#include "part.h"\nint n::Box::size() const { return 1; }',
            "app/unrelated.cu": KERNEL + "int other() { return 1; }\nstatic int part2() {}",
            "app/never.cu": "int never_called(int x) { return x; }",
            "app/test.cu": "int part(int x) { return 2; }\nint main() { return part(1); }" + KERNEL,
            "tool/host.cpp": "int main() {}",
        },
    )
    programs = found(tmp_path)
    assert set(programs) == {"main.cu", "test.cu"}
    assert names(programs["main.cu"]) == ["main.cu", "part.cu", "box.cpp"]
    assert names(programs["test.cu"]) == ["test.cu"]
    left_out = Discovery([tmp_path]).left_out
    assert [(Path(each.name).name, each.reason) for each in left_out] == [
        ("host.cpp", "nothing in it is for a GPU")
    ]


def test_what_two_near_files_define_is_not_guessed(tmp_path):
    tree(
        tmp_path,
        {
            "main.cu": KERNEL + "int part();\nint main() { return part(); }",
            "one.cu": "int part() { return 1; }",
            "two.cu": "int part() { return 2; }",
        },
    )
    assert names(found(tmp_path)["main.cu"]) == ["main.cu"]


@needs_make
def test_a_makefile_says_files_flags_and_arguments(tmp_path):
    tree(
        tmp_path,
        {
            "app/Makefile": (
                "CFLAGS = -O3 -std=c++14 -arch=sm_70 -Xcompiler -Wall,-fopenmp -I../include -DN=4\n"
                "OBJ = main.o util.o\n"
                "app: $(OBJ) libpart.a\n\tnvcc $(CFLAGS) $(OBJ) -o $@ -L. -lpart -lcudart -lm\n"
                "%.o: %.cu\n\tnvcc $(CFLAGS) -c $< -o $@\n"
                "libpart.a: part.o other.o\n\tar rcs $@ $^\n"
                "run: app\n\t./app 64 'two words' > log.txt\n"
            ),
            "app/main.cu": KERNEL + "int main() {}",
            "app/util.cu": "",
            "app/part.cu": "",
            "app/other.cu": "",
            "app/stray.cu": "",
            "include/x.h": "",
        },
    )
    program = found(tmp_path)["main.cu"]
    assert program.found_by == "Makefile"
    assert names(program) == ["main.cu", "util.cu", "part.cu", "other.cu"]
    assert program.flags == (
        "-std=c++14",
        "-fopenmp",
        f"-I{tmp_path / 'include'}",
        "-DN=4",
        "-lm",
    )
    assert program.arguments == ("64", "two words")
    assert program.directory == tmp_path / "app"


@needs_make
def test_a_makefile_that_fails_is_no_hindrance(tmp_path):
    tree(
        tmp_path,
        {
            "Makefile": "$(error CUDA is not installed)\nall:\n\tnvcc main.cu -o main\n",
            "main.cu": KERNEL + "int main() {}",
        },
    )
    assert found(tmp_path)["main.cu"].found_by == "main()"


def test_a_cmake_list_is_read_without_cmake(tmp_path):
    tree(
        tmp_path,
        {
            "CMakeLists.txt": (
                "project(demo LANGUAGES CXX CUDA) # add_executable(no main.cu)\n"
                "set(SRC main.cu)\nlist(APPEND SRC ${CMAKE_CURRENT_SOURCE_DIR}/part.cu)\n"
                "file(GLOB MORE extra/*.cu)\n"
                "include_directories(include)\nadd_definitions(-DALL=1)\n"
                "add_executable(${PROJECT_NAME} ${SRC} ${MORE} main.h)\n"
                "target_compile_definitions(demo PRIVATE SIZE=4 ${UNKNOWN})\n"
            ),
            "main.cu": KERNEL + "int main() {}",
            "main.h": "",
            "part.cu": "",
            "extra/a.cu": "",
            "include/x.h": "",
        },
    )
    program = found(tmp_path)["main.cu"]
    assert (program.found_by, names(program)) == ("CMakeLists.txt", ["main.cu", "part.cu", "a.cu"])
    assert program.flags == (f"-I{tmp_path / 'include'}", "-DALL=1", "-DSIZE=4")


def test_a_compilation_database(tmp_path):
    tree(
        tmp_path,
        {
            "src/main.cu": KERNEL + "int part();\nint main() { return part(); }",
            "src/part.cpp": "int part() { return 0; }",
            "src/other.cu": KERNEL + "int main() {}",
            "src/stray.cu": "int part() { return 0; }",
        },
    )
    build = tmp_path / "build"
    build.mkdir()

    def entry(name: str, target: str) -> dict[str, str]:
        output = f"CMakeFiles/{target}.dir/{name}.o"
        return {
            "directory": str(build),
            "file": f"../src/{name}",
            "command": f"nvcc -DT={target} -I../src -c ../src/{name} -o {output}",
            "output": output,
        }

    listed = [entry("main.cu", "app"), entry("part.cpp", "app"), entry("other.cu", "second")]
    (build / "compile_commands.json").write_text(json.dumps(listed))
    for where in (tmp_path, build / "compile_commands.json"):
        programs = found(where)
        assert set(programs) == {"main.cu", "other.cu"}
        assert names(programs["main.cu"]) == ["main.cu", "part.cpp"]
        assert programs["main.cu"].flags == ("-DT=app", f"-I{tmp_path / 'src'}")
    link = build / "CMakeFiles" / "app.dir" / "link.txt"
    link.parent.mkdir(parents=True)
    objects = "CMakeFiles/app.dir/main.cu.o CMakeFiles/app.dir/part.cpp.o"
    link.write_text(f"g++ -O2 {objects} -o app -lcudart -lz\n")
    assert found(tmp_path)["main.cu"].flags[-1] == "-lz"


@pytest.mark.parametrize("text", ["{}", "[1]", '[{"file": "a"}]', "[", ""])
def test_what_is_no_database_says_so(tmp_path, text):
    file = tmp_path / "compile_commands.json"
    file.write_text(text)
    with pytest.raises(ValueError, match="not a compilation database"):
        Discovery([file])


def test_given_files(tmp_path):
    tree(
        tmp_path,
        {
            "a.cu": KERNEL + "int main() {}",
            "b.cu": KERNEL + "int main() {}",
            "part.cu": "int part() { return 0; }",
        },
    )
    assert names(found(tmp_path / "a.cu", tmp_path / "part.cu")["a.cu"]) == ["a.cu", "part.cu"]
    assert set(found(tmp_path / "a.cu", tmp_path / "b.cu")) == {"a.cu", "b.cu"}


def test_shell_lines_and_flags():
    assert split_line("cd x && nvcc -DA='b c' -c a.cu; echo done") == [
        ["cd", "x"],
        ["nvcc", "-DA=b c", "-c", "a.cu"],
        ["echo", "done"],
    ]
    commands = [
        Command(tuple(words.split()), Path("/w"))
        for words in (
            "/usr/local/cuda/bin/nvcc -dc a.cu",
            "ccache g++ -c b.cpp -o obj/b.o",
            "nvcc -dlink a.o -o link.o",
            "nvcc a.o obj/b.o link.o c.cu -o app",
            "cp app /usr/bin",
        )
    ]
    (program,) = executables(commands)
    assert program.sources == (Path("/w/c.cu"), Path("/w/a.cu"), Path("/w/b.cpp"))
    nvcc = "-gencode arch=compute_70,code=sm_70 --define-macro A=1 -isystem inc -include pre.h"
    assert meaningful_flags(
        [*nvcc.split(), "--std=c++17", "-O3", "-lcublas", "-lz", "-I", "inc", "-Werror"],
        Path("/w"),
    ) == ("-DA=1", "-I/w/inc", "-include", "/w/pre.h", "-std=c++17", "-lz")
