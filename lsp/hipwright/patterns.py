"""Regular expressions that are compiled when they are first used.

A module's expressions stand at its top, where they have names. Compiling them as they are met costs
a third of a millisecond each, a tenth of all the time that the port of a small file takes; and most
files need few of them.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _WhenUsed:
    """Stands for a compiled expression; what is asked of it is answered by that one."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self._arguments = text, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "_compiled":
            value: Any = re.compile(*self._arguments)
        else:
            value = getattr(self._compiled, name)
        setattr(self, name, value)  # found there from now on, without a call of this method
        return value


def regex(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, compiled at its first use: only then is `re.error` raised."""
    return cast("re.Pattern[AnyStr]", _WhenUsed(text, flags))
