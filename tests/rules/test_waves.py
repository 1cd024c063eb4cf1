"""The replay of known wave64 bugs, on a history of its own."""

import subprocess
from pathlib import Path

import pytest
from tools.waves.__main__ import TABLES, Place, _bugs, _lookalikes, main, replay

from hipwright.rules.registry import all_rules
from hipwright.rules.warp._guards import directives, unseen_on_amd

KERNEL = """#include <hip/hip_runtime.h>
__device__ int votes(int x) {
  unsigned lower = __ballot(x);
  unsigned long long all = __ballot(x);
  return lower != 0 && all != 0;
}
"""


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "owner+name" / "repo"
    folder.mkdir(parents=True)
    (folder / "votes.hip").write_text(KERNEL)
    git = ("git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.org")
    for arguments in (("init", "-q"), ("add", "."), ("commit", "-q", "-m", "votes")):
        subprocess.run((*git, *arguments), check=True)
    return tmp_path


def place(line: int, rules: str = "", file: str = "votes.hip") -> Place:
    return Place("owner/name", "HEAD", file, line, line, "why", frozenset(rules.split()))


def test_flagged_and_quiet(mirror: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(mirror, [place(3, "WARP002")], [place(4)]) == 0
    assert "1 of 1 bugs in 1 repositories flagged (1 as a warning" in capsys.readouterr().out


def test_missed(mirror: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(mirror, [place(3, "WARP005"), place(6, "WARP002")], []) == 1
    out = capsys.readouterr().out
    assert out.count("missed: owner/name HEAD votes.hip:") == 2
    assert "0 of 2 bugs" in out


def test_false_alarm(mirror: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(mirror, [], [place(3)]) == 1
    assert "false alarm: owner/name HEAD votes.hip:3: WARP002" in capsys.readouterr().out


def test_misuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main([str(tmp_path)]) == 2
    assert "waves: no git repository of" in capsys.readouterr().err


def test_tables() -> None:
    bugs = list(_bugs(TABLES / "bugs.csv"))
    lookalikes = list(_lookalikes(TABLES / "lookalikes.csv"))
    assert len(bugs) >= 30
    assert len({bug.repository for bug in bugs}) >= 8
    assert len(lookalikes) >= 60
    codes = {rule.code for rule in all_rules()}
    for bug in bugs:
        assert bug.rules, bug
        assert bug.rules <= codes, bug
    for each in (*bugs, *lookalikes):
        assert len(each.commit) == 40, each
        assert each.what, each


def test_branch_for_cuda_beside_one_for_hip() -> None:
    text = (
        b"#ifdef A_USE_CUDA\n1\n#ifdef B\n2\n#endif\n"
        b"#elif defined(A_USE_HIP)\n3\n#else\n4\n#endif\n"
    )
    unseen = b"".join(text[start:end] for start, end in unseen_on_amd(directives(text)))
    assert [number for number in b"1234" if number in unseen] == list(b"124")


def test_branch_for_cuda_alone() -> None:
    assert unseen_on_amd(directives(b"#ifdef A_USE_CUDA\n1\n#else\n2\n#endif\n")) == []
