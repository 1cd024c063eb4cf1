"""Findings as the protocol's diagnostics, written as JSON.

A file of 10,000 lines has some 900 findings, 260 KB of JSON, and every keystroke moves some of
them. Building protocol objects and serialising them costs 15 to 60 ms each time; here, what a
diagnostic says is serialised once and kept, and only its four numbers are written anew.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hipwright.finding import Finding, Severity
from hipwright.lsp.documents import Document, Part

SEVERITIES = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFO: 3, Severity.HINT: 4}
_DEPRECATED_TAG = 2

# Texts of messages are few and repeat; the limit is for a session of weeks.
_KEPT_BODIES = 20_000

_RANGE = '{"range":{"start":{"line":%d,"character":%d},"end":{"line":%d,"character":%d}},%s}'


class DiagnosticWriter:
    """Writes the diagnostics of documents, and keeps what it wrote before."""

    def __init__(self, link: Callable[[str], str | None]) -> None:
        """`link` gives the address of a rule's page."""
        self.link = link
        self._bodies: dict[tuple[str, str, bool, bool], tuple[Severity, str]] = {}

    def array(self, document: Document) -> str:
        """All diagnostics of a document, as a JSON array."""
        if len(self._bodies) > _KEPT_BODIES:
            self._bodies.clear()
        written = _as_before(document)
        known = len(written)
        for part in document.parts:
            self._write(document, part, part.findings[known:], written)
        document.written = written
        document.untouched = len(document.content)
        return "[" + ",".join([text for _, text in written]) + "]"

    def _write(
        self,
        document: Document,
        part: Part,
        findings: list[Finding],
        written: list[tuple[Finding, str]],
    ) -> None:
        """Write the diagnostics of one part. Runs on every keystroke: one flat loop."""
        bodies = self._bodies
        shift = part.start
        # In a text that is all ASCII, a column is a difference of offsets, whatever it counts.
        plain = document.encoding == "utf-8" or document.content.isascii()
        lines = document.lines
        starts = lines.starts
        following = [*starts[1:], len(document.content) + 1]  # where the line after each starts
        for finding in findings:
            code, severity, message, start, end, fixes, related, _, deprecated = finding
            start += shift
            end += shift
            if plain:
                line = bisect_right(starts, start) - 1
                column = start - starts[line]
                last = line if end < following[line] else bisect_right(starts, end) - 1
                last_column = end - starts[last]
            else:
                line, column = lines.position(start, document.encoding)
                last, last_column = lines.position(end, document.encoding)
            fixable = bool(fixes) and (fixes[0].safe or finding.safe_fix is not None)
            key = code, message, fixable, deprecated
            kept = bodies.get(key)
            if kept is not None and kept[0] is severity:
                body = kept[1]
            else:
                body = _serialise(self._fields(finding))
                bodies[key] = severity, body
            if related:
                body = f"{body},{_serialise(_related(document, part, finding))}"
            written.append((finding, _RANGE % (line, column, last, last_column, body)))

    def diagnostic(self, document: Document, part: Part, finding: Finding) -> dict[str, Any]:
        """One diagnostic, for a code action to refer to."""
        start, end = part.start + finding.start, part.start + finding.end
        related = _related(document, part, finding) if finding.related else {}
        return {"range": document.range(start, end), **self._fields(finding), **related}

    def _fields(self, finding: Finding) -> dict[str, Any]:
        """What a diagnostic says wherever it stands."""
        fields: dict[str, Any] = {
            "severity": SEVERITIES[finding.severity],
            "code": finding.code,
            "source": "hipwright",
            "message": finding.message,
            "data": {"fixable": finding.safe_fix is not None},
        }
        href = self.link(finding.code)
        if href is not None:
            fields["codeDescription"] = {"href": href}
        if finding.deprecated:
            fields["tags"] = [_DEPRECATED_TAG]
        return fields


def _as_before(document: Document) -> list[tuple[Finding, str]]:
    """The diagnostics that are as they were written: those in front of all edits since then.

    In a document of several parts, which is a notebook's cell and short, all are written anew.
    """
    if len(document.parts) != 1:
        return []
    count = 0
    for (before, _), finding in zip(document.written, document.parts[0].findings, strict=False):
        if before is not finding or finding.end >= document.untouched or finding.related:
            break
        count += 1
    return document.written[:count]


def _related(document: Document, part: Part, finding: Finding) -> dict[str, Any]:
    shift = part.start
    places = []
    for related in finding.related:
        place = related.elsewhere
        if place is None:
            uri = document.uri
            range_ = document.range(shift + related.start, shift + related.end)
        else:
            uri = Path(place.path).as_uri()
            range_ = {
                "start": {"line": place.line, "character": place.column},
                "end": {"line": place.line, "character": place.end_column},
            }
        places.append({"location": {"uri": uri, "range": range_}, "message": related.message})
    return {"relatedInformation": places}


# One encoder for all: `json.dumps` with options makes a new one for each call.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _serialise(fields: dict[str, Any]) -> str:
    """The members of a JSON object, without its braces."""
    return _ENCODER.encode(fields)[1:-1]
