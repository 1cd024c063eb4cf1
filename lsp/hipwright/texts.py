"""A text in another language than CUDA → its findings: those of rules about texts in its language,
and those of the CUDA, or the shell lines, that stand inside of it.

Such texts are short, and what a rule says of one place may hang on any other: an edit makes all of
it be looked at again, once the user pauses.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from hipwright.analysis import behind_or_before, check
from hipwright.finding import Finding, moved
from hipwright.rules.chosen import chosen_rules
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source.kernels import NOT_IN_STRINGS, kernels
from hipwright.source.kernels import WORDS as KERNEL_WORDS
from hipwright.source.languages import Language
from hipwright.source.texts import Text
from hipwright.suppression import suppress


def text_of(
    content: bytes,
    language: Language,
    name: str = "<input>",
    *,
    in_notebook: bool = False,
    path: Path | None = None,
) -> Source | Text:
    """A text, ready to be checked: a source where it is CUDA. `path` is where it stands, if on the
    disk."""
    if language == "cuda":
        return Source(content, name, path)
    return Text(content, language, name, in_notebook=in_notebook)


def check_text(text: Source | Text, settings: Settings | None = None) -> list[Finding]:
    """Everything that must or should change in a text of any language, by position."""
    if isinstance(text, Source):
        return check(text, settings)
    settings = settings or Settings()
    found: list[Finding] = []
    for rule in chosen_rules(settings).of_texts(text.language):
        if any(word in text.content for word in rule.triggers):
            found.extend(rule.check(text, settings))
    if text.language == "python" and any(word in text.content for word in KERNEL_WORDS):
        found.extend(_in_strings(text, settings))
    found.sort(key=lambda finding: (finding.start, finding.end, finding.code))
    return suppress(found, text, settings)


def _in_strings(text: Text, settings: Settings) -> Iterator[Finding]:
    """The findings of the CUDA in a Python text's strings, at their places in the text."""
    inside = settings._replace(ignore=(*settings.ignore, *NOT_IN_STRINGS))
    for kernel in kernels(text.python):
        for finding in _findings_of(kernel.content, text.name, inside):
            outer = kernel.outer_finding(finding)
            if outer is not None:
                yield outer


@lru_cache(maxsize=256)
def _findings_of(content: bytes, name: str, settings: Settings) -> tuple[Finding, ...]:
    """The findings of a source, kept: most edits of a Python file leave its kernels alone."""
    return tuple(check(Source(content, name), settings))


def is_relevant(content: bytes, language: Language) -> bool:
    """Whether some rule may have something to say about a text that is not CUDA."""
    if language == "python" and any(word in content for word in KERNEL_WORDS):
        return True
    rules = chosen_rules(Settings()).of_texts(language)
    return any(word in content for rule in rules for word in rule.triggers)


class TextAnalysis:
    """The findings of one text that is not CUDA, kept up to date while it is edited."""

    def __init__(self, text: Text, settings: Settings | None = None) -> None:
        self.text = text
        self.settings = settings or Settings()
        self.findings = check_text(text, self.settings)
        self._stale = False

    def edit(self, start: int, end: int, replacement: bytes, *, settle: bool = True) -> bool:
        """Replace the bytes `start` to `end`; see `Analysis.edit`.

        Before `settle`, what the edit went through is gone, and what stands behind it has moved.
        """
        content = self.text.content
        if not 0 <= start <= end <= len(content):
            raise ValueError(f"edit of {start}..{end} is outside 0..{len(content)}")
        self.text = Text(
            content[:start] + replacement + content[end:],
            self.text.language,
            self.text.name,
            in_notebook=self.text.in_notebook,
        )
        self._stale = True
        by = len(replacement) - (end - start)
        kept: list[Finding] = []
        for finding in self.findings:
            is_behind = behind_or_before(finding, start, end)
            if is_behind is not None:
                kept.append(moved(finding, by) if is_behind else finding)
        changed = kept != self.findings
        self.findings = kept
        return (settle and self.settle()) or changed

    def settle(self) -> bool:
        """Look at the whole text again; True when findings changed."""
        if not self._stale:
            return False
        before = self.findings
        self.findings = check_text(self.text, self.settings)
        self._stale = False
        return self.findings != before
