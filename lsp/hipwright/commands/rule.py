"""`hipwright rule`: what a rule knows, in the terminal."""

from __future__ import annotations

import sys
from typing import Any

import click

from hipwright.commands.output import data_writer, style_for, writer
from hipwright.report.base import COLOURS, Style
from hipwright.report.sarif import fact_of
from hipwright.rules.base import Rule
from hipwright.rules.registry import all_rules
from hipwright.settings import covers, did_you_mean


@click.command("rule")
@click.argument("codes", metavar="[CODE]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every rule: one line each as text.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
def rule_command(codes: tuple[str, ...], everything: bool, format_name: str) -> int:
    """Explain rules: the fact, where it comes from, and examples.

    CODE is a rule's code, such as WARP004, or a family, such as WARP.
    """
    if bool(codes) == everything:
        raise click.UsageError("give the code of a rule, or --all")
    rules = list(all_rules()) if everything else [rule for code in codes for rule in _find(code)]
    if format_name == "json":
        import json

        document = {"version": 1, "rules": [as_json(rule) for rule in rules]}
        data_writer(sys.stdout)(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
        return 0
    write = writer(sys.stdout)
    style = style_for(sys.stdout)
    if everything:
        for rule in rules:
            severity = style(f"{rule.severity.value:<8}", fg=COLOURS[rule.severity])
            write(f"{style(f'{rule.code:<10}', bold=True)}{severity} {rule.title}\n")
    else:
        write("\n".join(_page(rule, style) for rule in rules))
    return 0


def _find(code: str) -> list[Rule]:
    wanted = code.upper()
    found = [rule for rule in all_rules() if covers(wanted, rule.code)]
    if not found:
        hint = did_you_mean(wanted, [rule.code for rule in all_rules()])
        raise click.ClickException(f"there is no rule {code}{hint}")
    return found


def as_json(rule: Rule) -> dict[str, Any]:
    """A rule in the shape of `hipwright rule --format json`."""
    return {
        "code": rule.code,
        "title": rule.title,
        "severity": rule.severity.value,
        "fact": fact_of(rule),
        "source": rule.source,
        "hazards": list(rule.hazards),
        "wave_sizes": sorted(rule.wave_sizes),
        "examples": [
            {
                "before": example.before,
                "after": example.after,
                "alternative": example.alternative,
                "why": example.why,
            }
            for example in rule.examples
        ],
    }


def _page(rule: Rule, style: Style) -> str:
    severity = style(rule.severity.value, fg=COLOURS[rule.severity])
    parts = [
        f"{style(rule.code, bold=True)} {rule.title} ({severity})",
        "",
        _wrapped(fact_of(rule)),
        "",
        _wrapped(f"Source: {rule.source}"),
    ]
    if len(rule.wave_sizes) == 1:
        parts += [
            "",
            _wrapped(f"Only where a wavefront has {min(rule.wave_sizes)} lanes (--arch)."),
        ]
    for example in rule.examples:
        parts += ["", style("Example" + (f" ({example.why})" if example.why else ""), bold=True)]
        parts.append(_block("before", example.before))
        if example.after is None:
            parts.append("    nothing to change here")
        elif example.after != example.before:
            parts.append(_block("after", example.after))
        else:
            parts.append("    found, and left to you")
        if example.alternative is not None:
            parts.append(_block("or, unsafe", example.alternative))
    return "\n".join(parts) + "\n"


def _block(label: str, code: str) -> str:
    lines = code.strip("\n").split("\n")
    return "\n".join([f"  {label}:", *(f"    {line}".rstrip() for line in lines)])


def _wrapped(text: str) -> str:
    import textwrap

    return textwrap.fill(text, 88)
