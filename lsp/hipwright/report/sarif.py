"""SARIF 2.1.0, the OASIS standard that code scanning services read."""

from __future__ import annotations

import json
import os
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import hipwright
from hipwright.finding import Severity
from hipwright.report.base import Write
from hipwright.report.located import FileResult, LocatedFinding, Position

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
    Severity.HINT: "note",
}


class SarifReport:
    """One run of one tool, its results written as they come; the tool's rules follow them."""

    def __init__(self, write: Write) -> None:
        self._write = write
        # Written with what comes first, so that a command that fails before leaves nothing behind.
        self._before = (
            f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": '
            '[{"columnKind": "unicodeCodePoints", "results": ['
        )
        self._levels: dict[str, str] = {}  # of the rules that found something
        self._problems: list[tuple[str, str]] = []

    def add(self, result: FileResult) -> None:
        """Write the findings of one file."""
        for finding in result.findings:
            self._levels.setdefault(finding.code, _LEVELS[finding.severity])
            self._write(f"{self._before}\n{json.dumps(_result(finding), ensure_ascii=False)}")
            self._before = ","
        if result.problem is not None:
            self._problems.append((result.file, result.problem))

    def end(self) -> None:
        """Write the rules and what went wrong, and close the document."""
        rest = {
            "tool": {
                "driver": {
                    "name": "hipwright",
                    "version": hipwright.__version__,
                    "semanticVersion": hipwright.__version__,
                    "rules": [_rule(code, level) for code, level in sorted(self._levels.items())],
                }
            },
            "invocations": [
                {
                    "executionSuccessful": not self._problems,
                    "toolExecutionNotifications": [
                        {
                            "level": "error",
                            "message": {"text": problem},
                            "locations": [
                                {"physicalLocation": {"artifactLocation": _artifact(file)}}
                            ],
                        }
                        for file, problem in self._problems
                    ],
                }
            ],
        }
        self._write("\n], " if self._before == "," else f"{self._before}], ")
        self._write(json.dumps(rest, ensure_ascii=False)[1:-1])
        self._write("}]}\n")


def _result(finding: LocatedFinding) -> dict[str, Any]:
    artifact = _artifact(finding.file)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": _region(finding.start, finding.end),
                }
            }
        ],
    }
    if finding.file_line is not None:
        # SARIF knows no cells: the line of the notebook's file will have to do.
        place = result["locations"][0]["physicalLocation"]
        place["region"] = {"startLine": finding.file_line}
        return result
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": related.message},
                "physicalLocation": {
                    "artifactLocation": _artifact(related.file or finding.file),
                    "region": _region(related.start, related.end),
                },
            }
            for number, related in enumerate(finding.related, 1)
        ]
    if finding.fixes:
        result["fixes"] = [
            {
                "description": {"text": fix.title if fix.safe else f"{fix.title} (unsafe)"},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [
                            {
                                "deletedRegion": _region(edit.start, edit.end),
                                "insertedContent": {"text": edit.text},
                            }
                            for edit in fix.edits
                        ],
                    }
                ],
            }
            for fix in finding.fixes
        ]
    return result


def _rule(code: str, level: str) -> dict[str, Any]:
    from hipwright.rules.registry import rule

    descriptor: dict[str, Any] = {"id": code, "defaultConfiguration": {"level": level}}
    found = rule(code)
    if found is not None:
        descriptor["shortDescription"] = {"text": found.title}
        descriptor["fullDescription"] = {"text": fact_of(found)}
        descriptor["help"] = {"text": f"{fact_of(found)} Source: {found.source}."}
    return descriptor


def fact_of(rule: object) -> str:
    """A rule's fact: the first paragraph of its docstring, on one line."""
    paragraph = (type(rule).__doc__ or "").strip().split("\n\n", 1)[0]
    return " ".join(paragraph.split())


def _artifact(file: str) -> dict[str, str]:
    path = PurePath(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(os.fsencode(path.as_posix()))}


def _region(start: Position, end: Position) -> dict[str, int]:
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }
