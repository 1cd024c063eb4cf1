"""Comments that silence findings, and those that silence none."""

from __future__ import annotations

import pytest

from hipwright.analysis import check
from hipwright.port import port
from hipwright.settings import Settings
from hipwright.source import Source


def codes(text: str, settings: Settings | None = None) -> list[str]:
    return [finding.code for finding in check(Source(text.encode(), "a.cpp"), settings)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("void f() { cudaFree(p); }  // hipwright: ignore[API001] not ours", []),
        ("void f() { cudaFree(p); }  /* hipwright:ignore [ API001 ] */", []),
        ("void f() { cudaFree(p); }  // hipwright: ignore[API]", []),
        ("void f() { cudaFree(p); }  // hipwright: ignore[WARP, API001] two", ["IGNORE001"]),
        ("void f() { cudaFree(p); }  // hipwright: ignore[API002]", ["API001", "IGNORE001"]),
        ("void f() { cudaFree(p); }  // hipwright: ignore[]", ["API001", "IGNORE001"]),
        ("// hipwright: ignore[API001]\nvoid f() { cudaFree(p); }\n", []),
        ("// hipwright: ignore[API001]\n\nvoid f() { cudaFree(p); }\n", ["IGNORE001", "API001"]),
        ("/* hipwright: ignore[API001]\n*/\nvoid f() { cudaFree(p); }\n", []),
        (
            "int a; // hipwright: ignore[API001]\nvoid f() { cudaFree(p); }\n",
            ["IGNORE001", "API001"],
        ),
        ('void f() { cudaFree("hipwright: ignore[API001]"); }', ["API001"]),
        ("void f() { cudaFree(p); } // hipwright ignore[API001]", ["API001"]),
    ],
)
def test_suppression(text: str, left: list[str]) -> None:
    assert codes(text) == left


def test_what_was_not_looked_for_is_not_called_unused() -> None:
    text = "void f() { cudaFree(p); }  // hipwright: ignore[API001]"
    assert codes(text, Settings(select=("WARP", "IGNORE"))) == []
    assert codes(text, Settings(ignore=("API001",))) == []


def test_a_silenced_finding_is_not_fixed() -> None:
    text = b"void f() { cudaFree(p); }  // hipwright: ignore[API001] a stub of ours\n"
    assert port(text, "a.cpp").text == text
