"""Python that cannot be read as a whole."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from typing import ClassVar

from hipwright.finding import Finding, Severity
from hipwright.rules.base import Example, TextRule
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text


class PythonSyntax(TextRule):
    """What does not parse is read as far as it can be: CUDA in the broken part may be missed.

    An editor's own Python support says so while one types; hipwright says it on the command line.
    """

    code = "PY002"
    title = "Python that does not parse"
    severity = Severity.INFO
    source = "Python language reference"
    languages: ClassVar[frozenset[Language]] = frozenset({"python"})
    triggers = (b"cuda", b"cupy", b"Cuda", b"CUDA")
    examples = (
        Example(
            before="import cupy\ndef f(:\n    pass\n",
            after="import cupy\ndef f(:\n    pass\n",
            file="example.py",
        ),
        Example(
            before="import cupy\nprint 'Python 2'\n",
            after=None,
            why="this is read as well",
            file="example.py",
        ),
        Example(before="import cupy\n", after=None, file="example.py"),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Where Python itself stops reading, if what we read has a gap too."""
        if not text.python.tree.root_node.has_error or text.in_notebook:
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ast.parse(text.content)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 1
            reason = getattr(error, "msg", None) or str(error)
            start, end = text.lines.line_bounds(min(line, len(text.lines.starts)) - 1)
            yield Finding(
                self.code,
                self.severity,
                f"this does not parse ({reason}): CUDA near it may have been missed",
                start,
                end,
            )
