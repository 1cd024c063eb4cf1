"""CuPy on ROCm: what it does not have there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, TextRule
from hipwright.rules.python._code import knows_rocm, uses_of
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_LACKING = {
    "cupyx.scipy.sparse": "sparse matrices are not supported by CuPy on ROCm yet",
    "cupy.linalg.eigh": "symmetric eigenvalues are not supported by CuPy on ROCm yet",
    "cupy.linalg.eigvalsh": "symmetric eigenvalues are not supported by CuPy on ROCm yet",
    "cupy.roots": "roots of polynomials are not supported by CuPy on ROCm yet",
    "cupyx.cutensor": "there is no cuTENSOR on ROCm; hipTensor has no CuPy interface",
    "cupy.cuda.cutensor": "there is no cuTENSOR on ROCm; hipTensor has no CuPy interface",
    "cupy_backends.cuda.libs.cutensor": "there is no cuTENSOR on ROCm",
    "cupyx.scipy.interpolate.make_interp_spline": "splines are not supported by CuPy on ROCm yet",
}


class CupyOnRocm(TextRule):
    """CuPy runs on ROCm, with less: no sparse matrices, no symmetric eigenvalues, no cuTENSOR."""

    code = "PY015"
    title = "not in CuPy for ROCm"
    severity = Severity.WARNING
    source = "CuPy documentation, installation: using CuPy on AMD GPU, limitations"
    hazards = ("HW288", "HW287")
    languages: ClassVar[frozenset[Language]] = frozenset({"python"})
    triggers = (b"cupy",)
    examples = (
        Example(
            before="import cupyx.scipy.sparse as sp\na = sp.csr_matrix(b)\n",
            after="import cupyx.scipy.sparse as sp\na = sp.csr_matrix(b)\n",
            file="example.py",
        ),
        Example(
            before="import cupy as cp\nw, v = cp.linalg.eigh(a)\n",
            after="import cupy as cp\nw, v = cp.linalg.eigh(a)\n",
            file="example.py",
        ),
        Example(
            before="import cupy as cp\nq, r = cp.linalg.qr(cp.ones((3, 3)))\n",
            after=None,
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Each thing that is lacking, where it is first used or imported."""
        if knows_rocm(text):
            return
        told: set[str] = set()
        places = [(item.path, item.start, item.end) for item in text.python.imports]
        places += [
            (use.path, use.node.start_byte, use.node.end_byte)
            for use in uses_of(text.python, *_LACKING)
        ]
        for path, start, end in sorted(places, key=lambda place: place[1]):
            lacking = next((k for k in _LACKING if path == k or path.startswith(f"{k}.")), None)
            if lacking is None or lacking in told:
                continue
            told.add(lacking)
            yield Finding(self.code, self.severity, _LACKING[lacking], start, end)
