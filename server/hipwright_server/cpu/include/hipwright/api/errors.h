// The runtime's error codes, with their names and texts.
// Sources: CUDA 13.0 driver_types.h, HIP 7.1 hip_runtime_api.h.
#pragma once

#include "../status.h"
#include "names.h"

// clang-format off
#ifdef HIPWRIGHT_HIP
#define HIPWRIGHT_ERRORS(X) \
    X(hipSuccess, 0, "no error") \
    X(hipErrorInvalidValue, 1, "invalid argument") \
    X(hipErrorOutOfMemory, 2, "out of memory") \
    X(hipErrorNotInitialized, 3, "initialization error") \
    X(hipErrorDeinitialized, 4, "driver shutting down") \
    X(hipErrorProfilerDisabled, 5, "profiler disabled while using external profiling tool") \
    X(hipErrorProfilerNotInitialized, 6, "profiler not initialized") \
    X(hipErrorProfilerAlreadyStarted, 7, "profiler already started") \
    X(hipErrorProfilerAlreadyStopped, 8, "profiler already stopped") \
    X(hipErrorInvalidConfiguration, 9, "invalid configuration argument") \
    X(hipErrorInvalidPitchValue, 12, "invalid pitch argument") \
    X(hipErrorInvalidSymbol, 13, "invalid device symbol") \
    X(hipErrorInvalidDevicePointer, 17, "invalid device pointer") \
    X(hipErrorInvalidMemcpyDirection, 21, "invalid copy direction for memcpy") \
    X(hipErrorInsufficientDriver, 35, "driver version is insufficient for runtime version") \
    X(hipErrorMissingConfiguration, 52, "__global__ function call is not configured") \
    X(hipErrorPriorLaunchFailure, 53, "unspecified launch failure in prior launch") \
    X(hipErrorInvalidDeviceFunction, 98, "invalid device function") \
    X(hipErrorNoDevice, 100, "no ROCm-capable device is detected") \
    X(hipErrorInvalidDevice, 101, "invalid device ordinal") \
    X(hipErrorInvalidImage, 200, "device kernel image is invalid") \
    X(hipErrorInvalidContext, 201, "invalid device context") \
    X(hipErrorContextAlreadyCurrent, 202, "context is already current context") \
    X(hipErrorMapFailed, 205, "mapping of buffer object failed") \
    X(hipErrorUnmapFailed, 206, "unmapping of buffer object failed") \
    X(hipErrorArrayIsMapped, 207, "array is mapped") \
    X(hipErrorAlreadyMapped, 208, "already mapped") \
    X(hipErrorNoBinaryForGpu, 209, "no kernel image is available for execution on the device") \
    X(hipErrorAlreadyAcquired, 210, "resource already acquired") \
    X(hipErrorNotMapped, 211, "not mapped") \
    X(hipErrorNotMappedAsArray, 212, "mapped resource not available for access as an array") \
    X(hipErrorNotMappedAsPointer, 213, "mapped resource not available for access as a pointer") \
    X(hipErrorECCNotCorrectable, 214, "uncorrectable ECC error encountered") \
    X(hipErrorUnsupportedLimit, 215, "limit is not supported on this architecture") \
    X(hipErrorContextAlreadyInUse, 216, "exclusive-thread device already in use by a different thread") \
    X(hipErrorPeerAccessUnsupported, 217, "peer access is not supported between these two devices") \
    X(hipErrorInvalidKernelFile, 218, "invalid kernel file") \
    X(hipErrorInvalidGraphicsContext, 219, "invalid OpenGL or DirectX context") \
    X(hipErrorInvalidSource, 300, "device kernel image is invalid") \
    X(hipErrorFileNotFound, 301, "file not found") \
    X(hipErrorSharedObjectSymbolNotFound, 302, "shared object symbol not found") \
    X(hipErrorSharedObjectInitFailed, 303, "shared object initialization failed") \
    X(hipErrorOperatingSystem, 304, "OS call failed or operation not supported on this OS") \
    X(hipErrorInvalidHandle, 400, "invalid resource handle") \
    X(hipErrorIllegalState, 401, "the operation cannot be performed in the present state") \
    X(hipErrorNotFound, 500, "named symbol not found") \
    X(hipErrorNotReady, 600, "device not ready") \
    X(hipErrorIllegalAddress, 700, "an illegal memory access was encountered") \
    X(hipErrorLaunchOutOfResources, 701, "too many resources requested for launch") \
    X(hipErrorLaunchTimeOut, 702, "the launch timed out and was terminated") \
    X(hipErrorPeerAccessAlreadyEnabled, 704, "peer access is already enabled") \
    X(hipErrorPeerAccessNotEnabled, 705, "peer access has not been enabled") \
    X(hipErrorSetOnActiveProcess, 708, "cannot set while device is active in this process") \
    X(hipErrorContextIsDestroyed, 709, "context is destroyed") \
    X(hipErrorAssert, 710, "device-side assert triggered") \
    X(hipErrorHostMemoryAlreadyRegistered, 712, "part or all of the requested memory range is already mapped") \
    X(hipErrorHostMemoryNotRegistered, 713, "pointer does not correspond to a registered memory region") \
    X(hipErrorLaunchFailure, 719, "unspecified launch failure") \
    X(hipErrorCooperativeLaunchTooLarge, 720, "too many blocks in cooperative launch") \
    X(hipErrorNotSupported, 801, "operation not supported") \
    X(hipErrorStreamCaptureUnsupported, 900, "operation not permitted when stream is capturing") \
    X(hipErrorStreamCaptureInvalidated, 901, "operation failed due to a previous error during capture") \
    X(hipErrorStreamCaptureMerge, 902, "operation would result in a merge of separate capture sequences") \
    X(hipErrorStreamCaptureUnmatched, 903, "capture was not ended in the same stream as it began") \
    X(hipErrorStreamCaptureUnjoined, 904, "capturing stream has unjoined work") \
    X(hipErrorStreamCaptureIsolation, 905, "dependency created on uncaptured work in another stream") \
    X(hipErrorStreamCaptureImplicit, 906, "operation would make the legacy stream depend on a capturing blocking stream") \
    X(hipErrorCapturedEvent, 907, "operation not permitted on an event last recorded in a capturing stream") \
    X(hipErrorStreamCaptureWrongThread, 908, "attempt to terminate a thread-local capture sequence from another thread") \
    X(hipErrorGraphExecUpdateFailure, 910, "the graph update was not performed because it included changes which violated constraints specific to instantiated graph update") \
    X(hipErrorInvalidChannelDescriptor, 911, "invalid channel descriptor") \
    X(hipErrorInvalidTexture, 912, "invalid texture") \
    X(hipErrorUnknown, 999, "unknown error") \
    X(hipErrorRuntimeMemory, 1052, "runtime memory call returned error") \
    X(hipErrorRuntimeOther, 1053, "runtime call other than memory returned error")
