"""Sources: bytes, lines and columns, the syntax tree, and where CUDA hides in other languages."""

from hipwright.source.lines import Encoding, LineIndex
from hipwright.source.text import Source

__all__ = ["Encoding", "LineIndex", "Source"]
