"""A report as JSON, described in docs/verify.md."""

from __future__ import annotations

import json
from typing import Any

import hipwright
from hipwright_server.compare.as_json import run_json
from hipwright_server.compare.baseline import Judged
from hipwright_server.verify.verdict import Outcome, Report, Result

VERSION = 1
_FINDINGS = 50
_DIAGNOSTICS = 10
_OUTPUT_CHARACTERS = 2000


def report_json(report: Report, judged: Judged | None = None) -> dict[str, Any]:
    """The report as what JSON can hold."""
    counts = report.counts()
    return {
        "format": "hipwright.verify",
        "version": VERSION,
        "hipwright": hipwright.__version__,
        "verdict": report.verdict,
        "targets": list(report.targets),
        "seconds": round(report.seconds, 3),
        "summary": {
            "programs": len(report.outcomes),
            **{
                each: counts[each]
                for each in ("agree", "compiles", "differ", "failed", "skipped", "interrupted")
            },
            "comparedNothing": sum(outcome.compared_nothing for outcome in report.outcomes),
        },
        "programs": [_program(outcome) for outcome in report.outcomes],
        "leftOut": [{"name": each.name, "reason": each.reason} for each in report.left_out],
        "baseline": None
        if judged is None
        else {"accepted": judged.accepted, "new": judged.new, "gone": judged.gone},
    }


def json_text(report: Report, judged: Judged | None = None) -> str:
    """The report as JSON text."""
    return json.dumps(report_json(report, judged), indent=2, ensure_ascii=False) + "\n"


def _program(outcome: Outcome) -> dict[str, Any]:
    found = outcome.program
    return {
        "name": found.name,
        "verdict": outcome.verdict,
        "cause": outcome.cause,
        "facts": list(outcome.facts),
        "dialect": outcome.dialect,
        "files": [str(path) for path in found.files],
        "foundBy": found.found_by,
        "flags": list(found.flags),
        "arguments": list(found.arguments),
        "directory": str(found.directory),
        "seconds": round(outcome.seconds, 3),
        "compared": {
            "arrays": outcome.arrays,
            "elements": outcome.elements,
            "output": outcome.printed,
        },
        "changes": outcome.changes,
        "findings": [
            {
                "code": each.code,
                "severity": each.severity,
                "message": each.message,
                "file": each.file,
                "line": each.line,
                "column": each.column,
            }
            for each in outcome.findings[:_FINDINGS]
        ],
        "findingsTotal": len(outcome.findings),
        "results": [_result(result) for result in outcome.results],
    }


def _result(result: Result) -> dict[str, Any]:
    run = run_json(result.run)
    return {
        "target": result.target,
        "written": result.written,
        "verdict": result.verdict,
        "sentence": result.sentence,
        "status": run["status"],
        "message": run["message"],
        "exitStatus": run["exitStatus"],
        "signal": run["signal"],
        "toolchain": run["toolchain"],
        "command": run["command"],
        "cached": run["cached"],
        "times": run["times"],
        "compileSeconds": round(run["compileSeconds"], 3),
        "runSeconds": round(run["runSeconds"], 3),
        "diagnostics": [each for each in run["diagnostics"] if each["severity"] == "error"][
            :_DIAGNOSTICS
        ],
        "reports": run["reports"][:_DIAGNOSTICS],
        "reportsTotal": run["reportsTotal"],
        "resources": run["resources"],
        "stdout": run["stdout"]["text"][-_OUTPUT_CHARACTERS:],
        "stderr": run["stderr"]["text"][-_OUTPUT_CHARACTERS:],
    }
