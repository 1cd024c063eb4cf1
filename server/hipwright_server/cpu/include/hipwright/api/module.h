// Modules: kernels that were compiled while the program ran (runtime_compilation.h), or that it
// kept from such a compile. A module is a shared object that runs on this program's runtime; GPU
// code cannot be loaded and says so.
#pragma once

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include "launch.h"

namespace hipwright {

// What a module holds under a name that the program asks for.
struct ModuleEntry {
    const char* name;  // as it was asked for: `scale`, `scale<float>`, `&table`
    const void* address;
    Kernel* kernel;  // null for a variable
};
// A module's own list, filled by the function that the compile adds to its source.
struct ModuleEntries {
    List<ModuleEntry> all;

    template <typename... Parameters>
    void add(const char* name, void (*kernel)(Parameters...)) {
        all.add({name, reinterpret_cast<const void*>(kernel), register_kernel(kernel, name)});
    }
    template <typename T>
    void add(const char* name, const T* variable) {
        all.add({name, const_cast<std::remove_cv_t<T>*>(variable), nullptr});
    }
};
struct Module {
    void* object;
    ModuleEntries entries;
};

// The name that a linker knows an address by.
inline const char* lowered_name(const void* address) {
    Dl_info found;
    return dladdr(address, &found) && found.dli_sname ? found.dli_sname : nullptr;
}

// What nvrtcGetPTX gives: a text that names the code. The code itself stays here.
inline constexpr char image_mark[] = "// code for hipwright's CPU device, number ";
struct Image {
    char* bytes;
    std::size_t size;
};
struct Images {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    List<Image> all;

    static Images& get() {
        static Images* images = new Images();
        return *images;
    }
    std::size_t add(const Image& image) {
        pthread_mutex_lock(&lock);
        const std::size_t number = all.size();
        all.add(image);
        pthread_mutex_unlock(&lock);
        return number;
    }
    Image find(const char* text) {
        const std::size_t number = std::strtoull(text + sizeof image_mark - 1, nullptr, 10);
        pthread_mutex_lock(&lock);
        const Image found = number < all.size() ? all[number] : Image{nullptr, 0};
        pthread_mutex_unlock(&lock);
        return found;
    }
};

// The code in an image; none where it is not ours.
inline Image code_of(const void* image) {
    const char* bytes = static_cast<const char*>(image);
    if (!std::strncmp(bytes, image_mark, sizeof image_mark - 1)) return Images::get().find(bytes);
    if (std::memcmp(bytes, ELFMAG, SELFMAG)) return Image{nullptr, 0};
    const auto& header = *static_cast<const ElfW(Ehdr)*>(image);
    // GPU code is ELF too, for another machine.
    const bool is_ours = header.e_type == ET_DYN && header.e_ident[EI_CLASS] == ELFCLASS64 &&
                         (header.e_machine == EM_X86_64 || header.e_machine == EM_AARCH64);
    if (!is_ours) return Image{nullptr, 0};
    return Image{const_cast<char*>(bytes),
                 header.e_shoff + 1ull * header.e_shnum * header.e_shentsize};
}

HIPWRIGHT_SELDOM inline Status report_module(const char* message, const char* file, int line) {
    Report report{};
    report.kind = "not-supported";
    report.message = message;
    report.file = file;
    report.line = line;
    Record::get().report(report);
    return status_not_supported;
}

// Every load has variables of its own: the code is written out anew, and the file is gone again
// when it is loaded.
HIPWRIGHT_SELDOM inline Status load_module(Module** module, const void* image, const char* file,
                                           int line) {
    if (!module || !image) return status_invalid_value;
    const Image code = code_of(image);
    if (!code.bytes)
        return report_module(
            "the CPU device cannot load PTX or compiled GPU code: compile the "
            "kernel's source instead",
            file, line);
    const char* folder = std::getenv("TMPDIR");
    char path[4096];
    std::snprintf(path, sizeof path, "%s/hipwright-module-XXXXXX", folder ? folder : "/tmp");
    const int descriptor = mkstemp(path);
    if (descriptor < 0) return status_out_of_memory;
    std::size_t written = 0;
    while (written < code.size) {
        const ssize_t some = ::write(descriptor, code.bytes + written, code.size - written);
        if (some <= 0) break;
        written += static_cast<std::size_t>(some);
    }
    close(descriptor);
    void* object = written == code.size ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
    unlink(path);
    if (!object) return report_module(dlerror(), file, line);
    using List = void (*)(ModuleEntries&);
    const auto list = reinterpret_cast<List>(dlsym(object, "hipwright_module_entries"));
    if (!list) return report_module("a shared object that is no module of kernels", file, line);
    auto* made = new Module{object, {}};
    list(made->entries);
    *module = made;
    return status_success;
}
HIPWRIGHT_SELDOM inline Status load_module_file(Module** module, const char* name, const char* file,
                                                int line) {
    std::FILE* from = name ? std::fopen(name, "rb") : nullptr;
    if (!from) return status_file_not_found;
    std::fseek(from, 0, SEEK_END);
    const long size = std::ftell(from);
    std::rewind(from);
    auto* bytes = static_cast<char*>(std::calloc(static_cast<std::size_t>(size) + 64, 1));
    const bool read = bytes && std::fread(bytes, 1, static_cast<std::size_t>(size), from) ==
                                   static_cast<std::size_t>(size);
    std::fclose(from);
    const Status status = read ? load_module(module, bytes, file, line) : status_file_not_found;
    std::free(bytes);
    return status;
}
// The code stays where it is: something may still point into it.
inline Status unload_module(Module* module) {
    delete module;
    return status_success;
}

// By the name that it was asked for at the compile, or by its linker's name.
HIPWRIGHT_SELDOM inline const ModuleEntry* entry_of(const Module* module, const char* name) {
    for (const ModuleEntry& each : module->entries.all) {
        if (!std::strcmp(each.name, name)) return &each;
        const char* lowered = lowered_name(each.address);
        if (lowered && !std::strcmp(lowered, name)) return &each;
    }
    return nullptr;
}
HIPWRIGHT_SELDOM inline Status module_kernel(Kernel** kernel, const Module* module,
                                             const char* name) {
    if (!kernel || !module || !name) return status_invalid_value;
    const ModuleEntry* entry = entry_of(module, name);
    if (!entry || !entry->kernel) return status_not_found;
    *kernel = entry->kernel;
    return status_success;
}
HIPWRIGHT_SELDOM inline Status module_variable(void** address, std::size_t* bytes,
                                               const Module* module, const char* name) {
    if (!module || !name) return status_invalid_value;
    void* found = dlsym(module->object, name);
    if (!found) {
        const ModuleEntry* entry = entry_of(module, name);
        if (entry && !entry->kernel) found = const_cast<void*>(entry->address);
    }
    Dl_info place;
    const ElfW(Sym)* symbol = nullptr;
    if (!found ||
        !dladdr1(found, &place, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&symbol)),
                 RTLD_DL_SYMENT))
        return status_not_found;
    if (address) *address = found;
    if (bytes) *bytes = symbol ? symbol->st_size : 0;
    return status_success;
}

