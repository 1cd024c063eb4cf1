"""The report for programs. Its shape is documented in docs/cli.md and versioned.

New keys may appear without a new version; a key never changes its meaning within one.
"""

from __future__ import annotations

import json
from typing import Any

from hipwright.report.base import Write
from hipwright.report.located import FileResult, LocatedFinding, Position

VERSION = 1


class JsonReport:
    """{"version": 1, "findings": […], "files": […]}, written as the results come."""

    def __init__(self, write: Write) -> None:
        self._write = write
        # Written with what comes first, so that a command that fails before leaves nothing behind.
        self._before = f'{{"version": {VERSION}, "findings": ['
        self._files: list[dict[str, Any]] = []

    def add(self, result: FileResult) -> None:
        """Write the findings of one file."""
        for finding in result.findings:
            self._write(f"{self._before}\n{json.dumps(as_json(finding), ensure_ascii=False)}")
            self._before = ","
        if not result.skipped:
            self._files.append(_file(result))

    def end(self) -> None:
        """Write what was done with each file, and close the document."""
        self._write("\n], " if self._before == "," else f"{self._before}], ")
        self._write(f'"files": {json.dumps(self._files, ensure_ascii=False)}}}\n')


def as_json(finding: LocatedFinding) -> dict[str, Any]:
    """A finding in the shape of the JSON report."""
    return {
        "file": finding.file,
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "cell": finding.cell,
        "start": _position(finding.start),
        "end": _position(finding.end),
        "name": finding.name,
        "deprecated": finding.deprecated,
        "fixes": [
            {
                "title": fix.title,
                "safe": fix.safe,
                "edits": [
                    {
                        "start": _position(edit.start),
                        "end": _position(edit.end),
                        "text": edit.text,
                    }
                    for edit in fix.edits
                ],
            }
            for fix in finding.fixes
        ],
        "related": [
            {
                "file": related.file or finding.file,
                "start": _position(related.start),
                "end": _position(related.end),
                "message": related.message,
            }
            for related in finding.related
        ],
    }


def _file(result: FileResult) -> dict[str, Any]:
    return {
        "file": result.file,
        "findings": len(result.findings),
        "applied": result.applied,
        "changed": result.changed,
        "output": result.output,
        "backup": result.backup,
        "problem": result.problem,
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "column": position.column}
