"""The documents that an editor has open: their bytes, and the analysis of what is in them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from itertools import count

from lsprotocol import types

from hipwright.analysis import Analysis
from hipwright.finding import Finding
from hipwright.lsp.preferences import path_of
from hipwright.settings import Settings
from hipwright.source import Encoding, LineIndex, Source
from hipwright.source.embedded import Region, kind_of, regions
from hipwright.source.languages import Language
from hipwright.source.texts import Text
from hipwright.texts import TextAnalysis, text_of

logger = logging.getLogger(__name__)

_revisions = count(1)

# What does not parse yet is no news to the one who types it.
_NOT_WHILE_TYPING = ("PY002",)


class Part:
    """A stretch of a document in one language, with its findings kept up to date.

    A fault in the analysis must cost findings, never the text: from then on a text would differ
    from what the editor shows, and every fix would go to the wrong place.
    """

    def __init__(
        self,
        start: int,
        content: bytes,
        name: str,
        settings: Settings,
        language: Language = "cuda",
        in_notebook: bool = False,
    ) -> None:
        self.start = start  # where the source begins in the document, in bytes
        self.name = name
        self.language: Language = language
        self.in_notebook = in_notebook
        self._settings = settings
        self._begin(content)

    @property
    def content(self) -> bytes:
        """The source's bytes."""
        return self.source.content

    @property
    def source(self) -> Source | Text:
        """The text as it is now."""
        if isinstance(self._analysis, TextAnalysis):
            return self._analysis.text
        return self._text

    @property
    def lines(self) -> LineIndex:
        """The source's line index."""
        return self.source.lines

    @property
    def end(self) -> int:
        """The byte of the document after the source's last one."""
        return self.start + len(self.source.content)

    @property
    def findings(self) -> list[Finding]:
        """The findings, by position in the source."""
        return self._analysis.findings if self._analysis is not None else []

    @property
    def failed(self) -> bool:
        """Whether the analysis ended in a fault of ours; the log has told how."""
        return self._analysis is None

    def edit(self, start: int, end: int, text: bytes) -> bool:
        """Replace the bytes `start` to `end` of the source. True when findings changed or moved.

        Rules about the whole source wait for `settle`.
        """
        content = self.content
        if self._analysis is not None:
            try:
                return self._analysis.edit(start, end, text, settle=False)
            except Exception:
                logger.exception("analysing an edit of %s failed; analysing it anew", self.name)
        self._begin(content[:start] + text + content[end:])
        return True

    def settle(self) -> bool:
        """Let rules about the whole source catch up with the edits. True when findings changed."""
        if self._analysis is None:
            return False
        try:
            return self._analysis.settle()
        except Exception:
            logger.exception("analysing %s failed; analysing it anew", self.name)
            self._begin(self.content)
            return True

    def _begin(self, content: bytes) -> None:
        self._text = text_of(
            content,
            self.language,
            self.name,
            in_notebook=self.in_notebook,
            path=None if self.in_notebook else path_of(self.name),
        )
        self._analysis: Analysis | TextAnalysis | None = None
        try:
            if isinstance(self._text, Source):
                self._analysis = Analysis(self._text, self._settings)
            else:
                ignore = (*self._settings.ignore, *_NOT_WHILE_TYPING)
                self._analysis = TextAnalysis(self._text, self._settings._replace(ignore=ignore))
        except Exception:
            logger.exception("analysing %s failed; it gets no findings for now", self.name)


