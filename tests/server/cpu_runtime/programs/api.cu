// The runtime API, call by call. Each line printed is `name value`; the test knows the values.
#include "front.h"
#include <string>

__global__ void add(int* data, int count, int what)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count) data[i] += what;
}
__global__ void scale(float* data, float by) { data[threadIdx.x] *= by; }
template <typename T>
__global__ void fill(T* data, T value) { data[threadIdx.x] = value; }
__global__ void everywhere(int* marks, int* total)
{
    marks[blockIdx.x] = 1;
    hipwright::sync_grid(__FILE__, __LINE__);
    if (threadIdx.x == 0) {
        int sum = 0;
        for (unsigned i = 0; i < gridDim.x; ++i) sum += marks[i];
        atomicAdd(total, sum);
    }
}

static void show(const char* name, long long value) { std::printf("%s %lld\n", name, value); }
static void show(const char* name, GPU(Error_t) error) { std::printf("%s %s\n", name, GPU(GetErrorName)(error)); }
static void show(const char* name, const char* text) { std::printf("%s %s\n", name, text); }

static void memory()
{
    int *a = nullptr, *b = nullptr;
    show("malloc", GPU(Malloc)(&a, 1000 * sizeof(int)));
    show("malloc_void", GPU(Malloc)((void**)&b, 1000 * sizeof(int)));
    show("aligned", reinterpret_cast<size_t>(a) % 256);
    int zero = -1;
    GPU(Memcpy)(&zero, a + 999, sizeof zero, GPU(MemcpyDeviceToHost));
    std::printf("array one\n");
    show("zeroed", zero);
    size_t before = 0, after = 0, total = 0;
    GPU(MemGetInfo)(&before, &total);
    void* big = nullptr;
    show("too_much", GPU(Malloc)(&big, total + 1));
    show("last_error", GPU(GetLastError)());
    show("last_error_again", GPU(GetLastError)());
    GPU(Malloc)(&big, 1 << 20);
    GPU(MemGetInfo)(&after, &total);
    show("used", static_cast<long long>(before - after));
    GPU(Free)(big);
    show("free_null", GPU(Free)(nullptr));

    GPU(Memset)(a, 1, 1000 * sizeof(int));
    GPU(Memcpy)(b, a, 1000 * sizeof(int), GPU(MemcpyDeviceToDevice));
    add<<<4, 256>>>(b, 1000, 5);
    std::vector<int> host(1000);
    GPU(Memcpy)(host.data(), b, 1000 * sizeof(int), GPU(MemcpyDefault));
    std::printf("array copied\n");
    show("copied", host[999] == 0x01010101 + 5);
    show("null_copy", GPU(Memcpy)(host.data(), (int*)nullptr, 4, GPU(MemcpyDeviceToHost)));
    show("empty_copy", GPU(Memcpy)(host.data(), (int*)nullptr, 0, GPU(MemcpyDeviceToHost)));
    GPU(GetLastError)();

    // Rows with a pitch.
    float* grid = nullptr;
    size_t pitch = 0;
    GPU(MallocPitch)(&grid, &pitch, 10 * sizeof(float), 7);
    float rows[7][10], back[7][10];
    for (int y = 0; y < 7; ++y)
        for (int x = 0; x < 10; ++x) rows[y][x] = y * 10.f + x;
    GPU(Memset2D)(grid, pitch, 0, 10 * sizeof(float), 7);
    GPU(Memcpy2D)(grid, pitch, rows, sizeof rows[0], sizeof rows[0], 7, GPU(MemcpyHostToDevice));
    GPU(Memcpy2D)(back, sizeof back[0], grid, pitch, sizeof rows[0], 7, GPU(MemcpyDeviceToHost));
    std::printf("array rows\n");
    show("rows", std::memcmp(rows, back, sizeof rows));
    show("pitch", static_cast<long long>(pitch));
    show("narrow_pitch", GPU(Memcpy2D)(grid, 4, rows, sizeof rows[0], sizeof rows[0], 7, GPU(MemcpyHostToDevice)));
    GPU(GetLastError)();

    // A box within a box.
    GPU(PitchedPtr) box;
#ifdef __HIPCC__
    hipMalloc3D(&box, make_hipExtent(8, 4, 3));
    hipMemcpy3DParms p = {};
    p.srcPtr = make_hipPitchedPtr(rows, sizeof rows[0], sizeof rows[0], 7);
    p.extent = make_hipExtent(8, 3, 1);
    p.dstPos = make_hipPos(0, 1, 2);
#else
    cudaMalloc3D(&box, make_cudaExtent(8, 4, 3));
    cudaMemcpy3DParms p = {};
    p.srcPtr = make_cudaPitchedPtr(rows, sizeof rows[0], sizeof rows[0], 7);
    p.extent = make_cudaExtent(8, 3, 1);
    p.dstPos = make_cudaPos(0, 1, 2);
#endif
    p.dstPtr = box;
    p.kind = GPU(MemcpyHostToDevice);
    show("box", GPU(Memcpy3D)(&p));
    const char* inside = static_cast<char*>(box.ptr) + (2 * 4 + 1 + 2) * box.pitch;
    show("box_holds", std::memcmp(inside, rows[2], 8));

    // Pinned, mapped and registered memory.
    int *pinned = nullptr, *mapped = nullptr;
#ifdef __HIPCC__
    show("host_malloc", hipHostMalloc(&pinned, 64, hipHostMallocDefault));
#else
    show("host_malloc", cudaMallocHost(&pinned, 64));
#endif
    show("device_pointer", GPU(HostGetDevicePointer)(&mapped, pinned, 0));
    show("same", mapped == pinned);
#ifdef __HIPCC__
    show("host_free", hipHostFree(pinned));
    hipPointerAttribute_t attributes;
#else
    show("host_free", cudaFreeHost(pinned));
    cudaPointerAttributes attributes;
#endif
    show("register", GPU(HostRegister)(host.data(), host.size() * sizeof(int), GPU(HostRegisterDefault)));
    show("register_again", GPU(HostRegister)(host.data(), 4, GPU(HostRegisterDefault)));
    show("unregister", GPU(HostUnregister)(host.data()));
    GPU(GetLastError)();
    GPU(PointerGetAttributes)(&attributes, a + 3);
    show("is_device", attributes.type == GPU(MemoryTypeDevice));

    int* shared = nullptr;
    show("managed", GPU(MallocManaged)(&shared, 16 * sizeof(int)));
    for (int i = 0; i < 16; ++i) shared[i] = i;
    add<<<1, 32>>>(shared, 16, 100);
    std::printf("array managed\n");
    GPU(DeviceSynchronize)();
    GPU(DeviceSynchronize)();  // nothing new: kept once
    show("managed_holds", shared[15]);
    show("prefetch", GPU(MemPrefetchAsync)(shared, 64, 0, nullptr));
    show("advise", GPU(MemAdvise)(shared, 64, GPU(MemAdviseSetReadMostly), 0));
    for (void* each : {(void*)a, (void*)b, (void*)grid, box.ptr, (void*)shared}) show("free", GPU(Free)(each));
    show("free_twice", GPU(Free)(a));
    GPU(GetLastError)();
}

