"""How often an original is run again when its port differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from hipwright_server.compare.programs import Contender, compare_runs
from hipwright_server.program import Program, load_program
from hipwright_server.run import Run, RunStatus
from hipwright_server.targets import RunOptions, Target


@dataclass
class Saying:
    """A target on which each run prints the next of some texts."""

    texts: list[bytes]
    seconds: float = 0.1
    runs: int = field(default=0)
    name: str = "cpu:32"

    def run(self, *_: object) -> Run:
        text = self.texts[min(self.runs, len(self.texts) - 1)]
        self.runs += 1
        run = Run(self.name, "cuda", 32, RunStatus.OK)
        run.stdout, run.exit_status, run.run_seconds = text, 0, self.seconds
        return run


@pytest.fixture
def program(tmp_path: Path) -> Program:
    source = tmp_path / "a.cu"
    source.write_text("int main() {}\n")
    return load_program([source])


@pytest.mark.parametrize(
    ("texts", "seconds", "ported", "verdict", "runs"),
    [
        pytest.param([b"1.5\n"], 0.1, b"1.5\n", "agree", 1, id="agreement"),
        pytest.param([b"1.5\n", b"1.6\n"], 0.1, b"1.7\n", "agree", 2, id="another time"),
        pytest.param([b"1.5\n", b"1.5\n", b"1.6\n"], 0.1, b"1.7\n", "agree", 3, id="by chance"),
        pytest.param([b"1.5\n"], 0.1, b"1.7\n", "differ", 4, id="a difference"),
        pytest.param([b"1.5\n"], 9.0, b"1.7\n", "differ", 2, id="a long program"),
        pytest.param([b"1.5\n"], 31.0, b"1.7\n", "differ", 1, id="a very long program"),
    ],
)
def test_an_original_is_run_again_as_often_as_it_takes(
    program: Program, texts: list[bytes], seconds: float, ported: bytes, verdict: str, runs: int
) -> None:
    original, port = Saying(texts, seconds), Saying([ported], name="cpu:64")
    contenders = [
        Contender("original", program, cast(Target, original)),
        Contender("port", program, cast(Target, port)),
    ]
    ended = [each.target.run(program) for each in contenders]
    assert compare_runs(contenders, ended, None, RunOptions()).verdict == verdict
    assert (original.runs, port.runs) == (runs, 1)
