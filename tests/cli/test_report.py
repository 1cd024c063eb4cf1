"""`hipwright report`: a project on one page, and what is kept for the next one."""

from __future__ import annotations

import json
import os
import re
import sys
from html.parser import HTMLParser

import pytest

from hipwright.files import read
from hipwright.project.overview import CHOICE, CODE, MISSING_NAME, level, points
from hipwright.project.record import Place

A = b"""\
#include <cuda_runtime.h>
__global__ void k(int *a) { a[0] = 1; }
int main() { cudaFree(0); cuTensorMapEncodeTiled(0); cuTensorMapEncodeTiled(1); }
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.cu").write_bytes(A)
    (folder / "b.cu").write_bytes(b"int main() { cudaDeviceSynchronize(); }\n")
    (folder / "plain.cpp").write_bytes(b"int x;\n")
    (folder / "Dockerfile").write_bytes(b"FROM nvidia/cuda:12.4.1-devel-ubuntu22.04\n")
    (folder / "requirements.txt").write_bytes(b"pycuda\n<b>&\n")
    return folder


def data(shell, *arguments):
    result = shell("report", "project", "--format", "json", *arguments)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_the_data(shell, project):
    found = data(shell)
    assert found["version"] == 1
    assert found["title"] == "project"
    assert found["files"]["read"] == 4
    counts = found["findings"]
    assert counts["all"] == counts["by itself"] + counts["a person"] + counts["to know"]
    (name,) = found["names without a counterpart"]
    assert (name["name"], name["uses"]) == ("cuTensorMapEncodeTiled", 2)
    assert {row["name"] for row in found["packages and images"]} == {
        "pycuda",
        "nvidia/cuda:12.4.1-devel-ubuntu22.04",
    }
    assert sum(row["by itself"] for row in found["families"]) == counts["by itself"]
    assert sum(row["by itself"] for row in found["by file"]) == counts["by itself"]
    assert sum(row["count"] for row in found["for a person"]) == counts["a person"]
    # One image to choose, one package without a fix or with one, one name that HIP lacks.
    assert found["effort"]["points"] >= MISSING_NAME + CHOICE
    assert all(row["fact"] for row in found["for a person"])


class Checker(HTMLParser):
    """Opens and closes: what is left open at the end is a mistake; so is anything to fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        assert "src" not in names
        assert tag not in ("script", "link", "img")
        if "id" in names:
            assert names["id"] not in self.ids
            self.ids.add(names["id"])
        if "href" in names:
            assert names["href"].startswith("#")
            self.links.add(names["href"][1:])
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_fetches_nothing(shell, project):
    result = shell("report", "project")
    assert result.returncode == 0, result.stderr
    assert b"Wrote hipwright-report.html" in result.stderr
    page = (project.parent / "hipwright-report.html").read_text()
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    assert checker.links <= checker.ids
    assert "cuTensorMapEncodeTiled" in page
    assert "url(" not in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    assert shell("report", "project", "-o", "-").stdout.decode() == page


def test_what_did_not_change_is_not_looked_at_again(shell, project, hipwright, monkeypatch):
    first = data(shell)
    assert data(shell) == first

    def refuse(jobs, plan):
        assert not jobs, "looked at again"
        return iter(())

    # In this process: no file may be checked, as none changed.
    monkeypatch.chdir(project.parent)
    # The module that takes it over first, or it would keep the other one for good.
    monkeypatch.setattr("hipwright.processes.do_all", refuse)
    monkeypatch.setattr("hipwright.work.do_all", refuse)
    from click.testing import CliRunner

    from hipwright.cli import main

    again = CliRunner().invoke(main, ["report", "project", "--format", "json"])
    assert json.loads(again.stdout) == first
    # A change, other settings, and a cache that is no cache are noticed.
    (project / "b.cu").write_bytes(b"int main() { cuTensorMapEncodeIm2col(0); }\n")
    monkeypatch.undo()
    monkeypatch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(project.parent / "cache"))
    assert len(data(shell)["names without a counterpart"]) == 2
    assert data(shell, "--ignore", "API002")["names without a counterpart"] == []
    for file in (project.parent / "cache" / "reports").glob("*.json"):
        file.write_text("{")
    assert len(data(shell)["names without a counterpart"]) == 2
    assert data(shell, "--no-cache") == data(shell)