static void called_back(GPU(Stream_t), GPU(Error_t) status, void* data)
{
    *static_cast<int*>(data) += status == GPU(Success) ? 10 : 1000;
}
static void host_function(void* data) { *static_cast<int*>(data) += 1; }

static void streams()
{
    GPU(Stream_t) stream = nullptr, other = nullptr;
    show("stream", GPU(StreamCreate)(&stream));
    show("stream_flags", GPU(StreamCreateWithFlags)(&other, GPU(StreamNonBlocking)));
    unsigned flags = 9;
    GPU(StreamGetFlags)(other, &flags);
    show("flags", flags);
    int* data = on_device<int>(8);
    int host[8];
    GPU(MemsetAsync)(data, 0, sizeof host, stream);
    add<<<1, 8, 0, stream>>>(data, 8, 3);
    GPU(MemcpyAsync)(host, data, sizeof host, GPU(MemcpyDeviceToHost), stream);
    std::printf("array async\n");
    show("query", GPU(StreamQuery)(stream));
    show("wait", GPU(StreamSynchronize)(stream));
    show("async", host[7]);
    int calls = 0;
    GPU(StreamAddCallback)(stream, called_back, &calls, 0);
    GPU(LaunchHostFunc)(stream, host_function, &calls);
    GPU(StreamSynchronize)(stream);
    show("calls", calls);

    GPU(Event_t) start, stop, untimed;
    GPU(EventCreate)(&start);
    GPU(EventCreate)(&stop);
    GPU(EventCreateWithFlags)(&untimed, GPU(EventDisableTiming));
    float elapsed = -1;
    show("not_recorded", GPU(EventElapsedTime)(&elapsed, start, stop));
    GPU(EventRecord)(start, stream);
    add<<<1, 8, 0, stream>>>(data, 8, 3);
    GPU(EventRecord)(stop, stream);
    show("event_wait", GPU(EventSynchronize)(stop));
    show("elapsed", GPU(EventElapsedTime)(&elapsed, start, stop));
    show("forwards", elapsed > 0);
    GPU(EventRecord)(untimed, GPU(StreamDefault));
    show("untimed", GPU(EventElapsedTime)(&elapsed, start, untimed));
    GPU(GetLastError)();
    show("stream_wait", GPU(StreamWaitEvent)(other, stop, 0));
    GPU(EventDestroy)(start);
    GPU(StreamDestroy)(other);
    show("destroy", GPU(StreamDestroy)(stream));
}

