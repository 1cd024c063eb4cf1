"""A comparison as text: for a terminal, and as the plain form of a notebook's result."""

from __future__ import annotations

import io

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hipwright_server.compare import words
from hipwright_server.compare.words import Json

_STYLES = {
    "agree": "green",
    "differ": "red",
    "failed": "red",
    "warning": "yellow",
    "skipped": "dim",
    "unpaired": "red",
}
_PLAIN_WIDTH = 100
_LINES = 8


def render_text(comparison: Json) -> RenderableType:
    """What rich prints on a terminal."""
    parts: list[RenderableType] = [_headline(comparison)]
    for pair in comparison["pairs"]:
        left = comparison["sides"][pair["left"]]
        right = comparison["sides"][pair["right"]]
        parts += ["", _checks(pair)]
        parts += _arrays(pair, left, right)
        parts += _output(pair, left, right)
    for side in comparison["sides"]:
        parts += _troubles(side)
        parts += _findings(side)
    parts += ["", _sides(comparison)]
    rows = words.resource_rows(comparison["sides"])
    if rows:
        table = _table("kernel", *[side["label"] for side in comparison["sides"]])
        for name, cells in rows:
            table.add_row(name, *cells)
        parts += ["", table]
    if comparison["cannotShow"]:
        parts += ["", Text("Not shown by this:", style="dim")]
        parts += [Text(f"  {each}", style="dim") for each in comparison["cannotShow"]]
    return Group(*parts)


def plain_text(comparison: Json) -> str:
    """The same without colours, for a file or a notebook's `text/plain`."""
    console = Console(
        file=io.StringIO(),
        width=_PLAIN_WIDTH,
        color_system=None,
        force_terminal=False,
        # In a notebook rich would display the text as an output of its own, whatever the file.
        force_jupyter=False,
    )
    console.print(render_text(comparison))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _headline(comparison: Json) -> Text:
    verdict = comparison["verdict"]
    line = Text()
    line.append(f" {verdict.upper()} ", style=f"bold reverse {_STYLES[verdict]}")
    line.append(f" {comparison['sentence']}")
    return line


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for column in columns:
        table.add_column(column, header_style="dim", overflow="fold")
    return table


def _sides(comparison: Json) -> Table:
    table = _table("", *[side["label"] for side in comparison["sides"]])
    rows = (
        ("written in", lambda side: words.DIALECTS[side["dialect"]]),
        ("target", words.ran_on),
        ("compiler", lambda side: side["toolchain"] or "–"),
        ("compiled in", words.compiled_in),
        ("ended", words.ended),
        ("ran in", words.ran_in),
    )
    for name, cell in rows:
        table.add_row(Text(name, style="dim"), *[cell(side) for side in comparison["sides"]])
    return table


def _checks(pair: Json) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in pair["checks"]:
        table.add_row(
            Text(words.VERDICTS[check["verdict"]], style=_STYLES[check["verdict"]]),
            words.CHECKS[check["name"]],
            Text(check["sentence"]),
        )
    return table


def _arrays(pair: Json, left: Json, right: Json) -> list[RenderableType]:
    parts: list[RenderableType] = []
    for array in pair["arrays"]:
        if array["verdict"] == "agree":
            continue
        where = words.place(array["left"] or array["right"])
        head = Text()
        head.append(array["name"], style="bold")
        head.append(f"  {where}", style="dim")
        parts += ["", head, Text(f"  {array['sentence']}")]
        if array["samples"]:
            table = _table("element", left["label"], right["label"])
            for sample in array["samples"][:_LINES]:
                table.add_row(f"[{sample['index']}]", sample["left"], sample["right"])
            parts.append(Padding(table, (0, 0, 0, 2)))
            measures = (
                f"  largest error: absolute {words.error(array['maxAbsolute'])}, "
                f"relative {words.error(array['maxRelative'])}"
            )
            if array["maxUlp"] is not None:
                measures += f", {array['maxUlp']:,} ULP"
            parts.append(Text(measures, style="dim"))
    return parts


def _output(pair: Json, left: Json, right: Json) -> list[RenderableType]:
    output = pair["output"]
    parts: list[RenderableType] = []
    for line in output["lines"][:_LINES]:
        if not parts:
            parts.append("")
        number = line["leftLine"] or line["rightLine"]
        parts.append(Text(f"output, line {number}: {line['reason']}", style="bold"))
        parts.append(Text(f"  {left['label']}: {line['left']}"))
        parts.append(Text(f"  {right['label']}: {line['right']}"))
    if output["differingLines"] > _LINES:
        parts.append(Text(f"  and {output['differingLines'] - _LINES:,} more lines", style="dim"))
    if output["ignored"]:
        parts += ["", Text("Left out of the output: " + "; ".join(output["ignored"]), style="dim")]
    return parts


def _troubles(side: Json) -> list[RenderableType]:
    """What the compiler and the device say."""
    parts: list[RenderableType] = []
    errors = [each for each in side["diagnostics"] if each["severity"] == "error"]
    for each in errors[:_LINES]:
        where = f"{words.place(each)}: " if each["file"] else ""
        parts.append(Text(f"{side['label']}: {where}{each['message']}", style="red"))
    for report in side["reports"][:_LINES]:
        line = Text(f"{side['label']}: {report['message']}", style="yellow")
        where = words.report_place(report)
        parts.append(line)
        if where:
            parts.append(Text(f"  {where}", style="dim"))
    left_out = side.get("reportsTotal", len(side["reports"])) - _LINES
    if left_out > 0:
        parts.append(Text(f"  and {left_out:,} more reports", style="dim"))
    return ["", *parts] if parts else []


def _findings(side: Json) -> list[RenderableType]:
    if not side["findings"]:
        return []
    parts: list[RenderableType] = [
        "",
        Text(f"Left to do in {words.whose(side)}:", style="bold"),
    ]
    for each in side["findings"]:
        parts.append(Text(f"  {words.place(each)}: {each['code']} {each['message']}"))
    return parts
