"""PROP004: fields of a device's properties that HIP lacks."""

from __future__ import annotations

from collections.abc import Iterable

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, FileRule
from hipwright.rules.code import code_of
from hipwright.settings import Settings
from hipwright.source import Source

# Fields of cudaDeviceProp (CUDA 13.0) that hipDeviceProp_t of HIP 7.1 does not have.
_LACKING = (
    b"deviceNumaId|deviceNumaConfig|mpsEnabled|hostNumaId|hostNumaMultinodeIpcSupported"
    b"|gpuPciDeviceID|gpuPciSubsystemID"
)
_FIELD = regex(
    rb"(?P<owner>[A-Za-z_]\w*)(?:\[[^\[\]]*\])?\s*(?:\.|->)\s*(?P<field>gcnArch|"
    + _LACKING
    + rb")\b"
    rb"(?:\s*==\s*(?P<number>\d+))?"
)
_PROPERTIES = regex(rb"\b(?:cuda|hip)DeviceProp(?:_t)?\b")


class MissingField(FileRule):
    """hipDeviceProp_t lacks what came with CUDA 12 and 13 (NUMA, MPS, PCI identifiers), and has no
    number of the architecture any more: `gcnArchName` is its name."""

    code = "PROP004"
    title = "Field of the device's properties that HIP lacks"
    severity = Severity.ERROR
    source = "hip_runtime_api.h of HIP 7.1 beside driver_types.h of CUDA 13.0"
    hazards = ("HW119", "HW120")
    triggers = (b"gcnArch", *_LACKING.split(b"|"))
    affected_by = regex(rb"DeviceProp|gcnArch|" + _LACKING)
    examples = (
        Example(
            "void f(cudaDeviceProp prop) { bind(prop.hostNumaId); }\n",
            "void f(cudaDeviceProp prop) { bind(prop.hostNumaId); }\n",
        ),
        Example(
            "bool is_mi100(hipDeviceProp_t prop) { return prop.gcnArch == 908; }\n",
            "bool is_mi100(hipDeviceProp_t prop) { return prop.gcnArch == 908; }\n",
            alternative="bool is_mi100(hipDeviceProp_t prop) "
            '{ return strncmp(prop.gcnArchName, "gfx908", 6) == 0; }\n',
        ),
        Example("bool f(hipDeviceProp_t p) { return known(p.gcnArchName); }\n", None),
        Example("void f(Topology machine) { bind(machine.hostNumaId); }\n", None),
    )

    def check(self, source: Source, settings: Settings) -> Iterable[Finding]:
        code = code_of(source)
        for match in code.words(_FIELD):
            declaration = code.declaration(match["owner"], match.start())
            if declaration is None or not _PROPERTIES.search(declaration.type):
                continue
            if not code.is_seen(match.start()):
                continue
            field = match["field"].decode()
            message = f"hipDeviceProp_t has no `{field}`"
            fixes: tuple[Fix, ...] = ()
            if field == "gcnArch":
                message += " since ROCm 6: gcnArchName is the name of the architecture"
                if match["number"]:
                    owner = match[0][: match.start("field") - match.start()]
                    name = b"gfx" + match["number"]
                    text = b'strncmp(%sgcnArchName, "%s", %d) == 0' % (owner, name, len(name))
                    edits = (Edit(match.start(), match.end(), text),)
                    fixes = (Fix("Compare the name", edits, safe=False),)
            yield Finding(self.code, self.severity, message + ".", *match.span("field"), fixes)
