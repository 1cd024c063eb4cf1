"""The page about a rule, as Markdown: what a link in the editor opens."""

from __future__ import annotations

from hipwright.report.sarif import fact_of
from hipwright.rules.base import Example, Rule
from hipwright.rules.registry import rule
from hipwright.source.languages import comment_mark, language_of


def rule_page(code: str) -> str | None:
    """The page about the rule with this code; None when there is no such rule."""
    found = rule(code)
    return None if found is None else page(found)


def page(rule: Rule) -> str:
    """The page about a rule."""
    sections = [
        f"# {rule.code}: {rule.title}",
        fact_of(rule),
        f"Severity: {rule.severity.value}. Source: {rule.source}.",
    ]
    if len(rule.wave_sizes) == 1:
        lanes = min(rule.wave_sizes)
        sections.append(f"It matters only where a wavefront has {lanes} lanes: `arch` says where.")
    if rule.examples:
        sections.append("## Examples")
        sections.extend(_example(example) for example in rule.examples)
    sections.append(
        "## To silence it\n\n"
        f"On one line: `{_comment_mark(rule)} hipwright: ignore[{rule.code}] why`. In a project: "
        f'`ignore = ["{rule.code}"]` in `hipwright.toml`.'
    )
    return "\n\n".join(sections) + "\n"


def _comment_mark(rule: Rule) -> str:
    file = rule.examples[0].file if rule.examples else "example.cu"
    return comment_mark(language_of(file) or "cuda").decode()


def _example(example: Example) -> str:
    before = example.before.strip("\n")
    why = example.why.rstrip(".")
    parts = [f"{why[:1].upper()}{why[1:]}."] if why else []
    if example.after is None:
        parts += [_code(before, example.file), "Nothing to change here."]
    elif example.after == example.before:
        parts += [_code(before, example.file), "Found, and left to you: no change is safe."]
    else:
        parts += [
            _code(before, example.file),
            "becomes",
            _code(example.after.strip("\n"), example.file),
        ]
    if example.alternative is not None:
        parts += [
            "or, if you choose so (unsafe):",
            _code(example.alternative.strip("\n"), example.file),
        ]
    return "\n\n".join(parts)


def _code(text: str, file: str) -> str:
    language = language_of(file) or "cuda"
    return f"```{'cpp' if language == 'cuda' else language}\n{text}\n```"
