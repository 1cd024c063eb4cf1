// The whole runtime of the CPU device. Included by a front, never alone.
#pragma once

#include <cassert>
#include <climits>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <new>
#include <utility>

#include "config.h"
#include "vector_types.h"
//
#include "address_spaces.h"
#include "amd_builtins.h"
#include "atomics.h"
#include "barrier.h"
#include "builtins.h"
#include "device_side.h"
#include "launch.h"
#include "record.h"
#include "shared_variable.h"
#include "warp_intrinsics.h"
#if __has_include("math.h")
#include "math.h"
#endif
//
#include "api/api.h"
#ifdef HIPWRIGHT_TRACED
#include "check/callbacks.h"
#endif
#ifdef HIPWRIGHT_ADDRESS_SANITIZER
#include "check/sanitizers.h"
#endif
