"""Port every CUDA source below a folder, and check what must hold of every port.

    python -m tools.invariants FOLDER

- a second port changes nothing;
- comments and string literals are as they were (inline assembly is code, and left out);
- no more places fail to parse than before;
- no CUDA name with a counterpart in HIP is left in code, but for names that the user declares.

Prints one line for each file that breaks one of these, then the counts. Exit status 1 if any did.
Nothing is written. Third-party code is checked where it lies and never copied.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from hipwright.port import port
from hipwright.source import Source

SUFFIXES = {".cu", ".cuh", ".cpp", ".h"}
MENTIONS_CUDA = re.compile(rb"cuda|\bcu[A-Z]|\bCU_|__global__|cublas|cufft|curand")
LITERAL = re.compile(
    rb'R"([^\s()\\]{0,16})\(.*?\)\1"|//(?:\\\r?\n|[^\n])*|/\*.*?(?:\*/|\Z)'
    rb'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
    re.DOTALL,
)
INCLUDE = re.compile(rb'#[ \t]*include[ \t]*(?:<[^>\n]*>|"[^"\n]*")')
ASSEMBLY = re.compile(
    rb'\b(?:asm|__asm__)\b[^("]*\((?:"(?:\\.|[^"\\])*"|\([^()]*\)|[^"()])*\)\s*;', re.DOTALL
)
# Codes of findings that say: this name has a counterpart, and is still there.
NAME_LEFT = {"API001", "HEADER001"}


def literals(content: bytes) -> list[bytes]:
    content = ASSEMBLY.sub(b"", INCLUDE.sub(b"", content))
    return [match.group() for match in LITERAL.finditer(content)]


def parse_errors(content: bytes) -> int:
    count = 0
    nodes = [Source(content).tree.root_node]
    while nodes:
        node = nodes.pop()
        count += node.type == "ERROR" or node.is_missing
        if node.has_error:
            nodes.extend(node.children)
    return count


def broken(content: bytes, name: str) -> list[str]:
    """What does not hold of the port of this content."""
    result = port(content, name)
    found = []
    if port(result.text, name).text != result.text:
        found.append("a second port changes it again")
    if literals(content) != literals(result.text):
        found.append("comments or strings changed")
    if parse_errors(result.text) > parse_errors(content):
        found.append("more of it fails to parse")
    left = [finding.name or "" for finding in result.remaining if finding.code in NAME_LEFT]
    if left:
        found.append(f"names left: {', '.join(sorted(set(left)))}")
    return found


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print("usage: python -m tools.invariants FOLDER", file=sys.stderr)
        return 2
    counts: Counter[str] = Counter()
    files = 0
    for path in sorted(Path(sys.argv[1]).rglob("*")):
        if path.suffix not in SUFFIXES or not path.is_file():
            continue
        content = path.read_bytes()
        if not MENTIONS_CUDA.search(content):
            continue
        files += 1
        for problem in broken(content, str(path)):
            counts[problem.split(":")[0]] += 1
            print(f"{path}: {problem}")
    print(f"{files} files")
    for problem, number in counts.most_common():
        print(f"{number:6} {problem}")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
