// cuFFT and hipFFT on the CPU device, by FFTW. Transforms are not normalised, as there.
#pragma once

#include <memory>

#include "../api/api.h"
#include "fftw.h"
#include "names.h"

enum FFT(Result_t) {
    FFT_(SUCCESS) = 0,
    FFT_(INVALID_PLAN) = 1,
    FFT_(ALLOC_FAILED) = 2,
    FFT_(INVALID_TYPE) = 3,
    FFT_(INVALID_VALUE) = 4,
    FFT_(INTERNAL_ERROR) = 5,
    FFT_(EXEC_FAILED) = 6,
    FFT_(SETUP_FAILED) = 7,
    FFT_(INVALID_SIZE) = 8,
    FFT_(UNALIGNED_DATA) = 9,
    FFT_(INCOMPLETE_PARAMETER_LIST) = 10,
    FFT_(INVALID_DEVICE) = 11,
    FFT_(PARSE_ERROR) = 12,
    FFT_(NO_WORKSPACE) = 13,
    FFT_(NOT_IMPLEMENTED) = 14,
#ifndef HIPWRIGHT_HIP
    CUFFT_LICENSE_ERROR = 15,
#endif
    FFT_(NOT_SUPPORTED) = 16,
};
using FFT(Result) = FFT(Result_t);
enum FFT(Type_t) {
    FFT_(C2C) = 0x29,
    FFT_(R2C) = 0x2a,
    FFT_(C2R) = 0x2c,
    FFT_(Z2Z) = 0x69,
    FFT_(D2Z) = 0x6a,
    FFT_(Z2D) = 0x6c,
};
using FFT(Type) = FFT(Type_t);
#ifdef HIPWRIGHT_HIP
#define HIPFFT_FORWARD -1
#define HIPFFT_BACKWARD 1
using hipfftHandle = struct hipfftHandle_t*;
using hipfftComplex = hipFloatComplex;
using hipfftDoubleComplex = hipDoubleComplex;
#else
#define CUFFT_FORWARD -1
#define CUFFT_INVERSE 1
using cufftHandle = int;
using cufftComplex = cuFloatComplex;
using cufftDoubleComplex = cuDoubleComplex;
#endif
using FFT(Real) = float;
using FFT(DoubleReal) = double;

namespace hipwright::fft {
using Status = FFT(Result_t);
using Type = FFT(Type_t);

inline bool is_twofold(Type type) {
    return type == FFT_(Z2Z) || type == FFT_(D2Z) || type == FFT_(Z2D);
}
inline bool reads_reals(Type type) { return type == FFT_(R2C) || type == FFT_(D2Z); }
inline bool writes_reals(Type type) { return type == FFT_(C2R) || type == FFT_(Z2D); }

// How the elements of one side lie: nothing given means without gaps.
struct Side {
    bool given = false;
    int embed[3] = {};
    int stride = 1;
    int distance = 0;
};

struct Plan {
    static constexpr unsigned alive = 0x68776666;
    unsigned magic = alive;
    bool made = false;
    Type type = FFT_(C2C);
    int rank = 0;
    int n[3] = {};
    int batch = 1;
    Side in, out;
    double scale = 1;
    API(Stream_t) stream = nullptr;
    // FFTW's plans, made when first used: by direction and by whether the result replaces the
    // input.
    void* plans[2][2] = {};

