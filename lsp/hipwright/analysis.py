"""A source → its findings, from scratch or after an edit.

One regular expression finds what may be a name of the API table; the tree is asked only about
those that are. The source is cut into units, its top-level items: rules about names and about the
shape of the code see one unit at a time, so that an edit only costs what its unit costs. Rules
about whole files run again when the file holds one of their triggers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from tree_sitter import Node

from hipwright.api import table
from hipwright.finding import Edit, Finding, Fix, moved
from hipwright.rules.base import FileRule, NameUse
from hipwright.rules.chosen import chosen_rules
from hipwright.rules.headers._directives import directives_of
from hipwright.rules.latest import Latest
from hipwright.scan import Hit, Scan, scan
from hipwright.settings import Settings
from hipwright.source import LineIndex, Source
from hipwright.source.names import (
    NAME_KINDS,
    SPECIAL_PARENTS,
    TYPED_BY_CHILD,
    Declaration,
    Names,
    Place,
    in_literals,
)
from hipwright.source.text import cuda_language
from hipwright.source.units import Item, items
from hipwright.suppression import SUPPRESSION, suppress


def check(source: Source, settings: Settings | None = None) -> list[Finding]:
    """Everything that must or should change in a source, by position."""
    findings = Analysis(source, settings, once=True).findings
    Latest.forget()
    return findings


_NONE: frozenset[Any] = frozenset()


def may_find_more(content: bytes, settings: Settings) -> bool:
    """Whether some rule might have a safe fix for a text, as far as its bytes alone can tell.

    False is certain: all names to port stand in comments and literals, and no rule that is not
    stable and whose trigger stands anywhere might fix something. Rules about headers look at
    directives only, which parse alike in any surroundings.
    """
    rules = chosen_rules(settings)
    seen = scan(content, 0, len(content), rules)
    if rules.may_fix(content, {word for _, word in seen.triggers}):
        return True
    fixable = [
        at
        for at, _, what in seen.hits
        if any(rule.has_safe_fixes for rule in what.rules)
        or any(advice.replacement is not None for advice in what.advice)
    ]
    return bool(fixable) and any(not is_opaque for is_opaque in in_literals(content, fixable))


class _Unit:
    """A top-level item and what was found in it. It ends where the next one starts."""

    __slots__ = ("findings", "made_at", "owned", "start", "triggers", "users")

    def __init__(self, start: int) -> None:
        self.start = start
        self.made_at = start  # where it started when its findings were made
        self.findings: list[Finding] = []
        # Most units have none of these: they share the empty set until they do.
        self.triggers: AbstractSet[bytes] = _NONE
        self.users: AbstractSet[bytes] = _NONE  # names that are the user's in the whole file
        self.owned: AbstractSet[tuple[bytes, bytes]] = _NONE  # (class or namespace, name)

    def current(self) -> list[Finding]:
        """Its findings, at their positions of now."""
        delta = self.start - self.made_at
        if delta:
            self.findings = [moved(finding, delta) for finding in self.findings]
            self.made_at = self.start
        return self.findings


class Analysis:
    """The findings of one source, kept up to date while it is edited.

    With `once`, for a source that is not going to be edited, it is not cut into units where no rule
    about shapes looks: the first edit would then find everything again.
    """

    def __init__(
        self, source: Source, settings: Settings | None = None, *, once: bool = False
    ) -> None:
        self.source = source
        self.settings = settings or Settings()
        self._rules = chosen_rules(self.settings)
        self._units: list[_Unit] = []
        self._of_files: dict[FileRule, list[Finding]] = {}
        self._stale: set[FileRule] = set()  # what was found before an edit may no longer hold
        self._findings: list[Finding] | None = None
        self._analyse(once)

    @property
    def findings(self) -> list[Finding]:
        """The findings, by position."""
        if self._findings is None:
            found = [finding for unit in self._units if unit.findings for finding in unit.current()]
            for of_file in self._of_files.values():
                for finding in of_file:
                    insort(found, finding, key=_position)
            if self._triggers[SUPPRESSION] > 0:
                found = suppress(found, self.source, self.settings)
            self._findings = found
        return self._findings

    def edit(self, start: int, end: int, text: bytes, *, settle: bool = True) -> bool:
        """Replace the bytes `start` to `end`.

        With `settle` false, rules about the whole file wait for `settle`: what they found before
        stays until then, but for what the edit went through. Returns True when findings changed,
        or stand on other lines or columns than before. Raises ValueError when the range is not
        inside the content.
        """
        before = self.findings
        lines = self.source.lines
        old = self.source.content
        changed = self.source.edit(start, end, text)
        self._findings = None
        items_before_and_after = self._update(old, start, end, text, changed)
        by = len(text) - (end - start)
        if items_before_and_after is None:
            self._analyse()
        else:
            self._follow(start, end, by, items_before_and_after)
            if settle:
                self._run_file_rules()
        return _differ(before, lines, self.findings, self.source.lines, start, end, by)

    def settle(self) -> bool:
        """Let the rules about the whole file catch up; True when findings changed."""
        if not self._stale:
            return False
        before = self.findings
        self._findings = None
        self._run_file_rules()
        return self.findings != before

    def _analyse(self, once: bool = False) -> None:
        """Find everything, from scratch."""
        self._users: Counter[bytes] = Counter()
        self._owned: Counter[tuple[bytes, bytes]] = Counter()
        self._triggers: Counter[bytes] = Counter()
        self._reaches_far = False
        self._includes: tuple[bytes, ...] | None = None if once else _includes(self.source)
        size = len(self.source.content)
        seen = scan(self.source.content, 0, size, self._rules)
        cut = not once or self._rules.shapes_look(seen)
        found = list(items(self.source.tree, 0, size)) if cut else []
        self._units = _units_of(found, 0)
        self._fill(self._units, found, seen, size)
        self._of_files = {}
        self._stale = looking = self._looking()
        self._run_file_rules(looking)

    def _update(
        self, old: bytes, start: int, end: int, text: bytes, changed: list[tuple[int, int]]
    ) -> tuple[bytes, bytes] | None:
        """Find again what an edit of the `old` content may have changed in the items.

        Returns the text of the edited items, before and after; None when all is to be found again.
        """
        if self._reaches_far:
            return None
        units = self._units
        delta = len(text) - (end - start)
        low = min([start, *(part[0] for part in changed)])
        high = max([start + len(text), *(part[1] for part in changed)])
        starts = [unit.start for unit in units]
        # A unit that only touches the edit counts too: its first or last word may have grown.
        first = max(bisect_left(starts, low) - 1, 0)
        last = bisect_right(starts, max(high - delta, end))
        while True:
            from_ = units[first].start
            to = units[last].start + delta if last < len(units) else len(self.source.content)
            found = list(items(self.source.tree, from_, to))
            reach_low = min((item.start for item in found if item.whole), default=from_)
            reach_high = max((item.node.end_byte for item in found if item.whole), default=to)
            if reach_low < from_ and first > 0:
                first = max(min(bisect_right(starts, reach_low) - 1, first - 1), 0)
            elif reach_high > to and last < len(units):
                last = max(bisect_left(starts, reach_high - delta), last + 1)
            else:
                break
        edited = old[from_ : to - delta], self.source.content[from_:to]
        if any(b"include" in item for item in edited) and self._includes != _includes(self.source):
            return None
        if self._owned and any(b"using" in item for item in edited):
            return None
        dropped = units[first:last]
        new = _units_of([item for item in found if item.start >= from_], from_)
        for unit in units[last:]:
            unit.start += delta
        known = set(self._users), set(self._owned)
        for unit in dropped:
            self._users.subtract(unit.users)
            self._owned.subtract(unit.owned)
            self._triggers.subtract(unit.triggers)
        # Unary plus drops what has come down to zero.
        self._users, self._owned = +self._users, +self._owned
        units[first:last] = new
        seen = scan(self.source.content, from_, to, self._rules)
        if not self._fill(new, found, seen, to, known):
            return None
        return edited

    def _follow(self, start: int, end: int, by: int, edited: tuple[bytes, bytes]) -> None:
        """Move what the rules about the whole file found; note which of them must look again."""
        looking = self._looking()
        for rule in looking:
            if rule.affected_by is None or any(map(rule.affected_by.search, edited)):
                self._stale.add(rule)
        for rule, findings in list(self._of_files.items()):
            if rule not in looking:
                self._stale.add(rule)
            kept: list[Finding] = []
            for finding in findings:
                place = behind_or_before(finding, start, end)
                if place is None:
                    self._stale.add(rule)
                else:
                    kept.append(moved(finding, by) if place and by else finding)
            self._of_files[rule] = kept

    def _fill(
        self,
        units: list[_Unit],
        found: list[Item],
        seen: Scan,
        end: int,
        known: tuple[set[bytes], set[tuple[bytes, bytes]]] | None = None,
    ) -> bool:
        """Find what is in these neighbouring units, which reach to `end`.

        Returns False, with the work undone, when the names that the user declares for other units
        too are no longer those that are `known`.
        """
        starts = [unit.start for unit in units]
        if not self._find_names(units, starts, seen.hits, known):
            return False
        for at, word in seen.triggers:
            unit = units[bisect_right(starts, at) - 1]
            if word not in unit.triggers:
                unit.triggers |= {word}
                self._triggers[word] += 1
        self._find_shapes(units, starts, found, end)
        return True

    def _find_names(
        self,
        units: list[_Unit],
        starts: list[int],
        hits: list[Hit],
        known: tuple[set[bytes], set[tuple[bytes, bytes]]] | None,
    ) -> bool:
        if not hits:  # nothing to ask the tree about: it need not be made
            return known is None or known == (set(self._users), set(self._owned))
        source, settings = self.source, self.settings
        names = Names(source, _is_api)
        find = source.tree.root_node.descendant_for_byte_range
        name_kinds, special, typed_by_child, type_kind = _kinds()
        local: dict[bytes, list[Declaration]] = {}
        uses: list[tuple[Hit, Node | None]] = []
        for hit in hits:
            # Most names are plain uses, and are told so here, without a call more than needed.
            start, stop, what = hit
            node = find(start, stop)
            if node is not None and node.kind_id in name_kinds:
                parent = node.parent
                kind = 0 if parent is None else parent.kind_id
                if kind not in special or (kind in typed_by_child and node.kind_id == type_kind):
                    uses.append((hit, node))
                    continue
            place, node = names.place(start, stop)
            if place is Place.CODE or place is Place.MACRO_BODY:
                uses.append((hit, node))
            elif place is Place.STRING:
                if settings.hipify:  # AMD's tool ports the names in messages too
                    uses.append((hit, None))
            elif place is Place.DECLARED and node is not None:
                name = what.name
                declaration = names.declaration(node)
                local.setdefault(name, []).append(declaration)
                unit = units[bisect_right(starts, start) - 1]
                if declaration.everywhere:
                    unit.users |= {name}
                if declaration.owner is not None:
                    unit.owned |= {(declaration.owner, name)}
        if local:
            for unit in units:
                self._users.update(unit.users)
                self._owned.update(unit.owned)
        if known is not None and known != (set(self._users), set(self._owned)):
            return False
        is_users = self._who_owns(names, local)
        index = 0
        last = len(starts) - 1
        for (at, stop, what), node in uses:
            if is_users is not None and is_users(what.name, at, node):
                continue
            while index < last and starts[index + 1] <= at:
                index += 1
            findings = units[index].findings
            for code, severity, message, title, replacement, cuda_name, deprecated in what.advice:
                fixes: tuple[Fix, ...] = ()
                if replacement is not None:
                    fixes = (_as(Fix, (title, (_as(Edit, (at, stop, replacement)),), True)),)
                findings.append(
                    _as(
                        Finding,
                        (code, severity, message, at, stop, fixes, (), cuda_name, deprecated),
                    )
                )
            if what.rules:
                use = NameUse(at, stop, what.entry, node)
                for rule in what.rules:
                    findings.extend(rule.check(use, source, settings))
        return True

    def _who_owns(
        self, names: Names, local: dict[bytes, list[Declaration]]
    ) -> Callable[[bytes, int, Node | None], bool] | None:
        """What tells whether a name in code is the user's; None where no name is."""
        if not (local or self._users or self._owned):
            return None
        owned = {name for _, name in self._owned}
        used = list(names.used_namespaces()) if owned else []

        def is_users(name: bytes, at: int, node: Node | None) -> bool:
            if name in self._users:
                return True
            if name in local and any(d.start <= at < d.end for d in local[name]):
                return True
            if name not in owned:
                return False
            if any(
                start <= at < end and (space, name) in self._owned for start, end, space in used
            ):
                return True
            return node is not None and any(
                (owner, name) in self._owned for owner in names.owners(node)
            )

        return is_users

    def _find_shapes(
        self, units: list[_Unit], starts: list[int], found: list[Item], end: int
    ) -> None:
        index = 0
        last = len(starts) - 1
        for item in found:
            at = item.start
            if at < starts[0]:
                continue
            while index < last and starts[index + 1] <= at:
                index += 1
            unit = units[index]
            if not unit.triggers:
                continue
            stop = starts[index + 1] if index < last else end
            for rule in self._rules.of_shapes_with(unit.triggers):
                query = self._rules.query_of(rule)
                for finding in rule.find(query, item, self.source, self.settings):
                    # What was found so far is in order: names come as they stand.
                    insort(unit.findings, finding, key=_position)
                    if _reaches_out(finding, starts[index], stop):
                        self._reaches_far = True

    def _looking(self) -> set[FileRule]:
        """The rules about whole files whose triggers the source holds."""
        return set(self._rules.of_files_with(word for word, n in self._triggers.items() if n > 0))

    def _run_file_rules(self, looking: AbstractSet[FileRule] | None = None) -> None:
        if looking is None:
            looking = self._looking()
        for rule in self._stale:
            found = list(rule.check(self.source, self.settings)) if rule in looking else []
            if found:
                self._of_files[rule] = found
            else:
                self._of_files.pop(rule, None)
        self._stale = set()


