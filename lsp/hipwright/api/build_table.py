"""Rebuilds `table.txt` and `calls.txt`, what the engine knows of CUDA, from `tools/facts`.

    python -m hipwright.api.build_table tools/facts

The facts are CSV files (see `tools/facts/README.md`): AMD's HIPIFY map, what PyTorch and hip-python
know beyond it, and the names that CUDA's own headers declare. `CORRECTIONS` holds what is known to
be wrong or missing in them. The result is three stretches of lines: what to say of whole families,
the names, and what is known of each name; so that loading it is two splits and a zip.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from hipwright.api.corrections import (
    ARGUMENTS,
    CORRECTIONS,
    FAMILY_INSTEAD,
    HEADERS,
    INSTEAD,
    NEEDLESS,
    OURS_ALONE,
)
from hipwright.api.table import FIELDS
from hipwright.patterns import regex

TABLE = Path(__file__).with_name("table.txt")

Row = dict[str, str]

# Names that say by themselves that they are CUDA's. The headers also declare plain words (`T`,
# `all`, `valid`): flagging those would flag the user's own names.
_CUDA_LOOK = regex(
    r"(cu|CU|__cu|__nv|nv[A-Z_]|NV|nvtx|nvvm|nvrtc|NVRTC|CUPTI|cupti|__CUDA)[A-Za-z0-9_]*$"
)
_IMPLEMENTATION = regex(r"__CUDA_|__cudaCDP|__nv_internal|.*_ptsz$|.*_H_+$|.*_H__$")

# Old device functions with plain words for names (`saturate`, `umin`): CUDA dropped them from its
# documentation long ago, so that such a name in a program is nearly always the program's own.
_PLAIN_WORD = regex(r"(?!cu|make_)[a-z]+[0-9]*(hi)?$")

# What the rules about warps look at; a rename alone would leave the mask in the wrong place.
_WARP = regex(r"__(shfl|all|any|ballot|activemask|match|reduce|syncwarp)\w*$")


def read(folder: Path, name: str) -> list[Row]:
    """The rows of one fact file.

    Raises FileNotFoundError when the folder lacks it.
    """
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def base_rows(folder: Path) -> Iterator[Row]:
    """What HIPIFY knows, in our columns."""
    for row in read(folder, "api_map.csv"):
        name = row["cuda_name"]
        if _WARP.match(name) or (row["kind"] == "device function" and _PLAIN_WORD.match(name)):
            continue
        status = row["status"]
        if status == "supported-deprecated":
            status = "supported"
        elif status == "supported-v2-only":
            status = "v2-only"
        in_newest = row["in_hip71_headers"] == "yes"
        yield {
            "name": name,
            "kind": row["kind"],
            "library": row["library"],
            "hip": row["hip_name"],
            "roc": row["roc_name"],
            "status": status,
            "cuda_added": row["cuda_added"].replace("cudnn ", ""),
            "cuda_deprecated": row["cuda_deprecated"].replace("cudnn ", ""),
            "cuda_removed": row["cuda_removed"].replace("cudnn ", ""),
            "hip_added": row["hip_added"],
            "hip_deprecated": row["hip_deprecated"],
            "hip_removed": row["hip_removed"],
            "_in_newest": "yes" if in_newest else "",
        }


def add_extras(table: dict[str, Row], folder: Path) -> None:
    """What newer sources know beyond HIPIFY, where the HIP 7.1 headers bear them out."""
    extras = [row for row in read(folder, "api_map_extra.csv") if row["in_hip71_headers"] == "yes"]
    # hip-python is generated from HIP's own headers: it comes first.
    extras.sort(key=lambda row: not row["known_by"].startswith("hip-python"))
    seen: set[str] = set()
    for extra in extras:
        name, hip = extra["cuda_name"], extra["hip_name"]
        if name in seen or not re.fullmatch(r"\w+", name):
            continue
        row = table.get(name)
        if row is None:
            if not _CUDA_LOOK.match(name):
                continue
            table[name] = {
                "name": name,
                "kind": "function" if re.match(r"cu(da)?[A-Z]", name) else "type",
                "library": "runtime" if name.startswith("cuda") else "driver",
                "hip": hip,
                "status": "supported",
                "hipify": "-",
            }
        elif row["status"] == "unsupported":
            row.update(hip=hip, status="supported", hipify="-", hip_added="7.1.0")
        elif not row.get("_in_newest") and row["library"] in ("runtime", "driver"):
            row["hipify"] = row["hip"]
            row["hip"] = hip
            row["hip_removed"] = ""
        else:
            continue
        seen.add(name)
    for name, row in table.items():
        # `cuLinkCreate_v2` is what the header makes of `cuLinkCreate`: it goes the same way.
        base = table.get(name.removesuffix("_v2"), row)
        if base is not row and base.get("hipify") and base["hipify"] == row.get("hip"):
            row["hipify"], row["hip"] = row["hip"], base["hip"]


def add_cuda_headers(table: dict[str, Row], folder: Path) -> None:
    """Names that CUDA 13 declares and nobody maps."""
    for row in read(folder, "cuda_headers.csv"):
        name = row["cuda_name"]
        if name in table or _WARP.match(name):
            continue
        if row["kind"] == "header":
            table[name] = {"name": name, "kind": "header", "library": "", "status": "unknown"}
            continue
        if not _CUDA_LOOK.match(name) or _IMPLEMENTATION.match(name):
            continue
        table[name] = {
            "name": name,
            "kind": row["kind"],
            "library": row["library"],
            "status": "unknown",
        }


def correct(table: dict[str, Row]) -> None:
    """Put right what is known to be wrong, and say what to use instead of what HIP lacks."""
    for name, changes in CORRECTIONS.items():
        row = table.setdefault(name, {"name": name, "status": "supported", "hipify": "-"})
        if "hip" in changes and "hipify" not in row and changes["hip"] != row.get("hip", ""):
            row["hipify"] = row.get("hip") or "-"
        row.update(changes)
    for row in table.values():
        hip = row.get("hip", "")
        if row["library"] == "cuBLAS" and hip.endswith("_v2"):
            # hipBLAS 3, of ROCm 7, has no such suffix any more: it is the plain name that takes
            # hipComplex and hipDataType.
            row.setdefault("hipify", hip)
            row["hip"] = hip.removesuffix("_v2")
        elif row["library"] == "cuDNN" and hip:
            # hipDNN is in no release of ROCm; MIOpen is.
            row.setdefault("hipify", hip)
            row.update(hip="", status="roc-only" if row.get("roc") else "unsupported")
    for name, (hip, roc, library) in HEADERS.items():
        row = table.setdefault(
            name, {"name": name, "kind": "header", "library": library, "hipify": "-"}
        )
        if row.get("hip", "") != hip:
            row.setdefault("hipify", row.get("hip") or "-")
        if row.get("roc") and row["roc"] != roc:
            row["hipify_roc"] = row["roc"]
        row.update(hip=hip, roc=roc or row.get("roc", ""), library=library, status="supported")
    for name in NEEDLESS:
        row = table.setdefault(name, {"name": name, "kind": "header", "library": ""})
        row.update(hip="", status="same")
    for name in OURS_ALONE:
        table.pop(name, None)
    for name, row in table.items():
        roc = row.get("roc", "")
        # A half is a half in the user's own kernels; only AMD's tool makes a library's type of it.
        # Streams are MIOpen's only in calls of MIOpen.
        if roc and (row["kind"] == "device type" or row["library"] in ("runtime", "driver")):
            row["roc"] = ""
            if not roc.startswith("miopen"):
                row["hipify_roc"] = roc
        if row["status"] == "supported" and row.get("hip") == name:
            row["status"] = "same"
        if row["status"] in ("unsupported", "unknown"):
            row["instead"] = INSTEAD.get(name, "") or _family(name)
        if row["status"] == "same":
            # Nothing to say of it, and the table stays small.
            for field in ("cuda_added", "hip_added", "hip_removed"):
                row.pop(field, None)


def _family(name: str) -> str:
    for number, (pattern, _) in enumerate(FAMILY_INSTEAD):
        if re.match(pattern, name):
            return f"={number}"
    return ""


def build(folder: Path) -> str:
    """The table as text. Raises FileNotFoundError when a fact file is missing."""
    table: dict[str, Row] = {}
    for row in base_rows(folder):
        # Of two rows with one name, the one that HIP supports is the useful one.
        if row["name"] not in table or table[row["name"]]["status"] == "unsupported":
            table[row["name"]] = row
    add_extras(table, folder)
    add_cuda_headers(table, folder)
    correct(table)
    # A name that means the same on both sides says nothing to a port: only its versions could.
    rows = [row for _, row in sorted(table.items())]
    names = "\n".join(row["name"] for row in rows)
    facts = "\n".join(
        "\t".join(row.get(field, "") for field in FIELDS).rstrip("\t") for row in rows
    )
    families = "\n".join(text for _, text in FAMILY_INSTEAD)
    return f"{families}\n\n{names}\n\n{facts}\n"


def build_calls(folder: Path) -> str:
    """The calls whose arguments change, as text. Raises FileNotFoundError like `build`."""
    columns = (
        "target",
        "cuda_function",
        "arg_index",
        "rewrite",
        "constant",
        "to_index",
        "count",
    )
    lines = dict.fromkeys(
        "\t".join(row[column] for column in columns)
        for row in read(folder, "argument_rewrites.csv")
    )
    for function, argument, kind, constant in ARGUMENTS:
        lines[f"own\t{function}\t{argument}\t{kind}\t{constant}\t\t"] = None
    return "".join(f"{line}\n" for line in lines)


def main(arguments: list[str]) -> int:
    """Rebuild the table from the folder of facts that is given."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: python -m hipwright.api.build_table FOLDER-OF-FACTS", file=sys.stderr)
        return 2
    try:
        text, calls = build(Path(arguments[0])), build_calls(Path(arguments[0]))
    except FileNotFoundError as error:
        print(f"{error.filename}: no such file; give the folder that holds it", file=sys.stderr)
        return 2
    TABLE.write_text(text, encoding="utf-8", newline="\n")
    TABLE.with_name("calls.txt").write_text(calls, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
