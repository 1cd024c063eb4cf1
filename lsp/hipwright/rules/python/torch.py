"""PyTorch: what `torch.cuda` says of an AMD GPU is not what it says of NVIDIA's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from tree_sitter import Node

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.rules.base import Example, TextRule
from hipwright.rules.python._code import enclosing, is_guard, knows_rocm, uses_of
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_PYTHON: frozenset[Language] = frozenset({"python"})
_SOURCE = "PyTorch documentation: HIP (ROCm) semantics"


class TorchVersionCuda(TextRule):
    """`torch.version.cuda` is None in PyTorch for ROCm, and `torch.version.hip` is set instead.

    What asks whether there is a GPU build says no, and what parses the version fails. Device
    strings and `torch.cuda.*` stay as they are: on ROCm "cuda" means the AMD GPU.
    """

    code = "PY007"
    title = "torch.version.cuda on ROCm"
    severity = Severity.WARNING
    source = _SOURCE
    hazards = ("HW280", "HW284")
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"version.cuda", b"import version", b"torch.version")
    examples = (
        Example(
            before="import torch\nif torch.version.cuda is None:\n    raise SystemExit('no GPU')\n",
            after="import torch\nif torch.version.cuda is None:\n    raise SystemExit('no GPU')\n",
            alternative="import torch\nif (torch.version.cuda or torch.version.hip) is None:\n"
            "    raise SystemExit('no GPU')\n",
            file="example.py",
        ),
        Example(
            before="import torch\nprint(torch.version.cuda)\nx = torch.ones(3, device='cuda')\n",
            after=None,
            why="printing None harms nobody, and the device is called cuda on ROCm too",
            file="example.py",
        ),
        Example(
            before="import torch\n"
            "old = torch.version.cuda is None or int(torch.version.cuda.split('.')[0]) < 12\n",
            after="import torch\n"
            "old = torch.version.cuda is None or int(torch.version.cuda.split('.')[0]) < 12\n",
            alternative="import torch\nold = (torch.version.cuda or torch.version.hip) is None"
            " or int(torch.version.cuda.split('.')[0]) < 12\n",
            why="what is parsed stands behind the question",
            file="example.py",
        ),
        Example(
            before="import torch\nis_gpu = torch.version.cuda or torch.version.hip\n",
            after=None,
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The places where something hangs on it, in a text that does not think of ROCm."""
        if knows_rocm(text):
            return
        uses = list(uses_of(text.python, "torch.version.cuda"))
        # Where it is asked for first, what follows is left out on ROCm, for good or ill.
        guarded = any(is_guard(use.node) for use in uses)
        for use in uses:
            node = use.node
            parsed = use.path != "torch.version.cuda"
            if not parsed and _is_only_shown(text, node):
                continue
            if guarded and not is_guard(node) and not _is_asked_for_none(text, node):
                continue
            start = node.start_byte
            end = start + text.python.text_of(node).find(b"cuda") + len(b"cuda")
            name = text.content[start:end]
            if _is_settled_by_none(text, node):
                continue
            what = "so this fails" if parsed else "so this takes it for a build without a GPU"
            edit = Edit(start, end, b"(" + name + b" or " + name[:-4] + b"hip)")
            fix = Fix("Ask for the HIP version too", (edit,), safe=False)
            yield Finding(
                self.code,
                Severity.INFO if is_guard(node) or _is_compared(text, node) else self.severity,
                f"`{name.decode()}` is None on ROCm, {what}",
                start,
                end,
                (fix,) if name.endswith(b".cuda") else (),
            )


def _is_asked_for_none(text: Text, node: Node) -> bool:
    parent = node.parent
    return parent is not None and text.python.text_of(parent).endswith(b"is None")


def _is_settled_by_none(text: Text, node: Node) -> bool:
    """Whether `torch.version.cuda is None or …` stands in front, in the same condition."""
    operation = enclosing(node, "boolean_operator")
    while operation is not None:
        left = operation.child_by_field_name("left")
        if left is not None and left.end_byte <= node.start_byte:
            operator = operation.child_by_field_name("operator")
            asked = text.python.text_of(left)
            if operator is not None and operator.type == "or" and b"version.cuda is None" in asked:
                return True
        operation = enclosing(operation, "boolean_operator")
    return False


def _is_compared(text: Text, node: Node) -> bool:
    """Whether it is compared with versions as they are written: on ROCm it is none of them."""
    parent = node.parent
    if parent is None or parent.type != "comparison_operator":
        return False
    return b"None" not in text.python.text_of(parent)


def _is_only_shown(text: Text, node: Node) -> bool:
    """Whether a value is only printed, logged or recorded, also with something in its place."""
    parent = node.parent
    if parent is not None and parent.type == "boolean_operator":
        right = parent.child_by_field_name("right")
        if right is not None and right.type in ("string", "none"):
            return True
    deciding = enclosing(
        node,
        "comparison_operator",
        "boolean_operator",
        "not_operator",
        "if_statement",
        "conditional_expression",
        "assert_statement",
        "subscript",
    )
    return deciding is None


