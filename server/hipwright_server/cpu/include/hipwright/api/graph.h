// Graphs: work that is recorded once, by hand or by capturing a stream, and run as often as one
// likes.
#pragma once

#include "launch.h"
#include "memory_pool.h"

enum API(StreamCaptureMode) {
    API(StreamCaptureModeGlobal) = 0,
    API(StreamCaptureModeThreadLocal) = 1,
    API(StreamCaptureModeRelaxed) = 2,
};
enum API(StreamCaptureStatus) {
    API(StreamCaptureStatusNone) = 0,
    API(StreamCaptureStatusActive) = 1,
    API(StreamCaptureStatusInvalidated) = 2,
};
enum API(GraphNodeType) {
    API(GraphNodeTypeKernel) = 0,
    API(GraphNodeTypeMemcpy) = 1,
    API(GraphNodeTypeMemset) = 2,
    API(GraphNodeTypeHost) = 3,
    API(GraphNodeTypeGraph) = 4,
    API(GraphNodeTypeEmpty) = 5,
    API(GraphNodeTypeWaitEvent) = 6,
    API(GraphNodeTypeEventRecord) = 7,
    API(GraphNodeTypeMemAlloc) = 10,
    API(GraphNodeTypeMemFree) = 11,
#ifdef HIPWRIGHT_CUDA
    cudaGraphNodeTypeConditional = 13,
#endif
};
enum API(GraphExecUpdateResult) {
    API(GraphExecUpdateSuccess) = 0,
    API(GraphExecUpdateError) = 1,
    API(GraphExecUpdateErrorTopologyChanged) = 2,
};
enum : unsigned { API(GraphInstantiateFlagAutoFreeOnLaunch) = 1 };
struct API(KernelNodeParams) {
#ifdef HIPWRIGHT_HIP
    dim3 blockDim;
    void** extra;
    void* func;
    dim3 gridDim;
    void** kernelParams;
    unsigned sharedMemBytes;
#else
    void* func;
    dim3 gridDim;
    dim3 blockDim;
    unsigned sharedMemBytes;
    void** kernelParams;
    void** extra;
#endif
};
struct API(MemsetParams) {
    void* dst;
    std::size_t pitch;
    unsigned value;
    unsigned elementSize;
    std::size_t width;
    std::size_t height;
};
struct API(HostNodeParams) {
    API(HostFn_t) fn;
    void* userData;
};
#ifdef HIPWRIGHT_HIP
using hipGraphExecUpdateResultInfo = int;
#else
struct cudaGraphExecUpdateResultInfo {
    cudaGraphExecUpdateResult result;
    cudaGraphNode_t errorNode;
    cudaGraphNode_t errorFromNode;
};
#endif

namespace hipwright {

inline Graph* graph_of(const void* handle) {
    return const_cast<Graph*>(static_cast<const Graph*>(handle));
}
inline Node* node_of(const void* handle) {
    return const_cast<Node*>(static_cast<const Node*>(handle));
}
inline Status depend(Node* node, const API(GraphNode_t) * before, std::size_t count) {
    if (count && !before) return status_invalid_value;
    for (std::size_t i = 0; i < count; ++i) node->before.add(node_of(before[i]));
    return status_success;
}
inline Status give(API(GraphNode_t) * result, Node* node, const API(GraphNode_t) * before,
                   std::size_t count) {
    if (result) *result = reinterpret_cast<API(GraphNode_t)>(node);
    return depend(node, before, count);
}
// A kernel node, made as a capture makes it: the arguments are copied now.
inline Status record_kernel(Graph* graph, const API(KernelNodeParams) & parameters,
                            const char* file, int line) {
    Stream stream;
    stream.capture = graph;
    return start(parameters.func, parameters.gridDim, parameters.blockDim, parameters.kernelParams,
                 parameters.sharedMemBytes, &stream, false, file, line);
}
inline Status set_elements(const API(MemsetParams) & p, const char* file, int line) {
    if (p.elementSize != 1 && p.elementSize != 2 && p.elementSize != 4) return status_invalid_value;
    const std::size_t rows = p.height ? p.height : 1;
    if (!inside(p.dst, p.pitch * (rows - 1) + p.width * p.elementSize, "setting memory", file,
                line))
        return status_invalid_value;
    for (std::size_t y = 0; y < rows; ++y)
        for (std::size_t x = 0; x < p.width; ++x)
            std::memcpy(static_cast<char*>(p.dst) + y * p.pitch + x * p.elementSize, &p.value,
                        p.elementSize);
    return status_success;
}
inline Status instantiate(API(GraphExec_t) * result, API(Graph_t) graph) {
    if (!result || !graph) return status_invalid_value;
    Graph* copy = graph_of(graph)->clone();
    if (!copy->sort()) {
        delete copy;
        return status_invalid_value;
    }
    *result = reinterpret_cast<API(GraphExec_t)>(copy);
    return status_success;
}

}  // namespace hipwright

