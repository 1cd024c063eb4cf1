"""Code actions: the fixes of the findings at a place, of one code, and of all.

They are made from the server's own state. What a client sends back as `context.diagnostics` may be
stale, and some clients send it with columns of another encoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hipwright.finding import Edit, Finding, Fix
from hipwright.lsp.diagnostics import DiagnosticWriter
from hipwright.lsp.documents import Document, Part
from hipwright.lsp.textedits import edits_between
from hipwright.patterns import regex
from hipwright.port import apply_fixes, port
from hipwright.source.embedded import with_hip_magic
from hipwright.source.languages import Language, comment_mark, takes_comments_behind_code
from hipwright.source.texts import Text

QUICK_FIX = "quickfix"
FIX_ALL = "source.fixAll.hipwright"

Action = dict[str, Any]


class Actions:
    """Makes code actions. With `lazy`, those that change a whole document wait to be resolved."""

    def __init__(self, writer: DiagnosticWriter, versioned: bool, lazy: bool) -> None:
        """`versioned`: the client takes `documentChanges` with versions."""
        self._writer = writer
        self._versioned = versioned
        self._lazy = lazy

    def at(
        self, document: Document, start: int, end: int, only: Sequence[str] | None
    ) -> list[Action]:
        """The actions for the bytes `start` to `end` of a document.

        `only` restricts the kinds; a kind means its sub-kinds too.
        """
        actions: list[Action] = []
        if _wanted(QUICK_FIX, only):
            here = [
                (part, finding)
                for part, finding in document.findings()
                if part.start + finding.start <= end and start <= part.start + finding.end
            ]
            for part, finding in here:
                actions.extend(self._fixes(document, part, finding))
            # The first finding of each code stands for it, so that editors list these together.
            for part, finding in {
                finding.code: (part, finding) for part, finding in here[::-1]
            }.values():
                actions.extend(self._fix_all_of(document, part, finding))
            actions.extend(self._ignores(document, here))
        if _wanted(FIX_ALL, only) and any(finding.safe_fix for _, finding in document.findings()):
            actions.append(self._whole(document, "hipwright: apply all safe fixes", FIX_ALL, None))
        return actions

    def edit_for(self, document: Document, data: object) -> dict[str, Any]:
        """The edit of an action that was left to be resolved, by its `data`."""
        code = data.get("code") if isinstance(data, dict) else None
        edits = fix_all_edits(document, code if isinstance(code, str) else None)
        return self._workspace_edit(document, edits)

    def _fixes(self, document: Document, part: Part, finding: Finding) -> Iterable[Action]:
        preferred = finding.safe_fix
        for fix in finding.fixes:
            yield {
                "title": fix.title if fix.safe else f"{fix.title} (unsafe: check the result)",
                "kind": QUICK_FIX,
                "isPreferred": fix is preferred,
                "diagnostics": [self._writer.diagnostic(document, part, finding)],
                "edit": self._workspace_edit(document, _moved(fix.edits, part.start)),
            }

    def _fix_all_of(self, document: Document, part: Part, finding: Finding) -> Iterable[Action]:
        code = finding.code
        fixable = sum(
            1 for _, other in document.findings() if other.code == code and other.safe_fix
        )
        if fixable > 1:
            place = "file" if document.notebook is None else "cell"
            action = self._whole(
                document, f"Fix all {fixable} {code} in this {place}", QUICK_FIX, code
            )
            yield {**action, "diagnostics": [self._writer.diagnostic(document, part, finding)]}

    def _whole(self, document: Document, title: str, kind: str, code: str | None) -> Action:
        action: Action = {"title": title, "kind": kind}
        data = {"hipwright": {"uri": document.uri, "version": document.version, "code": code}}
        if self._lazy:
            action["data"] = data
        else:
            action["edit"] = self.edit_for(document, data["hipwright"])
        return action

    def _ignores(
        self, document: Document, here: Sequence[tuple[Part, Finding]]
    ) -> Iterable[Action]:
        done: set[tuple[int, str]] = set()
        for part, finding in here:
            line = document.lines.line_of(part.start + finding.start)
            if (line, finding.code) in done:
                continue
            done.add((line, finding.code))
            edit = ignore_edit(document, line, finding.code, _language_at(document, part, line))
            if edit is not None:
                yield {
                    "title": f"Ignore {finding.code} on this line",
                    "kind": QUICK_FIX,
                    "isPreferred": False,
                    "diagnostics": [self._writer.diagnostic(document, part, finding)],
                    "edit": self._workspace_edit(document, [edit]),
                }

    def _workspace_edit(self, document: Document, edits: Iterable[Edit]) -> dict[str, Any]:
        changes = protocol_edits(document, edits)
        if not self._versioned:
            return {"changes": {document.uri: changes}}
        identifier = {"uri": document.uri, "version": document.version}
        return {"documentChanges": [{"textDocument": identifier, "edits": changes}]}


def protocol_edits(document: Document, edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """Edits of a document's bytes as the protocol's text edits."""
    return [
        {
            "range": document.range(edit.start, edit.end),
            "newText": edit.text.decode("utf-8", "replace"),
        }
        for edit in edits
    ]


def fix_all_edits(document: Document, code: str | None = None) -> list[Edit]:
    """The edits that make a document its port, or that fix all findings of one code.

    A cell that becomes HIP gets the magic of one.
    """
    edits: list[Edit] = []
    for part in document.parts:
        content = part.content
        if code is None:
            after = port(
                content,
                part.name,
                document.settings,
                language=part.language,
                in_notebook=part.in_notebook,
            ).text
        else:
            after = apply_fixes(content, _safe_fixes(part, code))
        edits.extend(_moved(edits_between(content, after), part.start))
    if edits and code is None:
        magic = document.content[: document.parts[0].start]
        edits = [*edits_between(magic, with_hip_magic(magic)), *edits]
    return edits


def _safe_fixes(part: Part, code: str) -> list[Fix]:
    return [
        finding.safe_fix
        for finding in part.findings
        if finding.code == code and finding.safe_fix is not None
    ]


def _moved(edits: Iterable[Edit], by: int) -> list[Edit]:
    return [Edit(edit.start + by, edit.end + by, edit.text) for edit in edits]


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    if only is None:
        return True
    return any(asked == "" or kind == asked or kind.startswith(f"{asked}.") for asked in only)


_IGNORE_COMMENT = regex(rb"(?://|#)\s*hipwright:\s*ignore\[([^\]\r\n]*)(?=\])")


def _language_at(document: Document, part: Part, line: int) -> Language:
    """The language at the end of a line: CUDA, inside a Python string that goes on."""
    if isinstance(part.source, Text) and part.language == "python":
        _, end = document.lines.line_bounds(line)
        if part.source.python.in_string(end - part.start):
            return "cuda"
    return part.language


def ignore_edit(
    document: Document, line: int, code: str, language: Language = "cuda"
) -> Edit | None:
    """The edit that silences `code` on a line; None where a comment cannot stand.

    A line that a backslash continues takes no comment: it would swallow the next line, or end
    what is continued.
    """
    start, end = document.lines.line_bounds(line)
    text = document.content[start:end]
    present = _IGNORE_COMMENT.search(text)
    if present:
        at = start + present.end()
        listed = present.group(1).strip()
        return Edit(at, at, b", " + code.encode() if listed else code.encode())
    if text.rstrip().endswith(b"\\"):
        return None
    comment = comment_mark(language) + b" hipwright: ignore[" + code.encode() + b"]"
    if not takes_comments_behind_code(language):
        before = document.content[:start].rstrip()
        line_end = document.content[end : end + 2]
        return (
            None
            if before.endswith(b"\\")
            else Edit(start, start, comment + (b"\r\n" if line_end == b"\r\n" else b"\n"))
        )
    stripped = len(text.rstrip(b" \t"))
    return Edit(start + stripped, end, b"  " + comment)
