// NVRTC and hipRTC: a program compiles kernels while it runs. The source goes through the same
// rewriting and the same compiler as the program itself (runtime_compiler.py), into a module of
// api/module.h. What the program gets as PTX, as a cubin or as code is that module.
#pragma once

#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "api/module.h"

#ifdef HIPWRIGHT_HIP
#define RTC(name) hiprtc##name
#define RTC_RESULT(name) HIPRTC_##name
#else
#define RTC(name) nvrtc##name
#define RTC_RESULT(name) NVRTC_##name
#endif

enum RTC(Result) : int {
    RTC_RESULT(SUCCESS) = 0,
    RTC_RESULT(ERROR_OUT_OF_MEMORY) = 1,
    RTC_RESULT(ERROR_PROGRAM_CREATION_FAILURE) = 2,
    RTC_RESULT(ERROR_INVALID_INPUT) = 3,
    RTC_RESULT(ERROR_INVALID_PROGRAM) = 4,
    RTC_RESULT(ERROR_INVALID_OPTION) = 5,
    RTC_RESULT(ERROR_COMPILATION) = 6,
    RTC_RESULT(ERROR_BUILTIN_OPERATION_FAILURE) = 7,
    RTC_RESULT(ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION) = 8,
    RTC_RESULT(ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION) = 9,
    RTC_RESULT(ERROR_NAME_EXPRESSION_NOT_VALID) = 10,
    RTC_RESULT(ERROR_INTERNAL_ERROR) = 11,
};

namespace hipwright {

struct SourceFile {
    std::string name;
    std::string text;
};
struct RuntimeProgram {
    std::vector<SourceFile> files;  // the source, then its headers
    std::vector<std::string> expressions;
    std::string log;
    std::string code;
    std::string text;          // what stands for PTX
    Module* module = nullptr;  // loaded for its names

    // A folder of the run's own where there is one: it goes away with the run.
    static std::string make_folder() {
        const char* parent = std::getenv("HIPWRIGHT_RUN_DIRECTORY");
        if (!parent) parent = std::getenv("TMPDIR");
        std::string folder = std::string(parent ? parent : "/tmp") + "/hipwright-rtc-XXXXXX";
        return mkdtemp(folder.data()) ? folder : std::string();
    }

    RTC(Result) compile(int count, const char* const* options) {
        log.clear();
#if defined(HIPWRIGHT_TRACED) || defined(HIPWRIGHT_ADDRESS_SANITIZER)
        (void)count, (void)options;
        log = "hipwright: checks cannot follow what is compiled at run time; run without them\n";
        return RTC_RESULT(ERROR_BUILTIN_OPERATION_FAILURE);
#else
        const char* interpreter = std::getenv("HIPWRIGHT_RUNTIME_COMPILER");
        if (!interpreter) {
            log =
                "hipwright: a program that compiles at run time needs hipwright there: start it "
                "with `hipwright run`\n";
            return RTC_RESULT(ERROR_BUILTIN_OPERATION_FAILURE);
        }
        const std::string folder = make_folder();
        if (folder.empty()) return RTC_RESULT(ERROR_BUILTIN_OPERATION_FAILURE);
        write_request(folder, count, options);
        const bool compiled = run_compiler(interpreter, folder);
        std::error_code ignored;
        log = contents(folder + "/log");
        if (compiled) code = contents(folder + "/module.so");
        std::filesystem::remove_all(folder, ignored);
        if (!compiled) return RTC_RESULT(ERROR_COMPILATION);
        text = image_mark + std::to_string(Images::get().add(copy_of_code())) + "\n";
        if (load_module(&module, code.data(), "", 0) != status_success)
            return RTC_RESULT(ERROR_INTERNAL_ERROR);
        return RTC_RESULT(SUCCESS);
#endif
    }

