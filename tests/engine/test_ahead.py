"""Looking ahead: nothing is done twice, nothing needless, and nothing comes out otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from hipwright import scan as scanning
from hipwright.ahead import look_ahead
from hipwright.analysis import check
from hipwright.rules.chosen import ChosenRules
from hipwright.scan import Scan
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.source import text as parsing
from hipwright.work import Job, Plan, do_all

NAMES = Settings(select=("API",))
TEXTS = [b"void f() { cudaFree(p); }\n", b"int nothing;\n", b"cudaStream_t s; // cudaFree\n"]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The texts that were parsed, in order."""
    texts: list[bytes] = []
    parser = parsing._parser()

    class Counting:
        def parse(self, content: bytes, *arguments: object) -> object:
            texts.append(content)
            return parser.parse(content, *arguments)

    monkeypatch.setattr(parsing, "_parser", Counting)
    return texts


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The texts that were searched for names, in order."""
    texts: list[bytes] = []
    search = ChosenRules.search

    def counting(self: ChosenRules, text: bytes) -> list[tuple[int, int, int]]:
        texts.append(text)
        return search(self, text)

    monkeypatch.setattr(ChosenRules, "search", counting)
    return texts


def test_each_text_is_searched_once_and_parsed_once_if_it_has_to_be(
    parsed: list[bytes], searched: list[bytes]
) -> None:
    expected = [check(Source(text), NAMES) for text in TEXTS]
    assert parsed == [TEXTS[0], TEXTS[2]]
    del parsed[:], searched[:]
    look_ahead((text, NAMES) for text in TEXTS)
    assert (parsed, searched) == ([TEXTS[0], TEXTS[2]], TEXTS)
    assert [check(Source(text), NAMES) for text in TEXTS] == expected
    assert (parsed, searched) == ([TEXTS[0], TEXTS[2]], TEXTS)


def test_what_was_looked_through_with_other_settings_is_looked_through_again() -> None:
    look_ahead([(TEXTS[0], Settings(select=("HEADER",)))])
    assert [each.code for each in check(Source(TEXTS[0]), NAMES)] == ["API001"]


def test_what_nobody_asked_for_is_forgotten() -> None:
    look_ahead([(TEXTS[0], NAMES)])
    look_ahead([])
    assert not scanning._ahead
    assert not parsing._ahead


def test_files_are_parsed_a_few_at_a_time_and_once(tmp_path: Path, parsed: list[bytes]) -> None:
    jobs = []
    for number in range(6):
        path = tmp_path / f"{number}.cu"
        path.write_bytes(b"void f%d() { cudaFree(p); }\n" % number)
        jobs.append(Job(path, path.name, NAMES, named=False))
    jobs.insert(1, Job(tmp_path / "none.cu", "none.cu", NAMES, named=True))
    seen = []
    for result in do_all(jobs, Plan("check")):
        seen.append((result.file, len(parsed), result.problem or len(result.findings)))
    assert [name for name, _, _ in seen] == [job.name for job in jobs]
    assert [number for _, number, _ in seen] == [3, 3, 3, 3, 6, 6, 6]
    assert [told for _, _, told in seen if told != 1] == [seen[1][2]]
    assert "no such file" in str(seen[1][2]).lower()


def test_a_fault_in_one_file_is_told_of_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = ChosenRules.search

    def faulty(self: ChosenRules, text: bytes) -> list[tuple[int, int, int]]:
        if b"bad" in text:
            raise ZeroDivisionError
        return search(self, text)

    monkeypatch.setattr(ChosenRules, "search", faulty)
    jobs = []
    for name in ("a", "bad", "c"):
        path = tmp_path / f"{name}.cu"
        path.write_text(f"void {name}() {{ cudaFree(p); }}\n")
        jobs.append(Job(path, path.name, NAMES, named=False))
    first, second, third = do_all(jobs, Plan("check"))
    assert (len(first.findings), len(third.findings)) == (1, 1)
    assert "ZeroDivisionError" in (second.problem or "")


def test_a_source_that_is_written_over_is_read_only_then(tmp_path: Path) -> None:
    path = tmp_path / "a.cu"
    path.write_bytes(TEXTS[0])
    job = Job(path, path.name, NAMES, named=False, output=path)
    first, second = do_all([job, job], Plan("port"))
    assert (first.problem, second.problem) == (None, None)
    assert (first.changed, second.changed) == (True, False)


def test_a_scan_of_a_part_is_not_that_of_the_whole() -> None:
    text = b"cudaFree(p); " * 2
    rules = ChosenRules(NAMES)
    whole: Scan = scanning.scan(text, 0, len(text), rules)
    scanning.scan_ahead([(text, rules)])
    assert len(scanning.scan(text, 13, len(text), rules).hits) == 1
    assert scanning.scan(text, 0, len(text), rules) == whole
