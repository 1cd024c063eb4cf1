"""Notebooks and Python files on the command line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipwright.notebook import NotebookError, code_cells, language, with_sources

# Laid out as no writer would by itself, to see that the layout stays.
NOTEBOOK = r"""{"metadata": {"kernelspec": {"language": "python"}},
   "nbformat": 4, "nbformat_minor": 5,
 "cells": [
  {"cell_type": "markdown", "source": ["%%cuda\n", "cudaFree(0)"]},
  {"cell_type": "code", "source": "x = 'cudaFree(0)'", "outputs": [{"text": "cudaFree(0);"}]},
  {"cell_type": "code", "source": [],"metadata": {}},
  {"outputs": [], "cell_type": "code", "source": [
    "%%cuda --name a\n",
      "#include <hip\/hip_runtime.h>\n",
    "\/\/ caf\u00e9\n",
    "int main() { cudaFree(0); cuTensorMapEncodeTiled(0); }"
  ]}
 ]
}
"""


@pytest.fixture
def notebook(tmp_path):
    """A notebook with one CUDA cell, the fourth."""
    path = tmp_path / "a.ipynb"
    path.write_bytes(NOTEBOOK.encode())
    return path


def test_check(hipwright, notebook):
    result = hipwright("check", "a.ipynb", "--format", "concise")
    assert result.returncode == 1
    lines = result.stdout.decode().splitlines()
    assert lines[0].startswith("a.ipynb:cell 4:4:14: error[API001]: `cudaFree`")
    assert lines[1].startswith("a.ipynb:cell 4:4:27: error[API002]: `cuTensorMapEncodeTiled`")
    assert lines[2].startswith("2 findings in 1 file")


def test_port_changes_only_the_lines_that_change(hipwright, notebook):
    result = hipwright("port", "a.ipynb")
    assert result.returncode == 1
    expected = NOTEBOOK.replace(
        '"int main() { cudaFree(0); cuT', '"int main() { hipFree(0); cuT'
    ).replace('"%%cuda --name', '"%%hip --name')
    assert result.stdout.decode() == expected
    assert b"a.ipynb:cell 4:4:26" in result.stderr
    notebook.write_bytes(result.stdout)
    assert hipwright("port", "a.ipynb").stdout == result.stdout


def test_the_machine_formats(hipwright, notebook):
    document = json.loads(hipwright("check", "a.ipynb", "--format", "json").stdout)
    assert document["findings"][0]["cell"] == 4
    assert document["findings"][0]["start"] == {"line": 4, "column": 14}
    lines = hipwright("check", "a.ipynb", "--format", "github").stdout.decode().splitlines()
    assert lines[0].startswith("::error file=a.ipynb,line=11,title=hipwright API001::")
    (run,) = json.loads(hipwright("check", "a.ipynb", "--format", "sarif").stdout)["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 11}
    assert "fixes" not in run["results"][0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "a.ipynb: it is not a notebook: line 1 is not JSON: "),
        ("[]", "a.ipynb: it is not a notebook: it is JSON, but no notebook"),
        ('{"worksheets": []}', "a.ipynb: it is not a notebook: it has no cells"),
        ('{"cells": [3]}', "a.ipynb: it is not a notebook: cell 1 is not an object"),
        ('{"cells": [{}]}', "a.ipynb: it is not a notebook: cell 1 has no source or no type"),
        ('{"cells": [{"cell_type": "code", "source": 3}]}', "the source of cell 1 is not text"),
    ],
)
def test_what_is_no_notebook(hipwright, refused, tmp_path, content, message):
    (tmp_path / "a.ipynb").write_text(content)
    assert message in refused(hipwright("port", "-i", "a.ipynb"))
    assert (tmp_path / "a.ipynb").read_text() == content


def test_languages():
    assert language(b'{"cells": []}') == "python"
    assert language(NOTEBOOK.encode()) == "python"
    assert language(b'{"metadata": {"language_info": {"name": "C++"}}}') == "c++"
    with pytest.raises(NotebookError):
        language(b"nothing")


def test_python_names_are_never_taken_for_cuda(hipwright, tmp_path):
    text = b"cudaFree = lambda x: x\ncudaFree(0)\n"
    (tmp_path / "a.py").write_bytes(text)
    result = hipwright("port", "a.py")
    assert (result.returncode, result.stdout) == (0, text)


PYTHON_NOTEBOOK = r"""{"cells": [
 {"cell_type": "code", "execution_count": 7, "source": [
   "!nvidia-smi\n", "%matplotlib inline\n", "import cupy as cp\n", "from numba import cuda"],
  "outputs": [{"text": "Tesla T4"}]},
 {"cell_type": "code", "execution_count": null, "outputs": [], "source":
   "k = cp.RawKernel('__global__ void k(int *p) { *p = __shfl_sync(~0u, *p, 0); }\\n', 'k')"},
 {"cell_type": "code", "outputs": [], "source": "%%bash\nnvidia-smi\n"}
], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
"""


def test_python_cells_are_ported_and_their_magics_stay(hipwright, tmp_path):
    (tmp_path / "a.ipynb").write_text(PYTHON_NOTEBOOK)
    result = hipwright("port", "a.ipynb")
    assert result.returncode == 1  # numba's CUDA target is left to the user
    ported = json.loads(result.stdout)
    first, second, third = ("".join(cell["source"]) for cell in ported["cells"])
    assert first == ("!rocm-smi\n%matplotlib inline\nimport cupy as cp\nfrom numba import cuda")
    original = json.loads(PYTHON_NOTEBOOK)["cells"][1]["source"]
    assert second == original.replace("__shfl_sync(~0u, *p, 0)", "__shfl(*p, 0, 32)")
    assert third == "%%bash\nrocm-smi\n"
    assert ported["cells"][0]["outputs"] == [{"text": "Tesla T4"}]
    again = tmp_path / "b.ipynb"
    again.write_bytes(result.stdout)
    assert hipwright("port", "b.ipynb").stdout == result.stdout


def test_outputs_are_cleared_when_asked(hipwright, tmp_path):
    (tmp_path / "a.ipynb").write_text(NOTEBOOK)
    cleared = hipwright("port", "a.ipynb", "--outputs", "clear").stdout
    kept = hipwright("port", "a.ipynb").stdout
    assert cleared == kept.replace(b'"outputs": [{"text": "cudaFree(0);"}]', b'"outputs": []')
    (tmp_path / "b.ipynb").write_text(PYTHON_NOTEBOOK)
    cells = json.loads(hipwright("port", "b.ipynb", "--outputs", "clear").stdout)["cells"]
    assert [(cell["outputs"], cell.get("execution_count")) for cell in cells] == [([], None)] * 3


_SOURCES = st.one_of(
    st.text(max_size=30),
    st.lists(st.text(max_size=8).map(lambda line: line.replace("\n", " ") + "\n"), max_size=5),
)


@given(
    st.lists(st.tuples(st.sampled_from(["code", "markdown"]), _SOURCES), max_size=5),
    st.one_of(st.none(), st.integers(0, 4)),
    st.booleans(),
    st.text(max_size=20),
)
def test_any_notebook_keeps_what_does_not_change(cells, indent, ascii_only, new):
    notebook = {"cells": [{"cell_type": kind, "source": source} for kind, source in cells]}
    text = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only)
    try:
        content = text.encode()
    except UnicodeEncodeError:  # half a surrogate pair is no text
        return
    found = code_cells(content)
    assert with_sources(content, found, {}) == content
    same = {cell.number: cell.content for cell in found}
    assert json.loads(with_sources(content, found, same)) == notebook
    try:
        other = new.encode()
    except UnicodeEncodeError:
        return
    changed = json.loads(with_sources(content, found, dict.fromkeys(same, other)))
    for cell, (kind, source) in zip(changed["cells"], cells, strict=True):
        got = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        was = source if isinstance(source, str) else "".join(source)
        assert got == (new if kind == "code" else was)
