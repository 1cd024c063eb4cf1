"""A comparison as HTML without scripts and style sheets.

Notebooks that are not trusted, and exported pages, keep only elements with inline `style=`. Colours
are chosen to be read on white and on black alike: text takes the page's own colour, and lines and
bars are greys and verdict colours of middle brightness.
"""

from __future__ import annotations

from html import escape

from hipwright_server.compare import words
from hipwright_server.compare.html_parts import (
    AMBER,
    COLOURS,
    GREY,
    MONO,
    RED,
    details,
    muted,
    page,
    pill,
    table,
)
from hipwright_server.compare.words import Json


def render_html(comparison: Json) -> str:
    """The comparison as one `<div>`."""
    parts = [_headline(comparison)]
    for pair in comparison["pairs"]:
        left = comparison["sides"][pair["left"]]
        right = comparison["sides"][pair["right"]]
        parts.append(_checks(pair))
        parts.append(_arrays(pair, left, right))
        parts.append(_output(pair, left, right))
    for side in comparison["sides"]:
        parts.append(_troubles(side))
        parts.append(_findings(side))
    parts.append(details("What ran", _sides(comparison), opened=True))
    parts.append(_resources(comparison))
    parts.append(_limits(comparison))
    body = "".join(parts)
    return (
        '<div style="max-width:900px;font-size:13px;line-height:1.5;padding:4px 0">'
        + body
        + "</div>"
    )


def render_page(comparison: Json) -> str:
    """The comparison as a page of its own."""
    return page(f"{comparison['title']}: {comparison['verdict']}", render_html(comparison))


def _headline(comparison: Json) -> str:
    verdict = comparison["verdict"]
    return (
        '<div style="margin-bottom:10px">'
        f"{pill(verdict.upper(), COLOURS[verdict])}"
        f'<span style="font-size:14px;font-weight:600">{escape(comparison["sentence"])}</span>'
        "</div>"
    )


def _sides(comparison: Json) -> str:
    sides = comparison["sides"]
    rows = [
        ["written in", *[words.DIALECTS[side["dialect"]] for side in sides]],
        ["target", *[words.ran_on(side) for side in sides]],
        ["compiler", *[side["toolchain"] or "–" for side in sides]],
        ["compiled in", *[words.compiled_in(side) for side in sides]],
        ["ended", *[words.ended(side) for side in sides]],
        ["ran in", *[words.ran_in(side) for side in sides]],
    ]
    cells = [[muted(row[0]), *[escape(each) for each in row[1:]]] for row in rows]
    return table(["", *[escape(side["label"]) for side in sides]], cells)


def _checks(pair: Json) -> str:
    rows = []
    for check in pair["checks"]:
        colour = COLOURS[check["verdict"]]
        mark = (
            f'<span style="color:{colour};font-weight:700">'
            f"{escape(words.VERDICTS[check['verdict']])}</span>"
        )
        rows.append([mark, escape(words.CHECKS[check["name"]]), escape(check["sentence"])])
    return table([], rows)


def _arrays(pair: Json, left: Json, right: Json) -> str:
    if not pair["arrays"]:
        return ""
    rows = []
    for array in pair["arrays"]:
        colour = COLOURS[array["verdict"]]
        known = array["left"] or array["right"]
        if array["verdict"] == "unpaired":
            shown = escape(array["sentence"])
        elif array["exact"]:
            shown = muted("the same, bit for bit")
        elif array["verdict"] == "agree":
            shown = muted(
                f"within the tolerance, largest error {words.error(array['maxAbsolute'])}"
            )
        else:
            shown = (
                f'<span style="color:{colour};font-weight:600">{array["differing"]:,} differ</span>'
            )
        rows.append(
            [
                f'<span style="color:{colour}">■</span> <span style="{MONO}">'
                f"{escape(array['name'])}</span>",
                escape(f"{known['elements']:,} × {known['type']}"),
                muted(words.place(known)),
                shown,
            ]
        )
    html = details(
        f"Arrays copied back ({pair.get('arraysTotal', len(rows))})",
        table(["array", "elements", "copied at", "result"], rows),
        opened=pair["verdict"] != "agree" and any(a["verdict"] != "agree" for a in pair["arrays"]),
    )
    wrong = [array for array in pair["arrays"] if array["verdict"] == "differ"]
    return html + "".join(_differences(array, left, right) for array in wrong[:8])


