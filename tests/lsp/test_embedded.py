"""What is CUDA in a text that is not all CUDA."""

from __future__ import annotations

import pytest

from hipwright.source.embedded import Region, kind_of, regions


@pytest.mark.parametrize(
    ("cell", "program"),
    [
        ("%%cuda\nint x;\n", "int x;\n"),
        ("%%hip --compare\nint x;\n", "int x;\n"),
        ("\n  \n%%cuda\r\nint x;\r\n", "int x;\r\n"),
        ("%%cu\nint x;", "int x;"),
        ("%%cuda_group_save -g a -n b.cu\nint x;", "int x;"),
        ("%%writefile 'my kernels.cu'\nint x;", "int x;"),
        ("%%file -a k.cuh\nint x;", "int x;"),
        ("%%cuda", ""),
        ("%%cuda\n", ""),
        ("%%writefile notes.txt\ncudaMalloc", None),
        ("%%cudax\ncudaMalloc", None),
        ("%%hipwright\ncudaMalloc", None),
        ("%%bash\nnvcc k.cu", None),
        ("%cuda\ncudaMalloc", None),
        ("x = 1\n%%cuda\ncudaMalloc", None),
        ("", None),
    ],
)
def test_cells(cell: str, program: str | None) -> None:
    text = cell.encode()
    found = [region for region in regions(text, "cell") if region.language == "cuda"]
    if program is None:
        assert found == []
        return
    (region,) = found
    assert text[region.start : region.end].decode() == program


def test_the_language_of_a_text() -> None:
    assert kind_of("cuda-cpp", b"", in_notebook=False) == "cuda"
    assert kind_of("plaintext", b"", in_notebook=False) == "cuda", "the client chose to send it"
    assert kind_of("python", b"%%cuda\n", in_notebook=False) == "python"
    assert kind_of("python", b"%%cuda\n", in_notebook=True) == "cell"
    assert kind_of("cpp", b"int x;", in_notebook=True) == "cuda"
    assert kind_of("cpp", b"\n%%cuda\n", in_notebook=True) == "other cell"
    assert regions(b"cudaFree", "cuda") == [Region(0, 8)]
    assert regions(b"cudaFree", "python") == [Region(0, 8, "python")]
    assert kind_of("plaintext", b"", in_notebook=False, name="file:///a/CMakeLists.txt") == "cmake"
    assert kind_of("julia", b"%%cuda\n", in_notebook=True) == "other cell"


@pytest.mark.parametrize(
    ("cell", "language", "start"),
    [
        ("import pycuda", "python", 0),
        ("%%time\nimport pycuda", "python", 0),
        ("%%bash\nnvcc k.cu", "shell", 7),
        ("%%bash", "shell", 6),
        ("%%writefile setup.py\nimport torch", "python", 21),
        ("%%writefile build/Makefile\nall:", "make", 27),
        ("%%writefile notes.txt\ncudaMalloc", None, 0),
        ("%%html\n<b>", None, 0),
        ("", None, 0),
    ],
)
def test_cells_that_are_not_cuda(cell: str, language: str | None, start: int) -> None:
    found = regions(cell.encode(), "cell")
    assert [(region.language, region.start) for region in found] == (
        [] if language is None else [(language, start)]
    )
    if language == "python":
        assert regions(b"import pycuda", "other cell") == []
