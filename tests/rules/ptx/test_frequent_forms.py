"""How many of the forms of PTX that public code uses most are rewritten.

`frequent_forms.csv` has the 100 most frequent ones that have a counterpart: counted in HeCBench,
NVIDIA's samples, CUTLASS, llm.c and repositories for machine learning, without those that AMD GPUs
have nothing for (barrier objects, clusters, tensor memory) and without matrix instructions, whose
lanes hold other parts of the matrices.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from hipwright.rules.ptx._forms import find
from hipwright.rules.ptx._instruction import Instruction, parse
from hipwright.rules.ptx._registers import SPECIAL

sys.path.insert(0, str(Path(__file__).parent))

from forms import CASES

# They end a kernel, so that there is no result to compare: tests/server/ptx sees that they do.
_END_THE_KERNEL = {"trap", "brkpt"}


def _run_by_a_case() -> set[str]:
    found = set(_END_THE_KERNEL)
    for case in CASES:
        for line in parse(case.ptx):
            if isinstance(line, Instruction):
                found.add(line.form)
                found.update(operand.replace("%%", "%") for operand in line.operands)
    return found


def test_most_frequent_forms() -> None:
    with (Path(__file__).parent / "frequent_forms.csv").open(newline="") as file:
        forms = [row["form"] for row in csv.DictReader(file)]
    assert len(forms) == 100
    run = _run_by_a_case()
    rewritten = {form for form in forms if find(form) or form.lstrip("%") in SPECIAL}
    checked = {form for form in rewritten if form in run}
    print(f"\nof the 100 most frequent forms of PTX: {len(rewritten)} rewritten,")
    print(f"{len(checked)} of them run before and after; explained:")
    print(*sorted(set(forms) - rewritten))
    print("rewritten, and not run:", *sorted(rewritten - checked))
    assert len(checked) >= 80