class Document:
    """One open text: a file, or a cell of a notebook.

    `revision` changes whenever the findings, or their places, may have changed; it is never used
    twice, not even for another document, so that it serves as a result id.
    """

    def __init__(
        self,
        item: types.TextDocumentItem,
        encoding: Encoding,
        settings: Settings,
        notebook: str | None = None,
    ) -> None:
        self.uri = item.uri
        self.version = item.version
        self.language = item.language_id
        self.notebook = notebook
        self.encoding: Encoding = encoding
        self.settings = settings
        self.content = to_bytes(item.text)
        self.parts: list[Part] = []
        self.revision = 0
        self.untouched = 0  # up to here no edit came since its diagnostics were written
        self.written: list[tuple[Finding, str]] = []  # those, for the one who writes them
        self._lines: LineIndex | None = None
        self._analyse()

    @property
    def lines(self) -> LineIndex:
        """The line index of the whole document."""
        if self._is_one_part:
            return self.parts[0].lines
        if self._lines is None:
            self._lines = LineIndex(self.content)
        return self._lines

    @property
    def _is_one_part(self) -> bool:
        # A cell may come to be in another language, or cease to be, with any edit; a file does not.
        return (
            self.notebook is None and len(self.parts) == 1 and self.parts[0].content is self.content
        )

    def findings(self) -> Iterator[tuple[Part, Finding]]:
        """Every finding with the part that it is in, by position."""
        for part in self.parts:
            for finding in part.findings:
                yield part, finding

    def change(
        self, changes: Sequence[types.TextDocumentContentChangeEvent], version: int | None
    ) -> bool:
        """Take an editor's changes over. True when findings changed, or moved.

        What depends on a whole source may be as it was before; `settle` brings it up to date.
        """
        changed = False
        for event in changes:
            text = to_bytes(event.text)
            if isinstance(event, types.TextDocumentContentChangePartial):
                start = self.offset(event.range.start)
                end = self.offset(event.range.end)
                changed |= self._edit(min(start, end), max(start, end), text)
            else:
                self.content = text
                self._analyse()
                changed = True
        if version is not None:
            self.version = version
        if changed:
            self.revision = next(_revisions)
        return changed

    def settle(self) -> bool:
        """Let rules about a whole source catch up with the edits. True when findings changed."""
        changed = False
        for part in self.parts:
            changed |= part.settle()
        if changed:
            self.revision = next(_revisions)
        return changed

    def use(self, settings: Settings) -> bool:
        """Check with other settings from now on. True when that is a change."""
        if settings == self.settings:
            return False
        self.settings = settings
        self._analyse()
        return True

    def offset(self, position: types.Position) -> int:
        """The byte offset of an editor's position; one past the end means the end."""
        return self.lines.offset(position.line, position.character, self.encoding)

    def range(self, start: int, end: int) -> dict[str, dict[str, int]]:
        """The protocol's range of the bytes `start` to `end` of the document."""
        first_line, first_column = self.lines.position(start, self.encoding)
        last_line, last_column = self.lines.position(end, self.encoding)
        return {
            "start": {"line": first_line, "character": first_column},
            "end": {"line": last_line, "character": last_column},
        }

    def part_at(self, offset: int) -> Part | None:
        """The part that the byte at `offset` is in."""
        return next((part for part in self.parts if part.start <= offset <= part.end), None)

    def _edit(self, start: int, end: int, text: bytes) -> bool:
        self.untouched = min(self.untouched, start)
        if self._is_one_part:
            part = self.parts[0]
            changed = part.edit(start, end, text)
            self.content = part.content
            return changed
        content = self.content[:start] + text + self.content[end:]
        before = self._regions()
        self.content = content
        self._lines = None
        after = self._regions()
        # Most edits stay inside one part; the others are rare, and a cell is short.
        moved = len(text) - (end - start)
        if len(before) == len(after):
            for index, (old, new) in enumerate(zip(before, after, strict=True)):
                inside = old.start <= start and end <= old.end
                if not inside or new != Region(old.start, old.end + moved, old.language):
                    continue
                for part in self.parts[index + 1 :]:
                    part.start += moved
                part = self.parts[index]
                changed = part.edit(start - old.start, end - old.start, text)
                return changed or (moved != 0 and index + 1 < len(self.parts))
        had_findings = any(part.findings for part in self.parts)
        self._analyse()
        return had_findings or any(part.findings for part in self.parts)

    def _regions(self) -> list[Region]:
        name = self.uri if self.notebook is None else ""
        kind = kind_of(self.language, self.content, self.notebook is not None, name)
        return regions(self.content, kind)

    def _analyse(self) -> None:
        """Find everything again, from scratch."""
        self._lines = None
        self.untouched = 0
        self.parts = []
        for region in self._regions():
            whole = region.start == 0 and region.end == len(self.content)
            content = self.content if whole else self.content[region.start : region.end]
            in_notebook = self.notebook is not None
            self.parts.append(
                Part(region.start, content, self.uri, self.settings, region.language, in_notebook)
            )
        self.revision = next(_revisions)


def to_bytes(text: str) -> bytes:
    """An editor's text as UTF-8. Half a surrogate pair, which UTF-8 cannot hold, becomes "?".

    Both are one code unit, so that no position moves.
    """
    return text.encode("utf-8", "replace")
