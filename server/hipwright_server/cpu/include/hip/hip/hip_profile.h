// HIP's profiler calls come with hip_runtime.h.
#pragma once
#include "hip_runtime.h"
