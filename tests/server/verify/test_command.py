"""`hipwright verify`, as a person types it."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from hipwright.cli import main
from hipwright_server.targets.cpu import CpuTarget

needs_compiler = pytest.mark.skipif(
    CpuTarget(32).describe().ability != "run", reason="there is no C++ compiler"
)

GOOD = """\
#include <cstdio>
#include <cstdlib>
__global__ void scale(float* a, float by) { a[threadIdx.x] *= by; }
int main(int argc, char** argv) {
  float h[64]; float* d;
  for (int i = 0; i < 64; ++i) h[i] = i;
  cudaMalloc(&d, sizeof h);
  cudaMemcpy(d, h, sizeof h, cudaMemcpyHostToDevice);
  scale<<<1, 64>>>(d, argc > 1 ? atof(argv[1]) : 2);
  cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost);
  std::printf("h[1] = %g\\n", h[1]);
  return argc > 2 ? 3 : 0;
}
"""
# HIP that means the lanes of a warp to be 32.
WRONG = """\
#include <hip/hip_runtime.h>
__global__ void lanes(int* a) { a[threadIdx.x] = __lane_id(); }
int main() {
  int h[64]; int* d;
  hipMalloc(&d, sizeof h);
  lanes<<<1, 64>>>(d);
  hipMemcpy(h, d, sizeof h, hipMemcpyDeviceToHost);
}
"""
SLOW = "__global__ void k() {}\nint main() { for (volatile int i = 0;; ++i); }\n"


def hipwright(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hipwright", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=200,
        check=False,
    )


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@needs_compiler
def test_a_tree_in_one_table_and_as_json(tmp_path):
    tree(
        tmp_path,
        {
            "src/good/main.cu": GOOD,
            "src/wrong.hip": WRONG,
            "src/broken.cu": "__global__ void k() {}\nint main() { return no_such_name; }\n",
            "src/host.cpp": "int main() {}\n",
            "set.toml": '[programs."src/*/main.cu"]\narguments = ["3"]\n',
        },
    )
    done = hipwright("verify", "src", "--programs", "set.toml", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    data = json.loads(done.stdout)
    assert (data["format"], data["version"], data["verdict"]) == ("hipwright.verify", 1, "differ")
    programs = {each["name"]: each for each in data["programs"]}
    good = programs["src/good/main.cu"]
    assert (good["verdict"], good["cause"], good["facts"]) == ("agree", "", [])
    assert good["compared"] == {"arrays": 1, "elements": 64, "output": True}
    assert [(each["target"], each["written"]) for each in good["results"]] == [
        ("cpu:32", "original"),
        ("cpu:64", "port"),
    ]
    assert good["results"][1]["stdout"] == "h[1] = 3\n"
    wrong = programs["src/wrong.hip"]
    assert wrong["verdict"] == "differ"
    assert "h: 32 of 64 elements differ, the first at [32]: 0 against 32" in wrong["cause"]
    assert wrong["facts"] == ["cpu:64: array h differs"]
    broken = programs["src/broken.cu"]
    assert broken["verdict"] == "failed"
    assert "broken.cu:2" in broken["cause"]
    assert "no_such_name" in broken["cause"]
    assert data["summary"]["programs"] == 3
    assert data["leftOut"] == [{"name": "src/host.cpp", "reason": "nothing in it is for a GPU"}]

    table = hipwright("verify", "src", cwd=tmp_path).stdout.splitlines()
    assert any(line.split()[:2] == ["src/good/main.cu", "agree"] for line in table)
    assert any(line.startswith("3 programs: 1 agree, 1 differ, 1 failed") for line in table)
    assert not any("\x1b" in line for line in table)


@needs_compiler
def test_a_baseline_accepts_what_is_known_and_fails_on_what_is_new(tmp_path):
    tree(tmp_path, {"wrong.hip": WRONG, "good.cu": GOOD})
    accept = ("verify", ".", "--baseline", "known.json")
    assert hipwright(*accept, cwd=tmp_path).returncode == 2
    assert hipwright(*accept, "--write-baseline", cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "known.json").read_text())["programs"] == {
        "wrong.hip": ["cpu:64: array h differs"]
    }
    done = hipwright(*accept, cwd=tmp_path)
    assert done.returncode == 0
    assert "1 known difference accepted." in done.stdout
    (tmp_path / "good.cu").write_text(GOOD.replace("scale<<<", "if (0) scale<<<"))
    (tmp_path / "new.hip").write_text(WRONG)
    (tmp_path / "wrong.hip").write_text(WRONG.replace("__lane_id()", "threadIdx.x"))
    done = hipwright(*accept, cwd=tmp_path)
    assert done.returncode == 1
    assert "  new.hip: cpu:64: array h differs" in done.stdout.splitlines()
    assert "Gone since the baseline was written" in done.stdout
    assert "  wrong.hip: cpu:64: array h differs" in done.stdout.splitlines()
    assert hipwright("verify", "good.cu", *accept[2:], cwd=tmp_path).returncode == 0


# Right however the threads come, and still without the barrier that its read asks for.
RACING = """\
__global__ void turn(int* a) {
  __shared__ int tile[64];
  tile[threadIdx.x] = a[threadIdx.x];
  a[threadIdx.x] = tile[threadIdx.x ^ 33] == -5 ? 1 : 7;
}
int main() {
  int h[64]; int* d;
  cudaMalloc(&d, sizeof h);
  cudaMemset(d, 1, sizeof h);
  turn<<<1, 64>>>(d);
  cudaMemcpy(h, d, sizeof h, cudaMemcpyDeviceToHost);
}
"""


@needs_compiler
def test_checks_and_a_page(tmp_path):
    root = tree(tmp_path, {"racing.cu": RACING, "wrong.hip": WRONG})
    done = hipwright("verify", root, "--format", "html", "-o", "report.html", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    page = (tmp_path / "report.html").read_text()
    assert "racing.cu" in page
    assert page.count("<details") > 1  # what wrong.hip's comparison says
    assert "32 of 64 elements differ" in page
    assert "<script" not in page
    assert "http" not in page.split("<body", 1)[0]
    done = hipwright("verify", root / "racing.cu", "--race", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "the device reports: race at byte" in done.stdout
    assert "(racing.cu:" in done.stdout


@needs_compiler
def test_a_target_that_only_compiles(tmp_path):
    from hipwright_server.targets import find

    if find("rocm:gfx90a").describe().ability != "compile":
        pytest.skip("needs hipcc and no AMD GPU")
    tree(tmp_path, {"good.cu": GOOD, "late.cu": GOOD.replace("+= by", "by")})
    (tmp_path / "late.cu").write_text(
        GOOD.replace("a[threadIdx.x] *= by;", "\n#ifdef __AMDGCN__\n#error not yet\n#endif\n")
    )
    done = hipwright(
        "verify", ".", "--on", "cpu:32,cpu:64,rocm:gfx90a", "--format", "json", cwd=tmp_path
    )
    good, late = json.loads(done.stdout)["programs"]
    assert [each["verdict"] for each in good["results"]] == ["reference", "agree", "compiles"]
    assert good["verdict"] == "agree"
    assert late["verdict"] == "failed"
    assert "not yet" in late["cause"]
    only = hipwright("verify", "good.cu", "--on", "rocm:gfx90a", cwd=tmp_path)
    assert only.returncode == 0
    assert "1 program: 1 compiles" in only.stdout


@needs_compiler
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_a_program_of_a_makefile_runs_in_its_folder_with_its_arguments(tmp_path):
    reads = GOOD.replace(
        "  float h[64];", '  if (!std::fopen("data.txt", "r")) return 4;\n  float h[64];'
    )
    tree(
        tmp_path,
        {
            "app/main.cu": reads,
            "app/data.txt": "",
            "app/Makefile": "app: main.cu\n\tnvcc main.cu -o app\nrun: app\n\t./app 5\n",
        },
    )
    done = hipwright("verify", ".", "--format", "json", cwd=tmp_path)
    (program,) = json.loads(done.stdout)["programs"]
    assert program["verdict"] == "agree", program["cause"]
    assert program["results"][0]["stdout"] == "h[1] = 5\n"
    assert not (tmp_path / "app" / "app").exists()
    listed = hipwright("verify", ".", "--list", cwd=tmp_path).stdout
    assert listed.splitlines() == ["app/main.cu (by Makefile)", "  arguments: 5"]


@needs_compiler
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_prints_what_is_known(tmp_path, sent):
    tree(tmp_path, {"a.cu": GOOD, "b.cu": SLOW, "c.cu": GOOD})
    command = [sys.executable, "-m", "hipwright", "verify", ".", "--jobs", "1"]
    hipwright("run", "a.cu", cwd=tmp_path)  # so that a.cu is quick
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        slow = wait_for_child(process.pid)
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    verdicts = {line.split()[0]: line.split()[1] for line in out.splitlines()[1:4]}
    assert verdicts == {"a.cu": "agree", "b.cu": "interrupted", "c.cu": "interrupted"}
    assert "Traceback" not in err
    assert not Path(f"/proc/{slow}").exists()


def wait_for_child(parent: int) -> int:
    """The process of b.cu, once it runs."""
    for _ in range(1200):
        listing = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True
        ).stdout
        for line in listing.splitlines():
            pid, _, arguments = line.strip().partition(" ")
            if arguments.strip() == "./b":
                return int(pid)
        time.sleep(0.05)
    raise AssertionError("b.cu was never run")


@needs_compiler
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_a_program_that_takes_too_long_names_its_arguments(tmp_path):
    makefile = "app: main.cu\n\tnvcc main.cu -o app\nrun: app\n\t./app 1000000 'a b'\n"
    tree(tmp_path, {"main.cu": SLOW, "Makefile": makefile})
    done = hipwright("verify", ".", "--timeout", "0.5", cwd=tmp_path)
    assert done.returncode == 1
    assert "did not end within 0.5 s" in done.stdout
    assert "its arguments were 1000000 'a b': --programs can give smaller ones" in done.stdout


@needs_compiler
def test_progress_is_for_a_terminal(tmp_path):
    tree(tmp_path, {"a.cu": GOOD})
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen(
        [sys.executable, "-m", "hipwright", "verify", "."],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env=environment,
    )
    out, _ = process.communicate(timeout=200)
    os.close(theirs)
    shown = os.read(ours, 100_000)
    os.close(ours)
    assert b"1/1" in shown or b"0/1" in shown
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["verify"], "no path given"),
        (["verify", "nothing"], "nothing: no such file or folder"),
        (["verify", "notes.txt"], "is no source"),
        (["verify", "empty"], "no program for a GPU"),
        (["verify", "."], "no program for a GPU"),
        (["verify", "a.cu", "--on", "mars"], "there is no target mars"),
        (["verify", "a.cu", "--on", ","], "names no target"),
        (["verify", "a.cu", "--programs", "no.toml"], "no.toml: No such file"),
        (["verify", "a.cu", "--programs", "bad.toml"], "there is no setting argument"),
        (["verify", "a.cu", "--jobs", "0"], "--jobs"),
        (["verify", "a.cu", "--flags", "'"], "--flags"),
        (["verify", "a.cu", "--write-baseline"], "needs --baseline"),
        (["verify", "a.cu", "--ulp", "-1"], "ulp"),
    ],
)
def test_misuse_is_one_line_and_exit_status_2(tmp_path, monkeypatch, arguments, words):
    tree(
        tmp_path,
        {
            "a.cu": "int part();\n",
            "notes.txt": "",
            "bad.toml": '[programs."a.cu"]\nargument = []\n',
            "empty/x.txt": "",
        },
    )
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, arguments)  # without the cost of a process
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
