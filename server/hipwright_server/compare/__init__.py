"""Comparing runs of one program: exit status, output, arrays, reports; the verdict first."""

from hipwright_server.compare.comparison import Comparison, Side, compare
from hipwright_server.compare.tolerance import Tolerance

__all__ = ["Comparison", "Side", "Tolerance", "compare"]
