// Launches by function, kernels by address, occupancy and attributes of functions.
#pragma once

#include "device.h"

namespace hipwright {

// A kernel that was passed by address knows its parameters only while its type is in sight: what it
// takes to start it is kept by address then.
struct Kernel {
    const void* address;
    const char* name;
    unsigned parameters;
    Status (*start)(const Kernel& kernel, Launch launch, void** arguments);
    // Where each argument is in a buffer that holds them one after the other, aligned.
    void (*find_arguments)(char* buffer, void** arguments);
    std::size_t dynamic_shared_limit;
};
struct Kernels {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    List<Kernel*> all;
    static Kernels& get() {
        static Kernels* kernels = new Kernels();
        return *kernels;
    }
    Kernel* find(const void* address) {
        pthread_mutex_lock(&lock);
        Kernel* found = nullptr;
        for (Kernel* each : all)
            if (each->address == address) found = each;
        pthread_mutex_unlock(&lock);
        return found;
    }
    Kernel* add(const Kernel& kernel) {
        if (Kernel* known = find(kernel.address)) {
            if (!*known->name) known->name = kernel.name;
            return known;
        }
        pthread_mutex_lock(&lock);
        auto* made = new Kernel(kernel);
        all.add(made);
        pthread_mutex_unlock(&lock);
        return made;
    }
};

template <typename... Parameters, std::size_t... Index>
Status start_kernel(const Kernel& kernel, Launch launch, void** arguments,
                    std::index_sequence<Index...>) {
    const auto function =
        reinterpret_cast<void (*)(Parameters...)>(const_cast<void*>(kernel.address));
    if (sizeof...(Parameters) && !arguments) return status_invalid_value;
    (void)arguments;
    return Launcher(launch)(
        [function](auto&... a) { function(a...); },
        std::remove_const_t<Parameters>(
            *static_cast<std::remove_const_t<Parameters>*>(arguments[Index]))...);
}
template <typename... Parameters>
void find_arguments([[maybe_unused]] char* buffer, [[maybe_unused]] void** arguments) {
    std::size_t used = 0;
    ((used = (used + alignof(Parameters) - 1) / alignof(Parameters) * alignof(Parameters),
      *arguments++ = buffer + used, used += sizeof(Parameters)),
     ...);
}
template <typename... Parameters>
Kernel* register_kernel(void (*function)(Parameters...), const char* name = "") {
    return Kernels::get().add(
        Kernel{reinterpret_cast<const void*>(function), name, sizeof...(Parameters),
               [](const Kernel& kernel, Launch launch, void** arguments) {
                   return start_kernel<Parameters...>(kernel, launch, arguments,
                                                      std::index_sequence_for<Parameters...>());
               },
               &find_arguments<Parameters...>, 0});
}
// Remembers the kernel's type and gives back what it got.
template <typename... Parameters>
auto kernel_pointer(void (*function)(Parameters...), const char* name = "")
    -> void (*)(Parameters...) {
    register_kernel(function, name);
    return function;
}

inline Status start(const void* address, dim3 grid, dim3 block, void** arguments,
                    std::size_t shared, const void* stream, bool cooperative, const char* file,
                    int line) {
    const Kernel* kernel = Kernels::get().find(address);
    if (!kernel) {
        Report report{};
        report.kind = "launch-error";
        report.message =
            "a kernel was launched by an address whose type is not known: pass the kernel itself, "
            "not a "
            "void pointer made elsewhere";
        report.file = file;
        report.line = line;
        Record::get().report(report);
        return status_invalid_device_function;
    }
    Launch launch{*kernel->name ? kernel->name : "kernel", file, line, grid, block, shared};
    launch.stream = stream;
    launch.cooperative = cooperative;
    return kernel->start(*kernel, launch, arguments);
}

// Functions come with their type, or as pointers to nothing in particular.
template <typename Function>
const void* function_address(Function* function) {
    if constexpr (std::is_function<Function>::value) register_kernel(function);
    return reinterpret_cast<const void*>(function);
}
inline const void* function_address(std::nullptr_t) { return nullptr; }

}  // namespace hipwright

