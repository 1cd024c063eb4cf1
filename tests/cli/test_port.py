"""`hipwright port`, as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_one_file_goes_to_standard_output(shell, source, vector_add):
    result = shell("port", "add.cu")
    assert result.returncode == 0
    text = result.stdout
    assert b"#include <hip/hip_runtime.h>" in text
    assert b"hipMalloc(&a, 4)" in text
    assert b"add<<<1, 1>>>(a, b)" in text
    assert b"// cudaFree stays here" in text
    assert b"Ported 1 file" in result.stderr
    assert source.read_bytes() == vector_add


def test_standard_input_to_standard_output(shell, source, vector_add):
    from_file = shell("port", "add.cu")
    result = shell("port", "-", stdin=vector_add)
    assert result.returncode == 0
    assert result.stdout == from_file.stdout


def test_a_dash_for_the_output_is_standard_output(shell, source, tmp_path):
    result = shell("port", "add.cu", "-o", "-")
    assert result.stdout == shell("port", "add.cu").stdout
    assert [path.name for path in tmp_path.iterdir()] == ["add.cu"]


def test_empty_standard_input(shell):
    result = shell("port", "-", stdin=b"")
    assert (result.returncode, result.stdout) == (0, b"")


def test_a_port_is_ported_already(hipwright, vector_add):
    once = hipwright("port", "-", stdin=vector_add).stdout
    assert hipwright("port", "-", stdin=once).stdout == once


def test_status_1_when_an_error_is_left(shell, tmp_path, unportable):
    (tmp_path / "a.cu").write_bytes(unportable)
    result = shell("port", "a.cu")
    assert result.returncode == 1
    assert b"hipFree(0)" in result.stdout
    assert b"cuTensorMapEncodeTiled" in result.stderr
    assert b"1 finding left in 1 file: 1 error." in result.stderr
    assert shell("port", "a.cu", "--exit-zero").returncode == 0


@pytest.mark.parametrize(
    "content",
    [
        b"int main() { cudaFree(0); }",  # no final newline
        b"\xef\xbb\xbfint main() {\r\n  cudaFree(0);\r\n}\r\n",
        b"// caf\xe9, in Latin-1\nint main() { cudaFree(0); }\n",
        b"int a;\x0cint main() {\r  cudaFree(0);\n\r\n}",
    ],
)
def test_other_bytes_come_back_as_they_were(shell, content):
    result = shell("port", "-", stdin=content)
    assert result.stdout == content.replace(b"cudaFree", b"hipFree")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_wide_encodings_come_back_in_their_encoding(hipwright, tmp_path, encoding):
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    text = "// é\n#include <hip/hip_runtime.h>\nint main() { cudaFree(0); }\n"
    (tmp_path / "a.cu").write_bytes((mark + text).encode(encoding))
    result = hipwright("port", "a.cu")
    assert result.stdout == (mark + text.replace("cudaFree", "hipFree")).encode(encoding)


def test_in_place(hipwright, source):
    source.chmod(0o640)
    result = hipwright("port", "-i", "add.cu")
    assert result.returncode == 0
    assert b"hipMalloc" in source.read_bytes()
    assert source.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in source.parent.iterdir()] == ["add.cu"]
    assert b"Ported 1 file: 4 fixes." in result.stdout


def test_in_place_leaves_a_ported_file_alone(hipwright, source):
    hipwright("port", "-i", "add.cu")
    before = source.stat().st_mtime_ns
    result = hipwright("port", "-i", "--backup", "add.cu")
    assert b"Nothing to port in 1 file." in result.stdout
    assert source.stat().st_mtime_ns == before
    assert not source.with_name("add.cu.prehip").exists()


def test_backups_take_no_earlier_ones_place(hipwright, source, vector_add):
    earlier = source.with_name("add.cu.prehip")
    earlier.write_bytes(b"mine")
    hipwright("port", "-i", "--backup", "add.cu")
    assert earlier.read_bytes() == b"mine"
    assert source.with_name("add.cu.prehip.2").read_bytes() == vector_add
    assert b"hipMalloc" in source.read_bytes()


def test_in_place_with_another_name(hipwright, source):
    result = hipwright("port", "-i", "--rename", "add.cu")
    assert result.returncode == 0
    assert [path.name for path in source.parent.iterdir()] == ["add.hip"]


def test_in_place_with_another_name_and_backup(hipwright, source, vector_add):
    hipwright("port", "-i", "--rename", "--backup", "add.cu")
    assert sorted(path.name for path in source.parent.iterdir()) == ["add.cu.prehip", "add.hip"]
    assert source.with_name("add.cu.prehip").read_bytes() == vector_add


def test_in_place_with_another_name_overwrites_nothing(hipwright, source, vector_add):
    other = source.with_name("add.hip")
    other.write_bytes(b"mine")
    result = hipwright("port", "-i", "--rename", "add.cu")
    assert result.returncode == 2
    assert b"add.hip is there already" in result.stderr
    assert other.read_bytes() == b"mine"
    assert source.read_bytes() == vector_add


def test_in_place_through_a_symbolic_link(hipwright, source, tmp_path):
    link = tmp_path / "link.cu"
    link.symlink_to("add.cu")
    assert hipwright("port", "-i", "link.cu").returncode == 0
    assert link.is_symlink()
    assert b"hipMalloc" in source.read_bytes()


def test_a_folder_to_a_folder(shell, tmp_path, vector_add):
    src = tmp_path / "src"
    (src / "deep").mkdir(parents=True)
    (src / "main.cu").write_bytes(b'#include "deep/kernel.cu"\n' + vector_add)
    (src / "deep" / "kernel.cu").write_bytes(vector_add)
    (src / "shared.cuh").write_bytes(vector_add)
    (src / "plain.h").write_bytes(b"int one();\n")
    result = shell("port", "src", "-o", "out")
    assert result.returncode == 0
    out = tmp_path / "out"
    written = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert written == [str(Path("deep/kernel.hip")), "main.hip", "plain.h", "shared.cuh"]
    assert (out / "main.hip").read_bytes().startswith(b'#include "deep/kernel.hip"\n')
    assert (out / "plain.h").read_bytes() == b"int one();\n"
    assert (src / "main.cu").read_bytes().startswith(b'#include "deep/kernel.cu"\n')


def test_a_folder_inside_the_one_being_ported(hipwright, tmp_path, vector_add):
    (tmp_path / "a.cu").write_bytes(vector_add)
    (tmp_path / "b.cuh").write_bytes(vector_add)
    for _ in range(2):
        assert hipwright("port", ".", "-o", "hip").returncode == 0
    assert sorted(path.name for path in (tmp_path / "hip").rglob("*")) == ["a.hip", "b.cuh"]


def test_names_can_be_kept(hipwright, source, tmp_path):
    hipwright("port", "add.cu", "-o", "out", "--keep-names")
    assert (tmp_path / "out" / "add.cu").exists()


def test_one_file_to_one_file(hipwright, source, tmp_path):
    hipwright("port", "add.cu", "-o", "ported.hip")
    assert b"hipMalloc" in (tmp_path / "ported.hip").read_bytes()


def test_includes_in_comments_keep_their_names(hipwright, tmp_path, vector_add):
    (tmp_path / "k.cu").write_bytes(vector_add)
    (tmp_path / "main.cu").write_bytes(b'/*\n#include "k.cu"\n*/\n#include "k.cu"\n')
    hipwright("port", ".", "-o", "out")
    text = (tmp_path / "out" / "main.hip").read_bytes()
    assert b'/*\n#include "k.cu"\n*/' in text
    assert b'#include "k.hip"' in text


def test_standard_input_is_ported_as_the_file_that_is_named(hipwright):
    text = b"all:\n\tnvcc -o a a.cu\n"
    result = hipwright("port", "-", "--stdin-filename", "Makefile", stdin=text)
    assert (result.returncode, result.stdout) == (0, b"all:\n\thipcc -o a a.cu\n")


def test_a_source_that_an_include_path_finds_is_followed(hipwright, tmp_path, vector_add):
    (tmp_path / "kernel.cu").write_bytes(vector_add)
    (tmp_path / "main.cu").write_bytes(b"#include <kernel.cu>\n")
    hipwright("port", ".", "-o", "out")
    assert b"#include <kernel.hip>" in (tmp_path / "out" / "main.hip").read_bytes()


def test_a_port_is_checked_as_its_original_was(hipwright, tmp_path, unportable):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.cu").write_bytes(unportable)
    assert hipwright("port", "src", "-o", "out").returncode == 1
    result = hipwright("check", "out", "--format", "concise")
    assert result.returncode == 1
    assert b"API002" in result.stdout


def test_a_machines_report_on_standard_error_stays_pure(hipwright, source):
    result = hipwright("port", "add.cu", "--format", "json")
    assert b"hipMalloc" in result.stdout
    assert json.loads(result.stderr)["files"][0]["applied"]
    result = hipwright("port", "none.cu", "--format", "json")
    assert result.returncode == 2
    assert json.loads(result.stderr)["files"][0]["problem"] == "there is no such file"


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode elsewhere")
@pytest.mark.parametrize("format_name", ["text", "concise", "json", "sarif", "github"])
def test_a_file_name_that_is_no_text(shell, tmp_path, vector_add, format_name):
    name = os.fsdecode(b"caf\xe9.cu")
    (tmp_path / name).write_bytes(vector_add)
    result = shell("check", name, "--format", format_name)
    assert result.returncode == 1, result.stderr
    assert shell("port", ".", "-i", "--format", format_name).returncode == 0
    assert b"hipMalloc" in (tmp_path / name).read_bytes()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root")
def test_a_file_keeps_its_owner(hipwright, source):
    os.chown(source, 1234, 1234)
    assert hipwright("port", "-i", "--backup", "add.cu").returncode == 0
    assert source.stat().st_uid == 1234


def test_several_folders_keep_their_names(hipwright, tmp_path, vector_add):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.cu").write_bytes(vector_add)
    assert hipwright("port", "one", "two", "-o", "out").returncode == 0
    assert (tmp_path / "out" / "one" / "a.hip").exists()
    assert (tmp_path / "out" / "two" / "a.hip").exists()


def test_a_diff_that_patch_takes(shell, source, tmp_path):
    result = shell("port", "--diff", "add.cu")
    assert result.returncode == 0
    assert b"\n-  cudaFree(a);  // cudaFree stays here\n+  hipFree(a);" in result.stdout
    assert b"Would port 1 file" in result.stderr
    ported = shell("port", "add.cu").stdout
    patched = subprocess.run(
        ["git", "apply", "-"], input=result.stdout, cwd=tmp_path, capture_output=True, check=False
    )
    assert patched.returncode == 0, patched.stderr
    assert source.read_bytes() == ported


def test_a_diff_that_renames(hipwright, source, tmp_path):
    (tmp_path / "clean.cu").write_bytes(b"int x;\n")
    (tmp_path / "main.cpp").write_bytes(b'#include "add.cu"\n')
    result = hipwright("port", ".", "--diff", "--rename")
    git = ["git", "apply", "-"]
    subprocess.run(git, input=result.stdout, cwd=tmp_path, capture_output=True, check=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["add.hip", "clean.hip", "main.cpp"]
    assert b"hipMalloc" in (tmp_path / "add.hip").read_bytes()
    assert (tmp_path / "main.cpp").read_bytes() == b'#include "add.hip"\n'


def test_a_diff_of_a_text_without_a_last_newline(hipwright, tmp_path):
    (tmp_path / "a.cu").write_bytes(b"int x;\r\ncudaError_t e;")
    result = hipwright("port", "--diff", "a.cu")
    assert result.stdout.endswith(
        b" int x;\r\n-cudaError_t e;\n\\ No newline at end of file\n"
        b"+hipError_t e;\n\\ No newline at end of file\n"
    )


def test_select_and_ignore(hipwright, source, vector_add):
    only = hipwright("port", "add.cu", "--select", "HEADER").stdout
    assert only == vector_add.replace(b"cuda_runtime.h", b"hip/hip_runtime.h")
    rest = hipwright("port", "add.cu", "--ignore", "HEADER001").stdout
    assert b"cuda_runtime.h" in rest
    assert b"hipMalloc" in rest


def test_a_whole_corpus_over_processes(shell, tmp_path, vector_add):
    src = tmp_path / "src"
    src.mkdir()
    big = vector_add + b"// " + b"a long comment " * 40_000 + b"\n"  # over half a megabyte
    for number in range(6):
        (src / f"{number}.cu").write_bytes(big)
    result = shell("port", "src", "-o", "out", "--jobs", "2")
    assert result.returncode == 0
    assert b"Ported 6 files: 24 fixes." in result.stdout
    texts = {path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert len(texts) == 1
    assert b"cudaMalloc" not in texts.pop()


def test_a_small_port_imports_little(source):
    code = (
        "import sys; from hipwright.cli import main\n"
        "try: main(['port', 'add.cu'])\n"
        "finally: print(*sorted(sys.modules), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=source.parent, check=False
    )
    loaded = result.stderr.decode().splitlines()[-1].split()
    assert "hipwright.port" in loaded
    dear = {
        "rich",
        "importlib.metadata",
        "concurrent.futures",
        "multiprocessing",
        "numpy",
        "pathspec",
        "difflib",
        "tomllib",
        "pygls",
        "hipwright_server",
        "asyncio",
    }
    assert not dear & set(loaded)
