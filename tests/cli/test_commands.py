"""The group itself: plugged-in commands, the rule command, the language server's command."""

from __future__ import annotations

import importlib.metadata
import json
import sys

import click
import pytest
from click.testing import CliRunner

from hipwright.cli import main


@click.command()
@click.argument("name")
def hello(name: str) -> int:
    """Say hello."""
    click.echo(f"hello {name}")
    return 1


class _Entry:
    def __init__(self, name: str, loads: object) -> None:
        self.name = name
        self.value = f"somewhere:{name}"
        self._loads = loads

    def load(self) -> object:
        if isinstance(self._loads, Exception):
            raise self._loads
        return self._loads


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """One command that works, and three that do not."""
    entries = [
        _Entry("hello", hello),
        _Entry("broken", RuntimeError("cannot start\nat all")),
        _Entry("lacking", ModuleNotFoundError("No module named 'torch.cuda'", name="torch.cuda")),
        _Entry("odd", object()),
        _Entry("check", RuntimeError("takes no built-in command's place")),
    ]
    monkeypatch.setattr(
        importlib.metadata, "entry_points", lambda group: entries if "hipwright" in group else []
    )


@pytest.mark.usefixtures("plugins")
def test_a_plugged_in_command():
    result = CliRunner().invoke(main, ["hello", "there"])
    assert result.output == "hello there\n"
    assert result.exit_code == 1


@pytest.mark.usefixtures("plugins")
def test_the_list_of_commands_names_what_is_not_available():
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "hello Say hello." in text
    assert "broken (not available: RuntimeError: cannot start)" in text
    assert "lacking (not available: the Python module torch.cuda is not installed)" in text
    assert "odd (not available: TypeError: somewhere:odd is not a click command)" in text
    assert "check Say what must change" in text


@pytest.mark.usefixtures("plugins")
@pytest.mark.parametrize("arguments", [["broken"], ["broken", "--some", "option"]])
def test_a_broken_command_says_so(arguments):
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert result.output == (
        "hipwright: error: the command broken is not available: RuntimeError: cannot start\n"
    )


@pytest.mark.usefixtures("plugins")
def test_a_broken_command_does_not_break_the_others(source):
    result = CliRunner().invoke(main, ["check", str(source), "--format", "concise"])
    assert result.exit_code == 1
    assert "API001" in result.output


def test_rule(hipwright):
    text = hipwright("rule", "API001").stdout.decode()
    assert text.startswith("API001 ")
    assert "Source: " in text
    assert "before:" in text


def test_rules_of_a_family(hipwright):
    text = hipwright("rule", "header").stdout.decode()
    assert text.startswith("HEADER001 ")


def test_all_rules_as_text_and_json(hipwright):
    lines = hipwright("rule", "--all").stdout.decode().splitlines()
    document = json.loads(hipwright("rule", "--all", "--format", "json").stdout)
    assert document["version"] == 1
    assert [line.split()[0] for line in lines] == [rule["code"] for rule in document["rules"]]
    for rule in document["rules"]:
        assert rule["title"]
        assert rule["fact"]
        assert rule["source"]
        assert rule["severity"] in ("error", "warning", "info", "hint")


def test_lsp_without_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygls", None)
    result = CliRunner().invoke(main, ["lsp"])
    assert result.exit_code == 2
    assert result.output == (
        "hipwright: error: the language server needs the lsp extra: pip install 'hipwright[lsp]'\n"
    )