template <typename Function>
inline API(Error_t)
    API(LaunchKernel)(Function function, dim3 grid, dim3 block, void** arguments,
                      std::size_t shared = 0, API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(start(function_address(function), grid, block, arguments, shared, stream, false,
                      file, line));
}
template <typename Function>
inline API(Error_t) API(LaunchCooperativeKernel)(Function function, dim3 grid, dim3 block,
                                                 void** arguments, std::size_t shared = 0,
                                                 API(Stream_t) stream = nullptr, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(start(function_address(function), grid, block, arguments, shared, stream, true,
                      file, line));
}

// -- launches with attributes
// -----------------------------------------------------------------------
enum API(LaunchAttributeID) {
    API(LaunchAttributeIgnore) = 0,
    API(LaunchAttributeAccessPolicyWindow) = 1,
    API(LaunchAttributeCooperative) = 2,
    API(LaunchAttributeSynchronizationPolicy) = 3,
    API(LaunchAttributeClusterDimension) = 4,
    API(LaunchAttributeClusterSchedulingPolicyPreference) = 5,
    API(LaunchAttributeProgrammaticStreamSerialization) = 6,
    API(LaunchAttributeProgrammaticEvent) = 7,
    API(LaunchAttributePriority) = 8,
};
union API(LaunchAttributeValue) {
    char pad[64];
    API(AccessPolicyWindow) accessPolicyWindow;
    API(SynchronizationPolicy) syncPolicy;
    int cooperative;
    int priority;
    int programmaticStreamSerializationAllowed;
    struct {
        unsigned x, y, z;
    } clusterDim;
};
struct API(LaunchAttribute) {
    API(LaunchAttributeID) id;
    char pad[4];
    API(LaunchAttributeValue) val;
};
// A stream's attributes are the same as a launch's.
using API(StreamAttrID) = API(LaunchAttributeID);
using API(StreamAttrValue) = API(LaunchAttributeValue);
inline constexpr auto API(StreamAttributeAccessPolicyWindow) =
    API(LaunchAttributeAccessPolicyWindow);
inline constexpr auto API(StreamAttributeSynchronizationPolicy) =
    API(LaunchAttributeSynchronizationPolicy);
