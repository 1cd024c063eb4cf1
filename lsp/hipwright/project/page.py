"""The overview of a project as one HTML page: nothing is fetched, nothing runs in it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

Json = dict[str, Any]

_MOST_PLACES = 40  # of one rule; the rest is a number, and stands in the JSON
_MOST_FILES = 300

_STYLE = """
:root { color-scheme: light dark;
  --ink: #1c2024; --soft: #5a636e; --line: #d5dae0; --paper: #ffffff; --field: #f4f6f8;
  --self: #1f7a3d; --person: #b3261e; --know: #8a94a0; --link: #0b57a8; }
@media (prefers-color-scheme: dark) { :root {
  --ink: #e6e9ed; --soft: #a3adb8; --line: #3a424c; --paper: #14181d; --field: #1e242b;
  --self: #57c27a; --person: #ff8a80; --know: #77818d; --link: #7db8f5; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.5rem 4rem; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; display: inline; }
p { margin: .4rem 0; max-width: 46rem; }
a { color: var(--link); }
code, .code { font: .92em ui-monospace, "SF Mono", Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.lead { font-size: 1.1rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0;
  margin: 1rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem;
  margin: 1.2rem 0; padding: 0; }
.tiles div { background: var(--field); border: 1px solid var(--line); border-radius: .5rem;
  padding: .7rem .9rem; }
.tiles dt { color: var(--soft); font-size: .88rem; }
.tiles dd { margin: 0; font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.bar { display: flex; height: .8rem; border-radius: .4rem; overflow: hidden; gap: 1px;
  background: var(--line); min-width: 6rem; }
.bar span { display: block; min-width: 2px; }
.bar.big { height: 1.3rem; border-radius: .5rem; }
.self { background: var(--self); } .person { background: var(--person); }
.know { background: var(--know); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: .5rem 0 0; padding: 0;
  list-style: none; font-size: .92rem; }
.key span { display: inline-block; width: .75rem; height: .75rem; border-radius: .2rem;
  margin-right: .4rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-size: .93rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0;
  border-bottom: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem;
  margin: .6rem 0; }
summary { cursor: pointer; }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.tag { display: inline-block; border: 1px solid currentColor; border-radius: .8rem;
  padding: 0 .55rem; font-size: .82rem; margin-left: .4rem; white-space: nowrap; }
.error { color: var(--person); } .warning { color: var(--soft); }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem;
  color: var(--soft); font-size: .9rem; }
@media print {
  :root { --ink: #000; --soft: #444; --line: #bbb; --paper: #fff; --field: #fff;
    --self: #1f7a3d; --person: #b3261e; --know: #8a94a0; --link: #000; }
  body { font-size: 10.5pt; padding: 0; max-width: none; }
  nav { display: none; } details { border: none; padding: 0; }
  details::details-content { content-visibility: visible; height: auto; }
  .bar, .bar span, .key span { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  tr, .tiles div { break-inside: avoid; } h2, summary { break-after: avoid; }
}
"""


def page(found: Json) -> str:
    """The page of an overview."""
    title = f"Port of {found['title']} to HIP"
    sections = [
        _section("families", "By family", _families(found)),
        _section("person", "What needs a person, and why", _for_a_person(found)),
        _section("files", "By file", _files(found)),
        _section("names", "Names without a counterpart", _names(found)),
        _section("packages", "Packages and images to replace", _packages(found)),
        _section("unread", "Files that could not be read", _problems(found)),
        _section("effort", "How the effort is estimated", _formula(found)),
    ]
    shown = [section for section in sections if section is not None]
    links = "".join(f'<li><a href="#{name}">{heading}</a></li>' for name, heading, _ in shown)
    body = "".join(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{heading}</h2>{content}</section>'
        for name, heading, content in shown
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="generator" content="hipwright {escape(found["hipwright"])}">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>{escape(title)}</h1>{_lead(found)}</header>"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav><main>{body}</main>'
        f"{_footer(found)}</body></html>\n"
    )


def _section(name: str, heading: str, content: str) -> tuple[str, str, str] | None:
    return (name, heading, content) if content else None


def _lead(found: Json) -> str:
    counts, files, effort = found["findings"], found["files"], found["effort"]
    if not counts["all"]:
        return f'<p class="lead">Nothing to port in {_count(files["read"], "file")}.</p>'
    share = _percent(counts["by itself"], counts["by itself"] + counts["a person"])
    sentence = (
        f"<strong>{share}</strong> of what must change, hipwright ports by itself; "
        f"<strong>{_count(counts['a person'], 'finding')}</strong> "
        f"{_said('a person', counts)}. "
        f"Effort: <strong>{escape(effort['level'])}</strong>, {escape(effort['meaning'])}."
    )
    tiles = (
        ("Files", f"{files['read']:,}"),
        ("Lines", f"{files['lines']:,}"),
        ("Findings", f"{counts['all']:,}"),
        ("Files ready after a port", f"{files['ready after a port']:,}"),
        ("Points of effort", f"{effort['points']:,}"),
    )
    cells = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in tiles)
    return (
        f'<p class="lead">{sentence}</p><dl class="tiles">{cells}</dl>'
        f"{_bar(counts, 'bar big')}{_key(counts)}"
    )


_KINDS = (("by itself", "self"), ("a person", "person"), ("to know", "know"))
_WORDS = {  # of one finding, of several
    "by itself": ("ports by itself", "port by themselves"),
    "a person": ("needs a person", "need a person"),
    "to know": ("to know, harmless as written",) * 2,
}


def _said(kind: str, counts: Json) -> str:
    """What is said of the findings of a kind, behind their number."""
    return _WORDS[kind][counts[kind] != 1]


def _bar(counts: Json, classes: str = "bar") -> str:
    """A bar of the three kinds; its numbers are its name for those who do not see it."""
    total = sum(counts[kind] for kind, _ in _KINDS) or 1
    label = ", ".join(
        f"{counts[kind]:,} {_said(kind, counts)}" for kind, _ in _KINDS if counts[kind]
    )
    parts = "".join(
        f'<span class="{name}" style="flex:{counts[kind] / total:.4f} 0 0"></span>'
        for kind, name in _KINDS
        if counts[kind]
    )
    return f'<div class="{classes}" role="img" aria-label="{escape(label)}">{parts}</div>'


def _key(counts: Json) -> str:
    items = "".join(
        f'<li><span class="{name}"></span>{counts[kind]:,} {_said(kind, counts)}</li>'
        for kind, name in _KINDS
    )
    return f'<ul class="key">{items}</ul>'


def _table(caption: str, heads: Iterable[tuple[str, bool]], rows: Iterable[list[str]]) -> str:
    """A table of cells that are HTML; the first of a row names it. Heads say which are numbers."""
    heads = list(heads)
    number = ' class="number"'
    head = "".join(
        f'<th scope="col"{number if is_number else ""}>{name}</th>' for name, is_number in heads
    )
    body = ""
    for row in rows:
        cells = "".join(
            f"<td{number if is_number else ''}>{cell}</td>"
            for cell, (_, is_number) in zip(row[1:], heads[1:], strict=True)
        )
        body += f'<tr><th scope="row">{row[0]}</th>{cells}</tr>'
    return (
        f'<div class="scroll"><table><caption class="soft" style="text-align:left">{caption}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _families(found: Json) -> str:
    rows = [
        [
            escape(row["family"]),
            _bar(row),
            *(f"{row[kind]:,}" for kind, _ in _KINDS),
        ]
        for row in found["families"]
    ]
    if not rows:
        return ""
    heads = [("Family", False), ("", False), *_NUMBERS]
    return _table("Findings of each kind of rule", heads, rows)


_NUMBERS = [("By itself", True), ("A person", True), ("To know", True)]


def _for_a_person(found: Json) -> str:
    parts = []
    for row in found["for a person"]:
        places = "".join(_place_row(place) for place in row["places"][:_MOST_PLACES])
        more = row["count"] - _MOST_PLACES
        rest = f'<p class="soft">and {more:,} more</p>' if more > 0 else ""
        severity = escape(row["severity"])
        parts.append(
            f"<details><summary><h3>{escape(row['title'])}</h3>"
            f' <span class="tag {severity}">{severity}</span>'
            f' <span class="soft">{escape(row["code"])}, {_count(row["count"], "place")} in '
            f"{_count(row['files'], 'file')}</span></summary>"
            f"<p>{_ticked(row['fact'])}</p>"
            '<div class="scroll"><table><thead><tr><th scope="col">Place</th>'
            '<th scope="col">Code</th><th scope="col">What to do</th></tr></thead>'
            f"<tbody>{places}</tbody></table></div>{rest}</details>"
        )
    return "".join(parts)


def _place_row(place: Json) -> str:
    cell = "" if place["cell"] is None else f"cell {place['cell']}:"
    where = f"{place['file']}:{cell}{place['line']}"
    choice = ' <span class="soft">(fixes to choose from)</span>' if place["choices"] else ""
    return (
        f'<tr><td class="code">{escape(where)}</td><td class="code">{escape(place["text"])}</td>'
        f"<td>{_ticked(place['message'])}{choice}</td></tr>"
    )


def _files(found: Json) -> str:
    listed = found["by file"]
    if not listed:
        return ""
    rows = [
        [
            f"<code>{escape(row['file'])}</code>",
            _bar(row),
            *(f"{row[kind]:,}" for kind, _ in _KINDS),
            f"{row['points']:,}",
            escape(row["level"]),
        ]
        for row in listed[:_MOST_FILES]
    ]
    heads = [("File", False), ("", False), *_NUMBERS, ("Points", True), ("Effort", False)]
    more = len(listed) - _MOST_FILES
    rest = f'<p class="soft">and {more:,} files more, with less effort</p>' if more > 0 else ""
    return _table("Files with findings, those with the most effort first", heads, rows) + rest


def _names(found: Json) -> str:
    rows = [
        [
            f"<code>{escape(row['name'])}</code>",
            f"{row['uses']:,}",
            _files_of(row["files"]),
            _ticked(row["message"]),
        ]
        for row in found["names without a counterpart"]
    ]
    if not rows:
        return ""
    caption = f"Checked against HIP {escape(found['hip'])}"
    heads = [("Name", False), ("Uses", True), ("Files", False), ("What is known", False)]
    return _table(caption, heads, rows)


def _packages(found: Json) -> str:
    rows = [
        [
            f"<code>{escape(row['name'])}</code>",
            _ticked(row["message"]),
            _files_of(row["files"]),
        ]
        for row in found["packages and images"]
    ]
    if not rows:
        return ""
    heads = [("Package or image", False), ("On ROCm", False), ("Files", False)]
    return _table("What is built for CUDA, and what takes its place", heads, rows)


def _problems(found: Json) -> str:
    rows = [
        [f"<code>{escape(row['file'])}</code>", escape(row["problem"])] for row in found["problems"]
    ]
    if not rows:
        return ""
    return _table("They are in none of the numbers", [("File", False), ("Why", False)], rows)


def _formula(found: Json) -> str:
    formula = found["effort"]["formula"]
    levels, least = [], 0
    for most, name in formula["levels"]:
        points = (
            f"{least:,} and more" if most is None else "0" if most == 0 else f"{least:,}–{most:,}"
        )
        levels.append([escape(name), points])
        least = (most or 0) + 1
    return (
        "<p>An error or a warning that no port fixes counts "
        f"<strong>{formula['choice']}</strong> where fixes are offered to choose from, and "
        f"<strong>{formula['code']}</strong> where code has to be written; what one rule says of "
        "the same words in the same file counts once. Each name that HIP lacks counts "
        f"<strong>{formula['missing name']}</strong>, once for the project. What ports by itself, "
        "and what is only worth knowing, counts nothing.</p>"
        "<p>The levels order projects and files by the work that is left. They were not calibrated "
        "against the hours of real ports, and say nothing about tuning or about tests.</p>"
        + _table("Levels", [("Level", False), ("Points", True)], levels)
    )


def _footer(found: Json) -> str:
    arch = f" for {', '.join(map(escape, found['arch']))}" if found["arch"] else ""
    return (
        f"<footer>hipwright {escape(found['hipwright'])}, checked against HIP "
        f"{escape(found['hip'])}{arch}. A report of what the sources say; nothing was compiled or "
        "run for it.</footer>"
    )


def _files_of(files: list[str]) -> str:
    shown = ", ".join(f"<code>{escape(file)}</code>" for file in files[:4])
    return shown + (f" and {len(files) - 4:,} more" if len(files) > 4 else "")


def _ticked(text: str) -> str:
    """Text with what stands in backticks set as code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _percent(part: int, whole: int) -> str:
    """A share that says all or nothing only where it is."""
    if not whole or part == whole:
        return "100%"
    return f"{min(99, max(1, round(100 * part / whole))) if part else 0}%"