static void graphs()
{
    GPU(Stream_t) stream = nullptr, other = nullptr;
    GPU(StreamCreate)(&stream);
    GPU(StreamCreate)(&other);
    GPU(Event_t) fork, join;
    GPU(EventCreate)(&fork);
    GPU(EventCreate)(&join);
    int *data = on_device<int>(4), *more = on_device<int>(4);
    int host[4] = {}, calls = 0, step = 2;
    GPU(Graph_t) graph = nullptr;
    GPU(StreamBeginCapture)(stream, GPU(StreamCaptureModeGlobal));
    GPU(StreamCaptureStatus) status;
    GPU(StreamIsCapturing)(stream, &status);
    show("capturing", status == GPU(StreamCaptureStatusActive));
    add<<<1, 4, 0, stream>>>(data, 4, step);
    step = 77;  // the argument was copied
    GPU(EventRecord)(fork, stream);
    GPU(StreamWaitEvent)(other, fork, 0);
    add<<<1, 4, 0, other>>>(more, 4, 1);
    GPU(EventRecord)(join, other);
    GPU(StreamWaitEvent)(stream, join, 0);
    GPU(MemcpyAsync)(host, data, sizeof host, GPU(MemcpyDeviceToHost), stream);
    GPU(LaunchHostFunc)(stream, host_function, &calls);
    show("end", GPU(StreamEndCapture)(stream, &graph));
    show("nothing_ran", host[0] + calls);
    size_t nodes = 0;
    GPU(GraphGetNodes)(graph, nullptr, &nodes);
    show("nodes", static_cast<long long>(nodes));
    GPU(GraphExec_t) exec = nullptr;
    show("instantiate", GPU(GraphInstantiate)(&exec, graph, nullptr, nullptr, 0));
    for (int i = 0; i < 3; ++i) {
        GPU(GraphLaunch)(exec, stream);
        std::printf("array graph %d\n", i);
    }
    show("ran", host[3] * 100 + calls);
    add<<<1, 4, 0, other>>>(more, 4, 0);  // no longer captured
    fetch("more", more, 4);
    GPU(GraphExecDestroy)(exec);
    GPU(GraphDestroy)(graph);

    // By hand, with the order given by dependencies alone.
    GPU(Graph_t) made = nullptr;
    GPU(GraphCreate)(&made, 0);
    float* floats = on_device<float>(8);
    float two = 2, value = 3;
    void* scaled[] = {&floats, &two};
    void* filled[] = {&floats, &value};
    GPU(KernelNodeParams) k = {};
    k.gridDim = dim3(1);
    k.blockDim = dim3(8);
    k.func = (void*)scale;
    k.kernelParams = scaled;
    GPU(GraphNode_t) second = nullptr, first = nullptr, third = nullptr;
    show("kernel_node", GPU(GraphAddKernelNode)(&second, made, nullptr, 0, &k));
    two = 100;
    k.func = (void*)fill<float>;
    k.kernelParams = filled;
    show("template_node", GPU(GraphAddKernelNode)(&first, made, nullptr, 0, &k));
    float result[8];
    show("copy_node", GPU(GraphAddMemcpyNode1D)(&third, made, &second, 1, result, floats, sizeof result,
                                                GPU(MemcpyDeviceToHost)));
    show("dependency", GPU(GraphAddDependencies)(made, &first, &second, 1));
    show("instantiate", GPU(GraphInstantiate)(&exec, made, nullptr, nullptr, 0));
    show("launch", GPU(GraphLaunch)(exec, stream));
    std::printf("array by_hand\n");
    show("cycle", (GPU(GraphAddDependencies)(made, &third, &first, 1), GPU(GraphInstantiate)(&exec, made, nullptr, nullptr, 0)));
    GPU(GetLastError)();
}

