"""From a keystroke to its squiggles: a real client over stdio against `hipwright lsp`."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import Any

from benchmarks.measure import environment, percentile, print_skipped, print_table

TITLE = "Keystroke to squiggles, over stdio"

_URI = "file:///generated.cu"


def run(lines: int, keys: int) -> None:
    """Print the table."""
    if find_spec("pygls") is None:
        print_skipped(TITLE, "the language server needs the lsp extra")
        return
    text = generate(lines)
    rows = []
    with Client() as client:
        start = time.perf_counter()
        client.open(text)
        findings = client.diagnostics()
        opened = time.perf_counter() - start
        rows.append(["open, to the first squiggles", "", "", f"{opened * 1000:.0f} ms once"])
        for name, edits in (
            ("a CUDA name gets and loses a letter", _in_names(text, keys)),
            ("a line break goes in and out, all below moves", _line_breaks(text, keys)),
        ):
            times = [client.type(*edit) for edit in edits]
            rows.append(
                [
                    name,
                    f"{percentile(times, 50) * 1000:.1f} ms",
                    f"{percentile(times, 99) * 1000:.1f} ms",
                    f"{len(times)} keys",
                ]
            )
    count = text.count("\n")
    print_table(f"{TITLE}: {count:,} lines, {len(findings)} findings", ["", "p50", "p99", ""], rows)


def generate(lines: int) -> str:
    """CUDA code of about so many lines: kernels and the host code that runs them, nine names in a
    hundred lines."""
    blocks = []
    number = 0
    written = 1
    while written < lines:
        block = _BLOCK.replace("NUMBER", str(number))
        blocks.append(block)
        written += block.count("\n")
        number += 1
    return "#include <cuda_runtime.h>\n" + "".join(blocks)


_BLOCK = """\

// Part NUMBER: scale an array, and add up what each block made of it.
__global__ void scale_NUMBER(const float *in, float *out, float factor, int n) {
  __shared__ float partial[256];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float value = i < n ? in[i] * factor : 0.0f;
  partial[threadIdx.x] = value;
  __syncthreads();
  for (int step = blockDim.x / 2; step > 0; step /= 2) {
    if (threadIdx.x < step) {
      partial[threadIdx.x] += partial[threadIdx.x + step];
    }
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    out[blockIdx.x] = partial[0];
  }
}

static float run_NUMBER(const float *host, int n, float factor) {
  float *in = nullptr;
  float *out = nullptr;
  int blocks = (n + 255) / 256;
  if (cudaMalloc(&in, n * sizeof(float)) != cudaSuccess) {
    return -1.0f;
  }
  cudaMalloc(&out, blocks * sizeof(float));
  cudaMemcpy(in, host, n * sizeof(float), cudaMemcpyHostToDevice);
  scale_NUMBER<<<blocks, 256>>>(in, out, factor, n);
  cudaDeviceSynchronize();
  float total = 0.0f;
  for (int block = 0; block < blocks; ++block) {
    float part = 0.0f;
    // Copied one by one, to keep the example plain.
    part = out[block];
    total += part;
  }
  for (int round = 0; round < 3; ++round) {
    float weight = 1.0f / (1.0f + static_cast<float>(round));
    total = total * weight + static_cast<float>(n % 7);
    if (total > 1.0e6f) {
      total /= 2.0f;
    }
  }
  return total;
}
"""

Edit = tuple[int, int, int, str]  # line, first column, last column, text


def _places(text: str, word: str) -> list[tuple[int, int]]:
    return [
        (number, line.index(word)) for number, line in enumerate(text.split("\n")) if word in line
    ]


def _in_names(text: str, keys: int) -> list[Edit]:
    """A name stops being CUDA's, and is again: each key adds or takes away squiggles."""
    places = random.Random(1).sample(_places(text, "cudaMalloc(&out"), keys // 2)
    edits: list[Edit] = []
    for line, column in places:
        end = column + len("cudaMalloc")
        edits.append((line, end, end, "x"))
        edits.append((line, end, end + 1, ""))
    return edits


def _line_breaks(text: str, keys: int) -> list[Edit]:
    """A line break moves every squiggle below it; it is taken back at once."""
    places = random.Random(2).sample(_places(text, "// Part"), keys // 2)
    edits: list[Edit] = []
    for line, column in places:
        edits.append((line, column, column, "\n"))
        edits.append((line, column, -1, ""))  # joins the line with the next
    return edits


class Client:
    """As much of an editor as it takes."""

    def __enter__(self) -> Client:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hipwright", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        self._version = 1
        self._id = 0
        self._arrived = 0.0  # when the last byte of the last message was there
        publish: dict[str, Any] = {"versionSupport": True}
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "capabilities": {
                    "general": {"positionEncodings": ["utf-16"]},
                    "textDocument": {"publishDiagnostics": publish},
                },
            },
        )
        self.notify("initialized", {})
        return self

    def __exit__(self, *_: object) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        self._process.wait(10)

    def open(self, text: str) -> None:
        """Open the document."""
        document = {"uri": _URI, "languageId": "cuda-cpp", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def type(self, line: int, first: int, last: int, text: str) -> float:
        """Type, and wait for the squiggles; gives the seconds to their last byte."""
        self._version += 1
        start = {"line": line, "character": first}
        end = {"line": line, "character": last} if last >= 0 else {"line": line + 1, "character": 0}
        change = {"range": {"start": start, "end": end}, "text": text}
        document = {"uri": _URI, "version": self._version}
        begin = time.perf_counter()
        self.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )
        self.diagnostics()
        return self._arrived - begin

    def diagnostics(self) -> list[Any]:
        """The next diagnostics that belong to the present version."""
        while True:
            message = self._read()
            if message.get("method") != "textDocument/publishDiagnostics":
                continue
            if message["params"].get("version", self._version) == self._version:
                found: list[Any] = message["params"]["diagnostics"]
                return found

    def request(self, method: str, params: Any) -> Any:
        """Send a request and wait for its answer."""
        self._id += 1
        self._write({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        while True:
            message = self._read()
            if message.get("id") == self._id and "method" not in message:
                return message.get("result")

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def _write(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps(message).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise SystemExit("hipwright lsp ended before it was told to")
        body = self._process.stdout.read(length)
        self._arrived = time.perf_counter()  # what an editor does with it is not ours
        message: dict[str, Any] = json.loads(body)
        return message
