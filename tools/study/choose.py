"""Choose public programs at random and write down how they are compiled and run.

    python -m tools.study.choose --seed N --table FILE NAME=FOLDER:COUNT…

NAME is HeCBench, cuda-samples, gpu-rodinia or rocm-examples: where the programs lie in it is known.
Of each corpus, COUNT programs are drawn from the sorted list of its folders. What their Makefiles
say (files, flags, arguments) goes into the table; rows that the table has already stay as they are,
so that arguments which were made smaller by hand are kept.
"""

from __future__ import annotations

import argparse
import random
import re
import shlex
import subprocess
from pathlib import Path

from tools.study.table import Entry, corpus_folders, read_table, write_table

SOURCES = (".cu", ".hip", ".cpp", ".cc", ".c", ".C")
_MAIN = re.compile(rb"\bmain\s*\(")
_COMPILERS = ("nvcc", "g++", "gcc", "cc", "c++", "clang++")
_KEPT_FLAGS = re.compile(r"-(I.*|D.*|U.*|std=.*|fopenmp|include)$")


def program_folders(name: str, corpus: Path) -> list[Path]:
    """The folders of all programs of a corpus, sorted."""
    if name == "HeCBench":
        found = corpus.glob("src/*-cuda")
    elif name == "rocm-examples":
        found = (path.parent for path in corpus.rglob("main.hip"))
    else:
        found = (path.parent for path in corpus.rglob("*.cu") if _MAIN.search(path.read_bytes()))
    return sorted(set(found))


def choose(folders: list[Path], count: int, seed: int, name: str) -> list[Path]:
    """`count` of the folders at random, sorted; the same ones for the same seed."""
    return sorted(random.Random(f"{seed} {name}").sample(folders, min(count, len(folders))))


def entry_of(name: str, corpus: Path, folder: Path) -> Entry:
    """How a program is compiled and run, from its Makefile where it has one."""
    files: list[str] = []
    flags: list[str] = []
    arguments: list[str] = []
    if name in ("HeCBench", "gpu-rodinia"):
        for words in _commands(folder):
            if any(Path(words[0]).name == each for each in _COMPILERS):
                files += [word for word in words[1:] if word.endswith(SOURCES)]
                flags += _kept(words[1:])
            elif words[0].startswith("./"):
                arguments = arguments or words[1:]
    if not files:
        found = sorted(path for path in folder.iterdir() if path.suffix in SOURCES)
        files = [path.name for path in found]
    if name == "cuda-samples":
        flags = ["-I" + "../" * len(folder.relative_to(corpus).parts) + "Common"]
    if name == "rocm-examples":
        flags = ["-I" + "../" * len(folder.relative_to(corpus).parts) + "Common"]
    inside = folder.relative_to(corpus).as_posix()
    program = inside.rsplit("/", 1)[-1].removesuffix("-cuda")
    return Entry(
        name,
        program,
        inside,
        tuple(dict.fromkeys(files)),
        tuple(dict.fromkeys(flags)),
        tuple(arguments),
    )


def _commands(folder: Path) -> list[list[str]]:
    """The commands that `make run` would give, in words; none is run."""
    made = subprocess.run(
        ["make", "-n", "-B", "-k", "-C", str(folder), "run"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if "No rule to make target 'run'" in made.stderr:
        made = subprocess.run(
            ["make", "-n", "-B", "-k", "-C", str(folder)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    commands = []
    for line in made.stdout.replace("\\\n", " ").splitlines():
        for command in re.split(r"&&|;", line):
            try:
                words = shlex.split(command)
            except ValueError:
                continue
            if words:
                commands.append(words)
    return commands


def _kept(words: list[str]) -> list[str]:
    """The flags that say what is compiled, without those about GPUs and optimisation."""
    kept = []
    for position, word in enumerate(words):
        if word in ("-I", "-D", "-include") and position + 1 < len(words):
            kept.append(word + words[position + 1] if word != "-include" else word)
            if word == "-include":
                kept.append(words[position + 1])
        elif _KEPT_FLAGS.fullmatch(word):
            kept.append(word)
    return kept


def main() -> int:
    """Choose, and write the table."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("corpora", nargs="+", metavar="NAME=FOLDER:COUNT")
    options.add_argument("--seed", type=int, required=True)
    options.add_argument("--table", type=Path, required=True)
    given = options.parse_args()
    known = {}
    if given.table.exists():
        known = {(entry.corpus, entry.folder): entry for entry in read_table(given.table)}
    entries = []
    for word in given.corpora:
        place, _, count = word.rpartition(":")
        for name, corpus in corpus_folders([place]).items():
            folders = program_folders(name, corpus)
            for folder in choose(folders, int(count), given.seed, name):
                inside = folder.relative_to(corpus).as_posix()
                entries.append(known.get((name, inside)) or entry_of(name, corpus, folder))
            print(f"{name}: {min(int(count), len(folders))} of {len(folders)} programs")
    write_table(given.table, entries)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