    // A half of the spectrum of real numbers says all.
    int last(bool reals) const {
        const bool real_transform = reads_reals(type) || writes_reals(type);
        return real_transform && !reals ? n[rank - 1] / 2 + 1 : n[rank - 1];
    }
    // The layout of a side in elements of its own type; real numbers that make room for the result
    // in place are padded.
    Side layout(const Side& side, bool reals, bool in_place) const {
        if (side.given) return side;
        Side full;
        full.given = true;
        int count = 1;
        for (int i = 0; i < rank; ++i) full.embed[i] = n[i];
        full.embed[rank - 1] = reals && in_place ? 2 * (n[rank - 1] / 2 + 1) : last(reals);
        for (int i = 0; i < rank; ++i) count *= full.embed[i];
        full.distance = count;
        return full;
    }
    // Elements from the first to the last one that is touched.
    std::size_t extent(const Side& side, bool reals) const {
        std::size_t step = static_cast<std::size_t>(side.stride), reach = 0;
        for (int i = rank - 1; i >= 0; --i) {
            const int count = i == rank - 1 ? last(reals) : n[i];
            reach += static_cast<std::size_t>(count - 1) * step;
            step *= static_cast<std::size_t>(side.embed[i]);
        }
        return reach +
               static_cast<std::size_t>(batch - 1) * static_cast<std::size_t>(side.distance) + 1;
    }
    ~Plan() {
        const fftw::Planning planning;
        for (auto& row : plans) {
            for (void* each : row) {
                if (!each) continue;
                if (is_twofold(type))
                    fftw::destroy(static_cast<fftw::Twofold*>(each));
                else
                    fftw::destroy(static_cast<fftw::Single*>(each));
            }
        }
    }
};

// CUDA numbers its plans, HIP points to them.
#ifdef HIPWRIGHT_HIP
inline Plan* plan_of(hipfftHandle handle) {
    auto* plan = reinterpret_cast<Plan*>(handle);
    return plan && plan->magic == Plan::alive ? plan : nullptr;
}
inline void remember(Plan* plan, hipfftHandle* handle) {
    *handle = reinterpret_cast<hipfftHandle>(plan);
}
inline void forget(hipfftHandle) {}
#else
struct Plans {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    List<Plan*> all;
    static Plans& get() {
        static Plans* plans = new Plans();
        return *plans;
    }
};
inline Plan* plan_of(cufftHandle handle) {
    Plans& plans = Plans::get();
    pthread_mutex_lock(&plans.lock);
    const bool known = handle > 0 && static_cast<std::size_t>(handle) <= plans.all.size();
    Plan* plan = known ? plans.all[static_cast<std::size_t>(handle) - 1] : nullptr;
    pthread_mutex_unlock(&plans.lock);
    return plan;
}
inline void remember(Plan* plan, cufftHandle* handle) {
    Plans& plans = Plans::get();
    pthread_mutex_lock(&plans.lock);
    plans.all.add(plan);
    *handle = static_cast<cufftHandle>(plans.all.size());
    pthread_mutex_unlock(&plans.lock);
}
inline void forget(cufftHandle handle) {
    Plans& plans = Plans::get();
    pthread_mutex_lock(&plans.lock);
    plans.all[static_cast<std::size_t>(handle) - 1] = nullptr;
    pthread_mutex_unlock(&plans.lock);
}
#endif

inline Status create(FFT(Handle) * handle) {
    if (!handle) return FFT_(INVALID_VALUE);
    remember(new Plan(), handle);
    return FFT_(SUCCESS);
}
inline std::size_t work_bytes(const Plan& plan) {
    std::size_t count = static_cast<std::size_t>(plan.batch);
    for (int i = 0; i < plan.rank; ++i) count *= static_cast<std::size_t>(plan.n[i]);
    return count * (is_twofold(plan.type) ? 16 : 8);
}
inline Status make(FFT(Handle) handle, int rank, const int* n, const int* inembed, int istride,
                   int idist, const int* onembed, int ostride, int odist, Type type, int batch,
                   std::size_t* work) {
    Plan* plan = plan_of(handle);
    if (!plan || plan->made) return FFT_(INVALID_PLAN);
    if (!n) return FFT_(INVALID_VALUE);
    if (rank < 1 || rank > 3 || batch < 1) return FFT_(INVALID_SIZE);
    for (int i = 0; i < rank; ++i)
        if (n[i] < 1) return FFT_(INVALID_SIZE);
    switch (type) {
        case FFT_(C2C):
        case FFT_(R2C):
        case FFT_(C2R):
        case FFT_(Z2Z):
        case FFT_(D2Z):
        case FFT_(Z2D):
            break;
        default:
            return FFT_(INVALID_TYPE);
    }
    plan->type = type;
    plan->rank = rank;
    plan->batch = batch;
    for (int i = 0; i < rank; ++i) plan->n[i] = n[i];
    // Without both of them strides and distances do not count.
    if (inembed && onembed) {
        if (istride < 1 || ostride < 1 || (batch > 1 && (idist < 1 || odist < 1)))
            return FFT_(INVALID_VALUE);
        plan->in = {true, {}, istride, idist};
        plan->out = {true, {}, ostride, odist};
        for (int i = 0; i < rank; ++i) {
            plan->in.embed[i] = inembed[i];
            plan->out.embed[i] = onembed[i];
        }
    }
    plan->made = true;
    if (work) *work = work_bytes(*plan);
    return FFT_(SUCCESS);
}
// The calls that make a whole plan at once.
inline Status plan_at_once(FFT(Handle) * handle, int rank, const int* n, const int* inembed,
                           int istride, int idist, const int* onembed, int ostride, int odist,
                           Type type, int batch) {
    Status status = create(handle);
    if (status != FFT_(SUCCESS)) return status;
    status = make(*handle, rank, n, inembed, istride, idist, onembed, ostride, odist, type, batch,
                  nullptr);
    if (status != FFT_(SUCCESS)) {
        Plan* plan = plan_of(*handle);
        forget(*handle);
        plan->magic = 0;
        delete plan;
    }
    return status;
}
inline Status estimate(int rank, const int* n, Type type, int batch, std::size_t* work) {
    if (!work || !n || rank < 1 || rank > 3) return FFT_(INVALID_VALUE);
    Plan plan;
    plan.rank = rank;
    plan.batch = batch;
    plan.type = type;
    for (int i = 0; i < rank; ++i) plan.n[i] = n[i];
    *work = work_bytes(plan);
    return FFT_(SUCCESS);
}

template <typename P, typename In, typename Out>
inline Status transform(Plan& plan, In* in, Out* out, int direction) {
    const bool in_place = static_cast<const void*>(in) == static_cast<const void*>(out);
    const bool from_reals = reads_reals(plan.type), to_reals = writes_reals(plan.type);
    const Side source = plan.layout(plan.in, from_reals, in_place);
    const Side target = plan.layout(plan.out, to_reals, in_place);
    const std::size_t read = plan.extent(source, from_reals);
    const std::size_t written = plan.extent(target, to_reals);
    if (!in || !out || !inside(in, read * sizeof(In), "the input of an FFT", "", 0) ||
        !inside(out, written * sizeof(Out), "the output of an FFT", "", 0))
        return FFT_(INVALID_VALUE);
    // FFTW may destroy the spectrum that it turns into real numbers.
    std::unique_ptr<In[]> copy;
    if (to_reals && !in_place) {
        copy.reset(new In[read]);
        std::memcpy(static_cast<void*>(copy.get()), in, read * sizeof(In));
        in = copy.get();
    }
    void*& made = plan.plans[direction > 0][in_place];
    if (!made) {
        const fftw::Planning planning;
        const unsigned flags = fftw::estimate | fftw::unaligned;
        if constexpr (std::is_same_v<In, Out>)
            made = fftw::plan(plan.rank, plan.n, plan.batch, in, source.embed, source.stride,
                              source.distance, out, target.embed, target.stride, target.distance,
                              direction, flags);
        else
            made = fftw::plan(plan.rank, plan.n, plan.batch, in, source.embed, source.stride,
                              source.distance, out, target.embed, target.stride, target.distance,
                              flags);
    }
    if (!made) return FFT_(NOT_SUPPORTED);
    fftw::execute(static_cast<const P*>(made), in, out);
    if (plan.scale != 1) {
        for (std::size_t i = 0; i < written; ++i) {
            if constexpr (std::is_arithmetic_v<Out>) {
                out[i] = static_cast<Out>(out[i] * plan.scale);
            } else {
                out[i].x = static_cast<decltype(out[i].x)>(out[i].x * plan.scale);
                out[i].y = static_cast<decltype(out[i].y)>(out[i].y * plan.scale);
            }
        }
    }
    return FFT_(SUCCESS);
}
template <typename P, typename In, typename Out>
inline Status execute(FFT(Handle) handle, Type type, In* in, Out* out, int direction) {
    Plan* plan = plan_of(handle);
    if (!plan || !plan->made) return FFT_(INVALID_PLAN);
    if (plan->type != type) return FFT_(INVALID_TYPE);
    if (direction != -1 && direction != 1) return FFT_(INVALID_VALUE);
    if (sticky() != status_success) return FFT_(EXEC_FAILED);
    Status outcome = FFT_(SUCCESS);
    if (!capture_of(plan->stream)) {
        outcome = transform<P>(*plan, in, out, direction);
    } else {
        submit(plan->stream, NodeKind::kernel, [=] {
            return transform<P>(*plan, in, out, direction) == FFT_(SUCCESS) ? status_success
                                                                            : status_unknown;
        });
    }
    return outcome;
}
}  // namespace hipwright::fft

