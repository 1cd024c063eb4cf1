"""`hipwright run`, `compare` and `targets`, as a person types them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from hipwright.cli import main
from hipwright_server.targets.cpu import CpuTarget

needs_compiler = pytest.mark.skipif(
    CpuTarget(32).describe().ability != "run", reason="there is no C++ compiler"
)
SAMPLES = Path(__file__).parents[3] / "samples"

SCALE = """\
#include <cstdio>
#include <cstdlib>
__global__ void scale(float* a, float by) { a[threadIdx.x] *= by; }
int main(int argc, char** argv) {
  float by = argc > 1 ? std::atof(argv[1]) : 2;
  float h[64]; float* d;
  for (int i = 0; i < 64; ++i) h[i] = i;
  cudaMalloc(&d, sizeof h);
  cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToDevice);
  scale<<<1, 64>>>(d, by);
  cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost);
  std::printf("h[1] = %g\\n", h[1]);
  return argc > 2 ? 3 : 0;
}
"""


def hipwright(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hipwright", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )


def source(tmp_path: Path, text: str = SCALE, name: str = "scale.cu") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


@needs_compiler
def test_flags_that_went_to_the_program_are_pointed_out(tmp_path):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "there.h").write_text("")
    path = source(tmp_path, "#include <there.h>\nint main() {}\n")
    done = hipwright("run", path, "--", "-Iinclude", cwd=tmp_path)
    assert done.returncode == 1
    hint = "-Iinclude went to the program; compiler flags are given with --flags"
    assert done.stderr.splitlines()[-1] == f"hipwright: {hint}"
    assert hipwright("run", path, "--flags=-Iinclude", cwd=tmp_path).returncode == 0


@needs_compiler
def test_run_hands_on_output_arguments_and_exit_status(tmp_path):
    done = hipwright("run", source(tmp_path), "--", "3", "x")
    assert done.stdout == "h[1] = 3\n"
    assert "exit status 3" in done.stderr
    assert done.returncode == 1
    assert hipwright("run", source(tmp_path)).returncode == 0


@needs_compiler
def test_run_as_json(tmp_path):
    done = hipwright("run", source(tmp_path), "--json", "--port")
    data = json.loads(done.stdout)
    assert (data["target"], data["dialect"], data["status"]) == ("cpu:64", "hip", "ok")
    assert data["stdout"]["text"] == "h[1] = 2\n"
    assert data["launches"][0]["kernel"] == "scale"


@needs_compiler
def test_programs_of_several_files(tmp_path):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "twice.cuh").write_text("__device__ float twice(float x);\n")
    first = source(
        tmp_path,
        '#include "twice.cuh"\n#include <cstdio>\n__global__ void k(float* p) { *p = twice(*p); }\n'
        "float run() { float h = 4, *d; cudaMalloc(&d, 4); cudaMemcpy(d, &h, 4, "
        "cudaMemcpyHostToDevice); k<<<1, 1>>>(d); cudaMemcpy(&h, d, 4, cudaMemcpyDeviceToHost); "
        "return h; }\n__device__ float twice(float x) { return x * FACTOR; }\n",
        "k.cu",
    )
    second = source(
        tmp_path,
        '#include <cstdio>\nfloat run();\nint main() { printf("%g\\n", run()); }\n',
        "m.cu",
    )
    done = hipwright(
        "compare",
        first,
        second,
        "--flags",
        f"-I {tmp_path / 'include'} -DFACTOR=2",
        "--format",
        "json",
    )
    data = json.loads(done.stdout)
    assert data["verdict"] == "agree", data["sentence"]
    assert data["sides"][1]["stdout"]["text"] == "8\n"
    assert {file["name"] for file in data["sides"][0]["sources"]} == {
        "k.cu",
        "m.cu",
        "include/twice.cuh",
    }


@needs_compiler
def test_compare_agrees(tmp_path):
    done = hipwright("compare", source(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.lstrip().startswith("AGREE")


THREADS = """
#include <cuda_runtime.h>
#include <thread>
__global__ void fill(int *p, int value) { p[threadIdx.x] = value; }
void copy(int value) {
    int *d, h[8];
    cudaMalloc(&d, sizeof h);
    fill<<<1, 8>>>(d, value);
    cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost);
    cudaFree(d);
}
int main() {
    std::thread(copy, FIRST).join();
    std::thread(copy, 3 - FIRST).join();
}
"""


@needs_compiler
def test_threads_of_the_host_copy_in_any_order(tmp_path):
    # A file with a standard header's name, beside the program, is not that header.
    (tmp_path / "new").write_text("none")
    one = source(tmp_path, THREADS.replace("FIRST", "1"), "one.cu")
    other = source(tmp_path, THREADS.replace("FIRST", "2"), "other.cu")
    done = hipwright("compare", one, other, "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    (pair,) = json.loads(done.stdout)["pairs"]
    assert [array["verdict"] for array in pair["arrays"]] == ["agree", "agree"]


@needs_compiler
def test_compare_two_files_names_the_wrong_elements(tmp_path):
    other = source(
        tmp_path,
        "#include <hip/hip_runtime.h>\n"
        + SCALE.replace("cuda", "hip").replace("*= by", "*= threadIdx.x == 40 ? 9 : by"),
        "scale.hip",
    )
    page = tmp_path / "result.html"
    done = hipwright(
        "compare", source(tmp_path), other, "--format", "html", "-o", page, cwd=tmp_path
    )
    assert done.returncode == 1
    assert "1 of 64 elements differ, the first at [40]: 80.0 against 360.0" in done.stdout
    assert page.read_text().startswith("<!doctype html>")
    loose = hipwright("compare", source(tmp_path), other, "--atol", "1000")
    assert loose.returncode == 0, loose.stdout


RENAMED = "reduction_renamed.hip"


@needs_compiler
@pytest.mark.parametrize(
    "where", [[], ["--on", "cpu:32,cpu:64"], ["--on", "cpu:64"], ["--on", "cpu:32"]]
)
def test_a_program_that_is_hip_is_compared_with_itself(where):
    done = hipwright("compare", SAMPLES / RENAMED, *where, "--format", "json")
    assert done.returncode == 1, done.stderr
    data = json.loads(done.stdout)
    assert [side["target"] for side in data["sides"]] == ["cpu:32", "cpu:64"]
    assert [side["label"] for side in data["sides"]] == ["32 lanes", "64 lanes"]
    assert data["sentence"].startswith("The run with 64 lanes differs from the run with 32 lanes. ")


@needs_compiler
def test_a_program_that_is_named_like_an_option(tmp_path):
    source(tmp_path, name="--help.cu")
    done = hipwright("compare", "./--help.cu", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.lstrip().startswith("AGREE")


@needs_compiler
def test_kernels_that_both_end_by_the_same_fault_are_no_agreement(tmp_path):
    text = SCALE.replace("a[threadIdx.x] *= by", "a[threadIdx.x == 7 ? 1ll << 40 : 0] *= by")
    done = hipwright("compare", source(tmp_path, text), "--format", "json")
    assert done.returncode == 1, done.stderr
    data = json.loads(done.stdout)
    assert data["verdict"] == "failed"
    assert data["sentence"].startswith("Kernel scale was ended by a fault on both sides (scale.cu")
    assert data["pairs"][0]["checks"][-1]["verdict"] == "failed"


@needs_compiler
@pytest.mark.skipif(not (SAMPLES / "reduction_renamed.hip").exists(), reason="no samples here")
def test_the_sample_that_was_only_renamed_is_caught():
    done = hipwright(
        "compare", SAMPLES / "reduction.cu", SAMPLES / "reduction_renamed.hip", "--format", "json"
    )
    data = json.loads(done.stdout)
    assert data["verdict"] == "differ"
    assert any(report["lanes"] for report in data["sides"][1]["reports"])
    assert data["pairs"][0]["arrays"][0]["first"] is not None
    ported = json.loads(hipwright("compare", SAMPLES / "reduction.cu", "--format", "json").stdout)
    assert ported["verdict"] == "agree", ported["sentence"]


@needs_compiler
@pytest.mark.parametrize(
    ("text", "words", "status"),
    [
        ("int main() { for (volatile int i = 0;; ++i); }", "did not end within 1 s", 1),
        (
            "__global__ void spin(volatile int* a) { while (*a == 0); }\n"
            "int main() { volatile int i = 0; int* d; cudaMalloc(&d, 4); cudaMemset(d, 0, 4);\n"
            "  spin<<<1, 1>>>(d); cudaDeviceSynchronize(); return i; }",
            "did not end within 1 s, in kernel spin (scale.cu:1)",
            1,
        ),
        ("int main() { *(volatile int*)8 = 1; }", "crashed (SIGSEGV)", 1),
        ("#include <no_such_header.h>\nint main() {}", "no_such_header.h", 1),
        ("int missing();\nint main() { return missing(); }", "undefined reference to missing", 1),
        ("int main() { return 2 }", "expected", 1),
        (
            "#include <vector>\n#include <cstring>\n#include <unistd.h>\n"
            "char* volatile p;\n"
            "int main() {\n"
            "  for (;;) { p = new char[1 << 24]; memset(p, 1, 1 << 24); usleep(20000); }\n}",
            "more than 200 MiB",
            1,
        ),
        (
            "#include <unistd.h>\n#include <cstdio>\n"
            "int main() { for (int i = 0; i < 5; ++i) if (!fork()) for (;;) sleep(1); }",
            "",
            0,
        ),
    ],
)
def test_bad_programs_get_a_clear_verdict(tmp_path, text, words, status):
    done = hipwright(
        "run",
        source(tmp_path, text),
        "--timeout",
        1 if "volatile int i" in text else 20,
        "--memory",
        200,
    )
    assert words in done.stderr
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "no file given"),
        (["run", "nothing.cu"], "nothing.cu: no such file"),
        (["run", "."], "is a folder"),
        (["run", "notes.txt"], "is no source"),
        (["run", "a.cu", "--on", "mars"], "there is no target mars"),
        (["run", "a.cu", "--flags", "'"], "--flags"),
        (["run", "a.hip", "--port"], "is HIP already"),
        (["run", "a.cu", "--timeout", "-1"], "--timeout"),
        (["compare", "a.cu", "--on", "a,b,c"], "two targets"),
        (["compare", "a.cu", "--rtol", "-1"], "relative tolerance"),
        (["compare", "a.cu", "a.hip", "--on", "cpu:32"], "need two targets"),
    ],
)
def test_misuse_is_one_line_and_exit_status_2(tmp_path, monkeypatch, arguments, words):
    (tmp_path / "a.cu").write_text("int main() {}")
    (tmp_path / "a.hip").write_text("int main() {}")
    (tmp_path / "notes.txt").write_text("")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, arguments)  # without the cost of a process
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_targets_says_what_is_here_and_what_is_missing(tmp_path):
    (tmp_path / "hipwright.toml").write_text(
        '[targets.far]\nurl = "http://127.0.0.1:9/"\ntoken-env = "NO_SUCH_VARIABLE"\n'
    )
    done = hipwright("targets", "--json", cwd=tmp_path)
    known = {each["name"]: each for each in json.loads(done.stdout)}
    assert set(known) == {"cpu:32", "cpu:64", "cuda", "rocm", "clang", "scale", "far"}
    assert known["far"]["ability"] == "none"
    assert "NO_SUCH_VARIABLE" in known["far"]["missing"]
    assert all(each["missing"] or each["ability"] == "run" for each in known.values())
    assert "cpu:32" in hipwright("targets", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[targets.lab]\nurl = "ftp://x/"', "url must be"),
        ('[targets.lab]\nurl = "http://x/"\ntoken = "secret-token"', "token-env or token-file"),
        ('[targets.lab]\nurl = "http://x/?token=secret-token"', "must not hold a token"),
        ('[targets.cpu]\nurl = "http://x/"', "cannot be the name"),
        ('[targets.lab]\nurl = "http://x/"\nport = "1"', "no setting port"),
        ("targets = 3", "must be a table"),
        ("[targets.lab", "hipwright.toml"),
    ],
)
def test_a_faulty_configuration_says_where(tmp_path, monkeypatch, text, words):
    (tmp_path / "hipwright.toml").write_text(text)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["targets"])  # without the cost of a process
    assert done.exit_code == 2
    assert words in done.stderr
    assert "secret-token" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@needs_compiler
def test_a_baseline_accepts_a_known_difference(tmp_path):
    accept = ("compare", SAMPLES / RENAMED, "--baseline", tmp_path / "known.json")
    assert hipwright(*accept, "--write-baseline").returncode == 0
    known = json.loads((tmp_path / "known.json").read_text())["programs"][RENAMED]
    assert "cpu:64: array warp_totals differs" in known
    done = hipwright(*accept)
    assert done.returncode == 0
    assert f"known and accepted: {RENAMED}: {known[0]}" in done.stderr
    (tmp_path / "known.json").write_text(
        json.dumps({"format": "hipwright.baseline", "version": 1, "programs": {}})
    )
    done = hipwright(*accept)
    assert done.returncode == 1
    assert f"new, not in the baseline: {RENAMED}: {known[0]}" in done.stderr
    (tmp_path / "known.json").write_text("{}")
    assert "not a baseline" in hipwright(*accept).stderr


@needs_compiler
def test_a_program_of_a_compilation_database(tmp_path):
    main = "#include <cstdio>\nint part();\n__global__ void k() {}\nint main() { k<<<1, 1>>>(); "
    source(tmp_path, main + 'std::printf("%d\\n", part()); }\n', "main.cu")
    source(tmp_path, "int part() { return NUMBER; }\n", "part.cu")
    source(tmp_path, "__global__ void k() {}\nint main() {}\n", "second.cu")
    database = tmp_path / "compile_commands.json"

    def write(*names: str) -> None:
        entries = [
            {"directory": str(tmp_path), "file": each, "command": f"nvcc -DNUMBER=7 -c {each}"}
            for each in names
        ]
        database.write_text(json.dumps(entries))

    write("main.cu", "part.cu")
    assert hipwright("run", database).stdout == "7\n"
    write("main.cu", "part.cu", "second.cu")
    done = hipwright("run", database, cwd=tmp_path)
    assert done.returncode == 2
    assert "holds 2 programs; name one's file too: main.cu, second.cu" in done.stderr
    assert hipwright("run", database, tmp_path / "main.cu").stdout == "7\n"
    done = hipwright("run", database, source(tmp_path, "", "other.cu"))
    assert done.returncode == 2
    assert "is not in it" in done.stderr
