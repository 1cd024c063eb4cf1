"""The index says what the rules say."""

from __future__ import annotations

from pathlib import Path

from hipwright.analysis import check
from hipwright.port import port
from hipwright.rules import registry
from hipwright.rules.build_index import build
from hipwright.rules.chosen import chosen_rules
from hipwright.rules.registry import INDEX, all_rules, listed, rule
from hipwright.settings import Settings
from hipwright.source import Source

SAMPLES = Path(__file__).parents[2] / "samples"


def test_it_is_up_to_date() -> None:
    assert INDEX.read_bytes() == build(), "run python -m hipwright.rules.build_index"


def test_it_is_read_as_it_was_meant() -> None:
    assert list(listed()) == [each.code for each in all_rules()]
    for each in all_rules():
        entry = listed()[each.code]
        assert rule(each.code) is each
        assert (entry.settled, entry.disturbs) == (each.settled, each.disturbs)
        assert (entry.stable, entry.has_safe_fixes, entry.triggers) == (
            each.stable,
            each.has_safe_fixes,
            each.triggers,
        )


def test_only_rules_that_say_so_have_safe_fixes() -> None:
    texts = [path.read_bytes() for path in SAMPLES.rglob("*.cu")]
    texts += [example.before.encode() for each in all_rules() for example in each.examples]
    for content in texts:
        for finding in check(Source(content)):
            if finding.safe_fix is not None:
                assert listed()[finding.code].has_safe_fixes


def test_a_port_loads_no_more_rules_than_it_needs() -> None:
    registry._load.cache_clear()
    chosen_rules.cache_clear()
    port(b"int main() { return 0; }\n", "a.cu", Settings(select=("WARP",)))
    assert registry._load.cache_info().currsize == 0
    port(b"__device__ int f() { return __any(1); }\n", "a.cu", Settings(select=("WARP",)))
    assert 0 < registry._load.cache_info().currsize < 8
