"""What holds for all tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("hipwright", deadline=None)
settings.load_profile("hipwright")

# How files are handed to the processes of `make test`: those with long tests first, so that nobody
# waits for one at the end, and the ones with a browser apart from each other.
_ORDER = (
    "tests/packaging/",
    "tests/e2e/jupyterlab/test_jupyterlab.py",
    "tests/server/compare/",
    "tests/server/cpu",
    "tests/e2e/vscode/",
    "tests/server/",
    "tests/samples/",
    "tests/e2e/",
    "tests/rules/",
    "tests/cli/",
    "tests/lsp/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by `_ORDER`; those of a file stay together, in the order they stand there."""

    def place(item: pytest.Item) -> int:
        starts = (at for at, start in enumerate(_ORDER) if item.nodeid.startswith(start))
        return next(starts, len(_ORDER))

    items.sort(key=place)
