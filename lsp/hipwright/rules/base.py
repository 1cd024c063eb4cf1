"""What a rule is. One file in this package's folders holds one rule, or one family of twins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from tree_sitter import Node, Query, QueryCursor

from hipwright.finding import Finding, Severity
from hipwright.settings import Settings

if TYPE_CHECKING:
    from hipwright.api import Entry
    from hipwright.source import Source
    from hipwright.source.languages import Language
    from hipwright.source.texts import Text
    from hipwright.source.units import Item


class Example(NamedTuple):
    """A rule's example, its documentation and its test at once.

    `before` is checked with this rule alone. `after` is what the port of it is; None where the rule
    must stay silent; equal to `before` where it finds something that it cannot fix safely.
    `alternative` is the text after the first unsafe fix, where the rule offers one. `file` is what
    a file with this text would be called: its name says which language it is. `around` is what a
    fragment stands in, at the `@`, where it is compiled or run; nothing else reads it.

    `run` makes a program of that, where it can be one: an expression that each thread of a block of
    128 computes from its number, `t`; or the definition of a `void run()`, with what it needs, that
    writes to `results`, an array of 128 doubles. Before and after have to give the same on 32 and
    on 64 lanes.
    """

    before: str
    after: str | None
    why: str = ""
    alternative: str | None = None
    settings: Settings = Settings()
    file: str = "example.cu"
    around: str = "@"
    run: str = ""


class Rule:
    """One thing to look for, with its facts, its pattern, its fix and its examples.

    The docstring's first sentence is the fact, shown to the user. A rule is stateless: the same
    instance serves every source.
    """

    code: ClassVar[str]  # family and number; never changes its meaning
    title: ClassVar[str]  # a few words, for lists
    severity: ClassVar[Severity]
    source: ClassVar[str]  # where the fact comes from: a document or a header
    hazards: ClassVar[tuple[str, ...]] = ()  # entries of the hazard catalogue that it covers
    examples: ClassVar[tuple[Example, ...]] = ()
    # A byte string without which the rule can find nothing: the cheap test that saves the dear one.
    triggers: ClassVar[tuple[bytes, ...]] = ()
    # Whether its fixes never leave anything for this rule or another one to find: a port that
    # needs only such fixes looks once at the source, and not again at what became of it.
    settled: ClassVar[bool] = False
    # Families of rules that may say something else after its fixes: where they say anything, a
    # port does look again, settled or not.
    disturbs: ClassVar[tuple[str, ...]] = ()
    # Whether what it fixes is the same however the code around it parses: where that is broken, a
    # port need not look again for its sake.
    stable: ClassVar[bool] = False
    # The sizes of wavefront for which it matters: with `arch`, others need no such finding.
    wave_sizes: ClassVar[frozenset[int]] = frozenset((32, 64))

    @cached_property
    def has_safe_fixes(self) -> bool:
        """Whether any of its fixes is safe: then one of its examples shows one."""
        return any(each.after not in (None, each.before) for each in self.examples)

    def may_fix(self, content: bytes) -> bool:
        """Whether it might have a safe fix for a text that holds a trigger, as far as bytes tell.

        False is certain. Asked of rules that are not `stable`, before a port looks again.
        """
        return self.has_safe_fixes

    def looks(self, settings: Settings) -> bool:
        """Whether it can find anything at all under these settings."""
        return True


class SyntaxRule(Rule):
    """A rule that looks at the shape of the code: a tree-sitter query, run per top-level item.

    What it says of an item must follow from that item alone: an edit elsewhere does not run it
    again. One of its triggers must stand in the item itself.
    """

    pattern: ClassVar[str]

    def find(
        self, query: Query, item: Item, source: Source, settings: Settings
    ) -> Iterator[Finding]:
        """The findings in one top-level item; `query` is the pattern, compiled."""
        cursor = QueryCursor(query)
        if not item.whole:  # the items in it are looked at one by one
            cursor.set_max_start_depth(0)
        for _, captures in cursor.matches(item.node):
            yield from self.check(captures, source, settings)

    def check(
        self, captures: dict[str, list[Node]], source: Source, settings: Settings
    ) -> Iterable[Finding]:
        """The findings of one match of the pattern."""
        raise NotImplementedError


class FileRule(Rule):
    """A rule that needs the whole source: a definition in one place and its uses in others.

    It runs again after each edit, unless `affected_by` is given and the edited items hold no match
    of it, before and after: then what it found stands.
    """

    affected_by: ClassVar[re.Pattern[bytes] | None] = None

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole source."""
        raise NotImplementedError


class TextRule(Rule):
    """A rule about texts that are not CUDA: build files, Python, shell lines, requirements.

    It looks at a whole text that holds one of its triggers, and at no CUDA source. A folder's
    files in its languages are read for it when they hold one: choose words that others rarely do.
    """

    languages: ClassVar[frozenset[Language]]

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The findings of the whole text."""
        raise NotImplementedError


class NameUse(NamedTuple):
    """One use of a name of the API table in code: not in a comment or string, not the user's own.

    `node` is None inside a macro's body, which is opaque text to the grammar.
    """

    start: int
    end: int
    entry: Entry
    node: Node | None


class Advice(NamedTuple):
    """What a rule says of every use of a name, and what it writes in its place, if anything."""

    message: str
    title: str = ""  # of the fix
    replacement: bytes | None = None
    deprecated: bool = False


class NameRule(Rule):
    """A rule about names of the API table. Every rule that applies to a name looks at its uses."""

    def applies(self, entry: Entry, settings: Settings) -> bool:
        """Whether the uses of this name are this rule's. Asked once a name, then remembered."""
        raise NotImplementedError

    def advice(self, entry: Entry, settings: Settings) -> Advice | None:
        """What to say of all uses of a name that it applies to.

        None where it depends on the use: then `check` is asked each time.
        """
        return None

    def check(self, use: NameUse, source: Source, settings: Settings) -> Iterable[Finding]:
        """The findings of one use, where `advice` has none for all."""
        raise NotImplementedError
