"""The line index: what ends a line, columns in each encoding, and edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipwright.source import LineIndex

TEXT = st.text(alphabet="ab\r\n\f\x0bé😀", max_size=30).map(str.encode)


@pytest.mark.parametrize(
    ("content", "starts"),
    [
        (b"", [0]),
        (b"a", [0]),
        (b"a\n", [0, 2]),
        (b"a\r\nb\rc\nd", [0, 3, 5, 7]),
        (b"form\ffeed\x0bno\xe2\x80\xa8end", [0]),
    ],
)
def test_line_ends(content: bytes, starts: list[int]) -> None:
    assert LineIndex(content).starts == starts


def test_columns_count_units_of_the_encoding() -> None:
    lines = LineIndex("x\né😀z".encode())
    offset = len("x\né😀".encode())
    assert lines.position(offset, "utf-8") == (1, 6)
    assert lines.position(offset, "utf-16") == (1, 3)
    assert lines.position(offset, "utf-32") == (1, 2)


def test_bytes_that_are_not_utf8_count_one_each() -> None:
    lines = LineIndex(b"\xff\xfez")
    assert lines.position(2, "utf-16") == (0, 2)
    assert lines.offset(0, 2, "utf-16") == 2


def test_positions_past_the_end_mean_the_end() -> None:
    lines = LineIndex(b"ab\ncd")
    assert lines.offset(0, 99) == 2
    assert lines.offset(9, 0) == 5
    assert lines.offset(-1, 0) == 0


@given(TEXT, st.data())
def test_there_and_back(content: bytes, data: st.DataObject) -> None:
    lines = LineIndex(content)
    offset = data.draw(st.integers(0, len(content)))
    line, column = lines.position(offset, "utf-8")
    # Between \r and \n there is no place of its own: it belongs to the end of the line.
    if content[offset - 1 : offset + 1] != b"\r\n":
        assert lines.offset(line, column, "utf-8") == offset


@given(TEXT, TEXT, st.data())
def test_an_edited_index_is_that_of_the_new_text(
    content: bytes, text: bytes, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    after = content[:start] + text + content[end:]
    edited = LineIndex(content).edited(after, start, end, len(text))
    assert edited.starts == LineIndex(after).starts
