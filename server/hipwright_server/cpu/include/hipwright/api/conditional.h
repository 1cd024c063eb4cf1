// Conditional nodes of CUDA's graphs, which HIP lacks: a kernel says whether, how often or which of
// its bodies a node runs. A body is one graph, shared by all graphs that were made from its node's.
#pragma once

#include "graph.h"
#ifdef HIPWRIGHT_CUDA

using cudaGraphConditionalHandle = unsigned long long;
enum cudaGraphConditionalHandleFlags { cudaGraphCondAssignDefault = 1 };
enum cudaGraphConditionalNodeType {
    cudaGraphCondTypeIf = 0,
    cudaGraphCondTypeWhile = 1,
    cudaGraphCondTypeSwitch = 2,
};
struct cudaConditionalNodeParams {
    cudaGraphConditionalHandle handle;
    cudaGraphConditionalNodeType type;
    unsigned int size;
    cudaGraph_t* phGraph_out;
};
struct cudaGraphEdgeData {
    unsigned char from_port, to_port, type, reserved[5];
};
struct cudaChildGraphNodeParams {
    cudaGraph_t graph;
};
struct cudaGraphNodeParams {
    cudaGraphNodeType type;
    int reserved0[3];
    union {
        long long reserved1[29];
        cudaKernelNodeParams kernel;
        cudaMemsetParams memset;
        cudaHostNodeParams host;
        cudaChildGraphNodeParams graph;
        cudaMemAllocNodeParams alloc;
        cudaConditionalNodeParams conditional;
    };
    long long reserved2;
};
enum cudaStreamUpdateCaptureDependenciesFlags {
    cudaStreamAddCaptureDependencies = 0,
    cudaStreamSetCaptureDependencies = 1,
};

namespace hipwright {

inline Condition* condition_of(cudaGraphConditionalHandle handle) {
    return reinterpret_cast<Condition*>(static_cast<std::uintptr_t>(handle));
}

struct Conditional {
    Condition* condition;
    cudaGraphConditionalNodeType type;
    cudaGraph_t* bodies;
    unsigned size;

    Status operator()() const {
        auto value = [this] { return __atomic_load_n(&condition->value, __ATOMIC_SEQ_CST); };
        auto body = [this](unsigned index) {
            Graph* graph = graph_of(bodies[index]);
            return graph->sort() ? graph->run() : status_invalid_value;
        };
        Status status = status_success;
        if (type == cudaGraphCondTypeWhile) {
            while (status == status_success && value()) status = body(0);
        } else if (type == cudaGraphCondTypeSwitch) {
            if (value() < size) status = body(value());
        } else if (value() || size > 1) {
            status = body(value() ? 0 : 1);
        }
        return status;
    }
};

}  // namespace hipwright

inline cudaError_t cudaGraphConditionalHandleCreate(cudaGraphConditionalHandle* handle,
                                                    cudaGraph_t graph, unsigned initial = 0,
                                                    unsigned flags = 0) {
    using namespace hipwright;
    if (!handle || !graph) return done(status_invalid_value);
    auto* made = new Condition{initial, initial, (flags & cudaGraphCondAssignDefault) != 0};
    graph_of(graph)->conditions.add(made);  // lives as long as the program
    *handle = reinterpret_cast<std::uintptr_t>(made);
    return done(status_success);
}
inline void cudaGraphSetConditional(cudaGraphConditionalHandle handle, unsigned value) {
    __atomic_store_n(&hipwright::condition_of(handle)->value, value, __ATOMIC_SEQ_CST);
}

inline cudaError_t cudaGraphAddNode(cudaGraphNode_t* node, cudaGraph_t graph,
                                    const cudaGraphNode_t* before, std::size_t count,
                                    cudaGraphNodeParams* parameters, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!graph || !parameters) return done(status_invalid_value);
    switch (parameters->type) {
        case cudaGraphNodeTypeKernel:
            return cudaGraphAddKernelNode(node, graph, before, count, &parameters->kernel, file,
                                          line);
        case cudaGraphNodeTypeMemset:
            return cudaGraphAddMemsetNode(node, graph, before, count, &parameters->memset, file,
                                          line);
        case cudaGraphNodeTypeHost:
            return cudaGraphAddHostNode(node, graph, before, count, &parameters->host);
        case cudaGraphNodeTypeGraph:
            return cudaGraphAddChildGraphNode(node, graph, before, count, parameters->graph.graph);
        case cudaGraphNodeTypeMemAlloc:
            return cudaGraphAddMemAllocNode(node, graph, before, count, &parameters->alloc, file,
                                            line);
        case cudaGraphNodeTypeEmpty:
            return cudaGraphAddEmptyNode(node, graph, before, count);
        case cudaGraphNodeTypeConditional:
            break;
        default:
            return done(static_cast<Status>(801));  // not supported
    }
    cudaConditionalNodeParams& wanted = parameters->conditional;
    if (!wanted.handle || !wanted.size) return done(status_invalid_value);
    wanted.phGraph_out = new cudaGraph_t[wanted.size];
    for (unsigned i = 0; i < wanted.size; ++i)
        wanted.phGraph_out[i] = reinterpret_cast<cudaGraph_t>(new Graph());
    const Conditional work{condition_of(wanted.handle), wanted.type, wanted.phGraph_out,
                           wanted.size};
    Node* made = graph_of(graph)->add(NodeKind::conditional, Work::of(work));
    return done(give(node, made, before, count));
}
inline cudaError_t cudaGraphAddNode(cudaGraphNode_t* node, cudaGraph_t graph,
                                    const cudaGraphNode_t* before, const cudaGraphEdgeData*,
                                    std::size_t count, cudaGraphNodeParams* parameters,
                                    HIPWRIGHT_HERE) {
    return cudaGraphAddNode(node, graph, before, count, parameters, file, line);
}

// -- a capture from within. Its work runs in the order in which it was recorded, so that there are
// no dependencies to tell or to change.
inline cudaError_t cudaStreamGetCaptureInfo(cudaStream_t stream, cudaStreamCaptureStatus* status,
                                            unsigned long long* id = nullptr,
                                            cudaGraph_t* graph = nullptr,
                                            const cudaGraphNode_t** before = nullptr,
                                            const cudaGraphEdgeData** edges = nullptr,
                                            std::size_t* count = nullptr) {
    using namespace hipwright;
    if (!status) return done(status_invalid_value);
    Graph* capture = capture_of(stream);
    *status = capture ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
    if (id) *id = reinterpret_cast<std::uintptr_t>(capture);
    if (graph) *graph = reinterpret_cast<cudaGraph_t>(capture);
    if (before) *before = nullptr;
    if (edges) *edges = nullptr;
    if (count) *count = 0;
    return done(status_success);
}
inline cudaError_t cudaStreamUpdateCaptureDependencies(cudaStream_t stream, cudaGraphNode_t*,
                                                       const cudaGraphEdgeData*, std::size_t,
                                                       unsigned = 0) {
    using namespace hipwright;
    return done(capture_of(stream) ? status_success : static_cast<Status>(401));
}
inline cudaError_t cudaStreamBeginCaptureToGraph(cudaStream_t handle, cudaGraph_t graph,
                                                 const cudaGraphNode_t*, const cudaGraphEdgeData*,
                                                 std::size_t, cudaStreamCaptureMode) {
    using namespace hipwright;
    Stream* stream = stream_of(handle);
    if (!stream) return done(status_capture_unsupported);
    if (!graph) return done(status_invalid_value);
    if (stream->capture) return done(static_cast<Status>(401));
    stream->capture = graph_of(graph);
    stream->captures_first = true;
    return done(status_success);
}

#endif
