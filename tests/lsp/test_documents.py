"""Documents under any edits, and what is written about them."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from hipwright.lsp import documents
from hipwright.lsp.actions import Actions, fix_all_edits, ignore_edit
from hipwright.lsp.diagnostics import DiagnosticWriter
from hipwright.lsp.documents import Document
from hipwright.lsp.textedits import edits_between
from hipwright.port import port
from hipwright.settings import Settings

INCLUDE = "#include <hip/hip_runtime.h>\n"  # so that no finding asks for it
PIECES = [
    "cudaMalloc(&p, 4);",
    "#include <cuda_runtime.h>\n",
    "int x = __ballot_sync(0xffffffff, p);",
    "// cudaFree\n",
    '"cudaFree"',
    "\n",
    "\r\n",
    "\r",
    "\f",
    "\v",
    "{",
    "}",
    "é",
    "\N{GRINNING FACE}",
    "\ud83d",  # half a pair, as an editor may send it
    "/*",
    "*/",
    "\\",
    "%%cuda\n",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
POSITIONS = st.builds(types.Position, st.integers(0, 12), st.integers(0, 60))
EDITS = st.lists(st.tuples(POSITIONS, POSITIONS, TEXTS), max_size=5)


def document(
    text: str,
    language: str = "cuda-cpp",
    encoding: Literal["utf-8", "utf-16"] = "utf-16",
    notebook: str | None = None,
) -> Document:
    item = types.TextDocumentItem("file:///kernel.cu", language, 1, text)
    return Document(item, encoding, Settings(), notebook)


def written(document: Document) -> list[dict[str, object]]:
    writer = DiagnosticWriter(lambda code: f"rule:{code}")
    plain = [writer.diagnostic(document, part, finding) for part, finding in document.findings()]
    fast = json.loads(writer.array(document))
    assert fast == plain, "the fast way writes the same"
    return plain


@settings(max_examples=150, deadline=None)
@given(
    text=TEXTS,
    edits=EDITS,
    encoding=st.sampled_from(["utf-8", "utf-16"]),
    kind=st.sampled_from([("cuda-cpp", None), ("python", "nb:1"), ("cpp", "nb:1")]),
)
def test_an_edited_document_is_as_one_opened_anew(
    text: str,
    edits: list[tuple[types.Position, types.Position, str]],
    encoding: Literal["utf-8", "utf-16"],
    kind: tuple[str, str | None],
) -> None:
    language, notebook = kind
    edited = document(text, language, encoding, notebook)
    for number, (start, end, replacement) in enumerate(edits, 2):
        first, last = sorted((edited.offset(start), edited.offset(end)))
        expected = edited.content[:first] + documents.to_bytes(replacement) + edited.content[last:]
        revision, before = edited.revision, written(edited)
        change = types.TextDocumentContentChangePartial(
            range=types.Range(start, end), text=replacement
        )
        edited.change([change], number)
        assert edited.content == expected
        assert edited.version == number
        fresh = document(expected.decode("utf-8", "surrogateescape"), language, encoding, notebook)
        if fresh.content != expected:
            return  # an edit cut a character in two: no text of an editor looks like this
        written(edited)  # also before the rules about the whole source ran again
        edited.settle()
        assert written(edited) == written(fresh)
        assert edited.revision != revision or before == written(edited)


def test_a_fault_of_the_analysis_costs_findings_but_no_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edited = document("cudaFree(0);\n" + INCLUDE)
    assert len(list(edited.findings())) == 1

    def fail(*_: object) -> bool:
        raise RuntimeError("a fault")

    monkeypatch.setattr(documents.Analysis, "edit", fail)
    change = types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(0, 0), types.Position(0, 0)), text="  "
    )
    assert edited.change([change], 2)
    assert edited.content == f"  cudaFree(0);\n{INCLUDE}".encode()
    ((_, finding),) = edited.findings()
    assert finding.start == 2, "analysed anew"

    monkeypatch.setattr(documents, "Analysis", fail)
    edited.change([types.TextDocumentContentChangeWholeDocument(text="cudaMalloc(0, 0);")], 3)
    assert edited.content == b"cudaMalloc(0, 0);"
    assert list(edited.findings()) == []
    assert edited.parts[0].failed


@given(before=st.binary(max_size=60), after=st.binary(max_size=60))
def test_edits_between_any_texts(before: bytes, after: bytes) -> None:
    check_edits(before, after)


@given(
    lines=st.lists(st.sampled_from([b"a\n", b"b\r\n", b"\n", b"cuda\xc3\xa9\n", b"\xff\n"])),
    changes=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.binary(max_size=9))),
)
def test_edits_between_texts_that_are_alike(
    lines: list[bytes], changes: list[tuple[int, int, bytes]]
) -> None:
    before = b"".join(lines)
    after = before
    for position, removed, added in changes:
        after = after[:position] + added + after[position + removed :]
    check_edits(before, after)


def check_edits(before: bytes, after: bytes) -> None:
    result = bytearray(before)
    edits = edits_between(before, after)
    assert all(first.end <= second.start for first, second in pairwise(edits))
    for edit in reversed(edits):
        result[edit.start : edit.end] = edit.text
    assert bytes(result) == after


def test_edits_stay_small() -> None:
    calls = b"".join(b"  cudaFree(p%d);\n" % number for number in range(3000))
    before = b"#include <a>\n\nint x;\n" + calls
    after = b"// new\n" + before.replace(b"cudaFree", b"hipFree")
    edits = edits_between(before, after)
    assert len(edits) == 3001
    assert sum(len(edit.text) for edit in edits) == len(b"// new\n") + 3000 * len(b"hip")


@pytest.mark.parametrize(
    ("line", "silenced"),
    [
        ("cudaFree(p);", "cudaFree(p);  // hipwright: ignore[API001]"),
        ("cudaFree(p); \t\r", "cudaFree(p);  // hipwright: ignore[API001]\r"),
        (
            "cudaFree(p);  // hipwright: ignore[WARP001] so it is",
            "cudaFree(p);  // hipwright: ignore[WARP001, API001] so it is",
        ),
        ("#define F(p) cudaFree(p) \\", None),
    ],
)
def test_the_comment_that_silences_a_line(line: str, silenced: str | None) -> None:
    opened = document(f"int a;\n{line}\nint b;\n")
    edit = ignore_edit(opened, 1, "API001")
    if silenced is None:
        assert edit is None
        return
    assert edit is not None
    content = opened.content
    text = content[: edit.start] + edit.text + content[edit.end :]
    assert text.decode() == f"int a;\n{silenced}\nint b;\n"
    left = [finding.code for _, finding in document(text.decode()).findings()]
    assert "API001" not in left


@pytest.mark.parametrize(
    ("magic", "after"),
    [
        ("%%cuda", "%%hip"),
        ("%%cuda -o cudaFree", "%%hip -o cudaFree"),
        ("\n  \n%%cuda\r", "\n  \n%%hip\r"),
        ("%%hip --compare", "%%hip --compare"),
        ("%%cu", "%%cu"),
        ("%%writefile k.cu", "%%writefile k.cu"),
    ],
)
def test_fix_all_of_a_cell_turns_its_magic_into_that_of_hip(magic: str, after: str) -> None:
    cell = document(f"{magic}\n{INCLUDE}cudaFree(0);\n", "python", notebook="nb:1")
    text = cell.content
    for edit in reversed(fix_all_edits(cell)):
        text = text[: edit.start] + edit.text + text[edit.end :]
    assert text.decode() == f"{after}\n{INCLUDE}hipFree(0);\n"


def test_a_finding_points_into_the_header_that_explains_it(tmp_path: Path) -> None:
    header = tmp_path / "é.h"
    header.write_text("\n  #define WARP_SIZE 32\n", "utf-8")
    text = (
        INCLUDE + '#include "é.h"\n__device__ int f(int v) { return __shfl(v, 0) % WARP_SIZE; }\n'
    )
    uri = (tmp_path / "k.hip").as_uri()
    item = types.TextDocumentItem(uri, "cuda-cpp", 1, INCLUDE + text)
    opened = Document(item, "utf-16", Settings())
    [finding] = [each for each in written(opened) if each["code"] == "WARP003"]
    places = finding["relatedInformation"]
    assert isinstance(places, list)
    assert places[0]["location"] == {
        "uri": header.as_uri(),
        "range": {"start": {"line": 1, "character": 10}, "end": {"line": 1, "character": 19}},
    }
    assert {place["location"]["uri"] for place in places[1:]} == {uri}


def test_a_magic_stays_while_nothing_is_ported() -> None:
    hip = document(f"%%cuda\n{INCLUDE}hipFree(0);\n", "python", notebook="nb:1")
    assert fix_all_edits(hip) == []
    cell = document(f"%%cuda\n{INCLUDE}cudaFree(0);\n", "python", notebook="nb:1")
    (edit,) = fix_all_edits(cell, "API001")
    assert cell.content[edit.start - 3 : edit.end] == b"h>\ncuda"
    assert edit.text == b"hip"


def test_unsafe_fixes_are_titled_as_such_and_never_preferred() -> None:
    from hipwright.rules.registry import all_rules

    writer = DiagnosticWriter(lambda code: None)
    unsafe = 0
    for rule in all_rules():
        for example in rule.examples:
            opened = document(example.before)
            actions = Actions(writer, versioned=True, lazy=False).at(
                opened, 0, len(opened.content), ["quickfix"]
            )
            for action in actions:
                if "(unsafe" in action["title"]:
                    unsafe += 1
                    assert not action["isPreferred"]
            whole = opened.content
            for edit in reversed(fix_all_edits(opened)):
                whole = whole[: edit.start] + edit.text + whole[edit.end :]
            assert whole == port(opened.content, "kernel.cu").text
    offered = [
        fix
        for rule in all_rules()
        for example in rule.examples
        for _, finding in document(example.before).findings()
        for fix in finding.fixes
        if not fix.safe
    ]
    assert unsafe == len(offered)


def test_ignoring_a_finding_in_a_string_of_python() -> None:
    kernel = "__global__ void k(int *p) { *p = __shfl_sync(~0u, *p, 0); }"
    opened = document(f"k = f('''\n{kernel}\n''')\nl = f('{kernel}')\n", "python")
    writer = DiagnosticWriter(lambda code: None)
    actions = Actions(writer, versioned=True, lazy=False).at(
        opened, 0, len(opened.content), ["quickfix"]
    )
    inserted = [
        action["edit"]["documentChanges"][0]["edits"][0]["newText"]
        for action in actions
        if action["title"].startswith("Ignore")
    ]
    assert inserted == [
        "  // hipwright: ignore[WARP001]",
        "  # hipwright: ignore[WARP001]",
    ]


def test_python_that_is_being_typed_gets_no_word_about_its_syntax() -> None:
    opened = document("import cupy\ndef f(:\n", "python")
    assert list(opened.findings()) == []
