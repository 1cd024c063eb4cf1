"""CUDA in the strings of Python: which strings count, and what a port makes of them."""

from __future__ import annotations

import ast

import pytest

from hipwright.port import port
from hipwright.settings import Settings
from hipwright.source.kernels import kernels
from hipwright.source.texts import Text
from hipwright.texts import check_text, is_relevant

KERNEL = "__global__ void k(int *p) { p[0] = __shfl_sync(0xffffffff, p[0], 0); }"
PORTED = "__global__ void k(int *p) { p[0] = __shfl(p[0], 0, 32); }"


def found(source: str) -> list[str]:
    return [kernel.content.decode() for kernel in kernels(Text(source.encode(), "python").python)]


@pytest.mark.parametrize(
    "source",
    [
        "import cupy\ncupy.RawKernel('int x;', 'k')",
        "import cupy as cp\nk = cp.RawModule(code='int x;')",
        "from cupy import RawKernel as K\nCODE = 'int x;'\nK(CODE, 'k')",
        "import cupy\nclass A:\n  code = 'int x;'\n  def f(self): cupy.RawKernel(self.code, '')",
        "from pycuda.compiler import SourceModule\nSourceModule('int x;')",
        "from torch.utils.cpp_extension import load_inline\nload_inline('m', [''], ['int x;'])",
        "from torch.utils import cpp_extension as c\nc.load_inline('m', cuda_sources='int x;')",
        "from cuda import nvrtc\nnvrtc.nvrtcCreateProgram(str.encode('int x;'), b'', 0, [], [])",
        "from cuda.bindings import nvrtc as r\ns = 'int x;'\nr.nvrtcCreateProgram(s.encode(), b'')",
        "from cuda.core import Program\nProgram('int x;', code_type='c++')",
        "import cupy, textwrap\ncupy.RawKernel(textwrap.dedent('int x;'), 'k')",
        "import cupy\ncupy.RawKernel('int x;' if fast else OTHER, 'k')",
        "import cupy\ncupy.RawKernel(('int ' 'x;'), 'k')",
        "import cupy\ncupy.RawKernel('int ' + 'x;', 'k')",
        "import cupy\ncupy.ElementwiseKernel('T x', 'T y', '', preamble='int x;')",
    ],
)
def test_what_is_compiled(source: str) -> None:
    assert "int x;" in found(source)


def test_templates() -> None:
    made = found(
        "import cupy as cp\n"
        "A = '{type} x[{{1}}];'\n"
        "B = '%(type)s x = 5 %% 3;'\n"
        "cp.RawKernel(A.format(type='int'), 'a')\n"
        "cp.RawKernel(B % {'type': 'int'}, 'b')\n"
        "cp.RawKernel(f'{t} x[{{1}}];', 'c')\n"
        "cp.RawKernel('int x' + n + ';', 'd')\n"
    )
    assert made == [
        "placeholder_1 x[{1}];",
        "placeholder_1 x = 5 % 3;",
        "placeholder_1 x[{1}];",
        "int xplaceholder_1;",
    ]


def test_any_string_with_a_kernel_counts_but_documentation_does_not() -> None:
    assert found(f"compile_it('{KERNEL}')") == [KERNEL]
    assert found(f"X = dict(a='{KERNEL}')") == [KERNEL]
    assert found(f'"""Like this: {KERNEL}"""\n') == []
    assert found("print('a __global__ function is void of sense (often)')\n") == []


def test_each_string_is_taken_once() -> None:
    source = f"import cupy\nC = '{KERNEL}'\ncupy.RawKernel(C, 'k')\ncupy.RawModule(code=C)\n"
    assert found(source) == [KERNEL]


def test_fragments() -> None:
    source = (
        "import cupy as cp\n"
        "cp.ElementwiseKernel('T x', 'T y', 'y = __shfl_xor_sync(0xffffffff, x, 1)', 'e')\n"
        "cp.ReductionKernel('T x', 'T y', '__shfl_sync(~0u, x, 0)', 'a + b', 'y = a', '0', 'r')\n"
    )
    text = port(source.encode(), "a.py", Settings(), language="python").text.decode()
    assert "'y = __shfl_xor(x, 1, 32)'" in text
    assert "'__shfl(x, 0, 32)'" in text
    assert "fragment" not in text


@pytest.mark.parametrize(
    "literal",
    [
        f"'{KERNEL}\\n'",
        f'r"""{KERNEL}\n"""',
        f"b'{KERNEL}\\x0a'",
        f"'{KERNEL}' '\\n'",
        "'\\x5f_global__ void k(int *p) { p[0] = \\\n__shfl_sync(0xffffffff, p[0], 0); }\\n'",
    ],
)
def test_a_ported_literal_is_the_port_of_its_value(literal: str) -> None:
    source = f"import cupy\ncupy.RawKernel({literal}, 'k')\n"
    result = port(source.encode(), "a.py", Settings(), language="python").text.decode()
    call = ast.parse(result).body[1].value  # type: ignore[attr-defined]
    value = ast.literal_eval(call.args[0])
    assert (value.decode() if isinstance(value, bytes) else value) == PORTED + "\n"
    assert port(result.encode(), "a.py", Settings(), language="python").text.decode() == result


def test_comments_inside_and_outside_silence() -> None:
    line = "x = 'cudaFree'"
    inside = f"import cupy\ncupy.RawKernel('''\n{KERNEL} // hipwright: ignore[WARP]\n''', 'k')\n"
    outside = (
        f"import cupy\ncupy.RawKernel('{KERNEL}', 'k')  # hipwright: ignore[WARP] ok\n{line}\n"
    )
    for source in (inside, outside):
        assert check_text(Text(source.encode(), "python")) == []


def test_plain_python_is_not_looked_into() -> None:
    assert found("x = 'cudaFree(p)'\nprint(x)\n") == []
    assert not is_relevant(b"import numpy as np\n", "python")
    assert is_relevant(b"cp.RawKernel(code, 'k')", "python")
