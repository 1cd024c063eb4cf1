"""Findings as the protocol's diagnostics, written as JSON.

A file of 10,000 lines has some 900 findings, 260 KB of JSON, and every keystroke moves some of
them. Building protocol objects and serialising them costs 15 to 60 ms each time; here, what a
diagnostic says is serialised once and kept, and only its four numbers are written anew.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator
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
        self._bodies: dict[tuple[object, ...], str] = {}

    def array(self, document: Document) -> str:
        """All diagnostics of a document, as a JSON array."""
        bodies = self._bodies
        if len(bodies) > _KEPT_BODIES:
            bodies.clear()
        written = []
        for finding, place, part in _placed(document):
            if finding.related:
                body = self._serialise(document, part, finding)
            else:
                key = (
                    finding.code,
                    finding.severity,
                    finding.message,
                    finding.deprecated,
                    _fixable(finding),
                )
                found = bodies.get(key)
                if found is None:
                    found = bodies[key] = self._serialise(document, part, finding)
                body = found
            written.append(_RANGE % (*place, body))
        return "[" + ",".join(written) + "]"

    def diagnostic(self, document: Document, part: Part, finding: Finding) -> dict[str, Any]:
        """One diagnostic, for a code action to refer to."""
        start, end = part.start + finding.start, part.start + finding.end
        return {"range": document.range(start, end), **self._fields(document, part, finding)}

    def _serialise(self, document: Document, part: Part, finding: Finding) -> str:
        fields = self._fields(document, part, finding)
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))[1:-1]

    def _fields(self, document: Document, part: Part, finding: Finding) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "severity": SEVERITIES[finding.severity],
            "code": finding.code,
            "source": "hipwright",
            "message": finding.message,
            "data": {"fixable": _fixable(finding)},
        }
        href = self.link(finding.code)
        if href is not None:
            fields["codeDescription"] = {"href": href}
        if finding.deprecated:
            fields["tags"] = [_DEPRECATED_TAG]
        if finding.related:
            fields["relatedInformation"] = [
                {
                    "location": {
                        "uri": document.uri,
                        "range": document.range(
                            part.start + related.start, part.start + related.end
                        ),
                    },
                    "message": related.message,
                }
                for related in finding.related
            ]
        return fields


def _fixable(finding: Finding) -> bool:
    return finding.safe_fix is not None


def _placed(document: Document) -> Iterator[tuple[Finding, tuple[int, int, int, int], Part]]:
    """Every finding with its start and end as lines and columns.

    In a text that is all ASCII, a column is a difference of offsets, whatever the encoding.
    """
    plain = document.encoding == "utf-8" or document.content.isascii()
    lines = document.lines
    starts = lines.starts
    for part in document.parts:
        shift = part.start
        for finding in part.findings:
            start, end = finding.start + shift, finding.end + shift
            if plain:
                line = bisect_right(starts, start) - 1
                line_start = starts[line]
                if line + 1 == len(starts) or end < starts[line + 1]:
                    place = (line, start - line_start, line, end - line_start)
                else:
                    last = bisect_right(starts, end) - 1
                    place = (line, start - line_start, last, end - starts[last])
            else:
                place = (
                    *lines.position(start, document.encoding),
                    *lines.position(end, document.encoding),
                )
            yield finding, place, part
