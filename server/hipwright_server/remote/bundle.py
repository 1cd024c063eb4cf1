"""What is sent to a server where hipwright is not installed: the part of us that compiles and runs.

It needs nothing there but Python. The port is made here, so that the engine is not sent.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from functools import cache
from pathlib import Path

_PARTS = (
    "__init__.py",
    "cache.py",
    "process.py",
    "program.py",
    "run.py",
    "cpu",
    "remote",
    "targets",
    "toolchains",
)
_STAMP = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes


@cache
def bundle() -> tuple[bytes, str]:
    """(a zip of the package, a hash of its content)."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in _files(package):
            name = (Path(package.name) / path.relative_to(package)).as_posix()
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
            packed.writestr(
                zipfile.ZipInfo(name, _STAMP), content, compress_type=zipfile.ZIP_DEFLATED
            )
    return archive.getvalue(), digest.hexdigest()[:32]


def _files(package: Path) -> list[Path]:
    found = []
    for part in _PARTS:
        path = package / part
        if path.is_dir():
            found += [
                each
                for each in path.rglob("*")
                if each.is_file() and "__pycache__" not in each.parts
            ]
        else:
            found.append(path)
    return sorted(found)


# Runs in the remote kernel. The package goes below the user's cache directory, under its hash.
_FOLDER = """
import os as _os, pathlib as _pathlib, sys as _sys
_base = _pathlib.Path(_os.environ.get("HIPWRIGHT_CACHE_DIRECTORY")
    or _os.path.join(_os.environ.get("XDG_CACHE_HOME") or _os.path.expanduser("~/.cache"),
                     "hipwright")) / "remote"
_folder = _base / {hash!r}
"""

# Says "ready" or "send" by a display message.
PROBE = (
    _FOLDER
    + """
if _sys.version_info < (3, 10):
    _state = "Python " + _sys.version.split()[0] + " is too old, 3.10 is needed"
elif _folder.is_dir():
    _state = "ready"
else:
    _state = "send"
from IPython.display import publish_display_data as _publish
_publish({{"application/vnd.hipwright.state+json": {{"state": _state}}}})
"""
)

UNPACK = (
    _FOLDER
    + """
import base64 as _base64, io as _io, shutil as _shutil, tempfile as _tempfile, zipfile as _zipfile
_base.mkdir(parents=True, exist_ok=True, mode=0o700)
_fresh = _tempfile.mkdtemp(dir=_base)
_zipfile.ZipFile(_io.BytesIO(_base64.b64decode({archive!r}))).extractall(_fresh)
try:
    _os.rename(_fresh, _folder)
except OSError:
    _shutil.rmtree(_fresh, ignore_errors=True)
_others = [path for path in _base.iterdir() if path.name != "root"]
for _old in sorted(_others, key=lambda path: path.stat().st_mtime)[:-4]:
    _shutil.rmtree(_old, ignore_errors=True)
"""
)

SERVE = (
    _FOLDER
    + """
_os.utime(_folder)
if str(_folder) not in _sys.path:
    _sys.path.insert(0, str(_folder))
from hipwright_server.remote.worker import serve as _serve
_serve({request!r})
"""
)
