"""Edits of the text that a Python literal stands for, written in the literal."""

from __future__ import annotations

import ast

from hypothesis import given, settings
from hypothesis import strategies as st

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.source.literals import InnerText
from hipwright.source.texts import Text

# What a literal may hold between its quotes, by pieces that are whole in every kind of literal.
PIECES = [
    *("a", "x", "1", "7", " ", "cudaFree", "\\n", "\\\\", "\\x41", "\\1", "\\12", "\\123", "\\q"),
    *("\\\n", "\\'", '\\"', "\\0", "%", "{{", "}}", "\\r", "\\u00e9", "\\N{DASH}"),
]
LONG_PIECES = [*PIECES, "\n", "\r\n"]
NEW = st.text(alphabet="ab17\\'\"\n{}% n", max_size=4)


@st.composite
def literals(draw: st.DrawFn) -> tuple[str, bool]:
    """The spelling of one literal, and whether it holds bytes."""
    prefix = draw(st.sampled_from(["", "r", "b", "rb", "R", "f", "rf", "u"]))
    quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
    pieces = draw(st.lists(st.sampled_from(LONG_PIECES if len(quote) == 3 else PIECES), max_size=6))
    body = "".join(pieces)
    if "f" in prefix:  # in older Pythons' f-strings, \N{…} is a field
        body = body.replace("\\N{DASH}", "")
    return f"{prefix}{quote}{body}{quote}", "b" in prefix.lower()


def evaluated(spelling: bytes) -> bytes | None:
    """What a literal stands for, as UTF-8; None where it is none."""
    try:
        value = eval(spelling.decode(), {})  # f-strings without fields
    except (SyntaxError, ValueError):
        return None
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def inner_of(content: bytes, template: str = "") -> InnerText | None:
    code = Text(content, "python").python
    strings = code.nodes("(string) @found")
    if code.tree.root_node.has_error or not strings:
        return None
    inner = InnerText(content)
    for string in strings:
        inner.add_literal(string, template)  # type: ignore[arg-type]
    return inner


@given(st.lists(literals(), min_size=1, max_size=3), st.data())
@settings(max_examples=400, deadline=None)
def test_an_edit_means_in_the_literal_what_it_means_in_the_text(
    parts: list[tuple[str, bool]], data: st.DataObject
) -> None:
    content = "\n ".join(spelling for spelling, _ in parts)
    content = f"({content})"
    value = evaluated(content.encode())
    inner = inner_of(content.encode())
    if value is None or inner is None:
        return
    assert inner.content == value
    start = data.draw(st.integers(0, len(value)))
    end = data.draw(st.integers(start, min(len(value), start + 6)))
    text = data.draw(NEW).encode()
    edit = inner.outer_edit(Edit(start, end, text))
    if edit is None:
        return
    edited = content.encode()[: edit.start] + edit.text + content.encode()[edit.end :]
    assert evaluated(edited) == value[:start] + text + value[end:]


@given(literals(), st.sampled_from(["format", "percent"]), st.data())
@settings(max_examples=300, deadline=None)
def test_templates(part: tuple[str, bool], template: str, data: st.DataObject) -> None:
    spelling, is_bytes = part
    if is_bytes or "f" in spelling[:2].lower() or (template == "percent" and "%" in spelling):
        return
    call = ".format()" if template == "format" else " % ()"
    try:
        value = eval(f"{spelling}{call}", {}).encode()
    except (SyntaxError, ValueError, IndexError, KeyError, TypeError):
        return
    inner = inner_of(spelling.encode(), template)
    if inner is None:
        return
    assert inner.content == value
    start = data.draw(st.integers(0, len(value)))
    end = data.draw(st.integers(start, min(len(value), start + 6)))
    text = data.draw(NEW).encode()
    edit = inner.outer_edit(Edit(start, end, text))
    if edit is None:
        return
    edited = spelling.encode()[: edit.start] + edit.text + spelling.encode()[edit.end :]
    assert eval(f"{edited.decode()}{call}", {}).encode() == value[:start] + text + value[end:]


def test_what_is_put_in_later_is_never_touched() -> None:
    inner = inner_of(b'f"cuda{kind}Free(p)"')
    assert inner is not None
    assert inner.content == b"cudaplaceholder_1Free(p)"
    assert inner.outer_edit(Edit(0, 21, b"hipFree")) is None
    assert inner.outer_edit(Edit(0, 4, b"hip")) == Edit(2, 6, b"hip")
    found = Finding("API001", Severity.ERROR, "", 0, 21, (Fix("", (Edit(0, 21, b"x"),)),))
    outer = inner.outer_finding(found)
    assert outer is not None
    assert (outer.start, outer.end, outer.fixes) == (2, 16, ())


def test_an_edit_does_not_reach_over_two_literals() -> None:
    inner = inner_of(b'"cuda"\n  "Free"')
    assert inner is not None
    assert inner.content == b"cudaFree"
    assert inner.outer_edit(Edit(0, 8, b"hipFree")) is None


def test_bytes_stay_ascii() -> None:
    content = b"b'ab'"
    inner = inner_of(content)
    assert inner is not None
    edit = inner.outer_edit(Edit(1, 1, "é".encode()))
    assert edit is not None
    assert ast.literal_eval((content[: edit.start] + edit.text + content[edit.end :]).decode()) == (
        b"a" + "é".encode() + b"b"
    )