inline constexpr auto API(StreamAttributePriority) = API(LaunchAttributePriority);
inline API(Error_t)
    API(StreamSetAttribute)(API(Stream_t), API(StreamAttrID), const API(StreamAttrValue) *) {
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(StreamGetAttribute)(API(Stream_t) stream, API(StreamAttrID) which,
                                            API(StreamAttrValue) * value) {
    if (!value) return hipwright::done(hipwright::status_invalid_value);
    *value = {};
    if (which == API(LaunchAttributePriority))
        return API(StreamGetPriority)(stream, &value->priority);
    return hipwright::done(hipwright::status_success);
}
inline API(Error_t) API(CtxResetPersistingL2Cache)() {
    return hipwright::done(hipwright::status_success);
}

#ifdef HIPWRIGHT_HIP
struct hipLaunchConfig_t {
#else
struct cudaLaunchConfig_t {
#endif
    dim3 gridDim;
    dim3 blockDim;
    std::size_t dynamicSmemBytes = 0;
    API(Stream_t) stream = nullptr;
    API(LaunchAttribute) * attrs = nullptr;
    unsigned numAttrs = 0;
};
#ifdef HIPWRIGHT_HIP
using HIPWRIGHT_LAUNCH_CONFIG = hipLaunchConfig_t;
#else
using HIPWRIGHT_LAUNCH_CONFIG = cudaLaunchConfig_t;
#endif
namespace hipwright {
inline bool wants_cooperation(const HIPWRIGHT_LAUNCH_CONFIG& config) {
    for (unsigned i = 0; i < config.numAttrs; ++i)
        if (config.attrs[i].id == API(LaunchAttributeCooperative) &&
            config.attrs[i].val.cooperative)
            return true;
    return false;
}
}  // namespace hipwright
template <typename... Parameters, typename... Arguments>
inline API(Error_t) API(LaunchKernelEx)(const HIPWRIGHT_LAUNCH_CONFIG* config,
                                        void (*kernel)(Parameters...), Arguments&&... arguments) {
    using namespace hipwright;
    if (!config) return done(status_invalid_value);
    Launch launch{"kernel", "", 0, config->gridDim, config->blockDim, config->dynamicSmemBytes};
    launch.stream = config->stream;
    launch.cooperative = wants_cooperation(*config);
    return done(
        Launcher(launch)([kernel](auto&... a) { kernel(a...); },
                         std::remove_const_t<Parameters>(std::forward<Arguments>(arguments))...));
}
template <typename Function>
inline API(Error_t) API(LaunchKernelExC)(const HIPWRIGHT_LAUNCH_CONFIG* config, Function function,
                                         void** arguments, HIPWRIGHT_HERE) {
    using namespace hipwright;
    if (!config) return done(status_invalid_value);
    return done(start(function_address(function), config->gridDim, config->blockDim, arguments,
                      config->dynamicSmemBytes, config->stream, wants_cooperation(*config), file,
                      line));
}

#ifdef HIPWRIGHT_HIP
#define HIP_KERNEL_NAME(...) __VA_ARGS__
#define HIPWRIGHT_LAUNCH_HIP(kernel, name, grid, block, shared, stream, ...)                 \
    ::hipwright::launch(name, __FILE__, __LINE__, grid, block, shared, stream)(              \
        [&](auto&... hipwright_arguments) { kernel(hipwright_arguments...); } __VA_OPT__(, ) \
            __VA_ARGS__)
#define hipLaunchKernelGGL(kernel, grid, block, shared, stream, ...)                           \
    HIPWRIGHT_LAUNCH_HIP(kernel, ::hipwright::bare_name(#kernel), grid, block, shared, stream, \
                         __VA_ARGS__)
#define hipLaunchKernel_(kernel, grid, block, shared, stream, ...) \
    hipLaunchKernelGGL(kernel, grid, block, shared, stream, __VA_ARGS__)
namespace hipwright {
// The kernel in HIP_KERNEL_NAME(k<int>) and (k<int>); the text lives as long as the program.
inline const char* bare_name(const char* text) {
    const std::size_t length = std::strlen(text);
    std::size_t first = 0;
    if (!std::strncmp(text, "HIP_KERNEL_NAME(", 16))
        first = 16;
    else if (*text == '(')
        first = 1;
    if (!first || text[length - 1] != ')') return text;
    char* name = static_cast<char*>(std::malloc(length));
    if (!name) return text;
    std::memcpy(name, text + first, length - first - 1);
    name[length - first - 1] = 0;
    return name;
}
}  // namespace hipwright
#endif

// -- attributes of functions and occupancy
// ----------------------------------------------------------
struct API(FuncAttributes) {
    std::size_t sharedSizeBytes;
    std::size_t constSizeBytes;
    std::size_t localSizeBytes;
    int maxThreadsPerBlock;
    int numRegs;
    int ptxVersion;
    int binaryVersion;
    int cacheModeCA;
    int maxDynamicSharedSizeBytes;
    int preferredShmemCarveout;
    int clusterDimMustBeSet;
};
enum API(FuncAttribute) {
    API(FuncAttributeMaxDynamicSharedMemorySize) = 8,
    API(FuncAttributePreferredSharedMemoryCarveout) = 9,
    API(FuncAttributeNonPortableClusterSizeAllowed) = 13,
    API(FuncAttributeMax) = 16,
};
enum API(SharedCarveout) {
    API(SharedmemCarveoutDefault) = -1,
    API(SharedmemCarveoutMaxShared) = 100,
    API(SharedmemCarveoutMaxL1) = 0,
};
template <typename Function>
inline API(Error_t) API(FuncGetAttributes)(API(FuncAttributes) * attributes, Function) {
    using namespace hipwright;
    if (!attributes) return done(status_invalid_value);
    *attributes = {};
    attributes->maxThreadsPerBlock = 1024;
    attributes->numRegs = 32;
    attributes->ptxVersion = attributes->binaryVersion = model().major * 10 + model().minor;
    attributes->maxDynamicSharedSizeBytes = static_cast<int>(shared_per_block);
    return done(status_success);
}
template <typename Function>
inline API(Error_t) API(FuncSetAttribute)(Function, API(FuncAttribute) which, int value) {
    using namespace hipwright;
    const bool too_much = which == API(FuncAttributeMaxDynamicSharedMemorySize) &&
                          (value < 0 || value > model().shared_per_block_opt_in);
    return done(too_much ? status_invalid_value : status_success);
}
template <typename Function>
inline API(Error_t) API(FuncSetCacheConfig)(Function, API(FuncCache)) {
    return hipwright::done(hipwright::status_success);
}
template <typename Function>
inline API(Error_t) API(FuncSetSharedMemConfig)(Function, API(SharedMemConfig)) {
    return hipwright::done(hipwright::status_success);
}

namespace hipwright {
// By threads, blocks and shared memory; registers are not known here.
inline int blocks_that_fit(int threads, std::size_t shared) {
    const Model& m = model();
    if (threads < 1 || threads > 1024) return 0;
    const int rounded =
        (threads + HIPWRIGHT_WARP_SIZE - 1) / HIPWRIGHT_WARP_SIZE * HIPWRIGHT_WARP_SIZE;
    int blocks = m.threads_per_multiprocessor / rounded;
    if (blocks > m.blocks_per_multiprocessor) blocks = m.blocks_per_multiprocessor;
    if (shared) {
        const auto by_shared = static_cast<std::size_t>(m.shared_per_multiprocessor) / shared;
        if (by_shared < static_cast<std::size_t>(blocks)) blocks = static_cast<int>(by_shared);
    }
    return blocks;
}
}  // namespace hipwright
template <typename Function>
inline API(Error_t)
    API(OccupancyMaxActiveBlocksPerMultiprocessor)(int* blocks, Function, int threads,
                                                   std::size_t shared) {
    using namespace hipwright;
    if (!blocks) return done(status_invalid_value);
    *blocks = blocks_that_fit(threads, shared);
    return done(status_success);
}
template <typename Function>
inline API(Error_t)
    API(OccupancyMaxActiveBlocksPerMultiprocessorWithFlags)(int* blocks, Function function,
                                                            int threads, std::size_t shared,
                                                            unsigned) {
    return API(OccupancyMaxActiveBlocksPerMultiprocessor)(blocks, function, threads, shared);
}
template <typename Function, typename Integer>
inline API(Error_t) API(OccupancyMaxPotentialBlockSize)(Integer* grid, Integer* block, Function,
                                                        std::size_t shared = 0, int limit = 0) {
    using namespace hipwright;
    if (!grid || !block) return done(status_invalid_value);
    const int threads = limit > 0 && limit < 1024 ? limit : 1024;
    *block = static_cast<Integer>(threads);
    *grid = static_cast<Integer>(blocks_that_fit(threads, shared) * model().multiprocessors);
    return done(status_success);
}
template <typename Function, typename SharedOfBlock, typename Integer>
inline API(Error_t)
    API(OccupancyMaxPotentialBlockSizeVariableSMem)(Integer* grid, Integer* block, Function,
                                                    SharedOfBlock shared_of, int limit = 0) {
    using namespace hipwright;
    for (int threads = limit > 0 && limit < 1024 ? limit : 1024; threads > 0;
         threads -= HIPWRIGHT_WARP_SIZE) {
        const int blocks = blocks_that_fit(threads, static_cast<std::size_t>(shared_of(threads)));
        if (!blocks) continue;
        *block = static_cast<Integer>(threads);
        *grid = static_cast<Integer>(blocks * model().multiprocessors);
        return done(status_success);
    }
    return done(status_invalid_value);
}
template <typename Function>
inline API(Error_t)
    API(OccupancyAvailableDynamicSMemPerBlock)(std::size_t* bytes, Function, int blocks, int) {
    using namespace hipwright;
    if (!bytes || blocks < 1) return done(status_invalid_value);
    *bytes = static_cast<std::size_t>(model().shared_per_multiprocessor / blocks);
    return done(status_success);
}
