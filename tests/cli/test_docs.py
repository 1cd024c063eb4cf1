"""What docs/cli.md and docs/configuration.md promise is what the program has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from hipwright.commands.check import check_command
from hipwright.commands.port import port_command
from hipwright.commands.report import report_command
from hipwright.settings import schema

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _long_options(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
        if name.startswith("--")
    }


def test_every_option_is_documented_and_every_documented_one_exists():
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    known = _long_options(check_command) | _long_options(port_command)
    known |= _long_options(report_command)
    known |= {"--keep-names", "--help", "--all"}
    written = set(re.findall(r"--[a-z][a-z-]+", text))
    assert written <= known
    # -o is documented by its short name.
    assert known - written <= {"--output"}


def test_every_setting_is_documented():
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))
    assert rows == set(schema()["properties"])


def test_the_json_example_is_what_comes_out(hipwright, tmp_path):
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    example = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])
    (tmp_path / "add.cu").write_text(
        "#include <hip/hip_runtime.h>" + "\n" * 6 + "  cudaMalloc(&a, 4);\n"
    )
    assert json.loads(hipwright("check", "add.cu", "--format", "json").stdout) == example


def test_the_text_example_is_what_comes_out(hipwright, tmp_path):
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    example = re.search(r"```text\n(.*?)```", text, re.DOTALL)[1]
    (tmp_path / "add.cu").write_text(
        "#include <hip/hip_runtime.h>" + "\n" * 6 + "  cudaMalloc(&a, 4);\n"
    )
    assert hipwright("check", "add.cu").stdout.decode().startswith(example)