# Makes a named tuple of a tuple without the call between: thousands of times in a large file.
_as = tuple.__new__


@cache
def _kinds() -> tuple[frozenset[int], frozenset[int], frozenset[int], int]:
    """NAME_KINDS, SPECIAL_PARENTS, TYPED_BY_CHILD and `type_identifier` as the grammar's numbers.

    A node gives its number without making a string: thousands of times in a large file.
    """
    language = cuda_language()
    numbers: dict[str, list[int]] = {}
    for number in range(language.node_kind_count):
        if language.node_kind_is_named(number):
            numbers.setdefault(language.node_kind_for_id(number) or "", []).append(number)
    names, special, typed = (
        frozenset(number for kind in kinds for number in numbers.get(kind, ()))
        for kinds in (NAME_KINDS, SPECIAL_PARENTS, TYPED_BY_CHILD)
    )
    return names, special, typed, numbers["type_identifier"][-1]


def _units_of(found: list[Item], start: int) -> list[_Unit]:
    """Units that start where the items do; the first one, where the stretch starts."""
    units = [_Unit(start)]
    for item in found:
        if item.start > units[-1].start:
            units.append(_Unit(item.start))
    return units


def _is_api(name: bytes) -> bool:
    return name in table()


def _includes(source: Source) -> tuple[bytes, ...]:
    """What a source includes: a few names mean other things under other headers."""
    return tuple(include.path for include in directives_of(source.content).includes)