def _differences(array: Json, left: Json, right: Json) -> str:
    """One array that differs: where, by how much, and the first elements."""
    measures = (
        f"largest error: absolute {words.error(array['maxAbsolute'])}, "
        f"relative {words.error(array['maxRelative'])}"
    )
    if array["maxUlp"] is not None:
        measures += f", {array['maxUlp']:,} ULP"
    rows = [
        [f"[{each['index']}]", escape(each["left"]), escape(each["right"])]
        for each in array["samples"][:8]
    ]
    head = ["element", escape(left["label"]), escape(right["label"])]
    return (
        f'<div style="border-left:3px solid {RED};padding:0 0 0 12px;margin:8px 0">'
        f'<div><span style="{MONO};font-weight:700">{escape(array["name"])}</span> '
        f"{escape(array['sentence'])}</div>"
        f"{_strip(array['profile'])}"
        f"{table(head, rows, mono=True)}"
        f'<div style="margin-top:-4px">{muted(measures)}</div></div>'
    )


def _strip(profile: list[float]) -> str:
    """Where in the array the differing elements are: the darker, the more of that part."""
    if not profile:
        return ""
    width = f"{100 / len(profile):.4f}%"
    cells = "".join(
        f'<span style="display:inline-block;width:{width};height:10px;vertical-align:top;'
        f"background-color:{RED if share else GREY};"
        f'opacity:{0.35 + 0.65 * share if share else 0.2:.2f}"></span>'
        for share in profile
    )
    return (
        '<div title="where in the array the elements differ" '
        'style="width:100%;max-width:520px;white-space:nowrap;font-size:0;margin:6px 0 2px 0">'
        f"{cells}</div>"
    )


def _output(pair: Json, left: Json, right: Json) -> str:
    output = pair["output"]
    html = ""
    if output["lines"]:
        rows = [
            [
                str(line["leftLine"] or line["rightLine"]),
                escape(line["left"]),
                escape(line["right"]),
            ]
            for line in output["lines"]
        ]
        head = ["line", escape(left["label"]), escape(right["label"])]
        html += details(
            f"Output that differs ({output['differingLines']:,})",
            table(head, rows, mono=True),
            opened=True,
        )
    if output["ignored"]:
        html += f"<div>{muted('Left out of the output: ' + '; '.join(output['ignored']))}</div>"
    if left["stdout"]["text"] or right["stdout"]["text"]:
        same = left["stdout"]["text"] == right["stdout"]["text"]
        shown = (
            [("Output of both", left)]
            if same
            else [(f"Output of {words.whose(side)}", side) for side in (left, right)]
        )
        for title, side in shown:
            cut = muted("More was printed; this is the beginning.") if side["stdout"]["cut"] else ""
            body = (
                f'<pre style="margin:0;max-height:260px;overflow:auto;font-size:12px;{MONO}">'
                f"{escape(side['stdout']['text'])}</pre>{cut}"
            )
            html += details(title, body, opened=False)
    return html


def _troubles(side: Json) -> str:
    items = []
    for each in [one for one in side["diagnostics"] if one["severity"] == "error"][:8]:
        items.append((RED, words.place(each), each["message"]))
    for report in side["reports"][:8]:
        items.append((AMBER, words.report_place(report), report["message"]))
    if not items and side["status"] not in ("ok", "compiled") and side["message"]:
        items.append((RED, "", side["message"]))
    html = ""
    for colour, where, message in items:
        beside = f"<br>{muted(where)}" if where else ""
        html += (
            f'<div style="border-left:3px solid {colour};padding:0 0 0 12px;margin:8px 0">'
            f"<b>{escape(side['label'])}</b>: {escape(message)}{beside}</div>"
        )
    more = side.get("reportsTotal", len(side["reports"])) - 8
    if more > 0:
        html += f"<div>{muted(f'and {more:,} more reports')}</div>"
    return html


def _findings(side: Json) -> str:
    if not side["findings"]:
        return ""
    rows = [
        [
            f'<span style="{MONO}">{escape(each["code"])}</span>',
            muted(words.place(each)),
            escape(each["message"]),
        ]
        for each in side["findings"]
    ]
    title = f"Left to do in {words.whose(side)} ({len(rows)})"
    return details(title, table([], rows), opened=True)


def _resources(comparison: Json) -> str:
    rows = words.resource_rows(comparison["sides"])
    if not rows:
        return ""
    labels = [escape(side["label"]) for side in comparison["sides"]]
    cells = [[escape(name), *[escape(each) for each in values]] for name, values in rows]
    return details("What the kernels cost", table(["kernel", *labels], cells), opened=False)


def _limits(comparison: Json) -> str:
    if not comparison["cannotShow"]:
        return ""
    items = "".join(
        f'<li style="margin:0">{escape(each)}</li>' for each in comparison["cannotShow"]
    )
    body = f'<ul style="margin:0;padding-left:18px">{items}</ul>'
    return details("Not shown by this comparison", body, opened=True)
