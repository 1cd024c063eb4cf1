"""Which files are found under what a person names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hipwright.configuration import Configuration, Configurations
from hipwright.discovery import find, mentions_cuda
from hipwright.files import FileError

CUDA = b"cudaError_t e;\n"


def _make(folder: Path, *names: str, content: bytes = CUDA) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _found(*paths: Path, leave_out: Path | None = None) -> list[str]:
    configurations = Configurations()
    names = []
    for item in find(paths, configurations, leave_out):
        if isinstance(item, FileError):
            names.append(f"! {item.reason}")
        else:
            names.append(item.path.relative_to(paths[0]).as_posix())
    return names


def test_by_ending_and_in_order(tmp_path):
    _make(tmp_path, "b.cu", "a.cuh", "deep/c.hpp", "deep/d.CU", "e.py", "f.txt", "g.o")
    assert _found(tmp_path) == ["a.cuh", "b.cu", "e.py", "deep/c.hpp", "deep/d.CU"]


def test_python_counts_when_a_rule_may_have_something_to_say(tmp_path):
    _make(tmp_path, "a.py", content=b"import numpy\n")
    assert _found(tmp_path) == [
        "! no CUDA in this folder (.cu, .cuh and .hip files, or others that mention CUDA)"
    ]
    _make(tmp_path, "b.py", content=b"import pycuda\n")
    assert _found(tmp_path) == ["a.py", "b.py"]


def test_a_named_file_is_taken_whatever_its_ending(tmp_path):
    _make(tmp_path, "kernel.txt")
    (item,) = find([tmp_path / "kernel.txt"], Configurations())
    assert item.path == tmp_path / "kernel.txt"
    assert item.below == Path("kernel.txt")


@pytest.mark.parametrize(
    "text",
    [
        b"#include <cuda_runtime.h>",
        b"cudaMalloc(p)",
        b"__global__ void k();",
        b"k<<<1, 2>>>()",
        b"CUdeviceptr p;",
        b"CUDA_KERNEL_LOOP(i, n)",
        b"cublasHandle_t h;",
        b"cuInit(0);",
        b"#include <cub/cub.cuh>",
        b"thrust::sort(a, b);",
        b"ncclComm_t c;",
        b"nvrtcProgram p;",
        b"curandState s;",
        b"cufftHandle h;",
        b"cusparseHandle_t h;",
        b"cudnnHandle_t h;",
        b"CUstream s;",
        b"CUresult r;",
        b"cooperative_groups::this_grid()",
        b"nvtxRangePush(n)",
        b'#include "kernel.cu"',
        b"#include <lib/kernel.cuh>",
    ],
)
def test_c_that_mentions_cuda(text):
    assert mentions_cuda(b"int x;\n" + text + b"\n")


@pytest.mark.parametrize(
    "text",
    [
        b"#include <vector>\nint main() { return 0; }",
        b"std::cout << current << customer;",
        b"CURRENT; cursor; cup; accuracy; a << 3 << 2;",
        b"",
    ],
)
def test_c_that_does_not(text):
    assert not mentions_cuda(text)


def test_every_name_that_a_port_changes_counts_as_a_mention():
    """Otherwise a header that uses it would be passed over in silence."""
    from hipwright.api import lookup, table

    entries = [entry for name in table() if (entry := lookup(name)) is not None]
    changed = [
        entry for entry in entries if entry.hip not in ("", entry.name) and entry.kind != "header"
    ]
    passed_over = [
        entry.name
        for entry in changed
        # `cub` is a namespace, and never stands alone.
        if entry.name != "cub" and not mentions_cuda(f" {entry.name} ".encode())
    ]
    assert len(changed) > 4000
    assert not passed_over, (len(passed_over), passed_over[:50])


def test_gitignore(tmp_path):
    _make(tmp_path, "a.cu", "build/b.cu", "gen/c.cu", "gen/keep.cu", "deep/x.cu", "deep/y.cu")
    (tmp_path / ".gitignore").write_text("build/\ngen/*\n!gen/keep.cu\n")
    (tmp_path / "deep" / ".gitignore").write_text("/x.cu\n")
    assert _found(tmp_path) == ["a.cu", "deep/y.cu", "gen/keep.cu"]


def test_gitignore_agrees_with_git(tmp_path):
    _make(
        tmp_path,
        "a.cu",
        "b.gen.cu",
        "out/c.cu",
        "sub/out/d.cu",
        "sub/e.cu",
        "sub/f.gen.cu",
        "sub/special/g.gen.cu",
        "only/here/h.cu",
        "only/i.cu",
        "spa ce/j.cu",
        "k[1].cu",
        "#l.cu",
    )
    (tmp_path / ".gitignore").write_text(
        "# comment\n*.gen.cu\n/out\nonly/**/h.cu\n\\#l.cu\nk\\[1\\].cu\nspa\\ ce/\n"
    )
    (tmp_path / "sub" / ".gitignore").write_text("!special/*.gen.cu\n")
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--others", "--exclude-standard", "*.cu"],
        check=True,
        capture_output=True,
    )
    expected = sorted(name for name in listed.stdout.decode().split("\0") if name)
    assert sorted(_found(tmp_path)) == expected


def test_gitignore_above_counts_up_to_the_repository(tmp_path):
    (tmp_path / "repo" / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".gitignore").write_text("*.cu\n")  # outside of the repository
    (tmp_path / "repo" / ".gitignore").write_text("gen.cu\n")
    (tmp_path / "repo" / ".git" / "info" / "exclude").write_text("mine.cu\n")
    _make(tmp_path / "repo" / "src", "a.cu", "gen.cu", "mine.cu")
    assert _found(tmp_path / "repo" / "src") == ["a.cu"]


def test_an_ignored_folder_that_is_named_is_searched(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("build/\n")
    _make(tmp_path / "build", "a.cu")
    assert _found(tmp_path / "build") == ["a.cu"]
    assert _found(tmp_path) == [
        "! no CUDA in this folder (.cu, .cuh and .hip files, or others that mention CUDA)"
    ]


def test_folders_that_are_never_searched(tmp_path):
    _make(tmp_path, "a.cu", ".git/b.cu", "node_modules/c.cu", ".venv/d.cu")
    assert _found(tmp_path) == ["a.cu"]


def test_symbolic_links_are_not_followed(tmp_path):
    _make(tmp_path / "tree", "a.cu", "deep/b.cu")
    _make(tmp_path / "elsewhere", "c.cu")
    (tmp_path / "tree" / "loop").symlink_to(tmp_path / "tree", target_is_directory=True)
    (tmp_path / "tree" / "out").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "tree" / "again.cu").symlink_to(tmp_path / "tree" / "a.cu")
    (tmp_path / "tree" / "gone.cu").symlink_to(tmp_path / "nowhere")
    assert _found(tmp_path / "tree") == ["a.cu", "deep/b.cu"]


def test_a_link_that_is_named_is_followed(tmp_path):
    _make(tmp_path / "tree", "a.cu")
    (tmp_path / "link").symlink_to(tmp_path / "tree", target_is_directory=True)
    assert _found(tmp_path / "link") == ["a.cu"]


def test_each_file_once(tmp_path):
    _make(tmp_path, "src/a.cu", "src/b.cu")
    paths = (tmp_path, tmp_path / "src", tmp_path / "src" / "a.cu", tmp_path / "src" / ".." / "src")
    assert _found(*paths) == ["src/a.cu", "src/b.cu"]


def test_both_names_of_a_file_with_two(tmp_path):
    """Writing one anew leaves the other as it was."""
    _make(tmp_path, "a.cu")
    (tmp_path / "b.cu").hardlink_to(tmp_path / "a.cu")
    assert _found(tmp_path) == ["a.cu", "b.cu"]


def test_ports_are_found_too(tmp_path):
    _make(tmp_path, "a.hip")
    assert _found(tmp_path) == ["a.hip"]


def test_the_folder_of_the_ports_is_left_out(tmp_path):
    _make(tmp_path, "a.cu", "hip/a.cuh")
    assert _found(tmp_path, leave_out=tmp_path / "hip") == ["a.cu"]


def test_exclude_of_the_configuration(tmp_path):
    _make(tmp_path, "a.cu", "third_party/b.cu", "src/c.cu", "src/d_test.cu")
    (tmp_path / "hipwright.toml").write_text('exclude = ["third_party/", "*_test.cu"]\n')
    assert _found(tmp_path) == ["a.cu", "hipwright.toml", "src/c.cu"]
    assert _found(tmp_path / "src") == ["c.cu"]


def test_a_fixed_configuration(tmp_path):
    _make(tmp_path, "a.cu", "b.cu")
    fixed = Configuration(exclude=("b.cu",), file=tmp_path / "any.toml")
    found = [item.path.name for item in find([tmp_path], Configurations(fixed))]
    assert found == ["a.cu"]


def test_plain_c_comes_with_cuda_beside_it(tmp_path):
    """The port of a folder copies it; whether it mentions CUDA is asked where it is read."""
    _make(tmp_path, "a.h", content=b"int x;\n")
    assert _found(tmp_path)[0].startswith("! no CUDA")
    _make(tmp_path, "b.cu")
    assert _found(tmp_path) == ["a.h", "b.cu"]
