"""The records of a project → what a report says of it: plain data, which is also its JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import hipwright
from hipwright.project.record import Place, Record

VERSION = 1
NEWEST_HIP = "7.1"  # whose headers the API table was checked against

# Points of effort, and the levels that they come to. A finding that offers fixes waits for a
# choice; one without needs code; a name that HIP lacks needs another way, once for the project.
CHOICE, CODE, MISSING_NAME = 1, 3, 8
LEVELS = (
    (0, "none", "ports by itself"),
    (20, "small", "a few decisions"),
    (100, "moderate", "some code to write"),
    (400, "large", "parts to write anew"),
    (None, "very large", "many parts to write anew"),
)
MISSING = frozenset({"API002", "HEADER002", "TEX002"})
PACKAGES = frozenset({"PY001", "PY011", "PY012", "PY013", "BUILD020"})

FAMILIES = {
    "API": "Names of the CUDA API",
    "BUILD": "Build files and containers",
    "CG": "Cooperative groups",
    "ERR": "Errors",
    "FP": "Floating-point formats",
    "HEADER": "Headers",
    "IGNORE": "Suppression comments",
    "INTR": "Device functions",
    "LAUNCH": "Kernel launches",
    "LIB": "Libraries",
    "MACRO": "Macros of the compiler",
    "MATH": "Mathematics",
    "MEM": "Memory",
    "PROP": "Device properties",
    "PTX": "Inline PTX",
    "PY": "Python",
    "SMEM": "Shared memory",
    "STREAM": "Streams and graphs",
    "SYM": "Device variables",
    "TEX": "Textures and surfaces",
    "WARP": "Warps and lanes",
}

Json = dict[str, Any]


# Title and fact of each rule, by its code.
Facts = Mapping[str, tuple[str, str]]


def facts_of(codes: Collection[str]) -> dict[str, tuple[str, str]]:
    """The titles and facts of these rules. It loads all rules, which takes its time."""
    if not codes:
        return {}
    from hipwright.report.sarif import fact_of
    from hipwright.rules.registry import rule

    found = {code: rule(code) for code in codes}
    return {code: (known.title, fact_of(known)) for code, known in found.items() if known}


def needed_facts(records: Iterable[Record]) -> set[str]:
    """The codes whose titles and facts an overview of these records says."""
    return {place.code for record in records for place in record.places if place.needs_person}


def family(code: str) -> str:
    """What the family of a rule's code is called."""
    prefix = code.rstrip("0123456789")
    return FAMILIES.get(prefix, prefix)


def level(points: int) -> tuple[str, str]:
    """The level of effort that some points come to: its name, and what it means."""
    for most, name, meaning in LEVELS:
        if most is None or points <= most:
            return name, meaning
    raise AssertionError("the last level has no end")


def points(places: Iterable[Place]) -> int:
    """The points of some findings, without those of missing names.

    Those of one rule about the same words in the same file are one piece of work.
    """
    pieces = {
        (place.code, place.text or place.message): CHOICE if place.choices else CODE
        for place in places
        if place.needs_person and place.code not in MISSING
    }
    return sum(pieces.values())


def overview(
    records: Sequence[Record], title: str, facts: Facts, hip_version: str, arch: Sequence[str]
) -> Json:
    """Everything that a report says. `hip_version` is empty for the newest one."""
    read = [record for record in records if record.problem is None and not record.skipped]
    every = [(record, place) for record in read for place in record.places]
    by_itself = sum(place.by_itself for _, place in every)
    person = sum(place.needs_person for _, place in every)
    names = _missing(every)
    total_points = sum(points(record.places) for record in read) + MISSING_NAME * len(names)
    name, meaning = level(total_points)
    return {
        "version": VERSION,
        "hipwright": hipwright.__version__,
        "title": title,
        "hip": hip_version or NEWEST_HIP,
        "arch": list(arch),
        "files": {
            "read": len(read),
            "lines": sum(record.lines for record in read),
            "without findings": sum(not record.places for record in read),
            "ready after a port": sum(
                not any(place.needs_person for place in record.places) for record in read
            ),
        },
        "findings": {
            "all": len(every),
            "by itself": by_itself,
            "a person": person,
            "to know": len(every) - by_itself - person,
        },
        "effort": {
            "points": total_points,
            "level": name,
            "meaning": meaning,
            "formula": {
                "choice": CHOICE,
                "code": CODE,
                "missing name": MISSING_NAME,
                "levels": [[most, known] for most, known, _ in LEVELS],
            },
        },
        "families": _families(every),
        "by file": _by_file(read),
        "for a person": _for_a_person(every, facts),
        "names without a counterpart": names,
        "packages and images": _packages(every),
        "problems": [
            {"file": record.file, "problem": record.problem}
            for record in records
            if record.problem is not None
        ],
    }


_Every = Sequence[tuple[Record, Place]]


def _families(every: _Every) -> list[Json]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for _, place in every:
        counts[family(place.code)][_kind(place)] += 1
    rows = [
        {"family": name, **{kind: found[kind] for kind in ("by itself", "a person", "to know")}}
        for name, found in counts.items()
    ]
    return sorted(rows, key=lambda row: (-row["a person"], -row["by itself"], row["family"]))


def _kind(place: Place) -> str:
    return "by itself" if place.by_itself else "a person" if place.needs_person else "to know"


def _by_file(read: Sequence[Record]) -> list[Json]:
    rows = []
    for record in read:
        if not record.places:
            continue
        found = Counter(_kind(place) for place in record.places)
        missing = {
            place.text for place in record.places if place.code in MISSING and place.needs_person
        }
        effort = points(record.places) + MISSING_NAME * len(missing)
        rows.append(
            {
                "file": record.file,
                "lines": record.lines,
                **{kind: found[kind] for kind in ("by itself", "a person", "to know")},
                "points": effort,
                "level": level(effort)[0],
            }
        )
    return sorted(rows, key=lambda row: (-row["points"], -row["a person"], row["file"]))


def _for_a_person(every: _Every, facts: Facts) -> list[Json]:
    groups: dict[str, list[tuple[Record, Place]]] = defaultdict(list)
    for record, place in every:
        if place.needs_person:
            groups[place.code].append((record, place))
    rows = []
    for code, found in groups.items():
        title, fact = facts.get(code, (code, ""))
        rows.append(
            {
                "code": code,
                "title": title,
                "fact": fact,
                "family": family(code),
                "severity": found[0][1].severity,
                "count": len(found),
                "files": len({record.file for record, _ in found}),
                "places": [
                    {
                        "file": record.file,
                        "line": place.line,
                        "cell": place.cell,
                        "text": place.text,
                        "message": place.message,
                        "choices": place.choices,
                    }
                    for record, place in found
                ],
            }
        )
    return sorted(rows, key=lambda row: (row["severity"] != "error", -row["count"], row["code"]))


def _missing(every: _Every) -> list[Json]:
    uses: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for record, place in every:
        if place.code in MISSING and place.needs_person:
            uses[place.name or place.text].append((record.file, place.message))
    rows = [
        {
            "name": name,
            "uses": len(found),
            "files": sorted({file for file, _ in found}),
            "message": found[0][1],
        }
        for name, found in uses.items()
    ]
    return sorted(rows, key=lambda row: (-row["uses"], row["name"]))


def _packages(every: _Every) -> list[Json]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record, place in every:
        if place.code in PACKAGES:
            found[place.text, place.message].add(record.file)
    return [
        {"name": name, "message": message, "files": sorted(files)}
        for (name, message), files in sorted(found.items())
    ]
