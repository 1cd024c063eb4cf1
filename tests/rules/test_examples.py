"""Every rule's examples are its tests: what it finds, what its fix makes, where it is silent."""

from __future__ import annotations

import re

import pytest

from hipwright.finding import Finding
from hipwright.port import apply_fixes, port
from hipwright.rules.base import Example, Rule, SyntaxRule, TextRule
from hipwright.rules.registry import all_rules, rule
from hipwright.source.languages import language_of
from hipwright.texts import check_text, text_of

EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples, 1)
]


def findings_of(rule: Rule, example: Example) -> list[Finding]:
    settings = example.settings._replace(select=(rule.code,))
    language = language_of(example.file)
    assert language is not None, "the name of the example's file says nothing"
    return check_text(text_of(example.before.encode(), language, example.file), settings)


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: Example) -> None:
    settings = example.settings._replace(select=(rule.code,))
    content = example.before.encode()
    findings = findings_of(rule, example)
    if example.after is None:
        assert findings == []
        return
    assert findings, "the rule finds nothing"
    for finding in findings:
        assert finding.code == rule.code
        assert 0 <= finding.start <= finding.end <= len(content)
    language = language_of(example.file) or "cuda"
    result = port(content, example.file, settings, language=language)
    assert result.text.decode() == example.after
    if example.after == example.before:
        assert all(finding.safe_fix is None for finding in findings)
    assert port(result.text, example.file, settings, language=language).text == result.text
    if example.alternative is not None:
        fix = next(fix for finding in findings for fix in finding.fixes if not fix.safe)
        assert apply_fixes(content, [fix]).decode() == example.alternative


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_rule_is_documented(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]+\d{3}", rule.code)
    assert rule.title
    assert rule.source
    assert rule.__doc__
    assert any(example.after is not None for example in rule.examples), "no example that it finds"
    if isinstance(rule, SyntaxRule | TextRule):
        assert rule.triggers, "a rule that looks at every tree needs a word that says when"


def test_rules_are_found_by_code() -> None:
    assert rule("API001") is not None
    assert rule("API999") is None