// -- capture
// ----------------------------------------------------------------------------------------
inline API(Error_t) API(StreamBeginCapture)(API(Stream_t) handle,
                                            API(StreamCaptureMode) = API(StreamCaptureModeGlobal)) {
    using namespace hipwright;
    Stream* stream = stream_of(handle);
    if (!stream) return done(status_capture_unsupported);
    if (stream->capture) return done(static_cast<Status>(401));  // already capturing
    stream->capture = new Graph();
    stream->captures_first = true;
    return done(status_success);
}
inline API(Error_t) API(StreamEndCapture)(API(Stream_t) handle, API(Graph_t) * result) {
    using namespace hipwright;
    Stream* stream = stream_of(handle);
    if (!stream || !stream->capture) return done(static_cast<Status>(401));
    if (!stream->captures_first) return done(static_cast<Status>(903));  // not where it began
    Graph* graph = stream->capture;
    Streams::get().end_capture(graph);
    stream->capture = nullptr;
    if (result) *result = reinterpret_cast<API(Graph_t)>(graph);
    return done(status_success);
}
inline API(Error_t)
    API(StreamIsCapturing)(API(Stream_t) handle, API(StreamCaptureStatus) * status) {
    using namespace hipwright;
    if (!status) return done(status_invalid_value);
    *status = capture_of(handle) ? API(StreamCaptureStatusActive) : API(StreamCaptureStatusNone);
    return done(status_success);
}
inline API(Error_t) API(ThreadExchangeStreamCaptureMode)(API(StreamCaptureMode) *) {
    return hipwright::done(hipwright::status_success);
}

