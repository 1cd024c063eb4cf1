"""Tokens: comments, literals, directives and macro bodies are told apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hipwright_server.cpu.tokens import tokenize


def texts(source: str) -> list[str]:
    return [token.text.decode() for token in tokenize(source.encode()).code]


def test_comments_are_no_tokens() -> None:
    assert texts("a /* k<<<1,2>>>(); */ b // c\nd") == ["a", "b", "d"]


def test_line_comment_goes_on_after_a_backslash() -> None:
    assert texts("// a \\\n b\nc") == ["c"]


def test_strings_and_characters_are_single_tokens() -> None:
    assert texts(r'''f("a\"<<<", 'b', L"w", u8'x', '\'')''') == [
        "f", "(", r'"a\"<<<"', ",", "'b'", ",", 'L"w"', ",", "u8'x'", ",", r"'\''", ")",
    ]  # fmt: skip


def test_raw_strings_end_at_their_delimiter() -> None:
    assert texts('R"x(a)" k<<<1,2>>>() )x" b') == ['R"x(a)" k<<<1,2>>>() )x"', "b"]


def test_digit_separators_open_no_character() -> None:
    assert texts("1'000'000 + x'") == ["1'000'000", "+", "x", "'"]


def test_every_closing_angle_is_its_own_token() -> None:
    assert texts("a<b<c>>> d->e >= f >>= g") == [
        "a", "<", "b", "<", "c", ">", ">", ">", "d", "->", "e", ">=", "f", ">>=", "g",
    ]  # fmt: skip


def test_directives_are_apart_from_code() -> None:
    tokens = tokenize(b"a\n  # define M(x, y) x + \\\n   y\n#if A // c\nb\n#endif")
    assert [token.text for token in tokens.code] == [b"a", b"b"]
    assert [directive.name for directive in tokens.directives] == [b"define", b"if", b"endif"]
    define = tokens.directives[0]
    assert [token.text for token in define.tokens[define.body :]] == [b"x", b"+", b"y"]


def test_macro_without_parameters_may_start_with_a_parenthesis() -> None:
    (define,) = tokenize(b"#define M (x)").directives
    assert [token.text for token in define.tokens[define.body :]] == [b"(", b"x", b")"]


@given(st.binary())
def test_any_bytes_have_tokens_at_their_places(content: bytes) -> None:
    tokens = tokenize(content)
    for token in [*tokens.code, *(token for each in tokens.directives for token in each.tokens)]:
        assert content[token.start : token.end] == token.text
