"""Texts that are not CUDA: their languages, their findings, and what an edit does to these."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as with_settings
from hypothesis import strategies as st

from hipwright.port import port
from hipwright.settings import Settings
from hipwright.source.languages import language_of
from hipwright.source.texts import Text
from hipwright.texts import TextAnalysis, check_text, text_of


@pytest.mark.parametrize(
    ("name", "content", "language"),
    [
        ("a.cu", b"", "cuda"),
        ("src/A.HPP", b"", "cuda"),
        ("setup.py", b"", "python"),
        ("Makefile", b"", "make"),
        ("makefile.inc", b"", "make"),
        ("rules.mk", b"", "make"),
        ("x/CMakeLists.txt", b"", "cmake"),
        ("FindX.cmake", b"", "cmake"),
        ("Dockerfile.dev", b"", "dockerfile"),
        ("docker/gpu.Dockerfile", b"", "dockerfile"),
        ("requirements-gpu.txt", b"", "requirements"),
        ("requirements/base.txt", b"", "requirements"),
        ("notes.txt", b"", None),
        ("run", b"#!/usr/bin/env bash\nnvcc", "shell"),
        ("run", b"#!/usr/bin/python3\r\n", "python"),
        ("run", b"cudaFree", None),
        ("a.ipynb", b"", "notebook"),
    ],
)
def test_languages(name: str, content: bytes, language: str | None) -> None:
    assert language_of(name, content) == language


def codes(text: str) -> list[str]:
    settings = Settings(ignore=("PY002",))
    return [finding.code for finding in check_text(text_of(text.encode(), "python"), settings)]


def test_comments_silence() -> None:
    assert codes("import pycuda\n") == ["PY001"]
    assert codes("import pycuda  # hipwright: ignore[PY001] only on our lab machine\n") == []
    assert codes("# hipwright: ignore[PY]\nimport pycuda\n") == []
    assert codes("import pycuda, '# hipwright: ignore[PY]'\n") == ["PY001"]
    assert codes("import numpy  # hipwright: ignore[PY001]\n") == ["IGNORE001"]


def test_a_cell_with_magics_is_read() -> None:
    cell = b"!pip install pycuda\n%matplotlib inline\nx = !ls\nimport pycuda.driver as drv\n"
    findings = check_text(Text(cell, "python", in_notebook=True))
    (finding,) = (found for found in findings if found.code == "PY001")
    assert cell[finding.start : finding.end] == b"pycuda.driver"


def test_python_that_does_not_parse_is_still_read() -> None:
    assert codes("print 'old'\nimport pycuda\ndef f(:\n") == ["PY001"]


def test_a_port_leaves_other_languages_as_they_are() -> None:
    content = b"\xef\xbb\xbfimport pycuda\r\nx = 'cudaFree'\x0c\r\n"
    assert port(content, "a.py", language="python").text == content


PIECES = st.sampled_from(["import pycuda\n", "x = 1\n", "# hipwright: ignore[PY001]\n", "'", "é"])


@given(st.lists(PIECES, max_size=6), st.data())
@with_settings(max_examples=80, deadline=None)
def test_an_edit_settles_to_what_a_fresh_look_finds(pieces: list[str], data: st.DataObject) -> None:
    content = "".join(pieces).encode()
    analysis = TextAnalysis(Text(content, "python"))
    for _ in range(3):
        content = analysis.text.content
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, len(content)))
        before = analysis.findings
        changed = analysis.edit(start, end, data.draw(PIECES).encode(), settle=False)
        assert changed or analysis.findings == before
        analysis.settle()
        assert analysis.findings == check_text(analysis.text)
        assert not analysis.settle()


def test_python_that_does_not_parse_is_said_once() -> None:
    text = "import cupy\nx = 1\ndef f(:\n    pass\n"
    (finding,) = check_text(text_of(text.encode(), "python"))
    assert finding.code == "PY002"
    assert text.encode()[finding.start : finding.end] == b"def f(:"
    assert codes("import cupy\nmatch x:\n    case 1: pass\n") == []