// The arguments of a launch: pointers to each, or one buffer that `extra` describes as
// {1, buffer, 2, pointer to its size, 3 or 0}.
HIPWRIGHT_SELDOM inline Status launch_of_module(const void* function, dim3 grid, dim3 block,
                                                unsigned shared, const void* stream,
                                                void** arguments, void** extra, bool cooperative,
                                                const char* file, int line) {
    const auto* kernel = static_cast<const Kernel*>(function);
    if (!kernel) return outcome(status_invalid_handle);
    void* places[256];
    if (!arguments && extra) {
        char* buffer = nullptr;
        for (void** each = extra; reinterpret_cast<std::uintptr_t>(*each) - 1 < 2; each += 2)
            if (reinterpret_cast<std::uintptr_t>(*each) == 1) buffer = static_cast<char*>(each[1]);
        if (!buffer || kernel->parameters > 256) return outcome(status_invalid_value);
        kernel->find_arguments(buffer, places);
        arguments = places;
    }
    return start(kernel->address, grid, block, arguments, shared, stream, cooperative, file, line);
}

}  // namespace hipwright

#ifdef HIPWRIGHT_HIP

using hipModule_t = struct ihipModule_t*;
enum hipJitOption { hipJitOptionMaxRegisters = 0, hipJitOptionNumOptions = 18 };
#define HIP_LAUNCH_PARAM_BUFFER_POINTER (reinterpret_cast<void*>(0x01))
#define HIP_LAUNCH_PARAM_BUFFER_SIZE (reinterpret_cast<void*>(0x02))
#define HIP_LAUNCH_PARAM_END (reinterpret_cast<void*>(0x03))

inline hipError_t hipModuleLoad(hipModule_t* module, const char* name, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(load_module_file(reinterpret_cast<Module**>(module), name, file, line));
}
inline hipError_t hipModuleLoadData(hipModule_t* module, const void* image, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(load_module(reinterpret_cast<Module**>(module), image, file, line));
}
inline hipError_t hipModuleLoadDataEx(hipModule_t* module, const void* image, unsigned,
                                      hipJitOption*, void**, HIPWRIGHT_HERE) {
    return hipModuleLoadData(module, image, file, line);
}
inline hipError_t hipModuleUnload(hipModule_t module) {
    using namespace hipwright;
    return done(unload_module(reinterpret_cast<Module*>(module)));
}
inline hipError_t hipModuleGetFunction(hipFunction_t* function, hipModule_t module,
                                       const char* name) {
    using namespace hipwright;
    return done(module_kernel(reinterpret_cast<Kernel**>(function),
                              reinterpret_cast<const Module*>(module), name));
}
inline hipError_t hipModuleGetGlobal(hipDeviceptr_t* address, std::size_t* bytes,
                                     hipModule_t module, const char* name) {
    using namespace hipwright;
    return done(module_variable(address, bytes, reinterpret_cast<const Module*>(module), name));
}
inline hipError_t hipModuleLaunchKernel(hipFunction_t function, unsigned grid_x, unsigned grid_y,
                                        unsigned grid_z, unsigned block_x, unsigned block_y,
                                        unsigned block_z, unsigned shared, hipStream_t stream,
                                        void** arguments, void** extra, HIPWRIGHT_HERE) {
    using namespace hipwright;
    return done(launch_of_module(function, dim3(grid_x, grid_y, grid_z),
                                 dim3(block_x, block_y, block_z), shared, stream, arguments, extra,
                                 false, file, line));
}

#endif
