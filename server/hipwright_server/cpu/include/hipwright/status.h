// The runtime's errors: CUDA and HIP number them alike. What went wrong last belongs to the host
// thread; what ended a kernel stays for good, as on a real device.
#pragma once

#include "config.h"

namespace hipwright {

enum Status : int {
    status_success = 0,
    status_invalid_value = 1,
    status_out_of_memory = 2,
    status_invalid_configuration = 9,
    status_invalid_symbol = 13,
    status_invalid_device_pointer = 17,
    status_invalid_copy_direction = 21,
    status_invalid_device_function = 98,
    status_no_device = 100,
    status_invalid_device = 101,
    status_file_not_found = 301,
    status_invalid_handle = 400,
    status_not_found = 500,
    status_not_ready = 600,
    status_illegal_address = 700,
    status_peer_access_already_enabled = 704,
    status_peer_access_not_enabled = 705,
    status_assertion = 710,
    status_host_memory_already_registered = 712,
    status_host_memory_not_registered = 713,
    status_illegal_instruction = 715,
    status_launch_failure = 719,
    status_cooperative_launch_too_large = 720,
    status_not_supported = 801,
    status_capture_unsupported = 900,
    status_capture_invalidated = 901,
    status_unknown = 999,
};

inline thread_local Status last_status = status_success;
// What a kernel that failed leaves behind: every later call returns it until the device is reset.
inline int sticky_status = 0;  // atomic

inline Status sticky() {
    return static_cast<Status>(__atomic_load_n(&sticky_status, __ATOMIC_RELAXED));
}
// The last launch that failed and whose error nobody has asked for yet.
struct UnseenFailure {
    const char* kernel = nullptr;
    const char* file = "";
    int line = 0;
};
inline thread_local UnseenFailure unseen_failure;

// Notes the outcome of one call of the runtime, and returns it.
inline Status outcome(Status status) {
    if (status == status_success) status = sticky();
    if (__builtin_expect(status != status_success, 0)) last_status = status;
    return status;
}

}  // namespace hipwright
