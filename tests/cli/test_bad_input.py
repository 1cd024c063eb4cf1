"""Bad input: one clear line each, exit status 2, nothing written half, nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def _everything(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("command", ["check", "port"])
def test_missing_file(hipwright, refused, command):
    assert refused(hipwright(command, "none.cu")) == "none.cu: there is no such file"


def test_missing_file_beside_a_good_one(shell, source):
    result = shell("check", "add.cu", "none.cu")
    assert result.returncode == 2
    assert result.stderr == b"hipwright: error: none.cu: there is no such file\n"
    assert b"API001" in result.stdout


def test_folder_without_cuda(hipwright, refused, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.cpp").write_bytes(b"int main() {}\n")
    assert refused(hipwright("check", "src")).startswith("src: no CUDA in this folder")
    assert refused(hipwright("port", "src", "-o", "out")).startswith("src: no CUDA in this folder")
    assert not (tmp_path / "out").exists()


def test_binary_file(hipwright, refused, tmp_path):
    (tmp_path / "a.cu").write_bytes(b"cudaFree\0\x01\x02")
    message = "a.cu: it is not text: there is a zero byte at offset 8"
    assert refused(hipwright("port", "a.cu")) == message
    assert refused(hipwright("port", "-i", "a.cu")).startswith("a.cu: it is not text")
    assert (tmp_path / "a.cu").read_bytes() == b"cudaFree\0\x01\x02"


def test_broken_utf_16(hipwright, refused, tmp_path):
    (tmp_path / "a.cu").write_bytes(b"\xff\xfea\0b")
    assert refused(hipwright("port", "a.cu")) == "a.cu: it is not text: broken utf-16-le"


def test_binary_standard_input(shell, refused):
    assert refused(shell("port", "-", stdin=b"\x7fELF\0")).startswith("<stdin>: it is not text")


def test_a_file_over_the_limit(hipwright, refused, tmp_path):
    with (tmp_path / "a.cu").open("wb") as file:
        file.truncate(100_000_001)  # a hole: takes no room
    message = "a.cu: it has 100 MB; files over 100 MB are not read"
    assert refused(hipwright("port", "a.cu")) == message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_not_waited_for(hipwright, refused, tmp_path):
    os.mkfifo(tmp_path / "a.cu")
    assert refused(hipwright("check", "a.cu")) == "a.cu: it is not a regular file"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions work otherwise there")
def test_unreadable_file(refused, source, tmp_path):
    source.chmod(0)
    command = [sys.executable, "-m", "hipwright", "check", "add.cu"]
    if os.geteuid() == 0:  # root reads everything, unless it is told not to
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root reads everything, and setpriv is not here")
        command = [setpriv, "--bounding-set=-dac_override,-dac_read_search", *command]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert refused(result) == "add.cu: permission denied"


def test_a_file_that_the_system_refuses(monkeypatch, source, capsys):
    import builtins

    from hipwright.cli import main

    real = builtins.open

    def refuse(file, *arguments, **more):
        if str(file) == str(source):
            raise PermissionError(13, "Permission denied")
        return real(file, *arguments, **more)

    monkeypatch.setattr(builtins, "open", refuse)
    with pytest.raises(SystemExit) as end:
        main(["check", str(source)])
    assert end.value.code == 2
    assert capsys.readouterr().err == f"hipwright: error: {source}: permission denied\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a device of Unix")
def test_a_place_that_cannot_be_written(shell, refused, source, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    message = refused(shell("port", "add.cu", "-o", "file/sub"))
    assert message == "add.cu: file/sub/add.hip: it cannot be written: not a directory"
    before = _everything(tmp_path)
    message = refused(shell("port", "add.cu", "-o", "/proc/none"))
    assert message.startswith("add.cu: /proc/none/add.hip: it cannot be written: ")
    assert _everything(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="limits are of Unix")
@pytest.mark.parametrize("options", [["-i"], ["-i", "--backup"], ["-o", "out"], ["-i", "--rename"]])
def test_a_full_disk_loses_nothing(shell, source, tmp_path, options):
    import resource

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    before = _everything(tmp_path)
    result = shell("port", "add.cu", *options, preexec_fn=no_room)
    assert result.returncode == 2
    assert b"it cannot be written: file too large" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert _everything(tmp_path) == before


def test_a_file_that_changes_while_it_is_ported(monkeypatch, source):
    from hipwright import files

    file = files.read(source)
    source.write_bytes(b"someone else's")
    with pytest.raises(files.FileError, match="changed while it was ported"):
        files.replace(file, b"ours", backup=False)
    assert source.read_bytes() == b"someone else's"
    assert [path.name for path in source.parent.iterdir()] == ["add.cu"]


def test_a_file_that_goes_while_it_is_ported(source):
    from hipwright import files

    file = files.read(source)
    source.unlink()
    with pytest.raises(files.FileError, match="changed while it was ported"):
        files.replace(file, b"ours", backup=True)
    assert list(source.parent.iterdir()) == []


def test_a_file_that_changes_while_it_is_read(monkeypatch, source):
    from hipwright import files

    real = os.fstat
    calls = []

    def fstat(handle: int) -> os.stat_result:
        if calls:  # the second look: someone has written meanwhile
            with source.open("ab") as file:
                file.write(b"more")
        calls.append(handle)
        return real(handle)

    monkeypatch.setattr(files.os, "fstat", fstat)
    with pytest.raises(files.FileError, match="it changed while it was read; run again"):
        files.read(source)


def test_the_whole_command_leaves_a_changed_file(monkeypatch, source, capsys):
    from hipwright import parts
    from hipwright.cli import main

    real = parts.port

    def slow_port(*arguments, **more):
        source.write_bytes(b"saved by an editor meanwhile\n")
        return real(*arguments, **more)

    monkeypatch.setattr(parts, "port", slow_port)
    with pytest.raises(SystemExit) as end:
        main(["port", "-i", str(source)])
    assert end.value.code == 2
    assert "changed while it was ported and was left as it is" in capsys.readouterr().err
    assert source.read_bytes() == b"saved by an editor meanwhile\n"


def test_a_fault_of_ours_stops_only_one_file(monkeypatch, source, capsys):
    from hipwright import parts
    from hipwright.cli import main

    other = source.with_name("other.cu")
    other.write_bytes(b"cudaError_t e;\n")
    real = parts.check_text

    def faulty(text, settings):
        if text.name.endswith("add.cu"):
            raise ZeroDivisionError("oh")
        return real(text, settings)

    monkeypatch.setattr(parts, "check_text", faulty)
    with pytest.raises(SystemExit) as end:
        main(["check", str(source), str(other)])
    assert end.value.code == 2
    out = capsys.readouterr()
    assert "add.cu: hipwright failed here (ZeroDivisionError: oh)" in out.err
    assert "Traceback" not in out.err
    assert "cudaError_t" in out.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["port", "--foo", "a.cu"], "no such option"),
        (["chek"], "there is no command chek; did you mean check?"),
        (["check"], "missing argument 'PATH...'"),
        (["check", "a.cu", "--format", "xml"], "'xml' is not one of"),
        (["check", "a.cu", "--jobs", "0"], "0 is not in the range"),
        (["port", "a.cu", "--diff", "-i"], "choose one of --diff, --in-place and -o"),
        (["port", "a.cu", "--backup"], "--backup goes with --in-place"),
        (["port", "a.cu", "b.cu"], "several files need a place to go"),
        (["port", "."], "several files need a place to go"),
        (["port", ".", "-o", "."], "is the folder being ported; use --in-place"),
        (["port", "a.cu", "-o", "b.txt"], "-o b.txt is a file; the ports need a folder"),
        (["port", "a.cu", "--hip-version", "new"], '--hip-version: "new" is not a version'),
        (["check", "a.cu", "--arch", "sm_80"], '--arch: "sm_80" is not an AMD GPU, such as gfx942'),
        (["port", "a.cu", "--rename"], "--rename goes with --in-place, -o or --diff"),
        (["port", ".", "--format", "json"], "several files need a place to go"),
        (["port", ".", "-o", ".", "--format", "json"], "is the folder being ported"),
        (["port", ".", "-o", ".", "--format", "sarif"], "is the folder being ported"),
        (["port", "-", "a.cu"], "- for standard input stands alone"),
        (["check", "-", "a.cu"], "- for standard input stands alone"),
        (
            ["check", "a.cu", "--select", "API0001"],
            "--select: there is no rule or family API0001; did you mean API001?",
        ),
        (
            ["check", "a.cu", "--ignore", "api001"],
            "--ignore: there is no rule or family api001; did you mean API001?",
        ),
        (["check", "a.cu", "--select", "API01"], "--select: there is no rule or family API01;"),
        (["check", "a.cu", "--config", "none.toml"], "none.toml: "),
        (["rule", "API0001"], "there is no rule API0001; did you mean API001?"),
        (["rule"], "give the code of a rule, or --all"),
    ],
)
def test_misuse(hipwright, refused, tmp_path, arguments, message):
    (tmp_path / "a.cu").write_bytes(b"cudaError_t e;\n")
    (tmp_path / "b.cu").write_bytes(b"cudaError_t e;\n")
    (tmp_path / "b.txt").write_bytes(b"mine")
    before = _everything(tmp_path)
    assert message in refused(hipwright(*arguments))
    assert _everything(tmp_path) == before


def test_two_sources_of_one_port(hipwright, refused, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.cu").write_bytes(b"cudaError_t e;\n")
    message = refused(hipwright("port", "one/a.cu", "two/a.cu", "-o", "out"))
    assert "would both be written to out" in message
    assert not (tmp_path / "out").exists()


def test_output_over_an_input(hipwright, refused, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.cuh").write_bytes(b"cudaError_t e;\n")
    message = refused(hipwright("port", "src/a.cuh", "-o", "src"))
    assert message == (
        "-o would write over src/a.cuh, which is being ported; use --in-place for that"
    )
    assert (tmp_path / "src" / "a.cuh").read_bytes() == b"cudaError_t e;\n"


def test_help_alone(shell):
    assert b"Commands:" in shell().stderr
    assert shell("--help").returncode == 0
    assert shell("--version").stdout.startswith(b"hipwright 0.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["port", "add.cu"],
        ["check", "--format", "json", "add.cu"],
        ["check", "add.cu"],
        ["rule", "API001"],
    ],
)
def test_no_room_for_the_output(source, arguments):
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "hipwright", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=source.parent,
            check=False,
        )
    assert result.returncode == 2
    assert b"hipwright: error: the output could not be written: " in result.stderr
    assert b"Traceback" not in result.stderr
    assert result.stderr.count(b"error") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is a POSIX one")
@pytest.mark.parametrize("closed", [">&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams(source, closed):
    line = f'"$0" -m hipwright port add.cu -o out {closed}'
    result = subprocess.run(
        ["sh", "-c", line, sys.executable], capture_output=True, cwd=source.parent, check=False
    )
    assert result.returncode == 0, result.stderr
    assert b"hip" in (source.parent / "out" / "add.hip").read_bytes()
    assert b"Traceback" not in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_goes_away(source):
    import subprocess

    source.write_bytes(b"void f() {\n" + b"cudaFree(0);\n" * 2000 + b"}\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "hipwright", "check", "add.cu"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=source.parent,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(30)
