"""What a person gets from pip: an sdist that makes a wheel without node, and a wheel that works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
LABEXTENSION = "share/jupyter/labextensions/hipwright"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def run(command: list[str], **options: object) -> str:
    """Run a command; fail with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    if done.returncode != 0:
        pytest.fail(f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}", pytrace=False)
    return str(done.stdout) + str(done.stderr)


@pytest.fixture(scope="module")
def without_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which node and npm are found, and fail."""
    folder = tmp_path_factory.mktemp("no-node")
    for name in ("node", "npm", "npx", "jlpm"):
        command = folder / name
        command.write_text("#!/bin/sh\necho 'node was asked for' >&2\nexit 97\n")
        command.chmod(0o755)
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("PYTHONPATH", None)
    return environment


@pytest.fixture(scope="module")
def distributions(
    tmp_path_factory: pytest.TempPathFactory, without_node: dict[str, str]
) -> tuple[Path, Path]:
    """The sdist, and the wheel that is made of the sdist."""
    built = REPOSITORY / "server/hipwright_server/labextension"
    if not (built / "package.json").is_file():
        pytest.skip("the labextension is not built: run `npm run build -w labextension`")
    if (built / "build_log.json").exists():
        pytest.skip("the labextension is a development build: run `npm run build -w labextension`")
    folder = tmp_path_factory.mktemp("dist")
    # Without a target, the wheel is made of the sdist that was made before.
    run(
        [sys.executable, "-m", "build", "--no-isolation", "-o", str(folder), str(REPOSITORY)],
        env=without_node,
    )
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return sdist, wheel


def test_the_wheel_has_the_labextension_once_and_where_jupyter_looks(
    distributions: tuple[Path, Path],
) -> None:
    with zipfile.ZipFile(distributions[1]) as wheel:
        names = wheel.namelist()
        (package,) = [name for name in names if name.endswith(f"{LABEXTENSION}/package.json")]
        described = json.loads(wheel.read(package))
        entry = described["jupyterlab"]["_build"]["load"]
    for wanted in (
        "install.json",
        entry,
        "schemas/hipwright/plugin.json",
        "schemas/hipwright/compare.json",
    ):
        assert any(name.endswith(f"{LABEXTENSION}/{wanted}") for name in names), wanted
    assert any(
        name.endswith("etc/jupyter/jupyter_server_config.d/hipwright.json") for name in names
    )
    assert not [name for name in names if name.startswith("hipwright_server/labextension")]
    assert not [name for name in names if "node_modules" in name or name.endswith(".map")]


def test_the_wheel_has_every_file_of_the_packages(distributions: tuple[Path, Path]) -> None:
    """Data and headers too: what git knows under the packages is in the wheel."""
    listed = run(
        ["git", "-C", str(REPOSITORY), "ls-files", "lsp/hipwright", "server/hipwright_server"]
    )
    wanted = {name.split("/", 1)[1] for name in listed.splitlines()}
    with zipfile.ZipFile(distributions[1]) as wheel:
        assert wanted <= set(wheel.namelist())


def test_no_distribution_names_this_machine(distributions: tuple[Path, Path]) -> None:
    sdist, wheel = distributions
    here = str(REPOSITORY).encode()
    with zipfile.ZipFile(wheel) as archive:
        assert not [name for name in archive.namelist() if here in archive.read(name)]
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member)
            assert content is None or here not in content.read(), member.name


@pytest.fixture(scope="module")
def installed(
    distributions: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
    without_node: dict[str, str],
) -> Path:
    """The `bin` of a fresh environment with `hipwright[all]` from the wheel."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder)
    binaries = folder / ("Scripts" if os.name == "nt" else "bin")
    done = subprocess.run(
        # An environment needs no pip of its own, which takes a while to install.
        [
            *(sys.executable, "-m", "pip", "--python", str(binaries / "python")),
            *("install", "-q", f"{distributions[1]}[all]"),
        ],
        env=without_node,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        offline = ("No matching distribution", "Connection", "Temporary failure")
        if any(sign in done.stderr for sign in offline) and not os.environ.get("CI"):
            pytest.skip(f"the dependencies cannot be downloaded: {done.stderr[-200:]}")
        pytest.fail(done.stderr, pytrace=False)
    return binaries


@pytest.fixture
def clean(installed: Path, without_node: dict[str, str], tmp_path: Path) -> dict[str, object]:
    """How to run something in the fresh environment: its own folder and settings."""
    return {
        "cwd": tmp_path,
        "env": {
            **without_node,
            "PATH": f"{installed}{os.pathsep}{without_node['PATH']}",
            "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
            "JUPYTER_DATA_DIR": str(tmp_path / "data"),
            "IPYTHONDIR": str(tmp_path / "ipython"),
        },
    }


def test_the_command_line_works(installed: Path, clean: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "a.cu").write_text("#include <cuda_runtime.h>\nint main() { cudaFree(0); }\n")
    ported = run([str(installed / "hipwright"), "port", "a.cu"], **clean)
    assert "hipFree(0)" in ported
    assert "hip/hip_runtime.h" in ported


def test_jupyter_finds_both_extensions(installed: Path, clean: dict[str, object]) -> None:
    listed = run([str(installed / "jupyter"), "labextension", "list"], **clean)
    (line,) = [line for line in listed.splitlines() if line.strip().startswith("hipwright ")]
    assert "enabled" in line
    assert "OK" in line
    listed = run([str(installed / "jupyter"), "server", "extension", "list"], **clean)
    (line,) = [
        line
        for line in listed.splitlines()
        if "hipwright_server.extension" in line and "OK" in line
    ]
    assert line


def test_the_magics_run_a_cell(installed: Path, clean: dict[str, object], tmp_path: Path) -> None:
    if not any(map(shutil.which, ("g++", "clang++", "c++"))):
        pytest.skip("no C++ compiler on the PATH")
    program = '#include <cstdio>\nint main() { std::puts("it runs"); }\n'
    script = tmp_path / "cell.py"
    script.write_text(
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "shell.run_line_magic('load_ext', 'hipwright')\n"
        f"shell.run_cell_magic('cuda', '', {program!r})\n"
    )
    assert "it runs" in run([str(installed / "python"), str(script)], **clean)


def test_the_language_server_answers(installed: Path, clean: dict[str, object]) -> None:
    script = (
        "import queue\n"
        "from hipwright_server.language_server_process import LanguageServerProcess\n"
        "heard = queue.Queue()\n"
        "server = LanguageServerProcess(heard.put, heard.put, print)\n"
        "params = {'processId': None, 'rootUri': None, 'capabilities': {}}\n"
        "import json\n"
        "server.send(json.dumps({'jsonrpc': '2.0', 'id': 1, 'method': 'initialize',"
        " 'params': params}))\n"
        "print(heard.get(timeout=30))\n"
        "server.stop()\n"
    )
    assert "codeActionProvider" in run([str(installed / "python"), "-c", script], **clean)
