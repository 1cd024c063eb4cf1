"""The notebook's magics, in a real kernel where it matters, else in a shell of our own."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("IPython", reason="the extra [jupyter] is not installed")

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import get_ipython as start_shell

from hipwright_server import magics
from hipwright_server.compare.as_json import MIME_TYPE
from hipwright_server.targets.cpu import CpuTarget

pytestmark = pytest.mark.skipif(
    CpuTarget(32).describe().ability != "run", reason="there is no C++ compiler"
)

ADD = """\
#include <cstdio>
__global__ void add(float* a) { a[threadIdx.x] += 1; }
int main(int argc, char** argv) {
  float h[32] = {}; float* d;
  cudaMalloc(&d, sizeof h);
  cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToDevice);
  add<<<1, 32>>>(d);
  cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost);
  std::printf("%g %s\\n", h[0], argc > 1 ? argv[1] : "none");
}
"""


@pytest.fixture(scope="module")
def shell() -> InteractiveShell:
    shell = start_shell()
    shell.run_line_magic("load_ext", "hipwright")
    return shell


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def shown(monkeypatch):
    """What the magics display."""
    bundles: list[dict] = []

    class Handle:
        def update(self, bundle, raw=False):
            bundles.append(bundle)

    def show(bundle, **options):
        bundles.append(bundle)
        return Handle()

    monkeypatch.setattr(magics, "_display", show)
    return bundles


def test_a_cuda_cell_runs_and_its_output_is_shown(shell, shown, capsys):
    shell.run_cell_magic("cuda", "", ADD)
    assert capsys.readouterr().out == "1 none\n"
    assert "cpu:32" in shown[-1]["text/plain"]


def test_a_hip_cell_is_ported_from_cuda(shell, shown, capsys):
    shell.run_cell_magic("hip", "--show-port --args 'first second'", ADD)
    assert capsys.readouterr().out == "1 first\n"
    assert "hipMalloc" in shown[0]["text/plain"]
    assert "cpu:64" in shown[-1]["text/plain"]


def test_a_cell_that_is_hip_already_runs_as_it_is(shell, shown, capsys):
    cell = "#include <hip/hip_runtime.h>\n" + ADD.replace("cuda", "hip")
    shell.run_cell_magic("hip", "", cell)
    assert capsys.readouterr().out == "1 none\n"


@pytest.mark.parametrize("left", ["", "// cudaMalloc was its name\n"])
def test_a_cuda_cell_that_is_hip_already_runs_as_hip(shell, shown, capsys, left):
    cell = "#include <hip/hip_runtime.h>\n" + left + ADD.replace("cuda", "hip")
    shell.run_cell_magic("cuda", "", cell)
    assert shown[0]["text/plain"] == "hipwright: This cell is HIP: run as %%hip."
    assert capsys.readouterr().out == "1 none\n"
    assert "cpu:64" in shown[-1]["text/plain"]


def test_a_cuda_cell_that_is_hip_only_on_amd_runs_as_cuda(shell, shown, capsys):
    headers = (
        "#ifdef __HIP_PLATFORM_AMD__\n#include <hip/hip_runtime.h>\n"
        "#else\n#include <cuda_runtime.h>\n#endif\n"
    )
    shell.run_cell_magic("cuda", "", headers + ADD)
    assert capsys.readouterr().out == "1 none\n"
    (bundle,) = shown
    assert "cpu:32" in bundle["text/plain"]


def test_a_hip_cell_is_compared_with_itself_on_32_and_64_lanes(shell, shown):
    cell = "#include <hip/hip_runtime.h>\n" + ADD.replace("cuda", "hip")
    shell.run_cell_magic("hip", "--compare", cell)
    waiting, bundle = shown
    assert waiting["text/plain"] == "Running 32 lanes on cpu:32, 64 lanes on cpu:64 …"
    data = bundle[MIME_TYPE]
    assert [side["label"] for side in data["sides"]] == ["32 lanes", "64 lanes"]
    assert [side["target"] for side in data["sides"]] == ["cpu:32", "cpu:64"]
    assert data["sentence"].startswith("The run with 64 lanes computes the same as the run with 32")


def test_compare_shows_the_comparison_in_the_place_of_the_waiting(shell, shown, capsys):
    shell.run_cell_magic("hip", "--compare", ADD)
    waiting, bundle = shown
    assert "Running" in waiting["text/plain"]
    assert bundle[MIME_TYPE]["verdict"] == "agree"
    assert [side["target"] for side in bundle[MIME_TYPE]["sides"]] == ["cpu:32", "cpu:64"]
    assert bundle[MIME_TYPE]["sides"][1]["sources"][0]["text"].count("hipMalloc") == 1
    assert set(bundle) == {MIME_TYPE, "text/html", "text/plain"}


def test_the_second_time_is_fast(shell, shown):
    shell.run_cell_magic("hip", "--compare", ADD + "// again\n")
    started = time.monotonic()
    shell.run_cell_magic("hip", "--compare", ADD + "// again\n")
    seconds = time.monotonic() - started
    sides = shown[-1][MIME_TYPE]["sides"]
    assert all(side["cached"] for side in sides)
    assert seconds < 2, "half a second on a machine with nothing else to do"


def test_what_stands_after_two_dashes_are_arguments(shell, shown, capsys):
    shell.run_cell_magic("cuda", "--flags '-O1 -DX=1' -- --verbose", ADD)
    assert capsys.readouterr().out == "1 --verbose\n"


def test_cells_kept_as_headers_are_found_by_later_cells(shell, shown, capsys):
    shell.run_cell_magic("cuda", "--name twice.cuh", "#define TWICE(x) ((x) * 2)\n")
    shell.run_cell_magic(
        "cuda",
        "",
        '#include "twice.cuh"\n#include <cstdio>\nint main() { std::printf("%d", TWICE(4)); }',
    )
    assert capsys.readouterr().out.endswith("8")
    shell.run_line_magic("hipwright", "files")
    assert "twice.cuh" in capsys.readouterr().out


def test_headers_beside_the_notebook_are_found_and_ported(shell, shown, capsys, tmp_path):
    (tmp_path / "memory.cuh").write_text(
        "#include <cuda_runtime.h>\n"
        "inline float* make() { float* p; cudaMalloc(&p, 4); return p; }\n"
    )
    cell = '#include "memory.cuh"\nint main() { return make() == nullptr; }'
    shell.run_cell_magic("hip", "", cell)
    assert "exit status 0" in shown[-1]["text/plain"]


def test_a_cell_without_main_says_what_to_do(shell):
    with pytest.raises(UsageError, match=r"no main\(\).*--name"):
        shell.run_cell_magic("cuda", "", "__global__ void k() {}")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--nothing", "No such option"),
        ("--on mars", "there is no target mars"),
        ("--on cpu:16", "warp of 32 or 64"),
        ("--compare --rtol -1", "relative tolerance"),
        ("--flags 'a", "No closing quotation"),
        ("--name ../x.h", "plain file name"),
        ("--with other.cu", "no cell was saved as other.cu"),
    ],
)
def test_mistakes_are_one_line(shell, line, message):
    with pytest.raises(UsageError) as error:
        shell.run_cell_magic("cuda", line, ADD)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_compile_errors_have_the_lines_of_the_cell(shell, shown):
    with pytest.raises(magics.CellError) as error:
        shell.run_cell_magic("cuda", "", "int main() {\n  nothing;\n}")
    # The magic itself is line 1.
    assert "cell.cu:3: error:" in str(error.value)
    assert "    nothing;" in str(error.value)
    assert error.value._render_traceback_() == [str(error.value)]


def test_a_failing_program_says_how_it_ended(shell, shown):
    with pytest.raises(magics.CellError, match="exit status 3"):
        shell.run_cell_magic("cuda", "", "int main() { return 3; }")
    with pytest.raises(magics.CellError, match=r"did not end within 0\.3 s"):
        shell.run_cell_magic(
            "cuda", "--timeout 0.3", "int main() { for (volatile int i = 0;; ++i); }"
        )


def test_output_without_end_is_cut(shell, shown, capsys, monkeypatch):
    monkeypatch.setattr(magics, "_SHOWN_BYTES", 2048)
    cell = '#include <cstdio>\nint main() { for (int i = 0; i < 10000; ++i) std::puts("much"); }'
    shell.run_cell_magic("cuda", "", cell)
    printed = capsys.readouterr()
    assert len(printed.out) == 2048
    assert "not shown" in printed.err


def test_checks_are_flags_and_what_they_find_fails_the_cell(shell, shown, capsys):
    beyond = ADD.replace("a[threadIdx.x] += 1", "a[threadIdx.x + 1] += 1")
    with pytest.raises(magics.CellError, match="the checks have found 1 problem"):
        magics.HipwrightMagics(shell).hip("--sanitize", beyond)
    assert "beyond the 128 bytes allocated" in shown[-1]["text/plain"]
    with pytest.raises(UsageError, match="--sanitize and --race"):
        shell.run_cell_magic("hip", "--compare --sanitize --race", ADD)


def test_targets_are_listed(shell, capsys):
    shell.run_line_magic("hipwright", "targets")
    assert "cpu:64" in capsys.readouterr().out
    with pytest.raises(UsageError, match="targets"):
        shell.run_line_magic("hipwright", "dance")


def test_help_is_shown(shell, capsys):
    shell.run_cell_magic("hip", "--help", "x")
    assert "--compare" in capsys.readouterr().out


def test_in_a_real_kernel_output_streams_and_an_interrupt_ends_the_cell(tmp_path):
    manager_module = pytest.importorskip("jupyter_client.manager")
    environment = {
        **os.environ,
        "IPYTHONDIR": str(tmp_path / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    manager, client = manager_module.start_new_kernel(
        kernel_name="python3", env=environment, cwd=str(tmp_path)
    )
    try:
        client.execute_interactive("%load_ext hipwright", timeout=60)
        code = (
            "%%cuda\n#include <cstdio>\n#include <unistd.h>\n"
            'int main() { std::puts("on"); std::fflush(stdout); for (;;) usleep(1000); }'
        )
        texts: list[str] = []

        def hook(message: dict) -> None:
            if message["msg_type"] == "stream":
                texts.append(message["content"]["text"])
                if "on" in message["content"]["text"]:
                    manager.interrupt_kernel()
            elif message["msg_type"] == "error":
                texts.extend(message["content"]["traceback"])

        reply = client.execute_interactive(code, timeout=120, output_hook=hook)
        assert reply["content"]["status"] == "error"
        assert "".join(texts).startswith("on\n")
        assert any("interrupted" in text for text in texts)
        assert not any("Traceback" in text for text in texts)
        after = client.execute_interactive("1 + 1", timeout=60)
        assert after["content"]["status"] == "ok"
        assert not _running(tmp_path)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _running(folder: Path) -> list[str]:
    """Programs that still run in a folder."""
    if sys.platform != "linux":
        return []
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            inside = (process / "cwd").readlink() == folder
            if inside and (process / "exe").readlink().name == "program":
                found.append(process.name)
        except OSError:
            continue
    return found
