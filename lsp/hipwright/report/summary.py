"""The last lines of a report: what was ported, what is left, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hipwright.finding import Severity
from hipwright.report.base import Style, plain
from hipwright.report.located import FileResult

_MOST_CODES = 12  # lines of the list by rule; the rest is one line


class Summary:
    """Counts over all results, kept while they come."""

    def __init__(self, porting: bool) -> None:
        self._porting = porting
        self.files = 0
        self.changed = 0
        self.skipped = 0
        self.problems = 0
        self.applied: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.severities: Counter[Severity] = Counter()
        self.files_with_findings = 0
        self._fixable = 0
        # Errors and warnings without a safe fix; a hint asks for no decision.
        self._undecided: Counter[str] = Counter()

    def add(self, result: FileResult) -> None:
        """Count one file."""
        if result.problem is not None:
            self.problems += 1
            return
        if result.skipped:
            self.skipped += 1
            return
        self.files += 1
        self.changed += result.changed
        self.applied.update(result.applied)
        self.files_with_findings += bool(result.findings)
        for finding in result.findings:
            self.left[finding.code] += 1
            self.severities[finding.severity] += 1
            if finding.fixed_by_port:
                self._fixable += 1
            elif finding.severity in (Severity.ERROR, Severity.WARNING):
                self._undecided[finding.code] += 1

    @property
    def needs_work(self) -> bool:
        """Whether errors or warnings are left, which is what exit status 1 says."""
        return bool(self.severities[Severity.ERROR] or self.severities[Severity.WARNING])

    def text(self, dry: bool, style: Style = plain) -> str:
        """The summary for a person. `dry`: a port that was shown and not written."""
        return "".join(f"{line}\n" for line in self._lines(dry, style))

    def _lines(self, dry: bool, style: Style) -> Iterator[str]:
        total = sum(self.left.values())
        if self._porting:
            done = "Would port" if dry else "Ported"
            fixes = _count(sum(self.applied.values()), "fix", "fixes")
            if self.changed:
                yield style(f"{done} {_count(self.changed, 'file')}: {fixes}.", bold=True)
            else:
                yield style(f"Nothing to port in {_count(self.files, 'file')}.", bold=True)
            if total:
                places = _count(self.files_with_findings, "file")
                yield f"{_count(total, 'finding')} left in {places}: {self._by_severity()}."
                yield from self._by_rule(self.left)
            elif self.files:
                yield "Nothing is left to do."
        elif total:
            places = _count(self.files_with_findings, "file")
            found = f"{_count(total, 'finding')} in {places}: {self._by_severity()}."
            yield style(found, bold=True)
            if self._fixable:
                yield f"`hipwright port` fixes {self._fixable:,} of them."
            undecided = sum(self._undecided.values())
            if undecided:
                verb = "needs" if undecided == 1 else "need"
                yield f"{undecided:,} {verb} your decision:"
                yield from self._by_rule(self._undecided)
        else:
            yield style(f"Nothing found in {_count(self.files, 'file')}.", bold=True)

    def _by_severity(self) -> str:
        parts = [
            (Severity.ERROR, "error", "errors"),
            (Severity.WARNING, "warning", "warnings"),
            (Severity.INFO, "note", "notes"),
            (Severity.HINT, "hint", "hints"),
        ]
        counted = [
            _count(self.severities[severity], one, many)
            for severity, one, many in parts
            if self.severities[severity]
        ]
        return ", ".join(counted)

    @staticmethod
    def _by_rule(counts: Counter[str]) -> Iterator[str]:
        from hipwright.rules.registry import rule

        common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        width = max(len(code) for code, _ in common)
        digits = len(str(common[0][1]))
        for code, number in common[:_MOST_CODES]:
            found = rule(code)
            title = f"  {found.title}" if found is not None else ""
            yield f"  {code:<{width}}  {number:>{digits}}{title}"
        others = len(common) - _MOST_CODES
        if others > 0:
            yield f"  and {_count(others, 'other rule')}"


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