// -- graphs by hand
// -----------------------------------------------------------------------------------
inline API(Error_t) API(GraphCreate)(API(Graph_t) * graph, unsigned = 0) {
    using namespace hipwright;
    if (!graph) return done(status_invalid_value);
    *graph = reinterpret_cast<API(Graph_t)>(new Graph());
    return done(status_success);
}
inline API(Error_t) API(GraphDestroy)(API(Graph_t) graph) {
    using namespace hipwright;
    if (!graph) return done(status_invalid_value);
    delete graph_of(graph);
    return done(status_success);
}
inline API(Error_t) API(GraphClone)(API(Graph_t) * result, API(Graph_t) graph) {
    using namespace hipwright;
    if (!result || !graph) return done(status_invalid_value);
    *result = reinterpret_cast<API(Graph_t)>(graph_of(graph)->clone());
    return done(status_success);
}
inline API(Error_t)
    API(GraphAddKernelNode)(API(GraphNode_t) * node, API(Graph_t) handle,
                            const API(GraphNode_t) * before, std::size_t count,
                            const API(KernelNodeParams) * parameters, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!handle || !parameters) return done(status_invalid_value);
    Graph* graph = graph_of(handle);
    const Status status = record_kernel(graph, *parameters, file, line);
    if (status != status_success) return done(status);
    return done(give(node, graph->nodes[graph->nodes.size() - 1], before, count));
}
template <typename T>
inline API(Error_t) API(GraphAddMemcpyNode1D)(API(GraphNode_t) * node, API(Graph_t) graph,
                                              const API(GraphNode_t) * before, std::size_t count,
                                              T* to, const void* from, std::size_t bytes,
                                              API(MemcpyKind) kind, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!graph) return done(status_invalid_value);
    Node* made = graph_of(graph)->add(
        NodeKind::copy, Work::of(Copy{const_cast<std::remove_cv_t<T>*>(to), from, bytes, kind,
                                      element_name<T>(), "copy", file, line}));
    return done(give(node, made, before, count));
}
inline API(Error_t) API(GraphAddMemcpyNode)(API(GraphNode_t) * node, API(Graph_t) graph,
                                            const API(GraphNode_t) * before, std::size_t count,
                                            const API(Memcpy3DParms) * parameters, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!graph || !parameters) return done(status_invalid_value);
    Node* made = graph_of(graph)->add(NodeKind::copy, Work::of(Copy3D{*parameters, file, line}));
    return done(give(node, made, before, count));
}
inline API(Error_t) API(GraphAddMemsetNode)(API(GraphNode_t) * node, API(Graph_t) graph,
                                            const API(GraphNode_t) * before, std::size_t count,
                                            const API(MemsetParams) * parameters, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!graph || !parameters) return done(status_invalid_value);
    Node* made = graph_of(graph)->add(NodeKind::set, Work::of([p = *parameters, file, line] {
                                          return set_elements(p, file, line);
                                      }));
    return done(give(node, made, before, count));
}
inline API(Error_t) API(GraphAddHostNode)(API(GraphNode_t) * node, API(Graph_t) graph,
                                          const API(GraphNode_t) * before, std::size_t count,
                                          const API(HostNodeParams) * parameters) {
    using namespace hipwright;
    if (!graph || !parameters) return done(status_invalid_value);
    Node* made = graph_of(graph)->add(NodeKind::host, Work::of([p = *parameters] {
                                          p.fn(p.userData);
                                          return status_success;
                                      }));
    return done(give(node, made, before, count));
}
inline API(Error_t) API(GraphAddEmptyNode)(API(GraphNode_t) * node, API(Graph_t) graph,
                                           const API(GraphNode_t) * before, std::size_t count) {
    using namespace hipwright;
    if (!graph) return done(status_invalid_value);
    return done(give(node, graph_of(graph)->add(NodeKind::empty, Work{}), before, count));
}
inline API(Error_t) API(GraphAddChildGraphNode)(API(GraphNode_t) * node, API(Graph_t) graph,
                                                const API(GraphNode_t) * before, std::size_t count,
                                                API(Graph_t) child) {
    using namespace hipwright;
    if (!graph || !child) return done(status_invalid_value);
    Graph* inner = graph_of(child)->clone();  // lives as long as the program
    if (!inner->sort()) return done(status_invalid_value);
    Node* made = graph_of(graph)->add(NodeKind::graph, Work::of([inner] { return inner->run(); }));
    return done(give(node, made, before, count));
}
// -- memory of a graph: taken when the node is made, so that its address is known, and given back
// by the node that frees it or with the program
struct API(MemAllocNodeParams) {
    API(MemPoolProps) poolProps;
    const API(MemAccessDesc) * accessDescs;
    std::size_t accessDescCount;
    std::size_t bytesize;
    void* dptr;
};
inline API(Error_t)
    API(GraphAddMemAllocNode)(API(GraphNode_t) * node, API(Graph_t) graph,
                              const API(GraphNode_t) * before, std::size_t count,
                              API(MemAllocNodeParams) * parameters, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!graph || !parameters) return done(status_invalid_value);
    const Status status =
        allocate(&parameters->dptr, parameters->bytesize, MemoryKind::graph, file, line);
    if (status != status_success) return done(status);
    return done(give(node, graph_of(graph)->add(NodeKind::empty, Work{}), before, count));
}
inline API(Error_t)
    API(GraphAddMemFreeNode)(API(GraphNode_t) * node, API(Graph_t) graph,
                             const API(GraphNode_t) * before, std::size_t count, void*) {
    using namespace hipwright;
    // The graph may run again and needs the memory then: it stays.
    if (!graph) return done(status_invalid_value);
    return done(give(node, graph_of(graph)->add(NodeKind::empty, Work{}), before, count));
}
enum API(GraphMemAttributeType) {
    API(GraphMemAttrUsedMemCurrent) = 0,
    API(GraphMemAttrUsedMemHigh) = 1,
    API(GraphMemAttrReservedMemCurrent) = 2,
    API(GraphMemAttrReservedMemHigh) = 3,
};
inline API(Error_t) API(DeviceGetGraphMemAttribute)(int, API(GraphMemAttributeType), void* value) {
    *static_cast<std::uint64_t*>(value) = hipwright::Memory::get().used();
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceSetGraphMemAttribute)(int, API(GraphMemAttributeType), void*) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(DeviceGraphMemTrim)(int) {
    return hipwright::done(hipwright::status_success);
}

inline API(Error_t) API(GraphAddDependencies)(API(Graph_t), const API(GraphNode_t) * from,
                                              const API(GraphNode_t) * to, std::size_t count) {
    using namespace hipwright;
    if (count && (!from || !to)) return done(status_invalid_value);
    for (std::size_t i = 0; i < count; ++i) node_of(to[i])->before.add(node_of(from[i]));
    return done(status_success);
}
inline API(Error_t)
    API(GraphGetNodes)(API(Graph_t) graph, API(GraphNode_t) * nodes, std::size_t* count) {
    using namespace hipwright;
    if (!graph || !count) return done(status_invalid_value);
    const auto& all = graph_of(graph)->nodes;
    if (nodes)
        for (std::size_t i = 0; i < *count && i < all.size(); ++i)
            nodes[i] = reinterpret_cast<API(GraphNode_t)>(all[i]);
    *count = all.size();
    return done(status_success);
}
inline API(Error_t) API(GraphNodeGetType)(API(GraphNode_t) node, API(GraphNodeType) * type) {
    using namespace hipwright;
    if (!node || !type) return done(status_invalid_value);
    *type = static_cast<API(GraphNodeType)>(node_of(node)->kind);
    return done(status_success);
}