def test_a_file_as_it_was_is_not_read_again(project, hipwright, monkeypatch):
    monkeypatch.setattr("hipwright.project.cache._TICK", -(10**15))  # every file is old enough
    first = data(hipwright)

    def refuse(*_):
        raise AssertionError("read again")

    with monkeypatch.context() as patch:
        patch.setattr("hipwright.commands.report.read", refuse)
        assert data(hipwright) == first
    # Another text of the same size, with the time of the one before.
    before = (project / "b.cu").stat()
    (project / "b.cu").write_bytes(b"int main() { cuTensorMapEncodeIm2col(0);}\n"[: before.st_size])
    os.utime(project / "b.cu", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert data(hipwright) != first


def test_a_file_that_was_just_written_is_read_again(project, hipwright, monkeypatch):
    first = data(hipwright)
    paths = []

    def noted(path):
        paths.append(path.name)
        return read(path)

    monkeypatch.setattr("hipwright.commands.report.read", noted)
    assert data(hipwright) == first
    assert {"a.cu", "b.cu"} <= set(paths)


def test_bad_input_is_one_line(shell, project):
    (project / "CMakeLists.txt").write_bytes(b"project(x LANGUAGES CUDA\n")
    result = shell("report", "project", "missing", "-o", "r.json")
    assert result.returncode == 2
    lines = [line for line in result.stderr.splitlines() if b"error:" in line]
    assert len(lines) == 2
    found = json.loads((project.parent / "r.json").read_bytes())
    assert {row["file"] for row in found["problems"]} == {"missing", "project/CMakeLists.txt"}
    assert shell("report", "project", "-o", "project").returncode == 2


def test_a_folder_without_cuda_is_told(shell, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "a.cpp").write_bytes(b"int a;\n")
    result = shell("report", "empty", "-o", "-")
    assert result.returncode == 2
    assert b"no CUDA in this folder" in result.stderr


def test_the_formula_that_is_stated(shell, project):
    def place(text: str, **other: object) -> Place:
        values = {
            "code": "WARP005",
            "severity": "warning",
            "message": "m",
            "line": 1,
            "cell": None,
            "text": text,
            "name": None,
            "by_itself": False,
            "choices": False,
        }
        return Place(**{**values, **other})

    assert points([place("a"), place("a"), place("b", choices=True)]) == CODE + CHOICE
    assert points([place("a", by_itself=True), place("b", severity="info")]) == 0
    assert points([place("a", code="API002", severity="error")]) == 0  # counted by the project
    assert [level(many)[0] for many in (0, 1, 20, 21, 100, 400, 401)] == [
        *("none", "small", "small", "moderate", "moderate", "large", "very large"),
    ]
    page = shell("report", "project", "-o", "-").stdout.decode()
    pattern = r"counts <strong>(\d+)</strong> where fixes .*? <strong>(\d+)</strong>"
    stated = re.search(pattern, page)
    assert stated
    assert (int(stated[1]), int(stated[2])) == (CHOICE, CODE)


@pytest.mark.skipif(sys.platform != "linux", reason="names are any bytes on Linux only")
@pytest.mark.parametrize("format_name", ["html", "json"])
def test_a_name_that_is_no_text(project, hipwright, format_name):
    os.rename(project / "b.cu", os.fsencode(project) + b"/b\xff.cu")  # noqa: PTH104
    result = hipwright("report", "project", "--format", format_name, "-o", "-")
    assert result.returncode == 0
    assert b"b?.cu" in result.stdout
