"""A comparison for those who show it: text, JSON, a page, and a notebook's mimebundle."""

from __future__ import annotations

import json
from typing import Any

from hipwright_server.compare.as_html import render_html, render_page
from hipwright_server.compare.as_json import MIME_TYPE, comparison_json
from hipwright_server.compare.as_text import plain_text, render_text
from hipwright_server.compare.comparison import Comparison

__all__ = ["html_page", "json_text", "mimebundle", "plain_text", "render_text"]


def mimebundle(comparison: Comparison) -> dict[str, Any]:
    """What a notebook keeps: our own type, HTML without scripts, and text."""
    data = comparison_json(comparison)
    return {
        MIME_TYPE: data,
        "text/html": render_html(data),
        "text/plain": plain_text(data),
    }


def json_text(comparison: Comparison) -> str:
    """The comparison as JSON text."""
    return json.dumps(comparison_json(comparison), indent=2, ensure_ascii=False) + "\n"


def html_page(comparison: Comparison) -> str:
    """The comparison as a page."""
    return render_page(comparison_json(comparison))
