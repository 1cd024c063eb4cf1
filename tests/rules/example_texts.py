"""The texts of the rules' examples, for the tests that compile and run them together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from hipwright.port import port
from hipwright.rules.base import Example, Rule
from hipwright.rules.registry import all_rules
from hipwright.source.languages import language_of

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"][^>"\n]+[>"])', re.MULTILINE)
_DEFINED = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE)

# Where the examples that are run write what they compute.
RESULTS = "__managed__ double results[128];"


@dataclass(frozen=True)
class Text:
    """The text of one example, whole: with what stands around it."""

    key: str  # code and number, such as WARP001-2
    rule: Rule
    example: Example
    text: str

    @property
    def includes(self) -> list[str]:
        return _INCLUDE.findall(self.text)


def examples(choose: Callable[[Example], str]) -> list[Text]:
    found = []
    for rule in all_rules():
        for number, example in enumerate(rule.examples, 1):
            if example.after is not None and language_of(example.file) == "cuda":
                text = example.around.replace("@", choose(example))
                found.append(Text(f"{rule.code}-{number}", rule, example, text))
    return found


def ports() -> list[Text]:
    """The ports, with what other rules have to do in the text or around it."""
    return [
        Text(each.key, each.rule, each.example, ported)
        for each in examples(lambda example: example.after or "")
        for ported in [port(each.text.encode(), "example.cu", each.example.settings).text.decode()]
    ]


def is_left(text: Text) -> bool:
    """Whether the rule fixes nothing in it: what does not compile is the original's."""
    return text.example.after == text.example.before


def together(texts: list[Text], head: str) -> str:
    """All texts as one: the headers first, then each text in its namespace."""
    includes = dict.fromkeys(include for each in texts for include in each.includes)
    parts = [head, *(f"#include {include}" for include in includes)]
    for number, each in enumerate(texts):
        macros = sorted(set(_DEFINED.findall(each.text)))
        parts += [f'#pragma push_macro("{name}")' for name in macros]
        parts += [f"namespace example_{number} {{", f'#line 1 "{each.key}"']
        parts += [_INCLUDE.sub("", each.text), '#line 1 "between"', "}"]
        parts += [f'#pragma pop_macro("{name}")' for name in macros]
    return "\n".join(parts) + "\n"
