"""What a person does in VS Code, in a real browser."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hipwright.analysis import check
from hipwright.port import port
from hipwright.source import Source

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SAMPLE = Path(__file__).parents[3] / "samples" / "reduction.cu"


def test_a_file(play: Callable[..., dict[str, Any]], code_server: Any) -> None:
    content = SAMPLE.read_bytes()
    file = code_server.workspace / SAMPLE.name
    file.write_bytes(content)
    source = Source(content, SAMPLE.name)
    findings = check(source)
    ported = port(content, SAMPLE.name)
    warp = next(item for item in findings if item.code.startswith("WARP") and item.safe_fix)
    line, column = source.lines.position(warp.start)

    report = play(
        "file",
        file=SAMPLE.name,
        findings=len(findings),
        remaining=len(ported.remaining),
        line=line + 1,
        column=column + 2,
    )

    assert report["before"].encode() == content
    assert warp.safe_fix is not None
    assert warp.safe_fix.title in report["titles"][0]
    assert any(f"Ignore {warp.code} on this line" in title for title in report["titles"])
    assert report["fixed"] != report["before"]
    assert warp.code in report["hover"]
    command_line = subprocess.run(
        [sys.executable, "-m", "hipwright", "port", str(SAMPLE)], capture_output=True
    )
    assert file.read_bytes() == command_line.stdout == ported.text


PROGRAM = """\
#include <cuda_runtime.h>

int main() {
    float *data;
    cudaMalloc(&data, 1024);
    cudaFree(data);
}
"""


def test_a_notebook(play: Callable[..., dict[str, Any]], code_server: Any) -> None:
    cells = ["import numpy as np  # cudaFree", "%%cuda --name cudaFree.cu\n" + PROGRAM]
    notebook = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "id": f"cell{number}",
                "metadata": {},
                "outputs": [],
                "source": cell.splitlines(keepends=True),
            }
            for number, cell in enumerate(cells)
        ],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    file = code_server.workspace / "story.ipynb"
    file.write_text(json.dumps(notebook, indent=1))

    report = play("notebook", file=file.name, findings=3, remaining=0)

    assert "hipFree" in report["titles"][0]
    saved = ["".join(cell["source"]) for cell in json.loads(file.read_text())["cells"]]
    ported = port(PROGRAM.encode(), "cell").text.decode()
    assert saved == [cells[0], "%%hip --name cudaFree.cu\n" + ported]


def test_fixes_on_save_and_the_page_of_a_rule(
    play: Callable[..., dict[str, Any]], code_server: Any
) -> None:
    file = code_server.workspace / SAMPLE.name
    content = SAMPLE.read_bytes()
    file.write_bytes(content)
    (code_server.workspace / ".vscode").mkdir()
    (code_server.workspace / ".vscode" / "settings.json").write_text(
        json.dumps({"editor.codeActionsOnSave": {"source.fixAll.hipwright": "explicit"}})
    )
    ported = port(content + b"// the end", SAMPLE.name)
    left = ported.remaining[0]
    line, column = Source(ported.text).lines.position(left.start)

    report = play(
        "save",
        file=file.name,
        findings=len(check(Source(content))),
        remaining=len(ported.remaining),
        line=line + 1,
        column=column + 1,
    )

    assert file.read_bytes() == ported.text
    assert report["heading"].startswith(f"{left.code}: ")


def test_without_the_python_package(
    play: Callable[..., dict[str, Any]], code_server: Any, tmp_path: Path
) -> None:
    (code_server.workspace / SAMPLE.name).write_bytes(SAMPLE.read_bytes())
    # An interpreter that has no hipwright, and nothing of it on the path.
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    for name in ("python3", "hipwright"):
        python.with_name(name).symlink_to(python)
    code_server.use(
        path=str(python.parent), settings={"python.defaultInterpreterPath": str(python)}
    )

    report = play("missing", file=SAMPLE.name)

    assert f"hipwright: the language server is not installed in {python}." in report["text"]
    assert "Install" in report["text"]
    assert "Install hipwright" in report["entries"][0]