// -- graphs that can run
// ----------------------------------------------------------------------------
inline API(Error_t)
    API(GraphInstantiate)(API(GraphExec_t) * result, API(Graph_t) graph, unsigned long long = 0) {
    return hipwright::done(hipwright::instantiate(result, graph));
}
inline API(Error_t) API(GraphInstantiate)(API(GraphExec_t) * result, API(Graph_t) graph,
                                          API(GraphNode_t) * faulty, char* log, std::size_t size) {
    if (faulty) *faulty = nullptr;
    if (log && size) *log = 0;
    return hipwright::done(hipwright::instantiate(result, graph));
}
inline API(Error_t) API(GraphInstantiateWithFlags)(API(GraphExec_t) * result, API(Graph_t) graph,
                                                   unsigned long long = 0) {
    return hipwright::done(hipwright::instantiate(result, graph));
}
inline API(Error_t) API(GraphUpload)(API(GraphExec_t), API(Stream_t)) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(GraphLaunch)(API(GraphExec_t) exec, API(Stream_t) stream) {
    using namespace hipwright;
    if (!exec) return done(status_invalid_value);
    Graph* graph = graph_of(exec);
    return done(submit(stream, NodeKind::graph, [graph] { return graph->run(); }));
}
inline API(Error_t) API(GraphExecDestroy)(API(GraphExec_t) exec) {
    using namespace hipwright;
    if (!exec) return done(status_invalid_value);
    delete graph_of(exec);
    return done(status_success);
}
inline API(Error_t)
    API(GraphExecKernelNodeSetParams)(API(GraphExec_t) exec, API(GraphNode_t) node,
                                      const API(KernelNodeParams) * parameters, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!exec || !node || !parameters) return done(status_invalid_value);
    for (Node* each : graph_of(exec)->nodes) {
        if (each->original != node_of(node)) continue;
        Graph fresh;
        const Status status = record_kernel(&fresh, *parameters, file, line);
        if (status != status_success) return done(status);
        std::swap(each->work, fresh.nodes[0]->work);
        return done(status_success);
    }
    return done(status_invalid_value);
}
namespace hipwright {
inline Status update(API(GraphExec_t) exec, API(Graph_t) graph) {
    if (!exec || !graph) return status_invalid_value;
    Graph* running = graph_of(exec);
    Graph* fresh = graph_of(graph)->clone();
    Status status = fresh->sort() ? status_success : status_invalid_value;
    if (fresh->nodes.size() != running->nodes.size()) status = static_cast<Status>(910);
    for (std::size_t i = 0; status == status_success && i < fresh->nodes.size(); ++i)
        if (fresh->nodes[i]->kind != running->nodes[i]->kind) status = static_cast<Status>(910);
    for (std::size_t i = 0; status == status_success && i < fresh->nodes.size(); ++i)
        std::swap(fresh->nodes[i]->work, running->nodes[i]->work);
    delete fresh;
    return status;
}
}  // namespace hipwright
inline API(Error_t)
    API(GraphExecUpdate)(API(GraphExec_t) exec, API(Graph_t) graph, API(GraphNode_t) * faulty,
                         API(GraphExecUpdateResult) * result) {
    using namespace hipwright;
    const Status status = update(exec, graph);
    if (faulty) *faulty = nullptr;
    if (result)
        *result = status == status_success ? API(GraphExecUpdateSuccess)
                                           : API(GraphExecUpdateErrorTopologyChanged);
    return done(status);
}
#ifndef HIPWRIGHT_HIP
inline cudaError_t cudaGraphExecUpdate(cudaGraphExec_t exec, cudaGraph_t graph,
                                       cudaGraphExecUpdateResultInfo* info) {
    using namespace hipwright;
    const Status status = update(exec, graph);
    if (info)
        *info = {status == status_success ? cudaGraphExecUpdateSuccess
                                          : cudaGraphExecUpdateErrorTopologyChanged,
                 nullptr, nullptr};
    return done(status);
}
#endif
