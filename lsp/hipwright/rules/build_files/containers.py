"""Container images with CUDA in them, and the options that give a container NVIDIA's GPUs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from hipwright.finding import Edit, Finding, Fix, Severity
from hipwright.patterns import regex
from hipwright.rules.base import Example, TextRule
from hipwright.rules.build_files._texts import command_around, handles_hip, is_code
from hipwright.settings import Settings
from hipwright.source.languages import Language
from hipwright.source.texts import Text

_SOURCE = "ROCm documentation: Docker images and running containers"
_IMAGE = regex(
    rb"(?<![\w./-])(?P<image>(?:docker\.io/)?nvidia/cuda:[\w.${}-]+"
    rb"|nvcr\.io/nvidia/(?P<name>[\w./-]+)(?::[\w.${}-]+)?"
    rb"|(?:docker\.io/)?pytorch/pytorch:[\w.-]*cuda[\w.-]*"
    rb"|(?:docker\.io/)?tensorflow/tensorflow:[\w.-]*gpu[\w.-]*)"
)
_OPTION = regex(
    rb"(?<![\w-])(?P<option>--gpus(?:=|[ \t]+)(?:all|\d+|[\"'](?:all|device=[\w,]+)[\"'])"
    rb"|--runtime(?:=|[ \t]+)nvidia)(?![\w=])"
)
_DEVICES = b"--device=/dev/kfd --device=/dev/dri"


class CudaImage(TextRule):
    """Images made for CUDA have no runtime for AMD's GPUs: AMD publishes images with ROCm.

    Which one depends on what the image is for: rocm/dev-ubuntu-22.04 to compile, rocm/pytorch and
    rocm/tensorflow for those, each with tags for the ROCm release.
    """

    code = "BUILD020"
    title = "A container image with CUDA"
    severity = Severity.ERROR
    source = _SOURCE
    hazards = ("HW276",)
    languages: ClassVar[frozenset[Language]] = frozenset({"dockerfile", "yaml", "shell", "make"})
    triggers = (b"nvidia/cuda:", b"nvcr.io", b"pytorch/pytorch:", b"tensorflow/tensorflow:")
    examples = (
        Example(
            before="FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS build\nRUN make\n",
            after="FROM nvidia/cuda:12.4.1-devel-ubuntu22.04 AS build\nRUN make\n",
            alternative="FROM rocm/dev-ubuntu-22.04 AS build\nRUN make\n",
            file="Dockerfile",
        ),
        Example(
            before="DOCKER_IMAGE = nvcr.io/nvidia/pytorch:25.09-py3\n",
            after="DOCKER_IMAGE = nvcr.io/nvidia/pytorch:25.09-py3\n",
            alternative="DOCKER_IMAGE = rocm/pytorch\n",
            file="Makefile",
        ),
        Example(
            before="FROM ubuntu:22.04\n# not nvidia/cuda:12.4.1-devel\nCOPY a /nvidia/cuda\n",
            after=None,
            file="Dockerfile",
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Each image that is named."""
        if handles_hip(text):
            return
        for match in _IMAGE.finditer(text.content):
            start, end = match.span("image")
            if not is_code(text, start, end):
                continue
            instead = _instead(match)
            fixes: tuple[Fix, ...] = ()
            message = "this image is for NVIDIA's GPUs"
            if instead:
                message += f"; AMD's is {instead}, with a tag for the ROCm release"
                # A person chooses the release, and what the image needs beside it.
                edit = Edit(start, end, instead.encode())
                fixes = (Fix(f"Take {instead}", (edit,), safe=False),)
            yield Finding(self.code, self.severity, message, start, end, fixes)


def _instead(match: re.Match[bytes]) -> str:
    image = match["image"].decode("utf-8", "replace")
    for framework in ("pytorch", "tensorflow"):
        if framework in image:
            return f"rocm/{framework}"
    if "nvidia/cuda:" in image or image.startswith("nvcr.io/nvidia/cuda"):
        release = re.search(r"ubuntu(\d\d\.\d\d)", image)
        return f"rocm/dev-ubuntu-{release[1]}" if release else "rocm/dev-ubuntu-22.04"
    return ""


class ContainerGpus(TextRule):
    """A container gets AMD's GPUs as devices: /dev/kfd and /dev/dri.

    The user in it has to be in the groups video and render of the host.
    """

    code = "BUILD021"
    title = "NVIDIA's GPUs for a container"
    severity = Severity.ERROR
    source = _SOURCE
    hazards = ("HW276",)
    languages: ClassVar[frozenset[Language]] = frozenset({"shell", "make", "yaml"})
    triggers = (b"--gpus", b"--runtime")
    examples = (
        Example(
            before="docker run --rm --gpus all -it image\n",
            after="docker run --rm --device=/dev/kfd --device=/dev/dri -it image\n",
            file="run.sh",
        ),
        Example(
            before="docker run --runtime=nvidia image\n",
            after="docker run --device=/dev/kfd --device=/dev/dri image\n",
            file="run.sh",
        ),
        Example(
            before="docker run --gpus 2 image\n",
            after="docker run --gpus 2 image\n",
            alternative="docker run --device=/dev/kfd --device=/dev/dri image\n",
            file="run.sh",
        ),
        Example(
            before="# docker run --gpus all\npython train.py --gpus 4\n", after=None, file="r.sh"
        ),
    )

    def check(self, text: Text, settings: Settings) -> Iterable[Finding]:
        """Each option of a container's."""
        if handles_hip(text):
            return
        for match in _OPTION.finditer(text.content):
            start, end = match.span("option")
            command_start, _ = command_around(text, start)
            command = text.content[command_start:start]
            if not re.search(rb"\b(?:docker|podman|nerdctl)\b", command):
                continue
            if not is_code(text, start, end):
                continue
            everything = not re.search(rb"\d|device=", match["option"])
            title = "Give it AMD's GPUs" if everything else "Give it all of AMD's GPUs"
            fix = Fix(title, (Edit(start, end, _DEVICES),), safe=everything)
            message = "AMD's GPUs are given as devices: /dev/kfd, and /dev/dri or its render nodes"
            yield Finding(self.code, self.severity, message, start, end, (fix,))
