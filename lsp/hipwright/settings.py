"""What the user can choose about checking and porting. One schema for every front end.

The schema, `settings.schema.json` beside this module, is what the command line, the language server
and the editors check the user's settings with. Keys are written-with-hyphens there, and become
fields of `Settings` with underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

Launch = Literal["keep", "macro"]


class Settings(NamedTuple):
    """Choices that change which findings and fixes a source gets."""

    select: tuple[str, ...] = ()  # codes or families to look for; empty means all
    ignore: tuple[str, ...] = ()  # codes or families to leave out
    roc: bool = False  # prefer roc* libraries to hip* ones
    launch: Launch = "keep"  # "keep" leaves <<<>>>; "macro" writes hipLaunchKernelGGL
    hipify: bool = False  # where AMD's tool chooses otherwise, choose as it does
    experimental: bool = False  # also names that HIP has only as experiments
    hip_version: str = ""  # the HIP to port to, such as "6.2"; empty means the newest
    cuda_version: str = ""  # the CUDA that the source is written for; empty means any
    arch: tuple[str, ...] = ()  # the AMD GPUs to port to, such as "gfx942"; empty means any

    def selects(self, code: str) -> bool:
        """Whether findings of this code are wanted."""
        if any(covers(choice, code) for choice in self.ignore):
            return False
        return not self.select or any(covers(choice, code) for choice in self.select)

    @property
    def wave_sizes(self) -> frozenset[int]:
        """How many lanes a wavefront may have on the chosen GPUs: 32, 64 or both."""
        if not self.arch:
            return frozenset((32, 64))
        return frozenset(64 if generation(name) < 10 else 32 for name in self.arch)


def generation(arch: str) -> int:
    """The generation of an AMD GPU: 9 for gfx942 (CDNA), 11 for gfx1100 (RDNA 3).

    Up to 9 a wavefront has 64 lanes; from 10 on 32 unless a compiler is asked for 64 (LLVM's user
    guide for AMDGPU: `wavefrontsize64`). A generic name such as gfx9-4-generic begins with it.
    """
    digits = arch.removeprefix("gfx").partition(":")[0]
    number = digits.partition("-")[0] if "-" in digits else digits[:-2]
    return int(number)


def covers(choice: str, code: str) -> bool:
    """Whether `choice`, a code or a family such as "WARP", means `code`.

    A part of a number means nothing: "WARP01" is more likely a slip than ten rules.
    """
    if choice == code:
        return True
    return choice.isalpha() and code.startswith(choice) and code[len(choice) :].isdigit()


class SettingsError(ValueError):
    """A setting that cannot be used: which one, and why. `item` is the faulty item of a list."""

    def __init__(self, key: str, reason: str, item: object = None) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason
        self.item = item


def from_mapping(values: Mapping[str, object]) -> Settings:
    """Settings from the keys and values of a configuration file or of an editor.

    Keys that only the commands read (`exclude`, `targets`) are checked and left out. Raises
    SettingsError for the first key that the schema does not know, or whose value it does not allow.
    """
    for problem in problems(values):
        raise problem
    chosen: dict[str, Any] = {}
    for setting in Settings._fields:
        key = setting.replace("_", "-")
        if key in values:
            value = values[key]
            chosen[setting] = tuple(value) if isinstance(value, list) else value
    return Settings(**chosen)


@cache
def schema() -> dict[str, Any]:
    """The JSON schema of the settings."""
    import json

    text = Path(__file__).with_name("settings.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def problems(values: Mapping[str, object]) -> Iterator[SettingsError]:
    """What the schema says against these values.

    Checked by hand, since the schema is flat and a validation library would cost more time than
    the rest of the start-up; a test holds it against a real validator.
    """
    properties = schema()["properties"]
    for key, value in values.items():
        if key not in properties:
            yield SettingsError(key, f"there is no such setting{did_you_mean(key, properties)}")
            continue
        yield from _value_problems(key, value, properties[key])


# What an item of a list has to be, for those who wrote another one.
_CODE = "a rule code or family"
_ITEMS = {"select": _CODE, "ignore": _CODE, "arch": "an AMD GPU, such as gfx942 or gfx1100"}


def _value_problems(key: str, value: object, rule: Mapping[str, Any]) -> Iterator[SettingsError]:
    if "enum" in rule and value not in rule["enum"]:
        allowed = " or ".join(f'"{choice}"' for choice in rule["enum"])
        yield SettingsError(key, f"must be {allowed}, not {_shown(value)}")
    kind = rule.get("type")
    if kind == "boolean" and not isinstance(value, bool):
        yield SettingsError(key, f"must be true or false, not {_shown(value)}")
    elif kind == "string" and not isinstance(value, str):
        yield SettingsError(key, f"must be a string, not {_shown(value)}")
    elif kind == "string" and not re.search(rule.get("pattern", ""), str(value)):
        yield SettingsError(key, f"{_shown(value)} is not a version, such as 6.2")
    elif kind == "object" and not isinstance(value, dict):
        yield SettingsError(key, f"must be a table, not {_shown(value)}")
    elif kind == "array":
        if not isinstance(value, list):
            yield SettingsError(key, f"must be a list of strings, not {_shown(value)}")
            return
        for item in value:
            if not isinstance(item, str):
                yield SettingsError(key, f"must hold strings, not {_shown(item)}", item)
            elif "pattern" in rule["items"] and not re.search(rule["items"]["pattern"], item):
                yield SettingsError(key, f"{_shown(item)} is not {_ITEMS[key]}", item)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def did_you_mean(word: str, known: Iterator[str] | Mapping[str, object] | list[str]) -> str:
    """A question that names the closest known word, or nothing when none is close."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