inline FFT(Result) FFT(Create)(FFT(Handle) * plan) { return hipwright::fft::create(plan); }
inline FFT(Result) FFT(Destroy)(FFT(Handle) handle) {
    hipwright::fft::Plan* plan = hipwright::fft::plan_of(handle);
    if (!plan) return FFT_(INVALID_PLAN);
    hipwright::fft::forget(handle);
    plan->magic = 0;
    delete plan;
    return FFT_(SUCCESS);
}
inline FFT(Result) FFT(SetStream)(FFT(Handle) handle, API(Stream_t) stream) {
    hipwright::fft::Plan* plan = hipwright::fft::plan_of(handle);
    if (!plan) return FFT_(INVALID_PLAN);
    plan->stream = stream;
    return FFT_(SUCCESS);
}
inline FFT(Result) FFT(GetVersion)(int* version) {
    if (!version) return FFT_(INVALID_VALUE);
    *version = hipwright::is_hip ? 10020 : 12000;
    return FFT_(SUCCESS);
}
inline FFT(Result) FFT(GetSize)(FFT(Handle) handle, std::size_t* work) {
    const hipwright::fft::Plan* plan = hipwright::fft::plan_of(handle);
    if (!plan || !plan->made) return FFT_(INVALID_PLAN);
    if (!work) return FFT_(INVALID_VALUE);
    *work = hipwright::fft::work_bytes(*plan);
    return FFT_(SUCCESS);
}
// No transform needs the program's workspace here.
inline FFT(Result) FFT(SetAutoAllocation)(FFT(Handle) handle, int) {
    return hipwright::fft::plan_of(handle) ? FFT_(SUCCESS) : FFT_(INVALID_PLAN);
}
inline FFT(Result) FFT(SetWorkArea)(FFT(Handle) handle, void*) {
    return hipwright::fft::plan_of(handle) ? FFT_(SUCCESS) : FFT_(INVALID_PLAN);
}
#ifdef HIPWRIGHT_HIP
inline hipfftResult hipfftExtPlanScaleFactor(hipfftHandle handle, double factor) {
    hipwright::fft::Plan* plan = hipwright::fft::plan_of(handle);
    if (!plan) return HIPFFT_INVALID_PLAN;
    plan->scale = factor;
    return HIPFFT_SUCCESS;
}
#endif