static void launches()
{
    int* data = on_device<int>(64);
    int count = 64, what = 9;
    void* arguments[] = {&data, &count, &what};
    show("by_address", GPU(LaunchKernel)((const void*)add, dim3(2), dim3(32), arguments, 0, nullptr));
    show("by_type", GPU(LaunchKernel)(add, dim3(2), dim3(32), arguments, 0, nullptr));
    show("unknown", GPU(LaunchKernel)((const void*)data, dim3(1), dim3(1), arguments, 0, nullptr));
    GPU(GetLastError)();
    fetch("by_address", data, 64);
    void (*pointer)(int*, int, int) = add;
    pointer<<<2, 32>>>(data, 64, 1);
    fetch("by_pointer", data, 64);

    const int blocks = 24;
    int *marks = on_device<int>(blocks), *total = on_device<int>(1);
    void* both[] = {&marks, &total};
    show("cooperative", GPU(LaunchCooperativeKernel)((void*)everywhere, dim3(blocks), dim3(33), both, 0, nullptr));
    fetch("cooperative", total, 1);
    show("too_large", GPU(LaunchCooperativeKernel)((void*)everywhere, dim3(100000), dim3(32), both, 0, nullptr));
    GPU(GetLastError)();

    int fit = 0, grid = 0, block = 0;
    GPU(OccupancyMaxActiveBlocksPerMultiprocessor)(&fit, add, 256, 0);
    show("occupancy", fit);
    GPU(OccupancyMaxPotentialBlockSize)(&grid, &block, add, 0, 0);
    show("block_size", block);
    GPU(FuncAttributes) attributes;
#ifdef __HIPCC__
    show("attributes", hipFuncGetAttributes(&attributes, (const void*)add));
#else
    show("attributes", cudaFuncGetAttributes(&attributes, add));
#endif
    show("max_threads", attributes.maxThreadsPerBlock);
#ifdef __HIPCC__
    hipLaunchKernelGGL(add, dim3(2), dim3(32), 0, 0, data, 64, 1);
    hipLaunchKernelGGL(HIP_KERNEL_NAME(fill<int>), 1, 64, 0, nullptr, data, 4);
    hipLaunchKernelGGL((fill<int>), dim3(1), dim3(32), 0, 0, data, 5);
#else
    add<<<2, 32>>>(data, 64, 1);
    fill<int><<<1, 64>>>(data, 4);
    fill<<<dim3(1), dim3(32), 0, 0>>>(data, 5);
#endif
    fetch("macro", data, 64);
}

static void device()
{
    int count = 0, which = -1, value = 0;
    GPU(GetDeviceCount)(&count);
    show("devices", count);
    show("wrong_device", GPU(SetDevice)(count));
    GPU(GetLastError)();
    show("set_device", GPU(SetDevice)(0));
    GPU(GetDevice)(&which);
    show("device", which);
#ifdef __HIPCC__
    hipDeviceProp_t p;
    hipGetDeviceProperties(&p, 0);
    show("architecture", p.gcnArchName);
    hipDeviceGetAttribute(&value, hipDeviceAttributeWarpSize, 0);
#else
    cudaDeviceProp p;
    cudaGetDeviceProperties(&p, 0);
    show("architecture", p.major * 10 + p.minor);
    cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, 0);
#endif
    show("name", p.name);
    show("warp", p.warpSize);
    show("warp_attribute", value);
    show("shared", static_cast<long long>(p.sharedMemPerBlock));
    show("multiprocessors", p.multiProcessorCount);
    show("text", GPU(GetErrorString)(GPU(ErrorInvalidValue)));
    show("text_success", GPU(GetErrorString)(GPU(Success)));
    show("name_999", GPU(GetErrorName)(static_cast<GPU(Error_t)>(999)));
    int version = 0;
    GPU(RuntimeGetVersion)(&version);
    show("version", version);
}

int main()
{
    memory();
    streams();
    graphs();
    launches();
    device();
    return 0;
}