  private:
    // One file for each string, so that no text needs a syntax.
    static void write(const std::string& name, const std::string& text) {
        std::ofstream(name, std::ios::binary) << text;
    }
    static std::string contents(const std::string& name) {
        std::ifstream file(name, std::ios::binary);
        std::ostringstream all;
        all << file.rdbuf();
        return all.str();
    }
    void write_request(const std::string& folder, int count, const char* const* options) const {
        char here[4096];
        write(folder + "/directory", getcwd(here, sizeof here) ? here : "/");
        const auto write_all = [&](const char* what, const std::vector<std::string>& texts) {
            for (std::size_t i = 0; i < texts.size(); ++i)
                write(folder + "/" + what + "-" + std::to_string(i), texts[i]);
        };
        std::vector<std::string> names, texts;
        for (const SourceFile& file : files) {
            names.push_back(file.name);
            texts.push_back(file.text);
        }
        write_all("name", names);
        write_all("text", texts);
        write_all("expression", expressions);
        write_all("option", std::vector<std::string>(options, options + count));
    }
    static bool run_compiler(const char* interpreter, const std::string& folder) {
        const std::string warp = std::to_string(HIPWRIGHT_WARP_SIZE);
        const char* dialect = is_hip ? "hip" : "cuda";
        const char* command[] = {interpreter,    "-m",    "hipwright_server.cpu.runtime_compiler",
                                 folder.c_str(), dialect, warp.c_str(),
                                 nullptr};
        const pid_t child = fork();
        if (child == 0) {
            // There: a file beside the program must not be taken for one of Python's modules.
            if (chdir(folder.c_str()) == 0) execv(interpreter, const_cast<char* const*>(command));
            _exit(127);
        }
        int status = -1;
        while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    Image copy_of_code() const {
        auto* bytes = static_cast<char*>(std::malloc(code.size()));
        if (!bytes) fail("out of memory for code that was compiled at run time");
        std::memcpy(bytes, code.data(), code.size());
        return Image{bytes, code.size()};
    }
};

}  // namespace hipwright

#ifdef HIPWRIGHT_HIP
using hiprtcProgram = hipwright::RuntimeProgram*;
#else
using nvrtcProgram = hipwright::RuntimeProgram*;
#endif

inline const char* RTC(GetErrorString)(RTC(Result) result) {
#define HIPWRIGHT_CASE(name) \
    case RTC_RESULT(name):   \
        return HIPWRIGHT_RTC_NAME(name);
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_RTC_NAME(name) "HIPRTC_" #name
#else
#define HIPWRIGHT_RTC_NAME(name) "NVRTC_" #name
#endif
    switch (result) {
        HIPWRIGHT_CASE(SUCCESS)
        HIPWRIGHT_CASE(ERROR_OUT_OF_MEMORY)
        HIPWRIGHT_CASE(ERROR_PROGRAM_CREATION_FAILURE)
        HIPWRIGHT_CASE(ERROR_INVALID_INPUT)
        HIPWRIGHT_CASE(ERROR_INVALID_PROGRAM)
        HIPWRIGHT_CASE(ERROR_INVALID_OPTION)
        HIPWRIGHT_CASE(ERROR_COMPILATION)
        HIPWRIGHT_CASE(ERROR_BUILTIN_OPERATION_FAILURE)
        HIPWRIGHT_CASE(ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION)
        HIPWRIGHT_CASE(ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION)
        HIPWRIGHT_CASE(ERROR_NAME_EXPRESSION_NOT_VALID)
        HIPWRIGHT_CASE(ERROR_INTERNAL_ERROR)
    }
#undef HIPWRIGHT_CASE
#undef HIPWRIGHT_RTC_NAME
    return "unknown error";
}
inline RTC(Result) RTC(Version)(int* major, int* minor) {
    if (!major || !minor) return RTC_RESULT(ERROR_INVALID_INPUT);
#ifdef HIPWRIGHT_HIP
    *major = HIP_VERSION_MAJOR;
    *minor = HIP_VERSION_MINOR;
#else
    *major = CUDART_VERSION / 1000;
    *minor = CUDART_VERSION % 1000 / 10;
#endif
    return RTC_RESULT(SUCCESS);
}
inline RTC(Result)
    RTC(CreateProgram)(RTC(Program) * program, const char* source, const char* name, int headers,
                       const char* const* header_texts, const char* const* header_names) {
    if (!program || !source || headers < 0) return RTC_RESULT(ERROR_INVALID_INPUT);
    auto* made = new hipwright::RuntimeProgram();
    made->files.push_back({name && *name ? name : "default_program", source});
    for (int i = 0; i < headers; ++i) made->files.push_back({header_names[i], header_texts[i]});
    *program = made;
    return RTC_RESULT(SUCCESS);
}
inline RTC(Result) RTC(DestroyProgram)(RTC(Program) * program) {
    if (!program || !*program) return RTC_RESULT(ERROR_INVALID_PROGRAM);
    if ((*program)->module) hipwright::unload_module((*program)->module);
    delete *program;
    *program = nullptr;
    return RTC_RESULT(SUCCESS);
}
inline RTC(Result) RTC(AddNameExpression)(RTC(Program) program, const char* expression) {
    if (!program) return RTC_RESULT(ERROR_INVALID_PROGRAM);
    if (!expression) return RTC_RESULT(ERROR_INVALID_INPUT);
    if (program->module) return RTC_RESULT(ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION);
    program->expressions.push_back(expression);
    return RTC_RESULT(SUCCESS);
}
inline RTC(Result)
    RTC(CompileProgram)(RTC(Program) program, int count, const char* const* options) {
    if (!program) return RTC_RESULT(ERROR_INVALID_PROGRAM);
    return program->compile(count, options);
}
inline RTC(Result)
    RTC(GetLoweredName)(RTC(Program) program, const char* expression, const char** lowered) {
    if (!program) return RTC_RESULT(ERROR_INVALID_PROGRAM);
    if (!expression || !lowered) return RTC_RESULT(ERROR_INVALID_INPUT);
    if (!program->module) return RTC_RESULT(ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION);
    for (const hipwright::ModuleEntry& each : program->module->entries.all) {
        if (std::strcmp(each.name, expression)) continue;
        const char* name = hipwright::lowered_name(each.address);
        *lowered = name ? name : each.name;
        return RTC_RESULT(SUCCESS);
    }
    return RTC_RESULT(ERROR_NAME_EXPRESSION_NOT_VALID);
}
// A text of the program's, with the 0 at its end or bytes as they are.
#define HIPWRIGHT_RTC_TEXT(name, text, extra)                                           \
    inline RTC(Result) RTC(Get##name##Size)(RTC(Program) program, std::size_t* bytes) { \
        if (!program) return RTC_RESULT(ERROR_INVALID_PROGRAM);                         \
        if (!bytes) return RTC_RESULT(ERROR_INVALID_INPUT);                             \
        *bytes = program->text.size() + extra;                                          \
        return RTC_RESULT(SUCCESS);                                                     \
    }                                                                                   \
    inline RTC(Result) RTC(Get##name)(RTC(Program) program, char* out) {                \
        if (!program) return RTC_RESULT(ERROR_INVALID_PROGRAM);                         \
        if (!out) return RTC_RESULT(ERROR_INVALID_INPUT);                               \
        std::memcpy(out, program->text.c_str(), program->text.size() + extra);          \
        return RTC_RESULT(SUCCESS);                                                     \
    }
HIPWRIGHT_RTC_TEXT(ProgramLog, log, 1)
#ifdef HIPWRIGHT_HIP
HIPWRIGHT_RTC_TEXT(Code, code, 0)
#else
HIPWRIGHT_RTC_TEXT(PTX, text, 1)
HIPWRIGHT_RTC_TEXT(CUBIN, code, 0)
#endif
#undef HIPWRIGHT_RTC_TEXT

#undef RTC
#undef RTC_RESULT
