// HIP's hip_fp16.h on hipwright's CPU device.
#pragma once

#include "hip_runtime.h"

#include "../../hipwright/half.h"
