"""What is shown when the pointer rests on a finding, or on any CUDA name."""

from __future__ import annotations

import re
from typing import Any

from hipwright.api import Entry, lookup
from hipwright.finding import Finding
from hipwright.lsp.documents import Document, Part
from hipwright.lsp.links import RuleLinks
from hipwright.patterns import regex
from hipwright.report.sarif import fact_of
from hipwright.rules.registry import rule

_NAME = regex(rb"[A-Za-z_]\w*")
_HEADER = regex(rb"^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"\r\n]+)[>\"]")

# The front pages of AMD's documentation, by the library of the CUDA name.
_AMD_PAGES = {
    "runtime": "HIP",
    "driver": "HIP",
    "device": "HIP",
    "NVRTC": "HIP",
    "cuComplex": "HIP",
    "fp types": "HIP",
    "cuBLAS": "hipBLAS",
    "cuBLASLt": "hipBLASLt",
    "cuSPARSE": "hipSPARSE",
    "cuSOLVER": "hipSOLVER",
    "cuRAND": "hipRAND",
    "cuFFT": "hipFFT",
    "CUB": "hipCUB",
    "cuDNN": "MIOpen",
    "NCCL": "rccl",
}


def hover(document: Document, offset: int, links: RuleLinks, markdown: bool) -> Any | None:
    """The protocol's hover for a byte of a document, or None where there is nothing to say."""
    part = document.part_at(offset)
    if part is None:
        return None
    inside = offset - part.start
    findings = [finding for finding in part.findings if finding.start <= inside <= finding.end]
    name = name_at(part.content, inside)
    sections = [_of_finding(finding, links) for finding in findings]
    entry = lookup(name[2]) if name else None
    if entry is not None:
        sections.append(of_entry(entry))
    if not sections:
        return None
    text = "\n\n---\n\n".join(sections)
    return {
        "contents": {
            "kind": "markdown" if markdown else "plaintext",
            "value": text if markdown else _plain(text),
        },
        "range": _range(document, part, findings, name),
    }


def name_at(content: bytes, offset: int) -> tuple[int, int, bytes] | None:
    """The identifier, or the header in an include line, at a byte: its start, end and text."""
    start = content.rfind(b"\n", 0, offset) + 1
    end = content.find(b"\n", offset)
    line = content[start : end if end >= 0 else len(content)]
    header = _HEADER.match(line)
    if header and start + header.start(1) <= offset <= start + header.end(1):
        return start + header.start(1), start + header.end(1), header[1]
    for match in _NAME.finditer(line):
        if start + match.start() <= offset <= start + match.end():
            return start + match.start(), start + match.end(), match.group()
    return None


def of_entry(entry: Entry) -> str:
    """What is known of a CUDA name, as Markdown."""
    lines = [f"`{entry.name}` → {_counterpart(entry)}"]
    if entry.library:
        lines.append(f"{entry.kind} of {_library(entry.library)}")
    else:
        lines.append(entry.kind)
    facts = [
        _since("CUDA", entry.cuda_added, entry.cuda_deprecated, entry.cuda_removed),
        _since("HIP", entry.hip_added, entry.hip_deprecated, entry.hip_removed),
    ]
    lines.extend(fact for fact in facts if fact)
    if entry.roc and entry.status != "roc-only":
        lines.append(f"also `{entry.roc}` in the roc library, if you prefer it (setting `roc`)")
    if entry.status == "experimental":
        lines.append("not in a HIP release yet: check your ROCm version")
    if entry.instead:
        lines.append(entry.instead)
    page = _AMD_PAGES.get(entry.library)
    if page and entry.status not in ("unsupported", "unknown"):
        address = f"https://rocm.docs.amd.com/projects/{page}/en/latest/"
        lines.append(f"[AMD's documentation of {page}]({address})")
    return "  \n".join(lines)


def _counterpart(entry: Entry) -> str:
    if entry.status == "same":
        return f"`{entry.hip or entry.name}`, the same in HIP"
    if entry.status in ("supported", "experimental") and entry.hip:
        return f"`{entry.hip}`"
    if entry.status == "roc-only":
        return f"`{entry.roc}`, in the roc library only"
    if entry.status == "unsupported":
        return "HIP has nothing of the kind"
    return "no counterpart is known"


def _library(library: str) -> str:
    names = {
        "runtime": "the CUDA runtime",
        "driver": "the CUDA driver API",
        "device": "CUDA device code",
        "fp types": "CUDA's half and narrow floating-point types",
        "cupti": "CUPTI",
        "nvtx": "NVTX",
    }
    return names.get(library, library)


def _since(whose: str, added: str, deprecated: str, removed: str) -> str:
    facts = [
        f"{word} {version}"
        for word, version in (
            ("since", added),
            ("deprecated since", deprecated),
            ("removed in", removed),
        )
        if version
    ]
    return f"{whose}: {', '.join(facts)}" if facts else ""


def _of_finding(finding: Finding, links: RuleLinks) -> str:
    known = rule(finding.code)
    if known is None:
        return f"**{finding.code}** {finding.message}"
    # Not the message: every editor shows that with the squiggle.
    lines = [f"**{finding.code}** {known.title}", fact_of(known), f"Source: {known.source}"]
    href = links(finding.code)
    if href is not None:
        lines.append(f"[About {finding.code}]({href})")
    return "\n\n".join(lines)


def _range(
    document: Document, part: Part, findings: list[Finding], name: tuple[int, int, bytes] | None
) -> dict[str, dict[str, int]]:
    if name is not None:
        start, end = name[0], name[1]
    else:
        narrowest = min(findings, key=lambda finding: finding.end - finding.start)
        start, end = narrowest.start, narrowest.end
    return document.range(part.start + start, part.start + end)


def _plain(text: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\(([^)]+)\)", r"\1: \2", text)
    return text.replace("`", "").replace("**", "").replace("  \n", "\n")
