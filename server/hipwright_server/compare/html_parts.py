"""The pieces that our pages are made of: HTML without scripts and style sheets."""

from __future__ import annotations

from html import escape

GREEN = "#2f9e44"
RED = "#d6403a"
AMBER = "#b7791f"
GREY = "#868e96"
COLOURS = {
    "agree": GREEN,
    "compiles": GREEN,
    "differ": RED,
    "failed": RED,
    "unpaired": RED,
    "warning": AMBER,
    "skipped": GREY,
    "interrupted": AMBER,
}
LINE = f"1px solid {GREY}"
CELL = "padding:2px 14px 2px 0;text-align:left;vertical-align:top;border:none"
MONO = "font-family:monospace"


def page(title: str, body: str) -> str:
    """A page of its own around a body of HTML."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title></head>"
        '<body style="font-family:system-ui,sans-serif;margin:24px">'
        f"{body}</body></html>\n"
    )


def pill(text: str, colour: str) -> str:
    """A word on a colour."""
    return (
        f'<span style="display:inline-block;background-color:{colour};color:#ffffff;'
        "font-weight:700;font-size:11px;letter-spacing:1px;border-radius:3px;padding:2px 8px;"
        f'margin-right:10px">{escape(text)}</span>'
    )


def table(head: list[str], rows: list[list[str]], mono: bool = False) -> str:
    """A table of cells that are HTML already."""
    cell = f"{CELL};{MONO}" if mono else CELL
    html = '<table style="border-collapse:collapse;border:none;margin:2px 0 8px 0;font-size:13px">'
    if any(head):
        cells = "".join(
            f'<th style="{CELL};font-weight:600;border-bottom:{LINE}">{each}</th>' for each in head
        )
        html += f"<tr>{cells}</tr>"
    for row in rows:
        html += "<tr>" + "".join(f'<td style="{cell}">{each}</td>' for each in row) + "</tr>"
    return html + "</table>"


def muted(text: str) -> str:
    """A text that steps back."""
    return f'<span style="opacity:0.7">{escape(text)}</span>'


def details(title: str, body: str, opened: bool) -> str:
    """A part that can be folded away."""
    return (
        f'<details{" open" if opened else ""} style="margin:6px 0">'
        f'<summary style="cursor:pointer;font-weight:600">{escape(title)}</summary>'
        f'<div style="margin:4px 0 0 14px">{body}</div></details>'
    )