def _position(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.code


def _reaches_out(finding: Finding, start: int, end: int) -> bool:
    """Whether a finding of a unit speaks of places outside of it."""
    return any(
        not start <= edit.start <= edit.end <= end for fix in finding.fixes for edit in fix.edits
    ) or any(not start <= part.start <= part.end <= end for part in finding.related)


def behind_or_before(finding: Finding, start: int, end: int) -> bool | None:
    """Whether all that a finding speaks of stands behind an edit; None when on both sides of it."""
    edits = [edit for fix in finding.fixes for edit in fix.edits]
    places = [(finding.start, finding.end), *(edit[:2] for edit in edits)]
    places += [part[:2] for part in finding.related]
    if all(place[0] > end for place in places):
        return True
    if all(place[1] < start for place in places):
        return False
    return None


def _differ(
    before: list[Finding],
    before_lines: LineIndex,
    after: list[Finding],
    after_lines: LineIndex,
    start: int,
    end: int,
    by: int,
) -> bool:
    """Whether findings say other things than before, or stand on other lines or columns.

    `start` to `end` is the stretch that was replaced; what stood behind it moved `by` bytes.
    """
    if len(before) != len(after):
        return True
    same_lines = len(before_lines.starts) == len(after_lines.starts)
    first = 0
    count = len(after)
    while first < count and before[first].end <= start and before[first] == after[first]:
        first += 1
    if first == count:
        return False
    if same_lines:
        # What stands on later lines only moved in bytes, if it is still the same.
        line_end = before_lines.line_bounds(before_lines.line_of(end))[1]
        while count > first:
            old, new = before[count - 1], after[count - 1]
            if old.start <= line_end or new.start - old.start != by or new.end - old.end != by:
                break
            if old.code != new.code or old.message != new.message:
                break
            if _offers(old) != _offers(new):
                break
            count -= 1
    return any(
        _shown(old, before_lines) != _shown(new, after_lines)
        for old, new in zip(before[first:count], after[first:count], strict=True)
    )


def _shown(finding: Finding, lines: LineIndex) -> tuple[object, ...]:
    """All that a reader sees of a finding."""
    return (
        finding.code,
        finding.message,
        lines.position(finding.start, "utf-8"),
        lines.position(finding.end, "utf-8"),
        _offers(finding),
        tuple((part.message, lines.position(part.start, "utf-8")) for part in finding.related),
    )


def _offers(finding: Finding) -> list[tuple[str, bool]]:
    return [(title, safe) for title, _, safe in finding.fixes]
