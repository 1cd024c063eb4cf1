// HIP's hip_fp8.h on hipwright's CPU device.
#pragma once

#include "hip_runtime.h"

#include "../../hipwright/fp8.h"