// Planning comes in four forms: a plan at once, a plan that was created before, its size, an
// estimate.
#define HIPWRIGHT_PLANS(d, sizes, rank, list, batches, batch)                                      \
    inline FFT(Result) FFT(Plan##d)(FFT(Handle) * plan, HIPWRIGHT_LIST sizes,                      \
                                    FFT(Type) type HIPWRIGHT_LIST batches) {                       \
        const int n[] = HIPWRIGHT_BRACES list;                                                     \
        return hipwright::fft::plan_at_once(plan, rank, n, nullptr, 1, 0, nullptr, 1, 0, type,     \
                                            batch);                                                \
    }                                                                                              \
    inline FFT(Result)                                                                             \
        FFT(MakePlan##d)(FFT(Handle) plan, HIPWRIGHT_LIST sizes,                                   \
                         FFT(Type) type HIPWRIGHT_LIST batches, std::size_t* work) {               \
        const int n[] = HIPWRIGHT_BRACES list;                                                     \
        return hipwright::fft::make(plan, rank, n, nullptr, 1, 0, nullptr, 1, 0, type, batch,      \
                                    work);                                                         \
    }                                                                                              \
    inline FFT(Result) FFT(GetSize##d)(FFT(Handle), HIPWRIGHT_LIST sizes,                          \
                                       FFT(Type) type HIPWRIGHT_LIST batches, std::size_t* work) { \
        const int n[] = HIPWRIGHT_BRACES list;                                                     \
        return hipwright::fft::estimate(rank, n, type, batch, work);                               \
    }                                                                                              \
    inline FFT(Result) FFT(Estimate##d)(                                                           \
        HIPWRIGHT_LIST sizes, FFT(Type) type HIPWRIGHT_LIST batches, std::size_t* work) {          \
        const int n[] = HIPWRIGHT_BRACES list;                                                     \
        return hipwright::fft::estimate(rank, n, type, batch, work);                               \
    }