#else
#define HIPWRIGHT_ERRORS(X) \
    X(cudaSuccess, 0, "no error") \
    X(cudaErrorInvalidValue, 1, "invalid argument") \
    X(cudaErrorMemoryAllocation, 2, "out of memory") \
    X(cudaErrorInitializationError, 3, "initialization error") \
    X(cudaErrorCudartUnloading, 4, "driver shutting down") \
    X(cudaErrorProfilerDisabled, 5, "profiler disabled while using external profiling tool") \
    X(cudaErrorProfilerNotInitialized, 6, "profiler not initialized: call cudaProfilerInitialize()") \
    X(cudaErrorProfilerAlreadyStarted, 7, "profiler already started") \
    X(cudaErrorProfilerAlreadyStopped, 8, "profiler already stopped") \
    X(cudaErrorInvalidConfiguration, 9, "invalid configuration argument") \
    X(cudaErrorInvalidPitchValue, 12, "invalid pitch argument") \
    X(cudaErrorInvalidSymbol, 13, "invalid device symbol") \
    X(cudaErrorInvalidHostPointer, 16, "invalid host pointer") \
    X(cudaErrorInvalidDevicePointer, 17, "invalid device pointer") \
    X(cudaErrorInvalidTexture, 18, "invalid texture reference") \
    X(cudaErrorInvalidTextureBinding, 19, "texture is not bound to a pointer") \
    X(cudaErrorInvalidChannelDescriptor, 20, "invalid channel descriptor") \
    X(cudaErrorInvalidMemcpyDirection, 21, "invalid copy direction for memcpy") \
    X(cudaErrorInvalidFilterSetting, 26, "linear filtering not supported for non-float type") \
    X(cudaErrorInvalidNormSetting, 27, "read as normalized float not supported for 32-bit non float type") \
    X(cudaErrorNotYetImplemented, 31, "API call is not supported in the installed CUDA driver") \
    X(cudaErrorInsufficientDriver, 35, "CUDA driver version is insufficient for CUDA runtime version") \
    X(cudaErrorDevicesUnavailable, 46, "CUDA-capable device(s) is/are busy or unavailable") \
    X(cudaErrorMissingConfiguration, 52, "__global__ function call is not configured") \
    X(cudaErrorPriorLaunchFailure, 53, "unspecified launch failure in prior launch") \
    X(cudaErrorInvalidDeviceFunction, 98, "invalid device function") \
    X(cudaErrorNoDevice, 100, "no CUDA-capable device is detected") \
    X(cudaErrorInvalidDevice, 101, "invalid device ordinal") \
    X(cudaErrorInvalidKernelImage, 200, "device kernel image is invalid") \
    X(cudaErrorDeviceUninitialized, 201, "invalid device context") \
    X(cudaErrorMapBufferObjectFailed, 205, "mapping of buffer object failed") \
    X(cudaErrorUnmapBufferObjectFailed, 206, "unmapping of buffer object failed") \
    X(cudaErrorNoKernelImageForDevice, 209, "no kernel image is available for execution on the device") \
    X(cudaErrorECCUncorrectable, 214, "uncorrectable ECC error encountered") \
    X(cudaErrorUnsupportedLimit, 215, "limit is not supported on this architecture") \
    X(cudaErrorPeerAccessUnsupported, 217, "peer access is not supported between these two devices") \
    X(cudaErrorInvalidPtx, 218, "a PTX JIT compilation failed") \
    X(cudaErrorInvalidSource, 300, "device kernel image is invalid") \
    X(cudaErrorFileNotFound, 301, "file not found") \
    X(cudaErrorOperatingSystem, 304, "OS call failed or operation not supported on this OS") \
    X(cudaErrorInvalidResourceHandle, 400, "invalid resource handle") \
    X(cudaErrorIllegalState, 401, "the operation cannot be performed in the present state") \
    X(cudaErrorSymbolNotFound, 500, "named symbol not found") \
    X(cudaErrorNotReady, 600, "device not ready") \
    X(cudaErrorIllegalAddress, 700, "an illegal memory access was encountered") \
    X(cudaErrorLaunchOutOfResources, 701, "too many resources requested for launch") \
    X(cudaErrorLaunchTimeout, 702, "the launch timed out and was terminated") \
    X(cudaErrorPeerAccessAlreadyEnabled, 704, "peer access is already enabled") \
    X(cudaErrorPeerAccessNotEnabled, 705, "peer access has not been enabled") \
    X(cudaErrorSetOnActiveProcess, 708, "cannot set while device is active in this process") \
    X(cudaErrorContextIsDestroyed, 709, "context is destroyed") \
    X(cudaErrorAssert, 710, "device-side assert triggered") \
    X(cudaErrorTooManyPeers, 711, "peer mapping resources exhausted") \
    X(cudaErrorHostMemoryAlreadyRegistered, 712, "part or all of the requested memory range is already mapped") \
    X(cudaErrorHostMemoryNotRegistered, 713, "pointer does not correspond to a registered memory region") \
    X(cudaErrorIllegalInstruction, 715, "an illegal instruction was encountered") \
    X(cudaErrorMisalignedAddress, 716, "misaligned address") \
    X(cudaErrorInvalidAddressSpace, 717, "operation not supported on global/shared address space") \
    X(cudaErrorLaunchFailure, 719, "unspecified launch failure") \
    X(cudaErrorCooperativeLaunchTooLarge, 720, "too many blocks in cooperative launch") \
    X(cudaErrorNotPermitted, 800, "operation not permitted") \
    X(cudaErrorNotSupported, 801, "operation not supported") \
    X(cudaErrorSystemNotReady, 802, "system not yet initialized") \
    X(cudaErrorStreamCaptureUnsupported, 900, "operation not permitted when stream is capturing") \
    X(cudaErrorStreamCaptureInvalidated, 901, "operation failed due to a previous error during capture") \
    X(cudaErrorStreamCaptureMerge, 902, "operation would result in a merge of separate capture sequences") \
    X(cudaErrorStreamCaptureUnmatched, 903, "capture was not ended in the same stream as it began") \
    X(cudaErrorStreamCaptureUnjoined, 904, "capturing stream has unjoined work") \
    X(cudaErrorStreamCaptureIsolation, 905, "dependency created on uncaptured work in another stream") \
    X(cudaErrorStreamCaptureImplicit, 906, "operation would make the legacy stream depend on a capturing blocking stream") \
    X(cudaErrorCapturedEvent, 907, "operation not permitted on an event last recorded in a capturing stream") \
    X(cudaErrorStreamCaptureWrongThread, 908, "attempt to terminate a thread-local capture sequence from another thread") \
    X(cudaErrorTimeout, 909, "wait operation timed out") \
    X(cudaErrorGraphExecUpdateFailure, 910, "the graph update was not performed because it included changes which violated constraints specific to instantiated graph update") \
    X(cudaErrorInvalidClusterSize, 912, "cluster configuration is not supported on the device") \
    X(cudaErrorUnknown, 999, "unknown error")
