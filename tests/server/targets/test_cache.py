"""The cache of compiled programs."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hipwright.user_directory import cache_directory
from hipwright_server.cache import Cache, key_of, read_depfile


def write(content: str):
    def fill(folder: Path) -> None:
        (folder / "program").write_text(content)

    return fill


def content(entry) -> str:
    return (entry.directory / "program").read_text()


def test_an_entry_comes_back(tmp_path):
    cache = Cache(tmp_path)
    assert cache.get("k") is None
    cache.put("k", {"seconds": 1.5}, write("a"))
    entry = cache.get("k")
    assert entry is not None
    assert (content(entry), entry.meta) == ("a", {"seconds": 1.5})


def test_a_changed_header_makes_the_entry_worthless(tmp_path):
    header = tmp_path / "a.h"
    header.write_text("#define N 1")
    cache = Cache(tmp_path / "cache")
    cache.put("k", {}, write("a"), [header])
    assert cache.get("k")
    # The same content under another time is the same header.
    os.utime(header, (1, 1))
    assert cache.get("k")
    header.write_text("#define N 2")
    os.utime(header, (1, 2))
    assert cache.get("k") is None
    header.unlink()
    assert cache.get("k") is None


@pytest.mark.parametrize("left", ["", "hal", None])
def test_an_entry_that_lost_its_content_is_worthless(tmp_path, left):
    cache = Cache(tmp_path)
    program = cache.put("k", {}, write("whole")).directory / "program"
    assert cache.get("k")
    program.unlink()
    if left is not None:
        program.write_text(left)
    assert cache.get("k") is None
    assert content(cache.put("k", {}, write("whole"))) == "whole"
    assert cache.get("k")


def test_a_failed_fill_leaves_nothing(tmp_path):
    cache = Cache(tmp_path)

    def fill(folder: Path) -> None:
        (folder / "program").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        cache.put("k", {}, fill)
    assert cache.get("k") is None
    assert list(tmp_path.iterdir()) == []


def test_a_second_put_replaces_the_first(tmp_path):
    cache = Cache(tmp_path)
    cache.put("k", {}, write("a"))
    cache.put("k", {}, write("b"))
    assert content(cache.get("k")) == "b"
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_the_size_is_bounded_and_the_oldest_goes_first(tmp_path):
    cache = Cache(tmp_path, limit_bytes=2500)
    for name in ("a", "b", "c"):
        cache.put(name, {}, write("x" * 1000))
        os.utime(tmp_path / name, (time.time() - 100 + ord(name), 0))
        os.utime(tmp_path / name, (ord(name), ord(name)))
    cache.put("d", {}, write("x" * 1000))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "d"]


def test_what_is_asked_for_while_others_are_counted_is_kept(tmp_path, monkeypatch):
    cache = Cache(tmp_path, limit_bytes=3000)
    for name in "ab":
        cache.put(name, {}, write("x" * 1000))
        os.utime(tmp_path / name, (ord(name), ord(name)))
    seen: list[str] = []
    walk = Path.rglob

    def count(self, pattern):
        if self.parent == tmp_path and not self.name.startswith("."):
            seen.append(self.name)
            if len(seen) == 3:  # all were looked at: another process comes for the oldest
                Cache(tmp_path).get("a")
        return walk(self, pattern)

    monkeypatch.setattr(Path, "rglob", count)
    cache.put("c", {}, write("x" * 1000))
    assert sorted(seen[:3]) == ["a", "b", "c"]
    assert (tmp_path / "a").exists()
    assert not (tmp_path / "b").exists()


def test_a_broken_entry_is_no_entry(tmp_path):
    cache = Cache(tmp_path)
    cache.put("k", {}, write("a"))
    (tmp_path / "k" / "entry.json").write_text("{")
    assert cache.get("k") is None
    cache.put("k", {}, write("b"))
    assert content(cache.get("k")) == "b"


def test_many_writers_at_once_leave_one_whole_entry(tmp_path):
    cache = Cache(tmp_path)
    with ThreadPoolExecutor(8) as writers:
        put = [writers.submit(cache.put, "k", {}, write("x" * 10_000)) for _ in range(64)]
    for each in put:
        each.result()
    assert content(cache.get("k")) == "x" * 10_000
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_keys_tell_everything_apart():
    keys = [
        key_of(["a", b"content"]),
        key_of(["a", b"other"]),
        key_of(["a", Path("content")]),
        key_of(["ab"]),
        key_of([["a"], "b"]),
        key_of(["a", ["b"]]),
    ]
    assert len(set(keys)) == len(keys)
    with pytest.raises(TypeError):
        key_of([object()])


def test_the_directory_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("HIPWRIGHT_CACHE_DIRECTORY", str(tmp_path))
    assert cache_directory() == tmp_path


def test_dependency_files_are_read(tmp_path):
    file = tmp_path / "a.d"
    file.write_text("a.o: a.cpp \\\n  my\\ header.h b.h \\\n c.h\n")
    assert read_depfile(file) == [Path("a.cpp"), Path("my header.h"), Path("b.h"), Path("c.h")]
    assert read_depfile(tmp_path / "missing.d") == []
