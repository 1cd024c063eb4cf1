"""Packing a comparison and running it again; archives that are damaged, foreign or hostile."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hipwright_server.evidence.archive import Archive, EvidenceError, safe_name
from hipwright_server.evidence.replay import Opened
from hipwright_server.targets.cpu import CpuTarget

needs_compiler = pytest.mark.skipif(
    CpuTarget(32).describe().ability != "run", reason="there is no C++ compiler"
)

PROGRAM = """\
#include <cstdio>
#include <ctime>
#include "size.h"
__global__ void fill(float* a, float by) { a[threadIdx.x] = by * threadIdx.x; }
int main(int argc, char** argv) {
  float h[SIZE], by = 0, *d;
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  long unsteady = now.tv_nsec, *e;
  FILE* file = std::fopen("by.txt", "r");
  if (!file || std::fscanf(file, "%f", &by) != 1) return 4;
  cudaMalloc(&d, sizeof h);
  cudaMalloc(&e, sizeof unsteady);
  fill<<<1, SIZE>>>(d, by);
  cudaMemcpy(e, &unsteady, sizeof unsteady, cudaMemcpyHostToDevice);
  cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost);
  if (argc > 1) cudaMemcpy(&unsteady, e, sizeof unsteady, cudaMemcpyDeviceToHost);
  std::printf("h[1] = %g\\n", h[1]);
}
"""


def hipwright(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hipwright", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=200,
        check=False,
    )


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evidence of a program that reads a file and includes a header."""
    folder = tmp_path_factory.mktemp("packed")
    (folder / "include").mkdir()
    (folder / "include" / "size.h").write_text("#define SIZE 64\n")
    (folder / "by.txt").write_text("3")
    (folder / "fill.cu").write_text(PROGRAM)
    options = ("--flags", "-I include -DX=1", "--bundle", "fill.zip", "--bundle-data", "by.txt")
    done = hipwright("compare", "fill.cu", *options, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "fill.zip"


def changed(packed: Path, path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of the archive with its files changed."""
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def in_manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, bytes]], None]:
    def apply(files: dict[str, bytes]) -> None:
        manifest = json.loads(files["evidence.json"])
        change(manifest)
        files["evidence.json"] = json.dumps(manifest).encode()

    return apply


@needs_compiler
def test_evidence_is_replayed_anywhere(packed, tmp_path):
    (tmp_path / "there").mkdir()
    copy = tmp_path / "there" / "copy.zip"
    copy.write_bytes(packed.read_bytes())
    done = hipwright("replay", "copy.zip", cwd=copy.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "compiles and runs port on cpu:64: fill.cu" in done.stdout
    assert "flags: -I./include -DX=1" in done.stdout
    assert "HOLDS  The verdict holds: agree; all 2 arrays are as packed." in done.stdout
    assert [path.name for path in copy.parent.iterdir()] == ["copy.zip"]
    with zipfile.ZipFile(packed) as archive:
        assert {"report.html", "port.diff", "README.txt"} <= set(archive.namelist())
        assert b"hipMemcpy" in archive.read("port.diff")
    assert str(packed.parent).encode() not in archive_without_reports(packed)


def archive_without_reports(packed: Path) -> bytes:
    """What a replay reads, and the difference."""
    with zipfile.ZipFile(packed) as archive:
        return b"".join(
            archive.read(name)
            for name in archive.namelist()
            if name not in ("report.html", "comparison.json")
        )


@needs_compiler
def test_show_runs_nothing(packed, tmp_path):
    done = hipwright("replay", packed, "--show", cwd=tmp_path)
    assert done.returncode == 0
    assert "HOLDS" not in done.stdout
    assert "it claims: The port computes the same as the original" in done.stdout


@needs_compiler
def test_another_result_does_not_hold(packed, tmp_path):
    def change(files: dict[str, bytes]) -> None:
        name = "sides/1/arrays/0.bin"
        content = bytearray(files[name])
        content[40 * 4 + 3] ^= 0x80  # the sign of element 40
        files[name] = bytes(content)
        in_manifest(
            lambda manifest: manifest["sides"][1]["arrays"][0].update(
                sha256=hashlib.sha256(content).hexdigest()
            )
        )(files)

    done = hipwright("replay", changed(packed, tmp_path / "x.zip", change), cwd=tmp_path)
    assert done.returncode == 1
    assert "DOES NOT HOLD" in done.stdout
    assert "1 of 64 elements differ, the first at [40]: -120.0 against 120.0" in done.stdout
    verdict = changed(packed, tmp_path / "y.zip", in_manifest(lambda m: m.update(verdict="differ")))
    done = hipwright("replay", verdict, "--format", "json", cwd=tmp_path)
    assert done.returncode == 1
    data = json.loads(done.stdout)
    assert (data["format"], data["holds"]) == ("hipwright.replay", False)
    assert data["sentence"].startswith("The verdict does not hold: agree here, differ as packed.")


@needs_compiler
def test_what_changes_from_run_to_run_is_left_out_and_said(tmp_path):
    (tmp_path / "size.h").write_text("#define SIZE 64\n")
    (tmp_path / "by.txt").write_text("3")
    (tmp_path / "fill.cu").write_text(PROGRAM)
    options = ("--bundle", "f.zip", "--bundle-data", "by.txt", "--", "x")
    done = hipwright("compare", "fill.cu", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    done = hipwright("replay", "f.zip", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "not compared, as it differs from run to run: unsteady" in done.stderr


@needs_compiler
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda files: files.update({"sides/0/arrays/0.bin": b"x" * 256}), "not what was packed"),
        (lambda files: files.update({"sides/0/arrays/0.bin": b"x" * 999}), "larger than it may be"),
        (lambda files: files.pop("sides/0/stdout.txt"), "sides/0/stdout.txt is missing"),
        (lambda files: files.pop("evidence.json"), "no evidence of hipwright"),
        (lambda files: files.update({"evidence.json": b"{"}), "is damaged"),
        (lambda files: files.update({"evidence.json": b"[" * 100_000}), "is damaged"),
        (lambda files: files.update({"evidence.json": b"{}"}), "no evidence of hipwright"),
        (in_manifest(lambda m: m.update(version=99)), "install a newer one"),
        (in_manifest(lambda m: m.update(sides=m["sides"][:1])), "not two sides"),
        (in_manifest(lambda m: m.pop("tolerance")), "is damaged"),
        (in_manifest(lambda m: m["options"].update(seconds="soon")), "is damaged"),
        (in_manifest(lambda m: m["options"].update(architecture="-o/x")), "is damaged"),
        (
            in_manifest(lambda m: m["sides"][0]["program"]["files"][0].update(name="../../x.cu")),
            "no name for a file",
        ),
        (in_manifest(lambda m: m["data"][0].update(name="/tmp/x")), "no name for a file"),
        (
            in_manifest(lambda m: m["sides"][0]["program"]["files"][0].update(name="x.sh")),
            "no source that can be compiled",
        ),
        (in_manifest(lambda m: m["sides"][0]["arrays"][0].update(dtype="O")), "is damaged"),
        (in_manifest(lambda m: m["sides"][0]["program"].update(dialect="sh")), "is damaged"),
    ],
)
def test_what_is_damaged_or_hostile_is_refused_in_one_line(packed, tmp_path, change, words):
    path = changed(packed, tmp_path / "bad.zip", change)
    with pytest.raises(EvidenceError, match=words), Opened(path):
        pass


@needs_compiler
def test_flags_that_could_do_more_than_compile_are_left_out(packed, tmp_path):
    nasty = ["-fplugin=/tmp/x.so", "-wrapper", "sh,-c,id", "-o", "/tmp/out", "@/tmp/options"]
    more = ["-I/etc", "-include", "/etc/passwd", "-Wl,-rpath,/tmp", "-B/tmp", "-l:../../x.so"]
    good = ["-DOK=1", "-lm", "-std=c++20"]
    path = changed(
        packed,
        tmp_path / "x.zip",
        in_manifest(lambda m: m["sides"][0]["program"].update(flags=[*nasty, *more, *good])),
    )
    with Opened(path) as evidence:
        assert evidence.sides[0].program.flags == tuple(good)
        assert set(evidence.sides[0].dropped_flags) == {*nasty, *more}


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"\0" * 50])
def test_what_is_no_archive(tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    done = hipwright("replay", path, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "no zip archive" in done.stderr
    assert "no such file" in hipwright("replay", "none.zip", cwd=tmp_path).stderr


def test_a_half_archive_and_one_of_another_kind(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello" * 1000)
    with pytest.raises(EvidenceError, match="no evidence of hipwright"):
        Archive(path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(EvidenceError, match="no zip archive"):
        Archive(path)


def test_an_archive_that_would_fill_the_disk_is_not_read(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("evidence.json", b" " * (33 * 1024 * 1024))
    with pytest.raises(EvidenceError, match="larger than it may be"):
        Archive(path)


@pytest.mark.parametrize(
    "name", ["", "/a", "../a", "a/../../b", "~/a", "a\\b", "c:/x", "a\nb", "a\0b", "x" * 2000]
)
def test_names_that_lead_out(name):
    with pytest.raises(EvidenceError):
        safe_name(name, Path("x.zip"))
    assert safe_name("a/b.cu", Path("x.zip")) == "a/b.cu"


@needs_compiler
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["compare", "fill.cu", "--bundle", "no/such/folder/x.zip"], "cannot be made"),
        (["compare", "fill.cu", "--bundle", "x.zip", "--bundle-data", "/etc/hosts"], "not below"),
    ],
)
def test_what_cannot_be_packed(packed, tmp_path, arguments, words):
    (tmp_path / "fill.cu").write_text("int main() {}")
    done = hipwright(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["fill.cu"]


@needs_compiler
def test_targets_of_a_replay(packed, tmp_path):
    done = hipwright("replay", packed, "--on", "cpu:32", cwd=tmp_path)
    assert done.returncode == 2
    assert "must name 2 targets" in done.stderr
    far = changed(
        packed, tmp_path / "x.zip", in_manifest(lambda m: m["sides"][1].update(target="lab2:rocm"))
    )
    done = hipwright("replay", far, cwd=tmp_path)
    assert "lab2:rocm is not on this machine" in done.stderr
    done = hipwright("replay", far, "--on", "cpu:32,cpu:64", cwd=tmp_path)
    assert done.returncode == 0
    assert "port (cpu:64, packed on lab2:rocm)" in done.stdout
