"""The API table: what is known of CUDA's names, and what HIP calls them."""

from hipwright.api.table import Entry, Status, lookup, table

__all__ = ["Entry", "Status", "lookup", "table"]
