"""MB/s of a single process: parsing alone, checking, porting, and hipify-perl on the same files."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.corpus import Corpus
from benchmarks.measure import children_seconds, print_table
from hipwright.ahead import look_ahead
from hipwright.analysis import check
from hipwright.finding import Finding
from hipwright.garbage import collect_seldom
from hipwright.port import port
from hipwright.rules.base import Rule
from hipwright.rules.chosen import chosen_rules
from hipwright.settings import Settings
from hipwright.source import Source
from hipwright.work import FILES_TOGETHER

Work = Callable[[list[bytes]], object]

TITLE = "Throughput of one process, by processor time"
_ROUNDS = 7
_GROUPS_A_TURN = 5
# The rules that a port cannot do without; the others look for hazards.
_PORTING = ("API", "LIB", "HEADER", "LAUNCH001", "LAUNCH002", "IGNORE")
_MOST_A_RULE = 0.05  # of all that a port of everything takes


def run(corpus: Corpus, hipify_perl: Path | None, peer_seconds: float) -> None:
    """Print the tables. A peer is stopped after `peer_seconds`; its rate is that of what it did."""
    collect_seldom()  # as the command line does
    some, every = Settings(select=_PORTING), Settings()
    works: dict[str, Work] = {
        "parse only (tree-sitter)": _parse,
        "hipwright check, names and calls": lambda contents: _check(contents, some),
        "hipwright port, names and calls": lambda contents: _port(contents, some),
        "hipwright check, all rules": lambda contents: _check(contents, every),
        "hipwright port, all rules": lambda contents: _port(contents, every),
    }
    for work in works.values():  # tables and rules are loaded once a process
        work([content for _, content in corpus.files[:3]])
    rates = {name: corpus.size / 1e6 / each for name, each in _seconds(corpus, works).items()}
    parse_rate, port_rate = (list(rates.values())[number] for number in (0, -1))
    rows = [_row(name, rate, parse_rate, port_rate, "") for name, rate in rates.items()]
    if hipify_perl is None:
        rows.append(["hipify-perl", "", "", "", "skipped: give --hipify-perl PATH"])
    elif shutil.which("perl") is None:
        rows.append(["hipify-perl", "", "", "", "skipped: there is no perl"])
    else:
        for name, options in (
            ("hipify-perl -quiet-warnings", ["-quiet-warnings"]),
            ("hipify-perl", []),
        ):
            rate, done = _hipify(corpus, hipify_perl, options, peer_seconds)
            remark = f"{done} of {len(corpus.files)} files, a process each"
            rows.append(_row(name, rate, parse_rate, port_rate, remark))
    print_table(
        f"{TITLE}: {len(corpus.files)} files, {corpus.size / 1e6:.1f} MB, "
        f"{corpus.lines:,} lines ({corpus.name})",
        ["", "MB/s", "of parsing", "port of all is", ""],
        rows,
    )
    _print_shares(corpus, every)


def _parse(contents: list[bytes]) -> None:
    for content in contents:
        _ = Source(content).tree


def _check(contents: list[bytes], settings: Settings) -> None:
    """Check some files, one after the other, as the command line does."""
    look_ahead((content, settings) for content in contents)
    for content in contents:
        check(Source(content), settings)


def _port(contents: list[bytes], settings: Settings) -> None:
    """Port some files, one after the other, as the command line does."""
    look_ahead((content, settings) for content in contents)
    for content in contents:
        port(content, settings=settings)


def _seconds(corpus: Corpus, works: dict[str, Work]) -> dict[str, float]:
    """Processor seconds of each work over all files.

    The files come a few at a time, as on the command line. Of each few the fastest run counts, and
    the works take turns: what else the machine does then, or a speed that it changes every second,
    slows no work more than another. No file is read twice in a row, so that nothing of it is kept.
    """
    contents = [content for _, content in corpus.files]
    groups = [
        contents[first : first + FILES_TOGETHER]
        for first in range(0, len(contents), FILES_TOGETHER)
    ]
    fastest = {name: [float("inf")] * len(groups) for name in works}
    for _ in range(_ROUNDS):
        for turn in range(0, len(groups), _GROUPS_A_TURN):
            for name, work in works.items():
                for number in range(turn, min(turn + _GROUPS_A_TURN, len(groups))):
                    start = time.process_time()
                    work(groups[number])
                    used = time.process_time() - start
                    fastest[name][number] = min(fastest[name][number], used)
    return {name: sum(seconds) for name, seconds in fastest.items()}


def _print_shares(corpus: Corpus, settings: Settings) -> None:
    """Print what each rule takes of a port of all files with all rules."""
    chosen = chosen_rules(settings)
    spent: dict[str, float] = {}
    methods: list[tuple[Rule, str]] = [(rule, "check") for rule in chosen.of_names]
    methods += [(rule, "check") for rule in chosen.of_files_with(chosen.triggers)]
    methods += [(rule, "find") for rule in chosen.of_shapes_with(chosen.triggers)]
    for rule, method in methods:
        # On the instance, it stands before the method of its class.
        setattr(rule, method, _timed(rule.code, getattr(rule, method), spent))
    try:
        start = time.process_time()
        for _, content in corpus.files:
            port(content, settings=settings)
        total = time.process_time() - start
    finally:
        for rule, method in methods:
            delattr(rule, method)
    rows = [
        [code, f"{seconds * 1000:.1f} ms", f"{seconds / total:.1%}", _remark(seconds / total)]
        for code, seconds in sorted(spent.items(), key=lambda item: -item[1])
        if seconds / total >= 0.001
    ]
    print_table(
        f"Rules that take a thousandth or more of a port of everything, {total * 1000:.0f} ms",
        ["", "processor", "share", ""],
        rows,
    )


def _timed(
    code: str, work: Callable[..., Iterable[Finding]], spent: dict[str, float]
) -> Callable[..., list[Finding]]:
    """The same work, done at once, with its seconds added to those spent on the rule."""

    def timed(*arguments: object) -> list[Finding]:
        start = time.process_time()
        found = list(work(*arguments))
        spent[code] = spent.get(code, 0.0) + time.process_time() - start
        return found

    return timed


def _remark(share: float) -> str:
    return "" if share <= _MOST_A_RULE else f"more than {_MOST_A_RULE:.0%}"


def _row(name: str, rate: float, parse_rate: float, port_rate: float, remark: str) -> list[str]:
    times = port_rate / rate
    faster = f"{times:.1f} ×" if name.startswith("hipify") else ""
    return [name, f"{rate:.3g}", f"{rate / parse_rate:.0%}", faster, remark]


def _hipify(corpus: Corpus, script: Path, options: list[str], seconds: float) -> tuple[float, int]:
    """MB/s, and how many files it did before its time was up."""
    size = done = 0
    start = time.perf_counter()
    used = children_seconds()
    for path, content in corpus.files:
        subprocess.run(
            ["perl", str(script), *options, str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        size += len(content)
        done += 1
        if time.perf_counter() - start > seconds:
            break
    return size / 1e6 / (children_seconds() - used), done
