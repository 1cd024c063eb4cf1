"""Constants in a project's own headers, for sources that stand on the disk."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from hipwright.analysis import check
from hipwright.cli import main
from hipwright.finding import Finding
from hipwright.port import port
from hipwright.rules import included
from hipwright.source import Source

_HIP = b"""#include <hip/hip_runtime.h>
#include "sizes.h"
__global__ void k(float *p) {
  float v = __shfl(p[threadIdx.x], 0);
  p[threadIdx.x / WARP_SIZE] = v;
}
"""
_VOTE = b"""#include "masks.h"
__device__ bool any(int v) { return __any_sync(FULL_MASK, v); }
"""


def _findings(path: Path, content: bytes, code: str) -> list[Finding]:
    path.write_bytes(content)
    included._header.cache_clear()  # which a second does otherwise
    found = check(Source(content, path.name, path))
    return [finding for finding in found if finding.code == code]


def test_a_warp_size_is_followed_into_a_header(tmp_path: Path) -> None:
    header = tmp_path / "sizes.h"
    header.write_text("#pragma once\n#define WARP_SIZE 32\n")
    [finding] = _findings(tmp_path / "k.hip", _HIP, "WARP003")
    assert finding.severity.value == "warning"
    assert _HIP[finding.start : finding.end] == b"WARP_SIZE"
    place = finding.related[0].elsewhere
    assert place is not None
    assert (place.path, place.line, place.column) == (str(header), 1, 8)
    assert "sizes.h, line 2" in finding.related[0].message


def test_without_a_place_on_the_disk_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "sizes.h").write_text("#define WARP_SIZE 32\n")
    assert "WARP003" not in {finding.code for finding in check(Source(_HIP, "k.hip"))}


@pytest.mark.parametrize(
    "header",
    [
        "#if defined(A)\n#define WARP_SIZE 32\n#else\n#define WARP_SIZE 64\n#endif\n",
        "#ifdef __HIP_PLATFORM_AMD__\n#define WARP_SIZE 64\n#else\n#define WARP_SIZE 32\n#endif\n",
        "struct Warp { static constexpr int WARP_SIZE = 32; };\n",
        "// #define WARP_SIZE 32\n",
        "#define WARP_SIZE warpSize\n",
    ],
)
def test_what_is_not_32_for_certain_is_silent(tmp_path: Path, header: str) -> None:
    (tmp_path / "sizes.h").write_text(header)
    assert _findings(tmp_path / "k.hip", _HIP, "WARP003") == []


@pytest.mark.parametrize(
    "header",
    [
        "namespace n { constexpr int WARP_SIZE = 32; }\nusing namespace n;\n",
        "enum { WARP_SIZE = 32 };\n",
        '#include "more/sizes.h"\n',
        "#define LOG 5\n#define WARP_SIZE (1 << 5)\n",
    ],
)
def test_other_ways_to_say_32(tmp_path: Path, header: str) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more/sizes.h").write_text('#include "../sizes.h"\n#define WARP_SIZE 32\n')
    (tmp_path / "sizes.h").write_text(header)
    assert len(_findings(tmp_path / "k.hip", _HIP, "WARP003")) == 1


def _port(path: Path, content: bytes) -> bytes:
    included._header.cache_clear()
    return port(content, path.name, path=path).text


def test_a_full_mask_of_a_header_is_dropped_and_another_kept(tmp_path: Path) -> None:
    path = tmp_path / "k.cu"
    (tmp_path / "masks.h").write_text("constexpr unsigned FULL_MASK = 0xffffffff;\n")
    full = _port(path, _VOTE)
    assert b"FULL_MASK" not in full
    assert _port(path, full) == full
    (tmp_path / "masks.h").write_text("constexpr unsigned FULL_MASK = 0xffff;\n")
    assert b"FULL_MASK & " in _port(path, _VOTE)


def test_a_header_that_changes_is_read_again(tmp_path: Path) -> None:
    header = tmp_path / "sizes.h"
    header.write_text("#define WARP_SIZE 32\n")
    assert len(_findings(tmp_path / "k.hip", _HIP, "WARP003")) == 1
    header.write_text("#define WARP_SIZE 64 // now\n")
    assert _findings(tmp_path / "k.hip", _HIP, "WARP003") == []


def test_an_include_from_the_root_of_a_project(tmp_path: Path) -> None:
    deep = tmp_path / "src/kernels"
    deep.mkdir(parents=True)
    (tmp_path / "include").mkdir()
    (tmp_path / "include/sizes.h").write_text("#define WARP_SIZE 32\n")
    assert len(_findings(deep / "k.hip", _HIP, "WARP003")) == 1
    # With two that fit, which one is meant is not known.
    (tmp_path / "src/sizes.h").write_text("#define WARP_SIZE 32\n")
    assert _findings(deep / "k.hip", _HIP, "WARP003") == []


def test_large_and_strange_headers_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(included, "_LARGEST", 100)
    (tmp_path / "sizes.h").write_text("#define WARP_SIZE 32\n" + " " * 100)
    assert _findings(tmp_path / "k.hip", _HIP, "WARP003") == []
    (tmp_path / "sizes.h").unlink()
    os.mkfifo(tmp_path / "sizes.h")
    assert _findings(tmp_path / "k.hip", _HIP, "WARP003") == []


def test_a_source_of_includes_gets_the_runtime(tmp_path: Path) -> None:
    path = tmp_path / "main.cu"
    text = b'#include "kernels.h"\nint main() { run(); }\n'
    (tmp_path / "kernels.h").write_text("// __global__\nint run();\n")
    assert _port(path, text) == text
    (tmp_path / "kernels.h").write_text("inline void run() { cudaDeviceSynchronize(); }\n")
    assert _port(path, text) == b"#include <hip/hip_runtime.h>\n" + text
    (tmp_path / "kernels.h").write_text("#include <cuda_runtime.h>\n__global__ void k();\n")
    assert _port(path, text) == text


def test_reports_name_the_header(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("sizes.h").write_text("#define WARP_SIZE 32\n")
    Path("k.hip").write_bytes(_HIP)

    def said(form: str) -> str:
        command = ["check", "k.hip", "--select", "WARP003", "--exit-zero", "--format", form]
        main(command, standalone_mode=False)
        return capsys.readouterr().out

    assert "sizes.h:1: `WARP_SIZE` is defined in sizes.h, line 1." in said("text")
    [finding] = json.loads(said("json"))["findings"]
    assert [place["file"] for place in finding["related"]] == ["sizes.h", "k.hip", "k.hip"]
    assert '"uri": "sizes.h"' in said("sarif")
