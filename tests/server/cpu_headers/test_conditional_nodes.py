"""CUDA's conditional graph nodes: bodies that run once, again and again, or one of several."""

from __future__ import annotations

from collections.abc import Callable

Run = Callable[..., str]

SOURCE = r"""
#include <cstdio>
__global__ void set(cudaGraphConditionalHandle handle, unsigned value) {
    cudaGraphSetConditional(handle, value);
}
__global__ void count_down(int* left, cudaGraphConditionalHandle handle) {
    printf("%d ", *left);
    cudaGraphSetConditional(handle, --*left > 0);
}
__global__ void say(int what) { printf("%d ", what); }

static cudaGraphNode_t add_kernel(cudaGraph_t graph, void* kernel, void** arguments) {
    cudaGraphNodeParams params = {cudaGraphNodeTypeKernel};
    params.kernel.func = kernel;
    params.kernel.gridDim = params.kernel.blockDim = dim3(1, 1, 1);
    params.kernel.kernelParams = arguments;
    cudaGraphNode_t node = nullptr;
    (void)cudaGraphAddNode(&node, graph, nullptr, nullptr, 0, &params);
    return node;
}
static cudaGraph_t* add_condition(cudaGraph_t graph, cudaGraphNode_t* before, unsigned count,
                                  cudaGraphConditionalHandle handle,
                                  cudaGraphConditionalNodeType type, unsigned size) {
    cudaGraphNodeParams params = {cudaGraphNodeTypeConditional};
    params.conditional.handle = handle;
    params.conditional.type = type;
    params.conditional.size = size;
    cudaGraphNode_t node = nullptr;
    (void)cudaGraphAddNode(&node, graph, before, nullptr, count, &params);
    cudaGraphNodeType kind = cudaGraphNodeTypeEmpty;
    (void)cudaGraphNodeGetType(node, &kind);
    if (kind != cudaGraphNodeTypeConditional) printf("kind %d ", kind);
    return params.conditional.phGraph_out;
}
static void launch(cudaGraph_t graph, int times) {
    cudaGraphExec_t executable = nullptr;
    (void)cudaGraphInstantiate(&executable, graph, 0);
    for (int i = 0; i < times; ++i) (void)cudaGraphLaunch(executable, 0);
    (void)cudaDeviceSynchronize();
    printf("%s\n", cudaGetErrorName(cudaGetLastError()));
}
int main() {
    for (unsigned value = 0; value < 3; ++value) {
        for (auto type : {cudaGraphCondTypeIf, cudaGraphCondTypeSwitch}) {
            cudaGraph_t graph = nullptr;
            (void)cudaGraphCreate(&graph, 0);
            cudaGraphConditionalHandle handle = 0;
            (void)cudaGraphConditionalHandleCreate(&handle, graph);
            void* arguments[] = {&handle, &value};
            cudaGraphNode_t first = add_kernel(graph, (void*)set, arguments);
            cudaGraph_t* bodies = add_condition(graph, &first, 1, handle, type, 2);
            for (int i = 0; i < 2; ++i) {
                void* what[] = {&i};
                add_kernel(bodies[i], (void*)say, what);
            }
            launch(graph, 1);
        }
    }
    // A loop, its body captured, whose condition begins as true on every launch.
    cudaGraph_t graph = nullptr;
    (void)cudaGraphCreate(&graph, 0);
    cudaGraphConditionalHandle handle = 0;
    (void)cudaGraphConditionalHandleCreate(&handle, graph, 1, cudaGraphCondAssignDefault);
    cudaGraph_t* body = add_condition(graph, nullptr, 0, handle, cudaGraphCondTypeWhile, 1);
    int* left = nullptr;
    (void)cudaMallocManaged(&left, sizeof(int));
    *left = 3;
    cudaStream_t stream = nullptr;
    (void)cudaStreamCreate(&stream);
    (void)cudaStreamBeginCaptureToGraph(stream, body[0], nullptr, nullptr, 0,
                                        cudaStreamCaptureModeGlobal);
    cudaStreamCaptureStatus status = cudaStreamCaptureStatusNone;
    cudaGraph_t captured = nullptr;
    (void)cudaStreamGetCaptureInfo(stream, &status, nullptr, &captured);
    if (captured != body[0] || status != cudaStreamCaptureStatusActive) printf("not captured ");
    count_down<<<1, 1, 0, stream>>>(left, handle);
    (void)cudaStreamEndCapture(stream, nullptr);
    launch(graph, 2);
}
"""


def test_conditional_nodes(run_program: Run) -> None:
    assert run_program(SOURCE, flags=("-Wno-missing-field-initializers",)).splitlines() == [
        "1 cudaSuccess",  # if: the else of a false condition
        "0 cudaSuccess",  # switch: the first
        "0 cudaSuccess",
        "1 cudaSuccess",
        "0 cudaSuccess",
        "cudaSuccess",  # switch: none
        "3 2 1 0 cudaSuccess",  # twice: the second launch begins as true, and ends at once
    ]