class TorchCapability(TextRule):
    """`get_device_capability()` of an AMD GPU is its gfx version, such as (9, 4) on MI300.

    A threshold that is meant for NVIDIA's generations passes or fails by accident there.
    """

    code = "PY008"
    title = "compute capability as a threshold"
    severity = Severity.WARNING
    source = "HIP runtime: hipDeviceProp_t.major and .minor; PyTorch: torch.cuda"
    hazards = ("HW281",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"get_device_capability", b"get_device_properties")
    examples = (
        Example(
            before="import torch\nuse_bf16 = torch.cuda.get_device_capability()[0] >= 8\n",
            after="import torch\nuse_bf16 = torch.cuda.get_device_capability()[0] >= 8\n",
            why="ask for what is needed, here `torch.cuda.is_bf16_supported()`",
            file="example.py",
        ),
        Example(
            before="import torch\nprint(torch.cuda.get_device_capability())\n"
            "n = torch.cuda.get_device_properties(0).multi_processor_count\n",
            after=None,
            file="example.py",
        ),
        Example(
            before="import torch\nif torch.version.hip is None:\n"
            "    major, _ = torch.cuda.get_device_capability()\n",
            after=None,
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The questions for a capability that something is decided on."""
        if knows_rocm(text):
            return
        code = text.python
        for use in uses_of(code, "torch.cuda"):
            call = use.call
            if call is None:
                continue
            if use.path == "torch.cuda.get_device_capability":
                # Taken apart, compared, or kept to be compared later.
                decided = enclosing(
                    call, "comparison_operator", "assignment", "subscript", "return_statement"
                )
            elif use.path == "torch.cuda.get_device_properties":
                parent = call.parent
                field = None if parent is None else parent.child_by_field_name("attribute")
                is_version = field is not None and code.text_of(field) in (b"major", b"minor")
                decided = parent if is_version else None
            else:
                continue
            if decided is not None:
                yield Finding(
                    self.code,
                    self.severity,
                    "on AMD this is the gfx version, such as (9, 4) on MI300: compare NVIDIA's "
                    "generations only where `torch.version.hip` is None",
                    use.node.start_byte,
                    use.node.end_byte,
                )


class Float8Type(TextRule):
    """MI300 (gfx942) multiplies `fnuz` variants of 8-bit floats only, MI350 and RDNA4 OCP's only.

    The two have other biases and other NaNs: the same bits are other numbers.
    """

    code = "PY021"
    title = "8-bit float type by GPU"
    severity = Severity.INFO
    source = "hipBLASLt documentation: data type support"
    hazards = ("HW286",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"float8_e4m3fn", b"float8_e5m2", b"float8e4nv")
    examples = (
        Example(
            before="import torch\ny = x.to(torch.float8_e4m3fn)\n",
            after="import torch\ny = x.to(torch.float8_e4m3fn)\n",
            file="example.py",
        ),
        Example(
            before="import torch\nf8 = torch.float8_e4m3fnuz if mi300 else torch.float8_e4m3fn\n",
            after=None,
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """The uses of OCP's types, in a text that does not know of the others."""
        if b"fnuz" in text.content or b"float8e4b8" in text.content or knows_rocm(text):
            return
        for use in text.python.uses:
            name = use.path.rpartition(".")[2]
            if name in ("float8_e4m3fn", "float8_e5m2", "float8e4nv") and "." in use.path:
                instead = "float8e4b8" if name == "float8e4nv" else f"{name.removesuffix('fn')}fnuz"
                yield Finding(
                    self.code,
                    self.severity,
                    f"MI300 (gfx942) needs `{instead}` here; MI350 and RDNA4 take this one",
                    use.node.start_byte,
                    use.node.end_byte,
                )


class TensorFlowBuiltWithCuda(TextRule):
    """`tf.test.is_built_with_cuda()` is False in TensorFlow for ROCm, GPU or not."""

    code = "PY023"
    title = "is_built_with_cuda on ROCm"
    severity = Severity.WARNING
    source = "TensorFlow documentation: tf.test"
    hazards = ("HW297",)
    languages: ClassVar[frozenset[Language]] = _PYTHON
    triggers = (b"is_built_with_cuda",)
    examples = (
        Example(
            before="import tensorflow as tf\nassert tf.test.is_built_with_cuda()\n",
            after="import tensorflow as tf\nassert tf.test.is_built_with_cuda()\n",
            alternative="import tensorflow as tf\nassert tf.test.is_built_with_gpu_support()\n",
            file="example.py",
        ),
        Example(
            before="import tensorflow as tf\n"
            "ok = tf.test.is_built_with_cuda() or tf.test.is_built_with_rocm()\n",
            after=None,
            file="example.py",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Its calls."""
        if b"is_built_with_rocm" in text.content:
            return
        for use in uses_of(text.python, "tensorflow.test.is_built_with_cuda"):
            start, end = use.node.end_byte - len(b"is_built_with_cuda"), use.node.end_byte
            edit = Edit(start, end, b"is_built_with_gpu_support")
            yield Finding(
                self.code,
                self.severity,
                "False in TensorFlow for ROCm: `is_built_with_gpu_support` is true on both",
                use.node.start_byte,
                end,
                (Fix("Ask for any GPU", (edit,), safe=False),),
            )