#define HIPWRIGHT_LIST(...) __VA_ARGS__
#define HIPWRIGHT_BRACES(...) {__VA_ARGS__}
HIPWRIGHT_PLANS(1d, (int nx), 1, (nx), (, int batch), batch)
HIPWRIGHT_PLANS(2d, (int nx, int ny), 2, (nx, ny), (), 1)
HIPWRIGHT_PLANS(3d, (int nx, int ny, int nz), 3, (nx, ny, nz), (), 1)
#undef HIPWRIGHT_PLANS
#undef HIPWRIGHT_LIST
#undef HIPWRIGHT_BRACES

inline FFT(Result)
    FFT(PlanMany)(FFT(Handle) * plan, int rank, int* n, int* inembed, int istride, int idist,
                  int* onembed, int ostride, int odist, FFT(Type) type, int batch) {
    return hipwright::fft::plan_at_once(plan, rank, n, inembed, istride, idist, onembed, ostride,
                                        odist, type, batch);
}
inline FFT(Result) FFT(MakePlanMany)(FFT(Handle) plan, int rank, int* n, int* inembed, int istride,
                                     int idist, int* onembed, int ostride, int odist,
                                     FFT(Type) type, int batch, std::size_t* work) {
    return hipwright::fft::make(plan, rank, n, inembed, istride, idist, onembed, ostride, odist,
                                type, batch, work);
}
inline FFT(Result) FFT(EstimateMany)(int rank, int* n, int*, int, int, int*, int, int,
                                     FFT(Type) type, int batch, std::size_t* work) {
    return hipwright::fft::estimate(rank, n, type, batch, work);
}
inline FFT(Result) FFT(GetSizeMany)(FFT(Handle), int rank, int* n, int*, int, int, int*, int, int,
                                    FFT(Type) type, int batch, std::size_t* work) {
    return hipwright::fft::estimate(rank, n, type, batch, work);
}

inline FFT(Result)
    FFT(ExecC2C)(FFT(Handle) plan, FFT(Complex) * in, FFT(Complex) * out, int direction) {
    return hipwright::fft::execute<hipwright::fft::fftw::Single>(plan, FFT_(C2C), in, out,
                                                                 direction);
}
inline FFT(Result) FFT(ExecR2C)(FFT(Handle) plan, FFT(Real) * in, FFT(Complex) * out) {
    return hipwright::fft::execute<hipwright::fft::fftw::Single>(plan, FFT_(R2C), in, out, -1);
}
inline FFT(Result) FFT(ExecC2R)(FFT(Handle) plan, FFT(Complex) * in, FFT(Real) * out) {
    return hipwright::fft::execute<hipwright::fft::fftw::Single>(plan, FFT_(C2R), in, out, 1);
}
inline FFT(Result) FFT(ExecZ2Z)(FFT(Handle) plan, FFT(DoubleComplex) * in, FFT(DoubleComplex) * out,
                                int direction) {
    return hipwright::fft::execute<hipwright::fft::fftw::Twofold>(plan, FFT_(Z2Z), in, out,
                                                                  direction);
}
inline FFT(Result) FFT(ExecD2Z)(FFT(Handle) plan, FFT(DoubleReal) * in, FFT(DoubleComplex) * out) {
    return hipwright::fft::execute<hipwright::fft::fftw::Twofold>(plan, FFT_(D2Z), in, out, -1);
}
inline FFT(Result) FFT(ExecZ2D)(FFT(Handle) plan, FFT(DoubleComplex) * in, FFT(DoubleReal) * out) {
    return hipwright::fft::execute<hipwright::fft::fftw::Twofold>(plan, FFT_(Z2D), in, out, 1);
}

#include "end_names.h"
//
#include "../api/end_names.h"
