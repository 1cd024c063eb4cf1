"""`hipwright check`, its report formats and its exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import jsonschema
import pytest


def test_text_shows_the_line_and_the_fix(hipwright, source):
    result = hipwright("check", "add.cu")
    assert result.returncode == 1
    assert result.stderr == b""
    text = result.stdout.decode()
    assert (
        "error[API001]: `cudaMalloc` is `hipMalloc` in HIP\n"
        " --> add.cu:7:3\n"
        "  |\n"
        "7 |   cudaMalloc(&a, 4);\n"
        "  |   ^^^^^^^^^^\n"
        "  = fix: Replace by hipMalloc\n"
    ) in text
    assert "4 findings in 1 file: 4 errors.\n`hipwright port` fixes 4 of them.\n" in text


def test_clean_code_is_status_0(hipwright, tmp_path):
    (tmp_path / "a.cu").write_bytes(b"int main() { return 0; }\n")
    result = hipwright("check", "a.cu")
    assert result.returncode == 0
    assert result.stdout == b"Nothing found in 1 file.\n"


def test_exit_zero(hipwright, source):
    assert hipwright("check", "add.cu", "--exit-zero").returncode == 0


def test_standard_input(hipwright, vector_add):
    result = hipwright("check", "-", "--format", "concise", stdin=vector_add)
    assert result.returncode == 1
    assert result.stdout.decode().startswith("<stdin>:1:")


def test_what_needs_a_decision_is_counted_by_rule(hipwright, tmp_path, unportable):
    (tmp_path / "a.cu").write_bytes(unportable)
    text = hipwright("check", "a.cu").stdout.decode()
    assert "1 needs your decision:\n  API002  1  " in text


def test_concise(hipwright, source):
    lines = hipwright("check", "add.cu", "--format", "concise").stdout.decode().splitlines()
    assert lines[1] == "add.cu:7:3: error[API001]: `cudaMalloc` is `hipMalloc` in HIP [fixable]"


def test_json(hipwright, source):
    result = hipwright("check", "add.cu", "--format", "json")
    document = json.loads(result.stdout)
    assert document["version"] == 1
    assert len(document["findings"]) == 4
    finding = document["findings"][1]
    assert finding == {
        "file": "add.cu",
        "code": "API001",
        "severity": "error",
        "message": "`cudaMalloc` is `hipMalloc` in HIP",
        "cell": None,
        "start": {"line": 7, "column": 3},
        "end": {"line": 7, "column": 13},
        "name": "cudaMalloc",
        "deprecated": False,
        "fixes": [
            {
                "title": "Replace by hipMalloc",
                "safe": True,
                "edits": [
                    {
                        "start": {"line": 7, "column": 3},
                        "end": {"line": 7, "column": 13},
                        "text": "hipMalloc",
                    }
                ],
            }
        ],
        "related": [],
    }


def test_the_edits_of_the_json_report_make_the_port(hipwright, tmp_path):
    text = (
        "\ufeff// \U0001f600 é\r\n#include <hip/hip_runtime.h>\r\n"
        "void f() { /* \U0001f600 */ cudaFree(0); cudaFree(1); }\r\n"
    )
    (tmp_path / "a.cu").write_bytes(text.encode())
    document = json.loads(hipwright("check", "a.cu", "--format", "json").stdout)
    lines = text.removeprefix("\ufeff").split("\r\n")
    for finding in reversed(document["findings"]):
        for edit in finding["fixes"][0]["edits"]:
            row = edit["start"]["line"] - 1
            start, end = edit["start"]["column"] - 1, edit["end"]["column"] - 1
            lines[row] = lines[row][:start] + edit["text"] + lines[row][end:]
    ported = hipwright("port", "a.cu").stdout.decode()
    assert "\ufeff" + "\r\n".join(lines) == ported


def test_json_of_nothing(hipwright, tmp_path):
    (tmp_path / "a.cu").write_bytes(b"int x;\n")
    document = json.loads(hipwright("check", "a.cu", "--format", "json").stdout)
    assert document["findings"] == []


# What the published schema of SARIF 2.1.0 asks of the parts that we write: required properties,
# no others, and the values that are allowed.
_REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "additionalProperties": False,
    "properties": {
        key: {"type": "integer", "minimum": 1}
        for key in ("startLine", "startColumn", "endLine", "endColumn")
    },
}
_MESSAGE = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string", "minLength": 1}},
}
_ARTIFACT = {
    "type": "object",
    "required": ["uri"],
    "additionalProperties": False,
    "properties": {"uri": {"type": "string", "pattern": r"^[A-Za-z0-9._~:/%+-]+$"}},
}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_FIX = {
    "type": "object",
    "required": ["artifactChanges"],
    "additionalProperties": False,
    "properties": {
        "description": _MESSAGE,
        "artifactChanges": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["artifactLocation", "replacements"],
                "additionalProperties": False,
                "properties": {
                    "artifactLocation": _ARTIFACT,
                    "replacements": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["deletedRegion"],
                            "additionalProperties": False,
                            "properties": {
                                "deletedRegion": _REGION,
                                "insertedContent": {
                                    "type": "object",
                                    "additionalProperties": False,
                                    "properties": {"text": {"type": "string"}},
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}


def _check_sarif(document: dict) -> dict:
    published = os.environ.get("HIPWRIGHT_SARIF_SCHEMA")
    if published:  # a copy of the published schema, for whoever has one at hand
        with open(published, encoding="utf-8") as file:  # noqa: PTH123
            schema = json.load(file)
        jsonschema.validators.validator_for(schema)(schema).validate(document)
    assert document["$schema"].endswith("sarif-schema-2.1.0.json")
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert driver["name"] == "hipwright"
    known = {rule["id"] for rule in driver["rules"]}
    assert len(known) == len(driver["rules"])
    for rule in driver["rules"]:
        assert rule["defaultConfiguration"]["level"] in _LEVEL["enum"]
        for key in ("shortDescription", "fullDescription", "help"):
            jsonschema.validate(rule[key], _MESSAGE)
    for result in run["results"]:
        assert result["ruleId"] in known
        jsonschema.validate(result["level"], _LEVEL)
        jsonschema.validate(result["message"], _MESSAGE)
        for fix in result.get("fixes", ()):
            jsonschema.validate(fix, _FIX)
        for location in result["locations"] + result.get("relatedLocations", []):
            place = location["physicalLocation"]
            jsonschema.validate(place["region"], _REGION)
            jsonschema.validate(place["artifactLocation"], _ARTIFACT)
    return run


def test_sarif(hipwright, tmp_path, vector_add, unportable):
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a folder" / "é.cu").write_bytes(vector_add)
    (tmp_path / "b.cu").write_bytes(unportable)
    result = hipwright("check", ".", "--format", "sarif")
    assert result.returncode == 1
    run = _check_sarif(json.loads(result.stdout))
    assert len(run["results"]) == 7
    uris = {
        one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]
    }
    assert uris == {"a%20folder/%C3%A9.cu", "b.cu"}
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_sarif_says_what_could_not_be_read(hipwright, source):
    result = hipwright("check", "add.cu", "none.cu", "--format", "sarif")
    assert result.returncode == 2
    (invocation,) = _check_sarif(json.loads(result.stdout))["invocations"]
    assert invocation["executionSuccessful"] is False
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == "there is no such file"


def test_sarif_of_nothing(hipwright, tmp_path):
    (tmp_path / "a.cu").write_bytes(b"int x;\n")
    run = _check_sarif(json.loads(hipwright("check", "a.cu", "--format", "sarif").stdout))
    assert run["results"] == []


def test_versions(hipwright, tmp_path):
    (tmp_path / "a.cu").write_bytes(
        b"#include <hip/hip_runtime.h>\nvoid f() { cudaThreadSynchronize(); }\n"
    )
    before = hipwright("check", "a.cu", "--format", "concise").stdout
    after = hipwright("check", "a.cu", "--format", "concise", "--cuda-version", "12.4").stdout
    assert b"API003" not in before
    assert b"API003" in after


def test_github(hipwright, source):
    lines = hipwright("check", "add.cu", "--format", "github").stdout.decode().splitlines()
    assert lines[1] == (
        "::error file=add.cu,line=7,endLine=7,col=3,endColumn=13,"
        "title=hipwright API001::`cudaMalloc` is `hipMalloc` in HIP"
    )
    assert len(lines) == 4


def test_github_escapes(tmp_path):
    from hipwright.finding import Severity
    from hipwright.report.base import make_report
    from hipwright.report.located import FileResult, LocatedFinding, Position

    finding = LocatedFinding(
        "a,b:c.cu", "X001", Severity.HINT, "100%\nsure", Position(1, 2), Position(2, 1), (), (), ""
    )
    written: list[str] = []
    report = make_report("github", written.append)
    report.add(FileResult("a,b:c.cu", [finding]))
    report.end()
    assert "".join(written) == (
        "::notice file=a%2Cb%3Ac.cu,line=1,endLine=2,title=hipwright X001::100%25%0Asure\n"
    )


def test_an_excerpt_cannot_steer_the_terminal(hipwright, tmp_path):
    (tmp_path / "a.cu").write_bytes(b"void f() { cudaFree(0); /* \x1b[31m \x07 */ }\n")
    text = hipwright("check", "a.cu").stdout
    assert b"\x1b" not in text
    assert b"\x07" not in text


@pytest.mark.parametrize("before", ["\t", "/* \u6f22\u5b57 */ ", "x = 1; " * 500])
def test_the_caret_stands_below_the_name(tmp_path, hipwright, before):
    (tmp_path / "a.cu").write_text(f"void f() {{ {before}cudaFree(0); }}\n", encoding="utf-8")
    lines = hipwright("check", "a.cu").stdout.decode().splitlines()
    shown, marks = lines[3].split("| ", 1)[1], lines[4].split("| ", 1)[1]
    assert set(marks) == {" ", "^"}
    cells = ""  # each wide character takes two
    for character in shown:
        cells += character + ("\0" if ord(character) > 0x2E80 else "")
    start = marks.index("^")
    assert cells[start : start + marks.count("^")] == "cudaFree"
    assert len(shown) < 200


def test_colour_is_for_terminals_and_for_who_asks(hipwright, source):
    assert b"\x1b[" not in hipwright("check", "add.cu").stdout
    forced = {"FORCE_COLOR": "1"}
    assert b"\x1b[" in hipwright("check", "add.cu", environment=forced).stdout
    refused = {"FORCE_COLOR": "1", "NO_COLOR": "1"}
    assert b"\x1b[" not in hipwright("check", "add.cu", environment=refused).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("no_colour", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colour_unless_it_says_no(source, no_colour, coloured):
    import pty

    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": no_colour}
    environment.pop("FORCE_COLOR", None)
    subprocess.run(
        [sys.executable, "-m", "hipwright", "check", "add.cu", "--format", "concise"],
        stdout=slave,
        stderr=slave,
        cwd=source.parent,
        env=environment,
        check=False,
    )
    os.close(slave)
    text = os.read(master, 65536)
    os.close(master)
    assert b"API001" in text
    assert (b"\x1b[" in text) is coloured


def test_standard_input_is_the_file_that_is_named(hipwright, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "hipwright.toml").write_text('ignore = ["BUILD007"]\n')
    text = b"all:\n\tnvcc -o a a.cu -lcublas\n"
    arguments = ("check", "-", "--format", "concise", "--stdin-filename")
    result = hipwright(*arguments, "Makefile", stdin=text)
    assert result.stdout.startswith(b"Makefile:2:2: error[BUILD001]")
    assert b"BUILD007" in result.stdout
    assert b"BUILD007" not in hipwright(*arguments, "sub/Makefile", stdin=text).stdout


def test_a_name_for_standard_input_needs_it(hipwright, source):
    result = hipwright("check", "add.cu", "--stdin-filename", "a.cu")
    assert result.returncode == 2
    assert b"--stdin-filename goes with -" in result.stderr
