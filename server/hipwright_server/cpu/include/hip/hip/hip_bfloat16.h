// HIP's hip_bfloat16.h on hipwright's CPU device.
#pragma once

#include "hip_runtime.h"

#include "../../hipwright/bfloat16.h"