#endif
// clang-format on

#define HIPWRIGHT_ENUMERATOR(name, value, text) name = value,
#ifdef HIPWRIGHT_HIP
enum hipError_t {
    HIPWRIGHT_ERRORS(HIPWRIGHT_ENUMERATOR)  //
    hipErrorMemoryAllocation = 2,
    hipErrorInitializationError = 3,
    hipErrorMapBufferObjectFailed = 205,
    hipErrorInvalidResourceHandle = 400,
};
#else
enum cudaError {
    HIPWRIGHT_ERRORS(HIPWRIGHT_ENUMERATOR)  //
    // Names that later versions of CUDA dropped; old sources still have them.
    cudaErrorLaunchTimeOut = 702,
    cudaErrorApiFailureBase = 10000,
};
using cudaError_t = cudaError;
#endif
#undef HIPWRIGHT_ENUMERATOR

namespace hipwright {
// What every function of the API returns: the outcome, also kept for GetLastError.
inline API(Error_t) done(Status status) {
    const Status told = outcome(status);
    if (told != status_success) unseen_failure.kernel = nullptr;
    return static_cast<API(Error_t)>(told);
}
}  // namespace hipwright

HIPWRIGHT_SELDOM inline const char* API(GetErrorName)(API(Error_t) error) {
    switch (static_cast<int>(error)) {
#define HIPWRIGHT_CASE(name, value, text) \
    case value:                           \
        return #name;
        HIPWRIGHT_ERRORS(HIPWRIGHT_CASE)
#undef HIPWRIGHT_CASE
        default:
            return hipwright::is_hip ? "hipErrorUnknown" : "unrecognized error code";
    }
}
HIPWRIGHT_SELDOM inline const char* API(GetErrorString)(API(Error_t) error) {
    switch (static_cast<int>(error)) {
#define HIPWRIGHT_CASE(name, value, text) \
    case value:                           \
        return text;
        HIPWRIGHT_ERRORS(HIPWRIGHT_CASE)
#undef HIPWRIGHT_CASE
        default:
            return hipwright::is_hip ? "unknown error" : "unrecognized error code";
    }
}
#undef HIPWRIGHT_ERRORS

inline API(Error_t) API(PeekAtLastError)() {
    hipwright::unseen_failure.kernel = nullptr;
    return static_cast<API(Error_t)>(hipwright::last_status ? hipwright::last_status
                                                            : hipwright::sticky());
}
inline API(Error_t) API(GetLastError)() {
    const API(Error_t) error = API(PeekAtLastError)();
    hipwright::last_status = hipwright::status_success;
    return error;
}
#ifdef HIPWRIGHT_HIP
inline hipError_t hipExtGetLastError() { return hipGetLastError(); }
#endif
